"""Runs the benchmarks whose names (or files) are given, all without names; never fails on time."""

import argparse
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from tests import bench as here
from tests.bench.harness import HEAD, PAIRS, Bench, machine, markdown, measure, peak_mb, row


def benches() -> dict[str, Bench]:
    """All benchmarks by "file.name", from every file here that has a list BENCHES."""
    found = {}
    for module in pkgutil.iter_modules(here.__path__):
        if module.name not in ("harness", "__main__"):
            for bench in import_module(f"tests.bench.{module.name}").BENCHES:
                found[f"{module.name}.{bench.name}"] = bench
    return found


def memory(name: str) -> str:
    """Peak memory of both sides, each in a process of its own."""
    sides = []
    for side in ("ours", "theirs"):
        command = [sys.executable, "-m", "tests.bench", "--peak", side, name]
        sides.append(float(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    return f"   peak memory beyond the input: ours {sides[0]:.0f} MB, peer {sides[1]:.0f} MB"


def main() -> None:
    """The command line."""
    ask = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    ask.add_argument("names", nargs="*", help="file, file.name or name; all when left out")
    ask.add_argument("--out", type=Path, help="also write the table as Markdown here")
    ask.add_argument("--pairs", type=int, default=PAIRS)
    ask.add_argument("--memory", action="store_true", help="also peak memory, each side in a fresh process")
    ask.add_argument("--peak", choices=("ours", "theirs"), help=argparse.SUPPRESS)
    given = ask.parse_args()
    known = benches()
    chosen = {n: b for n, b in known.items() if not given.names or {n, *n.split(".")} & set(given.names)}
    if not chosen:
        sys.exit(f"No such benchmark. Known: {', '.join(known)}")
    if given.peak:
        print(peak_mb(next(iter(chosen.values())), given.peak))
        return
    before = machine()
    print(*before, " | ".join(HEAD), sep="\n", flush=True)
    results = []
    for name, bench in chosen.items():
        results.append(measure(bench, given.pairs))
        print(" | ".join(row(results[-1])), flush=True)
        if given.memory:
            print(memory(name), flush=True)
    if given.out:
        given.out.write_text(markdown(results, before), "utf-8")


if __name__ == "__main__":
    main()
