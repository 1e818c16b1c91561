"""Measuring fairly on a shared machine: pairs in turn, medians of ratios, CPU beside wall, the same answers first."""

import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

PAIRS = 7
NOISY_LOAD = 3.0
SHORTEST = 0.05  # seconds; shorter calls are repeated until they last this long
LIBRARIES = ("numpy", "numba", "scipy", "pandas", "pyarrow", "polars", "duckdb", "narwhals", "h3", "h3ronpy")
PEERS = ("esda", "libpysal", "pymannkendall", "scikit-learn", "geopandas")


@dataclass(frozen=True)
class Pair:
    """Two ways to the same answer; `same(ours, theirs)` asserts that it is the same.

    A peer that is sampled does 1 / `sample` of the work (at least 5 %); its time is multiplied and the row marked X.
    """

    ours: Callable[[], Any]
    theirs: Callable[[], Any]
    same: Callable[[Any, Any], None]
    sample: float = 1.0


@dataclass(frozen=True)
class Bench:
    """One row: what is done, by whom else, and the ratio (their time / ours) below which we look into it."""

    name: str
    task: str
    peer: str
    make: Callable[[], Pair]
    must: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Spent:
    """Seconds of one call: wall, and CPU with children."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Result:
    bench: Bench
    sampled: bool
    ours: Spent
    theirs: Spent
    wall: tuple[float, float, float]  # quartiles of their time / ours
    cpu: tuple[float, float, float]
    load: float
    first_call: float  # seconds of our first call: compiling, reading caches

    @property
    def noisy(self) -> bool:
        return self.load > NOISY_LOAD

    @property
    def verdict(self) -> str:
        """Judged by wall on a quiet machine, by CPU on a noisy one."""
        if self.bench.must is None:
            return "-"
        return "ok" if (self.cpu if self.noisy else self.wall)[1] >= self.bench.must else "LOOK INTO IT"


def measure(bench: Bench, pairs: int = PAIRS) -> Result:
    """Runs a bench: a call of each as warm-up, the answers compared, then pairs in turn A B, B A, A B, ..."""
    pair = bench.make()
    began = time.perf_counter()
    answer = pair.ours()
    first_call = time.perf_counter() - began
    pair.same(answer, pair.theirs())
    del answer
    repeats = [_repeats(pair.ours), _repeats(pair.theirs)]
    load = os.getloadavg()[0]
    spent: tuple[list[Spent], list[Spent]] = ([], [])
    for i in range(pairs):
        for side in (0, 1) if i % 2 == 0 else (1, 0):
            spent[side].append(_spend((pair.ours, pair.theirs)[side], repeats[side], pair.sample if side else 1.0))
    ratios = [[getattr(b, unit) / getattr(a, unit) for a, b in zip(*spent, strict=True)] for unit in ("wall", "cpu")]
    wall, cpu = (tuple(statistics.quantiles(r, n=4, method="inclusive")) for r in ratios)
    ours, theirs = (Spent(*(statistics.median(getattr(s, u) for s in side) for u in ("wall", "cpu"))) for side in spent)
    load = max(load, os.getloadavg()[0])
    return Result(bench, pair.sample != 1.0, ours, theirs, wall, cpu, load, first_call)


def peak_mb(bench: Bench, side: str) -> float:
    """Peak memory in MB of one call beyond what it started with (Linux); meant for a fresh process."""
    pair = bench.make()
    call = pair.ours if side == "ours" else pair.theirs
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # forget the peak of making the input
    before = _status_kb("VmRSS")
    call()
    return (_status_kb("VmHWM") - before) / 1024


def _status_kb(key: str) -> int:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key))


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in both)


def _spend(call: Callable[[], Any], repeats: int, scale: float) -> Spent:
    cpu, wall = _cpu(), time.perf_counter()
    for _ in range(repeats):
        call()
    wall, cpu = time.perf_counter() - wall, _cpu() - cpu
    return Spent(wall * scale / repeats, max(cpu, 1e-6) * scale / repeats)


def _repeats(call: Callable[[], Any]) -> int:
    return max(1, round(SHORTEST / _spend(call, 1, 1.0).wall))


def machine() -> list[str]:
    """What the numbers were made on: processor, instruction sets, cores, load and versions."""
    text = Path("/proc/cpuinfo").read_text("utf-8") if Path("/proc/cpuinfo").exists() else ""
    fields = dict(line.split(":", 1) for line in text.split("\n\n")[0].splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in fields.items()}
    sets = [s for s in ("avx2", "avx512f") if s in fields.get("flags", "").split()]
    cpu = fields.get("model name", platform.processor() or platform.machine())
    return [
        f"{cpu}, {os.cpu_count()} cores, {' '.join(sets) or 'no AVX2'}; load {os.getloadavg()[0]:.1f}",
        f"Python {platform.python_version()}, " + ", ".join(f"{n} {version(n)}" for n in (*LIBRARIES, *PEERS)),
    ]


HEAD = ("task", "peer", "ours s", "peer s", "ratio", "quartiles", "CPU ratio", "must", "", "note")


def row(result: Result) -> tuple[str, ...]:
    """One line of the table."""
    marks = [result.bench.note, "X: peer sampled" if result.sampled else "", "noisy" if result.noisy else ""]
    low, middle, high = result.wall
    return (
        result.bench.task,
        result.bench.peer,
        f"{result.ours.wall:.4f}",
        f"{result.theirs.wall:.4f}",
        f"{middle:.3g}",
        f"{low:.3g} to {high:.3g}",
        f"{result.cpu[1]:.3g}",
        "-" if result.bench.must is None else f"{result.bench.must:g}",
        result.verdict,
        "; ".join(mark for mark in (*marks, f"first call {result.first_call:.2f} s") if mark),
    )


def markdown(results: Iterable[Result], before: list[str]) -> str:
    """All results as a page."""
    lines = ["# Speed against named peers", "", "Ratio = peer's time / ours, median of pairs run in turn.", ""]
    lines += [f"- {line}" for line in [*before, f"load after: {os.getloadavg()[0]:.1f}"]]
    lines += ["", f"| {' | '.join(HEAD)} |", "|" + "---|" * len(HEAD)]
    lines += [f"| {' | '.join(row(result))} |" for result in results]
    return "\n".join(lines) + "\n"
