"""A map as a picture (PNG or SVG) for reports: matplotlib, in metres, readable when printed in grey.

Figure objects only, without pyplot: several threads of a server may draw at once.
"""

import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from hotspots.words import Speaker
from layers import legend
from layers.base import SPOT_STATES, AreaLayer, CellLayer, FootprintLayer, LabelLayer, Layer, Line, OutlineLayer
from layers.names import fitting, labels, pin, short
from layers.shape import cell_rings, hatching, union_rings

Axis = NDArray[np.float64]
Project = Callable[[Axis, Axis], tuple[Axis, Axis]]  # (lng, lat) in degrees to (x, y) in metres
Box = tuple[float, float, float, float]
_HALO = [withStroke(linewidth=2.2, foreground="white", alpha=0.9)]


def draw(
    layers: Sequence[Layer],
    *,
    project: Project,
    language: str,
    size: tuple[float, float] = (7.2, 5.0),
    fit: Box | None = None,
    credit: str = "",
) -> Figure:
    """The figure. `size` in inches; `fit`: west, south, east, north in degrees, else what the cells and spots cover."""
    figure = Figure(figsize=size)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.045, 0.71, 0.955))
    axes.set_facecolor(legend.PAPER)
    axes.set_xticks([]), axes.set_yticks([])
    for side in axes.spines.values():
        side.set_color("#c9ced6")
    _frame(axes, layers, project, fit)
    for layer in sorted(layers, key=_floor):
        _paint(axes, layer, project)
    _names(axes, layers, project)
    _scale_bar(axes)
    _legend(figure, layers, language)
    lines = dict.fromkeys(c for c in (credit, *(x.card.credit(language) for x in layers)) if c)
    figure.text(0.004, 0.012, " · ".join(lines), fontsize=6.5, color="#3c4753", parse_math=False)
    return figure


def png(figure: Figure, *, dpi: int = 200) -> bytes:
    """The figure as PNG."""
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=dpi)
    return out.getvalue()


def svg(figure: Figure) -> bytes:
    """The figure as SVG, the same bytes for the same figure."""
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def _floor(layer: Layer) -> int:
    return [AreaLayer, CellLayer, OutlineLayer, FootprintLayer, LabelLayer].index(type(layer))


def _metres(line: Line, project: Project) -> Axis:
    lng, lat = np.asarray(line, dtype=np.float64).T
    return np.column_stack(project(lng, lat))


def _all_metres(lines: Sequence[Line], project: Project) -> list[Axis]:
    """Many lines through one call of `project`."""
    if not lines:
        return []
    cuts = np.cumsum([len(line) for line in lines])[:-1]
    return list(np.split(_metres(tuple(p for line in lines for p in line), project), cuts))


def _frame(axes: Axes, layers: Sequence[Layer], project: Project, fit: Box | None) -> None:
    """Equal metres on both axes, with a margin; an empty map shows its borders or nothing."""
    if fit:
        corners = [(x, y) for x in fit[::2] for y in fit[1::2]]
    else:
        cells = [c for x in layers if isinstance(x, CellLayer) for c in x.cells]
        cells += [c for x in layers if isinstance(x, FootprintLayer) for s in x.spots for c in s.cells]
        corners = [p for ring in cell_rings(cells) for p in ring]
        corners = corners or [
            p for x in layers if isinstance(x, AreaLayer) for a in x.areas for r in a.rings for p in r
        ]
        corners = corners or [p for x in layers if isinstance(x, OutlineLayer) for line in x.lines for p in line]
    axes.set_aspect("equal", adjustable="datalim")
    if not corners:
        return
    points = _metres(tuple(corners), project)
    low, high = points.min(axis=0), points.max(axis=0)
    middle, span = (low + high) / 2, np.maximum((high - low) * 1.06, 200.0)
    box = axes.get_window_extent()
    wide = max(span[0], span[1] * box.width / box.height)
    tall = wide * box.height / box.width
    axes.set_xlim(middle[0] - wide / 2, middle[0] + wide / 2)
    axes.set_ylim(middle[1] - tall / 2, middle[1] + tall / 2)


def _paint(axes: Axes, layer: Layer, project: Project) -> None:
    match layer:
        case CellLayer():
            _paint_cells(axes, layer, project)
        case AreaLayer():
            _paint_areas(axes, layer, project)
        case FootprintLayer():
            _paint_spots(axes, layer, project)
        case OutlineLayer():
            lines = _all_metres(layer.lines, project)
            axes.add_collection(LineCollection(lines, colors=legend.BORDER, linewidths=0.6, alpha=0.8), autolim=False)
        case LabelLayer():
            pass  # names of all layers are placed together


def _paint_areas(axes: Axes, layer: AreaLayer, project: Project) -> None:
    for area in layer.areas:
        whole = Path.make_compound_path(*(Path(ring, closed=True) for ring in _all_metres(area.rings, project)))
        colour = layer.palette[area.klass]
        axes.add_patch(
            PathPatch(whole, facecolor=colour, edgecolor="white", linewidth=0.4, alpha=legend.FILL_OPACITY + 0.1)
        )


def _paint_cells(axes: Axes, layer: CellLayer, project: Project) -> None:
    rings = cell_rings(layer.cells)
    shapes = _all_metres(rings, project)
    for block in (True, False):
        which = [i for i in range(len(shapes)) if (i in layer.blocks) == block]
        axes.add_collection(
            PolyCollection(
                [shapes[i] for i in which],
                facecolors=legend.BLOCK if block else [layer.palette[layer.classes[i]] for i in which],
                alpha=legend.BLOCK_OPACITY if block else legend.FILL_OPACITY + 0.1,
                edgecolors=legend.INK if block else "white",
                linewidths=0.5 if block else 0.3,
                linestyles="dashed" if block else "solid",
            ),
            autolim=False,
        )
    strokes = _all_metres([s for i in layer.uncertain for s in hatching(rings[i])], project)
    axes.add_collection(LineCollection(strokes, colors=legend.INK, linewidths=0.6, alpha=0.8), autolim=False)
    _cased(axes, union_rings([layer.cells[i] for i in layer.hot]), project, legend.INK, 1.4)


def _cased(axes: Axes, rings: Sequence[Line], project: Project, colour: str, width: float, dash: Any = "solid") -> None:
    """A line with a white edge is seen on light and dark cells alike."""
    lines = _all_metres([ring if ring[0] == ring[-1] else (*ring, ring[0]) for ring in rings], project)
    axes.add_collection(LineCollection(lines, colors="white", linewidths=width + 1.6), autolim=False)
    axes.add_collection(
        LineCollection(lines, colors=colour, linewidths=width, linestyles=dash, capstyle="round"), autolim=False
    )


def _dash(pixels: tuple[int, ...], weight: float) -> Any:
    """A dash in screen pixels as matplotlib's multiples of the line's width."""
    return (0, tuple(p / weight for p in pixels)) if pixels else "solid"


def _paint_spots(axes: Axes, layer: FootprintLayer, project: Project) -> None:
    for spot in layer.spots:
        state = SPOT_STATES[spot.state]
        rings = union_rings(spot.cells)
        fill = PolyCollection(_all_metres(rings, project), facecolors=legend.SPOT, alpha=0.14)
        axes.add_collection(fill, autolim=False)
        _cased(axes, rings, project, legend.SPOT, state.weight * 0.6, _dash(state.dash, state.weight))
        x, y = _metres((pin(spot.cells),), project)[0]
        axes.annotate(
            f"{state.symbol} {short(spot.label, 16)}",
            (x, y),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=6.5,
            fontweight="bold",
            color=legend.SPOT,
            parse_math=False,
            annotation_clip=True,
            bbox={"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": legend.SPOT, "linewidth": 0.8},
        )


def _names(axes: Axes, layers: Sequence[Layer], project: Project) -> None:
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    point = (right - left) / (axes.get_window_extent().width / axes.figure.dpi * 72)  # metres per typographic point

    def place(at: tuple[float, float]) -> tuple[float, float]:
        x, y = _metres((at,), project)[0]
        return float(x), float(y)

    wanted = []
    for name, area in labels(layers, zoom=14):
        x, y = place(name.at)
        half = min(len(name.text), 40) * 1.7 * point
        if left + half < x < right - half and bottom + 8 * point < y < top - 8 * point:
            wanted.append((name, area))
    for name, area in fitting(wanted, layers, place, letter=3.6 * point, line=9 * point):
        look: dict[str, Any] = {"fontsize": 5.8, "color": "#55606c"} if area else {"fontsize": 6, "color": "#33404d"}
        axes.text(
            *place(name.at), short(name.text), ha="center", va="center", path_effects=_HALO, parse_math=False, **look
        )


def _scale_bar(axes: Axes) -> None:
    """A bar of a round length, at most a fifth of the width, in metres or kilometres."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    most = (right - left) / 5
    length = max((m * 10**e for e in range(6) for m in (1, 2, 5) if m * 10**e <= most), default=1)
    x, y = left + (right - left) * 0.025, bottom + (top - bottom) * 0.03
    axes.add_line(
        Line2D([x, x + length], [y, y], color=legend.INK, linewidth=2, solid_capstyle="butt", path_effects=_HALO)
    )
    words = f"{length // 1000} km" if length >= 1000 else f"{length} m"
    middle = (x + length / 2, y)
    axes.annotate(
        words, middle, (0, 3), textcoords="offset points", ha="center", fontsize=6.5, path_effects=_HALO
    )  # points, not a share of the map: small pictures keep the words clear of the bar


def _legend(figure: Figure, layers: Sequence[Layer], language: str) -> None:
    """On the right; headings are entries without a picture. A map without entries says that it shows nothing."""
    found = legend.entries(layers, language) or [legend.Entry("title", Speaker(language)("layers.empty"))]
    drawn = figure.legend(
        handles=[_handle(entry) for entry in found],
        labels=["\u200b" + _wrapped(entry) for entry in found],  # a label that begins with _ would be left out
        loc="upper left",
        bbox_to_anchor=(0.715, 1.0),
        frameon=False,
        fontsize=7,
        labelspacing=0.55,
        handlelength=2.2,
        borderaxespad=0.2,
    )
    for text, entry in zip(drawn.get_texts(), found, strict=True):
        text.set_parse_math(False)
        text.set_fontweight("bold" if entry.look == "title" else "normal")


def _wrapped(entry: legend.Entry) -> str:
    """The label in lines that fit the legend's column."""
    width = 24 if entry.look == "title" else 30
    lines = [""]
    for word in (f"{entry.symbol} " if entry.symbol else "").split() + entry.label.split():
        for piece in (word[i : i + width] for i in range(0, len(word), width)):
            if len(lines[-1]) + len(piece) >= width:
                lines.append("")
            lines[-1] = f"{lines[-1]} {piece}".strip()
    return "\n".join(lines[:4])


def _handle(entry: legend.Entry) -> Patch | Line2D:
    if entry.look == "title":
        return Patch(alpha=0)
    if entry.look == "spot":
        return Line2D(
            [],
            [],
            color=legend.SPOT,
            linewidth=entry.weight * 0.6,
            linestyle=_dash(entry.dash, entry.weight),
            dash_capstyle="round",
        )
    looks: dict[str, Any] = {
        "fill": {"facecolor": entry.colour, "edgecolor": "#8a939c", "linewidth": 0.4},
        "area": {"facecolor": entry.colour, "edgecolor": "#8a939c", "linewidth": 0.4},
        "none": {"facecolor": entry.colour, "edgecolor": "#8a939c", "linewidth": 0.4},
        "hot": {"facecolor": "none", "edgecolor": legend.INK, "linewidth": 1.4},
        "block": {
            "facecolor": entry.colour,
            "alpha": 0.6,
            "edgecolor": legend.INK,
            "linestyle": "dashed",
            "linewidth": 0.6,
        },
        "hatched": {"facecolor": "white", "edgecolor": legend.INK, "hatch": "|||", "linewidth": 0.4},
    }[entry.look]
    return Patch(**looks)
