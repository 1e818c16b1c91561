"""A release made by hand for tests of the pass list: seven spots in Örebro with known hours, states and visits."""

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hotspots import grid, release
from hotspots import study as studies
from hotspots.publish.write import new_version, point_at, write_release
from hotspots.release import Release

# spot_id, name, lat, lng, district, state, sources, first week, active, observed, events, peak, active weeks of last 4
SPOTS = (
    ("P-castle", "Järntorget", 59.2745, 15.2130, "1880R031",
     "recurring", "reported", "2025-W10", 70, 80, 300, "tue-16", 4),
    ("P-square", "Våghustorget", 59.2700, 15.2120, "1880R031",
     "recurring", "reported outreach", "2025-W20", 60, 80, 200, "fri-20 sat-00", 4),
    ("P-station", "Resecentrum", 59.2790, 15.2080, "1880R031",
     "recurring", "reported", "2024-W45", 60, 80, 200, "", 3),
    ("P-vivalla", "Vivalla centrum", 59.2994, 15.1899, "1880R029",
     "new", "reported", "2026-W32", 8, 80, 40, "", 4),
    ("P-varberga", "Varberga torg", 59.2876, 15.1789, "1880R028",
     "fading", "reported", "2025-W03", 40, 80, 120, "wed-16", 2),
    ("P-gone", "Brickebacken centrum", 59.2378, 15.2405, "1880R004",
     "ended", "reported", "2024-W42", 30, 80, 90, "", 0),
    ("P-found", "Krämartorget", 59.2717, 15.2105, "1880R031",
     "recurring", "discovered", "2024-W42", 70, 80, 400, "wed-20", 4),
)  # fmt: skip
COLUMNS = [
    "spot_id", "name", "lat", "lng", "district", "state", "source_types", "first_week", "active_weeks",
    "observed_weeks", "events", "peak_blocks", "active_of_last_4",
]  # fmt: skip
WEDNESDAY = datetime(2026, 9, 30, 18)


def spots_table() -> pd.DataFrame:
    """The spots as publishing writes them."""
    return pd.DataFrame(SPOTS, columns=COLUMNS).assign(last_week="2026-W40", area_km2=0.08)


def hours_table(**of: dict[tuple[int, int], float]) -> pd.DataFrame:
    """spot_id -> {(weekday, block): share} as rows."""
    rows = [(s.replace("_", "-"), d, b, v, 100) for s, week in of.items() for (d, b), v in week.items()]
    return pd.DataFrame(rows, columns=["spot_id", "weekday", "block", "share", "n"])


def visits_table(*rows: tuple[str, str]) -> pd.DataFrame:
    """(spot_id, start) as visits in the middle of the spot."""
    at = {s[0]: grid.cells_of([s[2]], [s[3]], 10)[0] for s in SPOTS}
    return pd.DataFrame(
        {
            "cell": np.array([at[s] for s, _ in rows], dtype=np.uint64),
            "start": pd.to_datetime([w for _, w in rows]).astype("datetime64[s]"),
            "minutes": 12.0,
            "category": "patrol_visit",
        }
    )


def make(
    home: Path,
    *,
    spots: pd.DataFrame | None = None,
    hours: pd.DataFrame | None = None,
    visits: pd.DataFrame | None = None,
    blocks: pd.DataFrame | None = None,
    footprints: dict[str, Any] | None = None,
    demo: bool = True,
) -> Release:
    """A study in `home` (made once) with a current release for operations that holds these tables."""
    study = studies.load(home) if (home / "study.toml").exists() else studies.create(home, municipalities=["1880"])[0]
    table = spots_table() if spots is None else spots
    if footprints is None:
        footprints = {r.spot_id: grid.disk(int(grid.cells_of([r.lat], [r.lng], 10)[0])) for r in table.itertuples()}
    cells = [(spot_id, c) for spot_id, footprint in footprints.items() for c in footprint]
    tables: dict[str, pd.DataFrame] = {
        "spots": table,
        "spot_cells": pd.DataFrame(cells, columns=["spot_id", "cell"]).astype({"cell": "uint64"}),
        "grid": study.grid,
        "places": study.places,
    }
    given = {"spot_hours": hours, "visits": visits, "blocks": blocks}
    tables |= {name: found for name, found in given.items() if found is not None}
    facts: dict[str, Any] = {
        "study": "Örebro", "demo": demo, "owner": "", "audience": "operations", "first_day": "2024-10-01",
        "today": "2026-09-30", "until": "2026-10-01", "time_zone": study.time_zone, "crs": study.crs,
        "area_source": study.area_source, "k": 5, "categories": [], "closed": [], "events_shown": 0, "events_hidden": 0,
    }  # fmt: skip
    folder = home / "releases" / "operations"
    version = new_version(folder)
    write_release(folder, version, tables, study.districts, facts)
    point_at(folder, version)
    return release.open_release(home, "operations")
