"""Which events make gathering spots, and when: the layer, its steps (weeks or months) and its witnesses."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspots.periods import Period, periods_between, step_index
from hotspots.vocabulary import Vocabulary

Ints = NDArray[np.int64]
SOURCE_TYPES = ("reported", "outreach")  # never what staff discovered: that shows where staff went
NEVER = frozenset({"encampment", "homelessness_contact", "overdose_call"})  # people in need, not disturbance


@dataclass(frozen=True, eq=False)
class Layer:
    """The events that may carry a spot, one per position in all arrays; the order of the input leaves no trace.

    `step` numbers the weeks (months for month-precise data) from the first day of the layer's sources to their last;
    `witness` numbers the distinct source-days: a known reporter is one for ever, else a source and a day are one.
    """

    events: pd.DataFrame
    cell: NDArray[np.uint64]
    step: Ints
    witness: Ints
    steps: tuple[Period, ...]
    whole: int  # steps that are over; the last one may still run
    kind: str  # week | month
    gathering: bool  # False: no gathering category is among the events, so all that are not sensitive were taken
    left_out: int  # month-precise events left out of a layer of weeks

    def __len__(self) -> int:
        return len(self.cell)

    @property
    def last(self) -> int:
        """Number of the last step."""
        return len(self.steps) - 1


def layer_of(
    events: pd.DataFrame,
    *,
    today: date,
    first_day: date,
    vocabulary: Vocabulary,
    source_types: tuple[str, ...] = SOURCE_TYPES,
) -> Layer:
    """The layer of gathering events up to and including `today`."""
    start = events["start"].to_numpy("datetime64[s]")
    open_to = events["source_type"].isin(source_types) & (events["kind"] != "visit" if "kind" in events else True)
    usable = open_to.to_numpy(bool) & events["cell"].notna().to_numpy() & (start < np.datetime64(today) + 1)
    chosen, gathering = _categories(events["category"][usable], vocabulary)
    keep = usable & events["category"].isin(chosen).to_numpy()
    by_month = keep & (events["precision"] == "month").to_numpy()
    kind = "month" if by_month.sum() * 2 > keep.sum() else "week"
    left_out = 0 if kind == "month" else int(by_month.sum())
    if kind == "week":
        keep &= ~by_month
    table = _ordered(events[keep])
    first, last = _span(events, start, table, today, first_day)
    days = table["start"].to_numpy("datetime64[D]")
    steps = tuple(periods_between(first, last, kind))
    return Layer(
        table,
        table["cell"].to_numpy(np.uint64),
        step_index(days, kind, first),
        _witnesses(table, days),
        steps,
        sum((p.end - today).days <= 1 for p in steps),
        kind,
        gathering,
        left_out,
    )


def _categories(present: pd.Series, vocabulary: Vocabulary) -> tuple[set[str], bool]:
    """The gathering categories; where none of them is present, all that are neither sensitive nor visits."""
    gathering = set(vocabulary.codes(gathering=True)) - NEVER
    if present.isin(gathering).any():
        return gathering, True
    plain = {c.name for c in vocabulary.categories.values() if not c.sensitive and c.group != "outreach"}
    return plain - NEVER, False


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    by = [c for c in ("cell", "start", "end", "category", "source_type", "source_key", "district") if c in table]
    return table.sort_values(by, kind="stable", ignore_index=True)


def _span(
    events: pd.DataFrame, start: NDArray[np.datetime64], table: pd.DataFrame, today: date, first_day: date
) -> tuple[date, date]:
    """First and last day that the layer's profiles delivered anything: outside it silence means not known, not calm."""
    if not len(table):
        return first_day, today
    feeding = events["profile"].isin(table["profile"].unique()).to_numpy() if "profile" in events else slice(None)
    delivered = start[feeding].astype("datetime64[D]")
    first, last = delivered.min().astype(date), delivered[delivered <= np.datetime64(today)].max().astype(date)
    return max(first_day, first), last


def _witnesses(table: pd.DataFrame, days: NDArray[np.datetime64]) -> Ints:
    known = (
        table["reporter_known"].fillna(False).to_numpy(bool)
        if "reporter_known" in table
        else np.zeros(len(table), dtype=bool)
    )
    alone = (table["precision"] == "month").to_numpy() & ~known
    when = np.where(known, 0, days.astype(np.int64) + 1)
    keys = [table["source_key"], when, np.where(alone, np.arange(len(table)) + 1, 0)]
    return np.asarray(pd.MultiIndex.from_arrays(keys).factorize()[0], dtype=np.int64)
