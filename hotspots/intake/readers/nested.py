"""JSON: a list of records, records inside a document, or one record a line. Inner fields are addressed as "a.b"."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from hotspots.errors import Trouble
from hotspots.intake.mapping import Profile
from hotspots.intake.readers import encoding as text
from hotspots.intake.readers.base import (
    CHUNK_ROWS,
    MAX_WHOLE_BYTES,
    Chunk,
    Source,
    choose,
    damaged,
    empty,
    left_out,
    too_large,
    trouble,
)
from hotspots.words import Text

_DEPTH = 6


def _loads(written: str) -> Any:
    """JSON with its numbers as written: no rounding, no limit on digits."""
    return json.loads(written, parse_float=str, parse_int=str, parse_constant=str)


def kind_of(path: Path) -> str:
    """ "lines" (one record a line), "geojson" or "json" (a document), by the first bytes."""
    start = text.head(path, 1 << 16).decode("utf-8-sig", errors="replace")
    first, _, rest = start.lstrip().partition("\n")
    if first.startswith("{") and rest.lstrip().startswith("{"):
        try:
            json.loads(first)
            return "lines"
        except ValueError:
            pass
    is_map = '"FeatureCollection"' in start or ('"Feature"' in start and '"geometry"' in start)
    return "geojson" if first.startswith("{") and is_map else "json"


def open_lines(path: Path, profile: Profile | None) -> Source:
    """One JSON record a line, also gzip; a line that is no record is broken; see Source."""
    columns: dict[str, None] = {}
    rows = 0
    for record in _records(path):
        rows += 1
        columns |= dict.fromkeys(flat(record)) if record else {}
    chosen = choose(path, list(columns), profile.wanted if profile else None)
    left = left_out(list(columns), chosen)
    said = [Text(sv="En JSON-post per rad", en="One JSON record a line")]
    return Source(path, "json", tuple(columns), left, said, rows, lambda: _chunks(_records(path), chosen))


def _records(path: Path) -> Iterator[dict[str, Any] | None]:
    for line in text.lines(path, "utf-8-sig"):
        if line.strip():
            try:
                record = _loads(line)
            except (ValueError, RecursionError):
                record = None
            yield record if isinstance(record, dict) else None


def open_document(path: Path, profile: Profile | None) -> Source:
    """A JSON document: a list of records, or records at `records = "a.b"` (a lone list inside is found); see Source.

    Raises:
        Trouble: `too_large`, `damaged_file`, `no_records`, `empty_file`, `missing_column`.
    """
    document = load(path)
    said: list[Text] = []
    records, where = _find_records(path, document, profile.records if profile else "")
    if where and not (profile and profile.records):
        said.append(Text(sv=f"Posterna står under {where!r}", en=f"The records are under {where!r}"))
    rows = [r if isinstance(r, dict) else None for r in records]
    columns = list(dict.fromkeys(k for r in rows if r for k in flat(r)))
    if not rows:
        raise empty(path)
    chosen = choose(path, columns, profile.wanted if profile else None)
    left = left_out(columns, chosen)
    return Source(path, "json", tuple(columns), left, said, len(rows), lambda: _chunks(rows, chosen))


def load(path: Path) -> Any:
    """The whole document; numbers stay as they are written.

    Raises:
        Trouble: `too_large`, `damaged_file`.
    """
    with text.open_bytes(path) as file:
        content = file.read(MAX_WHOLE_BYTES + 1)
    if len(content) > MAX_WHOLE_BYTES:
        raise too_large(path, "Spara den med en post per rad", "Save it with one record a line")
    try:
        return _loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise damaged(path) from None


def _find_records(path: Path, document: Any, where: str) -> tuple[list[Any], str]:
    for key in where.split(".") if where else ():
        document = document.get(key) if isinstance(document, dict) else None
    if isinstance(document, list):
        return document, where
    lists = {k: v for k, v in document.items() if isinstance(v, list)} if isinstance(document, dict) else {}
    filled = {k: v for k, v in lists.items() if v and isinstance(v[0], dict)}
    if where or len(filled) != 1:
        raise _no_records(path, list(filled or lists))
    return next((v, k) for k, v in filled.items())


def _no_records(path: Path, found: Sequence[str]) -> Trouble:
    said = ", ".join(repr(f) for f in found[:12])
    return trouble(
        "no_records",
        path,
        "Posterna hittas inte i JSON-filen",
        "The records are not found in the JSON file",
        'Ange records = "…" i profilen' + (f"; filen har {said}" if said else ""),
        'Give records = "…" in the profile' + (f"; the file has {said}" if said else ""),
    )


def flat(record: Mapping[str, Any], prefix: str = "", depth: int = _DEPTH) -> dict[str, Any]:
    """Inner records opened: {"location": {"gps": ..}} gives {"location.gps": ..}; lists stay out."""
    found: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict) and depth:
            found |= flat(value, f"{prefix}{key}.", depth - 1)
        else:
            found[prefix + key] = value
    return found


def as_text(value: Any) -> str | None:
    """A value of JSON as text; lists and records are no values of ours."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return None
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")  # halves of a pair


def _chunks(records: Iterable[dict[str, Any] | None], chosen: Sequence[str]) -> Iterator[Chunk]:
    rows, broken, first, number = list[dict[str, Any]](), list[int](), 1, 0
    for number, record in enumerate(records, 1):
        if record is None:
            broken.append(number)
        opened = flat(record or {})
        rows.append({name: as_text(opened.get(name)) for name in chosen})
        if len(rows) == CHUNK_ROWS:
            yield Chunk(first, table_of(rows, chosen), broken)
            rows, broken, first = [], [], number + 1
    if rows:
        yield Chunk(first, table_of(rows, chosen), broken)


def table_of(rows: Sequence[Mapping[str, str | None]], names: Sequence[str]) -> pa.Table:
    """Text columns from rows."""
    return pa.table([pa.array([r.get(n) for r in rows], pa.string()) for n in names], names=list(names))
