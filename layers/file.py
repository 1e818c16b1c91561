"""A map as ONE file that opens from disk without a network: every script and style sheet is written into it.

The file has no session and no role: it counts as published, so it carries title, date, release, source, marking,
legend and caveats with it.
"""

import base64
import html
import json
import mimetypes
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import folium

from hotspots.errors import OurFault
from hotspots.paths import product_root
from hotspots.words import Speaker
from layers import legend
from layers.base import SPOT_STATES, AreaLayer, CellLayer, FootprintLayer, LabelLayer, Layer, Line, OutlineLayer
from layers.js_safe import js_safe
from layers.names import labels, pin, short
from layers.shape import bounds, cell_rings, hatching, union_rings

Json = dict[str, object]

# Asked for by every folium map, but only popups (jQuery), pins and icon fonts need them.
UNUSED = frozenset(
    {
        "jquery-3.7.1.min.js",
        "bootstrap.bundle.min.js",
        "bootstrap.min.css",
        "all.min.css",
        "leaflet.awesome-markers.js",
        "leaflet.awesome-markers.css",
        "bootstrap-glyphicons.css",
        "leaflet.awesome.rotate.min.css",
    }
)
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
_SCRIPT = re.compile(r'<script[^>]*\bsrc="([^"]+)"[^>]*>\s*</script>')
_STYLE = re.compile(r'<link\b[^>]*\bhref="([^"]+)"[^>]*/?>')
_URL = re.compile(r"""url\(\s*['"]?(?!data:|#)([^'")]+)['"]?\s*\)""")
_LEFT = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=["'](?!data:)""")
_VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>')


@dataclass(frozen=True)
class Facts:
    """What must stand on a map that leaves the house; texts in the language of the file."""

    title: str
    date: str
    release: str
    source: str
    audience: str
    caveats: tuple[str, ...] = ()


def offline_file(
    layers: Sequence[Layer], facts: Facts, *, language: str, fit: tuple[float, float, float, float] | None = None
) -> str:
    """The whole HTML page. `fit`: what it opens on (west, south, east, north in degrees), else all that has numbers.

    Raises:
        OurFault: the map asks for a file that is not among the vendored ones.
    """
    box = fit or bounds([x for x in layers if not isinstance(x, OutlineLayer | LabelLayer)] or layers) or bounds(layers)
    picture = _new_map(box)
    for layer in sorted(layers, key=_floor):
        group = folium.FeatureGroup(name=js_safe(layer.card.title.to(language)))
        _add(layer, group)
        group.add_to(picture)
    _add_names(layers, picture)
    folium.LayerControl(collapsed=True).add_to(picture)
    return _finish(inlined(picture.get_root().render()), layers, facts, language)


def _floor(layer: Layer) -> int:
    return [AreaLayer, CellLayer, OutlineLayer, FootprintLayer, LabelLayer].index(type(layer))


def _new_map(box: tuple[float, float, float, float] | None) -> folium.Map:
    west, south, east, north = box or (10.0, 55.0, 24.0, 69.0)
    picture = folium.Map(
        location=((south + north) / 2, (west + east) / 2),
        zoom_start=11,
        tiles=None,
        prefer_canvas=True,
        control_scale=True,
    )
    # Map(max_zoom=) is lost without tiles.
    picture.options |= {"min_zoom": 4, "max_zoom": 18, "zoom_snap": 0.5, "attribution_control": False}
    picture.fit_bounds([[south, west], [north, east]], padding=(14, 14), max_zoom=16)
    return picture


def _add(layer: Layer, group: folium.FeatureGroup) -> None:
    match layer:
        case CellLayer():
            _add_cells(layer, group)
        case AreaLayer():
            _add_areas(layer, group)
        case FootprintLayer():
            _add_spots(layer, group)
        case OutlineLayer():
            _lines(layer.lines, {"color": legend.BORDER, "weight": 1.1, "opacity": 0.75}, group)
        case LabelLayer():
            pass  # names of all layers are placed together


def _add_cells(layer: CellLayer, group: folium.FeatureGroup) -> None:
    rings = cell_rings(layer.cells)
    features = []
    for i in sorted(range(len(rings)), key=lambda i: layer.resolutions[i]):
        block = i in layer.blocks
        looks: Json = {
            "fillColor": legend.BLOCK if block else layer.palette[layer.classes[i]],
            "fillOpacity": legend.BLOCK_OPACITY if block else legend.FILL_OPACITY,
            "color": legend.INK if block else "#ffffff",
            "weight": 1 if block else 0.6,
            "opacity": 0.6 if block else 0.9,
            "dashArray": "5 4" if block else None,
        }
        features.append(_feature("Polygon", [_closed(rings[i])], layer.tip(i), looks))
    _geojson(features, group)
    _lines(
        [stroke for i in layer.uncertain for stroke in hatching(rings[i])],
        {"color": legend.INK, "weight": 1.2, "opacity": 0.75},
        group,
    )
    _cased(union_rings([layer.cells[i] for i in layer.hot]), {"color": legend.INK, "weight": 2.4}, group)


def _add_areas(layer: AreaLayer, group: folium.FeatureGroup) -> None:
    looks: Json = {"fillOpacity": legend.FILL_OPACITY, "color": "#ffffff", "weight": 0.8, "opacity": 0.9}
    features = [
        _feature(
            "Polygon",  # Leaflet fills by even and odd: a ring inside another is a hole, one beside it an island
            [_closed(ring) for ring in area.rings],
            layer.tip(area),
            looks | {"fillColor": layer.palette[area.klass]},
        )
        for area in layer.areas
    ]
    _geojson(features, group)


def _add_spots(layer: FootprintLayer, group: folium.FeatureGroup) -> None:
    for spot in layer.spots:
        state, rings = SPOT_STATES[spot.state], union_rings(spot.cells)
        looks: Json = {"color": legend.SPOT, "weight": state.weight, "lineCap": "round"}
        _cased(rings, looks | {"dashArray": " ".join(map(str, state.dash)) or None}, group)
        fill: Json = {"weight": 0, "fillColor": legend.SPOT, "fillOpacity": 0.14}
        _geojson([_feature("Polygon", [_closed(r)], spot.tip or spot.label, fill) for r in rings], group)
        lng, lat = pin(spot.cells)
        _text(f"{state.symbol} {short(spot.label, 16)}", (lat, lng), "spot", group)


def _feature(kind: str, coordinates: object, tip: str, looks: Json) -> Json:
    properties = {"tip": js_safe(tip).replace("\n", "<br>"), "looks": looks}
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def _geojson(features: list[Json], group: folium.FeatureGroup) -> None:
    if features:
        folium.GeoJson(
            {"type": "FeatureCollection", "features": features},
            style_function=lambda f: f["properties"]["looks"],
            tooltip=folium.GeoJsonTooltip(["tip"], labels=False, sticky=True),
        ).add_to(group)


def _lines(lines: Sequence[Line], looks: Json, group: folium.FeatureGroup) -> None:
    if lines:
        shape = {"type": "MultiLineString", "coordinates": [[list(p) for p in line] for line in lines]}
        feature = {"type": "Feature", "properties": {}, "geometry": shape}
        folium.GeoJson(feature, style_function=lambda _: looks).add_to(group)


def _cased(rings: Sequence[Line], looks: Json, group: folium.FeatureGroup) -> None:
    """A line with a white edge is seen on light and dark cells alike."""
    closed = [(*ring, ring[0]) if ring[0] != ring[-1] else ring for ring in rings]
    _lines(closed, {"color": "#ffffff", "weight": float(str(looks["weight"])) + 2.6, "opacity": 0.9}, group)
    _lines(closed, looks, group)


def _closed(ring: Line) -> list[list[float]]:
    points = [[round(x, 5), round(y, 5)] for x, y in ring]
    return points if points[0] == points[-1] else [*points, points[0]]


def _text(text: str, at: tuple[float, float], kind: str, group: folium.FeatureGroup | folium.Map) -> None:
    """A standing label: a tooltip on a point without size (a marker would first ask for Leaflet's pin picture)."""
    words = folium.Tooltip(
        js_safe(text),
        sticky=False,
        permanent=True,
        direction="top" if kind == "spot" else "center",
        className=f"name {kind}",
        opacity=1,
    )
    folium.CircleMarker(at, radius=0, stroke=False, fill=False, interactive=False, tooltip=words).add_to(group)


def _add_names(layers: Sequence[Layer], picture: folium.Map) -> None:
    """All names; the page itself hides those that would lie on others (file.js)."""
    for name, area in labels(layers, zoom=99):
        _text(short(name.text), (name.at[1], name.at[0]), "area" if area else "place", picture)


def inlined(page: str, vendor: Path | None = None, unused: Iterable[str] = UNUSED) -> str:
    """The page with every script and style sheet from the vendored folder written into it."""
    folder = vendor or product_root() / "static" / "v"
    files = {p.name: p for p in folder.rglob("*") if p.is_file()}
    left_out = frozenset(unused)

    def inline(match: re.Match[str]) -> str:
        name = Path(urlsplit(match[1]).path).name
        if name in left_out:
            return ""
        if name not in files:
            raise OurFault(f"the map asks for {name}, which is not vendored in static/v")
        text = files[name].read_text("utf-8")
        if name.endswith(".css"):
            return f"<style>{_URL.sub(lambda m: _data_uri(files[name].parent / m[1]), text)}</style>"
        text = re.sub(r"(?m)^//# sourceMappingURL=.*$", "", text)
        return "<script>" + re.sub(r"(?i)</(script)", r"<\\/\1", text) + "</script>"

    page = _STYLE.sub(inline, _SCRIPT.sub(inline, page))
    if _LEFT.search(page):
        raise OurFault("a script, style sheet or picture outside the file is left")
    return page


def _data_uri(path: Path) -> str:
    if not path.is_file():  # Leaflet's VML rule for old Explorers points nowhere
        return "none"
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"url(data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()})"


def _finish(page: str, layers: Sequence[Layer], facts: Facts, language: str) -> str:
    """Policy, language, zoomable viewport, caption and legend round the map."""
    head = (
        f'<head><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{html.escape(facts.title)}</title><style>{(Path(__file__).with_suffix('.css')).read_text('utf-8')}</style>"
    )
    page = page.replace("<html>", f'<html lang="{html.escape(language)}">', 1).replace("<head>", head, 1)
    page = _VIEWPORT.sub('<meta name="viewport" content="width=device-width, initial-scale=1">', page, count=1)
    before, after = _caption(facts, language), _below(layers, facts, language)
    start = page.index("<body>") + len("<body>")
    end = page.index("</body>")
    return (
        page[:start]
        + before
        + page[start:end]
        + after
        + page[end:].replace("</html>", _voices(facts, language) + "</html>")
    )


def _caption(facts: Facts, language: str) -> str:
    say = Speaker(language)
    rows = {"audience": facts.audience, "date": facts.date, "release": facts.release, "source": facts.source}
    shown = "".join(
        f"<span><b>{html.escape(say(f'layers.{key}'))}:</b> {html.escape(value)}</span>"
        for key, value in rows.items()
        if value
    )
    return f"<header><h1>{html.escape(facts.title)}</h1><p>{shown}</p></header>"


def _below(layers: Sequence[Layer], facts: Facts, language: str) -> str:
    say = Speaker(language)
    captions = [c for c in dict.fromkeys(x.card.caption.to(language) for x in layers) if c]
    notes = "".join(f"<li>{html.escape(text)}</li>" for text in (*captions, *facts.caveats))
    credits = " · ".join(dict.fromkeys(c for c in (x.card.credit(language) for x in layers) if c))
    return (
        f"<footer><section>{legend.to_html(layers, language)}{_numbered(layers)}</section>"
        + (f"<section><h2>{html.escape(say('layers.caveats'))}</h2><ul>{notes}</ul></section>" if notes else "")
        + f"<small>{html.escape(credits)}</small></footer>"
    )


def _numbered(layers: Sequence[Layer]) -> str:
    """What each number on the map is called: a reader of the file has no panel to look it up in."""
    rows = [
        f"<li><b>{html.escape(spot.label)}</b> {html.escape(', '.join(spot.tip.splitlines()))}</li>"
        for layer in layers
        if isinstance(layer, FootprintLayer)
        for spot in layer.spots
        if spot.tip and not spot.tip.startswith(spot.label)
    ]
    return f'<ul class="numbered">{"".join(rows)}</ul>' if rows else ""


def _voices(facts: Facts, language: str) -> str:
    """Names of the map and its buttons for readers aloud; the texts travel as JSON that cannot close the script."""
    say = Speaker(language)
    words = {"map": facts.title, "in": say("live_map.zoom_in"), "out": say("live_map.zoom_out")}
    data = json.dumps(words).replace("<", "\\u003c")
    code = Path(__file__).with_suffix(".js").read_text("utf-8")
    return f"<script>const words = {data};\n{code}</script>"
