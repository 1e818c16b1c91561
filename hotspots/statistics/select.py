"""The k-th smallest of an array in linear time, for compiled code (numba)."""

from typing import Any

from numba import njit


@njit(cache=True, nogil=True)
def select(a: Any, low: int, high: int, k: int) -> Any:
    """The value that sorting a[low:high] would put at place `k`; reorders `a` so that smaller ones stand before it.

    Partitions twice around a pivot, below it and equal to it, so that runs of equal values cost no extra rounds.
    The partitions have no branch on the data, which a processor could only guess.
    """
    while True:
        pivot = _middle(a[low], a[(low + high) // 2], a[high - 1])
        below = low
        for i in range(low, high):
            v = a[i]
            a[i] = a[below]
            a[below] = v
            below += v < pivot
        if k < below:
            high = below
            continue
        equal = below
        for i in range(below, high):
            v = a[i]
            a[i] = a[equal]
            a[equal] = v
            equal += v <= pivot
        if k < equal:
            return a[k]
        low = equal


@njit(cache=True, nogil=True)
def _middle(a: Any, b: Any, c: Any) -> Any:
    return max(min(a, b), min(max(a, b), c))
