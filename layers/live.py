"""The live map's data and script: what the browser gets, as few bytes as it needs to draw the same descriptions.

Nothing is sent that the browser can work out: H3 outlines come from the ids, most tips from the class labels.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from hotspots.words import Speaker
from layers.base import SPOT_STATES, AreaLayer, CellLayer, FootprintLayer, Label, LabelLayer, Layer, Line, OutlineLayer

HERE = Path(__file__).parent
HTML = '<div class="hotmap" role="region" tabindex="0"><p class="hotmap-note"></p></div><p class="hotmap-credit"></p>'
MOST_CELLS = 10_000  # a browser on canvas stays quick below it
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"

Json = dict[str, object]


def script() -> str:
    """The component's JavaScript."""
    return (HERE / "live.js").read_text("utf-8")


def style() -> str:
    """The component's style sheet."""
    return (HERE / "live.css").read_text("utf-8")


def payload(
    layers: Sequence[Layer],
    *,
    title: str,
    language: str,
    height: int,
    base: str,
    selected: Mapping[str, str] | None = None,
    fit: tuple[float, float, float, float] | None = None,
    group: str = "",
    view: bool = False,
) -> Json:
    """All that one map draws. `fit`: west, south, east, north in degrees; `base`: address of the vendored files."""
    say = Speaker(language)
    if sum(len(layer.cells) for layer in layers if isinstance(layer, CellLayer)) > MOST_CELLS:
        raise ValueError("too many cells for a live map: show a coarser resolution")
    return {
        "base": base,
        "title": title,
        "height": height,
        "words": {k: say(f"live_map.{k}") for k in ("zoom_in", "zoom_out", "layers", "keys", "failed", "loading")},
        "credit": " · ".join(dict.fromkeys(c for c in (layer.card.credit(language) for layer in layers) if c)),
        "layers": [_layer(layer, language) for layer in layers],
        "selected": dict(selected) if selected else None,
        "fit": list(fit) if fit else None,
        "group": group,
        "view": view,
    }


def _layer(layer: Layer, language: str) -> Json:
    head: Json = {"name": layer.card.name, "title": layer.card.title.to(language)}
    match layer:
        case CellLayer():
            return head | _cells(layer)
        case AreaLayer():
            return head | _areas(layer)
        case FootprintLayer():
            return head | _spots(layer)
        case OutlineLayer():
            return head | {
                "kind": "lines",
                "lines": [polyline(line) for line in layer.lines],
                "names": _names(layer.names),
            }
        case LabelLayer():
            return head | {"kind": "names", "names": _names(layer.names)}


def _cells(layer: CellLayer) -> Json:
    """Cells in groups of one resolution; `classes`, `tips` and marks follow the order of the groups."""
    order = sorted(range(len(layer.cells)), key=lambda i: (layer.resolutions[i], layer.cells[i]))
    place = {i: at for at, i in enumerate(order)}
    return {
        "kind": "cells",
        "ids": pack_ids([layer.cells[i] for i in order]),
        "classes": numbered([layer.classes[i] for i in order]),
        "palette": layer.palette,
        "labels": layer.labels,
        "tips": _columns([layer.tips[i] for i in order]) if any(layer.tips) else [],
        "hot": sorted(place[i] for i in layer.hot),
        "uncertain": sorted(place[i] for i in layer.uncertain),
        "marks": [layer.hot_label, layer.block_label, layer.uncertain_label],
    }


def _areas(layer: AreaLayer) -> Json:
    areas = [
        {"id": a.id, "class": a.klass, "tip": a.tip, "rings": [polyline(ring) for ring in a.rings]} for a in layer.areas
    ]
    return {"kind": "areas", "areas": areas, "palette": layer.palette, "labels": layer.labels}


def _spots(layer: FootprintLayer) -> Json:
    looks = {
        name: {"symbol": s.symbol, "dash": " ".join(map(str, s.dash)), "weight": s.weight}
        for name, s in SPOT_STATES.items()
    }
    spots = [
        {"id": s.id, "label": s.label, "state": s.state, "tip": s.tip, "cells": pack_ids(sorted(s.cells))}
        for s in layer.spots
    ]
    return {"kind": "spots", "states": looks, "spots": spots}


def _names(names: Sequence[Label]) -> list[list[object]]:
    ordered = sorted(names, key=lambda label: label.rank)
    return [[n.text, round(n.at[1], 5), round(n.at[0], 5), n.zoom] for n in ordered]


def pack_ids(cells: Sequence[str]) -> list[Json]:
    """H3 ids, ordered by resolution, as groups with a common head and tail and bodies of one width, run together."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for cell in cells:
        groups[cell[:2]].append(cell)
    packed: list[Json] = []
    for group in groups.values():
        size = len(group[0])
        head = group[0][: min(_shared(group), size - 1)]
        tail_size = min(_shared([c[::-1] for c in group]), size - len(head) - 1)
        tail = group[0][size - tail_size :]
        width = size - len(head) - tail_size
        bodies = "".join(c[len(head) : len(head) + width] for c in group)
        packed.append({"head": head, "tail": tail, "width": width, "bodies": bodies})
    return packed


def _shared(texts: Sequence[str]) -> int:
    """How many leading characters all texts have in common."""
    first, last = min(texts), max(texts)
    return next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))


def numbered(values: Sequence[int]) -> Json:
    """Whole numbers from 0 as base-36 digits of one width, run together."""
    width = len(_base36(max(values, default=0)))
    return {"width": width, "digits": "".join(_base36(v).rjust(width, "0") for v in values)}


def _base36(value: int) -> str:
    digits = _BASE36[value % 36]
    return _base36(value // 36) + digits if value >= 36 else digits


def _columns(tips: Sequence[str]) -> list[Json]:
    """Line by line: the distinct texts once, and which of them each cell has."""
    rows = [tip.split("\n") for tip in tips]
    columns: list[Json] = []
    for at in range(max(map(len, rows))):
        texts = [row[at] if at < len(row) else "" for row in rows]
        distinct = {text: n for n, text in enumerate(dict.fromkeys(texts))}
        columns.append({"texts": list(distinct), "which": numbered([distinct[t] for t in texts])})
    return columns


def polyline(line: Line) -> str:
    """A line as differences of 1e-5 degrees in printable characters (Google's polyline encoding), latitude first."""
    out: list[str] = []
    before = (0, 0)
    for lng, lat in line:
        now = (round(lat * 1e5), round(lng * 1e5))
        for a, b in zip(now, before, strict=True):
            value = (a - b) << 1
            value = ~value if a < b else value
            while value >= 0x20:
                out.append(chr((0x20 | value & 0x1F) + 63))
                value >>= 5
            out.append(chr(value + 63))
        before = now
    return "".join(out)
