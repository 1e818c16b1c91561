"""A shift against a spot's week: how much of the spot's hours the shift covers, and when to be there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

BLOCK_HOURS = 4
BLOCKS = 24 // BLOCK_HOURS
EVEN = 1 / (7 * BLOCKS)  # share of a block when nothing stands out
SHORTEST = timedelta(minutes=30)  # a piece of a block that is worth going for
Window = tuple[datetime, datetime]


@dataclass(frozen=True)
class Piece:
    """The part of one weekday block that lies in the shift."""

    weekday: int  # 0 = Monday
    block: int  # 0 = 00-04
    start: datetime
    end: datetime

    @property
    def covered(self) -> float:
        """Share of the block that lies in the shift."""
        return (self.end - self.start) / timedelta(hours=BLOCK_HOURS)


def pieces(start: datetime, hours: float) -> list[Piece]:
    """The shift cut at the blocks' borders, in order of time; local wall clock."""
    end = start + timedelta(hours=hours)
    at = start
    found = []
    while at < end:
        block = at.hour // BLOCK_HOURS
        border = at.replace(hour=block * BLOCK_HOURS, minute=0, second=0, microsecond=0) + timedelta(hours=BLOCK_HOURS)
        found.append(Piece(at.weekday(), block, at, min(border, end)))
        at = border
    return found


def share_in_shift(week: NDArray[np.float64], shift: list[Piece]) -> float:
    """Share of a spot's hours that lies in the shift; `week`: shares of weekday x block, shape (7, 6), sum 1."""
    return float(sum(week[p.weekday, p.block] * p.covered for p in shift))


def lift(week: NDArray[np.float64], shift: list[Piece]) -> float:
    """How many times an even week's share the shift holds: 1 = nothing stands out."""
    even = sum(p.covered for p in shift) * EVEN
    return share_in_shift(week, shift) / even if even else 0.0


def best_window(week: NDArray[np.float64], shift: list[Piece]) -> Window | None:
    """When in the shift the spot is busiest: its busiest block, with neighbours at least half as busy.

    None where no block of the shift holds more than an even week's share: then no hour of the shift stands out.
    """
    share = [float(week[p.weekday, p.block]) if p.end - p.start >= SHORTEST or len(shift) == 1 else -1.0 for p in shift]
    top = int(np.argmax(share)) if share else 0
    if not share or share[top] <= EVEN:
        return None
    first = last = top
    while first > 0 and share[first - 1] >= max(share[top] / 2, EVEN):
        first -= 1
    while last < len(share) - 1 and share[last + 1] >= max(share[top] / 2, EVEN):
        last += 1
    return shift[first].start, shift[last].end
