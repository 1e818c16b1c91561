"""What every statistic is: a card with its words and one pure call on a cube of cells and steps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hotspots.words import Text

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Pointers = NDArray[np.int64]
Indices = NDArray[np.int32]
Reference = Literal["cube", "neighbourhood", "step"]
REFERENCES: tuple[Reference, ...] = ("cube", "neighbourhood", "step")
MIN_STEPS = 10  # below this no trend is tested and no pattern is named (methods: Mann-Kendall, emerging hot spots)


@dataclass(frozen=True)
class Cube:
    """Values of every cell of a study area in every step, zeros included, and who neighbours whom.

    `values` is finite, shape (cells, steps). `ptr`, `idx` are the neighbours of each cell in CSR form, the cell itself
    included: those of cell i are idx[ptr[i]:ptr[i + 1]]. `area_km2`, shape (cells,), is each cell's own area inside
    the study area, where it is known.
    """

    values: Floats
    ptr: Pointers
    idx: Indices
    area_km2: Floats | None = None
    earlier: int = 1
    reference: Reference = "cube"
    alpha: float = 0.05

    @property
    def shape(self) -> tuple[int, int]:
        """Number of cells and of steps."""
        return self.values.shape[0], self.values.shape[1]


@dataclass(frozen=True)
class Statistic:
    """A card and one pure call.

    `compute(cube)` gives one array for each of `columns`: shape (cells,) for a number per cell, (cells, steps) for a
    number per cell and step. `over_time` says that the statistic means nothing without a time column.
    """

    name: str
    title: Text
    unit: Text
    paper: str
    columns: tuple[str, ...]
    compute: Callable[[Cube], dict[str, NDArray[Any]]]
    over_time: bool = False
