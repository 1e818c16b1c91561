"""Chromium of the system under Playwright, as a locked desktop has it: no WebGL, no network outside this machine."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, Playwright

FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-3d-apis",  # WebGL off
)
ROOT = Path(__file__).resolve().parent.parent
HOSTILE = tuple((Path(__file__).parent / "hostile.txt").read_text("utf-8").splitlines())


def chromium() -> str:
    """The path of Chromium; the test skips, with a sentence, where there is none."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("no Chromium here: apt install chromium, or set CHROMIUM=/path/to/it")
    return found


def launch(playwright: Playwright) -> Browser:
    """A browser; without a sandbox only for root, who cannot have one, and who opens our own pages alone."""
    flags = [*FLAGS, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else list(FLAGS)
    return playwright.chromium.launch(executable_path=chromium(), args=flags)


@contextmanager
def watched_page(
    browser: Browser, own: str, *, width: int = 1280, height: int = 1000, offline: bool = False, locale: str = "sv-SE"
) -> Iterator[Page]:
    """A page whose test fails on any request outside `own`, failed request, page error or dialog.

    `page.troubles` is the list; a test that provokes a trouble takes it out of the list itself.
    """
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=locale, offline=offline, accept_downloads=True
    )
    page = context.new_page()
    troubles: list[str] = []
    page.troubles = troubles  # type: ignore[attr-defined]

    def request(r: object) -> None:
        url = r.url  # type: ignore[attr-defined]
        if not url.startswith((own, "data:", "blob:", "about:", own.replace("http", "ws", 1))):
            troubles.append(f"outside: {url}")

    def dialog(d: object) -> None:
        troubles.append("dialog: a script of the data ran")
        d.dismiss()  # type: ignore[attr-defined]

    page.on("request", request)
    page.on("requestfailed", lambda r: troubles.append(f"failed: {r.url} {r.failure}"))
    page.on("pageerror", lambda e: troubles.append(f"error: {e}"))
    page.on("dialog", dialog)
    try:
        yield page
        assert not troubles, troubles
    finally:
        context.close()


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def served(
    script: Path, *, cwd: Path | None = None, env: dict[str, str] | None = None, patience: float = 60
) -> Iterator[str]:
    """A Streamlit server on a free port; gives its address. `script`: a page or an app with `static/` beside it."""
    port = free_port()
    command = [
        sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}", "--server.address=127.0.0.1",
        "--server.headless=true", "--server.enableStaticServing=true", "--server.fileWatcherType=none",
        "--browser.gatherUsageStats=false",
    ]  # fmt: skip
    surroundings = os.environ | {"PYTHONPATH": str(ROOT)} | (env or {})
    log = script.parent / f"server-{port}.log"
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=cwd or ROOT, env=surroundings, stdout=out, stderr=subprocess.STDOUT)
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", server, log, patience)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path, patience: float) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            with urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not start: {log.read_text()}")


def beside_static(script: Path, folder: Path) -> Path:
    """A copy of `script` in `folder` beside a link to our static/, as Streamlit wants it."""
    target = folder / script.name
    target.write_text(script.read_text("utf-8"), "utf-8")
    (folder / "static").symlink_to(ROOT / "static", target_is_directory=True)
    return target


@contextmanager
def dashboard(home: Path, *, patience: float = 90) -> Iterator[str]:
    """A study as `hotspots serve` serves it, worker and all; gives its address."""
    port = free_port()
    log = home.parent / f"serve-{port}.log"
    command = [sys.executable, "-m", "hotspots", "--home", str(home), "serve", "--no-browser", "--port", str(port)]
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", server, log, patience)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            server.wait(30)
