"""A statistic on any table of cells: what the door refuses, what is filled in and announced, what comes back."""

from datetime import date

import h3
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots import grid
from hotspots.errors import Trouble, UnknownName
from hotspots.statistics import STATISTICS
from hotspots.statistics.fdr import adjust
from hotspots.statistics.gistar import gistar, gistar_cube, p_two_sided
from hotspots.statistics.steps import read_steps
from hotspots.statistics.table import compute

CENTRE = 0x891F25A9467FFFF
AREA = grid.disk(CENTRE, 4)
MONTHS = [f"2024-{m:02d}" for m in range(1, 13)]


def areas_km2(cells):
    return np.array([h3.cell_area(h3.int_to_str(c)) for c in cells.tolist()], dtype=float)


def ask(table, cells, name="gistar", **more):
    return compute(name, table, cells=cells, value="count", neighbours=grid.neighbours, **more)


def flat(seed=1, cells=AREA):
    return pd.DataFrame({"count": np.random.default_rng(seed).poisson(1.0, len(cells))}), cells


def long(seed=1, cells=AREA, times=MONTHS):
    counts = np.random.default_rng(seed).poisson(1.0, (len(cells), len(times)))
    table = pd.DataFrame({"month": np.tile(times, len(cells)), "count": counts.ravel()})
    return table, np.repeat(cells, len(times)), counts


def refused(code, row=None):
    match = f"Row {row} |row {row} |of row {row}" if row else None
    return pytest.raises(Trouble, match=match, check=lambda trouble: trouble.code == code and trouble.do.sv != "")


# --- inputs ---


def test_unknown_names_are_refused_with_the_choices():
    table, cells = flat()
    with pytest.raises(UnknownName, match="There is no statistic of that name"):
        ask(table, cells, name="magic")
    with refused("unknown_column"):
        compute("gistar", table, cells=cells, value="n", neighbours=grid.neighbours)
    with refused("unknown_column"):
        ask(table, cells, time="month")


@pytest.mark.parametrize("bad", [np.nan, np.inf, None, "många"])
def test_what_is_no_finite_number_is_refused_with_its_row(bad):
    table, cells = flat()
    table = table.astype(object)
    table.loc[4, "count"] = bad
    with refused("bad_value", row=5) as caught:
        ask(table, cells)
    assert "många" not in caught.value.sentence("sv")


def test_doubled_rows_are_refused_with_their_row():
    table, cells = flat()
    with refused("doubled_row", row=9):
        ask(table, np.concatenate((cells[:8], cells[3:4], cells[9:])))
    table, cells, _ = long()
    table.loc[1, "month"] = "2024-01"
    with refused("doubled_row", row=2):
        ask(table, cells, time="month")


def test_cells_of_two_sizes_are_refused():
    table, cells = flat()
    with refused("mixed_resolutions"):
        ask(table, np.concatenate((grid.parents(cells[:1], 8), cells[1:])))
    with refused("mixed_resolutions"):
        ask(table, cells, study_cells=grid.parents(cells, 8))


@pytest.mark.parametrize("name", [name for name, s in STATISTICS.items() if s.over_time])
def test_statistics_of_change_need_a_time(name):
    with refused("needs_time"):
        ask(*flat(), name=name)


@pytest.mark.parametrize(
    ("times", "code", "row"),
    [
        (["2024-01", None], "missing_time", 2),
        (["2024-01", "2024-02", "i fjol"], "bad_time", 3),
        (["2024-01", "2024-Q1"], "mixed_periods", 2),
        ([1.0, 1.5], "bad_time", 2),
        (["2024-01", "2024-01-05"], "mixed_periods", 2),
    ],
)
def test_times_that_cannot_be_ordered_are_refused_with_their_row(times, code, row):
    with refused(code, row=row):
        read_steps(pd.Series(times, name="t"))


# --- outputs: steps ---


def test_periods_without_rows_are_steps_too():
    steps = read_steps(pd.Series(["2024-03", "2023-12", "2024-03"]))
    assert steps.names == ("2023-12", "2024-01", "2024-02", "2024-03")
    assert steps.position.tolist() == [3, 0, 3]
    assert [note.en for note in steps.notes] == ["Periods without rows, counted as time steps with the value zero: 2"]


@pytest.mark.parametrize(
    ("times", "names"),
    [
        (["2024-W52", "2025-W01"], ("2024-W52", "2025-W01")),
        (["2025", "2024"], ("2024", "2025")),
        (["2024-H2", "2025-H1"], ("2024-H2", "2025-H1")),
        ([2023, 2022], ("2022", "2023")),
        (["10", "9"], ("9", "10")),
        ([date(2024, 2, 1), date(2024, 1, 1)], ("2024-01-01", "2024-02-01")),
        (pd.to_datetime(["2024-02-01", "2024-01-01"]), ("2024-01-01", "2024-02-01")),
        (["2024-01-02T06:00", "2024-01-02"], ("2024-01-02", "2024-01-02T06:00:00")),
    ],
)
def test_times_are_put_in_order(times, names):
    steps = read_steps(pd.Series(times))
    assert steps.names == names and steps.notes == ()


def test_an_uneven_gap_in_dates_is_announced_not_filled():
    months = pd.Series(pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-05-01"]))
    assert read_steps(months[:3]).notes == ()
    steps = read_steps(months)
    assert len(steps.names) == 4 and "gaps not filled: 1" in steps.notes[0].en


# --- outputs: values ---


def test_gistar_of_a_map_is_that_of_the_function():
    table, cells = flat()
    found, facts = ask(table, cells)
    z = gistar(table["count"], *grid.neighbours(cells, 1))
    np.testing.assert_allclose(found.gistar_z, z, atol=1e-12)
    np.testing.assert_allclose(found.gistar_p_fdr, adjust(p_two_sided(z)), atol=1e-12)
    assert found.columns.tolist() == ["gistar_z", "gistar_p", "gistar_p_fdr", "gistar_hot"]
    assert found.gistar_hot.dtype == bool
    assert (facts["cells"], facts["steps"], facts["family"], facts["reference"]) == (61, 1, 61, "map")
    assert [note.en for note in facts["notes"]] == ["No area was given: the study area is the 61 cells that have rows"]


def test_absent_cells_of_the_area_are_zeros_in_the_family():
    table, cells = flat()
    some = table["count"] > 0
    found, facts = ask(table[some], cells[some], study_cells=AREA)
    whole, _ = ask(table, cells, study_cells=AREA)
    pd.testing.assert_frame_equal(found, whole[some])
    assert (facts["cells"], facts["family"], facts["zeros_added"]) == (61, 61, (~some).sum())


def test_rows_outside_the_area_get_no_answer_and_are_counted():
    table, cells = flat()
    inner = grid.disk(CENTRE, 3)
    outside = ~np.isin(cells, inner)
    table.loc[outside, "count"] = 500
    found, facts = ask(table, cells, study_cells=inner)
    alone, _ = ask(table[~outside], cells[~outside])
    pd.testing.assert_frame_equal(found[~outside], alone)
    assert found[outside].gistar_z.isna().all() and not found[outside].gistar_hot.any()
    assert facts["rows_outside"] == outside.sum() == 24


def test_a_long_table_is_a_cube_with_zeros():
    table, cells, counts = long()
    for reference in ("cube", "neighbourhood", "step"):
        z = gistar_cube(counts, *grid.neighbours(AREA, 1), earlier=2, reference=reference)
        some = table["count"] > 0
        found, facts = ask(table[some], cells[some], time="month", study_cells=AREA, earlier=2, reference=reference)
        np.testing.assert_allclose(found.gistar_z, z.ravel()[some], atol=1e-12)
        assert (facts["steps"], facts["family"], facts["reference"]) == (12, 61 * 12, reference)
        assert (facts["first_step"], facts["last_step"]) == ("2024-01", "2024-12")
        assert facts["earlier"] == (0 if reference == "step" else 2)


def test_radius_is_handed_to_the_neighbourhood():
    table, cells = flat()
    found, _ = ask(table, cells, k=2)
    np.testing.assert_allclose(found.gistar_z, gistar(table["count"], *grid.neighbours(cells, 2)), atol=1e-12)


def test_trend_and_class_stand_on_every_row_of_a_cell():
    _, _, counts = long()
    counts[AREA == CENTRE] = np.arange(12)
    table = pd.DataFrame({"month": np.tile(MONTHS, 61), "count": counts.ravel()})
    cells = np.repeat(AREA, 12)
    trend, facts = ask(table, cells, name="trend", time="month")
    assert (trend[cells == CENTRE].trend_slope == 1).all() and (trend[cells == CENTRE].trend_p_fdr < 0.01).all()
    assert facts["family"] == 61
    emerging, _ = ask(table, cells, name="emerging", time="month")
    assert emerging.groupby(cells)["class"].nunique().eq(1).all()
    assert emerging.columns[0] == "class" and emerging.hot_steps.dtype == "Int64"


def test_a_planted_hot_spot_is_persistent_and_a_late_one_new():
    far = grid.disk(CENTRE, 12)
    counts = np.random.default_rng(3).poisson(0.5, (len(far), 12))
    counts[np.isin(far, grid.disk(CENTRE, 1))] += 20
    edge = far[np.isin(far, grid.disk(CENTRE, 11), invert=True)][0]
    late = np.isin(far, grid.disk(int(edge), 1))
    counts[late, -1] += 40
    table = pd.DataFrame({"month": np.tile(MONTHS, len(far)), "count": counts.ravel()})
    found, _ = ask(table, np.repeat(far, 12), name="emerging", time="month")
    classes = pd.Series(found["class"].to_numpy()[::12], index=far)
    assert classes[CENTRE] == "persistent_hot" and classes[edge] == "new_hot"


def test_fewer_than_ten_steps_give_no_trend_and_say_so():
    table, cells, _ = long(times=MONTHS[:9])
    trend, facts = ask(table, cells, name="trend", time="month")
    assert trend.isna().all(axis=None)
    assert "At least 10 time steps are needed, here are 9" in [note.en for note in facts["notes"]]
    emerging, _ = ask(table, cells, name="emerging", time="month")
    assert set(emerging["class"]) == {"none"}


def test_density_uses_each_cells_area():
    table, cells = flat()
    found, _ = ask(table, cells, name="density", area_km2=areas_km2)
    np.testing.assert_allclose(found.density, table["count"] / areas_km2(cells))


@pytest.mark.parametrize("name", STATISTICS)
def test_an_empty_table_gives_an_empty_answer(name):
    table = pd.DataFrame({"month": pd.Series([], dtype=str), "count": pd.Series([], dtype=int)})
    found, facts = ask(table, AREA[:0], name=name, time="month", area_km2=areas_km2)
    assert found.shape == (0, len(STATISTICS[name].columns)) and facts["rows"] == 0


@pytest.mark.parametrize("name", STATISTICS)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), kept=st.integers(1, 61 * 12))
def test_row_order_and_index_are_the_callers_own(name, seed, kept):
    table, cells, _ = long()
    table.index = [f"row {i}" for i in range(len(table))]
    rows = np.random.default_rng(seed).permutation(len(table))[:kept]
    table, cells = table.iloc[rows], cells[rows]
    before = table.copy(deep=True)
    found, _ = ask(table, cells, name=name, time="month", study_cells=AREA, area_km2=areas_km2)
    assert found.index.equals(table.index)
    sorting = np.argsort(rows)
    straight, _ = ask(
        table.iloc[sorting], cells[sorting], name=name, time="month", study_cells=AREA, area_km2=areas_km2
    )
    pd.testing.assert_frame_equal(found.iloc[sorting], straight)
    pd.testing.assert_frame_equal(table, before)
