"""Where a map opens: the stretch of ground that holds most of what it shows."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]  # west, south, east, north in degrees


def box_of(lng: Floats, lat: Floats, weight: Floats, *, share: float = 0.05) -> Box:
    """The box that leaves `share` of the weight on each of its four sides, with a tenth of its size as margin."""
    west, east = _stretch(lng, weight, share)
    south, north = _stretch(lat, weight, share)
    return west, south, east, north


def around(box: Box, lng: Floats, lat: Floats, *, margin: float = 0.002) -> Box:
    """The box, widened to hold all the points and `margin` degrees round them."""
    if not len(lng):
        return box
    low, high = (
        (float(lng.min()) - margin, float(lat.min()) - margin),
        (
            float(lng.max()) + margin,
            float(lat.max()) + margin,
        ),
    )
    return min(box[0], low[0]), min(box[1], low[1]), max(box[2], high[0]), max(box[3], high[1])


def _stretch(axis: Floats, weight: Floats, share: float) -> tuple[float, float]:
    order = np.argsort(axis)
    held = np.cumsum(weight[order]) / weight.sum()
    low, high = np.searchsorted(held, [share, 1 - share])
    a, b = float(axis[order][low]), float(axis[order][min(int(high), len(axis) - 1)])
    return a - 0.1 * (b - a) - 0.004, b + 0.1 * (b - a) + 0.004
