"""The analysis of hotspots, as functions on tables for notebooks and scripts. Nothing here draws.

    import hotspots
    release = hotspots.open_release("var/demo", "operations")
    cells = hotspots.read_cells(release, period="2026-Q3")

A table goes in, a table comes out on the same index; cells are H3 as text. The command line does the same things.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from hotspots.release import Release


def open_release(home: "str | Path", audience: str = "operations") -> "Release":
    """The current release of a study folder, verified byte by byte.

    Raises:
        Trouble: `no_release`, `damaged_release`.
    """
    from pathlib import Path

    from hotspots import release

    return release.open_release(Path(home), audience)


def read_cells(
    release: "Release",
    *,
    period: str | None = None,
    category: str = "all",
    source: str | None = None,
    resolution: int = 9,
) -> "pd.DataFrame":
    """Cells of a release as the command `hotspots cells` writes them: counts of blocks, Gi*, FDR, class; km2.

    Raises:
        Trouble: `no_cells`, `nothing_shown`, `bad_period`, `unknown_category`.
    """
    from hotspots import grid, queries

    asked, _ = queries.question(release, period=period, category=category, source=source, resolution=resolution)
    table = queries.cells(release, asked).table
    table["cell"] = grid.to_text(table["cell"])
    return table


def read_districts(release: "Release", **choice: Any) -> "pd.DataFrame":
    """Districts over time: period, category, source, district, name, area_km2, count, per_km2."""
    from hotspots import queries

    return queries.districts(release, **choice)


def read_spots(release: "Release") -> "pd.DataFrame":
    """Recurring gathering spots of a release, `cells` as texts of resolution 10."""
    from hotspots import grid

    table = release.spots.copy()
    if len(table):
        table["cells"] = [" ".join(grid.to_text(release.footprint(s))) for s in table["spot_id"]]
    return table


def compute(name: str, table: "pd.DataFrame", *, cell: str, value: str, time: str | None = None) -> "pd.DataFrame":
    """A statistic (gistar, trend, emerging, density) for the rows of any table of cells, on the same index.

    Raises:
        Trouble: `bad_cell`, `doubled_row`, `bad_value`, `unknown_statistic`.
    """
    from hotspots import grid
    from hotspots.geo.areas import cell_areas_km2
    from hotspots.statistics import table as tables

    ids = grid.from_text(table[cell].tolist())
    found, _ = tables.compute(
        name, table, cells=ids, value=value, time=time, neighbours=grid.neighbours, area_km2=cell_areas_km2
    )
    return found
