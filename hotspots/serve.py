"""Start the dashboard and the worker as siblings on this machine, and end both together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable
from pathlib import Path

from hotspots import jobs, release
from hotspots.errors import OurFault, Trouble
from hotspots.paths import product_root
from hotspots.words import Text

ADDRESS = "127.0.0.1"
START_SECONDS = 90
_PR_SET_PDEATHSIG = 1  # linux/prctl.h: the signal a process gets when the one that started it ends


def free_port(first: int = 8501) -> int:
    """The first free port of this machine from `first` on."""
    for port in range(first, first + 200):
        if _is_free(port):
            return port
    raise Trouble(
        "no_port", Text(sv="Ingen port är ledig", en="No port is free"), do=Text(sv="Ange --port", en="Give --port")
    )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that is only cooling down counts as free
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
    return True


def check_port(port: int) -> None:
    """Raises Trouble `port_in_use` unless the port can be had; 0 stands for the first free one."""
    if port and not _is_free(port):
        raise Trouble(
            "port_in_use",
            Text(sv="Porten är upptagen eller får inte användas", en="The port is in use, or may not be used"),
            where=f"--port {port}",
            do=Text(
                sv="Avsluta det som använder den, eller välj en annan port",
                en="End what uses it, or choose another port",
            ),
        )


def dashboard_command(port: int) -> list[str]:
    """The dashboard's process; the settings that matter for safety are set here and in .streamlit/config.toml."""
    return [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(product_root() / "app.py"),
        f"--server.port={port}",
        f"--server.address={ADDRESS}",
        "--server.allowedHosts=localhost",  # a foreign name that points here (DNS rebinding) is refused
        "--server.allowedHosts=127.0.0.1",
        "--server.headless=true",
        "--server.enableStaticServing=true",
        "--server.fileWatcherType=none",
        "--server.maxUploadSize=200",
        "--browser.gatherUsageStats=false",
        "--client.showErrorDetails=none",
        "--client.toolbarMode=minimal",
    ]


def environment(home: Path, audience: str, language: str) -> dict[str, str]:
    """What the dashboard is told: which study, which audience, which language first."""
    return os.environ | {
        "HOTSPOTS_HOME": str(home.resolve()),
        "HOTSPOTS_AUDIENCE": audience,
        "HOTSPOTS_LANG": language,
    }


def wait_until_up(port: int, process: subprocess.Popen[bytes], seconds: float = START_SECONDS) -> None:
    """Until the dashboard answers.

    Raises:
        OurFault: when it ends or stays silent.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise OurFault("the dashboard ended while starting")
        try:
            with urllib.request.urlopen(f"http://{ADDRESS}:{port}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise OurFault("the dashboard did not answer in time")


def serve(home: Path, *, audience: str, port: int, browser: bool, language: str, say: Callable[[str], None]) -> None:
    """Run until interrupted. The worker runs for `operations` only: the page Data exists for nobody else.

    Raises:
        Trouble: `no_port`, `port_in_use`.
        OurFault: when the dashboard does not start, or when it or the worker ends by itself.
    """
    check_port(port)
    port = port or free_port()
    env = environment(home, audience, language)
    # The dashboard's own folder is neutral: nothing of the study lies on its import or working path.
    dashboard = subprocess.Popen(
        dashboard_command(port), env=env, cwd=product_root(), start_new_session=True, preexec_fn=_end_with(os.getpid())
    )
    processes = [dashboard]
    if audience == "operations":
        worker = [sys.executable, "-m", "hotspots.worker", str(home.resolve())]
        processes.append(subprocess.Popen(worker, env=env, start_new_session=True))  # watches its parent itself

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    try:
        wait_until_up(port, processes[0])
        url = f"http://localhost:{port}"
        say(Text(sv=f"Öppen på {url} (avsluta med Ctrl+C)", en=f"Open at {url} (end with Ctrl+C)").to(language))
        if not _has_release(home, audience):
            say(
                Text(
                    sv="Inget är publicerat ännu: sidan Data visar hur",
                    en="Nothing is published yet: see the page Data",
                ).to(language)
            )
        if browser:
            webbrowser.open(url)
        while all(p.poll() is None for p in processes):
            time.sleep(0.5)
        which = (
            Text(sv="Instrumentpanelen avslutades oväntat", en="The dashboard ended unexpectedly")
            if dashboard.poll() is not None
            else Text(sv="Arbetaren som läser in filer avslutades oväntat", en="The worker ended unexpectedly")
        )
        say(which.to(language))
        raise OurFault(which.en)
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        if audience == "operations":
            jobs.sweep(home, older_than=-1)  # uploads that nobody finished do not stay on the disk


def _end_with(parent: int) -> Callable[[], None] | None:
    """For the child between fork and exec: be ended when the parent ends, even by kill -9. Linux alone offers this."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it ended before we could ask
            os._exit(1)

    return ask


def _has_release(home: Path, audience: str) -> bool:
    try:
        release.current(home, audience)
    except Trouble:
        return False
    return True
