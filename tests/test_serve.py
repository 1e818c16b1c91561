"""Serving: the port is checked first, both processes end together, and neither outlives the command."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from hotspots import study

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serve") / "study"
    study.create(folder, municipalities=["1880"])
    return folder


def until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.1)


def command(home: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "hotspots", "--home", str(home), *more, "--no-browser"]


@pytest.fixture
def serving(home: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, psutil.Process]]]:
    """The running command and its two children."""
    process = subprocess.Popen(command(home, "serve"), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    children: dict[str, psutil.Process] = {}
    try:
        assert process.stderr is not None
        while "http://localhost:" not in (line := process.stderr.readline()):
            assert line, "it ended while starting"
        for child in psutil.Process(process.pid).children():
            children["worker" if "hotspots.worker" in child.cmdline() else "dashboard"] = child
        assert set(children) == {"worker", "dashboard"}
        yield process, children
    finally:
        for child in children.values():
            if child.is_running():
                child.kill()
        process.kill()
        process.wait(10)


def gone(child: psutil.Process) -> bool:
    return not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_neither_outlives_a_command_that_was_killed(serving) -> None:
    process, children = serving
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: all(gone(c) for c in children.values()))


@pytest.mark.parametrize(("which", "word"), [("dashboard", "Instrumentpanelen"), ("worker", "Arbetaren")])
def test_when_one_dies_the_other_ends_and_it_is_said(serving, which: str, word: str) -> None:
    process, children = serving
    children[which].kill()
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1 and f"{word}" in said and "avslutades oväntat" in said
    assert all(gone(c) for c in children.values())


@pytest.mark.parametrize("verb", ["serve", "demo"])
def test_a_port_in_use_is_said_before_anything_starts(home: Path, tmp_path: Path, verb: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        at = home if verb == "serve" else tmp_path
        done = subprocess.run(
            [*command(at, verb), "--port", str(port)], cwd=ROOT, capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 2 and f"--port {port}" in done.stderr
    assert not list(tmp_path.iterdir())
