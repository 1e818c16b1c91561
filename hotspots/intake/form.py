"""What the page Data needs to know of a file: first rows, a draft, the values of its columns, which profiles fit."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hotspots.errors import Trouble
from hotspots.intake import own
from hotspots.intake import profile as profiles
from hotspots.intake.profile import Profile
from hotspots.intake.readers import open_source
from hotspots.intake.suggest import preview, suggest
from hotspots.vocabulary import Vocabulary

MOST_VALUES = 80  # a column with more different values is not offered value by value
MOST_ROWS = 400_000  # read for the values; the dry run sees the rest
_FOR_TOML = "[categories]"  # a hint to who writes the draft by hand; the page shows those values as choice lists
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

    Columns that look as if they were about persons are masked: neither their values nor counts of them leave.
    """
    draft, notes = suggest(path)
    looked = preview(path)
    columns = [str(c) for c in looked["columns"]]
    masked = [str(c) for c in looked["masked"]]
    return {
        "columns": columns,
        "rows": looked["rows"],
        "masked": masked,
        "values": _values(path, [c for c in columns if c not in masked]),
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


def _values(path: Path, columns: list[str]) -> dict[str, list[list[Any]]]:
    """For each column of few different values: [value, rows], most frequent first; small counts are None."""
    if not columns:
        return {}
    counts: dict[str, Counter[str]] = {c: Counter() for c in columns}
    read = 0
    try:
        for chunk in open_source(path).chunks():
            for name in list(counts):
                _count(counts, name, chunk.table)
            read += len(chunk.table)
            if read >= MOST_ROWS or not counts:
                break
    except Trouble:  # the dry run says it, with the row; the page can still offer columns
        return {}
    return {
        name: [[value, n if n >= COUNTED_FROM else None] for value, n in found.most_common()]
        for name, found in counts.items()
        if found
    }


def _count(counts: dict[str, Counter[str]], name: str, table: pa.Table) -> None:
    """Add a chunk's values of one column; a column with too many is given up."""
    column = table[name]
    if not any(could(column.type) for could in _COULD_BE_WORDS):
        counts.pop(name)
        return
    column = column.cast(pa.string())
    found = pc.value_counts(pc.utf8_trim_whitespace(column.combine_chunks()).drop_null())
    for value, n in zip(found.field("values").to_pylist(), found.field("counts").to_pylist(), strict=True):
        if value:
            counts[name][value] += n
    if len(counts[name]) > MOST_VALUES:
        counts.pop(name)
