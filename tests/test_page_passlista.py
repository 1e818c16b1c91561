"""The pass list in a real Chromium, on a phone and on a desk: read, tick, undo, strike, take along."""

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hotspots.desk.visits import Logbook
from tests import small_release as world
from tests.browser import HOSTILE, ROOT, beside_static, launch, served, watched_page

pytestmark = pytest.mark.browser
HOURS = world.hours_table(**{"P-castle": {(2, 4): 0.5, (2, 5): 0.5}, "P-vivalla": {(2, 5): 1.0}})
PHONE, WIDE = 390, 1440


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("passlista") / "study"
    world.make(home, hours=HOURS, visits=world.visits_table(("P-castle", "2026-09-21T10:00")))
    return home


@pytest.fixture(scope="module")
def address(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The whole dashboard behind its fence, on the small release."""
    app = beside_static(ROOT / "app.py", tmp_path_factory.mktemp("app"))
    with served(app, env={"HOTSPOTS_HOME": str(home), "HOTSPOTS_AUDIENCE": "operations"}) as url:
        yield url


@pytest.fixture(autouse=True)
def clean(home: Path) -> None:
    book = Logbook(home)
    for number in book.visits()["id"]:
        book.undo(int(number))
    for spot_id in book.struck(shift=world.WEDNESDAY):
        book.unstrike(spot_id, shift=world.WEDNESDAY)


def opened(page: Page, address: str, query: str = "") -> None:
    page.goto(f"{address}/passlista{query}")
    page.locator(".hs-place").nth(4).wait_for(timeout=60_000)


def names(page: Page) -> list[str]:
    return page.locator(".hs-place h3").all_inner_texts()


def card(page: Page, number: int):  # type: ignore[no-untyped-def]
    return page.locator(f".st-key-pass_place_{number}")


@pytest.mark.parametrize("width", [PHONE, WIDE])
def test_five_places_with_reason_window_and_last_visit(chromium: Browser, address: str, width: int) -> None:
    with watched_page(chromium, address, width=width) as page:
        opened(page, address)
        first = card(page, 1)
        assert names(page)[:2] == ["Järntorget", "Vivalla centrum"] and len(names(page)) == 5
        expect(first).to_contain_text("Återkommande sedan mars 2025, aktiv alla de fyra senaste veckorna")
        expect(first).to_contain_text("inget besök på 9 dagar")
        expect(first).to_contain_text("18.00–24.00")
        expect(first).to_contain_text("21 september 2026")
        page.locator(".hotmap[data-cells]").wait_for(timeout=60_000)
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width


def test_a_visit_is_ticked_in_three_clicks_on_a_phone_and_undone(chromium: Browser, address: str, home: Path) -> None:
    with watched_page(chromium, address, width=PHONE) as page:
        opened(page, address)
        before = names(page)
        card(page, 1).get_by_role("button", name="Bocka av besök").click()
        card(page, 1).get_by_role("button", name="Spara besöket").click()
        expect(card(page, 1)).to_contain_text("Besökt kl. 18.00, 15 minuter, till fots.")
        kept = Logbook(home).visits()
        assert kept["spot_id"].tolist() == ["P-castle"] and kept["minutes"].tolist() == [15]
        assert kept["started"].tolist() == [world.WEDNESDAY]
        assert names(page) == before  # the list lies still while one walks it
        card(page, 1).get_by_role("button", name="Ångra").click()
        expect(card(page, 1)).not_to_contain_text("Besökt kl.")
        assert not len(Logbook(home).visits())


def test_a_short_visit_after_midnight_is_kept_and_named_short(chromium: Browser, address: str, home: Path) -> None:
    with watched_page(chromium, address, width=PHONE) as page:
        opened(page, address)
        card(page, 2).get_by_role("button", name="Bocka av besök").click()
        minutes = card(page, 2).get_by_label("Minuter på plats")
        minutes.fill("5")
        minutes.press("Tab")
        hour = card(page, 2).get_by_role("spinbutton").first
        hour.click()
        page.keyboard.type("0030")
        card(page, 2).get_by_role("button", name="Spara besöket").click()
        expect(card(page, 2)).to_contain_text("Under 10 minuter")
        kept = Logbook(home).visits()
        assert kept["started"].dt.strftime("%Y-%m-%dT%H:%M").tolist() == ["2026-10-01T00:30"]
        assert kept["dose"].tolist() == [False]


def test_a_place_is_struck_for_a_reason_and_put_back(chromium: Browser, address: str, home: Path) -> None:
    with watched_page(chromium, address, width=WIDE) as page:
        opened(page, address)
        card(page, 2).get_by_role("button", name="Ta bort från listan").click()
        page.get_by_text("Avstängt eller evenemang").click()
        page.get_by_role("button", name="Ta bort", exact=True).click()
        back = page.get_by_role("button", name="Lägg tillbaka Vivalla centrum")
        back.wait_for()
        assert "Vivalla centrum" not in names(page)
        assert Logbook(home).struck(shift=world.WEDNESDAY) == {"P-vivalla": "closed"}
        back.click()
        expect(page.locator(".hs-place h3").filter(has_text="Vivalla centrum")).to_be_visible()
        assert Logbook(home).struck(shift=world.WEDNESDAY) == {}


def test_the_keyboard_reaches_and_opens_the_tick(chromium: Browser, address: str) -> None:
    with watched_page(chromium, address, width=WIDE) as page:
        opened(page, address)
        button = card(page, 1).get_by_role("button", name="Bocka av besök")
        for _ in range(60):
            page.keyboard.press("Tab")
            if button.evaluate("b => b === document.activeElement"):
                break
        else:
            raise AssertionError("the button is not reached by Tab")
        page.keyboard.press("Enter")
        expect(card(page, 1).get_by_role("button", name="Spara besöket")).to_be_visible()


def test_the_print_and_the_table_can_be_taken_along(chromium: Browser, address: str) -> None:
    with watched_page(chromium, address, width=WIDE) as page:
        opened(page, address)
        with page.expect_download() as printed:
            page.get_by_role("button", name="Skriv ut (pdf, A5)").click()
        assert printed.value.suggested_filename == "passlista_2026-09-30.pdf"
        assert Path(printed.value.path()).read_bytes().startswith(b"%PDF-")
        with page.expect_download() as table:
            page.get_by_role("button", name="Tabell för Excel (csv)").click()
        raw = Path(table.value.path()).read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
        assert [r["name"] for r in rows] == names(page) and "," in rows[0]["lat"]


def test_how_it_was_counted_names_seed_sources_and_weights(chromium: Browser, address: str) -> None:
    with watched_page(chromium, address, width=WIDE) as page:
        opened(page, address, "?lang=en")
        page.get_by_text("How we counted").click()
        how = page.locator("[data-testid=stExpander]").last
        for words in ("random number 2026093018", "reported or outreach", "40%", "Koper 1995", "forecast"):
            expect(page.locator("[data-testid=stMain]") if words == "forecast" else how).to_contain_text(words)


def test_hostile_names_stay_texts(chromium: Browser, tmp_path: Path) -> None:
    table = world.spots_table()
    lines = [HOSTILE[i % len(HOSTILE)] for i in range(len(table))]
    home = tmp_path / "study"
    world.make(home, spots=table.assign(name=lines), hours=HOURS)
    Logbook(home).strike("P-station", shift=world.WEDNESDAY, reason="time")
    Logbook(home).tick("P-castle", HOSTILE[-1], started=world.WEDNESDAY, minutes=15, kind="foot")
    (tmp_path / "app").mkdir()
    with (
        served(beside_static(ROOT / "app.py", tmp_path / "app"), env={"HOTSPOTS_HOME": str(home)}) as url,
        watched_page(chromium, url, width=WIDE) as page,
    ):
        page.goto(f"{url}/passlista")
        page.locator(".hs-place").nth(3).wait_for(timeout=60_000)
        page.locator(".hotmap[data-cells]").wait_for(timeout=60_000)
        assert set(names(page)) <= {" ".join(line.split()) for line in lines}
        assert page.evaluate("window.pwned === undefined")


def test_without_a_place_to_keep_visits_the_list_is_still_there(chromium: Browser, tmp_path: Path) -> None:
    home = tmp_path / "study"
    world.make(home, hours=HOURS)
    shutil.rmtree(home / "desk", ignore_errors=True)
    (home / "desk").write_text("a file where the folder should be")
    (tmp_path / "app").mkdir()
    with (
        served(beside_static(ROOT / "app.py", tmp_path / "app"), env={"HOTSPOTS_HOME": str(home)}) as url,
        watched_page(chromium, url, width=PHONE) as page,
    ):
        opened(page, url)
        expect(page.get_by_text("Besök kan inte sparas i studiens mapp")).to_be_visible()
        card(page, 1).get_by_role("button", name="Bocka av besök").click()
        card(page, 1).get_by_role("button", name="Spara besöket").click()
        expect(page.get_by_text("Besök kan inte sparas i studiens mapp").first).to_be_visible()
        assert len(names(page)) == 5
