"""Plain geometry of drawing: outlines of sets of cells, hatching, borders drawn once, fewer points, bounds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from hotspots import grid
from layers.base import AreaLayer, CellLayer, FootprintLayer, LabelLayer, Layer, Line, OutlineLayer, Point

_DIGITS = 7  # degrees to 1 cm: corners that neighbours share become equal


def cell_rings(cells: Sequence[str]) -> list[Line]:
    """The outline of each cell as (lng, lat) corners, not closed."""
    found = grid.boundaries(grid.from_text(list(cells))) if cells else []
    return [tuple((round(lng, _DIGITS), round(lat, _DIGITS)) for lat, lng in ring) for ring in found]


def union_rings(cells: Sequence[str]) -> list[Line]:
    """Closed rings round the union of cells; cells of different resolution get rings of their own."""
    by_resolution: defaultdict[str, list[str]] = defaultdict(list)
    for cell in cells:
        by_resolution[cell[1]].append(cell)
    return [ring for group in by_resolution.values() for ring in _union(cell_rings(group))]


def _union(rings: Iterable[Line]) -> list[Line]:
    """An edge between two cells runs once in each direction and so falls away; what is left chains to the outline."""
    edges = {(a, b) for ring in rings for a, b in zip(ring, ring[1:] + ring[:1], strict=True)}
    outer = sorted((a, b) for a, b in edges if (b, a) not in edges)
    follow: defaultdict[Point, list[Point]] = defaultdict(list)
    for a, b in outer:
        follow[a].append(b)
    found = []
    for start, _ in outer:
        if not follow[start]:
            continue
        ring = [start]
        while follow[ring[-1]]:
            ring.append(follow[ring[-1]].pop())
        found.append(tuple(ring))
    return found


def hatching(ring: Line) -> list[Line]:
    """Three parallel strokes across a hexagon, one across anything else."""
    if len(ring) != 6:
        return [(ring[0], ring[len(ring) // 2])]
    c = np.asarray(ring)

    def stroke(a: np.ndarray, b: np.ndarray) -> Line:
        return (float(a[0]), float(a[1])), (float(b[0]), float(b[1]))

    return [
        stroke((c[5] + c[0]) / 2, (c[1] + c[2]) / 2),
        stroke(c[5], c[2]),
        stroke((c[5] + c[4]) / 2, (c[2] + c[3]) / 2),
    ]


def rings_of(geometry: object) -> list[Line]:
    """The rings of anything that speaks `__geo_interface__` (shapely, geopandas) or of a GeoJSON mapping."""
    shape = geometry if isinstance(geometry, Mapping) else getattr(geometry, "__geo_interface__", {})
    kind, parts = shape.get("type"), shape.get("coordinates", ())
    polygons = [parts] if kind == "Polygon" else parts if kind == "MultiPolygon" else ()
    return [tuple((round(p[0], _DIGITS), round(p[1], _DIGITS)) for p in ring) for poly in polygons for ring in poly]


def arcs(rings: Iterable[Line]) -> list[Line]:
    """The same borders with each shared stretch once, cut where three areas meet."""
    near: defaultdict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            if a != b:
                near[a].add(b)
                near[b].add(a)
    nodes = frozenset(p for p in near if len(near[p]) != 2)
    found: list[Line] = []
    for start in [*nodes, *near]:  # what holds no node is a closed ring: any of its points starts it
        while near[start]:
            found.append(_walk(near, nodes, start))
    return found


def _walk(near: defaultdict[Point, set[Point]], nodes: frozenset[Point], start: Point) -> Line:
    """Follow unused edges from `start` to the next node, or round to `start` again."""
    line = [start]
    while True:
        here = line[-1]
        after = min(near[here])
        near[here].discard(after)
        near[after].discard(here)
        line.append(after)
        if after in nodes or after == start:
            return tuple(line)


def simplified(line: Line, metres: float) -> Line:
    """Douglas and Peucker (1973): no left-out point lies farther than `metres` from the line that stays."""
    points = np.asarray(line)
    if len(points) < 3:
        return line
    scaled = (points - points[0]) * (111_320 * np.cos(np.radians(points[0, 1])), 111_320)
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    if line[0] == line[-1]:  # a ring: the farthest point splits it
        keep[int(np.argmax(np.hypot(*scaled.T)))] = True
    stops = np.flatnonzero(keep).tolist()
    spans = list(pairwise(stops))
    while spans:
        a, b = spans.pop()
        if b - a < 2:
            continue
        away = _distance(scaled[a + 1 : b], scaled[a], scaled[b])
        if away.max() > metres:
            middle = a + 1 + int(away.argmax())
            keep[middle] = True
            spans += [(a, middle), (middle, b)]
    return tuple(line[i] for i in np.flatnonzero(keep))


def thinned(parts: Sequence[Sequence[Line]], metres: float) -> list[tuple[Line, ...]]:
    """Rings of areas with fewer points, neighbours still edge to edge: a shared stretch loses the same points twice."""
    kept = {p for line in arcs(ring for part in parts for ring in part) for p in simplified(line, metres)}
    return [tuple(tuple(p for p in ring if p in kept) for ring in part) for part in parts]


def _distance(points: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Distance of points (n, 2) from the segment a-b."""
    along = b - a
    length = float(along @ along)
    t = np.clip((points - a) @ along / length, 0, 1) if length else np.zeros(len(points))
    return np.asarray(np.hypot(*(points - a - t[:, None] * along).T))


def centre(cells: Sequence[str]) -> Point:
    """The middle of a set of cells, for its label."""
    lat, lng = grid.centres(grid.from_text(list(cells)))
    return float(lng.mean()), float(lat.mean())


def bounds(layers: Iterable[Layer]) -> tuple[float, float, float, float] | None:
    """West, south, east, north of all that is drawn; None when there is nothing."""
    corners = [p for layer in layers for p in _corners(layer)]
    if not corners:
        return None
    lng, lat = np.asarray(corners).T
    return float(lng.min()), float(lat.min()), float(lng.max()), float(lat.max())


def _corners(layer: Layer) -> Iterable[Point]:
    match layer:
        case CellLayer():
            return (p for ring in cell_rings(layer.cells) for p in ring)
        case AreaLayer():
            return (p for area in layer.areas for ring in area.rings for p in ring)
        case FootprintLayer():
            return (p for spot in layer.spots for ring in cell_rings(spot.cells) for p in ring)
        case OutlineLayer():
            return (p for line in layer.lines for p in line)
        case LabelLayer():
            return (label.at for label in layer.names)
