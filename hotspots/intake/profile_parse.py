"""TOML text to a checked profile: all checks of a profile stand here, and nobody checks again."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotspots.errors import Trouble
from hotspots.geo.project import check_crs
from hotspots.intake.mapping import (
    DATE_WORDS,
    FIELDS,
    FORMATS,
    JOINED,
    MISSING,
    ONLY_FOR,
    POSITIONS,
    Profile,
    SourceColumn,
)
from hotspots.vocabulary import KINDS, REFUSED, SOURCE_TYPES, Vocabulary
from hotspots.words import Text

ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16")
SEPARATORS = {",": ",", ";": ";", "\t": "\t", "tab": "\t", "|": "|"}
_TOP = ("title", "kind", "source_type", "time_zone", "crs", "format", "records", "category", "unverified", "midpoints",
        "columns", "formats", "categories", "drop")  # fmt: skip
_IN_FORMATS = ("dates", "decimal", "separator", "encoding", "sheet", "skip_rows", "missing", "records")
_IN_SOURCE = ("column", "map")


def _list(names: Iterable[str]) -> str:
    return ", ".join(repr(n)[1:-1] for n in names)


@dataclass(frozen=True)
class _Checks:
    """The checks of one profile; each speaks with the profile's name and the key."""

    name: str

    def wrong(self, key: str, sv: str, en: str, do_sv: str = "", do_en: str = "") -> Trouble:
        return Trouble("bad_profile", Text(sv=sv, en=en), where=f"{self.name}: {key}", do=Text(sv=do_sv, en=do_en))

    def choice(self, key: str, value: object, choices: Iterable[str]) -> str:
        choices = tuple(choices)
        if value in choices:
            return str(value)
        near = difflib.get_close_matches(str(value), choices, 3)
        said = _list(near or choices)
        raise self.wrong(
            key,
            "Värdet är inte ett av dem som finns",
            "The value is none of those that exist",
            f"Närmast ligger {said}" if near else f"Välj bland: {said}",
            f"Closest is {said}" if near else f"Choose among: {said}",
        )

    def keys(self, where: str, table: Mapping[str, Any], known: Iterable[str]) -> None:
        for key in table:
            self.choice(f"{where}{key}", key, known)

    def table(self, key: str, value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(key, "Här ska stå en tabell", "A table belongs here")
        return value

    def text(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self.wrong(key, "Här ska stå en text inom citattecken", "A text in quotes belongs here")
        return value

    def texts(self, key: str, value: object) -> tuple[str, ...]:
        """One text or a list of them."""
        values = value if isinstance(value, list) else [value]
        if not values:
            raise self.wrong(key, "Listan är tom", "The list is empty")
        return tuple(self.text(key, v) for v in values)


def parse(text: str, name: str, vocabulary: Vocabulary | None = None) -> Profile:
    """The profile that a TOML text describes. Codes are checked against `vocabulary` (default: the shipped one).

    Raises:
        Trouble: `bad_profile`, with the key and the choices.
    """
    say = _Checks(name)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = str(error).rpartition("(")[2].rstrip(")")
        raise say.wrong(place, "Profilen är inte giltig TOML", "The profile is not valid TOML") from None
    say.keys("", table, _TOP)
    kind = say.choice("kind", table.get("kind"), KINDS)
    columns = _columns(say, table, kind)
    source = _source_type(say, table.get("source_type"))
    formats = say.table("formats", table.get("formats", {}))
    say.keys("formats.", formats, _IN_FORMATS)
    category, categories = _categories(say, table, columns, vocabulary or Vocabulary())
    profile = Profile(
        name=name,
        kind=kind,
        source_type=source,
        time_zone=_zone(say, table.get("time_zone", "Europe/Stockholm")),
        crs=_crs(say, table.get("crs", "")),
        format=say.choice("format", table["format"], FORMATS) if "format" in table else "",
        columns=columns,
        records=say.text("records", table.get("records", formats.get("records", ""))),
        categories=categories,
        category=category,
        drop=_drop(say, table),
        midpoints=_midpoints(say, table.get("midpoints", [])),
        title=_title(say, table.get("title", name)),
        unverified=table.get("unverified", False) is True,
        **_formats(say, formats),
    )
    both = [c for c in profile.wanted if c in profile.drop]
    if both:
        raise say.wrong(
            f"drop: {both[0]}",
            "Kolumnen ska både läsas och släppas",
            "The column is both read and dropped",
            "Ta bort den från [columns] eller [drop]",
            "Take it out of [columns] or of [drop]",
        )
    return profile


def _columns(say: _Checks, table: Mapping[str, Any], kind: str) -> dict[str, tuple[str, ...]]:
    given = say.table("columns", table.get("columns", {}))
    say.keys("columns.", given, FIELDS)
    columns = {key: say.texts(f"columns.{key}", value) for key, value in given.items()}
    for key, names in columns.items():
        if len(names) > 1 and key not in JOINED:
            raise say.wrong(
                f"columns.{key}",
                "Fältet tar bara en kolumn",
                "The field takes one column only",
                f"Flera kolumner går för: {_list(JOINED)}",
                f"Several columns are possible for: {_list(JOINED)}",
            )
        if ONLY_FOR.get(key, kind) != kind:
            raise say.wrong(
                f"columns.{key}",
                f'Fältet finns bara för kind = "{ONLY_FOR[key]}"',
                f'The field exists only for kind = "{ONLY_FOR[key]}"',
                "Ta bort raden eller ändra kind",
                "Take the line out or change kind",
            )
    if "start" not in columns:
        raise say.wrong(
            "columns.start", "Tiden saknas", "The time is missing", 'Lägg till start = "…"', 'Add start = "…"'
        )
    _check_position(say, columns, kind)
    return columns


def _check_position(say: _Checks, columns: Mapping[str, tuple[str, ...]], kind: str) -> None:
    used = [way for way in POSITIONS if any(f in columns for f in way)]
    for way in used:
        for missing in (f for f in way if f not in columns):
            other = next(f for f in way if f != missing)
            raise say.wrong(
                f"columns.{missing}",
                f"{other} finns men inte {missing}",
                f"{other} is there but not {missing}",
                f'Lägg till {missing} = "…"',
                f'Add {missing} = "…"',
            )
    if len(used) > 1:
        raise say.wrong(
            "columns",
            "Läget anges på flera sätt",
            "The position is given in more than one way",
            f"Behåll ett av: {' · '.join('+'.join(w) for w in used)}",
            f"Keep one of: {' · '.join('+'.join(w) for w in used)}",
        )
    if kind == "notice":
        if used or "area" not in columns:
            raise say.wrong(
                "columns.area",
                "En notis har ett område, aldrig en plats",
                "A notice has an area, never a place",
                "Ange area = kolumnen med kommunens eller länets namn, och inget annat läge",
                "Give area = the column with the municipality's or county's name, and no other position",
            )
    elif not used:
        raise say.wrong(
            "columns",
            "Läget saknas",
            "The position is missing",
            "Ange lat och lon, x och y, latlon, geometry, cell eller place",
            "Give lat and lon, x and y, latlon, geometry, cell or place",
        )


def _source_type(say: _Checks, value: object) -> str | SourceColumn:
    if not isinstance(value, dict):
        return say.choice("source_type", value, SOURCE_TYPES)
    say.keys("source_type.", value, _IN_SOURCE)
    mapped = say.table("source_type.map", value.get("map"))
    if not mapped:
        raise say.wrong("source_type.map", "Tabellen är tom", "The table is empty")
    return SourceColumn(
        say.text("source_type.column", value.get("column")),
        {k: say.choice(f"source_type.map.{k}", v, SOURCE_TYPES) for k, v in mapped.items()},
    )


def _categories(
    say: _Checks, table: Mapping[str, Any], columns: Mapping[str, tuple[str, ...]], vocabulary: Vocabulary
) -> tuple[str, dict[str, str] | None]:
    """(the constant code or "", the mapping or None)."""
    codes = (*vocabulary.categories, REFUSED)
    constant = say.choice("category", table["category"], codes) if "category" in table else ""
    if bool(constant) == ("category" in columns):
        raise say.wrong(
            "category",
            "Kategorin saknas" if not constant else "Kategorin anges två gånger",
            "The category is missing" if not constant else "The category is given twice",
            'Ange kolumnen i [columns] eller en kod för alla rader överst, till exempel category = "burglary"',
            'Give the column in [columns], or one code for all rows at the top, such as category = "burglary"',
        )
    if "categories" not in table:
        return constant, None
    mapped = say.table("categories", table["categories"])
    if constant or not mapped:
        raise say.wrong(
            "categories",
            "[categories] behöver rader, och en kolumn för category i [columns]",
            "[categories] needs lines, and a column for category in [columns]",
        )
    return constant, {k: say.choice(f"categories.{k}", v, codes) for k, v in mapped.items()}


def _formats(say: _Checks, formats: Mapping[str, Any]) -> dict[str, Any]:
    dates = say.texts("formats.dates", formats.get("dates", ["iso"]))
    for form in dates:
        if form not in DATE_WORDS and not ("%" in form and any(p in form for p in ("%Y", "%y", "%s", "%D", "%x"))):
            raise say.wrong(
                "formats.dates",
                "Ett datumformat saknar år eller är okänt",
                "A date format has no year, or is unknown",
                f'Skriv till exempel "%Y-%m-%d %H:%M", eller ett av orden {_list(DATE_WORDS)}',
                f'Write for example "%Y-%m-%d %H:%M", or one of the words {_list(DATE_WORDS)}',
            )
    skip = formats.get("skip_rows")
    if skip is not None and (not isinstance(skip, int) or isinstance(skip, bool) or not 0 <= skip <= 1000):
        raise say.wrong("formats.skip_rows", "Här ska stå ett antal rader", "A number of lines belongs here")
    separator = SEPARATORS[say.choice("formats.separator", formats.get("separator", ","), SEPARATORS)]
    missing = formats.get("missing", list(MISSING))
    return {
        "dates": dates,
        "decimal": say.choice("formats.decimal", formats["decimal"], (",", ".")) if "decimal" in formats else "",
        "separator": separator if "separator" in formats else "",
        "encoding": say.choice("formats.encoding", formats["encoding"], ENCODINGS) if "encoding" in formats else "",
        "sheet": say.text("formats.sheet", formats.get("sheet", "")),
        "skip_rows": skip,
        "missing": say.texts("formats.missing", missing) if missing else (),
    }


def _zone(say: _Checks, value: object) -> str:
    name = say.text("time_zone", value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise say.wrong(
            "time_zone",
            "Tidszonen är okänd",
            "The time zone is unknown",
            "Ange till exempel Europe/Stockholm",
            "Give one such as Europe/Stockholm",
        ) from None
    return name


def _crs(say: _Checks, value: object) -> str:
    name = say.text("crs", value)
    if name:
        try:
            check_crs(name)
        except Trouble as trouble:
            raise say.wrong("crs", trouble.message.sv, trouble.message.en, trouble.do.sv, trouble.do.en) from None
    return name


def _drop(say: _Checks, table: Mapping[str, Any]) -> tuple[str, ...]:
    drop = say.table("drop", table.get("drop", {}))
    say.keys("drop.", drop, ("columns",))
    return say.texts("drop.columns", drop["columns"]) if drop.get("columns") else ()


def _midpoints(say: _Checks, value: object) -> tuple[tuple[float, float], ...]:
    try:
        points = tuple((float(lat), float(lon)) for lat, lon in value)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        points = ((91.0, 0.0),)
    if any(not (-90 <= lat <= 90 and -180 <= lon <= 180) for lat, lon in points):
        raise say.wrong(
            "midpoints",
            "Här ska stå par av latitud och longitud i grader",
            "Pairs of latitude and longitude in degrees belong here",
            "Skriv midpoints = [[59.2753, 15.2134]]",
            "Write midpoints = [[59.2753, 15.2134]]",
        )
    return points


def _title(say: _Checks, value: object) -> Text:
    if isinstance(value, dict):
        say.keys("title.", value, ("sv", "en"))
        sv = say.text("title.sv", value.get("sv"))
        return Text(sv=sv, en=say.text("title.en", value.get("en", sv)))
    return Text(sv=say.text("title", value), en=str(value))
