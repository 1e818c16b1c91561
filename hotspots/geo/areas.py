"""Polygons of a study: districts and their union, RegSO 2025 for Sweden, and which district a point lies in."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray

from hotspots import grid
from hotspots.errors import Trouble
from hotspots.geo import project
from hotspots.geo.files import read_vector
from hotspots.paths import product_root
from hotspots.words import Text

_GEOD = pyproj.Geod(ellps="GRS80")
_EDGE = 2e-5  # degrees (about 1-2 m): a cell this close to a border is not "inside", its points are tested one by one


@dataclass(frozen=True, eq=False)
class Districts:
    """The districts of a study, in lon/lat (EPSG:4326): `codes`, `names` and `shapes` of equal length."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    shapes: NDArray[Any]
    source: str = ""

    def __len__(self) -> int:
        return len(self.codes)

    def union(self) -> Any:
        """The study area: one (multi)polygon."""
        joined = shapely.union_all(self.shapes, grid_size=1e-7)
        return joined if joined.is_valid else shapely.make_valid(joined)

    def areas_km2(self) -> NDArray[np.float64]:
        """Geodesic area of each district, km2."""
        return geodesic_km2(self.shapes)

    def name_of(self, code: str) -> str:
        """The district's name, or its code where it is not known."""
        return dict(zip(self.codes, self.names, strict=True)).get(code, code)

    def frame(self) -> gpd.GeoDataFrame:
        """code, name, geometry (EPSG:4326)."""
        return gpd.GeoDataFrame({"code": self.codes, "name": self.names}, geometry=list(self.shapes), crs=4326)

    def save(self, path: Path) -> None:
        """Write as GeoParquet."""
        self.frame().to_parquet(path)

    def label_points(self) -> NDArray[np.float64]:
        """A point well inside each district, (n, 2) as (lng, lat)."""
        return np.asarray(shapely.get_coordinates(shapely.point_on_surface(self.shapes)))


def geodesic_km2(shapes: NDArray[Any]) -> NDArray[np.float64]:
    """Geodesic area of lon/lat polygons in km2, shape (n,)."""
    return np.array([abs(_GEOD.geometry_area_perimeter(s)[0]) / 1e6 for s in shapes], dtype=np.float64)


def load(path: Path, source: str = "") -> Districts:
    """Districts as `Districts.save` wrote them."""
    frame = gpd.read_parquet(path)
    return Districts(tuple(frame["code"]), tuple(frame["name"]), frame.geometry.to_numpy(), source)


def valid(shapes: NDArray[Any]) -> NDArray[Any]:
    """The same polygons, mended where they cross themselves, without what is no area."""
    mended = np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes))
    return np.array([_areal(s) for s in mended], dtype=object)


def _areal(shape: Any) -> Any:
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [p for p in shapely.get_parts(shape) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()


@cache
def _regso() -> gpd.GeoDataFrame:
    return gpd.read_parquet(product_root() / "data" / "geo" / "regso_2025.parquet")


def municipality_codes() -> list[str]:
    """The 290 municipality codes, ascending."""
    return sorted(set(_regso()["kommunkod"]))


def regso(municipalities: list[str]) -> Districts:
    """The RegSO 2025 districts of some municipalities (four-digit codes), SCB, CC0.

    Raises:
        Trouble: `unknown_municipality` with the first code that Sweden does not have.
    """
    frame = _regso()
    for code in municipalities:
        if code not in set(frame["kommunkod"]):
            raise Trouble(
                "unknown_municipality",
                Text(sv="Det finns ingen kommun med den koden", en="There is no municipality of that code"),
                where=code[:20],
                do=Text(sv="Ange fyra siffror, t.ex. 1880 för Örebro", en="Give four digits, such as 1880 for Örebro"),
            )
    chosen = frame[frame["kommunkod"].isin(municipalities)].sort_values("regsokod").to_crs(4326)
    return Districts(
        tuple(chosen["regsokod"]),
        tuple(chosen["regsonamn"]),
        valid(chosen.geometry.to_numpy()),
        "RegSO 2025, SCB (CC0)",
    )


_NAME_COLUMNS = ("name", "namn", "district", "distrikt", "omrade", "område", "label", "title")


def from_file(path: Path, name_column: str | None = None, crs: str | None = None) -> tuple[Districts, str]:
    """Districts from a map file (GeoJSON, GeoPackage, Shapefile also zipped, KML), and the column of their names.

    Each feature is a district; with a `name_column`, features of one name are one district.

    Raises:
        Trouble: `no_polygons`, `no_crs`, `unknown_column`, or what reading the file raises.
    """
    table = read_vector(path)
    shapes = np.array([None if w is None else shapely.force_2d(shapely.from_wkb(w)) for w in table.wkb], dtype=object)
    keep = np.array(
        [s is not None and not s.is_empty and _areal(shapely.make_valid(s)).area > 0 for s in shapes], dtype=bool
    )
    if not keep.any():
        raise Trouble(
            "no_polygons",
            Text(sv="Filen innehåller inga ytor", en="The file holds no areas"),
            where=path.name,
            do=Text(sv="Välj ett lager med polygoner", en="Choose a layer with polygons"),
        )
    system = crs or table.crs
    if not system:
        raise Trouble(
            "no_crs",
            Text(
                sv="Filen säger inte vilket koordinatsystem den har", en="The file does not say its coordinate system"
            ),
            where=path.name,
            do=Text(
                sv="Spara den med koordinatsystem, eller ange --crs EPSG:n", en="Save it with one, or give --crs EPSG:n"
            ),
        )
    column = _name_column(table.columns, name_column, path)
    shapes = valid(to_lonlat_shapes(valid(shapes[keep]), system))
    values = (
        [str(v).strip() if v is not None else "" for v in table.columns.column(column).to_pylist()] if column else []
    )
    names = [n for n, k in zip(values, keep, strict=True) if k] if values else [""] * len(shapes)
    if name_column is not None:
        return _joined_by_name(names, shapes, path.name), column
    return _districts(_told_apart(names), shapes, path.name), column


def to_lonlat_shapes(shapes: NDArray[Any], crs: str) -> NDArray[Any]:
    """Shapes in `crs` as shapes in lon/lat."""
    if project.check_crs(crs) in ("EPSG:4326", "OGC:CRS84"):
        return shapes
    return np.asarray(shapely.transform(shapes, lambda xy: np.column_stack(project.to_lonlat(xy[:, 0], xy[:, 1], crs))))


def _name_column(columns: Any, asked: str | None, path: Path) -> str:
    """The asked column, else one that is called a name, else the texts that tell most features apart."""
    names = list(columns.column_names)
    if asked is not None:
        if asked not in names:
            raise Trouble(
                "unknown_column",
                Text(sv="Kolumnen för områdesnamn finns inte", en="The column of district names does not exist"),
                where=f"{path.name}: {asked[:40]}",
                do=Text(sv="Välj bland: {c}", en="Choose among: {c}").fill(c=", ".join(names[:30])),
            )
        return asked
    lower = {c.lower(): c for c in names}
    known = next((lower[n] for n in _NAME_COLUMNS if n in lower), None)
    return known or max(names, key=lambda c: len(set(columns.column(c).to_pylist())), default="")


def _told_apart(names: list[str]) -> list[str]:
    """The same names, nameless ones numbered, repeated ones with a number behind."""
    found: dict[str, int] = {}
    told = []
    for i, name in enumerate(names):
        name = name or f"{i + 1}"
        found[name] = found.get(name, 0) + 1
        told.append(name if found[name] == 1 else f"{name} ({found[name]})")
    return told


def _districts(names: list[str], shapes: NDArray[Any], source: str) -> Districts:
    return Districts(tuple(f"D{i + 1:03d}" for i in range(len(names))), tuple(names), shapes, source)


def _joined_by_name(names: list[str], shapes: NDArray[Any], source: str) -> Districts:
    """Features of one name are one district; nameless ones stay apart."""
    names = [n or f"{i + 1}" for i, n in enumerate(names)]
    order = list(dict.fromkeys(names))
    joined = [shapely.union_all([s for n, s in zip(names, shapes, strict=True) if n == name]) for name in order]
    return _districts(order, valid(np.array(joined, dtype=object)), source)


class Locator:
    """Finds the district of points, point in polygon; whole cells inside one district are answered from memory.

    A point lies in its cell, so only points whose cell touches a border need the polygons.
    """

    def __init__(self, districts: Districts) -> None:
        self.districts = districts
        self._tree = shapely.STRtree(districts.shapes)
        self._cells = np.zeros(0, dtype=np.uint64)
        self._answers = np.zeros(0, dtype=np.int32)  # district number, -1 outside all, -2 at a border

    def locate(self, lng: ArrayLike, lat: ArrayLike, cells: NDArray[np.uint64]) -> NDArray[np.int32]:
        """Number of the district (position in `districts`) of each point, -1 outside the study; shapes (n,).

        `cells` are the points' own cells at any one resolution. A point on a shared border goes to the first district.
        """
        lng, lat = np.asarray(lng, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        distinct, where = np.unique(cells, return_inverse=True)
        found = self._of_cells(distinct)[where]
        border = np.flatnonzero(found == -2)
        if len(border):
            points = shapely.points(lng[border], lat[border])
            at, district = self._tree.query(points, predicate="intersects")
            answer = np.full(len(border), len(self.districts), dtype=np.int32)
            np.minimum.at(answer, at, district.astype(np.int32))
            found[border] = np.where(answer == len(self.districts), -1, answer)
        return found

    def _of_cells(self, cells: NDArray[np.uint64]) -> NDArray[np.int32]:
        new = np.setdiff1d(cells, self._cells, assume_unique=True)
        if len(new):
            answers = self._inside(new)
            joined = np.concatenate((self._cells, new))
            order = np.argsort(joined)
            self._cells, self._answers = joined[order], np.concatenate((self._answers, answers))[order]
        return self._answers[np.searchsorted(self._cells, cells)].copy()

    def _inside(self, cells: NDArray[np.uint64]) -> NDArray[np.int32]:
        # Cell edges are arcs, drawn straight here: the rim keeps both readings of an edge on the careful side.
        outlines = shapely.buffer(shapely.from_wkb(grid.outlines_wkb(cells)), _EDGE, quad_segs=2)
        answers = np.full(len(cells), -1, dtype=np.int32)
        touched, _ = self._tree.query(outlines, predicate="intersects")
        answers[touched] = -2
        inside, district = self._tree.query(outlines, predicate="within")
        answers[inside] = district
        touches = np.bincount(touched, minlength=len(cells))
        answers[touches > 1] = -2
        return answers


def _equal_area_km2(shapes: NDArray[Any]) -> NDArray[np.float64]:
    """Area of small lon/lat shapes on the WGS 84 ellipsoid, km2, in its cylindrical equal-area projection."""
    flat = "+proj=cea +ellps=WGS84 +units=km"
    return np.asarray(
        shapely.area(
            shapely.transform(shapes, lambda xy: np.column_stack(project.from_lonlat(xy[:, 0], xy[:, 1], flat)))
        )
    )


def cell_areas_km2(cells: NDArray[np.uint64]) -> NDArray[np.float64]:
    """The true geodesic area of each whole cell in km2, shape (n,)."""
    return _equal_area_km2(shapely.from_wkb(grid.outlines_wkb(cells)))


def study_grid(area: Any, resolution: int) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    """All cells that touch the study area, ascending, and the true geodesic area in km2 of each cell's part inside."""
    cells = grid.cover(shapely.to_wkb(area), resolution)
    parts = shapely.from_wkb(grid.outlines_wkb(cells))
    shapely.prepare(area)
    edge = np.flatnonzero(~shapely.contains_properly(area, parts))
    parts[edge] = shapely.intersection(parts[edge], area)
    inside = _equal_area_km2(parts)
    keep = inside > 1e-9
    return cells[keep], inside[keep]


def footprint(cells: NDArray[np.uint64]) -> Any:
    """The union of cells as one valid lon/lat (multi)polygon."""
    joined = shapely.union_all(shapely.from_wkb(grid.outlines_wkb(cells)), grid_size=1e-9)
    return joined if joined.is_valid else shapely.make_valid(joined)
