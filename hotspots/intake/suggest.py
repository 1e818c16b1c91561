"""A draft profile from a file, and its first rows for a person to look at. Guesses are announced; doubts are asked."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hotspots.geo.project import check_crs
from hotspots.intake import guess, headers, identifiers
from hotspots.intake.mapping import ONLY_FOR, Profile, are_notices
from hotspots.intake.profile import load
from hotspots.intake.readers import Source, open_source
from hotspots.intake.readers.base import GEOMETRY, are_values, no_header, plain
from hotspots.words import Text

_SAMPLE = 5_000
_MOST_CATEGORIES = 60
_MASK = "•••"
LONG_TEXT = 40  # letters; a column of longer ones on average is prose, or at least no category
_PLACE_WORDS = ("location", "plats", "place", "område", "area", "district", "distrikt", "status")
_SIMPLE = ("reporter", "wants_feedback", "minutes", "contacts", "offers", "accepted")
_MOMENTS = ("first_action", "feedback_at", "closed")


@dataclass
class _Draft:
    """What is found so far; `texts` are the values of each column that say something."""

    source: Source
    texts: dict[str, list[str]]
    table: pa.Table
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    formats: dict[str, None] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)
    questions: list[Text] = field(default_factory=list)

    @property
    def free(self) -> list[str]:
        """Columns that nothing has taken yet and that are neither about persons nor free text."""
        used = {c for names in self.columns.values() for c in names}
        return [c for c in self.texts if c and c not in used and not _private(c)]

    def best(self, field_name: str, among: list[str]) -> str | None:
        """The column whose header fits a field best."""
        fits = {c: headers.matches(c, headers.FIELD_WORDS[field_name]) for c in among}
        top = max(fits, key=lambda c: fits[c], default=None)
        return top if top is not None and fits[top] else None

    def ask(self, sv: str, en: str) -> None:
        self.questions.append(Text(sv=sv, en=en))

    def note(self, sv: str, en: str) -> None:
        self.notes.append(Text(sv=sv, en=en))


def _private(header: str) -> bool:
    return headers.is_person(header) or headers.is_free_text(header)


def suggest(path: Path) -> tuple[Profile, list[Text]]:
    """(a draft profile, what was found and what must be asked). A draft without questions on position or time loads.

    Raises:
        Trouble: what `open_source` raises; `no_header`.
    """
    source = _opened(path)
    name = path.name.split(".")[0]
    if are_notices(source.columns):
        found = load("polisen_se")
        return found, [*source.announcements, Text(
            sv="Filen är Polisens händelsenotiser: områden, aldrig platser",
            en="The file holds the police's event notices: areas, never places",
        )]  # fmt: skip
    table = next(
        (chunk.table for chunk in source.chunks()), pa.table({c: pa.nulls(0, pa.string()) for c in source.columns})
    )
    draft = _Draft(source, _sample(table), table)
    crs = _find_position(draft)
    _find_times(draft)
    category, codes, unknown = _find_category(draft)
    for key in ("id", *_SIMPLE):
        if column := draft.best(key, _candidates(draft, key)):
            draft.columns[key] = (column,)
    kind = _kind(draft)
    drop = tuple(c for c in source.columns if headers.is_person(c) and not _used(draft, c))
    if drop:
        draft.note(f"Kolumner om personer läses inte: {', '.join(drop)}",
                   f"Columns about persons are not read: {', '.join(drop)}")  # fmt: skip
    profile = Profile(
        name=name,
        kind=kind,
        source_type="outreach" if kind == "visit" else "reported",
        crs=crs,
        format="",
        columns=dict(draft.columns),
        dates=tuple(draft.formats) or ("iso",),
        decimal=source.decimal if source.decimal == "," else "",
        categories=codes,
        category=category,
        drop=drop,
        title=Text(sv=name, en=name),
        unknown=tuple(unknown),
        questions=tuple(draft.questions),
    )
    return profile, [*source.announcements, *draft.notes, *draft.questions]


def _opened(path: Path) -> Source:
    """The file with all its columns, when these have names: a row's values must not become a draft's columns."""
    source = open_source(path)
    if are_values(source.columns):
        raise no_header(path)
    return source


def _used(draft: _Draft, column: str) -> bool:
    return any(column in names for names in draft.columns.values())


def _candidates(draft: _Draft, key: str) -> list[str]:
    """A reporter is a person, and may be mapped: only its keyed hash is kept."""
    used = {c for names in draft.columns.values() for c in names}
    if key != "reporter":
        return draft.free
    many = {c for c, values in draft.texts.items() if len(set(values)) >= min(5, max(2, len(values) // 20))}
    return [c for c in draft.texts if c and c in many and c not in used]  # an authority's own name is no reporter


def _kind(draft: _Draft) -> str:
    if "contacts" in draft.columns or "minutes" in draft.columns:
        kind = "visit"
    elif any(f in draft.columns for f in ("wants_feedback", *_MOMENTS)):
        kind = "report"
    else:
        kind = "incident"
    for key in [k for k in draft.columns if ONLY_FOR.get(k, kind) != kind]:
        del draft.columns[key]
    if kind != "visit":
        draft.ask(
            "Är händelserna anmälda av andra (reported) eller upptäckta av egen personal (discovered)?",
            "Were the events reported by others (reported) or discovered by own staff (discovered)?",
        )
    return kind


def _sample(table: pa.Table) -> dict[str, list[str]]:
    """Rows spread over the first part of the file, as text by column, without what says nothing."""
    rows = table.take(np.unique(np.linspace(0, len(table) - 1, _SAMPLE, dtype=np.int64))) if len(table) else table
    return {n: guess.given(_as_text(c).to_pylist()) for n, c in zip(rows.column_names, rows.columns, strict=True)}


def _as_text(column: Any) -> Any:
    column = plain(column)
    if pa.types.is_binary(column.type):
        return pa.nulls(len(column), pa.string())
    return column if pa.types.is_string(column.type) else pc.cast(column, pa.string())


# -- position ---------------------------------------------------------------------------------------------------------


def _find_position(draft: _Draft) -> str:
    """Sets the position's columns; returns the CRS of x and y where it can be told."""
    numbers = {c: guess.numbers(draft.texts[c]) for c in draft.free}
    for key, looks in (("cell", guess.is_cell), ("latlon", guess.is_pair)):
        pairs = [c for c in draft.free if looks(draft.texts[c])]
        if key == "cell" and pairs:
            draft.columns["cell"] = (draft.best("cell", pairs) or pairs[0],)
            return ""
        if key == "latlon" and pairs and not _degrees(draft, numbers):
            draft.columns["latlon"] = (draft.best("latlon", pairs) or pairs[0],)
            return ""
    if degrees := _degrees(draft, numbers):
        draft.columns["lat"], draft.columns["lon"] = (degrees[0],), (degrees[1],)
        return ""
    if GEOMETRY in draft.source.columns and draft.source.format not in ("csv", "xlsx", "xls", "json"):
        draft.columns[GEOMETRY] = (GEOMETRY,)
        return check_crs(draft.source.crs) if draft.source.crs else ""
    metres = _metres(draft, numbers)
    if metres:
        draft.columns["x"], draft.columns["y"] = (metres[0],), (metres[1],)
        return metres[2]
    if place := draft.best("place", [c for c in draft.texts if c]):
        draft.columns["place"] = (place,)
        draft.ask(
            f"Kolumnen {place!r} läses som platsnamn: har studien en platsfil (hotspots places)?",
            f"The column {place!r} is read as names of places: does the study have a lookup file (hotspots places)?",
        )
        return ""
    draft.ask(
        "Vilka kolumner är läget? Ange lat och lon, x och y, eller place",
        "Which columns are the position? Give lat and lon, x and y, or place",
    )
    return ""


def _degrees(draft: _Draft, numbers: dict[str, list[float] | None]) -> tuple[str, str] | None:
    """(latitude, longitude) by header and range, else by Sweden's range alone."""
    fits = {
        "lat": [c for c, n in numbers.items() if guess.within(n, (-90, 90))],
        "lon": [c for c, n in numbers.items() if guess.within(n, (-180, 180))],
    }
    lat, lon = draft.best("lat", fits["lat"]), draft.best("lon", fits["lon"])
    if lat and lon and lat != lon:
        if guess.within(numbers[lat], guess.LON) and guess.within(numbers[lon], guess.LAT):
            draft.note("Latitud och longitud har bytt plats i filen", "Latitude and longitude are swapped in the file")
            return lon, lat
        return lat, lon
    north = [c for c, n in numbers.items() if guess.within(n, guess.LAT) and _has_decimals(draft.texts[c])]
    east = [c for c, n in numbers.items() if guess.within(n, guess.LON) and _has_decimals(draft.texts[c])]
    return (north[0], east[0]) if len(north) == len(east) == 1 else None


def _has_decimals(values: list[str]) -> bool:
    return sum(len(v.replace(",", ".").partition(".")[2]) >= 3 for v in values) > len(values) / 2


def _metres(draft: _Draft, numbers: dict[str, list[float] | None]) -> tuple[str, str, str] | None:
    """(east, north, CRS): Swedish systems by range, whichever of them is called x; others by header, CRS unknown."""
    north = [c for c, n in numbers.items() if guess.within(n, guess.NORTH)]
    for low_high, crs in ((guess.EAST, "EPSG:3006"), (guess.RT90_EAST, "EPSG:3021"), (guess.LOCAL_EAST, "")):
        named = headers.FIELD_WORDS["x"] + headers.FIELD_WORDS["y"]
        east = [c for c, n in numbers.items() if guess.within(n, low_high) and headers.matches(c, named)]
        if len(north) == 1 and len(east) == 1:
            if headers.matches(east[0], headers.FIELD_WORDS["y"]) and crs:
                draft.ask(
                    f"{north[0]!r} ser ut som nord och {east[0]!r} som öst ({crs}): stämmer det?",
                    f"{north[0]!r} looks like north and {east[0]!r} like east ({crs}): is that so?",
                )
            elif crs:
                draft.note(f"Koordinaterna ser ut som {crs}", f"The coordinates look like {crs}")
            else:
                _ask_crs(draft)
            return east[0], north[0], crs
    large = [c for c, n in numbers.items() if n and max(map(abs, n)) > 1000]
    x, y = draft.best("x", large), draft.best("y", large)
    if x and y and x != y:
        _ask_crs(draft)
        return x, y, ""
    return None


def _ask_crs(draft: _Draft) -> None:
    draft.ask(
        "Vilket koordinatsystem har x och y? Lokala zoner (SWEREF 99 12 00 … 23 15) går inte att skilja åt på talen",
        "Which coordinate system do x and y have? Local zones (SWEREF 99 12 00 … 23 15) cannot be told by the numbers",
    )


# -- time -------------------------------------------------------------------------------------------------------------


def _find_times(draft: _Draft) -> None:
    found = {c: d for c in draft.free if (d := _dates(draft, c))}
    start = draft.best("start", list(found)) or next(iter(found), None)
    if start is None:
        draft.ask("Vilken kolumn är tiden?", "Which column is the time?")
        return
    _take(draft, "start", start, found[start], headers.TIME_OF_DAY)
    rest = [c for c in found if c != start]
    for key in ("end", *_MOMENTS):
        column = draft.best(key, [c for c in rest if c in draft.free])
        if column:
            _take(draft, key, column, found[column], headers.END_TIME_OF_DAY if key == "end" else ())


def _dates(draft: _Draft, column: str) -> guess.Dates | None:
    kind = draft.table.schema.field(column).type
    if pa.types.is_date(kind):
        return guess.Dates(("%Y-%m-%d",))
    if pa.types.is_timestamp(kind):
        midnight = all(v.endswith("00:00:00") or "00:00:00." in v for v in draft.texts[column])
        return guess.Dates(("%Y-%m-%d",) if midnight else ("%Y-%m-%d %H:%M:%S",))
    says = any(headers.matches(column, headers.FIELD_WORDS[k]) for k in ("start", "end", *_MOMENTS))
    found = guess.dates(draft.texts[column], says)
    firsts = set(draft.texts[column])
    if (
        found
        and found.formats == ("%Y-%m-%d",)
        and all(v.strip().endswith("-01") for v in firsts)
        and (headers.matches(column, ("month", "månad")) or len(firsts) >= 12)
    ):
        return guess.Dates(("%Y-%m-01",))  # months, written as their first day
    return found


def _take(draft: _Draft, key: str, column: str, dates: guess.Dates, clock_words: tuple[str, ...]) -> None:
    """Map a time; a day alone is joined with a column of times of day."""
    clocks = [c for c in draft.free if guess.is_clock(draft.texts[c]) and headers.matches(c, clock_words)]
    draft.columns[key] = (column,)
    formats = dates.formats
    if clocks and dates.day_only:
        best = max(clocks, key=lambda c: headers.matches(c, clock_words))
        joined = [f"{d} {t}" for d, t in zip(draft.texts[column][:50], draft.texts[best][:50], strict=False)]
        with_time = guess.dates(joined, True)
        if with_time:
            draft.columns[key] = (column, best)
            formats = (*with_time.formats, *dates.formats)
    draft.formats |= dict.fromkeys(formats)
    if dates.ambiguous:
        draft.ask(
            f"I {column!r} går dag och månad inte att skilja åt: är det {formats[0]}?",
            f"In {column!r} day and month cannot be told apart: is it {formats[0]}?",
        )


# -- category ---------------------------------------------------------------------------------------------------------


def _find_category(draft: _Draft) -> tuple[str, dict[str, str] | None, list[str]]:
    """(constant code, value -> code, values without a code); maps the column when there is one."""
    values = {c: Counter(v.strip() for v in draft.texts[c]) for c in draft.free}
    few = [c for c, n in values.items() if 0 < len(n) <= _MOST_CATEGORIES and guess.numbers(list(n)) is None]
    few = [c for c in few if not headers.matches(c, _PLACE_WORDS) and not _is_prose(_as_text(draft.table.column(c)))]
    named = [c for c in few if headers.matches(c, headers.FIELD_WORDS["category"]) > 500]
    column = draft.best("category", named) or _by_words(few, values) or draft.best("category", few)
    if column is None:
        draft.ask(
            'Ingen kategori hittades: alla rader blir "other" om inget annat anges',
            'No category was found: all rows become "other" unless something else is given',
        )
        return "other", None, []
    draft.columns["category"] = (column,)
    everywhere = Counter(v.strip() for v in guess.given(_as_text(draft.table.column(column)).to_pylist()))
    found = {value: guess.code_of(value) for value, _ in everywhere.most_common()}
    if all(value == code for value, code in found.items()):
        return "", None, []  # the values are our codes
    unknown = [v for v, code in found.items() if code is None and not identifiers.find(pa.array([v]))[0]]
    if unknown:
        draft.ask(
            f"{len(unknown)} kategorier saknar kod: se raderna sist i [categories]",
            f"{len(unknown)} categories have no code: see the last lines of [categories]",
        )
    return "", {v: code for v, code in found.items() if code} or None, unknown


def _by_words(few: list[str], values: dict[str, Counter[str]]) -> str | None:
    """The column where most values have a code of ours by their words."""
    share = {c: sum(guess.code_of(v) is not None for v in values[c]) / len(values[c]) for c in few}
    top = max(share, key=lambda c: share[c], default=None)
    return top if top is not None and share[top] >= 0.5 else None


# -- preview ----------------------------------------------------------------------------------------------------------


def preview(path: Path, n: int = 5) -> dict[str, Any]:
    """`columns`; `rows`: the first n as lists of text; `masked`: columns that look as if they were about persons or
    hold long texts, whose values are hidden; `distinct`: number of different values by column; both of the first chunk.

    Raises:
        Trouble: what `open_source` raises; `no_header`.
    """
    source = _opened(path)
    chunk = next(iter(source.chunks()), None)
    columns = [c for c in dict.fromkeys(source.columns) if c]
    if chunk is None:
        return {"columns": columns, "rows": [], "masked": [], "distinct": dict.fromkeys(columns, 0)}
    texts = {c: _as_text(chunk.table.column(c)) for c in columns}
    masked = [c for c in columns if _private(c) or _holds_identifiers(texts[c]) or _is_prose(texts[c])]
    first = [texts[c].slice(0, n).to_pylist() for c in columns]
    rows = [list(row) for row in zip(*first, strict=True)]
    distinct = {c: int(pc.count_distinct(texts[c]).as_py()) for c in columns}
    return {"columns": columns, "rows": hidden(rows, columns, masked), "masked": masked, "distinct": distinct}


def hidden(rows: list[list[str | None]], columns: list[str], masked: list[str]) -> list[list[str]]:
    """The rows with the values of the masked columns taken out."""
    return [[_MASK if c in masked and v else (v or "") for c, v in zip(columns, row, strict=True)] for row in rows]


def _holds_identifiers(column: Any) -> bool:
    return bool(identifiers.find_any(column).any())


def _is_prose(column: Any) -> bool:
    """Long texts that mostly differ: anything about a person may stand in them, whatever the column is called."""
    mean = pc.mean(pc.utf8_length(column)).as_py() or 0
    return mean > LONG_TEXT and pc.count_distinct(column).as_py() > len(column) / 2
