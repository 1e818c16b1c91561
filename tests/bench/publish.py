"""Blocks of a million events against the same rules in plain pandas; a question to the release against DuckDB."""

from functools import cache

import duckdb
import numpy as np
import pandas as pd

from hotspots import grid
from hotspots.publish.blocks import Tally, place_blocks
from tests.bench.harness import Bench, Pair

N, MONTHS = 1_000_000, 24


@cache
def tally() -> tuple[Tally, np.ndarray, pd.Series]:
    """A million events round Örebro in 24 months, one reporter in five known; views are the months."""
    rng = np.random.default_rng(4)
    spots = rng.normal([59.2739, 15.2153], [0.03, 0.06], (300, 2))
    at = spots[rng.integers(0, 300, N)] + rng.normal(0, [0.0008, 0.0015], (N, 2))
    day = rng.integers(0, 30 * MONTHS, N)
    unit = np.where(rng.random(N) < 0.2, 1_000 + rng.integers(0, 50_000, N), day)
    cells = grid.cells_of(at[:, 0], at[:, 1], 10)
    same = np.full(N, "x", dtype=object)
    made = Tally(cells, np.datetime64("2024-01-01") + day, unit, same, same, same, np.ones(N, np.int64))
    area = pd.Series(0.1, index=np.unique(grid.parents(cells, 9)))
    return made, (day // 30).astype(np.int64), area


def plain() -> pd.DataFrame:
    """The same rule by groupby and nunique, level by level."""
    made, view, _ = tally()
    left = pd.DataFrame({"view": view, "cell10": made.cell, "unit": made.unit, "n": made.n})
    found = []
    for resolution in range(9, 4, -1):
        left["cell"] = grid.parents(left["cell10"].to_numpy(), resolution)
        sums = left.groupby(["view", "cell"]).agg(count=("n", "sum"), units=("unit", "nunique"))
        shown = sums[(sums["count"] >= 5) & (sums["units"] >= 5)]
        found.append(shown.reset_index().assign(resolution=resolution))
        left = left[~pd.MultiIndex.from_frame(left[["view", "cell"]]).isin(shown.index)]
    return pd.concat(found)[["view", "cell", "resolution", "count"]]


def same_blocks(ours: tuple[pd.DataFrame, int], theirs: pd.DataFrame) -> None:
    order = ["view", "resolution", "cell"]
    a, b = (t[["view", "cell", "resolution", "count"]].sort_values(order).to_numpy() for t in (ours[0], theirs))
    assert np.array_equal(a.astype(np.uint64), b.astype(np.uint64))


def blocks_pandas() -> Pair:
    made, view, area = tally()
    return Pair(lambda: place_blocks(made, view, k=5, finest=9, coarsest=5, area_of=area), plain, same_blocks)


def question_duckdb() -> Pair:
    """One view of a release's blocks by the index in memory, against DuckDB on the same table."""
    made, view, area = tally()
    blocks = place_blocks(made, view, k=5, finest=9, coarsest=5, area_of=area)[0]
    table = pd.concat([blocks.assign(category=f"c{i}") for i in range(20)], ignore_index=True)
    rows = dict(table.groupby(["view", "category"]).indices)
    db = duckdb.connect()
    db.execute("SET threads = 2")
    db.register("frame", table)
    db.execute("CREATE TABLE blocks AS SELECT * FROM frame")
    asked = "SELECT cell, resolution, count, area_km2 FROM blocks WHERE view = 7 AND category = 'c3'"
    columns = ["cell", "resolution", "count", "area_km2"]
    return Pair(
        lambda: table.iloc[rows[7, "c3"]][columns],
        lambda: db.execute(asked).df(),
        lambda a, b: np.testing.assert_allclose(
            a.sort_values("cell").to_numpy(float), b.sort_values("cell").to_numpy(float)
        ),
    )


BENCHES = [
    Bench("blocks", "blocks of 24 months, 1 M events", "pandas groupby + nunique, same rule", blocks_pandas, must=1.5),
    Bench("question", "one view of a release (480 views)", "DuckDB on the same table", question_duckdb, must=1.5),
]
