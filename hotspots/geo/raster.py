"""Which district many points lie in: boxes that lie in one district answer at once, the rest go point by point.

Exact: box edges are straight in lon/lat as polygon edges are, so a box inside a polygon holds only points inside it.
"""

from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from hotspots.geo.areas import Districts

_BORDER = -2
_STEPS = (16, 4, 4, 2)  # boxes per side of the study's bounds, then per side of each box at a border
_MANY = 400  # districts from which a tree finds candidates faster than a loop


class Raster:
    """The districts of a study as a grid of boxes: number of the district, -1 outside, -2 at a border."""

    def __init__(self, districts: Districts) -> None:
        self._shapes = districts.shapes
        shapely.prepare(self._shapes)
        self._bounds = shapely.bounds(self._shapes)
        west, south = self._bounds[:, :2].min(axis=0)
        east, north = self._bounds[:, 2:].max(axis=0)
        self._origin = np.array([west, south])
        self._size = np.maximum(np.array([east - west, north - south]), 1e-9)
        self._answers = self._refined()
        self._tree = shapely.STRtree(self._shapes) if len(self._shapes) > _MANY else None

    def locate(self, lng: ArrayLike, lat: ArrayLike) -> NDArray[np.int32]:
        """Number of the district of each point (degrees), shape (n,); -1 outside; the first one on a shared border."""
        lng, lat = np.asarray(lng, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        n = len(self._answers)
        column = (lng - self._origin[0]) / self._size[0] * n
        row = (lat - self._origin[1]) / self._size[1] * n
        with np.errstate(invalid="ignore"):
            within = (column >= 0) & (column <= n) & (row >= 0) & (row <= n)
        found = np.full(len(lng), -1, np.int32)
        at = np.flatnonzero(within)
        i, j = (np.minimum(v[at].astype(np.int64), n - 1) for v in (row, column))
        found[at] = self._answers[i, j]
        border = np.flatnonzero(found == _BORDER)
        if len(border):
            found[border] = self._one_by_one(lng[border], lat[border])
        return found

    def _one_by_one(self, lng: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int32]:
        none = len(self._shapes)
        answer = np.full(len(lng), none, np.int32)
        if self._tree is not None:
            at, district = self._tree.query(shapely.points(lng, lat), predicate="intersects")
            np.minimum.at(answer, at, district.astype(np.int32))
        else:
            order = np.argsort(lng, kind="stable")
            ordered = lng[order]
            for number, (w, s, e, n) in enumerate(self._bounds):
                at = order[np.searchsorted(ordered, w, "left") : np.searchsorted(ordered, e, "right")]
                at = at[(lat[at] >= s) & (lat[at] <= n) & (answer[at] == none)]
                answer[at[shapely.intersects_xy(self._shapes[number], lng[at], lat[at])]] = number
        return np.where(answer == none, -1, answer).astype(np.int32)

    def _refined(self) -> NDArray[np.int32]:
        answers = np.full((1, 1), _BORDER, np.int32)
        for step in _STEPS:
            answers = np.repeat(np.repeat(answers, step, axis=0), step, axis=1)
            row, column = np.nonzero(answers == _BORDER)
            answers[row, column] = self._of_boxes(row, column, len(answers))
        return answers

    def _of_boxes(self, row: NDArray[Any], column: NDArray[Any], n: int) -> NDArray[np.int32]:
        # A hair wider than the box, so that rounding in `locate` cannot put a point into the neighbour's answer.
        hair = 1e-9 * self._size
        w, s = self._origin[0] + column / n * self._size[0], self._origin[1] + row / n * self._size[1]
        e, t = w + self._size[0] / n + hair[0], s + self._size[1] / n + hair[1]
        w, s = w - hair[0], s - hair[1]
        boxes = shapely.box(w, s, e, t)
        touched, owner = np.zeros(len(boxes), np.int32), np.full(len(boxes), _BORDER, np.int32)
        for number, (west, south, east, north) in enumerate(self._bounds):
            at = np.flatnonzero((e >= west) & (w <= east) & (t >= south) & (s <= north))
            at = at[shapely.intersects(self._shapes[number], boxes[at])]
            touched[at] += 1
            inside = at[shapely.contains_properly(self._shapes[number], boxes[at])]
            owner[inside] = number
        return np.where(touched == 0, -1, np.where(touched == 1, owner, _BORDER)).astype(np.int32)


@lru_cache(maxsize=4)
def raster_of(districts: Districts) -> Raster:
    """The raster of a study's districts; made once."""
    return Raster(districts)
