"""Counting: one expression, the same table from every engine; the calendar agrees with hotspots.periods."""

from collections import Counter
from datetime import date, datetime, timedelta

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.periods import KINDS, period_of
from hotspots.statistics.counts import SOURCE_DAY, count, with_period, with_source_day

TYPES = {
    "file": pa.int32(),
    "row": pa.int64(),
    "start": pa.timestamp("s"),
    "cell": pa.uint64(),
    "category": pa.string(),
    "source_type": pa.string(),
    "source_key": pa.uint64(),
    "precision": pa.string(),
}
BIG = 2**63 + 11  # a number that only unsigned integers hold


def events(rows):
    columns = zip(*rows, strict=True) if rows else [[] for _ in TYPES]
    return pa.table({n: pa.array(list(c), t) for (n, t), c in zip(TYPES.items(), columns, strict=True)})


def row(number, start, cell=1, category="noise", source_type="reported", key=7, precision="second"):
    return (1, number, start, cell, category, source_type, key, precision)


ROWS = [
    row(1, datetime(2024, 12, 30, 3), BIG),
    row(2, datetime(2025, 1, 1), BIG, key=2**64 - 1),
    row(3, datetime(2025, 3, 5, 10), 3, "graffiti"),
    row(4, datetime(2025, 3, 5, 22), 3, "graffiti"),
    row(5, datetime(2025, 3, 6, 22), 3, "graffiti", "discovered"),
    row(6, datetime(2025, 3, 1), 3, "noise", precision="month"),
    row(7, datetime(2025, 3, 1), 3, "noise", precision="month"),
    row(8, datetime(2025, 7, 1), 3, None),
]


def utc(table):
    return table.set_column(2, "start", table["start"].cast(pa.timestamp("us", "UTC")))


ENGINES = {
    "duckdb": lambda t: CONNECTION.from_arrow(t),
    "duckdb with the zone UTC": lambda t: CONNECTION.from_arrow(utc(t)),
    "polars": pl.from_arrow,
    "polars lazy with the zone UTC": lambda t: pl.from_arrow(utc(t)).lazy(),
    "pyarrow": lambda t: t,
    "pyarrow large strings": lambda t: t.set_column(4, "category", t["category"].cast(pa.large_string())),
    "pyarrow dictionaries": lambda t: t.set_column(4, "category", t["category"].dictionary_encode()),
    "pandas": lambda t: t.to_pandas(),
    "pandas on arrow": lambda t: t.to_pandas(types_mapper=pd.ArrowDtype),
}
CONNECTION = duckdb.connect()
CONNECTION.execute("SET TimeZone = 'UTC'")


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_table(engine):
    frame = ENGINES[engine](events(ROWS))
    found = count(frame, ["cell", "category"], distinct=["source_key"])
    assert found.schema == pa.schema(
        [("cell", pa.uint64()), ("category", pa.string()), ("n", pa.int64()), ("distinct", pa.int64())]
    )
    assert found.to_pylist() == [
        {"cell": 3, "category": "graffiti", "n": 3, "distinct": 1},
        {"cell": 3, "category": "noise", "n": 2, "distinct": 1},
        {"cell": 3, "category": None, "n": 1, "distinct": 1},
        {"cell": BIG, "category": "noise", "n": 2, "distinct": 2},
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_filters_are_half_open_and_by_code(engine):
    frame = ENGINES[engine](events(ROWS))
    within = count(frame, [], start=date(2025, 1, 1), end=datetime(2025, 3, 5, 22))
    assert within.to_pylist() == [{"n": 4}]
    assert count(frame, ["source_type"], categories=["graffiti"]).to_pydict() == {
        "source_type": ["discovered", "reported"],
        "n": [1, 2],
    }
    assert count(frame, [], source_types=["discovered"], distinct=["cell"]).to_pylist() == [{"n": 1, "distinct": 1}]
    assert count(frame, ["cell"], categories=[]).num_rows == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_month_precise_rows_are_source_days_of_their_own(engine):
    frame = with_source_day(ENGINES[engine](events(ROWS)))
    found = count(frame, ["category"], end=date(2025, 7, 1), distinct=SOURCE_DAY).to_pydict()
    assert found == {"category": ["graffiti", "noise"], "n": [3, 4], "distinct": [2, 4]}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", KINDS)
def test_periods_are_those_of_the_calendar(engine, kind):
    starts = [datetime(2019, 12, 27, 23, 59, 59) + timedelta(days=13 * d, seconds=d) for d in range(180)]
    frame = ENGINES[engine](events([row(i, s) for i, s in enumerate(starts)]))
    found = count(with_period(frame, kind), ["period"])
    wanted = Counter(period_of(s.date(), kind).start for s in starts)
    assert found.schema == pa.schema([("period", pa.date32()), ("n", pa.int64())])
    assert dict(zip(*found.to_pydict().values(), strict=True)) == wanted
    assert found["period"].to_pylist() == sorted(wanted)


def test_a_time_zone_that_is_not_utc_is_refused():
    frame = events(ROWS)
    frame = frame.set_column(2, "start", frame["start"].cast(pa.timestamp("us", "Europe/Stockholm")))
    with pytest.raises(ValueError, match="start carries the time zone Europe/Stockholm"):
        count(frame, ["cell"])


@pytest.mark.parametrize("engine", ENGINES)
def test_no_events_give_no_groups(engine):
    frame = ENGINES[engine](events([]))
    found = count(with_period(frame, "month"), ["period", "cell"], distinct=["source_key"])
    assert found.num_rows == 0 and found.column_names == ["period", "cell", "n", "distinct"]


several = st.lists(
    st.builds(
        row,
        st.integers(1, 10**6),
        st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1)).map(lambda t: t.replace(microsecond=0)),
        st.sampled_from([1, 2, BIG]),
        st.sampled_from(["noise", "graffiti", "åäö"]),
        key=st.integers(0, 2),
    ),
    max_size=30,
)


@settings(max_examples=40, deadline=None)
@given(several, st.randoms())
def test_counts_equal_a_plain_loop_and_ignore_row_order(rows, random):
    wanted: Counter = Counter((r[3], r[4]) for r in rows)
    keys = {k: len({r[6] for r in rows if (r[3], r[4]) == k}) for k in wanted}
    shuffled = random.sample(rows, len(rows))
    tables = [
        count(ENGINES[e](events(order)), ["cell", "category"], distinct=["source_key"])
        for e in ("duckdb", "polars", "pyarrow")
        for order in (rows, shuffled)
    ]
    assert all(t.equals(tables[0]) for t in tables)
    assert tables[0].to_pylist() == [
        {"cell": c, "category": k, "n": wanted[c, k], "distinct": keys[c, k]}
        for c, k in sorted(wanted, key=lambda ck: (ck[0], ck[1].encode()))
    ]
