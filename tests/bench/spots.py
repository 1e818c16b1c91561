"""Gathering spots against plain DBSCAN on points: the same planted truth, how much of it each finds, and the time."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from sklearn.cluster import DBSCAN

from hotspots import grid, spots
from hotspots.geo import project
from hotspots.geo.areas import Districts, cell_areas_km2
from hotspots.settings import SpotSettings
from hotspots.spots import detect
from hotspots.spots.layer import layer_of
from hotspots.vocabulary import Vocabulary
from tests.bench.harness import Bench, Pair
from tests.planted import CRS, Town, town

SEEDS = range(8)
HIT_M = 120.0
EPS_M, MIN_SAMPLES = (60.0, 83.0, 125.0), (15, 30, 60, 120, 240)  # the peer may choose, knowing the truth
LASTING = ("recurring", "seasonal", "new", "fading", "ended")


@cache
def planted(seed: int, background: int) -> Town:
    return town(seed, background=background)


def ours(made: Town) -> np.ndarray:
    """Centres of all spots found, (n, 2) metres."""
    nowhere = pd.DataFrame({"name": [], "lat": [], "lng": []})
    table = spots.find(
        made.events,
        today=made.today,
        first_day=made.first_day,
        vocabulary=Vocabulary(),
        districts=Districts(("D1",), ("D1",), np.array([None], dtype=object)),
        places=nowhere,
        cell_area=cell_areas_km2,
    ).table
    return np.column_stack(project.from_lonlat(table["lng"], table["lat"], CRS))


def points_of(made: Town) -> np.ndarray:
    lat, lng = grid.centres(made.events["cell"].to_numpy(np.uint64))
    return np.column_stack(project.from_lonlat(lng, lat, CRS))


def theirs(points: np.ndarray, eps: float = 125.0, least: int = 240) -> np.ndarray:
    """Centres of DBSCAN's clusters of the points, (n, 2) metres."""
    labels = DBSCAN(eps=eps, min_samples=least).fit_predict(points)
    return np.array([points[labels == k].mean(axis=0) for k in range(labels.max() + 1)]).reshape(-1, 2)


def score(made: Town, centres: np.ndarray) -> tuple[int, int, int]:
    """Planted spots found, planted spots, and centres at no planted spot (bursts count as planted for this)."""
    wanted = made.of(*LASTING)
    away = np.array([[np.hypot(x - p.x, y - p.y) for p in made.planted] for x, y in centres]).reshape(
        len(centres), len(made.planted)
    )
    real = np.array([p.kind in LASTING for p in made.planted])
    hit = int((away[:, real] <= HIT_M).any(axis=0).sum()) if len(centres) else 0
    stray = int((away > HIT_M).all(axis=1).sum()) if len(centres) else 0
    return hit, len(wanted), stray


def pooled(find: Callable[[Town], np.ndarray], background: int) -> tuple[float, float, int]:
    """Recall, precision and number found over all towns."""
    hit = wanted = stray = n = 0
    for seed in SEEDS:
        made = planted(seed, background)
        centres = find(made)
        h, w, s = score(made, centres)
        hit, wanted, stray, n = hit + h, wanted + w, stray + s, n + len(centres)
    return hit / wanted, 1 - stray / max(n, 1), n


def report() -> list[str]:
    """Recall and precision of both for a sparse and a dense background; the peer's at its best setting of fifteen."""
    lines = []
    for background in (4_000, 15_000):
        lines.append(f"hotspots, background {background}: " + _line(*pooled(ours, background)))
        tries = [
            (*pooled(lambda made, e=eps, m=least: theirs(points_of(made), e, m), background), eps, least)
            for eps in EPS_M
            for least in MIN_SAMPLES
        ]
        recall, precision, n, eps, least = max(tries, key=lambda t: 2 * t[0] * t[1] / max(t[0] + t[1], 1e-9))
        lines.append(f"DBSCAN on points (eps {eps:.0f} m, min_samples {least}): " + _line(recall, precision, n))
    return lines


def _line(recall: float, precision: float, n: int) -> str:
    return f"recall {recall:.3f}, precision {precision:.3f} ({n} found in {len(SEEDS)} towns)"


def against_points(background: int, must: float | None) -> Bench:
    def make() -> Pair:
        made = planted(0, background)
        layer = layer_of(made.events, today=made.today, first_day=made.first_day, vocabulary=Vocabulary())
        points = points_of(made)

        def same(a: list[np.ndarray], b: np.ndarray) -> None:
            assert len(a) > 0 and len(b) > 0  # two methods: not the same answer, see `report`

        return Pair(lambda: detect.footprints(layer.cell, layer.witness, SpotSettings()), lambda: theirs(points), same)

    task = f"footprints among {background + 6_500:,} events"
    return Bench(
        f"footprints_{background}", task, "scikit-learn DBSCAN on points", make, must, note="not the same answer"
    )


BENCHES = [against_points(15_000, None), against_points(60_000, None)]

if __name__ == "__main__":
    print(*report(), sep="\n")
