"""The grid against libh3 itself."""

import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots import grid
from hotspots.errors import Trouble

SWEDEN = st.tuples(st.floats(55.0, 69.2), st.floats(10.5, 24.3))


@given(st.lists(SWEDEN, min_size=1, max_size=50), st.integers(5, 11))
def test_cells_are_those_of_libh3(points: list[tuple[float, float]], resolution: int) -> None:
    lat, lng = np.array(points).T
    assert grid.to_text(grid.cells_of(lat, lng, resolution)) == [h3.latlng_to_cell(a, b, resolution) for a, b in points]


def test_two_threads_answer_as_one() -> None:
    rng = np.random.default_rng(1)
    lat, lng = rng.uniform(55, 69, 60_000), rng.uniform(11, 24, 60_000)
    cells = grid.cells_of(lat, lng, 9)
    for i in range(0, 60_000, 997):
        assert cells[i] == h3.str_to_int(h3.latlng_to_cell(lat[i], lng[i], 9))


@given(st.lists(SWEDEN, min_size=1, max_size=20), st.integers(0, 10))
def test_parents_are_cell_to_parent(points: list[tuple[float, float]], resolution: int) -> None:
    cells = grid.cells_of(*np.array(points).T, 10)
    expected = [h3.cell_to_parent(c, resolution) for c in grid.to_text(cells)]
    assert grid.to_text(grid.parents(cells, resolution)) == expected
    coarse = grid.parents(cells, resolution)
    assert (grid.parents(coarse, 10) == coarse).all(), "a coarser cell stays"
    assert (grid.resolutions(coarse) == resolution).all()


def test_neighbours_are_the_disk_cut_to_the_area() -> None:
    area = np.sort(grid.from_text(h3.grid_disk(h3.latlng_to_cell(59.27, 15.21, 9), 6)))
    known = set(grid.to_text(area))
    for k in (1, 2):
        ptr, idx = grid.neighbours(area, k)
        for i in range(0, len(area), 7):
            found = set(grid.to_text(area[idx[ptr[i] : ptr[i + 1]]]))
            assert found == set(h3.grid_disk(f"{area[i]:x}", k)) & known
    assert grid.neighbours(area[:0])[1].size == 0


def test_cover_takes_what_centroids_miss() -> None:
    import shapely

    street = shapely.box(15.2100, 59.2700, 15.2101, 59.2800)  # 6 m wide, 1.1 km long
    cells = grid.cover(shapely.to_wkb(street), 9)
    outlines = shapely.from_wkb(grid.outlines_wkb(cells))
    assert len(cells) >= 3 and shapely.intersects(outlines, street).all()
    assert shapely.union_all(outlines).buffer(1e-9).contains(street)


def test_centres_are_those_of_libh3() -> None:
    cells = grid.disk(grid.cells_of([59.27], [15.21], 9)[0], 3)
    lat, lng = grid.centres(cells)
    assert np.allclose(np.c_[lat, lng], [h3.cell_to_latlng(c) for c in grid.to_text(cells)])


def test_a_text_that_is_no_cell_is_refused_with_its_row_and_not_its_value() -> None:
    with pytest.raises(Trouble) as trouble:
        grid.from_text(["8908b118c53ffff", "19121212-1212"])
    assert trouble.value.where == "row 2" and "1912" not in trouble.value.sentence("sv")
