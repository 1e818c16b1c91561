"""Counts become blocks: every number that leaves is a sum over a block of at least k events and k source-days.

One view is one question (period, category, source). Within a view the blocks share no event: a cell with enough is a
block of its own, what is left over joins in the parent, and so on upward; what is not enough even there stays in the
vault. Zero, hidden and absent look the same: no row.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspots import grid

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Tally:
    """Events grouped as finely as publishing needs, one row per (cell, source-day, category, source type, ...).

    Arrays of equal length (n,): `cell` at resolution 10, `day` as datetime64[D], `unit` tells witnesses apart (a known
    reporter is one unit for ever, else each day of a profile is one), `n` events, `content` a hash of the row
    (never of where it stands in the table).
    """

    cell: NDArray[np.uint64]
    day: NDArray[np.datetime64]
    unit: Ints
    category: NDArray[np.object_]
    source: NDArray[np.object_]
    district: NDArray[np.object_]
    n: Ints
    content: NDArray[np.uint64]

    def take(self, rows: NDArray[np.bool_]) -> "Tally":
        """The rows of a mask."""
        return Tally(*(getattr(self, f)[rows] for f in self.__dataclass_fields__))


def sums(key: Ints, unit: Ints, n: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """(distinct keys, position of each row's key among them, events per key, distinct units per key)."""
    where, keys = pd.factorize(key)  # by hash: three times faster than sorting
    if not len(keys):
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty, empty, empty
    events = np.bincount(where, weights=n).astype(np.int64)
    span = int(unit.max()) + 1
    pairs = pd.unique(where.astype(np.int64) * span + unit)
    return keys, where, events, np.bincount(pairs // span).astype(np.int64)


def place_blocks(
    tally: Tally, view: Ints, *, k: int, finest: int, coarsest: int, area_of: pd.Series
) -> tuple[pd.DataFrame, int]:
    """Blocks of every view: columns view, cell, resolution, count, area_km2; and the number of events not shown.

    Args:
        tally: events of all views.
        view: number of the view of each row of `tally`, shape (n,).
        k: fewest events and units of a block.
        finest: finest resolution of a block.
        coarsest: resolution at which what is left over stays hidden.
        area_of: km2 inside the study per cell of resolution 9 (index uint64).
    """
    left = np.arange(len(tally.n))
    found: list[pd.DataFrame] = []
    for resolution in range(finest, coarsest - 1, -1):
        if not len(left):
            break
        number, cells = pd.factorize(grid.parents(tally.cell[left], resolution))
        keys, where, events, units = sums(view[left] * len(cells) + number, tally.unit[left], tally.n[left])
        enough = (events >= k) & (units >= k)
        shown = {
            "view": keys // len(cells),
            "cell": cells[keys % len(cells)],
            "resolution": resolution,
            "count": events,
        }
        found.append(pd.DataFrame({name: v[enough] if name != "resolution" else v for name, v in shown.items()}))
        left = left[~enough[where]]
    columns = ["view", "cell", "resolution", "count"]
    blocks = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)
    blocks = blocks.sort_values(["view", "resolution", "cell"], ascending=[True, False, True], ignore_index=True)
    blocks["area_km2"] = _own_areas(blocks, area_of, finest, coarsest)
    return blocks, int(tally.n[left].sum())


def _own_areas(blocks: pd.DataFrame, area_of: pd.Series, finest: int, coarsest: int) -> NDArray[np.float64]:
    """km2 inside the study of each block: of its cell, less the finer blocks of the same view that lie in it."""
    base = area_of.index.to_numpy(np.uint64)
    own = np.zeros(len(blocks))
    cell, resolution = blocks["cell"].to_numpy(np.uint64), blocks["resolution"].to_numpy(np.int64)
    for r in range(finest, coarsest - 1, -1):
        whole = pd.Series(area_of.to_numpy()).groupby(grid.parents(base, r)).sum()
        at = np.flatnonzero(resolution == r)
        own[at] = whole.reindex(cell[at]).fillna(0.0).to_numpy()
        if r == finest or not len(at):
            continue
        finer = np.flatnonzero(resolution > r)
        taken = pd.Series(own[finer]).groupby([blocks["view"].to_numpy()[finer], grid.parents(cell[finer], r)]).sum()
        key = pd.MultiIndex.from_arrays([blocks["view"].to_numpy()[at], cell[at]])
        own[at] -= taken.reindex(key).fillna(0.0).to_numpy()
    return np.maximum(own, 0.0)


def area_blocks(tally: Tally, view: Ints, *, k: int) -> tuple[pd.DataFrame, int]:
    """Districts of every view: columns view, district, count, revision; and the number of events not shown.

    `revision` changes when any event of the block does and only then: a sum of `content`, so order does not matter.
    """
    number, names = pd.factorize(tally.district.astype(str), sort=True)
    span = max(1, len(names))
    keys, where, events, units = sums(view * span + number, tally.unit, tally.n)
    enough = (events >= k) & (units >= k)
    revision = np.zeros(len(keys), dtype=np.uint64)
    np.add.at(revision, where, tally.content)
    shown = pd.DataFrame(
        {
            "view": keys[enough] // span,
            "district": np.asarray(names, dtype=object)[keys[enough] % span],
            "count": events[enough],
            "revision": revision[enough],
        }
    ).sort_values(["view", "district"], ignore_index=True)
    return shown, int(events[~enough].sum())


def mixed(*parts: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One well-mixed 64-bit number per row (splitmix64 over the columns)."""
    mixed = np.zeros(len(parts[0]), dtype=np.uint64)
    for part in parts:
        mixed = mixed ^ part
        mixed = mixed + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed


def with_sums(table: pd.DataFrame) -> pd.DataFrame:
    """The same blocks with `all` = the sum of the shown groups, and a year = the sum of its two shown halves.

    Sums of whole blocks say nothing that the blocks do not say.
    """
    if not len(table):
        return table
    every = table.groupby(["period", "source", "district"], as_index=False)["count"].sum().assign(category="all")
    both = pd.concat([every, table], ignore_index=True)[table.columns]
    halves = both[both["period"].str.contains("-H")]
    if len(halves):
        keys = [halves["period"].str[:4].rename("period"), "category", "source", "district"]
        years = halves.groupby(keys)["count"].agg(["sum", "size"]).reset_index()
        years = years[years["size"] == 2].rename(columns={"sum": "count"})
        both = pd.concat([both, years], ignore_index=True)[table.columns]
    return both.sort_values(list(table.columns[:4]), ignore_index=True)
