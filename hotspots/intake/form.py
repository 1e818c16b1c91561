"""What the page Data needs to know of a file: first rows, a draft, the values of its columns, which profiles fit."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hotspots.errors import Trouble
from hotspots.intake import guess, identifiers, own
from hotspots.intake import profile as profiles
from hotspots.intake.profile import Profile
from hotspots.intake.readers import open_source
from hotspots.intake.suggest import LONG_TEXT, hidden, preview, suggest
from hotspots.vocabulary import Vocabulary

MOST_VALUES = 80  # a column with more different values is not offered value by value
MOST_ROWS = 400_000  # read for the values; the dry run sees the rest
_FOR_TOML = "[categories]"  # a hint to who writes the draft by hand; the page shows those values as choice lists
FEW_ROWS = 20  # in a shorter file a category may well stand once
_WORDS = ("category", "area")  # of the draft's fields, the ones whose values may be words to choose among
COUNTED_FROM = 5  # counts below this stay in the worker
_COULD_BE_WORDS = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_dictionary,
    pa.types.is_integer,
    pa.types.is_boolean,
)


def describe(path: Path, home: Path, vocabulary: Vocabulary) -> dict[str, Any]:
    """Plain data for the page: columns, rows, masked, values, draft, notes, profiles.

    Columns that look as if they were about persons are masked: neither their values nor counts of them leave. Values
    are listed only of columns that could be a category or a source: few, short ones, neither positions nor times.

    Raises:
        Trouble: what `open_source` raises; `no_header`.
    """
    draft, notes = suggest(path)
    looked = preview(path)
    columns = [str(c) for c in looked["columns"]]
    taken = {c for name, theirs in draft.columns.items() if name not in _WORDS for c in theirs}
    private = {str(c) for c in looked["masked"]}
    values, found = _values(path, [c for c in columns if c not in private | taken])
    masked = [c for c in columns if c in private | found]
    return {
        "columns": columns,
        "rows": hidden(looked["rows"], columns, masked),
        "masked": masked,
        "values": values,
        "draft": tomllib.loads(profiles.to_toml(draft)),
        "notes": [{"sv": n.sv, "en": n.en} for n in notes if _FOR_TOML not in n.sv],
        "profiles": [
            _fit(known, own.load(known.name, home, vocabulary), set(columns)) for known in own.listed(home, vocabulary)
        ],
    }


def _fit(known: own.Known, profile: Profile, columns: set[str]) -> dict[str, Any]:
    return {
        "name": known.name,
        "title": {"sv": known.title.sv, "en": known.title.en},
        "own": known.own,
        "missing": [c for c in profile.wanted if c not in columns],
        "mapping": tomllib.loads(profiles.to_toml(profile)),
    }


def _values(path: Path, columns: list[str]) -> tuple[dict[str, list[list[Any]]], set[str]]:
    """(column -> [value, rows] of its few values, most frequent first, small counts None; columns to be masked)."""
    counts: dict[str, Counter[str]] = {c: Counter() for c in columns}
    masked: set[str] = set()
    read = 0
    try:
        for chunk in open_source(path).chunks() if columns else ():
            for name in list(counts):
                _count(counts, masked, name, chunk.table)
            read += len(chunk.table)
            if read >= MOST_ROWS or not counts:
                break
    except Trouble:  # the dry run says it, with the row; the page can still offer columns
        return {}, masked
    return {
        name: [[value, n if n >= COUNTED_FROM else None] for value, n in found.most_common()]
        for name, found in counts.items()
        if found and _could_be_words(found)
    }, masked


def _could_be_words(found: Counter[str]) -> bool:
    """Whether values could be a file's own categories or sources: short, recurring, and no positions."""
    rows, values = found.total(), list(found)
    if len(values) > max(FEW_ROWS, rows / 2) or sum(len(v) * n for v, n in found.items()) > LONG_TEXT * rows:
        return False
    fractions = guess.numbers(values) is not None and sum("." in v or "," in v for v in values) > len(values) / 2
    return not (fractions or guess.is_pair(values) or guess.is_cell(values))


def _count(counts: dict[str, Counter[str]], masked: set[str], name: str, table: pa.Table) -> None:
    """Add a chunk's values of one column; one with too many is given up, one with a person's number is masked."""
    column = table[name]
    if not any(could(column.type) for could in _COULD_BE_WORDS):
        counts.pop(name)
        return
    column = column.cast(pa.string())
    if identifiers.find_any(column).any():
        masked.add(name)
        counts.pop(name)
        return
    found = pc.value_counts(pc.utf8_trim_whitespace(column.combine_chunks()).drop_null())
    for value, n in zip(found.field("values").to_pylist(), found.field("counts").to_pylist(), strict=True):
        if value:
            counts[name][value] += n
    if len(counts[name]) > MOST_VALUES:
        counts.pop(name)
