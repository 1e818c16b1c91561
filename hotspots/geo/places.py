"""Names on the ground: known places, the study's own lookup file, names of municipalities."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from hotspots import grid
from hotspots.durable import write_durably
from hotspots.errors import Trouble
from hotspots.geo import project
from hotspots.paths import product_root
from hotspots.words import Text

COLUMNS = ("name", "lat", "lng")
_YES = ("1", "ja", "yes", "true", "x")


@cache
def _municipalities() -> dict[str, str]:
    with (product_root() / "data" / "geo" / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def municipalities() -> dict[str, str]:
    """Code to name of the 290 municipalities."""
    return dict(_municipalities())


def municipality_names(codes: list[str]) -> str:
    """ "Örebro" or "Gislaved, Gnosjö"."""
    return ", ".join(_municipalities().get(c, c) for c in codes)


def shipped() -> pd.DataFrame:
    """The known places that come with the product: name, lat, lng, municipality."""
    return pd.read_csv(product_root() / "data" / "geo" / "places.csv", dtype={"municipality": str})


def within(area: Any, own: Path) -> pd.DataFrame:
    """name, lat, lng, public: shipped places inside the area and those of the study's own file (own names win).

    `public` says whether a name may stand on maps: an own place only where its file says so, it could be an address.
    """
    table = shipped()[list(COLUMNS)].assign(public=True)
    if own.exists():
        mine = read_lookup(own)
        table = pd.concat([mine, table[~table["name"].isin(mine["name"])]], ignore_index=True)
    shapely.prepare(area)
    inside = shapely.contains_xy(area, table["lng"].to_numpy(), table["lat"].to_numpy())
    return table[inside].reset_index(drop=True)


def key_of(name: object) -> str:
    """How place names are compared: without case and double spaces."""
    return " ".join(str(name).casefold().split())


def read_lookup(path: Path, crs: str | None = None) -> pd.DataFrame:
    """A lookup file of places: `name` and `lat`, `lng` (or `lon`), or `x`, `y` with a crs, or `cell`.

    Comma or semicolon, point or decimal comma. Raises Trouble `bad_lookup` with the first row that gives no position.
    """
    raw = _table(path).rename(columns=str.lower)
    raw = raw.rename(
        columns={
            "lon": "lng",
            "long": "lng",
            "offentlig": "public",
            "namn": "name",
            "plats": "name",
            "adress": "name",
            "ruta": "cell",
        }
    )

    def axis(name: str) -> Any:
        return pd.to_numeric(raw[name].str.replace(",", "."), errors="coerce").to_numpy(float)

    if "name" not in raw:
        raise _bad_lookup(path, 1)
    if {"lat", "lng"} <= set(raw):
        lat, lng = axis("lat"), axis("lng")
    elif {"x", "y"} <= set(raw) and crs:
        lng, lat = project.to_lonlat(axis("x"), axis("y"), crs)
    elif "cell" in raw:
        lat, lng = grid.centres(grid.from_text(raw["cell"].tolist()))
    else:
        raise _bad_lookup(path, 1)
    bad = ~(np.isfinite(lat) & np.isfinite(lng)) | (np.abs(lat) > 90) | raw["name"].isna().to_numpy()
    if bad.any():
        raise _bad_lookup(path, int(np.flatnonzero(bad)[0]) + 2)
    public = raw["public"].str.strip().str.casefold().isin(_YES) if "public" in raw else False
    return pd.DataFrame({"name": raw["name"], "lat": lat, "lng": lng, "public": public})


def _table(path: Path) -> pd.DataFrame:
    """The file as texts: UTF-8, or windows-1252 as Swedish Excel saves."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return pd.read_csv(path, sep=None, engine="python", dtype=str, encoding=encoding)
        except UnicodeDecodeError:
            continue
        except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error):
            break
    raise _bad_lookup(path, 1)


def _bad_lookup(path: Path, row: int) -> Trouble:
    return Trouble(
        "bad_lookup",
        Text(
            sv=f"Platsfilen saknar namn eller koordinater, först på rad {row}",
            en=f"The place file lacks a name or a position, first in row {row}",
        ),
        where=path.name,
        do=Text(
            sv="Kolumnerna ska heta namn samt lat och lng (eller ruta)",
            en="The columns must be called name, and lat and lng (or cell)",
        ),
    )


def save_lookup(source: Path, target: Path, crs: str | None = None) -> pd.DataFrame:
    """Read a lookup file, check it, and keep it as the study's own (name, lat, lng)."""
    table = read_lookup(source, crs)
    write_durably(target, table.to_csv(index=False).encode(), 0o644)
    return table
