"""The live map and the offline file in a real Chromium without WebGL: what a reader sees, clicks and is spared."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hotspots import grid
from hotspots.words import Text
from layers import LAYERS, file
from tests.browser import HOSTILE, ROOT, beside_static, launch, served, watched_page

pytestmark = pytest.mark.browser
CENTRE = (59.2739, 15.2153)
READY = ".hotmap[data-cells]"
BARE = (59.2700, 15.2050)  # a cell without spot, name or mark


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(beside_static(ROOT / "tests/apps/map_page.py", tmp_path_factory.mktemp("map"))) as url:
        yield url


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    with watched_page(chromium, address) as page:
        page.goto(address)
        page.locator(READY).wait_for(timeout=60_000)
        yield page


def state(page: Page, expression: str, box: int = 0) -> object:
    """A look into a map of the page: `s` is its state, `box` its element."""
    return page.evaluate(
        f"(n) => {{const box = document.querySelectorAll('.hotmap')[n], s = box.state; return {expression};}}", box
    )


def click_at(page: Page, lat: float, lng: float) -> None:
    spot = state(page, f"s.map.latLngToContainerPoint([{lat}, {lng}])")
    page.locator(".hotmap").first.click(position={"x": spot["x"], "y": spot["y"]})


def painted(page: Page, lat: float, lng: float, wanted: bool) -> None:
    """Wait until the canvas is painted (or is not) at a position; it is drawn with the next frame."""
    page.wait_for_function(
        """([lat, lng, wanted]) => {
          const {map} = document.querySelector('.hotmap').state, canvas = document.querySelector('.hotmap canvas');
          const p = map.latLngToContainerPoint([lat, lng]), a = map.getContainer().getBoundingClientRect();
          const b = canvas.getBoundingClientRect(), scale = canvas.width / b.width;
          const at = [(a.left + p.x - b.left) * scale, (a.top + p.y - b.top) * scale];
          return (canvas.getContext('2d').getImageData(...at, 1, 1).data[3] > 150) === wanted;
        }""",
        arg=[lat, lng, wanted],
        timeout=10_000,
    )


def view(page: Page, box: int = 0) -> list[float]:
    return state(page, "[s.map.getZoom(), s.map.getCenter().lat, s.map.getCenter().lng]", box)


def test_all_cells_are_drawn_and_webgl_is_not_needed(page: Page):
    assert page.evaluate("document.createElement('canvas').getContext('webgl')") is None
    assert page.locator(".hotmap").get_attribute("data-cells") == "403"
    painted(page, *BARE, True)
    painted(page, 59.2930, 15.1400, False)
    expect(page.locator(".hotmap-credit")).to_contain_text("SCB RegSO 2025 (CC0)")
    expect(page.locator(".leaflet-control-scale-line")).to_have_text(re.compile(r"^\d+ k?m$"))


def test_the_browser_unpacks_what_python_packed(page: Page):
    ids = state(page, "[...s.layers.get('hexagons').ids.keys()]")
    middle = int(grid.cells_of([CENTRE[0]], [CENTRE[1]], 9)[0])
    assert set(grid.to_text(grid.disk(middle, 8))) <= set(ids)
    assert all(len(i) == 15 for i in ids)
    names = [text for text, *_ in state(page, "s.layers.get('places').names")]
    assert "Örebro slott" in names
    line = state(page, "s.layers.get('districts').group.getLayers()[0].getLatLngs()[0][0]")
    assert 58.9 < line["lat"] < 59.7
    assert 14.5 < line["lng"] < 15.9


def test_a_click_gives_the_cell_and_rings_it(page: Page):
    lat, lng = 59.2830, 15.2300
    cell = grid.to_text(grid.cells_of([lat], [lng], 9))[0]
    click_at(page, lat, lng)
    expect(page.get_by_text(f"vald hexagons {cell}")).to_be_visible()
    expect(page.locator(".hotmap-cross")).to_be_hidden()
    page.wait_for_function("document.querySelector('.hotmap').state.ring.getLayers().length === 2")


def test_a_coarser_block_is_clicked_as_itself(page: Page):
    block = grid.to_text(grid.cells_of([59.262], [15.29], 8))[0]
    state(page, "s.map.setView([59.262, 15.29], 14, {animate: false}) && 1")
    click_at(page, 59.262, 15.29)
    expect(page.get_by_text(f"vald hexagons {block}")).to_be_visible()


def test_districts_in_classes_are_clicked_as_districts(chromium: Browser, address: str):
    with watched_page(chromium, address) as page:
        page.goto(f"{address}/?areas=1")
        page.locator(READY).wait_for(timeout=60_000)
        click_at(page, 59.2660, 15.2300)
        expect(page.get_by_text(re.compile("vald areas 1880R[0-9]{3}"))).to_be_visible()
        page.wait_for_function("document.querySelector('.hotmap').state.ring.getLayers().length === 2")


def test_a_spot_is_clicked_by_its_label_and_by_its_ground(page: Page):
    page.get_by_role("button", name="2. vid Stortorget. ny").locator("span").click()
    expect(page.get_by_text("vald spots P-2")).to_be_visible()
    expect(page.locator(".hotmap-spot.chosen")).to_have_text("▲ 2")
    click_at(page, 59.2660, 15.2110)
    expect(page.get_by_text("vald spots P-4")).to_be_visible()


def test_what_is_chosen_elsewhere_comes_into_view(page: Page):
    page.get_by_role("button", name="2. vid Stortorget. ny").locator("span").click()
    expect(page.get_by_text("vald spots P-2")).to_be_visible()
    state(page, "s.map.setView([59.0, 15.0], 14, {animate: false}) && 1")
    page.get_by_text("Byt period").click()
    page.wait_for_timeout(600)
    assert view(page)[1] == pytest.approx(59.0, abs=0.01), "a rerun must not move the map of one who panned away"
    page.get_by_text("Välj P-3 i tabellen").click()
    page.wait_for_function("document.querySelector('.hotmap').state.map.getCenter().lat > 59.2")


def test_new_numbers_keep_zoom_and_place(page: Page):
    page.get_by_title("Zooma in").click()
    page.wait_for_function("Number.isInteger(document.querySelector('.hotmap').state.map.getZoom() * 2)")
    page.wait_for_timeout(400)
    state(page, "s.map.panBy([60, 40], {animate: false}) && 1")
    before, colours = view(page), state(page, COLOURS)
    page.get_by_text("Byt period").click()
    page.wait_for_function(
        f"(old) => {{const s = document.querySelector('.hotmap').state; return {COLOURS} !== old;}}", arg=colours
    )
    assert view(page) == before


COLOURS = "JSON.stringify([...s.layers.get('hexagons').ids.values()].map((e) => e.shape.options.fillColor))"


def test_layers_go_on_and_off_at_once_and_stay_off_over_reruns(page: Page):
    page.locator(".hotmap-layers summary").click()
    tick = page.get_by_label("Händelser per ruta")
    tick.uncheck()
    painted(page, *BARE, False)
    page.get_by_text("Byt period").click()
    page.wait_for_timeout(800)
    painted(page, *BARE, False)
    tick.check()
    painted(page, *BARE, True)


def test_python_takes_a_layer_away(page: Page):
    expect(page.locator(".hotmap-spot")).to_have_count(4)
    page.get_by_text("Visa samlingsplatser").click()
    expect(page.locator(".hotmap-spot")).to_have_count(0)
    assert state(page, "s.layers.has('spots')") is False


def test_the_tip_says_class_and_marks(page: Page):
    box = page.locator(".hotmap").bounding_box()
    at = state(page, "s.map.latLngToContainerPoint([59.2762, 15.2175])")
    page.mouse.move(box["x"] + at["x"], box["y"] + at["y"])
    expect(page.locator(".hotmap-tip")).to_contain_text("händelser")
    expect(page.locator(".hotmap-tip")).to_contain_text("fler än väntat (statistiskt prövat)")


def test_the_keyboard_reaches_moves_reads_and_chooses(page: Page):
    box = page.locator(".hotmap")
    assert box.get_attribute("role") == "region"
    assert box.get_attribute("aria-label").startswith("Händelser i Örebro. Piltangenterna")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('hotmap')"):
            break
    else:
        raise AssertionError("the map is not reached by Tab")
    zoom, lat, _ = view(page)
    page.keyboard.press("ArrowUp")
    page.wait_for_function(f"document.querySelector('.hotmap').state.map.getCenter().lat > {lat}")
    page.keyboard.press("+")
    page.wait_for_function(f"document.querySelector('.hotmap').state.map.getZoom() > {zoom}")
    expect(page.locator(".hotmap-say")).to_contain_text("händelser")
    expect(page.locator(".hotmap-cross")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("vald (hexagons|spots) .+"))).to_be_visible()


def test_two_maps_share_one_viewport(chromium: Browser, address: str):
    with watched_page(chromium, address, height=1600) as page:
        page.goto(f"{address}/?group=split&height=400")
        page.wait_for_function(f"document.querySelectorAll('{READY}').length === 2", timeout=60_000)
        state(page, "s.map.setView([59.28, 15.2], 15, {animate: false}) && 1")
        assert view(page, 1) == pytest.approx([15, 59.28, 15.2], abs=1e-4)
        state(page, "s.map.setView([59.26, 15.22], 13, {animate: false}) && 1", 1)
        assert view(page, 0) == pytest.approx([13, 59.26, 15.22], abs=1e-4)


def test_the_viewport_comes_back_only_when_asked_for(chromium: Browser, address: str, page: Page):
    state(page, "s.map.panBy([90, 0], {animate: false}) && 1")
    page.wait_for_timeout(900)
    expect(page.get_by_text(re.compile("^vy "))).to_have_count(0)
    with watched_page(chromium, address) as asked:
        asked.goto(f"{address}/?view=1")
        asked.locator(READY).wait_for(timeout=60_000)
        state(asked, "s.map.setZoom(14, {animate: false}) && 1")
        expect(asked.get_by_text("vy 14")).to_be_visible()


def test_a_telephone_shows_the_whole_map(chromium: Browser, address: str):
    with watched_page(chromium, address, width=390, height=844) as page:
        page.goto(address)
        page.locator(READY).wait_for(timeout=60_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        box = page.locator(".hotmap").bounding_box()
        assert 300 < box["width"] <= 390
        assert box["height"] <= 844 * 0.7 + 1
        page.locator(".hotmap-layers summary").click()
        inside = page.locator(".hotmap-layers").bounding_box()
        assert inside["x"] >= box["x"]
        assert inside["x"] + inside["width"] <= box["x"] + box["width"]


def test_a_map_that_cannot_load_says_so(chromium: Browser, address: str):
    with watched_page(chromium, address) as page:
        page.route("**/h3.mjs", lambda route: route.abort())
        page.goto(address)
        alert = page.locator(".hotmap [role=alert]")
        expect(alert).to_have_text(
            "Kartan kunde inte visas. Ladda om sidan; samma uppgifter finns i tabellen.", timeout=60_000
        )
        page.troubles[:] = [t for t in page.troubles if "h3.mjs" not in t]


def test_the_message_of_2000_hexagons_is_small(chromium: Browser, address: str):
    with watched_page(chromium, address) as page:
        sizes: list[int] = []
        page.on("websocket", lambda ws: ws.on("framereceived", lambda data: sizes.append(len(data))))
        page.goto(f"{address}/?n=2000")
        page.locator(READY).wait_for(timeout=60_000)
        assert page.locator(".hotmap").get_attribute("data-cells") == "2003"
        assert 10_000 < max(sizes) <= 60_000
        sizes.clear()
        page.get_by_text("Byt period").click()
        page.wait_for_timeout(1_500)
        assert sum(sizes) <= 60_000


def test_hostile_texts_are_only_texts(chromium: Browser, address: str):
    with watched_page(chromium, address) as page:
        page.goto(f"{address}/?hostile=1")
        page.locator(READY).wait_for(timeout=60_000)
        tips = state(page, "[...s.layers.get('hexagons').ids.values()].map((e) => e.lines[0])")
        assert set(tips) >= {t for t in HOSTILE if t}
        page.locator(".hotmap-layers summary").click()
        box = page.locator(".hotmap").bounding_box()
        for dx in range(0, int(box["width"]) - 10, 90):
            page.mouse.move(box["x"] + 5 + dx, box["y"] + box["height"] / 2)
        page.wait_for_timeout(300)
        assert page.locator(".hotmap img, .hotmap script, .hotmap iframe, .hotmap style, .hotmap svg").count() == 0
        assert page.locator(".hotmap-spot span").first.is_visible()


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The offline file with a hostile text in every field that takes one."""
    cells = grid.disk(int(grid.cells_of([CENTRE[0]], [CENTRE[1]], 9)[0]), 7)
    table = pd.DataFrame({"cell": cells, "count": 12, "name": [HOSTILE[i % len(HOSTILE)] for i in range(len(cells))]})
    small = grid.to_text(grid.disk(int(grid.cells_of([CENTRE[0]], [CENTRE[1]], 10)[0]), 5))[: len(HOSTILE)]
    spots = pd.DataFrame({"spot_id": HOSTILE, "name": HOSTILE, "label": HOSTILE, "state": "new"}).drop_duplicates(
        "spot_id"
    )
    spots["cells"] = [[c] for c in small[: len(spots)]]
    lat, lng = grid.centres(cells)
    places = pd.DataFrame({"name": table["name"], "lat": lat, "lng": lng})
    all_of_them = Text(sv=" ".join(HOSTILE), en="x")
    layers = [
        LAYERS["hexagons"].draw(table, "sv", source=all_of_them, licence="`${alert(1)}`"),
        LAYERS["spots"].draw(spots, "sv", source=all_of_them),
        LAYERS["places"].draw(places, "sv"),
    ]
    words = " ".join(HOSTILE)
    target = tmp_path_factory.mktemp("file") / "karta.html"
    facts = file.Facts(words, words, words, words, words, tuple(HOSTILE))
    target.write_text(file.offline_file(layers, facts, language="sv"), "utf-8")
    return target


def test_the_offline_file_opens_from_disk_without_network_or_script_of_the_data(chromium: Browser, offline: Path):
    url = offline.as_uri()
    with watched_page(chromium, url, offline=True) as page:
        page.goto(url)
        expect(page.locator(".folium-map canvas")).to_be_visible()
        assert page.evaluate("document.documentElement.lang") == "sv"
        expect(page.get_by_title("Zooma in")).to_be_visible()
        box = page.locator(".folium-map").bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.move(box["x"] + box["width"] / 2 + 5, box["y"] + box["height"] / 2)
        page.locator(".leaflet-control-layers").hover()
        page.wait_for_timeout(300)
        kept = page.locator("footer li").all_text_contents()
        assert json.dumps(HOSTILE[0]) in json.dumps(kept)
        assert page.locator("body img:not([src^='data:image/svg+xml,'])").count() == 0, "the legend's own drawings only"
        assert page.locator("body iframe, body object, footer script, header script").count() == 0
        assert page.locator(".leaflet-tooltip.name").count() > 60
