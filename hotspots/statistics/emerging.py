"""Emerging hot spots: the history of each cell's Gi* in one of 17 classes, every history in exactly one."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hotspots.statistics.base import MIN_STEPS, Cube, Statistic
from hotspots.statistics.gistar import scored
from hotspots.statistics.trend import trended
from hotspots.words import Text

PATTERNS = ("new", "consecutive", "intensifying", "persistent", "diminishing", "sporadic", "oscillating", "historical")
CLASSES = ("none", *(f"{p}_hot" for p in PATTERNS), *(f"{p}_cold" for p in PATTERNS))
NEW, CONSECUTIVE, INTENSIFYING, PERSISTENT, DIMINISHING, SPORADIC, OSCILLATING, HISTORICAL = range(1, 9)
COLD = len(PATTERNS)  # added to the number of a hot pattern gives its cold mirror


def classify(signs: ArrayLike, trend: ArrayLike) -> NDArray[np.int8]:
    """The class of each cell's history, as a position in `CLASSES`.

    Precedence is part of the definition. When the final step is significant its sign decides, and the patterns are
    tested in the order new, the three of 90 %, consecutive, sporadic, oscillating; else historical of either sign;
    else none. Shares are tested in integers: 10 x significant steps >= 9 x steps.

    Args:
        signs: 1 significantly hot, -1 significantly cold, 0 neither; shape (n cells, T steps).
        trend: 1 where z rises significantly, -1 where it falls, 0 else; shape (n,).

    Returns:
        Shape (n,); all 0 ("none") for fewer than 10 steps.
    """
    history = np.asarray(signs, dtype=np.int8)
    n, steps = history.shape
    out = np.zeros(n, dtype=np.int8)
    if steps < MIN_STEPS:
        return out
    final = history[:, -1]
    for sign, mirror in ((1, 0), (-1, COLD)):
        now = final == sign
        out[now] = _active(history[now] * sign, np.asarray(trend)[now] * sign) + mirror
        mostly = 10 * (history == sign).sum(axis=1) >= 9 * steps
        out[(final == 0) & mostly] = HISTORICAL + mirror
    return out


def _active(history: NDArray[np.int8], trend: NDArray[Any]) -> NDArray[np.int8]:
    """Patterns of cells whose final step is significant, the sign of that step turned to 1."""
    steps = history.shape[1]
    significant = history == 1
    count = significant.sum(axis=1)
    unbroken = np.logical_and.accumulate(significant[:, ::-1], axis=1).sum(axis=1)  # run that ends in the final step
    mostly = 10 * count >= 9 * steps
    rules = (
        (count == 1, NEW),
        (mostly & (trend > 0), INTENSIFYING),
        (mostly & (trend < 0), DIMINISHING),
        (mostly, PERSISTENT),
        (unbroken == count, CONSECUTIVE),
        ((history >= 0).all(axis=1), SPORADIC),
    )
    chosen = np.select([rule for rule, _ in rules], [pattern for _, pattern in rules], OSCILLATING)
    return chosen.astype(np.int8)


def _compute(cube: Cube) -> dict[str, NDArray[Any]]:
    score = scored(cube)
    z = score["gistar_z"]
    signs = np.where(score["gistar_p_fdr"] <= cube.alpha, np.sign(z), 0).astype(np.int8)
    trend = trended(z, cube.alpha)
    rising = np.where(trend["trend_p"] <= cube.alpha, np.sign(trend["trend_z"]), 0)
    names = np.array(CLASSES, dtype=object)[classify(signs, rising)]
    steps = {"hot_steps": (signs > 0).sum(axis=1), "cold_steps": (signs < 0).sum(axis=1)}
    return {"class": names} | steps | trend | score


EMERGING = Statistic(
    name="emerging",
    title=Text(sv="Mönster över tid (17 klasser)", en="Patterns over time (17 classes)"),
    unit=Text(sv="klass", en="class"),
    paper="Getis & Ord 1996; Mann 1945; Kendall 1975; Benjamini & Hochberg 1995",
    columns=(
        "class",
        "hot_steps",
        "cold_steps",
        "trend_z",
        "trend_p",
        "trend_p_corrected",
        "trend_slope",
        "trend_slope_low",
        "trend_slope_high",
        "gistar_z",
        "gistar_p",
        "gistar_p_fdr",
        "gistar_hot",
    ),
    compute=_compute,
    over_time=True,
)
