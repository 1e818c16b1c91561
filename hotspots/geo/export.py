"""Tables of cells or footprints as files: csv, parquet, gpkg, geojson; the suffix chooses."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from hotspots import grid
from hotspots.errors import Trouble
from hotspots.words import Text

SUFFIXES = (".csv", ".parquet", ".gpkg", ".geojson")


def check_out(path: Path, suffixes: Sequence[str] = SUFFIXES) -> None:
    """Whether a file can be written there, asked before any work is done.

    Raises:
        Trouble: `bad_suffix` unless its ending is one of `suffixes`, and those of `check_folder`.
    """
    if path.suffix.lower() not in suffixes:
        raise Trouble(
            "bad_suffix",
            Text(
                sv="Filändelsen säger inget format som kan skrivas",
                en="The file's ending names no format that can be written",
            ),
            where=path.name,
            do=Text(sv="Använd {s}", en="Use {s}").fill(s=", ".join(suffixes)),
        )
    check_folder(path)


def check_folder(path: Path) -> None:
    """Raises Trouble `bad_folder` unless a file of that name can be made (tried out: rights alone do not tell)."""
    if not path.parent.is_dir():
        raise Trouble(
            "bad_folder",
            Text(sv="Mappen finns inte", en="The folder does not exist"),
            where=str(path.parent),
            do=Text(sv="Skapa den eller välj en annan", en="Make it, or choose another"),
        )
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
        writable = not path.is_dir()
    except OSError:
        writable = False
    if not writable:
        raise Trouble(
            "bad_folder",
            Text(sv="Filen kan inte skrivas där", en="The file cannot be written there"),
            where=str(path),
            do=Text(sv="Välj en annan mapp eller ett annat namn", en="Choose another folder or another name"),
        )


def guard_formulas(table: pd.DataFrame) -> pd.DataFrame:
    """The same table with a leading apostrophe on texts that a spreadsheet would run as a formula."""
    safe = table.copy()
    for name in safe.columns:
        if not (pd.api.types.is_numeric_dtype(safe[name]) or pd.api.types.is_bool_dtype(safe[name])):
            safe[name] = [f"'{v}" if isinstance(v, str) and v[:1] in "=+-@\t\r" and v else v for v in safe[name]]
    return safe


def cell_shapes(cells: NDArray[np.uint64]) -> NDArray[Any]:
    """Outlines of cells as lon/lat polygons, shape (n,)."""
    return np.asarray(shapely.from_wkb(grid.outlines_wkb(cells)))


def write(table: pd.DataFrame, path: Path, shapes: NDArray[Any] | None = None, *, layer: str = "hotspots") -> None:
    """Write the table whole or not at all; gpkg, geojson, parquet carry `shapes`; csv WKT if it has no `cell`.

    Raises:
        Trouble: `bad_suffix`, `bad_folder`.
    """
    check_out(path)
    suffix = path.suffix.lower()
    draft = path.with_name(f".{path.stem}.{os.getpid()}{suffix}")
    try:
        if suffix == ".csv":
            flat = table.copy()
            if shapes is not None and "cell" not in table:
                flat["geometry"] = shapely.to_wkt(shapes, rounding_precision=6)
            guard_formulas(flat).to_csv(draft, index=False, encoding="utf-8", lineterminator="\n")
        elif shapes is None and suffix == ".parquet":
            table.to_parquet(draft, index=False)
        else:
            frame = gpd.GeoDataFrame(table, geometry=list(shapes) if shapes is not None else None, crs=4326)
            if suffix == ".parquet":
                frame.to_parquet(draft, index=False)
            elif suffix == ".gpkg":
                frame.to_file(draft, driver="GPKG", layer=layer, engine="pyogrio")
            else:
                frame.to_file(draft, driver="GeoJSON", engine="pyogrio", COORDINATE_PRECISION=5, RFC7946="YES")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
