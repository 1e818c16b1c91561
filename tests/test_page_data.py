"""The page Data as a coordinator uses it: a real server with its worker, real files, a real Chromium."""

import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hotspots.errors import Trouble
from hotspots.intake import own
from hotspots.pages import data_templates
from hotspots.vault import Vault
from tests.browser import free_port, launch, watched_page
from tests.test_jobs import make_study, running, until

pytestmark = pytest.mark.browser
NAMES = tuple(f"Hemlig Hemligsson{i}" for i in range(240))
NUMBERS = tuple(f"19850203-{1000 + i}" for i in range(240))
KINDS = ("Stökigt gäng", "Klotter & sprej", "Trasig lampa", "Nedskräpning")
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


def messy_csv() -> bytes:
    """240 rows as a municipality's own system writes them; four rows of a rare kind; persons in two columns."""
    dice = random.Random(4)
    lines = ["Ärende;Datum;Tid;E;N;Händelse;Namn;Personnummer;Kommentar"]
    for i in range(240):
        east = 512_271 + dice.choice((0, 300, 900)) + dice.gauss(0, 25)
        north = 6_570_571 + dice.choice((0, 400)) + dice.gauss(0, 25)
        day = f"{dice.randint(1, 28):02d}/{dice.randint(1, 12):02d}/2025"
        clock = f"{dice.randint(8, 23):02d}:{dice.randint(0, 59):02d}"
        place = f"{east:.1f};{north:.1f}".replace(".", ",")
        kind = "Ovanligt" if i < 4 else dice.choice(KINDS)
        lines.append(f"A-{i};{day};{clock};{place};{kind};{NAMES[i]};{NUMBERS[i]};sedd av {NAMES[i]}")
    return "\r\n".join(lines).encode("utf-8-sig")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_study(tmp_path_factory.mktemp("page") / "study")


@pytest.fixture(scope="module")
def address(served_home: Path) -> Iterator[str]:
    port = free_port()
    with running(["hotspots", "--home", str(served_home), "serve", "--no-browser", "--port", str(port)]) as server:
        until(lambda: server.poll() is not None or answers(port))
        assert server.poll() is None, "the server ended while starting"
        yield f"http://localhost:{port}"


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://localhost:{port}/_stcore/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except (URLError, OSError):
        return False


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    with watched_page(chromium, address, height=2400) as page:
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/data")
        heading(page, "Välj en fil")
        yield page
        forgive_downloads(page)


def forgive_downloads(page: Page) -> None:
    """Streamlit fetches what its download buttons hold ahead of a click, and gives up when the button leaves."""
    page.troubles[:] = [t for t in page.troubles if not re.search(r"^failed: .*/media/\S+\.csv net::ERR_ABORTED$", t)]


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def upload(page: Page, name: str, content: bytes) -> None:
    given = {"name": name, "mimeType": "text/csv", "buffer": content}
    page.locator("input[type=file]").first.set_input_files(given)
    heading(page, "Beskriv filen")


def choose(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def number_on(page: Page, label: str) -> str:
    return page.locator(".hs-card").filter(has=page.get_by_text(label, exact=True)).locator(".value").inner_text()


def files_of(home: Path) -> dict[str, dict[str, Any]]:
    """Reports of the files in the vault by name; the worker may hold the vault for a moment."""
    end = time.monotonic() + 60
    while True:
        try:
            with Vault(home) as vault:
                return {f["name"]: f["report"] for f in vault.files()}
        except Trouble:
            assert time.monotonic() < end, "the vault stays busy"
            time.sleep(0.2)


def bytes_below(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes()


def test_a_filled_in_template_is_known_and_goes_in(page: Page, served_home: Path):
    content = data_templates.content("reports")
    upload(page, "mall_rapporter.csv", content)
    title = own.load("template_reports", served_home).title.sv
    expect(page.get_by_role("combobox", name="Vilken sorts fil är det?")).to_have_value(title)
    press(page, "Pröva filen")
    heading(page, "Så här skulle filen läsas in")
    assert (number_on(page, "Rader"), number_on(page, "Godkända"), number_on(page, "Nya")) == ("1", "1", "1")
    press(page, "Läs in och publicera")
    heading(page, "Klart")
    expect(page.get_by_text("mall_rapporter.csv")).to_be_visible()
    press(page, "Läs in en fil till")
    heading(page, "Välj en fil")
    upload(page, "samma.csv", content)
    press(page, "Pröva filen")
    expect(page.get_by_text("Alla rader finns redan. Kartan ändras inte.")).to_be_visible()
    press(page, "Välj en annan fil")
    heading(page, "Välj en fil")


def test_a_messy_file_of_her_own_reaches_the_map_and_can_be_taken_back(page: Page, served_home: Path):
    upload(page, "Synpunkter 2025.csv", messy_csv())
    body = page.locator("body")
    expect(page.get_by_text("Läses inte in: Ärende, Namn, Personnummer och Kommentar.")).to_be_visible()
    expect(page.get_by_text("Ovanligt", exact=True)).to_be_visible()  # four rows: the count is not shown
    expect(page.get_by_text(re.compile(r"^Trasig lampa \(\d+ rader\)$"))).to_be_visible()
    expect(page.get_by_role("combobox", name="Koordinatsystem", exact=True)).to_have_value("SWEREF 99 TM (EPSG:3006)")
    for label, option in (
        ("Trasig lampa", "Fysisk miljö: belysning"),
        ("Stökigt gäng", "Ungdomssamlingar och ofog: ungdomssamling som stör"),
        ("Ovanligt", "Läs inte in"),
    ):
        choose(page, label, option)
    expect(page.get_by_text("har ingen kategori")).to_have_count(0)
    press(page, "Pröva filen")
    heading(page, "Så här skulle filen läsas in")
    expect(body).to_contain_text("Kategorin är bortvald")
    assert (number_on(page, "Rader"), number_on(page, "Avvisade"), number_on(page, "Nya")) == ("240", "4", "236")

    page.reload()  # the number in the address finds the work again
    heading(page, "Så här skulle filen läsas in")
    with page.expect_download() as download:
        press(page, "Spara radrapporten (csv)")
    report = download.value.path().read_bytes()
    assert download.value.suggested_filename == "radrapport.csv"
    assert report.startswith(b"\xef\xbb\xbf") and report.count(b"refused_category") == 4
    assert not any(name.encode() in report for name in (*NAMES, *NUMBERS))

    press(page, "Tillbaka till beskrivningen")
    heading(page, "Beskriv filen")
    expect(page.get_by_role("combobox", name="Trasig lampa")).to_have_value("Fysisk miljö: belysning")
    press(page, "Pröva filen")
    heading(page, "Så här skulle filen läsas in")
    press(page, "Läs in och publicera")
    heading(page, "Klart")
    for folder in ("vault", "inbox", "releases", "quarantine", "profiles", "log"):
        for path, content in bytes_below(served_home / folder):
            assert b"Hemligsson" not in content and b"19850203" not in content, path.name
    assert own.load("synpunkter_2025", served_home).columns["x"] == ("E",)

    press(page, "Se kartan")
    heading(page, "Karta")
    expect(page.locator(".hotmap[data-cells]").first).to_be_visible()
    assert int(page.locator(".hotmap").first.get_attribute("data-cells")) > 0

    page.get_by_role("link", name="Data", exact=True).click()
    expect(page.get_by_text("Synpunkter 2025.csv")).to_be_visible()
    press(page, "Ta bort")  # the newest file stands first
    press(page, "Ja, ta bort filen")
    expect(page.get_by_text("Filen är borttagen: 236 rader togs bort.")).to_be_visible()
    expect(page.get_by_text("Synpunkter 2025.csv")).to_have_count(0)
    assert "Synpunkter 2025.csv" not in files_of(served_home)


def test_a_stopped_file_goes_in_only_with_a_reason(page: Page, served_home: Path):
    good = "a{0};2026-02-01 12:00;;59,27;15,21;public_disorder;reported\r\n"
    bad = "b{0};i går;;59,27;15,21;public_disorder;reported\r\n"
    rows = "".join(good.format(i) for i in range(18)) + "".join(bad.format(i) for i in range(2))
    upload(page, "halv.csv", b"id;start;end;lat;lon;category;source\r\n" + rows.encode())
    press(page, "Pröva filen")
    heading(page, "Filen stoppades")
    anyway = page.get_by_role("button", name="Läs in ändå och publicera")
    expect(anyway).to_be_disabled()
    page.get_by_role("textbox", name="Skäl till att läsa in ändå").fill("två rader utan tid i källan")
    page.keyboard.press("Tab")
    expect(anyway).to_be_enabled()
    anyway.click()
    heading(page, "Klart")
    kept = files_of(served_home)["halv.csv"]
    assert (kept["reason"], kept["accepted"], kept["quarantined"]) == ("två rader utan tid i källan", 18, 2)


def test_a_place_file_turns_names_into_cells(page: Page, served_home: Path):
    places = "name;lat;lng\r\nSlottet;59,2739;15,2153\r\nStationen;59,2786;15,2120\r\n".encode("utf-8-sig")
    page.locator("input[type=file]").last.set_input_files(
        {"name": "platser.csv", "mimeType": "text/csv", "buffer": places}
    )
    expect(page.get_by_text("2 platser är sparade.")).to_be_visible()
    upload(
        page,
        "adresser.csv",
        b"Datum;Plats;Typ\r\n2026-03-01;Slottet;klotter\r\n2026-03-02;stationen;klotter\r\n",
    )
    choose(page, "Hur står platsen i filen?", "Adress eller platsnamn")
    choose(page, "Adress eller platsnamn", "Plats")
    choose(page, "Kolumn med kategori", "Typ")
    choose(page, "klotter", "Skadegörelse och brand: klotter")
    press(page, "Pröva filen")
    heading(page, "Så här skulle filen läsas in")
    assert (number_on(page, "Rader"), number_on(page, "Godkända")) == ("2", "2")
    press(page, "Välj en annan fil")


def test_what_cannot_be_read_is_said_in_a_sentence(page: Page):
    page.locator("input[type=file]").first.set_input_files(
        {"name": "tom.csv", "mimeType": "text/csv", "buffer": b"\x00\x01\x02" * 50}
    )
    heading(page, "Det gick inte")
    expect(page.get_by_role("alert").first).not_to_be_empty()
    press(page, "Välj en annan fil")
    heading(page, "Välj en fil")


def test_hostile_headers_and_values_are_shown_as_text(page: Page):
    evil = "<img src=x onerror=alert(1)>"
    link = "![x](http://evil.invalid/a.png)"
    text = f"Datum;lat;lon;{evil}\r\n2026-03-01;59,27;15,21;{link}\r\n"
    upload(page, "ond.csv", text.encode())
    choose(page, "Kolumn med kategori", evil)
    # The table keeps a hidden copy of its cells for screen readers: look for the words that are seen.
    expect(page.get_by_text(link, exact=True).filter(visible=True).first).to_be_visible()
    press(page, "Välj en annan fil")


def test_a_phone_sees_the_page_without_scrolling_sideways(chromium: Browser, address: str):
    with watched_page(chromium, address, width=390, height=844) as page:
        page.goto(f"{address}/data")
        heading(page, "Välj en fil")
        upload(page, "Synpunkter 2025.csv", messy_csv())
        expect(page.get_by_role("button", name="Pröva filen")).to_be_visible()
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
        press(page, "Välj en annan fil")
        heading(page, "Välj en fil")
        forgive_downloads(page)
