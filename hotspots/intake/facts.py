"""What only the whole file can tell: swapped axes, midnight as a default, crowded coordinates, the wrong system."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hotspots.geo import project
from hotspots.intake.positions import Box, Placed
from hotspots.settings import DEFAULT
from hotspots.words import Text

_SAMPLE = 5_000  # positions kept for guessing the coordinate system
_MOST_SPOTS = 2_000_000  # distinct coordinates counted; beyond, the rare ones are let go
_FEW_MIDNIGHTS = 3
_FEW_ROWS = 200  # below this a file says nothing about look-alikes
_CROWD, _TIMES_MEDIAN = 20, 20
_MEAN_OF_MIDPOINTS, _SHARE_OF_MIDPOINTS = 50, 0.95
_CANDIDATES = (*project.SWEDISH, "EPSG:3021", project.LONLAT)
_FIT, _MISFIT, _FEW_POSITIONS = 0.9, 0.5, 5


class Spots:
    """How many rows lie on each coordinate (as hashes), within bounded memory."""

    def __init__(self) -> None:
        self.keys = np.zeros(0, np.uint64)
        self.rows = np.zeros(0, np.int64)
        self.total = 0

    def add(self, spots: NDArray[np.uint64]) -> None:
        """Count the coordinates of a chunk; 0 = none."""
        keys, rows = np.unique(spots[spots != 0], return_counts=True)
        self.total += int(rows.sum())
        joined = np.concatenate((self.keys, keys))
        order = np.argsort(joined, kind="stable")
        joined, counts = joined[order], np.concatenate((self.rows, rows))[order]
        first = np.flatnonzero(np.concatenate(([True], joined[1:] != joined[:-1]))) if len(joined) else order
        self.keys, self.rows = joined[first], np.add.reduceat(counts, first) if len(first) else counts
        if len(self.keys) > _MOST_SPOTS:
            keep = self.rows > 1
            self.keys, self.rows = self.keys[keep], self.rows[keep]

    @property
    def are_midpoints(self) -> bool:
        """Nearly all rows lie on a few coordinates: they stand for areas, not for places."""
        if self.total < _FEW_ROWS or not len(self.rows):
            return False
        crowded = int(self.rows[self.rows >= _CROWD].sum())
        return crowded >= _SHARE_OF_MIDPOINTS * self.total and self.total / len(self.rows) >= _MEAN_OF_MIDPOINTS

    @property
    def crowded_share(self) -> float:
        """Share of the rows on the most crowded coordinate where that is odd, else 0."""
        if self.total < _FEW_ROWS or not len(self.rows):
            return 0.0
        most, median = int(self.rows.max()), float(np.median(self.rows))
        share = most / self.total
        odd = share > DEFAULT.crowded_share or (most > _TIMES_MEDIAN * median and share > DEFAULT.crowded_share / 2)
        return share if odd and most >= _CROWD else 0.0


@dataclass
class Facts:
    """Sums over all chunks of a file."""

    as_is: int = 0
    other_way: int = 0
    inside: int = 0
    outside: int = 0
    metres: int = 0
    clocked: int = 0  # rows with minutes
    midnights: int = 0
    formats: dict[str, int] = field(default_factory=dict)
    spots: Spots = field(default_factory=Spots)
    x: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    y: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def add_positions(self, placed: Placed) -> None:
        """Take in a chunk's positions."""
        self.as_is += placed.as_is
        self.other_way += placed.other_way
        self.inside += placed.inside
        self.outside += placed.outside
        self.metres += int(placed.rules["metres_as_degrees"].sum()) if "metres_as_degrees" in placed.rules else 0
        self.spots.add(placed.spot)
        if len(self.x) < _SAMPLE:
            x, y = placed.sample
            self.x, self.y = np.concatenate((self.x, x))[:_SAMPLE], np.concatenate((self.y, y))[:_SAMPLE]

    def add_formats(self, used: dict[str, int]) -> None:
        """Take in how many rows each date format read."""
        for form, n in used.items():
            self.formats[form] = self.formats.get(form, 0) + n

    @property
    def swapped(self) -> bool:
        """Nearly all rows make sense only with their axes swapped."""
        told = self.as_is + self.other_way
        return self.other_way > 0 and self.other_way >= DEFAULT.agree_share * told

    @property
    def midnight_is_default(self) -> bool:
        """Far more rows at 00:00 than a day has hours for."""
        return self.midnights >= _FEW_MIDNIGHTS and self.midnights > DEFAULT.midnight_factor / 24 * self.clocked

    @property
    def mostly_outside(self) -> bool:
        """Most positions lie outside the study, or are no degrees at all."""
        outside = self.outside + self.metres
        return outside >= _FEW_POSITIONS and outside > _MISFIT * (self.inside + outside)

    @property
    def day_and_month_mixed(self) -> bool:
        """Two formats that differ in the order of day and month both read rows."""
        orders = {
            form.find("%d") < form.find("%m")
            for form in self.formats
            if "%d" in form and "%m" in form and "%Y-%m" not in form
        }
        return len(orders) > 1


def fitting(x: NDArray[np.float64], y: NDArray[np.float64], box: Box) -> list[tuple[str, bool, float]]:
    """(system, axes swapped, share of positions in the study) of the systems that put most inside; best first."""
    found = []
    for crs in _CANDIDATES if len(x) else ():
        for swapped in (False, True):
            lng, lat = project.to_lonlat(*((y, x) if swapped else (x, y)), crs)
            share = float(box.holds(lng, lat).mean())
            if share >= _FIT:
                found.append((crs, swapped, share))
    return sorted(found, key=lambda f: -f[2])


def advice(x: NDArray[np.float64], y: NDArray[np.float64], box: Box) -> Text | None:
    """Which --crs to try, or None when none of the known systems puts the rows in the study."""
    names = list(dict.fromkeys(crs for crs, _, _ in fitting(x, y, box)))
    if not names:
        return None
    said = [f"--crs {n} ({project.SWEDISH[n]})" if n in project.SWEDISH else f"--crs {n}" for n in names[:3]]
    return Text(
        sv=f"Pröva {' eller '.join(said)}, som lägger raderna i studieområdet",
        en=f"Try {' or '.join(said)}, which puts the rows in the study",
    )
