"""The id of a spot: kept from release to release, else made from its heaviest cell."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from hotspots import grid

Cells = NDArray[np.uint64]
SAME = 0.3  # share of the earlier footprint that lies within one ring of the new one


def shares(earlier: Sequence[Cells], now: Cells) -> NDArray[np.float64]:
    """Share of the cells of each earlier footprint that lie within one ring of `now`, shape (len(earlier),)."""
    sizes = np.array([len(cells) for cells in earlier])
    inside = np.isin(np.concatenate(earlier), grid.dilate(now, 1))
    owner = np.repeat(np.arange(len(earlier)), sizes)
    return np.asarray(np.bincount(owner, inside, minlength=len(earlier)) / np.maximum(sizes, 1))


def ids(
    footprints: Sequence[Cells], weights: Sequence[int], heaviest: Sequence[int], previous: Mapping[str, Cells] | None
) -> list[str]:
    """One id per footprint. The best overlap keeps the earlier id, of equals the heavier spot; each id is given once.

    Args:
        footprints: cells of each spot.
        weights: events of each spot.
        heaviest: the heaviest cell of each spot.
        previous: footprints of the release before, by id.
    """
    previous = previous or {}
    names, earlier = list(previous), list(previous.values())
    pairs = [
        (-share, -weights[i], name, i)
        for i, cells in enumerate(footprints if earlier else ())
        for name, share in zip(names, shares(earlier, cells).tolist(), strict=True)
        if share >= SAME
    ]
    kept: dict[int, str] = {}
    for _, _, name, i in sorted(pairs):
        if i not in kept and name not in kept.values():
            kept[i] = name
    taken = set(previous) | set(kept.values())
    found = []
    for i, cell in enumerate(heaviest):
        name = kept.get(i) or _new_id(cell, taken)
        taken.add(name)
        found.append(name)
    return found


def _new_id(cell: int, taken: set[str]) -> str:
    turn = 0
    while (name := f"P{blake2b(f'{cell:x}.{turn}'.encode(), digest_size=3).hexdigest()}") in taken:
        turn += 1
    return name
