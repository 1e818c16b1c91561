"""CSV and its kin. The fast way is pyarrow's; where a row cannot be split, a careful way takes over."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc

from hotspots.intake.mapping import Profile
from hotspots.intake.readers import dialect as how
from hotspots.intake.readers import encoding as text
from hotspots.intake.readers.base import CHUNK_ROWS, Chunk, Source, choose, left_out

_MIN_BLOCK, _MAX_BLOCK = 1 << 20, 64 << 20
Row = tuple[str | None, ...]
_FAST = ("utf-8", "utf-8-sig", "cp1252", "latin-1")


def open_delimited(path: Path, profile: Profile | None) -> Source:
    """A text table of any separator, encoding and compression; see Source.

    Raises:
        Trouble: `empty_file`, `not_a_table`, `bad_encoding`, `damaged_file`, `missing_column`, `duplicate_column`.
    """
    facts = text.look(path, profile.encoding if profile else "")
    dialect = how.find(path, facts, profile)
    chosen = choose(path, dialect.columns, profile.wanted if profile else None)
    reading = Reading(path, facts, dialect, tuple(chosen))
    return Source(
        path=path,
        format="csv",
        columns=dialect.columns,
        unmapped=left_out(dialect.columns, chosen),
        announcements=how.announcements(facts, dialect, profile),
        rows_hint=max(0, facts.lines - dialect.header_lines),
        read=reading.chunks,
        decimal=dialect.decimal,
    )


class Reading:
    """One way of reading one file, repeatable: the same blocks and the same change of way each time."""

    def __init__(self, path: Path, facts: text.Facts, dialect: how.Dialect, chosen: tuple[str, ...]) -> None:
        self.path, self.facts, self.dialect, self.chosen = path, facts, dialect, chosen

    def chunks(self) -> Iterator[Chunk]:
        """The rows; those that cannot be split are broken, and null in the table."""
        read = 0
        if self.facts.encoding in _FAST and not self.facts.nul and len(self.dialect.columns) > 1:
            try:
                for table in self._fast():
                    if len(table):
                        yield Chunk(read + 1, table, [])
                    read += len(table)
                return
            except (_Ragged, pa.ArrowInvalid, UnicodeDecodeError):
                pass  # the careful way goes on from here
        yield from self._careful(read)

    def _fast(self) -> Iterator[pa.Table]:
        """Blocks of whole rows; raises _Ragged before it gives a block with a row of another number of fields."""
        names = _unlike(self.dialect.columns)
        include = [names[self.dialect.columns.index(c)] for c in self.chosen]
        ragged: list[int] = []

        def note(row: pc.InvalidRow) -> str:
            ragged.append(1)
            return "skip"

        encoding = "utf-8" if self.facts.encoding == "utf-8-sig" else self.facts.encoding
        quotes = self.facts.quotes
        with text.open_bytes(self.path) as file:
            reader = pc.open_csv(
                file,
                pc.ReadOptions(
                    column_names=names,
                    skip_rows=self.dialect.header_lines,
                    block_size=self._block_size(),
                    encoding=encoding,
                ),
                pc.ParseOptions(
                    delimiter=self.dialect.separator,
                    quote_char='"' if quotes else False,
                    newlines_in_values=quotes,
                    invalid_row_handler=note,
                ),
                pc.ConvertOptions(
                    include_columns=include,
                    column_types=dict.fromkeys(include, pa.string()),
                    strings_can_be_null=False,
                ),
            )
            if ragged:  # the reader parses its first block when it is made
                raise _Ragged
            for batch in reader:
                if ragged:
                    raise _Ragged
                yield pa.Table.from_batches([batch]).rename_columns(list(self.chosen))
            if ragged:  # a last block of nothing but broken rows
                raise _Ragged

    def _block_size(self) -> int:
        start = text.head(self.path, _MIN_BLOCK)
        return min(_MAX_BLOCK, max(_MIN_BLOCK, len(start) // max(1, start.count(b"\n")) * CHUNK_ROWS))

    def _careful(self, skip: int) -> Iterator[Chunk]:
        """Row by row from data row `skip` + 1 on."""
        places = [self.dialect.columns.index(c) for c in self.chosen]
        pick: Callable[[list[str]], Row] = itemgetter(*places) if len(places) > 1 else lambda f: (f[places[0]],)
        empty: Row = (None,) * len(places)
        records, first = itertools.islice(self._records(), skip, None), skip + 1
        while True:
            rows, broken = list[Row](), list[int]()
            for number, record in enumerate(itertools.islice(records, CHUNK_ROWS), first):
                fields = self._fields(record)
                if fields is None:
                    broken.append(number)
                rows.append(empty if fields is None else pick(fields))
            if not rows:
                return
            columns = [pa.array([row[i] for row in rows], pa.string()) for i in range(len(places))]
            yield Chunk(first, pa.table(columns, names=list(self.chosen)), broken)
            first += len(rows)

    def _fields(self, record: str) -> list[str] | None:
        """The fields of a row, as many as the header has; None for another number, or a row that cannot be split."""
        width, fields = len(self.dialect.columns), how.split(record, self.dialect.separator)
        if fields is not None and len(fields) > width and not any(fields[width:]):
            return fields[:width]  # separators left over at the end, as Excel leaves them
        return fields if fields is not None and len(fields) == width else None

    def _records(self) -> Iterator[str]:
        """The data records, without blank ones, as the fast way counts them too."""
        lines = text.lines(self.path, self.facts.encoding)
        for _ in range(self.dialect.header_lines):
            next(lines, None)
        for record, _ in how.records(lines, self.dialect.separator):
            if record:
                yield record


class _Ragged(Exception):
    """A row has another number of fields than the header."""


def _unlike(columns: Sequence[str]) -> list[str]:
    """The column names made unlike each other (unnamed and repeated ones get their position)."""
    return [c if c and columns.index(c) == i else f"{c}\0{i}" for i, c in enumerate(columns)]
