"""The eight real inputs, from the command line: file in, release out, cells and spots on disk."""

import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import h3
import pandas as pd
import pytest

from hotspots.cli import main

DRAWN = Path(__file__).parent / "areas"


@dataclass(frozen=True)
class Input:
    """One city: its area, its file, its profile, and what must come out."""

    area: str
    file: str
    profile: str
    zone: str
    rows: int
    drawn: bool = False
    period: str | None = None
    spots: bool = True
    least_accepted: float = 0.95
    options: tuple[str, ...] = field(default=())


PORTLAND = "nij_portland/raw/portland-police-districts.zip"
INPUTS = {
    "portland": Input(
        PORTLAND,
        "nij_portland/cfs_2016-08_to_2017-02.parquet",
        "portland_calls",
        "America/Los_Angeles",
        120_053,
        least_accepted=0.9,
    ),
    "chicago": Input(
        "chicago_assaults/chicago_police_districts.kml",
        "chicago_assaults/chicago_aggravated_assaults_2010-2017.csv.gz",
        "chicago_assaults",
        "America/Chicago",
        117_875,
    ),
    "boston": Input(
        "boston.geojson",
        "boston_311/boston_311_2015_selected_types.parquet",
        "boston_311",
        "America/New_York",
        22_282,
        drawn=True,
    ),
    "lancashire": Input(
        "lancashire_asb/lancashire_districts.geojson",
        "lancashire_asb/lancashire_asb_2022.tab.gz",
        "lancashire_asb",
        "Europe/London",
        56_434,
    ),
    "met": Input(
        "london.geojson",
        "uk_police/met_stop_search_2018-04_to_2018-11.parquet",
        "uk_police_stop_search",
        "Europe/London",
        99_989,
        drawn=True,
        least_accepted=0.8,
    ),
    "nyc": Input(
        "new_york.geojson",
        "nyc_vehicle_thefts/nycvehiclethefts_2014-2017.parquet",
        "nyc_vehicle_thefts",
        "America/New_York",
        35_746,
        drawn=True,
    ),
}
MESSY = {
    "austin": Input(
        "austin.geojson",
        "messy_formats/austin_aggravated_assaults_2019.xlsx",
        "austin_assaults",
        "America/Chicago",
        8_696,
        drawn=True,
    ),
    "medellin": Input(
        "medellin.geojson",
        "messy_formats/medellin_events_semicolon_decimalcomma.csv.gz",
        "medellin_events",
        "America/Bogota",
        9_360,
        drawn=True,
    ),
    "cdmx": Input(
        "mexico_city.geojson",
        "messy_formats/cdmx_car_jacking.gpkg",
        "cdmx_car_jacking",
        "America/Mexico_City",
        2_811,
        drawn=True,
        least_accepted=0.9,
    ),
    "denver": Input(
        "denver.geojson", "messy_formats/denver_incidents_2.csv", "denver_incidents", "America/Denver", 131, drawn=True
    ),
}
pytestmark = pytest.mark.shared


def hotspots(home: Path, *arguments: object) -> tuple[int, dict[str, Any]]:
    """One command, in this process (tests/test_cli.py starts real ones): exit code and the one object on stdout."""
    out, said = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(said), pytest.raises(SystemExit) as end:
        main(["--home", str(home), *map(str, arguments), "--json"])
    lines = out.getvalue().strip().splitlines()
    assert len(lines) == 1 and "Traceback" not in said.getvalue(), said.getvalue()
    return int(end.value.code or 0), json.loads(lines[0])


def into_study(of: Input, shared: Path, home: Path) -> dict[str, Any]:
    """Make the study, read the file; the report of the file."""
    area = DRAWN / of.area if of.drawn else shared / of.area
    code, data = hotspots(home, "init", "--area", area, "--time-zone", of.zone)
    assert code == 0 and data["districts"] >= 1, data
    code, data = hotspots(home, "ingest", shared / of.file, "--profile", of.profile, *of.options)
    assert code == 0, data
    report: dict[str, Any] = data["files"][0]
    assert report["rows"] == of.rows == report["accepted"] + report["repaired"] + report["quarantined"]
    assert report["accepted"] + report["repaired"] == report["new"] + report["duplicates"] + report["updated"]
    assert report["accepted"] + report["repaired"] >= of.least_accepted * of.rows
    return report


@pytest.mark.parametrize("name", INPUTS)
def test_a_city_from_file_to_map(name: str, shared_data: Path, tmp_path: Path) -> None:
    of, home = INPUTS[name], tmp_path / "study"
    report = into_study(of, shared_data, home)
    if name == "lancashire":  # 20,100 rows are the same as another: snapped to one point, not entered twice
        assert report["duplicates"] == 0 and report["new"] == report["accepted"] + report["repaired"]
    code, data = hotspots(home, "ingest", shared_data / of.file, "--profile", of.profile)
    again = data["files"][0]
    assert code == 0 and again["new"] == 0 and again["updated"] == 0, "the same bytes add nothing"
    code, data = hotspots(home, "publish")
    assert code == 0 and {r["audience"] for r in data["releases"]} == {"operations", "partners", "open"}
    shown = {r["audience"]: r for r in data["releases"]}
    assert shown["operations"]["events_shown"] >= 0.8 * (report["new"])
    code, data = hotspots(home, "cells", "--audience", "operations", "--out", tmp_path / "cells.csv")
    cells = pd.read_csv(tmp_path / "cells.csv")
    assert code == 0 and data["rows"] == len(cells) > 50 and (cells["count"] >= 5).all()
    assert all(h3.is_valid_cell(c) for c in cells["cell"]) and (cells["resolution"] <= 9).all()
    assert cells["gistar_hot"].any() and set(cells["class"].dropna()) >= {"none"}
    code, data = hotspots(home, "spots", "--audience", "operations", "--out", tmp_path / "spots.geojson")
    assert code == 0
    code, data = hotspots(home, "compare", "--audience", "open", "--out", tmp_path / "districts.csv")
    assert code == 0
    if data["rows"]:
        assert (pd.read_csv(tmp_path / "districts.csv")["count"] >= 10).all()


@pytest.mark.parametrize("name", MESSY)
def test_a_messy_file_is_read(name: str, shared_data: Path, tmp_path: Path) -> None:
    into_study(MESSY[name], shared_data, tmp_path / "study")


def test_person_columns_never_enter(shared_data: Path, tmp_path: Path) -> None:
    raw = shared_data / "uk_police" / "raw" / "2019-01-city-of-london-stop-and-search.csv"
    home = tmp_path / "study"
    assert hotspots(home, "init", "--area", DRAWN / "london.geojson", "--time-zone", "Europe/London")[0] == 0
    code, data = hotspots(home, "ingest", raw, "--profile", "uk_police_stop_search")
    assert code == 0 and data["files"][0]["rows"] == 153
    assert hotspots(home, "publish")[0] == 0
    people = {"Asian/Asian British", "White - White British", "25-34", "18-24", "Female"}
    for file in home.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            for value in people:
                assert value.encode() not in content, f"{value} in {file.name}"


@pytest.mark.parametrize("profile", ["polisen_se", "points.toml"])
def test_police_notices_are_refused_as_points(profile: str, shared_data: Path, tmp_path: Path) -> None:
    home = tmp_path / "study"
    assert hotspots(home, "init", "--municipality", "1880")[0] == 0
    raw = sorted((shared_data / "polisen_se" / "raw").glob("*.json"))[0]
    if profile == "points.toml":
        (tmp_path / profile).write_text(
            'kind = "incident"\nsource_type = "reported"\ntime_zone = "Europe/Stockholm"\ncategory = "other"\n'
            '[columns]\nstart = "datetime"\nlatlon = "location.gps"\n[formats]\ndates = ["%Y-%m-%d %H:%M:%S %z"]\n'
        )
        code, data = hotspots(home, "ingest", raw, "--profile", tmp_path / profile)
        assert code == 2 and data["error"]["do"], data
        assert hotspots(home, "publish")[1]["error"]["code"] == "nothing_to_publish"
        return
    code, data = hotspots(home, "ingest", raw, "--profile", profile)
    assert code == 0 and data["files"][0]["new"] > 0
    code, data = hotspots(home, "publish")
    assert code == 2 and data["error"]["code"] == "nothing_to_publish", "notices are no places: nothing for a map"
