"""From the vault's rows to the tally that blocks are made of, and from the tally to views (questions)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspots.periods import Period, periods_between, step_index
from hotspots.publish.blocks import Ints, Tally, mixed
from hotspots.statistics.counts import count, with_source_day
from hotspots.vocabulary import SOURCE_TYPES, Vocabulary

_BY = ("cell", "day", "category", "source_type", "district", "profile", "source_key", "reporter_known", "alone")


def tally_of(events: Any, until: date | None = None) -> Tally:
    """The tally of placed events (any native frame with the columns of tables.EVENTS) before `until`."""
    table = count(with_source_day(events), by=_BY, end=until).to_pandas()
    reporter = table["reporter_known"].fillna(False).to_numpy(bool)
    day = table["day"].to_numpy().astype("datetime64[D]")
    # A known reporter is one witness however many days; rows without one, of a profile that maps reporters, are one
    # witness together; else each day of a profile is a witness, and a row precise to the month one of its own.
    maps = table["profile"].isin(set(table.loc[reporter, "profile"])).to_numpy(bool)
    when = np.where(maps, np.int64(0), day.astype(np.int64) + 1)
    alone = np.where(maps, np.int64(0), table["alone"].to_numpy(np.int64))
    source_key = table["source_key"].to_numpy(np.uint64)
    unit = pd.MultiIndex.from_arrays([source_key, when, alone]).factorize()[0]
    n = table["n"].to_numpy(np.int64)
    return Tally(
        cell=table["cell"].to_numpy(np.uint64),
        day=day,
        unit=unit.astype(np.int64),
        category=table["category"].to_numpy(object),
        source=table["source_type"].to_numpy(object),
        district=table["district"].to_numpy(object),
        n=n,
        content=mixed(
            table["cell"].to_numpy(np.uint64),
            source_key,
            *(a.astype(np.uint64) for a in (day.astype(np.int64), alone, n)),
        ),
    )


@dataclass(frozen=True)
class Views:
    """All questions of one period kind and category level: `number` per tally row, and the names behind a number."""

    number: Ints
    rows: NDArray[np.bool_]
    periods: list[Period]
    categories: list[str]

    def named(self, view: Ints) -> pd.DataFrame:
        """period, category, source of view numbers."""
        sources = len(SOURCE_TYPES)
        per_period = len(self.categories) * sources
        return pd.DataFrame(
            {
                "period": np.array([p.name for p in self.periods], dtype=object)[view // per_period],
                "category": np.array(self.categories, dtype=object)[view % per_period // sources],
                "source": np.array(SOURCE_TYPES, dtype=object)[view % sources],
            }
        )


def views(
    tally: Tally,
    vocabulary: Vocabulary,
    *,
    kinds: tuple[str, ...],
    levels: tuple[str, ...],
    last_day: date,
    closed_only: bool,
) -> Iterator[tuple[str, Views]]:
    """The views of each period kind and category level, as (kind, views)."""
    if not len(tally.n):
        return
    first = tally.day.min().astype(date)
    code_number, codes = pd.factorize(tally.category.astype(str), sort=True)
    source_number = pd.Index(SOURCE_TYPES).get_indexer(tally.source.astype(str))
    for kind in kinds:
        periods = periods_between(first, tally.day.max().astype(date), kind)
        step = step_index(tally.day, kind, first)
        closed = np.array([(p.end - last_day).days <= 1 for p in periods])
        rows = closed[step] if closed_only else np.ones(len(step), dtype=bool)
        for level in levels:
            names = [_selection(level, c, vocabulary) for c in codes]
            chosen = sorted(set(names))
            category = np.array([chosen.index(n) for n in names])[code_number]
            number = (step * len(chosen) + category) * len(SOURCE_TYPES) + source_number
            yield kind, Views(number, rows, periods, chosen)


def _selection(level: str, code: str, vocabulary: Vocabulary) -> str:
    if level == "all":
        return "all"
    return f"group:{vocabulary.group_of(code)}" if level == "group" else code
