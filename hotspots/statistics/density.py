"""Density: counts per km2 of each cell's own true area inside the study area."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hotspots.statistics.base import Cube, Floats, Statistic
from hotspots.words import Text


def density(count: ArrayLike, area_km2: ArrayLike) -> Floats:
    """Counts per km2.

    H3 cells of one resolution differ in area by a fifth within Sweden, so each is divided by its own.

    Args:
        count: shape (n,) or (n, T).
        area_km2: area of each cell inside the study area in km2, shape (n,).

    Returns:
        Counts per km2 of the shape of `count`; NaN for a cell without area inside the study.
    """
    values, area = np.asarray(count, dtype=np.float64), np.asarray(area_km2, dtype=np.float64)
    per_cell = area.reshape(len(area), *[1] * (values.ndim - 1))
    return np.asarray(np.divide(values, per_cell, out=np.full(values.shape, np.nan), where=per_cell > 0))


def _compute(cube: Cube) -> dict[str, NDArray[Any]]:
    if cube.area_km2 is None:
        raise ValueError("density needs the area of each cell")
    return {"density": density(cube.values, cube.area_km2)}


DENSITY = Statistic(
    name="density",
    title=Text(sv="Täthet", en="Density"),
    unit=Text(sv="per km²", en="per km²"),
    paper="none",
    columns=("density",),
    compute=_compute,
)
