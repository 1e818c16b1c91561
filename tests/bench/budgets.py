"""The product's own budgets, printed beside the ratios: python -m tests.bench.budgets [ROWS].

Publishing a million events; a change of filter on the map: server milliseconds and bytes sent.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from hotspots import grid, queries, release, study
from hotspots.demo import make
from hotspots.publish import publish
from hotspots.tables import EVENTS
from hotspots.vault import Vault
from layers import LAYERS, live

BENCHES: list[object] = []  # budgets are not ratios: nothing for the harness
CATEGORIES = ["noise", "vandalism", "assault", "littering", "public_disorder", "theft", "open_drug_dealing", "lighting"]


def events(n: int, seed: int = 1) -> pa.Table:
    """Two years of events round Örebro, dense in three hundred places."""
    rng = np.random.default_rng(seed)
    places = rng.normal([59.2739, 15.2153], [0.02, 0.04], (300, 2))
    at = places[rng.integers(0, 300, n)] + rng.normal(0, [0.0008, 0.0015], (n, 2))
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 730 * 1440, n)), "m")
    fixed: dict[str, object] = {
        "row": np.arange(1, n + 1),
        "profile": ["bench"] * n,
        "kind": ["incident"] * n,
        "source_type": ["reported"] * n,
        "key": rng.integers(0, 2**63, n).astype(np.uint64),
        "start": start,
        "end": start + pd.Timedelta("1min"),
        "start_utc": start,
        "precision": ["minute"] * n,
        "time_known": np.ones(n, bool),
        "cell": grid.cells_of(at[:, 0], at[:, 1], 10),
        "district": rng.choice([f"1880R{i:03d}" for i in range(1, 36)], n),
        "category": rng.choice(CATEGORIES, n),
        "source_key": np.zeros(n, np.uint64),
        "reporter_known": np.zeros(n, bool),
    }
    return pa.table({f.name: pa.array(fixed.get(f.name, [None] * n), type=f.type, from_pandas=True) for f in EVENTS})


def publishing(folder: Path, n: int) -> None:
    """Budget: a million events under 60 s."""
    made, _ = study.create(folder / "study", municipalities=["1880"])
    table = events(n)
    with Vault(made.home) as vault:
        with vault.adding(sha256="bench", name="bench", profile="bench") as adding:
            adding.add(table)
            adding.finish({})
        began = time.perf_counter()
        for one in publish(made, vault):
            print(f"  {one.audience}: {one.blocks} blocks")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"publish {n} events: {time.perf_counter() - began:.1f} s (budget 60 s), peak {peak:.1f} GB with the input")


def filters(home: Path) -> None:
    """Budget: under 100 ms of server time and 60 kB per change of filter."""
    of = release.open_release(home, "operations")
    spent, sent = [], []
    for period in of.period_names("quarter") + of.period_names("month"):
        for category in ("all", "group:disorder"):
            asked = queries.Question(period, category)
            if not len(of.view(period=period, category=category, source="reported")):
                continue
            began = time.perf_counter()
            answer = queries.cells(of, asked, classes=False)
            layer = LAYERS["hexagons"].draw(answer.table, "sv", limits=(5, 20, 50, 100, 500))
            data = live.payload([layer], title="", language="sv", height=560, base="/")
            spent.append(1000 * (time.perf_counter() - began))
            sent.append(len(json.dumps(data)) / 1000)
    p50, p95 = np.percentile(spent[1:], [50, 95])
    print(f"filter change, {len(spent)} views: median {p50:.0f} ms, p95 {p95:.0f} ms (budget 100)")
    print(f"  most bytes sent for the hexagons of one view: {max(sent):.0f} kB (budget 60)")


def main() -> None:
    """Print the budgets."""
    with tempfile.TemporaryDirectory() as name:
        publishing(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
        make(Path(name) / "demo")
        filters(Path(name) / "demo")


if __name__ == "__main__":
    main()
