"""The frame round the pages: what a reader chose stays chosen when she goes from page to page by clicking."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import dashboard, launch, watched_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(demo_home: Path) -> Iterator[str]:
    with dashboard(demo_home) as url:
        yield url


def test_the_language_stays_when_the_page_changes(chromium: Browser, address: str) -> None:
    with watched_page(chromium, address, width=1440) as page:
        page.goto(address)
        heading = page.locator("[data-testid=stMain] h1").first
        expect(heading).to_have_text("Karta", timeout=60_000)
        page.get_by_text("English", exact=True).click()
        expect(heading).to_have_text("Map", timeout=30_000)
        page.get_by_role("link", name="About").click()
        expect(heading).to_have_text("About", timeout=30_000)
        page.get_by_role("link", name="Gathering spots").click()
        expect(heading).to_have_text("Gathering spots", timeout=30_000)
        page.wait_for_function("document.documentElement.lang === 'en'")


def test_the_audience_stays_when_the_page_changes(chromium: Browser, address: str) -> None:
    with watched_page(chromium, address, width=1440) as page:
        page.goto(address)
        expect(page.locator("[data-testid=stMain] h1").first).to_have_text("Karta", timeout=60_000)
        page.locator("[data-testid=stSelectbox]").first.click()
        page.get_by_role("option", name="Öppet för alla").click()
        expect(page.locator(".hs-bar")).to_contain_text("öppet för alla", timeout=30_000)
        page.get_by_role("link", name="Om").click()
        expect(page.locator("[data-testid=stMain] h1").first).to_have_text("Om", timeout=30_000)
        expect(page.locator(".hs-bar")).to_contain_text("öppet för alla")
        assert page.get_by_role("link", name="Data").count() == 0
