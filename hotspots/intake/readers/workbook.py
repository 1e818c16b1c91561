"""Excel workbooks by calamine, after limits: a small file can unfold to millions of cells."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, WorksheetNotFound

from hotspots.errors import Trouble
from hotspots.geo.files import check_zip
from hotspots.intake.mapping import Profile
from hotspots.intake.readers.base import (
    CHUNK_ROWS,
    MAX_WORKBOOK_BYTES,
    Chunk,
    Source,
    choose,
    damaged,
    empty,
    left_out,
    too_large,
    trouble,
)
from hotspots.intake.readers.dialect import clean_name
from hotspots.words import Text

MAX_CELLS = 20_000_000  # of one sheet, blank ones between included
_TITLE_LINES = 30
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=[\"'](\d+)[\"']")
_CELL = re.compile(rb"\br=[\"']([A-Z]{1,3})\d+[\"']")
_OVERLAP = 4096


def open_workbook(path: Path, profile: Profile | None, kind: str) -> Source:
    """A sheet of an xlsx or xls file: the given one, else the first that has the mapped columns; see Source.

    Raises:
        Trouble: `bad_zip`, `too_large`, `damaged_file`, `no_sheet`, `empty_file`, `missing_column`, `duplicate_column`.
    """
    if path.stat().st_size > MAX_WORKBOOK_BYTES:
        raise _too_many(path)
    if kind == "xlsx":
        _check_dimensions(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = [m.name for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
        wanted = profile.wanted if profile else None
        sheet, rows = _choose_sheet(path, book, names, profile.sheet if profile else "", wanted)
        header = _header(path, rows, wanted, profile.skip_rows if profile else None)
    except (CalamineError, WorksheetNotFound, OSError):
        raise damaged(path) from None
    columns = [clean_name(_text(v) or "") for v in rows[header]]
    while columns and not columns[-1]:
        columns.pop()
    chosen = choose(path, columns, wanted)
    table = _table(rows[header + 1 :], [columns.index(c) for c in chosen], chosen)
    said = _announce(sheet, names, profile, header)
    return Source(
        path, kind, tuple(columns), left_out(columns, chosen), said, len(table), lambda: _chunks(table), decimal="."
    )


def _check_dimensions(path: Path) -> None:
    """Refuse before reading: too many cells by the sheets' own row and column numbers."""
    entries = check_zip(path)
    if "xl/workbook.xml" not in entries:
        raise damaged(path)
    with zipfile.ZipFile(path) as archive:
        for name in entries:
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                try:
                    rows, columns = _dimensions(archive, name)
                except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError):
                    raise damaged(path) from None
                if rows * columns > MAX_CELLS:
                    raise _too_many(path)


def _dimensions(archive: zipfile.ZipFile, name: str) -> tuple[int, int]:
    """The highest row and column that cells of a sheet stand in (what it says of itself may lie)."""
    rows, letters, tail, cells = 0, set[bytes](), b"", 0
    with archive.open(name) as file:
        while piece := file.read(1 << 22):
            piece = tail + piece
            rows = max([rows, *map(int, _ROW.findall(piece))])
            found = _CELL.findall(piece)
            cells += len(found)
            letters.update(found)
            if cells > MAX_CELLS:
                return MAX_CELLS, 2
            tail = piece[-_OVERLAP:]
    return max(rows, 1), max([1, *map(_column_number, letters)])


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_many(path: Path) -> Trouble:
    return too_large(path, "Spara bladet som CSV", "Save the sheet as CSV")


def _choose_sheet(
    path: Path, book: Any, names: Sequence[str], given: str, wanted: Sequence[str] | None
) -> tuple[str, list[list[Any]]]:
    if given and given not in names:
        said = ", ".join(repr(n) for n in names[:12])
        raise trouble(
            "no_sheet",
            path,
            f"Bladet {given!r} finns inte",
            f"There is no sheet {given!r}",
            f"Välj bland: {said}",
            f"Choose among: {said}",
        )
    first: tuple[str, list[list[Any]]] | None = None
    for name in [given] if given else names:
        rows = [list(row) for row in book.get_sheet_by_name(name).iter_rows()]
        if not any(_filled(row) for row in rows):
            continue
        first = first or (name, rows)
        heads = [{clean_name(_text(v) or "") for v in row} for row in rows[:_TITLE_LINES]]
        if wanted is None or any(set(wanted) <= head for head in heads):
            return name, rows
    if first is None:
        raise empty(path)
    return first


def _filled(row: Sequence[Any]) -> int:
    return sum(v not in ("", None) for v in row)


def _header(path: Path, rows: list[list[Any]], wanted: Sequence[str] | None, skip: int | None) -> int:
    """Index of the header: after `skip_rows`, else the first row with the mapped columns, else the first full one."""
    filled = [i for i, row in enumerate(rows) if _filled(row) and i >= (skip or 0)]
    if not filled:
        raise empty(path)
    if skip is not None:
        return filled[0]
    near = filled[:_TITLE_LINES]
    named = [i for i in near if wanted and set(wanted) <= {clean_name(_text(v) or "") for v in rows[i]}]
    if named:
        return named[0]
    most = max(_filled(rows[i]) for i in near)
    return next(i for i in near if _filled(rows[i]) >= max(1, most * 0.8))


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, timedelta):
        return str((datetime.min + value).time()) if timedelta(0) <= value < timedelta(1) else str(value)
    return str(value)


def _column(values: list[Any]) -> pa.Array:
    """A column in the one type that all its values have, else as text. Whole numbers stay whole."""
    kinds = {type(v) for v in values if v not in ("", None)}
    blank = [None if v == "" else v for v in values]
    if kinds == {bool}:
        return pa.array(blank, pa.bool_())
    if kinds and kinds <= {int, float}:
        whole = all(v is None or (float(v).is_integer() and abs(v) < 1e15) for v in blank)
        return pa.array([v if v is None or not whole else int(v) for v in blank], pa.int64() if whole else pa.float64())
    if kinds == {date}:
        return pa.array(blank, pa.date32())
    if kinds and kinds <= {date, datetime}:
        return pa.array([datetime.combine(v, time()) if type(v) is date else v for v in blank], pa.timestamp("us"))
    return pa.array([_text(v) for v in values], pa.string())


def _table(rows: list[list[Any]], places: Sequence[int], names: Sequence[str]) -> pa.Table:
    while rows and not _filled(rows[-1]):
        rows.pop()
    return pa.table([_column([row[p] if p < len(row) else None for row in rows]) for p in places], names=list(names))


def _chunks(table: pa.Table) -> Iterator[Chunk]:
    for start in range(0, len(table), CHUNK_ROWS):
        yield Chunk(start + 1, table.slice(start, CHUNK_ROWS), [])


def _announce(sheet: str, names: Sequence[str], profile: Profile | None, header: int) -> list[Text]:
    said: list[Text] = []
    if len(names) > 1 and not (profile and profile.sheet):
        others = ", ".join(n for n in names if n != sheet)
        said.append(
            Text(sv=f"Bladet {sheet!r} läses, inte: {others}", en=f"The sheet {sheet!r} is read, not: {others}")
        )
    if header and not (profile and profile.skip_rows is not None):
        said.append(
            Text(
                sv=f"Rader före rubriken som hoppas över: {header}",
                en=f"Lines before the header that are skipped: {header}",
            )
        )
    return said
