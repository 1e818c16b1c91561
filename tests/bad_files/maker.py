"""The good file that every bad one starts from: 40 rows in Örebro, and a profile that reads them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from hotspots.geo import project

HEADER = ("id", "start", "end", "lat", "lon", "category")
PROFILE = """
kind = "incident"
source_type = "reported"
{top}
[columns]
id = "id"
start = "start"
end = "end"
{position}
category = "category"
{columns}
[formats]
dates = {dates}
{formats}
"""
DEGREES = 'lat = "lat"\nlon = "lon"'
METRES = 'x = "lon"\ny = "lat"'
DATES = '["%Y-%m-%d %H:%M", "%Y-%m-%d"]'
N = 40
BAD_ROW = 21  # the row that is spoilt, 1 = first

Row = dict[str, str]


def profile(position: str = DEGREES, dates: str = DATES, top: str = "", columns: str = "", formats: str = "") -> str:
    return PROFILE.format(position=position, dates=dates, top=top, columns=columns, formats=formats)


def good(n: int = N) -> list[Row]:
    """Rows that nothing is wrong with, all different."""
    return [
        {
            "id": f"K{i:05d}-25",
            "start": f"2025-03-{1 + i % 28:02d} {8 + i % 12:02d}:{(7 * i) % 60:02d}",
            "end": "",
            "lat": f"{59.26 + 0.0005 * (i % 40):.5f}",
            "lon": f"{15.19 + 0.0007 * (i % 53):.5f}",
            "category": ("noise", "graffiti", "disturbance")[i % 3],
        }
        for i in range(n)
    ]


def text(rows: list[Row], sep: str = ",", header: tuple[str, ...] = HEADER) -> str:
    lines = [sep.join(header), *(sep.join(row[h] for h in header) for row in rows)]
    return "\n".join(lines) + "\n"


def spoilt(n: int = N, at: int = BAD_ROW, **changes: str) -> bytes:
    """The good file with one row changed."""
    rows = good(n)
    rows[at - 1] |= changes
    return text(rows).encode()


def each(change: Callable[[int, Row], Row], n: int = N) -> bytes:
    """The good file with every row changed."""
    return text([row | change(i, row) for i, row in enumerate(good(n))]).encode()


def metres(crs: str, swapped: bool = False) -> bytes:
    """The good file in a metric system: northing in lat, easting in lon."""
    rows = good()
    x, y = project.from_lonlat(
        np.array([float(r["lon"]) for r in rows]), np.array([float(r["lat"]) for r in rows]), crs
    )
    if swapped:
        x, y = y, x
    for row, e, n in zip(rows, x, y, strict=True):
        row |= {"lon": f"{e:.1f}", "lat": f"{n:.1f}"}
    return text(rows).encode()


@dataclass(frozen=True)
class Bad:
    """A bad file. `trouble`: the code it is refused with; else `rules`: rows per rule, and whether it is stopped."""

    content: bytes
    toml: str = field(default_factory=profile)
    trouble: str = ""
    rules: dict[str, int] = field(default_factory=dict)
    stopped: bool = False
    suffix: str = ".csv"
    crs: str | None = None
    rows: int = N
    says: str = ""  # a part of a Swedish sentence of the report or of the Trouble
