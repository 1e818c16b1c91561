"""The dashboard as its readers meet it: the real server, a real Chromium without WebGL, no network outside."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import ROOT, _wait, free_port, launch, watched_page

pytestmark = pytest.mark.browser
PAGES = {
    "karta": ("Karta", "Map"),
    "samlingsplatser": ("Samlingsplatser", "Gathering spots"),
    "passlista": ("Passlista", "Shift list"),
    "data": ("Data", "Data"),
    "om": ("Om", "About"),
}
LANGUAGES = ("sv", "en")
SQUARE = [59.27485, 15.2141]  # the demonstration plants a recurring spot here


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration as `hotspots serve` serves it, worker and all."""
    port, log = free_port(), tmp_path_factory.mktemp("serve") / "log"
    command = [sys.executable, "-m", "hotspots", "--home", str(demo_home), "serve", "--no-browser", "--port", str(port)]
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=out, stderr=subprocess.STDOUT)
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", server, log, 90)
            yield f"http://localhost:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def title(page: Page, text: str) -> None:
    expect(page.locator("[data-testid=stMain] h1").first).to_have_text(text, timeout=60_000)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_in_both_languages(chromium: Browser, address: str, name: str, language: str) -> None:
    with watched_page(chromium, address) as page:
        page.goto(f"{address}/{name}?lang={language}")
        title(page, PAGES[name][LANGUAGES.index(language)])
        expect(page.locator(".hs-demo")).to_contain_text({"sv": "Påhittade data", "en": "Made-up data"}[language])
        expect(page.locator(".hs-bar")).to_be_visible()
        page.wait_for_function("lang => document.documentElement.lang === lang", arg=language)
        assert page.locator("[data-testid=stException]").count() == 0


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_the_screen(chromium: Browser, address: str, name: str, width: int) -> None:
    with watched_page(chromium, address, width=width, height=900) as page:
        page.goto(f"{address}/{name}")
        title(page, PAGES[name][0])
        page.wait_for_timeout(1_500)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_map_the_table_and_the_panel_point_at_one_thing(chromium: Browser, address: str) -> None:
    with watched_page(chromium, address, width=1440) as page:
        page.goto(f"{address}/karta")
        title(page, "Karta")
        page.locator(".hotmap[data-cells]").wait_for(timeout=60_000)
        assert int(page.locator(".hotmap").get_attribute("data-cells") or 0) > 20
        at = page.evaluate(
            "([lat, lng]) => document.querySelector('.hotmap').state.map.latLngToContainerPoint([lat, lng])", SQUARE
        )
        page.locator(".hotmap").click(position={"x": at["x"], "y": at["y"]})
        panel = page.locator("[data-testid=stMain] h2")
        expect(panel.first).to_contain_text("Järntorget", timeout=30_000)
        expect(page.get_by_text("Flest händelser")).to_be_visible()


def test_where_staff_were_sent_is_never_more_than_expected(chromium: Browser, address: str) -> None:
    with watched_page(chromium, address, width=1440) as page:
        page.goto(f"{address}/karta")
        title(page, "Karta")
        page.locator(".hotmap[data-cells]").wait_for(timeout=60_000)
        expect(page.locator(".hs-card").first).to_contain_text("Händelser som visas")
        expect(page.get_by_text("Rutor med fler än väntat")).to_be_visible()
        page.locator("[data-testid=stSelectbox]").nth(3).click()
        page.get_by_role("option", name="Uppsökande besök").click()
        expect(page.locator(".hs-card").first).to_contain_text("Besök som visas", timeout=30_000)
        expect(page.get_by_text("Rutor med fler än väntat")).to_have_count(0)
        expect(page.locator(".legend")).not_to_contain_text("fler än väntat")


def test_a_number_on_the_map_is_found_in_the_list_beside_it(chromium: Browser, address: str) -> None:
    with watched_page(chromium, address, width=1440) as page:
        page.goto(f"{address}/karta")
        title(page, "Karta")
        page.get_by_role("button", name="1 Järntorget").click()
        expect(page.locator(".hotmap-spot.chosen")).to_have_text("● 1", timeout=30_000)
        page.get_by_role("button", name="Alla platser").click()
        expect(page.locator(".hotmap-spot.chosen")).to_have_count(0, timeout=30_000)


def test_the_map_file_is_previewed_and_downloads(chromium: Browser, address: str, tmp_path: Path) -> None:
    with watched_page(chromium, address, width=1440) as page:
        page.goto(f"{address}/karta")
        title(page, "Karta")
        page.get_by_text("Förhandsvisa kartfilen").click()
        frame = page.frame_locator("iframe").first
        expect(frame.locator(".leaflet-container")).to_be_visible(timeout=60_000)
        with page.expect_download() as download:
            page.get_by_role("button", name="Karta som fil").click()
        download.value.save_as(tmp_path / "map.html")
        content = (tmp_path / "map.html").read_text("utf-8")
        assert "Påhittade data" in content and "<html" in content


def test_whose_eyes_can_be_chosen_in_the_demonstration(chromium: Browser, address: str) -> None:
    with watched_page(chromium, address, width=1440) as page:
        page.goto(f"{address}/karta")
        title(page, "Karta")
        page.locator("[data-testid=stSelectbox]").first.click()
        page.get_by_role("option", name="Öppet för alla").click()
        expect(page.locator(".hs-bar")).to_contain_text("öppet för alla", timeout=30_000)
        expect(page.get_by_text("Rutor och platser visas inte")).to_be_visible()
        expect(page.locator(".hotmap-credit")).to_contain_text("SCB (CC0)", timeout=30_000)
        expect(page.locator(".legend")).to_contain_text("Händelser per område")
        expect(page.get_by_text("Så räknade vi")).to_be_visible()
        assert page.locator("[data-testid=stException]").count() == 0
        assert page.get_by_role("link", name="Data").count() == 0, "the page Data exists for operations only"


def header(url: str, **headers: str) -> tuple[int, dict[str, str]]:
    try:
        with urlopen(Request(url, headers=headers), timeout=10) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}
    except HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}


def test_headers_shut_out_foreign_scripts_and_names(address: str) -> None:
    status, headers = header(address)
    assert status == 200
    policy = headers["content-security-policy"]
    scripts = next(p for p in policy.split(";") if p.strip().startswith("script-src"))
    assert "unsafe-inline" not in scripts and "unsafe-eval" not in scripts and "connect-src 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
    assert header(f"{address}/_stcore/metrics")[0] == 404
    assert header(address, Host="evil.example")[0] >= 400, "a foreign name that points here is refused"
    assert header(f"{address}/preview/guess")[0] == 404


def test_the_dashboard_process_never_saw_the_vault(address: str, demo_home: Path) -> None:
    """The running server's own open files and mapped libraries: no vault, no DuckDB."""
    port = address.rsplit(":", 1)[1]
    servers = [
        p
        for p in Path("/proc").iterdir()
        if p.name.isdigit() and f"--server.port={port}".encode() in (p / "cmdline").read_bytes()
    ]
    assert servers
    for process in servers:
        maps = (process / "maps").read_text()
        assert "duckdb" not in maps
        links = [str(f.readlink()) for f in (process / "fd").iterdir() if f.is_symlink()]
        assert not any("/vault/" in link for link in links)
