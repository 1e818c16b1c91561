"""The room layers: descriptions, what they refuse, and the three renderings that need no browser."""

import ast
import hashlib
import json
import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from pathlib import Path

import h3
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from hotspots import grid
from hotspots.errors import OurFault, Trouble
from hotspots.geo import project
from hotspots.geo.areas import regso
from hotspots.words import LANGUAGES, Text
from layers import LAYERS, file, hexagons, legend, live, picture, shape
from layers.base import SPOT_STATES, CellLayer, Footprint, FootprintLayer, OutlineLayer
from layers.js_safe import js_safe

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "v"
HOSTILE = tuple((Path(__file__).parent / "hostile.txt").read_text("utf-8").splitlines())
OREBRO = (59.2739, 15.2153)
FACTS = file.Facts("Karta", "2025", "operations 1", "prov", "egen personal", ("Tal under 5 visas aldrig.",))


def metres(lng: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return project.from_lonlat(lng, lat, "EPSG:3006")


def cells_round(k: int, resolution: int = 9) -> np.ndarray:
    return grid.disk(int(grid.cells_of([OREBRO[0]], [OREBRO[1]], resolution)[0]), k)


def counts(cells: np.ndarray, numbers: object = 7) -> pd.DataFrame:
    return pd.DataFrame({"cell": cells, "count": numbers})


def spots_table() -> pd.DataFrame:
    middles = grid.to_text(cells_round(1, 10))[:4]
    return pd.DataFrame(
        {
            "spot_id": ["a", "b", "c", "d"],
            "name": "vid bron",
            "state": list(SPOT_STATES),
            "cells": [[m] for m in middles],
        }
    )


def everything(language: str = "sv", table: pd.DataFrame | None = None) -> list:
    frame = regso(["1880"]).frame()
    places = pd.DataFrame({"name": ["Stortorget"], "lat": [59.2712], "lng": [15.2158]})
    return [
        LAYERS["hexagons"].draw(counts(cells_round(5), 12) if table is None else table, language, date="2025"),
        LAYERS["districts"].draw(frame, language),
        LAYERS["places"].draw(places, language),
        LAYERS["spots"].draw(spots_table(), language),
    ]


EMPTY = {
    "hexagons": pd.DataFrame({"cell": pd.Series(dtype="uint64"), "count": pd.Series(dtype="int64")}),
    "areas": pd.DataFrame({"code": [], "name": [], "count": [], "geometry": []}),
    "reports": pd.DataFrame({"cell": pd.Series(dtype=str), "count": pd.Series(dtype="int64")}),
    "visits": pd.DataFrame({"cell": pd.Series(dtype="uint64"), "count": pd.Series(dtype="int64")}),
    "spots": pd.DataFrame({"spot_id": [], "name": [], "state": [], "cells": []}),
    "districts": pd.DataFrame({"name": [], "geometry": []}),
    "places": pd.DataFrame({"name": [], "lat": [], "lng": []}),
}

# ---- inputs: what is refused, and with which sentence ----


@pytest.mark.parametrize("number", [4, 0, 4.9, np.nan, -7])
@pytest.mark.parametrize("name", ["hexagons", "reports", "visits"])
def test_a_raw_table_is_refused(name, number):
    with pytest.raises(Trouble) as caught:
        LAYERS[name].draw(counts(cells_round(1), [9.0] * 6 + [number]), "sv")
    assert caught.value.code == "raw_table"
    assert "får inte ritas (count). Rita bara tal ur en publicerad utgåva." in caught.value.sentence("sv")


def test_spots_with_raw_events_are_refused():
    with pytest.raises(Trouble, match="below 5"):
        LAYERS["spots"].draw(spots_table().assign(events=[9, 9, 4, 9]), "sv")


def test_a_missing_column_is_named():
    with pytest.raises(Trouble) as caught:
        LAYERS["hexagons"].draw(pd.DataFrame({"cell": []}), "en")
    assert (caught.value.code, caught.value.where) == ("missing_column", "count")


def test_what_is_no_cell_is_refused():
    with pytest.raises(Trouble) as caught:
        LAYERS["hexagons"].draw(counts(["8908b118c53ffff", "8908b118c53fffg"]), "sv")
    assert caught.value.code == "bad_cell"


@pytest.mark.parametrize(
    "change",
    [
        {"classes": (0, 1)},
        {"classes": (1,)},
        {"palette": ("red",)},
        {"labels": ("a", "b")},
        {"tips": ("a", "b")},
        {"hot": (1,)},
        {"cells": ("8908b118c53ffff", "8908b118c53ffff"), "classes": (0, 0)},
    ],
)
def test_a_description_that_contradicts_itself_is_refused(change):
    good = {"cells": ("8908b118c53ffff",), "classes": (0,), "palette": ("#112233",), "labels": ("5–9",)}
    assert CellLayer(hexagons.CARD, **good)
    with pytest.raises(ValueError):
        CellLayer(hexagons.CARD, **(good | change))


def test_a_spot_of_unknown_state_or_without_ground_is_refused():
    with pytest.raises(ValueError, match="state"):
        Footprint("1", "1", "dangerous", ("8a08b118c527fff",))
    with pytest.raises(ValueError, match="at least one cell"):
        Footprint("1", "1", "new", ())


def test_too_many_cells_for_a_browser_are_refused():
    layer = LAYERS["hexagons"].draw(counts(cells_round(60)), "sv")
    with pytest.raises(ValueError, match="coarser resolution"):
        live.payload([layer], title="", language="sv", height=1, base="/")


# ---- the registry ----


def test_seven_kinds_are_registered():
    assert set(LAYERS) == {"hexagons", "reports", "visits", "spots", "areas", "districts", "places"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", LAYERS)
def test_an_empty_table_can_be_drawn_everywhere(name, language):
    layer = LAYERS[name].draw(EMPTY[name], language)
    assert layer.card.title.to(language)
    data = live.payload([layer], title="t", language=language, height=400, base="/")
    assert json.loads(json.dumps(data))["layers"][0]["name"] == name
    assert "<html" in file.offline_file([layer], FACTS, language=language)
    assert picture.png(picture.draw([layer], project=metres, language=language), dpi=40)[:4] == b"\x89PNG"


def test_the_callers_table_is_not_touched():
    table = counts(cells_round(2))
    before = table.copy(deep=True)
    LAYERS["hexagons"].draw(table, "sv")
    pd.testing.assert_frame_equal(table, before)


# ---- outputs: classes, labels, marks ----


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([5], (5,)),
        ([5, 9], (5,)),
        ([5, 10], (5, 10)),
        ([7, 120], (5, 10, 20, 50, 100)),
        ([5, 4999], (5, 20, 100, 500, 2000)),
        ([0.3, 1.5], (0.2, 0.5, 1)),
        ([], (5,)),
    ],
)
def test_class_limits_are_round_and_at_most_five(values, limits):
    assert hexagons.limits_for(values) == limits


@given(st.lists(st.floats(0.1, 1e6), min_size=1, max_size=40))
def test_every_value_lies_at_or_above_the_lowest_limit(values):
    limits = hexagons.limits_for(values)
    assert 1 <= len(limits) <= 5
    assert list(limits) == sorted(set(limits))
    assert limits[0] <= min(values)


def test_counts_become_classes_by_fixed_limits():
    layer = LAYERS["hexagons"].draw(
        counts(cells_round(1), [5, 9, 10, 19, 20, 99, 100]), "sv", limits=(5, 10, 20, 50, 100)
    )
    assert layer.classes == (0, 0, 1, 1, 2, 3, 4)
    assert layer.labels[0] == "5–9 händelser"
    assert layer.labels[-1] == "100 eller fler händelser"


def test_limits_given_hold_while_the_numbers_change():
    cells = cells_round(1)
    one = LAYERS["hexagons"].draw(counts(cells, 12), "sv", limits=(5, 10, 50))
    two = LAYERS["hexagons"].draw(counts(cells, [12, *[400] * 6]), "sv", limits=(5, 10, 50))
    assert (one.palette, one.labels, one.classes[0]) == (two.palette, two.labels, two.classes[0])


def test_density_is_per_square_kilometre():
    table = counts(cells_round(1), 10).assign(area_km2=[0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 1.0])
    layer = LAYERS["hexagons"].draw(table, "en", by="density", limits=(5, 50))
    assert layer.classes == (1, 1, 1, 1, 1, 1, 0)
    assert layer.labels == ("5–50 incidents per km²", "50 or more incidents per km²")


def test_the_order_of_rows_does_not_matter():
    table = counts(cells_round(4), np.arange(61) + 5)
    one = LAYERS["hexagons"].draw(table, "sv")
    two = LAYERS["hexagons"].draw(table.sample(frac=1, random_state=1), "sv")
    assert dict(zip(one.cells, one.classes, strict=True)) == dict(zip(two.cells, two.classes, strict=True))
    assert live._cells(one) == live._cells(two)


def test_a_coarser_block_is_marked_and_says_so():
    fine = cells_round(1)
    block = grid.parents(cells_round(4)[:1], 8)
    table = pd.concat([counts(fine), counts(block, 30)]).assign(gistar_hot=[True] + [False] * 7)
    layer = LAYERS["hexagons"].draw(table, "sv")
    assert layer.blocks == {7}
    assert layer.tip(0) == f"{layer.labels[layer.classes[0]]}\nfler än väntat (statistiskt prövat)"
    assert layer.tip(7).endswith("större yta: flera rutors tal sammanlagda")
    entries = legend.entries([layer], "sv")
    assert [e.look for e in entries] == ["title", "fill", "fill", "fill", "hot", "block"]
    assert entries[-1].colour not in layer.palette, "a large area in the colour of a small one would shout"


def test_exact_numbers_stand_in_tips_only_when_asked_for():
    cells = cells_round(1)
    quiet = LAYERS["reports"].draw(counts(cells, 13).assign(name="Väster"), "sv")
    loud = LAYERS["reports"].draw(counts(cells, 13), "sv", numbers=True)
    assert quiet.tip(0) == "Väster\n10 eller fler rapporter"
    assert loud.tip(0) == "13 rapporter"
    assert "13" not in json.dumps(live._cells(LAYERS["reports"].draw(counts(cells, 13), "sv"))["labels"])


def test_districts_in_classes_leave_out_what_has_no_number():
    frame = regso(["1880"]).frame()
    table = frame.assign(count=np.arange(len(frame)) + 10)[3:]
    layer = LAYERS["areas"].draw(table, "sv", limits=(10, 20, 50))
    assert [a.id for a in layer.areas] == list(table["code"])
    assert layer.tip(layer.areas[0]) == f"{table['name'].iloc[0]}\n10–19 händelser"
    rings = len(picture.draw([layer], project=metres, language="sv").axes[0].patches)
    assert rings == len(table)
    with pytest.raises(Trouble, match="below 5"):
        LAYERS["areas"].draw(table.assign(count=4), "sv")


def test_thinned_districts_still_lie_edge_to_edge():
    frame = regso(["1880"]).frame()
    parts = shape.thinned([shape.rings_of(g) for g in frame.geometry], 60.0)
    shapes = [shapely.Polygon(part[0], part[1:]) for part in parts if len(part) == 1]
    before = [g for g, part in zip(frame.geometry, parts, strict=True) if len(part) == 1]
    assert sum(len(r) for p in parts for r in p) < 0.8 * shapely.get_num_coordinates(frame.geometry.to_numpy()).sum()
    union = shapely.union_all(shapes, grid_size=1e-9)
    assert union.area == pytest.approx(sum(s.area for s in shapes), rel=1e-6)
    assert union.area == pytest.approx(shapely.union_all(before, grid_size=1e-9).area, rel=1e-3)


def test_states_differ_in_symbol_and_line_not_only_in_colour():
    assert len({s.symbol for s in SPOT_STATES.values()}) == len({s.dash for s in SPOT_STATES.values()}) == 4


def test_ended_spots_are_not_drawn():
    layer = LAYERS["spots"].draw(spots_table().assign(state=["recurring", "ended", "new", "ended"]), "sv")
    assert isinstance(layer, FootprintLayer)
    assert [s.id for s in layer.spots] == ["a", "c"]
    assert layer.spots[0].tip == "vid bron\nåterkommande"


def test_colours_are_told_apart_in_grey():
    for palette in hexagons.PALETTES.values():
        grey = [sum(w * int(c[i : i + 2], 16) for w, i in ((0.299, 1), (0.587, 3), (0.114, 5))) for c in palette]
        assert all(a - b > 25 for a, b in pairwise(grey)), palette


# ---- geometry ----


@given(st.integers(0, 3), st.floats(55.5, 68.5), st.floats(11.5, 23.5), st.sampled_from([8, 9, 10]))
def test_the_outline_of_cells_is_their_union(k, lat, lng, resolution):
    cells = grid.to_text(grid.disk(int(grid.cells_of([lat], [lng], resolution)[0]), k))
    cells = cells[: max(1, len(cells) * 2 // 3)]
    rings = shape.union_rings(cells)
    ours = shapely.Polygon()
    for ring in rings:
        ours = ours.symmetric_difference(shapely.Polygon(ring))
    true = shapely.union_all(
        [shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(c)]) for c in cells], grid_size=1e-7
    )
    assert ours.symmetric_difference(true).area < 1e-4 * true.area
    found = shapely.area(shapely.polygons(shapely.get_rings(shapely.get_parts(true))))
    assert len(rings) == np.count_nonzero(
        found > 1e-3 * found.max()
    )  # libh3's corners leave slivers at the edge of a face


def test_a_border_that_two_areas_share_is_drawn_once():
    left = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
    right = [(1.0, 0.0), (2.0, 0.0), (2.0, 1.0), (1.0, 1.0), (1.0, 0.0)]
    lines = shape.arcs([tuple(left), tuple(right)])
    assert sorted(len(line) for line in lines) == [2, 4, 4]
    assert sum(shapely.LineString(line).length for line in lines) == 7


def test_borders_of_a_municipality_lose_no_stretch():
    frame = regso(["1880"]).frame()
    layer = LAYERS["districts"].draw(frame, "sv", tolerance_m=0)
    ours = shapely.union_all([shapely.LineString(line) for line in layer.lines])
    true = shapely.union_all(frame.geometry.boundary.to_numpy())
    assert ours.hausdorff_distance(true) < 2e-6
    assert len(layer.names) == len(frame)


def test_an_island_without_a_node_keeps_its_ring():
    lines = shape.arcs([((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))])
    assert len(lines) == 1
    assert len(lines[0]) == 4
    assert lines[0][0] == lines[0][-1]


@given(st.lists(st.tuples(st.floats(15, 15.02), st.floats(59, 59.02)), min_size=2, max_size=40, unique=True))
def test_simplified_lines_stay_within_the_tolerance(points):
    kept = shape.simplified(tuple(points), 50.0)
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    scale = 111_320 * np.array([np.cos(np.radians(points[0][1])), 1])
    line = shapely.LineString(np.asarray(kept) * scale)
    assert max(shapely.distance(line, shapely.points(np.asarray(points) * scale))) < 50.01


def test_strokes_of_hatching_lie_inside_the_cell():
    ring = shape.cell_rings(["8908b118c53ffff"])[0]
    polygon = shapely.Polygon(ring).buffer(1e-6)
    strokes = shape.hatching(ring)
    assert len(strokes) == 3
    assert all(polygon.contains(shapely.LineString(s)) for s in strokes)


# ---- the live map's data ----


def unpack(groups: list) -> list[str]:
    return [
        g["head"] + g["bodies"][i : i + g["width"]] + g["tail"]
        for g in groups
        for i in range(0, len(g["bodies"]), g["width"])
    ]


@given(st.sets(st.integers(0, 6_000), min_size=1, max_size=60), st.sets(st.integers(0, 300), max_size=20))
def test_packed_ids_come_back(fine, coarse):
    a, b = grid.to_text(ORDERED), grid.to_text(ORDERED_8)
    cells = sorted({b[i % len(b)] for i in coarse}) + sorted({a[i % len(a)] for i in fine})
    packed = live.pack_ids(cells)
    assert unpack(packed) == cells
    assert len(packed) == len({c[1] for c in cells})


ORDERED = np.sort(cells_round(40))
ORDERED_8 = np.sort(cells_round(9, 8))


@given(st.lists(st.integers(0, 50_000), max_size=50))
def test_numbers_come_back(values):
    packed = live.numbered(values)
    w, digits = packed["width"], packed["digits"]
    assert [int(digits[i : i + w], 36) for i in range(0, len(digits), w)] == values


def test_the_published_example_of_a_polyline():
    """Google's description of the encoding gives this line and this text."""
    assert live.polyline(((-120.2, 38.5), (-120.95, 40.7), (-126.453, 43.252))) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"


def test_an_update_of_2000_hexagons_with_all_layers_is_small():
    cells = cells_round(26)[:2000]
    random = np.random.default_rng(1)
    table = counts(cells, random.integers(5, 300, 2000)).assign(
        gistar_hot=random.random(2000) < 0.1,
        uncertain=random.random(2000) < 0.05,
        name=[f"Stadsdel {i % 60}" for i in range(2000)],
    )
    layers = everything(table=table)
    layers[0] = LAYERS["hexagons"].draw(table, "sv", numbers=True)
    data = live.payload(layers, title="Karta", language="sv", height=600, base="/app/static/v/")
    assert len(json.dumps(data).encode()) <= 60_000


def test_the_payload_holds_no_outline_of_a_cell():
    data = json.dumps(live.payload(everything()[:1], title="", language="sv", height=1, base="/"))
    assert not re.search(r"\d+\.\d{3}", data)


# ---- the offline file ----


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_says_all_that_must_go_with_it(language):
    page = file.offline_file(everything(language), FACTS, language=language)
    assert f'<html lang="{language}">' in page
    assert "default-src 'none'" in page.split("</head>")[0]
    assert "user-scalable" not in page
    assert "maximum-scale" not in page
    for words in (*(v for v in vars(FACTS).values() if isinstance(v, str)), *FACTS.caveats, "SCB RegSO 2025 (CC0)"):
        assert words in page, words
    markup = re.sub(r"(?s)<script>.*?</script>", "", page)
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", markup)


def test_the_file_opens_where_it_is_told_and_names_its_numbers():
    layers = everything()
    page = file.offline_file(layers, FACTS, language="sv", fit=(15.1, 59.2, 15.3, 59.3))
    assert re.search(r"fitBounds\(\s*\[\[59\.2, 15\.1\], \[59\.3, 15\.3\]\]", page)
    spots = next(x for x in layers if isinstance(x, FootprintLayer)).spots
    listed = re.findall(r"<li><b>(\d+)</b> ([^<]+)</li>", page)
    assert listed == [(s.label, s.tip.replace("\n", ", ")) for s in spots]


def test_a_district_without_a_number_is_in_the_legend_and_a_card_can_be_given_other_words():
    frame = regso(["1880"]).frame().iloc[:3].assign(count=[5, 60, 700])
    title = Text(sv="Ett annat namn", en="Another name")
    layer = LAYERS["areas"].draw(frame, "sv", limits=(5, 50, 500), missing=True, title=title, date="", licence="")
    looks = [e.look for e in legend.entries([layer], "sv")]
    assert looks == ["title", "area", "area", "area", "none"]
    assert legend.entries([layer], "sv")[0].label == "Ett annat namn"
    whole = LAYERS["areas"].draw(frame, "sv", limits=(5, 50, 500))
    assert "none" not in [e.look for e in legend.entries([whole], "sv")]
    credit = LAYERS["districts"].draw(frame, "sv", source=Text(sv="RegSO", en="RegSO"), date="", licence="").card
    assert credit.credit("sv") == "RegSO"


def test_the_file_does_not_leave_the_house_with_a_link_to_a_network():
    with pytest.raises(OurFault, match=r"d3\.js, which is not vendored"):
        file.inlined('<html><script src="https://cdn.example.invalid/d3.js"></script></html>')
    with pytest.raises(OurFault, match="is left"):
        file.inlined("<html><img src='https://example.invalid/x.png'></html>")


def test_hostile_text_closes_neither_script_nor_template():
    for text in HOSTILE:
        safe = js_safe(text)
        assert not set(safe) & set("<>\"'`$\\{"), text


def test_texts_reach_folium_by_js_safe_only():
    """Popup, Tooltip, DivIcon and layer names: their first text is a call of js_safe, or there is none."""
    seen = 0
    for path in (ROOT / "layers").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            if name not in ("Popup", "Tooltip", "DivIcon", "FeatureGroup", "Marker", "Icon", "GeoJsonPopup", "Element"):
                continue
            texts = [*node.args[:1], *(k.value for k in node.keywords if k.arg in ("name", "html", "popup", "text"))]
            assert texts, f"{path.name}:{node.lineno}"
            for text in texts:
                assert isinstance(text, ast.Call), f"{path.name}:{node.lineno}"
                assert getattr(text.func, "id", "") == "js_safe", f"{path.name}:{node.lineno}"
                seen += 1
    assert seen >= 2


def test_scripts_make_no_markup_from_texts():
    for path in (ROOT / "layers").glob("*.js"):
        code = path.read_text("utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|bindPopup", code
        )
        assert all(code[m.end() :].startswith("(shape) =>") for m in re.finditer(r"bindTooltip\(", code))
    assert "\n" in live.script()


# ---- pictures ----


def test_the_picture_is_drawn_in_metres_with_a_true_scale_bar():
    figure = picture.draw(everything(), project=metres, language="sv")
    axes = figure.axes[0]
    bar = next(line for line in axes.lines)
    length = float(np.ptp(bar.get_xdata()))
    words = next(t.get_text() for t in axes.texts if re.fullmatch(r"\d+ k?m", t.get_text()))
    assert length == int(words.split()[0]) * (1000 if words.endswith("km") else 1)
    width, height = axes.get_window_extent().size
    assert np.ptp(axes.get_xlim()) / np.ptp(axes.get_ylim()) == pytest.approx(width / height, rel=1e-6)
    east, north = metres(np.array([OREBRO[1]]), np.array([OREBRO[0]]))
    assert axes.get_xlim()[0] < east[0] < axes.get_xlim()[1]
    assert axes.get_ylim()[0] < north[0] < axes.get_ylim()[1]


def test_the_picture_carries_legend_and_credit_and_is_repeatable():
    layers = everything()
    one = picture.svg(picture.draw(layers, project=metres, language="sv", credit="Örebro 2025"))
    ElementTree.fromstring(one)
    figure = picture.draw(layers, project=metres, language="sv", credit="Örebro 2025")
    words = [t.get_text().strip("\u200b").replace("\n", " ") for t in figure.legends[0].get_texts()]
    assert words[0] == "Händelser per ruta"
    assert "● återkommande" in words
    assert figure.texts[0].get_text().startswith("Örebro 2025 · ")


def test_hostile_texts_are_printed_as_they_are():
    cells = cells_round(4)
    table = counts(cells[: len(HOSTILE)] if len(cells) >= len(HOSTILE) else cells)
    table["name"] = [HOSTILE[i % len(HOSTILE)] for i in range(len(table))]
    texts = tuple(HOSTILE[i::5] and " ".join(HOSTILE[i::5]) for i in range(5))
    base = LAYERS["hexagons"].draw(table, "sv")
    layer = CellLayer(base.card, base.cells, tuple(i % 5 for i in range(len(base.cells))), hexagons.PALETTES[5], texts)
    for text in HOSTILE:
        figure = picture.draw([layer], project=metres, language="sv", credit=text)
        assert figure.texts[0].get_text().startswith(text)
    ElementTree.fromstring(picture.svg(figure))
    assert "<script>alert" not in legend.to_html([layer], "sv")


# ---- what lies in static/v ----


def test_vendored_files_are_those_that_were_recorded():
    rows = re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (VENDOR / "ORIGIN.md").read_text("utf-8"), re.M)
    recorded = dict(rows)
    there = {p.relative_to(VENDOR).as_posix(): p for p in VENDOR.rglob("*") if p.is_file() and p.name != "ORIGIN.md"}
    assert set(recorded) == set(there)
    for name, path in there.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == recorded[name], name


def test_static_files_hold_programs_only():
    assert {p.suffix for p in (ROOT / "static").rglob("*") if p.is_file()} <= {
        ".js",
        ".mjs",
        ".css",
        ".png",
        ".txt",
        ".md",
    }


def test_outline_layers_name_where_their_borders_come_from():
    layer = LAYERS["districts"].draw(regso(["1880"]).frame(), "sv")
    assert isinstance(layer, OutlineLayer)
    assert layer.card.credit("sv") == "SCB RegSO 2025 (CC0)"
