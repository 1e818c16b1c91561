"""A made-up town whose gathering spots are known: recurring, seasonal, new, fading, ended, and one-night bursts.

Everything that real data do to a spot is done here too: 83 m median error of the position, snapping to a 100 m grid
(many exact duplicates), weeks that report more than others, one reporting drive, a dense centre and an empty rim.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspots import grid
from hotspots.geo import project

CRS = "EPSG:3006"
CENTRE = (512_000.0, 6_570_500.0)  # Örebro, east and north
SIGMA = 83.0 / np.sqrt(2 * np.log(2))  # metres per axis: a median radius of 83 m
TODAY = date(2026, 9, 27)  # a Sunday
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Planted:
    """A spot that was put there: what it is, where (metres, EPSG:3006), and events per week."""

    kind: str
    x: float
    y: float
    rate: float


@dataclass(frozen=True, eq=False)
class Town:
    """Events as the vault hands them out, and what was planted."""

    events: pd.DataFrame
    planted: tuple[Planted, ...]
    first_day: date
    today: date = TODAY

    def of(self, *kinds: str) -> list[Planted]:
        return [p for p in self.planted if p.kind in kinds]


KINDS = {"recurring": 8, "seasonal": 1, "new": 2, "fading": 2, "ended": 2, "night": 3}


def town(
    seed: int, *, weeks: int = 104, background: int = 4000, kinds: dict[str, int] = KINDS, snap: float = 100.0
) -> Town:
    """A town of 5 x 5 km; the same seed gives the same town."""
    rng = np.random.default_rng(seed)
    first = TODAY - timedelta(days=7 * weeks - 1)
    places = _apart(rng, sum(kinds.values()), 420.0, 2_300.0)
    names = [kind for kind, n in kinds.items() for _ in range(n)]
    planted = tuple(
        Planted(k, x, y, 40.0 if k == "night" else float(rng.uniform(3, 8)))
        for k, (x, y) in zip(names, places, strict=True)
    )
    pieces = [_background(rng, weeks, background)] + [_of(rng, p, weeks) for p in planted]
    x, y, week = (np.concatenate(parts) for parts in zip(*((a, b, c) for a, b, c, _ in pieces), strict=True))
    night = np.concatenate([d for *_, d in pieces])
    x, y = x + rng.normal(0, SIGMA, len(x)), y + rng.normal(0, SIGMA, len(y))
    if snap:
        x, y = np.round(x / snap) * snap, np.round(y / snap) * snap
    return Town(_table(rng, x, y, first, week, night), planted, first)


def _apart(rng: np.random.Generator, n: int, gap: float, radius: float) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    while len(found) < n:
        x, y = rng.uniform(-radius, radius, 2)
        if all(np.hypot(x - a, y - b) >= gap for a, b in found):
            found.append((float(x), float(y)))
    return [(CENTRE[0] + x, CENTRE[1] + y) for x, y in found]


def _pace(rng: np.random.Generator, weeks: int) -> Floats:
    """How much each week reports, 1 on average; three weeks are a reporting drive."""
    pace = rng.lognormal(0, 0.3, weeks)
    drive = int(rng.integers(0, weeks - 3))
    pace[drive : drive + 3] *= 2
    return np.asarray(pace / pace.mean())


Piece = tuple[Floats, Floats, NDArray[np.int64], NDArray[np.int64]]


def _background(rng: np.random.Generator, weeks: int, n: int) -> Piece:
    """Half spread evenly over the town, half denser towards its middle."""
    dense = rng.random(n) < 0.5
    x = np.where(dense, rng.normal(0, 800, n), rng.uniform(-2_600, 2_600, n))
    y = np.where(dense, rng.normal(0, 800, n), rng.uniform(-2_600, 2_600, n))
    pace = _pace(rng, weeks)
    week = rng.choice(weeks, n, p=pace / pace.sum())
    return CENTRE[0] + x, CENTRE[1] + y, week, np.full(n, -1)


def _of(rng: np.random.Generator, spot: Planted, weeks: int) -> Piece:
    """The events of one spot: week of each, and the day where all fall in one night."""
    if spot.kind == "night":
        n = int(spot.rate)
        week = np.full(n, int(rng.integers(0, weeks)))
        day = np.full(n, int(rng.integers(0, 7)))
    else:
        week = np.repeat(np.arange(weeks), rng.poisson(spot.rate * _life(spot.kind, weeks) * _pace(rng, weeks)))
        day = np.full(len(week), -1)
    return np.full(len(week), spot.x), np.full(len(week), spot.y), week, day


def _life(kind: str, weeks: int) -> Floats:
    """Share of its rate that a spot has in each week."""
    t = np.arange(weeks)
    back = weeks - 1 - t  # weeks before the last
    lives = {
        "recurring": np.ones(weeks),
        "seasonal": (np.abs((back % 52) - 13) <= 16).astype(float),  # about April to mid October
        "new": (back < 9).astype(float),
        "fading": np.where(back < 10, 0.25, 1.0),
        "ended": (back >= 16).astype(float),
    }
    return lives[kind]


def _table(
    rng: np.random.Generator, x: Floats, y: Floats, first: date, week: NDArray[np.int64], night: NDArray[np.int64]
) -> pd.DataFrame:
    n = len(x)
    lng, lat = project.to_lonlat(x, y, CRS)
    day = np.where(night >= 0, night, rng.integers(0, 7, n))
    hour = np.where(night >= 0, 22, rng.choice([14, 16, 17, 18, 20, 22], n))
    start = (
        np.datetime64(first, "s") + (week * 7 + day) * np.timedelta64(86_400, "s") + hour * np.timedelta64(3600, "s")
    )
    start = start + rng.integers(0, 3600, n) * np.timedelta64(1, "s")
    table = pd.DataFrame(
        {
            "file": np.int32(1),
            "profile": "planted",
            "kind": "report",
            "source_type": "reported",
            "start": start,
            "end": start + np.timedelta64(60, "s"),
            "precision": "minute",
            "time_known": True,
            "cell": grid.cells_of(lat, lng, 10),
            "district": "D1",
            "category": rng.choice(["public_disorder", "disturbance", "public_drinking"], n),
            "source_key": rng.integers(1, 400, n).astype(np.uint64),
            "reporter_known": True,
        }
    )
    table = table.sample(frac=1, random_state=int(rng.integers(1 << 31))).reset_index(drop=True)
    table.insert(1, "row", np.arange(1, n + 1))
    return table
