"""Which names fit on a still picture: earlier ones win where two would lie on each other."""

from collections.abc import Callable, Sequence

from layers.base import FootprintLayer, Label, LabelLayer, Layer, OutlineLayer, Point
from layers.shape import cell_rings

Place = Callable[[Point], tuple[float, float]]  # (lng, lat) to (x, y) in the units of the text's size


def labels(layers: Sequence[Layer], zoom: float) -> list[tuple[Label, bool]]:
    """The names wanted at a zoom level, those of areas (True) before those of places."""
    areas = [(n, True) for x in layers if isinstance(x, OutlineLayer) for n in _ranked(x.names)]
    places = [(n, False) for x in layers if isinstance(x, LabelLayer) for n in _ranked(x.names)]
    return [(n, area) for n, area in areas + places if n.text and n.zoom <= zoom]


def _ranked(names: Sequence[Label]) -> list[Label]:
    return sorted(names, key=lambda n: n.rank)


def fitting(
    wanted: Sequence[tuple[Label, bool]], layers: Sequence[Layer], place: Place, *, letter: float, line: float
) -> list[tuple[Label, bool]]:
    """Those of `wanted` that lie on no earlier one and on no spot; `letter`, `line`: width and height of the text."""
    spots = [s for x in layers if isinstance(x, FootprintLayer) for s in x.spots]
    taken = [(*place(pin(s.cells)), letter * (len(s.label) + 4) / 2) for s in spots]
    kept = []
    for label, area in wanted:
        x, y = place(label.at)
        half = letter * min(len(label.text), 40) / 2
        if all(abs(x - a) > half + b or abs(y - c) > line for a, c, b in taken):
            taken.append((x, y, half))
            kept.append((label, area))
    return kept


def short(text: str, most: int = 40) -> str:
    """The text, cut where it would run over the map."""
    return text if len(text) <= most else text[: most - 1] + "…"


def pin(cells: Sequence[str]) -> Point:
    """Where a spot's label stands: the northernmost corner of its outline."""
    return max((p for ring in cell_rings(cells) for p in ring), key=lambda p: p[1])
