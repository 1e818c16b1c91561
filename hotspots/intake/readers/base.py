"""What every reader hands on: a Source with announcements, and chunks of the mapped columns only."""

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from hotspots.errors import Trouble
from hotspots.intake import identifiers
from hotspots.words import Text

CHUNK_ROWS = 200_000
MAX_STREAM_BYTES = 20 << 30  # read piece by piece
MAX_UNPACKED_RATIO, FREE_UNPACKED_BYTES = 200, 64 << 20  # of gzip
MAX_WHOLE_BYTES = 300 << 20  # formats that must be held in memory: JSON documents, GeoJSON
MAX_WORKBOOK_BYTES = 200 << 20
GEOMETRY = "geometry"
# What stands in a row and not in a heading: figures without letters (numbers, dates, times, positions), dates with a
# letter between or the month in words, times with am or pm.
_NO_LETTERS = re.compile(r"[^\W\d_]")
_MONTHS = r"(?:jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-zåäö]*\.?"
_MOMENT = re.compile(
    rf"\d{{4}}-\d\d-\d\d[T ].*|.*\b\d{{1,2}}[.:]\d\d(?:[.:]\d\d)? ?[ap]\.?m\b.*"
    rf"|\d{{1,2}}\.?[ -]{_MONTHS}[ -]\d{{2,4}}.*|{_MONTHS} \d{{1,2}},? \d{{4}}.*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Chunk:
    """Consecutive rows. `first_row`: number of the first one in the file, 1 = first data row. `broken`: numbers of rows
    that could not be split into fields; they stand in `table` as nulls, so that row numbers stay true."""

    first_row: int
    table: pa.Table
    broken: list[int]


@dataclass(frozen=True)
class Source:
    """An opened file. `chunks()` may be called again and gives the same rows.

    `columns`: all columns of the file, in order; `table` in a chunk holds only the mapped ones. `unmapped`: those that
    are not read. `decimal`: "," or "." as given or found. `crs`: what the file says of its geometry ("" = nothing).
    """

    path: Path
    format: str
    columns: tuple[str, ...]
    unmapped: list[str]
    announcements: list[Text]
    rows_hint: int | None
    read: Callable[[], Iterator[Chunk]]
    decimal: str = "."
    crs: str = ""

    def chunks(self) -> Iterator[Chunk]:
        """The rows, about CHUNK_ROWS at a time."""
        return self.read()


def trouble(code: str, path: Path, sv: str, en: str, do_sv: str = "", do_en: str = "") -> Trouble:
    """A Trouble about a file, named without its folder."""
    return Trouble(code, Text(sv=sv, en=en), where=path.name, do=Text(sv=do_sv, en=do_en))


def damaged(path: Path) -> Trouble:
    """The file cannot be read as what it claims to be."""
    return trouble(
        "damaged_file",
        path,
        "Filen är skadad eller avbruten",
        "The file is damaged or cut off",
        "Exportera eller hämta den på nytt",
        "Export or fetch it again",
    )


def empty(path: Path) -> Trouble:
    """The file holds no table at all."""
    return trouble("empty_file", path, "Filen är tom", "The file is empty", "Kontrollera exporten", "Check the export")


def too_large(path: Path, do_sv: str, do_en: str) -> Trouble:
    """The file is over the limit of its format."""
    return trouble("too_large", path, "Filen är för stor", "The file is too large", do_sv, do_en)


def are_values(columns: Sequence[str]) -> bool:
    """Whether the headings are a row's values: one of them is a person's number, a number or a date."""
    names = [c.strip() for c in columns if c.strip()]
    figures = (any(c.isdigit() for c in name) and not _NO_LETTERS.search(name) for name in names)
    if any(figures) or any(_MOMENT.fullmatch(name) for name in names):
        return True
    return bool(names) and bool(identifiers.find(pa.array(names, pa.string())).any())


def no_header(path: Path) -> Trouble:
    """The first row is data; none of it is said, since it may be about a person."""
    return trouble(
        "no_header",
        path,
        "Filen verkar sakna rubrikrad",
        "The file seems to have no header row",
        "Lägg till en rad överst som säger vad varje kolumn är",
        "Add a row at the top that says what each column is",
    )


def choose(path: Path, columns: Sequence[str], wanted: Sequence[str] | None) -> list[str]:
    """The columns to read: the wanted ones (all when None), after the check that each stands in the file just once.

    Raises:
        Trouble: `missing_column` with near matches, `duplicate_column`; `no_header` before any heading is said.
    """
    if wanted is None:
        return list(dict.fromkeys(columns))
    for name in wanted:
        if name not in columns:
            if are_values(columns):
                raise no_header(path)
            near = difflib.get_close_matches(name, columns, 3, 0.5) or [
                c for c in columns if c.casefold() == name.casefold()
            ]
            said = ", ".join(repr(c) for c in (near or list(columns)[:12]))
            raise trouble(
                "missing_column",
                path,
                f"Kolumnen {name!r} finns inte i filen",
                f"The column {name!r} is not in the file",
                f"{'Närmast ligger' if near else 'Filen har'} {said}; ändra profilen eller filens rubrik",
                f"{'Closest is' if near else 'The file has'} {said}; change the profile or the file's header",
            )
        if columns.count(name) > 1:
            raise trouble(
                "duplicate_column",
                path,
                f"Kolumnen {name!r} finns flera gånger i filen",
                f"The column {name!r} is in the file more than once",
                "Ge kolumnerna olika rubriker",
                "Give the columns different headers",
            )
    return list(wanted)


def left_out(columns: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """The named columns that are not read."""
    return [c for c in dict.fromkeys(columns) if c and c not in chosen]


def plain(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """One of the few types that the cleaning knows: text, int64, float64, bool, timestamp, date32, binary."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return plain(column.cast(kind.value_type))
    if pa.types.is_string(kind) or pa.types.is_boolean(kind) or kind == pa.date32() or pa.types.is_binary(kind):
        return column
    if pa.types.is_uint64(kind):
        return column.cast(pa.string())  # an H3 cell or a long id: no number of ours holds it
    if pa.types.is_integer(kind):
        return column.cast(pa.int64())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    if pa.types.is_timestamp(kind):
        return column if kind.unit in ("s", "ms", "us") else pc.cast(column, pa.timestamp("us", kind.tz), safe=False)
    if pa.types.is_date(kind):
        return column.cast(pa.date32())
    if pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return column.cast(pa.binary())
    if pa.types.is_nested(kind) or pa.types.is_duration(kind):
        return pa.nulls(len(column), pa.string())  # lists and structures are no values of ours
    return column.cast(pa.string())


def plain_table(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """The table with plain types under the given names."""
    return pa.table([plain(c) for c in table.columns], names=list(names))
