"""Where events pile up: cells that stand out from their surroundings, joined into footprints the size of a square.

Snap-safe: points are counted in cells of resolution 10, so any number of them may share one coordinate. The answer
depends on the counts per cell alone, never on the order of rows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN

from hotspots import grid
from hotspots.settings import SpotSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Cells = NDArray[np.uint64]
EARTH_M = 6_371_009.0
STANDS_OUT = 4.0  # Poisson z of a peak over its surroundings (methods.md 9); 0.005 false peaks in 2,000 cells
AT_LEAST_TIMES = 2.0  # and at least twice as many events as the surroundings would give
CONTOUR = 0.35  # a footprint reaches down to this share of its peak's height
SADDLE = 0.75  # two peaks whose saddle is higher than this share of the lower one are one spot
MOST_CELLS = 12  # of a footprint, 0.14 km2: a square or the corner of a park, not a town centre
REACH = 1.3  # neighbours' centres lie 1 spacing apart, the next ring's nearest 1.73
SURROUNDINGS = (3, 6)  # rings that show what is usual around a cell: 350-800 m away
USUAL_ROUNDS = 4  # of leaving out what stands out in the surroundings


@dataclass(frozen=True, eq=False)
class Field:
    """Events on cells: all cells with an event and two rings around them, ascending; arrays of shape (n,)."""

    cells: Cells
    count: Floats
    weight: Floats  # count + 0.25 x ring mean
    height: Floats  # weight, once more averaged over the cell and its ring: one peak per point source of 83 m error
    usual: Floats  # events per cell in the surroundings
    ptr: Ints  # neighbours of ring 1, self included
    idx: NDArray[np.int32]


def field_of(events: Cells, settings: SpotSettings) -> Field:
    """Counts, weights and surroundings of the events' cells (resolution 10), shape (m,)."""
    busy, counts = np.unique(events, return_counts=True)
    cells = grid.dilate(busy, 2) if len(busy) else busy
    count = np.zeros(len(cells))
    count[np.searchsorted(cells, busy)] = counts
    ptr, idx = grid.neighbours(cells, 1)
    weight = count + settings.smooth_ring * _ring_mean(count, ptr, idx)
    height = 0.5 * (weight + _ring_mean(weight, ptr, idx))
    return Field(cells, count, weight, height, _usual(cells, count, weight), ptr, idx)


def _ring_mean(x: Floats, ptr: Ints, idx: NDArray[np.int32]) -> Floats:
    """Mean over the six neighbours; what lies outside `cells` is zero."""
    return np.asarray((sums(x, ptr, idx) - x) / 6.0)


def sums(x: Floats, ptr: Ints, idx: NDArray[np.int32]) -> Floats:
    """Sum of x over each cell's neighbours, shape (n,)."""
    return np.asarray(np.add.reduceat(x[idx], ptr[:-1]) if len(ptr) > 1 else x[:0])


def _usual(cells: Cells, count: Floats, weight: Floats) -> Floats:
    """Mean events per cell in the surroundings, without cells that stand out there themselves.

    Only cells with an event within one ring take part (at least a quarter of the rings), so that a lake or the edge of
    a town does not make its shore stand out.
    """
    near, far = SURROUNDINGS
    rings = [grid.neighbours(cells, k) for k in (far, near - 1)]
    owners = [np.repeat(np.arange(len(cells)), np.diff(ptr)) for ptr, _ in rings]
    least = (3 * far * (far + 1) - 3 * near * (near - 1)) / 4
    lived = (weight > 0).astype(float)
    usual = np.full(len(cells), np.inf)
    for _ in range(USUAL_ROUNDS):
        cap = usual + 3 * np.sqrt(usual) + 1
        total, number = np.zeros(len(cells)), np.zeros(len(cells))
        for sign, (_, idx), owner in zip((1, -1), rings, owners, strict=True):
            takes_part = lived[idx] * (count[idx] <= cap[owner])
            total += sign * np.bincount(owner, takes_part * count[idx], minlength=len(cells))
            number += sign * np.bincount(owner, takes_part, minlength=len(cells))
        usual = total / np.maximum(number, least)
    return usual


def footprints(events: Cells, witness: Ints, settings: SpotSettings) -> list[Cells]:
    """The spots: disjoint sets of cells (ascending), heaviest first, ties by the first cell.

    Args:
        events: cell (resolution 10) of each event, shape (m,).
        witness: number of each event's source-day, shape (m,).
        settings: thresholds.
    """
    if not len(events):
        return []
    field = field_of(events, settings)
    tops = _peaks(field, _witnesses_near(field, events, witness), settings)
    if not len(tops):
        return []
    basin = _merged(field, _basins(field), tops)
    found = _joined(field, basin, np.unique(basin[tops]), settings)
    heavy = [float(field.count[np.searchsorted(field.cells, cells)].sum()) for cells in found]
    return [found[i] for i in sorted(range(len(found)), key=lambda i: (-heavy[i], int(found[i][0])))]


def _witnesses_near(field: Field, events: Cells, witness: Ints) -> Ints:
    """Distinct source-days within one ring of each cell, shape (n,)."""
    at = np.searchsorted(field.cells, events)
    pairs = np.unique(np.column_stack([at, witness]), axis=0)
    lengths = np.diff(field.ptr)
    spread = np.repeat(pairs[:, 1], lengths[pairs[:, 0]])
    near = np.concatenate([field.idx[field.ptr[i] : field.ptr[i + 1]] for i in pairs[:, 0]])
    distinct = np.unique(np.column_stack([near, spread]), axis=0)
    return np.bincount(distinct[:, 0], minlength=len(field.cells))


def _peaks(field: Field, witnesses: Ints, settings: SpotSettings) -> Ints:
    """Cells higher than all their neighbours that stand out from the surroundings, with enough events and witnesses."""
    around = sums(field.count, field.ptr, field.idx)
    expected = field.usual * np.diff(field.ptr)
    out = 2 * (np.sqrt(around) - np.sqrt(expected)) >= STANDS_OUT
    out &= around >= AT_LEAST_TIMES * expected
    enough = (sums(field.weight, field.ptr, field.idx) >= settings.min_weight) & (witnesses >= settings.min_days)
    top = _uphill(field) == np.arange(len(field.cells))
    return np.flatnonzero(out & enough & top & (field.count > 0))


def _uphill(field: Field) -> Ints:
    """The highest cell of each cell's disk; of equals, the one that comes first in the order of cells."""
    owner = np.repeat(np.arange(len(field.cells)), np.diff(field.ptr))
    order = np.lexsort((field.idx, -field.height[field.idx], owner))
    return field.idx[order][field.ptr[:-1]].astype(np.int64)


def _basins(field: Field) -> Ints:
    """The peak that each cell climbs to, shape (n,)."""
    to = _uphill(field)
    while not np.array_equal(to, to[to]):
        to = to[to]
    return to


def _merged(field: Field, basin: Ints, tops: Ints) -> Ints:
    """Basins joined where the pass between two peaks is hardly lower than the lower of them, highest pass first."""
    real = np.isin(basin, tops)
    owner = np.repeat(np.arange(len(field.cells)), np.diff(field.ptr))
    meet = (basin[owner] < basin[field.idx]) & real[owner] & real[field.idx]
    a, b = basin[owner[meet]], basin[field.idx[meet]]
    saddle = np.minimum(field.height[owner[meet]], field.height[field.idx[meet]])
    out = basin.copy()
    for i in np.lexsort((b, a, -saddle)):
        one, other = out[a[i]], out[b[i]]
        low, high = (one, other) if (field.height[one], -one) < (field.height[other], -other) else (other, one)
        if low != high and saddle[i] >= SADDLE * field.height[low]:
            out[out == low] = high
    return out


def _candidates(field: Field, basin: Ints, top: int) -> Ints:
    """The cells of a basin near its peak's height, at most the twelve highest (ties at the edge stay out)."""
    members = np.flatnonzero((basin == top) & (field.weight > field.usual))
    floor = field.usual[top] + CONTOUR * (field.height[top] - field.usual[top])
    if len(members) > MOST_CELLS:
        floor = max(floor, np.nextafter(np.sort(field.height[members])[-MOST_CELLS - 1], np.inf))
    return np.asarray(members[field.height[members] >= floor])


def _joined(field: Field, basin: Ints, tops: Ints, settings: SpotSettings) -> list[Cells]:
    """The footprint of each peak: its candidate cells in one piece, joined by DBSCAN in metres.

    A cell is core when the weights within one ring reach the least weight of a spot. A third axis keeps the basins of
    different peaks out of each other's reach. Pieces that hang together with no core cell, or not with the peak, go.
    """
    members = [_candidates(field, basin, int(top)) for top in tops]
    at = np.concatenate(members)
    which = np.repeat(np.arange(len(tops)), [len(m) for m in members])
    x, y = _metres(field.cells[at])
    reach = REACH * _spacing(field, at)
    labels = DBSCAN(eps=reach, min_samples=1).fit_predict(
        np.column_stack([x, y, 2 * reach * which]), sample_weight=field.weight[at] / settings.min_weight
    )
    cluster = dict(zip(at[np.isin(at, tops)].tolist(), labels[np.isin(at, tops)].tolist(), strict=True))
    return [
        field.cells[at[(which == i) & (labels == cluster[int(top)])]]
        for i, top in enumerate(tops)
        if cluster.get(int(top), -1) >= 0
    ]


def _metres(cells: Cells) -> tuple[Floats, Floats]:
    """East and north of the cells' middle in metres: a local plane, neighbours true to some per cent within 300 km."""
    lat, lng = grid.centres(cells)
    y = np.radians(lat - lat.mean()) * EARTH_M
    x = np.radians(lng - lng.mean()) * EARTH_M * np.cos(np.radians(lat.mean()))
    return x, y


def _spacing(field: Field, at: Ints) -> float:
    """Median distance in metres between the centres of neighbouring cells around `at`."""
    near = np.unique(np.concatenate([field.idx[field.ptr[i] : field.ptr[i + 1]] for i in at]))
    x, y = _metres(field.cells[near])
    ptr, idx = grid.neighbours(field.cells[near], 1)
    owner = np.repeat(np.arange(len(near)), np.diff(ptr))
    apart = np.hypot(x[owner] - x[idx], y[owner] - y[idx])
    return float(np.median(apart[owner != idx]))
