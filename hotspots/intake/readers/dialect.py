"""How a text table is written: separator, lines of title before the header, decimal sign. Found, and announced."""

import csv
import itertools
import re
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hotspots.intake.mapping import Profile
from hotspots.intake.readers import encoding as text
from hotspots.intake.readers.base import empty
from hotspots.words import Text

SEPARATORS = (";", "\t", "|", ",")
_SAMPLE_LINES, _TITLE_LINES = 400, 30
_MAX_RECORD_LINES, _MAX_RECORD = 200, 1 << 20  # a quoted value may run over lines, but not over half the file
_COMMA_NUMBER, _POINT_NUMBER = re.compile(r"-?\d+,\d+"), re.compile(r"-?\d+\.\d+")
_NAMES = {";": Text("semikolon", "semicolon"), ",": Text("komma", "comma"), "\t": Text("tabb", "tab"),
          "|": Text("lodstreck", "bar")}  # fmt: skip
_ENCODING_WORDS = {
    "cp1252": "windows-1252",
    "mixed": "UTF-8 + windows-1252",
    "utf-8-sig": "UTF-8 (BOM)",
    "utf-16": "UTF-16",
}


@dataclass(frozen=True)
class Dialect:
    """`header_lines`: physical lines up to and with the header; `title_lines`: those of them before the header."""

    separator: str
    columns: tuple[str, ...]
    header_lines: int
    title_lines: int
    decimal: str


def records(lines: Iterable[str], separator: str) -> Iterator[tuple[str, int]]:
    """Lines joined into records where a quoted value runs over several: (record, physical lines). Blank lines give
    ("", 1). A quote that never closes makes a record of its one line, so that it cannot swallow what follows."""
    closed = _closed(separator)
    source, waiting = iter(lines), deque[str]()
    while True:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            return
        line = line.rstrip("\n")
        if '"' not in line or closed(line):
            yield line, 1
            continue
        joined, size = [line], len(line)
        while len(joined) < _MAX_RECORD_LINES and size < _MAX_RECORD:
            more = waiting.popleft() if waiting else next(source, None)
            if more is None:
                break
            joined.append(more.rstrip("\n"))
            size += len(more)
            if '"' in more and closed("\n".join(joined)):
                break
        if closed("\n".join(joined)):
            yield "\n".join(joined), len(joined)
        else:
            yield line, 1
            waiting.extendleft(reversed(joined[1:]))


@cache
def _closed(separator: str) -> Callable[[str], object]:
    """Whether a record ends outside quotes (they open only at the start of a field). Possessive: no backtracking."""
    s = re.escape(separator)
    field = rf'(?:"(?:[^"]++|"")*+"[^{s}]*+|[^"{s}][^{s}]*+|)'
    return re.compile(rf"{field}(?:{s}{field})*+").fullmatch


def split(record: str, separator: str) -> list[str] | None:
    """The fields of one record; None when it cannot be split (a quote that stays open, a NUL, a field without end)."""
    if "\0" in record:
        return None
    if '"' not in record:
        return record.split(separator)
    try:
        return next(csv.reader((record,), delimiter=separator, strict=True), [])
    except csv.Error:
        if record.count('"') % 2:
            return None
    try:
        return next(csv.reader((record,), delimiter=separator), [])
    except csv.Error:
        return None


def clean_name(name: str) -> str:
    """A header as it is compared: without blanks around it, accents composed."""
    return unicodedata.normalize("NFC", name.replace("\ufeff", "")).strip()


def find(path: Path, facts: text.Facts, profile: Profile | None) -> Dialect:
    """The dialect of a text table, from its first lines and what the profile fixes.

    Raises:
        Trouble: `empty_file`.
    """
    wanted = set(profile.wanted) if profile else set()
    first = list(itertools.islice(text.lines(path, facts.encoding), _SAMPLE_LINES))
    skip = profile.skip_rows if profile else None
    given = profile.separator if profile else ""
    best: tuple[tuple[float, ...], str, int, list[tuple[str, int]]] | None = None
    for separator in [given] if given else SEPARATORS:
        sample = list(records(first, separator))
        rows = [split(record, separator) or [] for record, _ in sample]
        score, header = _score(rows, wanted, skip, sample)
        if best is None or score > best[0]:
            best = (score, separator, header, sample)
    assert best is not None
    _, separator, header, sample = best
    if header >= len(sample):
        raise empty(path)
    names = [clean_name(n) for n in split(sample[header][0], separator) or [sample[header][0]]]
    before = sum(n for _, n in sample[:header])
    decimal = (profile.decimal if profile else "") or _decimal(sample[header + 1 :], separator)
    return Dialect(separator, tuple(names), before + sample[header][1], before, decimal)


def _score(
    rows: list[list[str]], wanted: set[str], skip: int | None, sample: list[tuple[str, int]]
) -> tuple[tuple[float, ...], int]:
    """How well a separator fits, and the index of the header under it."""
    filled = [i for i, row in enumerate(rows) if any(f.strip() for f in row)]
    if skip is not None:
        ends = list(itertools.accumulate(n for _, n in sample))
        filled = [i for i in filled if ends[i] - sample[i][1] >= skip]
    if not filled:
        return (0.0, 0.0, 0.0), len(rows)
    width, _ = Counter(len(rows[i]) for i in filled).most_common(1)[0]
    header = filled[0]
    if skip is None:
        header = next((i for i in filled[:_TITLE_LINES] if len(rows[i]) == width), filled[0])
        named = [i for i in filled[:_TITLE_LINES] if wanted and wanted <= {clean_name(f) for f in rows[i]}]
        header = named[0] if named else header
    hits = len(wanted & {clean_name(f) for f in rows[header]})
    body = [i for i in filled if i >= header]
    even = sum(len(rows[i]) == len(rows[header]) for i in body) / len(filled)
    return (float(hits), even if len(rows[header]) > 1 else 0.0, float(min(width, 50))), header


def _decimal(sample: Sequence[tuple[str, int]], separator: str) -> str:
    """The decimal sign that more values of the sample use; "." when there are none."""
    values = [f.strip() for record, _ in sample for f in split(record, separator) or []]
    commas = sum(_COMMA_NUMBER.fullmatch(v) is not None for v in values)
    return "," if commas > sum(_POINT_NUMBER.fullmatch(v) is not None for v in values) else "."


def announcements(facts: text.Facts, dialect: Dialect, profile: Profile | None) -> list[Text]:
    """What was found rather than given."""
    said: list[Text] = []
    if facts.gzipped:
        said.append(Text(sv="Filen är packad med gzip", en="The file is packed with gzip"))
    if not (profile and profile.encoding) and facts.encoding != "utf-8":
        name = _ENCODING_WORDS.get(facts.encoding, facts.encoding)
        said.append(Text(sv=f"Teckenkodning: {name}", en=f"Encoding: {name}"))
    if facts.replaced:
        said.append(
            Text(
                sv="Tecken som å, ä och ö är redan förstörda i filen (U+FFFD)",
                en="Signs such as å, ä and ö are already destroyed in the file (U+FFFD)",
            )
        )
    if not (profile and profile.separator):
        word = _NAMES[dialect.separator]
        said.append(Text(sv=f"Fälten skiljs åt med {word.sv}", en=f"Fields are separated by {word.en}"))
    if not (profile and profile.decimal) and dialect.decimal == ",":
        said.append(Text(sv="Decimaltecken: komma", en="Decimal sign: comma"))
    if dialect.title_lines and not (profile and profile.skip_rows is not None):
        said.append(
            Text(
                sv=f"Rader före rubriken som hoppas över: {dialect.title_lines}",
                en=f"Lines before the header that are skipped: {dialect.title_lines}",
            )
        )
    return said
