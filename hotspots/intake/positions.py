"""Where a row happened: from what a file gives (degrees, x and y, text, geometry, cell, place) to cell and district.

Coordinates live in this file only: what leaves is the cell of resolution 10 and the number of the district.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hotspots import grid
from hotspots.geo import project
from hotspots.geo.places import key_of
from hotspots.geo.raster import raster_of
from hotspots.intake import numbers
from hotspots.intake.mapping import Profile
from hotspots.intake.texts import as_text, by_value, combined, one_array
from hotspots.settings import DEFAULT
from hotspots.study import Study

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
_PAIR = (
    r"^\(?\s*(?P<a>[+-]?[0-9]+(?:\.[0-9]+)?)\s*[,;\s]\s*(?P<b>[+-]?[0-9]+(?:\.[0-9]+)?)\s*\)?$"
    r"|^\(?\s*(?P<c>[+-]?[0-9]+(?:,[0-9]+))(?:\s*;\s*|,?\s+)(?P<d>[+-]?[0-9]+(?:,[0-9]+))\s*\)?$"
)
_NEAR = 1e-6  # degrees: two coordinates this close are the same listed point
_MARGIN = 5.0  # degrees around the study in which a reading of the axes still makes sense
_Z_TYPES = (1001, 0x80000001)  # WKB points with a height, ISO and extended


@dataclass
class Found:
    """Positions of one chunk before the study is asked; arrays of shape (n,). `x`, `y` as the file gives them."""

    x: Floats
    y: Floats
    missing: Mask
    bad: dict[str, Mask] = field(default_factory=dict)  # rule -> rows
    cell: NDArray[np.uint64] | None = None  # where the file gives cells


@dataclass
class Placed:
    """What becomes of the positions of one chunk; arrays of shape (n,).

    `rules`: rule -> rows, in the order they bite. `cell` and `district` (number, -1 = none) hold where none bites.
    `swapped`: rows whose axes were swapped back. `spot`: hash of the coordinate, 0 = none (for counting look-alikes).
    """

    rules: dict[str, Mask]
    cell: NDArray[np.uint64]
    district: NDArray[np.int32]
    swapped: Mask
    spot: NDArray[np.uint64]
    as_is: int = 0  # rows whose axes make sense as they stand
    other_way: int = 0  # rows that make sense only swapped
    inside: int = 0
    outside: int = 0
    sample: tuple[Floats, Floats] = (np.zeros(0), np.zeros(0))


@dataclass(frozen=True)
class Box:
    """The study's bounds in degrees: (west, south, east, north)."""

    bounds: tuple[float, float, float, float]

    def holds(self, lng: Floats, lat: Floats, margin: float = 0.0) -> Mask:
        """Whether each point lies in the box widened by a margin."""
        w, s, e, n = self.bounds
        with np.errstate(invalid="ignore"):
            inside: Mask = (lng >= w - margin) & (lng <= e + margin) & (lat >= s - margin) & (lat <= n + margin)
        return inside

    @property
    def margin(self) -> float:
        """As wide as possible, so that the box and its mirror image (axes swapped) stay apart."""
        w, s, e, n = self.bounds
        apart = max(s - e, w - n)  # between latitudes and longitudes
        return float(min(_MARGIN, max(0.0, apart / 2 - 1e-9)))


class Placer:
    """Positions of a file's rows to cells and districts. `crs` "" = degrees; `swap`: the file's axes are swapped."""

    def __init__(self, study: Study, profile: Profile, crs: str, decimal: str, swap: bool = False) -> None:
        self.profile, self.crs, self.decimal, self.swap = profile, crs, decimal, swap
        self.way = profile.position
        self.raster = raster_of(study.districts)
        west, south, east, north = (float(v) for v in study.districts.frame().total_bounds)
        self.box = Box((west, south, east, north))
        self._places = _places(study) if self.way == ("place",) else {}

    @property
    def columns(self) -> tuple[str, ...]:
        """The file's columns that give the position."""
        return tuple(self.profile.columns[f][0] for f in self.way)

    def read(self, table: pa.Table) -> Found:
        """The chunk's positions as the file gives them."""
        columns = [one_array(table[c]) for c in self.columns]
        if self.way in (("lat", "lon"), ("x", "y")):
            return self._read_axes(columns)
        if self.way == ("latlon",):
            return self._read_pair(columns[0])
        if self.way == ("geometry",):
            return _read_geometry(columns[0])
        if self.way == ("cell",):
            return self._read_cells(columns[0])
        return self._read_places(columns[0])

    def place(self, found: Found, skip: Mask) -> Placed:
        """Cells and districts of the rows that no earlier rule (`skip`) took out."""
        n = len(found.x)
        rules: dict[str, Mask] = {"missing_position": found.missing}
        rules.update(found.bad)
        open_ = ~skip & ~found.missing
        for mask in found.bad.values():
            open_ &= ~mask
        placed = Placed(
            rules, np.zeros(n, np.uint64), np.full(n, -1, np.int32), np.zeros(n, bool), np.zeros(n, np.uint64)
        )
        if found.cell is not None:
            self._by_cell(placed, found.cell, open_)
        else:
            self._by_point(placed, found, open_)
        return placed

    def lonlat(self, x: Floats, y: Floats, crs: str | None = None) -> tuple[Floats, Floats]:
        """(lng, lat) in degrees of (x, y) in the file's system, or in another."""
        crs = self.crs if crs is None else crs
        if crs in ("", project.LONLAT, "OGC:CRS84"):
            return x, y
        return project.to_lonlat(x, y, crs)

    # -- reading ---------------------------------------------------------------------------------------------------

    def _read_axes(self, columns: list[pa.Array]) -> Found:
        (first, bad1), (second, bad2) = (numbers.parse(c, self.decimal, self.profile.missing) for c in columns)
        bad = bad1 | bad2
        missing = ~bad & (np.isnan(first) | np.isnan(second))
        x, y = (second, first) if self.way == ("lat", "lon") else (first, second)
        return Found(x, y, missing, {"bad_position": bad} if bad.any() else {})

    def _read_pair(self, column: pa.Array) -> Found:
        texts = numbers.no_values(as_text(column), self.profile.missing)
        groups = pc.extract_regex(texts, pattern=_PAIR)
        null = numbers.is_null(texts)
        parts = {n: pc.fill_null(groups.field(n), "") for n in "abcd"}
        lat_text = pc.if_else(pc.equal(parts["a"], ""), parts["c"], parts["a"])
        lng_text = pc.if_else(pc.equal(parts["b"], ""), parts["d"], parts["b"])
        lat, _ = numbers.parse(pc.replace_substring(lat_text, ",", "."))
        lng, _ = numbers.parse(pc.replace_substring(lng_text, ",", "."))
        bad = ~null & ~(np.isfinite(lat) & np.isfinite(lng))
        return Found(lng, lat, null, {"bad_position": bad} if bad.any() else {})

    def _read_cells(self, column: pa.Array) -> Found:
        texts = numbers.no_values(as_text(column), self.profile.missing)
        null = numbers.is_null(texts)
        cells = by_value(texts, lambda values: grid.parse(_hexadecimal(values))[0], 0)
        coarse = (cells != 0) & (grid.resolutions(cells) < DEFAULT.fine_resolution)
        bad = {"no_cell": ~null & (cells == 0), "cell_too_coarse": coarse}
        nothing = np.full(len(cells), np.nan)
        good = ~null & (cells != 0) & ~coarse
        cells[good] = grid.parents(cells[good], DEFAULT.fine_resolution)
        return Found(nothing, nothing, null, {k: v for k, v in bad.items() if v.any()}, cells)

    def _read_places(self, column: pa.Array) -> Found:
        texts = numbers.no_values(as_text(column), self.profile.missing)
        null = numbers.is_null(texts)
        where = by_value(
            texts,
            lambda values: np.array([self._places.get(key_of(v), complex(np.nan, 0)) for v in values], complex),
            0j,
        )
        unknown = ~null & np.isnan(where.real)
        return Found(where.real, where.imag, null, {"unknown_place": unknown} if unknown.any() else {})

    # -- placing ---------------------------------------------------------------------------------------------------

    def _by_cell(self, placed: Placed, cells: NDArray[np.uint64], open_: Mask) -> None:
        at = np.flatnonzero(open_)
        lat, lng = grid.centres(cells[at]) if len(at) else (np.zeros(0), np.zeros(0))
        self._locate(placed, at, lng, lat, cells[at])

    def _by_point(self, placed: Placed, found: Found, open_: Mask) -> None:
        zero = open_ & (found.x == 0) & (found.y == 0)
        at = np.flatnonzero(open_ & ~zero)
        x, y = found.x[at], found.y[at]
        placed.sample = (x[:5000], y[:5000])
        own = self.way == ("place",)  # the lookup file is in degrees and checked
        lng, lat = (x, y) if own else self.lonlat(x, y)
        metres = np.zeros(len(at), bool)
        if not own:
            lng, lat, swapped, odd = self._untangle(placed, x, y, lng, lat)
            placed.swapped[at[swapped]] = True
            if not self.crs or self.crs == project.LONLAT:
                metres = ~odd & ((np.abs(lat) > 90) | (np.abs(lng) > 180))
            placed.spot[at] = combined([lng, lat])
        else:
            odd = metres
        midpoint = self._at_midpoint(lng, lat)
        for rule, mask in (("listed_midpoint", midpoint), ("metres_as_degrees", metres), ("swapped_axes_row", odd)):
            if mask.any():
                placed.rules[rule] = _spread(at[mask], len(open_))
        if zero.any():
            placed.rules["zero_position"] = zero
        left = ~(midpoint | metres | odd)
        sane = left & np.isfinite(lng) & np.isfinite(lat) & (np.abs(lat) <= 90) & (np.abs(lng) <= 180)
        near = sane & self.box.holds(lng, lat)
        self._outside(placed, at[left & ~near])
        cells = grid.cells_of(lat[near], lng[near], DEFAULT.fine_resolution) if near.any() else np.zeros(0, np.uint64)
        self._locate(placed, at[near], lng[near], lat[near], cells)

    def _untangle(
        self, placed: Placed, x: Floats, y: Floats, lng: Floats, lat: Floats
    ) -> tuple[Floats, Floats, Mask, Mask]:
        """(lng, lat, rows swapped back, rows that are swapped in a file that is not)."""
        none = np.zeros(len(x), bool)
        as_is = self.box.holds(lng, lat, self.box.margin)
        placed.as_is = int(as_is.sum())
        if as_is.all():
            return lng, lat, none, none
        at = np.flatnonzero(~as_is)
        lng2, lat2 = self.lonlat(y[at], x[at])
        fits = self.box.holds(lng2, lat2, self.box.margin)
        other = none.copy()
        other[at[fits]] = True
        placed.other_way = int(other.sum())
        if not self.swap:
            return lng, lat, none, other
        lng, lat = lng.copy(), lat.copy()
        lng[at[fits]], lat[at[fits]] = lng2[fits], lat2[fits]
        return lng, lat, other, none

    def _at_midpoint(self, lng: Floats, lat: Floats) -> Mask:
        hit = np.zeros(len(lng), bool)
        for mid_lat, mid_lng in self.profile.midpoints:
            hit |= (np.abs(lat - mid_lat) < _NEAR) & (np.abs(lng - mid_lng) < _NEAR)
        return hit

    def _locate(
        self, placed: Placed, at: NDArray[np.int64], lng: Floats, lat: Floats, cells: NDArray[np.uint64]
    ) -> None:
        district = self.raster.locate(lng, lat) if len(at) else np.zeros(0, np.int32)
        placed.cell[at], placed.district[at] = cells, district
        placed.inside += int((district >= 0).sum())
        self._outside(placed, at[district < 0])

    def _outside(self, placed: Placed, at: NDArray[np.int64]) -> None:
        if len(at):
            rows = placed.rules.get("outside_study", np.zeros(len(placed.cell), bool))
            rows[at] = True
            placed.rules["outside_study"] = rows
            placed.outside += len(at)


def _spread(at: NDArray[np.int64], n: int) -> Mask:
    mask = np.zeros(n, bool)
    mask[at] = True
    return mask


def _places(study: Study) -> dict[str, complex]:
    """Key of a place's name -> lng + lat i, the first of equal names."""
    table = study.places
    found: dict[str, complex] = {}
    for name, lat, lng in zip(table["name"], table["lat"], table["lng"], strict=True):
        found.setdefault(key_of(name), complex(lng, lat))
    return found


def _hexadecimal(values: list[str]) -> list[str]:
    """Cells written as decimal numbers are read too."""
    return [
        f"{int(v):x}" if v.isascii() and v.isdigit() and len(v) > 16 and int(v) < 2**64 else v.lower() for v in values
    ]


def _read_geometry(column: pa.Array) -> Found:
    """Points from WKB; what is another shape has no point."""
    null = numbers.is_null(column)
    n = len(column)
    x, y, bad = np.full(n, np.nan), np.full(n, np.nan), ~null
    if not pa.types.is_binary(column.type):
        return Found(x, y, null, {"bad_position": bad} if bad.any() else {})
    lengths = np.asarray(pc.fill_null(pc.binary_length(column), 0))
    for length, start, kinds in ((21, 5, (1,)), (25, 9, (0x20000001,)), (29, 5, _Z_TYPES)):
        at = np.flatnonzero(lengths == length)
        if len(at):
            raw = _raw(column.take(pa.array(at)), length)
            little = raw[:, 0] == 1
            kind = np.ascontiguousarray(raw[:, 1:5]).view("<u4")[:, 0]
            point = little & np.isin(kind, np.array(kinds, np.uint32))
            xy = np.ascontiguousarray(raw[:, start : start + 16]).view("<f8")
            x[at[point]], y[at[point]], bad[at[point]] = xy[point, 0], xy[point, 1], False
    empty = ~null & ~bad & (np.isnan(x) | np.isnan(y))
    return Found(x, y, null | empty, {"not_a_point": bad} if bad.any() else {})


def _raw(column: pa.Array, width: int) -> NDArray[np.uint8]:
    data: Any = column.buffers()[2]
    first = np.frombuffer(column.buffers()[1], np.int32)[column.offset]
    return np.frombuffer(data, np.uint8)[first : first + width * len(column)].reshape(-1, width)
