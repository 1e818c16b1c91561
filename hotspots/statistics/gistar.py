"""Getis-Ord Gi*: which cells lie in a neighbourhood of high (or low) values, more than chance would put there."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy.special import erfc

from hotspots.statistics.base import REFERENCES, Cube, Floats, Indices, Pointers, Reference, Statistic
from hotspots.statistics.fdr import adjust, hot
from hotspots.words import Text


def gistar(x: ArrayLike, ptr: Pointers, idx: Indices) -> Floats:
    """z of Gi* with binary weights, the cell itself included (Ord & Getis 1995, Getis & Ord 1996).

    Args:
        x: finite values of all n cells of the study area, zeros included: shape (n,), or (n, T) for T separate maps.
        ptr: row pointers of the neighbours, shape (n + 1,).
        idx: positions of the neighbours, each cell among its own.

    Returns:
        z, of the shape of `x`; NaN where it is undefined: on a map without variation, and for a cell whose
        neighbourhood is the whole study area.
    """
    values = np.asarray(x, dtype=np.float64)
    z = gistar_cube(values.reshape(len(values), -1), ptr, idx, earlier=0, reference="step")
    return z.reshape(values.shape)


def gistar_cube(
    x: ArrayLike, ptr: Pointers, idx: Indices, *, earlier: int = 1, reference: Reference = "cube"
) -> Floats:
    """z of Gi* in a space-time cube: the neighbourhood of a cell in step t also holds the `earlier` steps before t.

    Later steps never enter. Mean, spread and n come from the reference window: the entire `cube`, the steps of the
    `neighbourhood` (t and the earlier ones), or the single `step`. The neighbourhood is cut to that window as it is
    cut to the study area, so with `step` it is the disk at t alone.

    Args:
        x: finite values, shape (n cells, T steps).
        ptr: row pointers of the neighbours, shape (n + 1,).
        idx: positions of the neighbours, each cell among its own.
        earlier: number of steps before t in the neighbourhood.
        reference: what a neighbourhood is compared with.

    Returns:
        z, shape (n, T); NaN where it is undefined (see `gistar`).
    """
    values = np.ascontiguousarray(x, dtype=np.float64)
    if reference not in REFERENCES or earlier < 0:
        raise ValueError(f"reference is one of {REFERENCES}, earlier is 0 or more")
    if not values.size:
        return np.full(values.shape, np.nan)
    reach = 0 if reference == "step" else earlier
    size, mean, spread = _reference(values, reach, reference)
    return np.asarray(_scores(values, ptr, idx, reach, size, mean, spread))


def p_two_sided(z: Floats) -> Floats:
    """Two-sided normal p of each z; NaN stays NaN."""
    return np.asarray(erfc(np.abs(z) * np.sqrt(0.5)))


def gistar_permutation(x: ArrayLike, ptr: Pointers, idx: Indices, *, draws: int = 999, seed: int = 0) -> Floats:
    """Two-sided p of Gi* by conditional permutation, a check of the normal p where n is small.

    Each cell keeps its own value while the other n - 1 are dealt out at random (Anselin 1995). For binary weights z
    rises with the neighbourhood's sum, so sums are compared: p = 2 (1 + the rarer tail) / (draws + 1), at most 1.
    The smallest possible p is 2 / (draws + 1): fewer than 999 draws say nothing under a false discovery rate.

    Args:
        x: finite values, shape (n,).
        ptr: row pointers of the neighbours, shape (n + 1,).
        idx: positions of the neighbours, each cell among its own.
        draws: number of random maps per cell, 999 or more.
        seed: of the random numbers; the same seed gives the same p.
    """
    if draws < 999:
        raise ValueError("draws is 999 or more")
    values = np.ascontiguousarray(x, dtype=np.float64)
    p = np.asarray(_permuted(values, ptr, idx, draws, np.random.default_rng(seed)))
    p[np.isnan(gistar(values, ptr, idx))] = np.nan
    return p


def _reference(x: Floats, earlier: int, reference: Reference) -> tuple[Floats, Floats, Floats]:
    """Number of values, mean and population standard deviation of each step's reference window, each (T,).

    The moments of single steps are pooled: the squares about a window's mean are those about the steps' own means
    plus those of the steps' means about the window's.
    """
    n, steps = x.shape
    means, squares = _moments(x)
    size, mean, spread = np.empty(steps), np.empty(steps), np.empty(steps)
    for t in range(steps):
        window = slice(0, steps) if reference == "cube" else slice(max(t - earlier, 0), t + 1)
        from_first = means[window] - means[window][0]  # so that a window without variation has a spread of exactly 0
        size[t] = n * len(from_first)
        mean[t] = means[window][0] + from_first.mean()
        spread[t] = np.sqrt((squares[window] + (from_first - from_first.mean()) ** 2).mean())
    return size, mean, spread


@njit(cache=True, nogil=True)
def _moments(x: Any) -> Any:
    """Mean and variance of each column in two passes; measured from the first row, a constant column has exactly 0."""
    n, steps = x.shape
    mean, square = np.zeros(steps), np.zeros(steps)
    first = x[0].copy()
    for i in range(n):
        for t in range(steps):
            mean[t] += x[i, t] - first[t]
    mean /= n
    for i in range(n):
        for t in range(steps):
            square[t] += (x[i, t] - first[t] - mean[t]) ** 2
    return first + mean, square / n


@njit(cache=True, nogil=True, error_model="numpy")
def _scores(x: Any, ptr: Any, idx: Any, earlier: int, size: Any, mean: Any, spread: Any) -> Any:
    n, steps = x.shape
    out = np.empty((n, steps))
    disk, total = np.empty(steps), np.empty(steps)
    for i in range(n):
        disk[:] = 0.0
        for j in range(ptr[i], ptr[i + 1]):
            row = x[idx[j]]
            for t in range(steps):
                disk[t] += row[t]
        total[:] = disk
        for back in range(1, earlier + 1):
            for t in range(back, steps):
                total[t] += disk[t - back]
        in_disk = float(ptr[i + 1] - ptr[i])
        for t in range(steps):
            w = in_disk * min(t + 1, earlier + 1)
            room = size[t] * w - w * w
            scale = spread[t] * np.sqrt(max(room, 0.0) / (size[t] - 1.0))
            z = (total[t] - mean[t] * w) / scale
            out[i, t] = z if scale > 0.0 else np.nan
    return out


@njit(cache=True, nogil=True)
def _permuted(x: Any, ptr: Any, idx: Any, draws: int, rng: Any) -> Any:
    n = len(x)
    p = np.ones(n)
    others = np.arange(n)
    for i in range(n):
        others[:] = np.arange(n)
        others[i], others[n - 1] = n - 1, i  # the last place is never drawn
        seen = 0.0
        for j in range(ptr[i], ptr[i + 1]):
            seen += x[idx[j]]
        near = 1e-12 * max(1.0, abs(seen))  # equal sums in another order are equal
        as_high, as_low = 0, 0
        for _ in range(draws):
            drawn = x[i]
            for k in range(ptr[i + 1] - ptr[i] - 1):
                r = rng.integers(k, n - 1)
                others[k], others[r] = others[r], others[k]
                drawn += x[others[k]]
            as_high += drawn >= seen - near
            as_low += drawn <= seen + near
        p[i] = min(1.0, 2.0 * (1 + min(as_high, as_low)) / (draws + 1))
    return p


def scored(cube: Cube) -> dict[str, NDArray[Any]]:
    """z, p, FDR p and the flag of every cell and step; the family of the FDR is the whole cube, zeros included."""
    z = gistar_cube(cube.values, cube.ptr, cube.idx, earlier=cube.earlier, reference=cube.reference)
    p = p_two_sided(z)
    p_fdr = adjust(p)
    return {"gistar_z": z, "gistar_p": p, "gistar_p_fdr": p_fdr, "gistar_hot": hot(z, p_fdr, cube.alpha)}


GISTAR = Statistic(
    name="gistar",
    title=Text(sv="Statistiskt säkerställda hot spots (Gi*)", en="Statistically significant hot spots (Gi*)"),
    unit=Text(sv="z-värde", en="z-score"),
    paper="Ord & Getis 1995; Getis & Ord 1996; Benjamini & Hochberg 1995",
    columns=("gistar_z", "gistar_p", "gistar_p_fdr", "gistar_hot"),
    compute=scored,
)
