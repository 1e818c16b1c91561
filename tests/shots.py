"""Screenshots of every page at 1440 and 390 px in both languages: python -m tests.shots URL FOLDER [page ...]."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import launch

PAGES = ("karta", "samlingsplatser", "passlista", "data", "om")
SIZES = {1440: 1150, 390: 844}


def main(url: str, folder: Path, pages: tuple[str, ...]) -> None:
    """One PNG per page, width and language, named <page>-<width>-<language>.png."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for width, height in SIZES.items():
            for language in ("sv", "en"):
                for name in pages:
                    page = browser.new_page(viewport={"width": width, "height": height}, locale="sv-SE")
                    page.goto(f"{url}/{name}?lang={language}")
                    page.locator("[data-testid=stMain] h1").first.wait_for(timeout=60_000)
                    if name in ("karta", "samlingsplatser", "passlista"):
                        page.locator(".hotmap canvas").first.wait_for(timeout=60_000)
                    page.wait_for_timeout(2_500)
                    # The page scrolls inside its frame: as high a window as the content, so that all of it is seen.
                    content = "document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight + 40"
                    tall = page.evaluate(content)
                    page.set_viewport_size({"width": width, "height": max(height, min(int(tall), 4_000))})
                    page.wait_for_timeout(1_200)
                    page.screenshot(path=folder / f"{name}-{width}-{language}.png")
                    page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), tuple(sys.argv[3:]) or PAGES)
