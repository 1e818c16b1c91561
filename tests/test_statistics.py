"""Gi*, false discovery rate, trends and classes: exact small worlds, relations that must hold, published results."""

import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pymannkendall
import pytest
from esda.getisord import G_Local
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from libpysal.graph import Graph
from libpysal.io import open as pysal_open
from scipy.sparse import csr_array
from scipy.spatial import cKDTree
from scipy.stats import false_discovery_control, norm, theilslopes

from hotspots import grid
from hotspots.statistics import STATISTICS
from hotspots.statistics.base import Cube
from hotspots.statistics.density import density
from hotspots.statistics.emerging import CLASSES, PATTERNS, classify
from hotspots.statistics.fdr import adjust, hot
from hotspots.statistics.gistar import gistar, gistar_cube, gistar_permutation, p_two_sided
from hotspots.statistics.trend import hamed_rao, mann_kendall, median_slope, sen_slope

CENTRE = 0x891F25A9467FFFF  # a cell of resolution 9 in Lund
CELLS = grid.disk(CENTRE, 6)
PTR, IDX = grid.neighbours(CELLS, 1)


def within(places, distance):
    """CSR of all places within a distance (the place itself too)."""
    lists = cKDTree(places).query_ball_point(places, distance * (1 + 1e-9))
    return np.cumsum([0, *map(len, lists)]), np.concatenate(lists).astype(np.int32)


def esda_z(x, ptr, idx):
    n = len(ptr) - 1
    graph = Graph.from_sparse(csr_array((np.ones(len(idx)), idx, ptr), shape=(n, n)))
    return G_Local(x, graph, transform="B", star=True, permutations=0).Zs


def by_the_book(x, i, t, ptr, idx, earlier, window):
    """The formula of one cell and step, summed value by value."""
    near = [(j, s) for j in idx[ptr[i] : ptr[i + 1]] for s in range(max(0, t - earlier), t + 1) if s in window]
    values = [x[j, s] for j in range(len(x)) for s in window]
    n, w = len(values), len(near)
    mean = sum(values) / n
    spread = (sum(v * v for v in values) / n - mean * mean) ** 0.5
    return (sum(x[j, s] for j, s in near) - mean * w) / (spread * ((n * w - w * w) / (n - 1)) ** 0.5)


# --- Gi*: inputs ---


def test_gistar_refuses_an_unknown_reference():
    with pytest.raises(ValueError, match="reference is one of"):
        gistar_cube(np.ones((len(CELLS), 2)), PTR, IDX, reference="world")


def test_permutations_refuse_too_few_draws():
    with pytest.raises(ValueError, match="999 or more"):
        gistar_permutation(np.ones(len(CELLS)), PTR, IDX, draws=199)


# --- Gi*: outputs ---


@pytest.mark.parametrize("kind", ["counts", "rates"])
def test_gistar_equals_an_independent_implementation(kind):
    rng = np.random.default_rng(1)
    x = rng.poisson(0.4, (len(CELLS), 5)) if kind == "counts" else rng.gamma(0.3, size=(len(CELLS), 5))
    z = gistar(x, PTR, IDX)
    for t in range(5):
        np.testing.assert_allclose(z[:, t], esda_z(x[:, t].astype(float), PTR, IDX), rtol=0, atol=1e-9)
    np.testing.assert_array_equal(gistar(x[:, 0], PTR, IDX), z[:, 0])


def test_gistar_keeps_its_digits_far_from_zero():
    # The mean of squares less the square of the mean would lose eight digits here.
    x = np.random.default_rng(1).integers(0, 9, len(CELLS))
    np.testing.assert_allclose(gistar(x + 10**7, PTR, IDX), gistar(x, PTR, IDX), atol=1e-9)


def test_gistar_of_a_single_event_is_known_exactly():
    # n = 127 cells, one event in the middle: mean 1/n, variance 1/n - 1/n2; a full disk of 7 holds it.
    x = (CELLS == CENTRE).astype(float)
    n, w = len(CELLS), 7
    wanted = (1 - w / n) / (np.sqrt(1 / n - 1 / n**2) * np.sqrt((n * w - w * w) / (n - 1)))
    z = gistar(x, PTR, IDX)
    assert np.isclose(z, wanted).sum() == 7 and np.isclose(z[CELLS == CENTRE], wanted).all()
    assert (z[~np.isclose(z, wanted)] < 0).all()


@pytest.mark.parametrize("constant", [0.0, 0.1, 7.3])
def test_gistar_is_missing_without_variation(constant):
    assert np.isnan(gistar(np.full(len(CELLS), constant), PTR, IDX)).all()
    for reference in ("cube", "neighbourhood", "step"):
        assert np.isnan(gistar_cube(np.full((len(CELLS), 3), constant), PTR, IDX, reference=reference)).all()


def test_gistar_is_missing_where_the_neighbourhood_is_everything():
    cells = grid.disk(CENTRE, 1)
    z = gistar(np.arange(7.0), *grid.neighbours(cells, 1))
    assert np.isnan(z).tolist() == (cells == CENTRE).tolist()
    assert np.isnan(gistar(np.array([3.0]), np.array([0, 1]), np.array([0], dtype=np.int32))).all()


@pytest.mark.parametrize("earlier", [0, 1, 2, 9])
@pytest.mark.parametrize("reference", ["cube", "neighbourhood", "step"])
def test_cube_equals_the_formula(earlier, reference):
    x = np.random.default_rng(2).poisson(1.5, (len(CELLS), 4)).astype(float)
    z = gistar_cube(x, PTR, IDX, earlier=earlier, reference=reference)
    for i, t in itertools.product((0, 5, 60, len(CELLS) - 1), range(4)):
        window = {
            "cube": range(4),
            "neighbourhood": range(max(0, t - earlier), t + 1),
            "step": range(t, t + 1),
        }[reference]
        assert z[i, t] == pytest.approx(by_the_book(x, i, t, PTR, IDX, earlier, window), abs=1e-10)


@pytest.mark.parametrize("reference", ["neighbourhood", "step"])
def test_later_steps_never_enter(reference):
    x = np.random.default_rng(3).poisson(1.5, (len(CELLS), 5)).astype(float)
    changed = x.copy()
    changed[:, 3:] += 50
    before, after = (gistar_cube(v, PTR, IDX, reference=reference)[:, :3] for v in (x, changed))
    np.testing.assert_array_equal(before, after)


def test_one_step_is_one_map():
    x = np.random.default_rng(4).poisson(1.0, (len(CELLS), 1))
    for reference in ("cube", "neighbourhood", "step"):
        np.testing.assert_allclose(gistar_cube(x, PTR, IDX, reference=reference), gistar(x, PTR, IDX), atol=1e-12)


def test_p_is_the_two_sided_normal_tail():
    z = np.array([0.0, 1.959963984540054, -3.0, 12.0, np.nan])
    np.testing.assert_allclose(p_two_sided(z), 2 * norm.sf(np.abs(z)), rtol=1e-12)


def test_permutations_agree_with_the_normal_tail_where_values_are_normal():
    x = np.random.default_rng(5).normal(10, 2, len(CELLS))
    p = gistar_permutation(x, PTR, IDX, draws=999, seed=1)
    # Drawing m of the N other values without replacement: mean m M, variance m V (N - m) / (N - 1).
    total, m, rest = np.add.reduceat(x[IDX], PTR[:-1]) - x, np.diff(PTR) - 1, len(x) - 1
    mean = (x.sum() - x) / rest
    variance = ((x**2).sum() - x**2) / rest - mean**2
    z = (total - m * mean) / np.sqrt(m * variance * (rest - m) / (rest - 1))
    np.testing.assert_allclose(p, p_two_sided(z), atol=0.09)
    assert p.min() >= 2 / 1000 and p.max() <= 1


def test_permutations_are_exact_in_a_world_small_enough_to_count():
    # Four cells in a row, cell 0 next to cell 1: of the three cells that can stand beside it, one has the 9.
    ptr, idx = np.array([0, 2, 5, 8, 10]), np.array([0, 1, 0, 1, 2, 1, 2, 3, 2, 3], dtype=np.int32)
    p = gistar_permutation(np.array([1.0, 9.0, 0.0, 0.0]), ptr, idx, draws=9999, seed=7)
    assert p[0] == pytest.approx(2 / 3, abs=0.02)
    again = gistar_permutation(np.array([1.0, 9.0, 0.0, 0.0]), ptr, idx, draws=9999, seed=7)
    np.testing.assert_array_equal(p, again)


counts = arrays(np.int64, (len(CELLS), 3), elements=st.integers(0, 20))


@settings(max_examples=25, deadline=None)
@given(counts, st.permutations(range(len(CELLS))), st.floats(0.01, 100), st.floats(-50, 50))
def test_gistar_ignores_labels_units_and_zero_point(x, order, scale, shift):
    z = gistar(x, PTR, IDX)
    moved = np.empty(len(order), dtype=int)
    moved[order] = np.arange(len(order))
    lists = [np.sort(moved[IDX[PTR[i] : PTR[i + 1]]]) for i in order]
    relabelled = gistar(x[order], np.cumsum([0, *map(len, lists)]), np.concatenate(lists).astype(np.int32))
    np.testing.assert_allclose(relabelled, z[order], atol=1e-9)
    np.testing.assert_allclose(gistar(x * scale + shift, PTR, IDX), z, atol=1e-6)
    np.testing.assert_allclose(gistar(-x, PTR, IDX), -z, atol=1e-9)


# --- Gi*: published results ---


@pytest.mark.shared
def test_getis_and_ord_1996(shared_data):
    """Their 16 x 16 remote sensing grid, 30 m apart, by distance bands.

    The cell they work through, their 136th, is our 120th: the data start in the other corner (documented in spData).
    """
    table = pd.read_csv(shared_data / "ground_truth/getis_ord/getisord_1996_grid.csv")
    ptr, idx = within(table[["x", "y"]].to_numpy(), 30)
    assert table.loc[119, ["x", "y"]].tolist() == [210, 210]
    wanted = by_the_book(table[["val"]].to_numpy(), 119, 0, ptr, idx, 0, range(1))  # equation 14.2
    assert gistar(table.val, ptr, idx)[119] == pytest.approx(wanted, abs=1e-10) == pytest.approx(1.4508, abs=5e-5)
    for metres in (30, 60, 90, 120):
        ptr, idx = within(table[["x", "y"]].to_numpy(), metres)
        np.testing.assert_allclose(gistar(table.val, ptr, idx), esda_z(table.val.to_numpy(), ptr, idx), atol=1e-9)


def memphis(points, cell):
    """Counts and neighbours on sfhotspot's grid: half a cell round the points, cells within half a cell of the hull."""
    import shapely

    low, high = points.min(axis=0) - cell / 2, points.max(axis=0) + cell / 2
    columns, rows = np.ceil((high - low) / cell).astype(int)
    column, row = (a.ravel() for a in np.meshgrid(np.arange(columns), np.arange(rows)))
    corner = low + cell * np.column_stack((column, row))
    boxes = shapely.box(*corner.T, *(corner + cell).T)
    kept = shapely.intersects(boxes, shapely.convex_hull(shapely.multipoints(points)).buffer(cell / 2))
    at = np.floor((points - low) / cell).astype(int)
    count = np.bincount(at[:, 1] * columns + at[:, 0], minlength=columns * rows)
    return count[kept], corner[kept], within(corner[kept], cell * np.sqrt(2))


@pytest.mark.shared
def test_sfhotspot_on_memphis_robberies(shared_data):
    """206 robberies of January 2019 in EPSG:32615; values published by sfhotspot (mpjashby, Memphis example)."""
    from pyproj import Transformer

    table = pd.read_csv(shared_data / "ground_truth/sfhotspot/memphis_robberies.csv.gz")
    january = table[table.date < "2019-02-01"]
    transform = Transformer.from_crs("EPSG:4326", "EPSG:32615", always_xy=True).transform
    points = np.column_stack(transform(january.X, january.Y))

    count, corner, neighbours = memphis(points, 500)
    assert (len(count), count.sum()) == (2715, 206)
    np.testing.assert_allclose(corner[0], (770486.2, 3876436), atol=0.6)
    published = [-0.546, -0.598, -0.598, 0.716, 0.716, 0.716, -0.598, -0.598, -0.546, 0.893]
    np.testing.assert_allclose(gistar(count, *neighbours)[:10], published, atol=5e-4)

    count, _, neighbours = memphis(points, 200)
    assert len(count) == 16133
    z = gistar(count, *neighbours)
    beside = np.isclose(z, 3.20, atol=5e-3)  # neighbours of an isolated robbery at the rim of the grid
    assert beside.any()
    np.testing.assert_allclose(p_two_sided(z[beside]), 0.00135, atol=1e-5)


@pytest.mark.shared
def test_sids_counties_equal_an_independent_implementation(shared_data):
    """Sudden infant deaths in 100 North Carolina counties, the example of Getis & Ord (1992)."""
    from pyogrio import read_dataframe

    folder = shared_data / "ground_truth/getis_ord/sids2"
    table = read_dataframe(folder / "sids2.dbf", read_geometry=False)
    weights = pysal_open(str(folder / "sids2.gal")).read()
    place = {int(code): i for i, code in enumerate(table.FIPSNO)}
    near = [sorted({i, *(place[int(j)] for j in weights.neighbors[str(int(c))])}) for i, c in enumerate(table.FIPSNO)]
    ptr, idx = np.cumsum([0, *map(len, near)]), np.concatenate(near).astype(np.int32)
    rate = 1000 * table.SID74 / table.BIR74
    z = gistar(rate, ptr, idx)
    np.testing.assert_allclose(z, esda_z(rate.to_numpy(), ptr, idx), rtol=0, atol=1e-9)
    hottest = set(table.NAME[np.argsort(z)[-3:]])
    assert hottest == {"Northampton", "Halifax", "Bertie"}  # the north-eastern cluster of Cressie (1993)


# --- false discovery rate ---


def test_false_discovery_rate_of_a_known_list():
    # Benjamini & Hochberg (1995), section 3.1: 15 comparisons, four rejected at 0.05.
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    assert (adjust(p) <= 0.05).sum() == 4
    np.testing.assert_allclose(adjust(p)[:4], [0.0015, 0.003, 0.0095, 0.035625])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.floats(0, 1),
            st.sampled_from([0.0, -0.0, 1.0, 0.05, 0.5, 5e-324, 1e-300, float("nan")]),
            st.floats(0, 1).map(lambda v: v**8),
        ),
        max_size=60,
    )
)
def test_false_discovery_rate_equals_an_independent_implementation(p):
    given_p = np.array(p, dtype=float)
    before = given_p.copy()
    found, finite = adjust(given_p), ~np.isnan(given_p)
    assert np.isnan(found[~finite]).all()
    if finite.any():
        np.testing.assert_allclose(found[finite], false_discovery_control(given_p[finite]), rtol=1e-14, atol=0)
    np.testing.assert_array_equal(given_p, before)


def test_false_discovery_rate_keeps_shape_and_many_ties():
    p = np.round(np.random.default_rng(6).random((500, 40)) ** 3, 2)
    np.testing.assert_allclose(adjust(p).ravel(), false_discovery_control(p.ravel()), rtol=1e-14)
    assert adjust(np.zeros((0, 3))).shape == (0, 3)
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjust([0.2, 1.1])


def test_hot_is_positive_and_significant():
    z, p = np.array([3.0, -3.0, 3.0, np.nan, 0.0]), np.array([0.05, 0.01, 0.051, np.nan, 0.0])
    assert hot(z, p, 0.05).tolist() == [True, False, False, False, False]


# --- trend ---

SERIES = {
    "counts": lambda rng, t: rng.poisson(1, (25, t)),
    "rare": lambda rng, t: rng.poisson(0.1, (25, t)),
    "normal": lambda rng, t: rng.normal(size=(25, t)),
    "walk": lambda rng, t: rng.normal(size=(25, t)).cumsum(axis=1),
}


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize("steps", [10, 11, 24, 61])
@pytest.mark.parametrize("kind", SERIES)
def test_trends_equal_pymannkendall(kind, steps):
    x = SERIES[kind](np.random.default_rng(steps), steps).astype(float)
    plain, corrected, slope = mann_kendall(x), hamed_rao(x), sen_slope(x)
    for i, row in enumerate(x):
        wanted = pymannkendall.original_test(row)
        assert (plain.s[i], slope.slope[i]) == (wanted.s, wanted.slope)
        np.testing.assert_allclose(
            [plain.variance[i], plain.z[i], plain.p[i]], [wanted.var_s, wanted.z, wanted.p], atol=1e-12
        )
        wanted = pymannkendall.hamed_rao_modification_test(row)
        np.testing.assert_allclose([corrected.z[i], corrected.p[i]], [wanted.z, wanted.p], atol=1e-9)
        interval = theilslopes(row)
        np.testing.assert_allclose([slope.low[i], slope.high[i]], [interval.low_slope, interval.high_slope], atol=1e-12)
    np.testing.assert_array_equal(median_slope(x), slope.slope)


def test_a_straight_line_has_its_own_slope_and_the_greatest_score():
    x = np.array([2.5 * np.arange(12) + 1, -np.arange(12.0), np.full(12, 4.0)])
    assert mann_kendall(x).s.tolist() == [66, -66, 0]
    assert sen_slope(x).slope.tolist() == [2.5, -1, 0]
    assert (mann_kendall(x).z[2], mann_kendall(x).p[2]) == (0, 1)


def test_short_and_broken_series_have_no_trend():
    for result in (mann_kendall(np.ones((3, 9))), sen_slope(np.ones((3, 9))), hamed_rao(np.ones((3, 9)))):
        assert all(np.isnan(values).all() for values in result)
    x = np.arange(24.0).reshape(2, 12)
    x[0, 3] = np.nan
    for result in (mann_kendall(x), sen_slope(x), hamed_rao(x)):
        assert all(np.isnan(values).tolist() == [True, False] for values in result)


@settings(max_examples=50, deadline=None)
@given(arrays(np.float64, (3, 14), elements=st.integers(-5, 5).map(float)))
def test_trend_turns_with_time_and_sign(x):
    before = x.copy()
    plain, back, minus = mann_kendall(x), mann_kendall(x[:, ::-1]), mann_kendall(-x)
    np.testing.assert_array_equal(plain.s, -back.s)
    np.testing.assert_array_equal(plain.z, -minus.z)
    np.testing.assert_array_equal(plain.p, back.p)
    slope, turned = sen_slope(x), sen_slope(-x)
    np.testing.assert_array_equal([slope.low, slope.high], [-turned.high, -turned.low])
    assert ((slope.low <= slope.slope) & (slope.slope <= slope.high)).all()
    np.testing.assert_array_equal(x, before)


# --- emerging hot spots ---


def every_history():
    signs = np.array(list(itertools.product((-1, 0, 1), repeat=10)), dtype=np.int8)
    return np.repeat(signs, 3, axis=0), np.tile([-1, 0, 1], len(signs))


def test_each_of_177147_histories_has_one_class():
    signs, trend = every_history()
    found = classify(signs, trend)
    assert len(found) == 177_147
    wanted = dict(zip(PATTERNS, (1536, 1524, 19, 19, 19, 1482, 54450, 3), strict=True))
    by_name = Counter(CLASSES[code] for code in found)
    assert by_name == {f"{p}_{side}": n for p, n in wanted.items() for side in ("hot", "cold")} | {"none": 59_043}


def test_flipped_signs_and_trend_give_the_mirror():
    signs, trend = every_history()
    names, mirror = np.array(CLASSES)[classify(signs, trend)], np.array(CLASSES)[classify(-signs, -trend)]
    swap = {"hot": "cold", "cold": "hot"}
    turned = [f"{n.rsplit('_', 1)[0]}_{swap[n.rsplit('_', 1)[1]]}" if n != "none" else n for n in CLASSES]
    np.testing.assert_array_equal(mirror, np.array(turned)[classify(signs, trend)])
    assert set(names) == set(CLASSES)


@pytest.mark.parametrize(
    ("signs", "trend", "name"),
    [
        ("---------+", 0, "new_hot"),
        ("0000000++", 0, "none"),  # nine steps
        ("--------++", 0, "consecutive_hot"),
        ("+00000000+", 0, "sporadic_hot"),
        ("-+0000000+", 0, "oscillating_hot"),
        ("+++++++++0", 1, "historical_hot"),
        ("0+++++++++", 1, "intensifying_hot"),
        ("++++0+++++", -1, "diminishing_hot"),
        ("++++++++++", 0, "persistent_hot"),
        ("----------", -1, "intensifying_cold"),
        ("++++++++00", 0, "none"),
        ("++++++++0+" * 2, 0, "persistent_hot"),
        ("+" * 8 + "00" + "+" * 9 + "-", 0, "new_cold"),
    ],
)
def test_classes_by_example(signs, trend, name):
    history = np.array([["-0+".index(s) - 1 for s in signs]])
    assert CLASSES[classify(history, np.array([trend]))[0]] == name


# --- density, and what every registered statistic obeys ---


def test_density_divides_by_each_cells_own_area():
    np.testing.assert_array_equal(density([4, 3, 2], [2.0, 0.5, 0.0]), [2, 6, np.nan])
    np.testing.assert_array_equal(density([[4, 2], [3, 0]], [2.0, 0.5]), [[2, 1], [6, 0]])


@pytest.mark.parametrize("name", STATISTICS)
@pytest.mark.parametrize("shape", [(len(CELLS), 12), (len(CELLS), 1), (0, 12), (0, 0)])
def test_every_statistic_answers_for_each_cell(name, shape):
    values = np.random.default_rng(8).poisson(1.0, shape).astype(float)
    before = values.copy()
    ptr, idx = (PTR, IDX) if shape[0] else (np.zeros(1, np.int64), np.zeros(0, np.int32))
    statistic = STATISTICS[name]
    found = statistic.compute(Cube(values, ptr, idx, area_km2=np.ones(shape[0])))
    assert set(found) == set(statistic.columns)
    assert all(v.shape in {shape, shape[:1]} for v in found.values())
    np.testing.assert_array_equal(values, before)
    assert statistic.title.sv and statistic.title.en and statistic.unit.sv and statistic.unit.en and statistic.paper
