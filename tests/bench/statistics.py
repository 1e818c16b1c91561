"""Neighbours, Gi*, false discovery rate, trends and counting against the field's own libraries."""

import warnings
from datetime import datetime, timedelta
from functools import cache

import duckdb
import h3.api.basic_int as h3
import numpy as np
import polars as pl
import pyarrow as pa
import pymannkendall
from esda.getisord import G_Local
from libpysal.graph import Graph
from scipy.sparse import csr_array
from scipy.stats import false_discovery_control

from hotspots import grid
from hotspots.statistics.counts import count, with_period
from hotspots.statistics.fdr import adjust
from hotspots.statistics.gistar import gistar, p_two_sided
from hotspots.statistics.trend import mann_kendall, median_slope
from tests.bench.harness import Bench, Pair

LUND = 0x891F25A9467FFFF
SAMPLED = 1000  # series of 20,000: 5 %


@cache
def world(radius: int, steps: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Cells of resolution 9, counts with some hot spots, neighbours."""
    cells = grid.disk(LUND, radius)
    rng = np.random.default_rng(radius)
    counts = rng.poisson(rng.gamma(0.3, 1.0, len(cells))[:, None], (len(cells), steps)).astype(float)
    return cells, counts, *grid.neighbours(cells, 1)


def h3_loop(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours the plain way: one disk at a time, looked up in a dict."""
    places = {cell: i for i, cell in enumerate(cells.tolist())}
    ptr, idx = [0], []
    for cell in places:
        idx += [places[c] for c in h3.grid_disk(cell, 1) if c in places]
        ptr.append(len(idx))
    return np.array(ptr), np.array(idx, dtype=np.int32)


def same_neighbours(ours: tuple, theirs: tuple) -> None:
    """The same rows, in whatever order within a row."""
    n = len(ours[0]) - 1
    sets = [csr_array((np.ones(len(idx)), idx, ptr), shape=(n, n)) for ptr, idx in (ours, theirs)]
    assert abs(sets[0] - sets[1]).sum() == 0


def neighbours_loop() -> Pair:
    cells = world(120, 1)[0]
    return Pair(lambda: grid.neighbours(cells, 1), lambda: h3_loop(cells), same_neighbours)


def neighbours_libpysal() -> Pair:
    cells = world(80, 1)[0]
    names = grid.to_text(cells)

    def same(ours: tuple, graph: Graph) -> None:
        assert graph.n == len(cells) and graph.n_edges == len(ours[1]) - len(cells)  # the graph leaves out the cell

    return Pair(lambda: grid.neighbours(cells, 1), lambda: Graph.build_h3(names), same)


def graph_of(ptr: np.ndarray, idx: np.ndarray) -> Graph:
    return Graph.from_sparse(csr_array((np.ones(len(idx)), idx, ptr), shape=(len(ptr) - 1,) * 2)).transform("B")


def esda_maps(x: np.ndarray, graph: Graph) -> tuple[np.ndarray, np.ndarray]:
    """z and two-sided p of every step with esda."""
    maps = [G_Local(x[:, t], graph, transform="B", star=True, permutations=0) for t in range(x.shape[1])]
    return np.column_stack([m.Zs for m in maps]), np.column_stack([2 * m.p_norm for m in maps])


def gistar_maps() -> Pair:
    _, x, ptr, idx = world(120, 60)
    graph = graph_of(ptr, idx)

    def same(ours: np.ndarray, theirs: tuple) -> None:
        np.testing.assert_allclose(ours, theirs[0], rtol=0, atol=1e-9)

    return Pair(lambda: gistar(x, ptr, idx), lambda: esda_maps(x, graph), same)


def gistar_fdr() -> Pair:
    _, x, ptr, idx = world(258, 12)
    graph = graph_of(ptr, idx)

    def theirs() -> np.ndarray:
        _, p = esda_maps(x, graph)
        return false_discovery_control(np.minimum(p, 1.0).ravel()).reshape(p.shape)

    def same(ours: np.ndarray, other: np.ndarray) -> None:
        np.testing.assert_allclose(ours, other, rtol=0, atol=1e-9)

    return Pair(lambda: adjust(p_two_sided(gistar(x, ptr, idx))), theirs, same)


def series() -> np.ndarray:
    return np.random.default_rng(3).poisson(1.0, (20_000, 60)).astype(float)


def same_trends(ours: tuple, theirs: list) -> None:
    """S, variance, z and p of the sampled series, and the slope where we made it."""
    test, slope = ours
    for i, their in enumerate(theirs):
        np.testing.assert_allclose(
            [test.s[i], test.variance[i], test.z[i], test.p[i]], [their.s, their.var_s, their.z, their.p], atol=1e-12
        )
        assert slope is None or slope[i] == their.slope


def trend_and_slope() -> Pair:
    x = series()
    theirs = lambda: [pymannkendall.original_test(row) for row in x[:SAMPLED]]  # noqa: E731
    return Pair(lambda: (mann_kendall(x), median_slope(x)), theirs, same_trends, len(x) / SAMPLED)


def trend_alone() -> Pair:
    x = series()
    theirs = lambda: [pymannkendall.original_test(row) for row in x[:SAMPLED]]  # noqa: E731
    return Pair(lambda: (mann_kendall(x), None), theirs, same_trends, len(x) / SAMPLED)


@cache
def events(n: int = 2_000_000) -> pa.Table:
    """Events on 20,000 cells over 60 months, 12 categories."""
    rng = np.random.default_rng(4)
    cells = world(80, 1)[0]
    seconds = rng.integers(0, 60 * 30 * 86400, n).astype("timedelta64[s]") + np.datetime64("2020-01-01")
    names = np.array([f"category_{i}" for i in range(12)])
    return pa.table(
        {
            "start": pa.array(seconds),
            "cell": cells[(len(cells) * rng.random(n) ** 2).astype(int)],
            "category": names[rng.integers(0, 12, n)],
        }
    )


FIRST, LAST = datetime(2021, 1, 1), datetime(2021, 1, 1) + timedelta(days=365)
BY = ["cell", "period", "category"]


def same_tables(ours: pa.Table, theirs: pa.Table) -> None:
    assert ours.num_rows == theirs.num_rows > 0
    assert all(
        ours[c].combine_chunks().equals(theirs[c].combine_chunks().cast(ours[c].type)) for c in ours.column_names
    )


def duckdb_counts(**window: datetime) -> Pair:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; SET threads = 2")
    connection.register("arrow", events())
    connection.execute("CREATE TABLE events AS SELECT * FROM arrow")
    where = "WHERE start >= $start AND start < $end" if window else ""
    question = f"""
        SELECT cell, CAST(date_trunc('month', start) AS DATE) AS period, category, count(*) AS n
        FROM events {where} GROUP BY ALL ORDER BY cell, period, category"""
    return Pair(
        lambda: count(with_period(connection.table("events"), "month"), BY, **window),
        lambda: connection.sql(question, params=window).to_arrow_table(),
        same_tables,
    )


def polars_counts() -> Pair:
    frame = pl.from_arrow(events())
    month = pl.col("start").dt.truncate("1mo").cast(pl.Date).alias("period")
    return Pair(
        lambda: count(with_period(frame.lazy(), "month"), BY),
        lambda: frame.lazy().with_columns(month).group_by(BY).agg(n=pl.len()).sort(BY).collect().to_arrow(),
        same_tables,
    )


warnings.filterwarnings("ignore", module="esda|libpysal")
BENCHES = [
    Bench("neighbours", "neighbours k=1, 43,561 cells", "loop over h3 (basic_int)", neighbours_loop, 7),
    Bench("neighbours_graph", "neighbours k=1, 19,441 cells", "libpysal Graph.build_h3", neighbours_libpysal, 20),
    Bench("gistar", "Gi* of 60 maps, 43,561 cells", "esda G_Local, Graph given", gistar_maps, 30, "peer also gives p"),
    Bench("gistar_fdr", "Gi*, p, FDR, 200,467 cells x 12", "esda G_Local + scipy FDR", gistar_fdr, 4),
    Bench("trend", "Mann-Kendall and Sen slope, 20,000 x 60", "pymannkendall", trend_and_slope, 150),
    Bench("trend_test", "Mann-Kendall alone, 20,000 x 60", "pymannkendall", trend_alone, None, "peer also gives slope"),
    Bench("count", "count, cell x month x category, 2 M", "hand-written DuckDB SQL", duckdb_counts, 0.95),
    Bench(
        "count_year",
        "the same for one year",
        "hand-written DuckDB SQL",
        lambda: duckdb_counts(start=FIRST, end=LAST),
        0.95,
    ),
    Bench(
        "count_polars",
        "count, cell x month x category, 2 M",
        "hand-written Polars",
        polars_counts,
        None,
        "ours also makes types plain",
    ),
]
