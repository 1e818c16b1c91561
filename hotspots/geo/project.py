"""Change of coordinate system, by pyproj; lon/lat means EPSG:4326 in the order (lng, lat)."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from hotspots.errors import Trouble
from hotspots.words import Text

LONLAT = "EPSG:4326"
_HALVES = 50_000
# The national system and its local zones (a local zone cannot be told from another by looking at the numbers).
SWEDISH = {f"EPSG:{code}": name for code, name in zip(
    range(3006, 3019),
    ("SWEREF 99 TM", "SWEREF 99 12 00", "SWEREF 99 13 30", "SWEREF 99 15 00", "SWEREF 99 16 30", "SWEREF 99 18 00",
     "SWEREF 99 14 15", "SWEREF 99 15 45", "SWEREF 99 17 15", "SWEREF 99 18 45", "SWEREF 99 20 15", "SWEREF 99 21 45",
     "SWEREF 99 23 15"),
    strict=True,
)}  # fmt: skip

Axis = NDArray[np.float64]


@cache
def _crs(name: str) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError:
        raise Trouble(
            "bad_crs",
            Text(sv="Koordinatsystemet är okänt", en="The coordinate system is unknown"),
            where=name[:40],
            do=Text(sv="Ange det som EPSG:3006", en="Give it as EPSG:3006"),
        ) from None


def check_crs(name: str) -> str:
    """The same system as EPSG:n where it has such a number, else as PROJ text.

    Raises:
        Trouble: `bad_crs` when pyproj does not know it.
    """
    code = _crs(name).to_epsg()
    return f"EPSG:{code}" if code else _crs(name).to_string()


def is_geographic(name: str) -> bool:
    """Whether the system's units are degrees."""
    return bool(_crs(name).is_geographic)


def _transform(x: Axis, y: Axis, source: str, target: str) -> tuple[Axis, Axis]:
    def part(s: slice) -> tuple[Axis, Axis]:
        return pyproj.Transformer.from_crs(_crs(source), _crs(target), always_xy=True).transform(x[s], y[s])

    if len(x) < _HALVES:
        return part(slice(None))
    half = len(x) // 2
    with ThreadPoolExecutor(2) as pool:  # one Transformer per thread: they are not thread-safe
        (x1, y1), (x2, y2) = pool.map(part, (slice(half), slice(half, None)))
    return np.concatenate((x1, x2)), np.concatenate((y1, y2))


def to_lonlat(x: ArrayLike, y: ArrayLike, crs: str) -> tuple[Axis, Axis]:
    """(x east, y north) or (lng, lat) in `crs` to (lng, lat) in degrees; shapes (n,). Impossible points become inf."""
    return _transform(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64), crs, LONLAT)


def from_lonlat(lng: ArrayLike, lat: ArrayLike, crs: str) -> tuple[Axis, Axis]:
    """(lng, lat) in degrees to (x east, y north) in the units of `crs`; shapes (n,)."""
    return _transform(np.asarray(lng, dtype=np.float64), np.asarray(lat, dtype=np.float64), LONLAT, crs)


def metric_crs(lng: float, lat: float) -> str:
    """A system in metres for a place: SWEREF 99 TM in Sweden, else the UTM zone."""
    if 55.0 <= lat <= 69.2 and 10.5 <= lng <= 24.3:
        return "EPSG:3006"
    zone = query_utm_crs_info(datum_name="WGS 84", area_of_interest=AreaOfInterest(lng, lat, lng, lat))
    return f"EPSG:{zone[0].code}"


_GEOD = pyproj.Geod(ellps="WGS84")


def distance_m(lng1: ArrayLike, lat1: ArrayLike, lng2: ArrayLike, lat2: ArrayLike) -> Axis:
    """Geodesic distance in metres between points given in degrees; arrays broadcast."""
    a, b, c, d = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (lng1, lat1, lng2, lat2)))
    return np.asarray(_GEOD.inv(a, b, c, d)[2], dtype=np.float64)
