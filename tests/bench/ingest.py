"""A million CSV rows to cells and districts, against the plain script one would write with pandas, geopandas and h3.

Ours does more in the same time: looks for personal numbers, checks every row, hashes ids, keeps all in one transaction.
"""

import tempfile
from datetime import date
from functools import cache
from pathlib import Path

import geopandas as gpd
import h3
import numpy as np
import pandas as pd

from hotspots import grid, study
from hotspots.intake import parse
from hotspots.intake.ingest import ingest
from hotspots.vault import Vault
from tests.bench.harness import Bench, Pair

WORDS = {"Ordningsstörning": "disturbance", "Narkotika": "drug_offence", "Klotter": "graffiti", "Buller": "noise"}
PROFILE = """
kind = "incident"
source_type = "reported"
crs = "EPSG:3006"
[columns]
id = "Diarienummer"
start = "Tid"
x = "E"
y = "N"
category = "Typ"
reporter = "Rapportör"
[formats]
dates = ["%Y-%m-%d %H:%M"]
[categories]
"""
COLUMNS = ["Diarienummer", "Tid", "E", "N", "Typ", "Rapportör"]
KEY = ["cell", "district", "category", "start"]


@cache
def folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="bench_ingest")


@cache
def file(n: int) -> Path:
    """`n` rows in and around Örebro: 400 spots and a third spread evenly."""
    rng = np.random.default_rng(7)
    home = Path(folder().name)
    spots = rng.uniform((498_000, 6_556_000), (526_000, 6_585_000), (400, 2))
    xy = spots[rng.integers(0, 400, n)] + rng.normal(0, 150, (n, 2))
    even = rng.random(n) < 1 / 3
    xy[even] = rng.uniform((495_000, 6_550_000), (530_000, 6_590_000), (int(even.sum()), 2))
    minutes = rng.integers(0, 60 * 24 * 900, n).astype("timedelta64[m]")
    frame = pd.DataFrame(
        {
            "Diarienummer": [f"5000-K{i:07d}-25" for i in range(n)],
            "Tid": np.char.replace((np.datetime64("2023-01-01T00:00") + minutes).astype(str), "T", " "),
            "E": xy[:, 0].round().astype(int),
            "N": xy[:, 1].round().astype(int),
            "Typ": rng.choice(list(WORDS), n),
            "Rapportör": np.char.add("R", rng.integers(0, 3_000, n).astype(str)),
            "Anteckning": "läses aldrig",
        }
    )
    path = home / f"{n}.csv"
    frame.to_csv(path, sep=";", index=False)
    return path


@cache
def ground() -> study.Study:
    return study.create(Path(folder().name) / "study", municipalities=["1880"])[0]


def ours(path: Path) -> Path:
    """The door, into an empty vault."""
    of = ground()
    for old in (of.home / "vault").glob("events*"):
        old.unlink()
    profile = parse(PROFILE + "".join(f'"{k}" = "{v}"\n' for k, v in WORDS.items()), "bench")
    with Vault(of.home) as vault:
        ingest(of, vault, path, profile, today=date(2026, 1, 1))
    return of.home


def theirs(path: Path) -> pd.DataFrame:
    """The plain script."""
    frame = pd.read_csv(path, sep=";", usecols=COLUMNS)
    start = pd.to_datetime(frame["Tid"], format="%Y-%m-%d %H:%M")
    first = np.ones(len(start), dtype=bool)
    local = start.dt.tz_localize("Europe/Stockholm", ambiguous=first, nonexistent=pd.Timedelta("1h"))
    frame["start"] = local.dt.tz_localize(None)
    frame["start_utc"] = local.dt.tz_convert("UTC").dt.tz_localize(None)
    frame["category"] = frame["Typ"].map(WORDS)
    points = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["E"], frame["N"]), crs=3006).to_crs(4326)
    districts = ground().districts.frame().rename(columns={"code": "district"})
    joined = points.sjoin(districts[["district", "geometry"]], predicate="intersects")
    joined = joined[~joined.index.duplicated()]
    lat, lng = joined.geometry.y, joined.geometry.x
    joined["cell"] = [h3.latlng_to_cell(a, b, 10) for a, b in zip(lat, lng, strict=True)]
    out = pd.DataFrame(joined[["Diarienummer", *KEY, "start_utc", "Rapportör"]])
    out.to_parquet(path.with_suffix(".parquet"))
    return out


def same(home: Path, frame: pd.DataFrame) -> None:
    """The same rows with the same cell, district, category and moment."""
    with Vault(home) as vault:
        kept = vault.events().project(", ".join([*KEY, "start_utc"])).df()
    kept["cell"] = grid.to_text(kept["cell"].to_numpy())
    columns = [*KEY, "start_utc"]
    a, b = (t[columns].astype(str).sort_values(columns).reset_index(drop=True) for t in (kept, frame))
    assert len(a) == len(b), (len(a), len(b))
    assert (a == b).all(axis=1).mean() >= 0.99999  # pyproj and two builds of H3 may differ at a cell's edge


def pair(n: int) -> Pair:
    path = file(n)
    ground()
    return Pair(lambda: ours(path), lambda: theirs(path), same)


BENCHES = [
    Bench(
        "csv_1m",
        "1 M CSV rows to cells, districts and the vault, all checks",
        "pandas + geopandas sjoin + h3-py, no checks, to Parquet",
        lambda: pair(1_000_000),
        must=3.0,
        note="ours also checks every row, hashes ids and keeps a transaction",
    )
]
