"""The made-up Örebro: its files are those of our templates, lie where people live, and hold the spots they claim."""

import json
import shutil
import subprocess
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from hotspots import grid, spots
from hotspots.demo import plan
from hotspots.demo.generate import NOTE, Truth, generate
from hotspots.demo.make import check_ours, make, ready
from hotspots.errors import Trouble
from hotspots.geo import places, project
from hotspots.geo.areas import Locator, cell_areas_km2, regso
from hotspots.vocabulary import Vocabulary

TODAY = date(2026, 9, 30)
COLUMNS = {
    "incidents": "id,start,end,lat,lon,category,source",
    "reports": "id,start,lat,lon,category,reporter,wants_feedback,first_action,feedback_at,closed",
    "visits": "id,start,end,lat,lon,category,minutes,contacts,offers,accepted",
}
TIMES = ("start", "end", "first_action", "feedback_at", "closed")
MEANS = {"seasonal": "recurring"}


@cache
def made(scale: float = 1.0) -> tuple[Path, Truth]:
    folder = Path(mkdtemp(prefix="hotspots-demo-"))
    return folder, generate(folder, scale=scale)


@cache
def table(name: str, scale: float = 1.0) -> pd.DataFrame:
    read = pd.read_csv(made(scale)[0] / f"{name}.csv")
    for column in set(TIMES) & set(read):
        read[column] = pd.to_datetime(read[column], format="%Y-%m-%d %H:%M")
    return read


def found(scale: float) -> pd.DataFrame:
    """Spots in the generated files, read as plainly as can be."""
    told = [
        table("incidents", scale).assign(kind="incident", profile="i"),
        table("reports", scale).assign(kind="report", profile="r", source="reported"),
    ]
    rows = pd.concat(told, ignore_index=True)
    districts = regso(["1880"])
    cell = grid.cells_of(rows["lat"], rows["lon"], 10)
    start = rows["start"].to_numpy("datetime64[s]")
    events = pd.DataFrame(
        {
            "profile": rows["profile"],
            "kind": rows["kind"],
            "source_type": rows["source"],
            "start": start,
            "end": start + np.timedelta64(60, "s"),
            "precision": "minute",
            "time_known": True,
            "cell": cell,
            "district": np.array(districts.codes)[Locator(districts).locate(rows["lon"], rows["lat"], cell)],
            "category": rows["category"],
            "source_key": pd.factorize(rows["reporter"])[0] + 1,
            "reporter_known": rows["reporter"].notna(),
        }
    )
    known = places.shipped()
    return spots.find(
        events,
        today=TODAY,
        first_day=date(2024, 10, 1),
        vocabulary=Vocabulary(),
        districts=districts,
        places=known[known["municipality"] == "1880"],
        cell_area=cell_areas_km2,
    ).table


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    folder = made(0.2)[0]
    generate(tmp_path / "again", scale=0.2)
    generate(tmp_path / "other", seed=7, scale=0.2)
    for name in (*(f"{n}.csv" for n in COLUMNS), "truth.json"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()
    assert (tmp_path / "other" / "visits.csv").read_bytes() != (folder / "visits.csv").read_bytes()


def test_size_and_truth() -> None:
    folder, truth = made()
    assert 25_000 <= sum(truth.rows.values()) <= 40_000
    assert sum(made(0.2)[1].rows.values()) < 0.5 * sum(truth.rows.values())
    written = json.loads((folder / "truth.json").read_text("utf-8"))
    assert written["note"] == NOTE and "Påhittade data" in NOTE
    assert written["spots"] == truth.spots and written["rows"] == truth.rows
    assert {n: len(table(n)) for n in COLUMNS} == truth.rows
    assert (folder / "LÄSMIG.txt").read_text("utf-8").strip() == NOTE


@pytest.mark.parametrize("name", COLUMNS)
def test_files_are_our_templates(name: str) -> None:
    read = table(name)
    assert ",".join(read.columns) == COLUMNS[name]
    assert read["id"].is_unique
    assert set(read["category"]) <= set(Vocabulary().categories)
    assert read["start"].min() >= pd.Timestamp("2024-10-01") and read["start"].max().date() == TODAY
    for column in set(TIMES) & set(read):
        later = read[column].dropna()
        assert later.max() <= pd.Timestamp("2026-09-30 23:59")
        assert (later >= read.loc[later.index, "start"]).all()


@pytest.mark.parametrize("name", COLUMNS)
def test_no_time_lies_in_an_hour_that_is_missing_or_doubled(name: str) -> None:
    zone = ZoneInfo("Europe/Stockholm")
    for column in set(TIMES) & set(table(name)):
        local = table(name)[column].dropna()
        local.dt.tz_localize(zone, ambiguous="raise", nonexistent="raise")


def test_sources_and_counts_make_sense() -> None:
    incidents, visits = table("incidents"), table("visits")
    discovered = incidents["source"] == "discovered"
    assert set(incidents["source"]) == {"reported", "discovered"}
    assert set(incidents.loc[discovered, "category"]) == set(plan.DISCOVERED)
    assert not set(incidents.loc[~discovered, "category"]) & set(plan.DISCOVERED)
    assert set(visits["category"]) == set(plan.VISITS)
    assert (visits["accepted"] <= visits["offers"]).all() and (visits["offers"] <= visits["contacts"]).all()
    assert (visits["minutes"] > 0).all()
    reports = table("reports")
    answered = reports["feedback_at"].notna()
    assert (reports.loc[answered, "wants_feedback"] == 1).all() and 0.05 < answered.mean() < 0.6


@pytest.mark.parametrize("name", COLUMNS)
def test_points_lie_in_the_municipality_where_people_live(name: str) -> None:
    read = table(name)
    districts = regso(["1880"])
    number = Locator(districts).locate(read["lon"], read["lat"], grid.cells_of(read["lat"], read["lon"], 9))
    assert (number >= 0).all()
    labels = districts.label_points()[districts.areas_km2() < 6]
    known = places.shipped()
    known = known[known["municipality"] == "1880"]
    lng = np.concatenate([labels[:, 0], known["lng"], [v[2] for v in plan.VILLAGES]])
    lat = np.concatenate([labels[:, 1], known["lat"], [v[1] for v in plan.VILLAGES]])
    near = np.full(len(read), np.inf)
    for a, b in zip(lng, lat, strict=True):
        near = np.minimum(near, project.distance_m(read["lon"].to_numpy(), read["lat"].to_numpy(), a, b))
    assert near.max() < 1400


def test_season_and_rhythm_are_visible() -> None:
    incidents, reports = table("incidents"), table("reports")
    month = reports["start"].dt.month
    lamps, litter = reports["category"] == "lighting", reports["category"] == "littering"
    assert lamps[month.isin([11, 12, 1])].sum() > 2 * lamps[month.isin([5, 6, 7])].sum()
    assert litter[month.isin([6, 7, 8])].sum() > 1.3 * litter[month.isin([12, 1, 2])].sum()
    hour = incidents["start"].dt.hour
    evening = hour.between(18, 23).groupby(incidents["category"]).mean()
    assert evening["public_intoxication"] > 2 * evening["threat"]
    assert hour[incidents["category"] == "shoplifting"].between(10, 20).mean() > 0.95


@pytest.mark.parametrize("scale", [1.0, 0.2])
def test_every_planted_spot_is_found_in_its_state(scale: float) -> None:
    got = found(scale)
    x, y = project.from_lonlat(got["lng"], got["lat"], "EPSG:3006")
    for spot in made(scale)[1].spots:
        if spot["kind"] == "needles":  # no gathering category: never the ground of a spot
            continue
        a, b = project.from_lonlat([spot["lon"]], [spot["lat"]], "EPSG:3006")
        away = np.hypot(x - a, y - b)
        state, kind = str(got["state"].iloc[away.argmin()]), str(spot["kind"])
        if kind == "night":
            assert away.min() > 120 or state in ("temporary", "ended")
        else:
            assert (away.min() < 120, state) == (True, MEANS.get(kind, kind)), spot["name"]
    assert len(got) <= len(made(scale)[1].spots) + 1


def test_spots_carry_the_names_people_use() -> None:
    got = set(found(1.0)["name"])
    assert {"Järntorget / Henry Allards park", "Resecentrum", "Våghustorget", "Vivalla centrum", "Varberga torg"} <= got


def test_planted_places_lie_in_the_districts_that_the_plan_means() -> None:
    """Villages are given by their minutes of arc: each must at least lie in the district that is named after it."""
    districts = regso(["1880"])
    of = {"Glanshammar": "R011", "Odensbacken": "R036", "Garphyttan": "R010", "Vintrosa": "R016", "Hovsta": "R014"}
    for name, lat, lng in plan.VILLAGES:
        number = int(Locator(districts).locate([lng], [lat], grid.cells_of([lat], [lng], 9))[0])
        assert districts.codes[number].endswith(of.get(name, "R007")), name


@pytest.mark.parametrize("content", ['name = "Ours"\ntime_zone = "Europe/Stockholm"\ncrs = "EPSG:3006"\n', None])
def test_a_folder_that_is_not_the_demonstration_is_never_touched(tmp_path: Path, content: str | None) -> None:
    home = tmp_path / "demo"
    home.mkdir()
    check_ours(home)
    (home / "ours.txt").write_text("years of work")
    if content is not None:
        (home / "study.toml").write_text(content)
    for way in (make, ready):
        with pytest.raises(Trouble) as refused:
            way(home)
        assert refused.value.code == "not_the_demo"
    assert (home / "ours.txt").read_text() == "years of work"


def test_a_demonstration_without_a_release_is_published_with_what_its_vault_holds(
    demo_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "demo"
    shutil.copytree(demo_home, home, ignore=lambda folder, names: {"releases"} & set(names))
    (home / "mine.txt").write_text("stays")
    ready(home)
    assert (home / "releases" / "operations" / "CURRENT").is_file() and (home / "mine.txt").is_file()


def test_clean_takes_the_demonstration_and_leaves_studies(tmp_path: Path) -> None:
    makefile = Path(__file__).parent.parent / "Makefile"
    for name, demo in (("demo", "true"), ("ours", "false")):
        (tmp_path / "var" / name).mkdir(parents=True)
        (tmp_path / "var" / name / "study.toml").write_text(f"demo = {demo}\n")
    for name in ("hotspots", "layers", "tests", ".venv", "build"):
        (tmp_path / name).mkdir()
    subprocess.run(["make", "-s", "-f", makefile, "clean"], cwd=tmp_path, check=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["hotspots", "layers", "tests", "var"]
    assert [p.name for p in (tmp_path / "var").iterdir()] == ["ours"]
    (tmp_path / "var" / "demo").mkdir()
    (tmp_path / "var" / "demo" / "study.toml").write_text("demo = false\n")
    subprocess.run(["make", "-s", "-f", makefile, "clean"], cwd=tmp_path, check=True)
    assert (tmp_path / "var" / "demo").is_dir(), "a study that is only called demo"
