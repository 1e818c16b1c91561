"""The H3 grid: positions to cells, parents, neighbours, outlines. (True areas: hotspots/geo/areas.py.)

Cells are unsigned 64-bit integers inside the house and text at its doors. Bulk work is done by h3ronpy (a vectorised
build of the same algorithm); libh3 through `h3` is the oracle in the tests and does the rare, small things.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import h3
import h3ronpy
import numpy as np
import pyarrow as pa
from h3ronpy import vector
from numpy.typing import ArrayLike, NDArray

from hotspots.errors import Trouble
from hotspots.words import Text

Cells = NDArray[np.uint64]
_HALVES = 50_000  # points from which two threads pay


def _numpy(array: Any) -> NDArray[Any]:
    return np.asarray(pa.array(array).to_numpy(zero_copy_only=False))


def cells_of(lat: ArrayLike, lng: ArrayLike, resolution: int) -> Cells:
    """The cell of each point; `lat`, `lng` in degrees (EPSG:4326), finite, of equal shape (n,)."""
    lat, lng = np.ascontiguousarray(lat, dtype=np.float64), np.ascontiguousarray(lng, dtype=np.float64)
    if len(lat) < _HALVES:
        return _numpy(vector.coordinates_to_cells(lat, lng, resolution)).astype(np.uint64)
    half = len(lat) // 2
    with ThreadPoolExecutor(2) as pool:  # h3ronpy releases the GIL
        parts = pool.map(
            lambda s: _numpy(vector.coordinates_to_cells(lat[s], lng[s], resolution)), (slice(half), slice(half, None))
        )
        return np.concatenate(list(parts)).astype(np.uint64)


def parents(cells: Cells, resolution: int) -> Cells:
    """cell_to_parent of each cell, shape (n,); cells already coarser than `resolution` stay as they are."""
    cells = np.ascontiguousarray(cells, dtype=np.uint64)
    out = cells.copy()
    finer = resolutions(cells) > resolution
    # A parent keeps the leading digits; the digits below are filled with 7 (H3 specification, index bit layout).
    mode_and_base = cells[finer] & ~np.uint64(0xF << 52)
    tail = np.uint64((1 << 3 * (15 - resolution)) - 1)
    out[finer] = mode_and_base | np.uint64(resolution << 52) | tail
    return out


def resolutions(cells: Cells) -> NDArray[np.int64]:
    """The resolution (0..15) of each cell, shape (n,)."""
    return ((np.asarray(cells, dtype=np.uint64) >> np.uint64(52)) & np.uint64(0xF)).astype(np.int64)


def to_text(cells: ArrayLike) -> list[str]:
    """Cells as the hexadecimal text that every H3 tool reads."""
    return [f"{c:x}" for c in np.asarray(cells, dtype=np.uint64).tolist()]


def parse(texts: Sequence[object] | NDArray[Any]) -> tuple[Cells, NDArray[np.bool_]]:
    """Texts to (cells, valid), both of shape (n,); what is no H3 cell becomes 0 and False."""
    distinct, where = np.unique(
        np.array(["" if t is None else str(t).strip() for t in texts], dtype=object), return_inverse=True
    )
    cells = np.zeros(len(distinct), dtype=np.uint64)
    for i, text in enumerate(distinct.tolist()):
        if text and h3.is_valid_cell(text):
            cells[i] = int(text, 16)
    return cells[where], (cells != 0)[where]


def from_text(texts: Sequence[object] | NDArray[Any]) -> Cells:
    """Texts to cells, shape (n,).

    Raises:
        Trouble: `bad_cell` with the first row that holds no H3 cell.
    """
    cells, valid = parse(texts)
    if not valid.all():
        raise Trouble(
            "bad_cell",
            Text(sv="Värdet är ingen H3-ruta", en="The value is no H3 cell"),
            where=f"row {int(np.flatnonzero(~valid)[0]) + 1}",
            do=Text(sv="Ange rutor som text, t.ex. 8908b118c53ffff", en="Give cells as text such as 8908b118c53ffff"),
        )
    return cells


def boundaries(cells: Cells) -> list[list[tuple[float, float]]]:
    """The outline of each cell as (lat, lng) corners in degrees, not closed."""
    return [list(h3.cell_to_boundary(c)) for c in to_text(cells)]


def outlines_wkb(cells: Cells) -> NDArray[Any]:
    """The outline of each cell as WKB polygons in lon/lat (EPSG:4326), shape (n,)."""
    return _numpy(vector.cells_to_wkb_polygons(pa.array(np.asarray(cells, dtype=np.uint64))))


def centres(cells: Cells) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(lat, lng) of the cell centres in degrees, each of shape (n,)."""
    batch = pa.record_batch(vector.cells_to_coordinates(pa.array(np.asarray(cells, dtype=np.uint64))))
    return batch.column("lat").to_numpy(), batch.column("lng").to_numpy()


def cover(wkb: bytes, resolution: int) -> Cells:
    """All cells that touch a polygon (WKB, lon/lat), ascending: by intersection, so narrow areas get theirs too."""
    found = h3ronpy.vector.wkb_to_cells(
        pa.array([wkb], type=pa.binary()),
        resolution,
        containment_mode=h3ronpy.ContainmentMode.Covers,
        flatten=True,
    )
    return np.unique(_numpy(found).astype(np.uint64))


def neighbours(cells: Cells, k: int = 1) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Each cell's grid disk of radius `k`, itself included, cut to `cells` (ascending, distinct).

    Returns CSR (ptr of shape (n + 1,), idx): the neighbours of cell i are idx[ptr[i]:ptr[i + 1]], positions in `cells`.
    """
    cells = np.asarray(cells, dtype=np.uint64)
    if not len(cells):
        return np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32)
    disk = pa.array(h3ronpy.grid_disk(pa.array(cells), k, flatten=False))
    flat, off = disk.values.to_numpy(), disk.offsets.to_numpy()
    j = np.minimum(np.searchsorted(cells, flat), len(cells) - 1)
    inside = cells[j] == flat
    ptr = np.concatenate(([0], np.cumsum(inside)))[off].astype(np.int64)
    return ptr, j[inside].astype(np.int32)


def disk(cell: int, k: int = 1) -> Cells:
    """The cells within `k` steps of one cell, itself included, ascending."""
    return np.sort(_numpy(h3ronpy.grid_disk(pa.array([cell], type=pa.uint64()), k, flatten=True)).astype(np.uint64))


def dilate(cells: Cells, k: int = 1) -> Cells:
    """All cells within `k` steps of any of `cells`, ascending."""
    return np.unique(
        _numpy(h3ronpy.grid_disk(pa.array(np.asarray(cells, dtype=np.uint64)), k, flatten=True)).astype(np.uint64)
    )
