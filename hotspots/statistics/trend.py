"""Mann-Kendall trend tests and Sen's slope, for many short series at once."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from hotspots.statistics.base import MIN_STEPS, Cube, Floats, Statistic
from hotspots.statistics.fdr import adjust
from hotspots.statistics.gistar import p_two_sided
from hotspots.statistics.select import select
from hotspots.words import Text


class MannKendall(NamedTuple):
    """Per series, each of shape (n,): the score S, its variance, z and two-sided p; NaN where undefined."""

    s: Floats
    variance: Floats
    z: Floats
    p: Floats


class Slope(NamedTuple):
    """Per series, each of shape (n,): Sen's slope per step and its confidence interval; NaN where undefined."""

    slope: Floats
    low: Floats
    high: Floats


def mann_kendall(x: ArrayLike) -> MannKendall:
    """Mann-Kendall test of each series, with the variance corrected for ties (Mann 1945, Kendall 1975).

    A constant series has z = 0 and p = 1. Series of fewer than 10 steps, or with a missing value, give NaN.

    Args:
        x: shape (n series, T steps), ascending in time.
    """
    series = _series(x)
    s, variance = _scores(series)
    return _tested(series, s, variance)


def hamed_rao(x: ArrayLike, *, alpha: float = 0.05) -> MannKendall:
    """Mann-Kendall test with the variance corrected for autocorrelation (Hamed & Rao 1998).

    The ranks of the series less its Sen slope are correlated with themselves at every lag; lags significant at
    `alpha` change the variance. Where that leaves no positive variance, z and p are NaN.

    Args:
        x: shape (n series, T steps), ascending in time.
        alpha: level at which an autocorrelation counts.
    """
    series = _series(x)
    s, variance = _scores(series)
    slope = _slopes(series, np.full(len(series), -1.0))[0]
    bound = float(ndtri(1 - alpha / 2)) / np.sqrt(max(series.shape[1], 1))
    return _tested(series, s, variance * _corrections(series, slope, bound))


def sen_slope(x: ArrayLike, *, level: float = 0.95) -> Slope:
    """Sen's slope, the median of all pairwise slopes per step, with its interval (Sen 1968, Gilbert 1987).

    Args:
        x: shape (n series, T steps), ascending in time; the unit of the slope is that of `x` per step.
        level: of the confidence interval.
    """
    series = _series(x)
    _, variance = _scores(series)
    return Slope(*_slopes(series, float(ndtri((1 + level) / 2)) * np.sqrt(variance)))


def median_slope(x: ArrayLike) -> Floats:
    """Sen's slope alone, shape (n,): a third of the work of `sen_slope`."""
    series = _series(x)
    return np.asarray(_slopes(series, np.full(len(series), -1.0))[0])


def _series(x: ArrayLike) -> Floats:
    series = np.ascontiguousarray(x, dtype=np.float64)
    if series.ndim != 2:
        raise ValueError("series have the shape (n, T)")
    return series


def _tested(series: Floats, s: Floats, variance: Floats) -> MannKendall:
    z = np.divide(s - np.sign(s), np.sqrt(np.maximum(variance, 0.0)), out=np.full(len(s), np.nan), where=variance > 0)
    z[s == 0] = 0.0
    untested = np.isnan(series).any(axis=1) | (series.shape[1] < MIN_STEPS)
    z[untested], s[untested], variance[untested] = np.nan, np.nan, np.nan
    return MannKendall(s, variance, z, p_two_sided(z))


@njit(cache=True, nogil=True)
def _scores(x: Any) -> Any:
    """S = sum over pairs of the sign of later - earlier, and its variance less what ties take."""
    n, steps = x.shape
    scores, variances = np.empty(n), np.empty(n)
    for i in range(n):
        row = x[i]
        score, ties = 0, 0
        for a in range(steps):
            v, up, down, equal = row[a], 0, 0, 0
            for b in range(a + 1, steps):
                up += row[b] > v
                down += row[b] < v
            for b in range(steps):
                equal += row[b] == v
            score += up - down
            ties += (equal - 1) * (2 * equal + 5)  # summed over the members of a tie: t (t - 1) (2 t + 5)
        scores[i] = score
        variances[i] = (steps * (steps - 1) * (2 * steps + 5) - ties) / 18
    return scores, variances


@njit(cache=True, nogil=True)
def _slopes(x: Any, half_width: Any) -> Any:
    """Median of the pairwise slopes, and those half_width / 2 ranks to either side (none when half_width < 0)."""
    n, steps = x.shape
    pairs = steps * (steps - 1) // 2
    slope, low, high = np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan)
    if steps < MIN_STEPS:
        return slope, low, high
    all_pairs = np.empty(pairs)
    for i in range(n):
        row = x[i]
        if np.isnan(row.sum()):
            continue
        at = 0
        for gap in range(1, steps):
            for a in range(steps - gap):
                all_pairs[at + a] = (row[a + gap] - row[a]) / gap
            at += steps - gap
        middle = pairs // 2
        slope[i] = select(all_pairs, 0, pairs, middle)
        if pairs % 2 == 0:
            slope[i] = (all_pairs[:middle].max() + slope[i]) / 2
        if half_width[i] >= 0:
            first = max(int(np.rint((pairs - half_width[i]) / 2)) - 1, 0)
            last = min(int(np.rint((pairs + half_width[i]) / 2)), pairs - 1)
            low[i] = select(all_pairs, 0, pairs, first)
            high[i] = select(all_pairs, first, pairs, last)
    return slope, low, high


@njit(cache=True, nogil=True)
def _corrections(x: Any, slope: Any, bound: float) -> Any:
    """n / n_s*: factor on the variance from the significant autocorrelations of the detrended ranks."""
    n, steps = x.shape
    out = np.full(n, np.nan)
    rest, ranks = np.empty(steps), np.empty(steps)
    for i in range(n):
        for t in range(steps):
            rest[t] = x[i, t] - (t + 1) * slope[i]
        for a in range(steps):
            below, equal = 0, 0
            for b in range(steps):
                below += rest[b] < rest[a]
                equal += rest[b] == rest[a]
            ranks[a] = below + (equal + 1) / 2 - (steps + 1) / 2  # average rank, less the mean of all ranks
        total = (ranks * ranks).sum()
        added = 0.0
        for lag in range(1, steps):
            product = 0.0
            for t in range(steps - lag):
                product += ranks[t] * ranks[t + lag]
            if abs(product) > bound * total:
                added += (steps - lag) * (steps - lag - 1) * (steps - lag - 2) * product / total
        out[i] = 1 + 2 / (steps * (steps - 1) * (steps - 2)) * added if steps > 2 else np.nan
    return out


def trended(values: Floats, alpha: float) -> dict[str, NDArray[Any]]:
    """Trend of each series: z, p, p corrected for autocorrelation, Sen slope and interval, each (n,)."""
    test, slope = mann_kendall(values), sen_slope(values)
    return {
        "trend_z": test.z,
        "trend_p": test.p,
        "trend_p_corrected": hamed_rao(values, alpha=alpha).p,
        "trend_slope": slope.slope,
        "trend_slope_low": slope.low,
        "trend_slope_high": slope.high,
    }


def _compute(cube: Cube) -> dict[str, NDArray[Any]]:
    found = trended(cube.values, cube.alpha)
    return found | {"trend_p_fdr": adjust(found["trend_p"])}


TREND = Statistic(
    name="trend",
    title=Text(sv="Trend över tid (Mann-Kendall)", en="Trend over time (Mann-Kendall)"),
    unit=Text(sv="ändring per tidssteg", en="change per time step"),
    paper="Mann 1945; Kendall 1975; Sen 1968; Hamed & Rao 1998",
    columns=(
        "trend_z",
        "trend_p",
        "trend_p_fdr",
        "trend_p_corrected",
        "trend_slope",
        "trend_slope_low",
        "trend_slope_high",
    ),
    compute=_compute,
    over_time=True,
)
