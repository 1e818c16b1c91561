"""The legend of a set of layers: the same entries for the page, the offline file and the picture."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from layers.base import SPOT_STATES, AreaLayer, CellLayer, FootprintLayer, Layer

INK, SPOT, BORDER, PAPER, BLOCK = "#14191f", "#8a1538", "#5b6671", "#f3f2ee", "#5b6671"
FILL_OPACITY, BLOCK_OPACITY = 0.8, 0.05  # a block is large and its number small per area: no class colour


@dataclass(frozen=True)
class Entry:
    """One line of a legend: how it looks and what it means."""

    look: str  # fill | area | none | hot | hatched | block | spot | title
    label: str
    colour: str = INK
    symbol: str = ""
    dash: tuple[int, ...] = ()
    weight: float = 1.0


def entries(layers: Sequence[Layer], language: str) -> list[Entry]:
    """Headings and lines for what these layers really show: a class limit always, a mark only where it occurs."""
    found: list[Entry] = []
    for layer in layers:
        match layer:
            case CellLayer():
                found += [Entry("title", layer.card.title.to(language)), *_classes(layer), *_marks(layer)]
            case AreaLayer():
                none = [Entry("none", layer.none_label, PAPER)] if layer.none_label else []
                found += [Entry("title", layer.card.title.to(language)), *_classes(layer), *none]
            case FootprintLayer():
                found += [Entry("title", layer.card.title.to(language)), *_spots(layer)]
    return found


def _classes(layer: CellLayer | AreaLayer) -> list[Entry]:
    look = "fill" if isinstance(layer, CellLayer) else "area"
    return [Entry(look, label, colour) for label, colour in zip(layer.labels, layer.palette, strict=True)]


def _marks(layer: CellLayer) -> list[Entry]:
    shown = []
    if layer.hot:
        shown.append(Entry("hot", layer.hot_label))
    if layer.blocks:
        shown.append(Entry("block", layer.block_label, BLOCK))
    if layer.uncertain:
        shown.append(Entry("hatched", layer.uncertain_label))
    return shown


def _spots(layer: FootprintLayer) -> list[Entry]:
    there = {spot.state for spot in layer.spots}
    return [
        Entry("spot", layer.state_labels[name], SPOT, state.symbol, state.dash, state.weight)
        for name, state in SPOT_STATES.items()
        if name in there
    ]


def to_html(layers: Sequence[Layer], language: str) -> str:
    """The legend as escaped HTML with its own looks: for `st.html` and for the offline file."""
    parts: list[str] = []
    for entry in entries(layers, language):
        label = html.escape(entry.label)
        if entry.look == "title":
            parts.append(f'<dt style="font-weight:600;margin:8px 0 4px;flex-basis:100%">{label}</dt>')
        else:
            looks = "margin:0;display:flex;gap:8px;align-items:center"
            parts.append(f'<dd style="{looks}">{_swatch(entry)}<span>{label}</span></dd>')
    looks = "display:flex;flex-wrap:wrap;gap:4px 18px;margin:0;padding:0;font-size:13px;line-height:1.4;color:#1c2733"
    return f'<dl class="legend" style="{looks}">{"".join(parts)}</dl>' if parts else ""


def _swatch(entry: Entry) -> str:
    """A small drawing of the look, a hexagon where cells look like that; hidden from readers aloud."""
    corners = "M11 1.5 19 6v8l-8 4.5L3 14V6z"
    dash = f' stroke-dasharray="{" ".join(map(str, entry.dash))}"' if entry.dash else ""
    thin = 'stroke="#8a939c" stroke-width=".6"/>'
    drawn = {
        "fill": f'<path d="{corners}" fill="{entry.colour}" fill-opacity="{FILL_OPACITY}" {thin}',
        "area": f'<path d="M3 3h16v14H3z" fill="{entry.colour}" fill-opacity="{FILL_OPACITY}" {thin}',
        "none": f'<path d="M3 3h16v14H3z" fill="{entry.colour}" {thin}',
        "hot": f'<path d="{corners}" fill="none" stroke="{INK}" stroke-width="2.4"/>',
        "block": f'<path d="{corners}" fill="{entry.colour}" fill-opacity="{BLOCK_OPACITY}" stroke="{INK}" '
        'stroke-opacity=".6" stroke-dasharray="4 3"/>',
        "hatched": f'<path d="{corners}" fill="#fff" {thin}'
        f'<path d="M7 4v12M11 2v16M15 4v12" stroke="{INK}" stroke-width="1.2"/>',
        "spot": f'<path d="M1 10h32" stroke="{SPOT}" stroke-width="{entry.weight}" stroke-linecap="round"{dash}/>',
    }[entry.look]
    width = 34 if entry.look == "spot" else 22
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" viewBox="0 0 {width} 20">{drawn}</svg>'
    # As a picture in the text: pages strip drawings that stand in their HTML.
    picture = f'<img alt="" width="{width}" height="20" src="data:image/svg+xml,{quote(svg)}">'
    symbol = f'<b style="color:{SPOT}">{html.escape(entry.symbol)}</b>' if entry.symbol else ""
    return picture + symbol
