"""Every shipped profile on its real file, end to end, with the rows counted: nothing is lost, nothing slips in."""

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from hotspots import intake, study
from hotspots.errors import Trouble
from hotspots.intake.report import FileReport
from hotspots.vault import Vault

pytestmark = pytest.mark.shared
DRAWN = Path(__file__).parent / "areas"
TODAY = date(2026, 11, 24)
ZONES = {
    "austin": "America/Chicago", "boston": "America/New_York", "mexico_city": "America/Mexico_City",
    "denver": "America/Denver", "medellin": "America/Bogota", "new_york": "America/New_York",
    "washington_dc": "America/New_York", "tempe": "America/Phoenix", "seattle": "America/Los_Angeles",
    "london": "Europe/London", "portland": "America/Los_Angeles", "chicago": "America/Chicago",
    "lancashire": "Europe/London",
}  # fmt: skip
REAL = {
    "portland": "nij_portland/raw/portland-police-districts.zip",
    "chicago": "chicago_assaults/chicago_police_districts.kml",
    "lancashire": "lancashire_asb/lancashire_districts.geojson",
}
FILES = {  # profile, area, file: rows, accepted + repaired, rules
    ("lancashire_asb", "lancashire", "lancashire_asb/lancashire_asb_2022.tab.gz"): (56_434, 56_434, {}),
    ("portland_calls", "portland", "nij_portland/cfs_2016-08_to_2017-02.parquet"): (
        120_053, 119_653, {"outside_study": 400},
    ),
    ("portland_calls", "portland", "nij_portland/raw/2017feb22-26.xlsx"): (2_798, 2_791, {"outside_study": 7}),
    ("portland_burglary", "portland", "nij_portland/burglary_2012-03_to_2017-02.csv.gz"): (5_096, 5_096, {}),
    ("portland_vehicle_theft", "portland", "nij_portland/motor_vehicle_theft_2012-03_to_2017-02.csv.gz"): (
        9_037, 9_037, {},
    ),
    ("portland_street_crimes", "portland", "nij_portland/raw/crimes_all_truncated_2012.csv.gz"): (
        33_379, 33_378, {"broken_row": 1},
    ),
    ("chicago_assaults", "chicago", "chicago_assaults/chicago_aggravated_assaults_2010-2017.csv.gz"): (
        117_875, 117_804, {"outside_study": 71, "dst_doubled": 33},
    ),
    ("austin_assaults", "austin", "messy_formats/austin_aggravated_assaults_2019.xlsx"): (
        8_696, 8_694, {"missing_time": 2, "dst_doubled": 8},
    ),
    ("boston_311", "boston", "boston_311/boston_311_2015_selected_types.parquet"): (
        22_282, 22_282, {"dst_doubled": 1},
    ),
    ("boston_311", "boston", "boston_311/raw/Needle Pickup.csv"): (622, 622, {}),
    ("cdmx_car_jacking", "mexico_city", "messy_formats/cdmx_car_jacking.gpkg"): (
        2_811, 2_659, {"zero_position": 152},
    ),
    ("denver_incidents", "denver", "messy_formats/denver_incidents_2.csv"): (131, 131, {}),
    ("medellin_events", "medellin", "messy_formats/medellin_events_semicolon_decimalcomma.csv.gz"): (
        9_360, 9_279, {"missing_position": 81},
    ),
    ("nyc_burglary", "new_york", "aoristic_intervals/NYburg.csv"): (1_233, 1_233, {}),
    ("nyc_vehicle_thefts", "new_york", "nyc_vehicle_thefts/nycvehiclethefts_2014-2017.parquet"): (
        35_746, 35_746, {"dst_doubled": 6},
    ),
    ("dc_burglary", "washington_dc", "aoristic_intervals/dcburglaries.csv"): (1_025, 1_025, {}),
    ("tempe_opioid", "tempe", "tempe_opioid/tempe_opioid_calls_2017-2022.csv"): (2_351, 2_338, {"outside_study": 13}),
    ("seattle_encampments", "seattle", "seattle_encampments/Sweeps2008-2022_Combined.csv.gz"): (
        4_750, 1_933, {"missing_position": 2_774, "zero_position": 1, "bad_position": 39, "outside_study": 3},
    ),
    ("uk_police_stop_search", "london", "uk_police/met_stop_search_2018-04_to_2018-11.parquet"): (
        99_989, 90_964, {"missing_position": 9_023, "outside_study": 2},
    ),
    ("uk_police_stop_search", "london", "uk_police/raw/2019-01-city-of-london-stop-and-search.csv"): (
        153, 117, {"missing_position": 36},
    ),
    ("uk_police_street", "london", "uk_police/city_of_london_street_2018-04_to_2019-12.parquet"): (
        16_590, 15_398, {"missing_position": 1_190, "outside_study": 2},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def studies(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, study.Study]:
    home = tmp_path_factory.mktemp("real")
    return {
        name: study.create(
            home / name, area=shared_data / REAL[name] if name in REAL else DRAWN / f"{name}.geojson", time_zone=zone
        )[0]
        for name, zone in ZONES.items()
    }


def read(of: study.Study, path: Path, profile: str) -> FileReport:
    with Vault(of.home) as vault:
        return intake.ingest(of, vault, path, intake.load(profile), today=TODAY)


@pytest.mark.parametrize(("profile", "area", "file"), FILES, ids=[f"{p}-{Path(f).stem}" for p, _, f in FILES])
def test_a_real_file(studies: dict[str, study.Study], shared_data: Path, profile: str, area: str, file: str) -> None:
    rows, kept, rules = FILES[profile, area, file]
    report = read(studies[area], shared_data / file, profile)
    assert (report.rows, report.accepted + report.repaired, report.rules) == (rows, kept, rules)
    assert not report.stopped and report.new + report.duplicates + report.updated == kept


def test_exact_duplicates_by_snapping_are_not_lost(studies: dict[str, study.Study], shared_data: Path) -> None:
    of = studies["lancashire"]
    report = read(of, shared_data / "lancashire_asb/lancashire_asb_2022.tab.gz", "lancashire_asb")
    with Vault(of.home) as vault:
        total, distinct = vault.events().aggregate("count(*), count(DISTINCT key)").fetchall()[0]
    assert report.rows == total == 56_434 and distinct < total - 15_000


def test_person_columns_are_dropped_unread(studies: dict[str, study.Study], shared_data: Path) -> None:
    of = studies["london"]
    path = shared_data / "uk_police/raw/2019-01-city-of-london-stop-and-search.csv"
    report = read(of, path, "uk_police_stop_search")
    assert {"Gender", "Age range", "Self-defined ethnicity", "Officer-defined ethnicity"} <= set(report.unmapped)
    raw = b"".join(p.read_bytes() for p in (of.home / "vault").iterdir())
    assert b"Black/African" not in raw and b"18-24" not in raw


def test_police_notices_are_areas_and_never_points(shared_data: Path, tmp_path: Path) -> None:
    of, _ = study.create(tmp_path / "s", municipalities=["1880"])
    path = shared_data / "polisen_se/polisen_events_2022-09_to_2025-12.parquet"
    points = """
kind = "incident"
source_type = "reported"
category = "public_disorder"
[columns]
start = "datetime"
latlon = "location.gps"
"""
    with Vault(of.home) as vault, pytest.raises(Trouble, match="not places") as raised:
        intake.ingest(of, vault, path, intake.parse(points, "mine"), today=TODAY)
    assert raised.value.code == "area_midpoints"
    report = read(of, path, "polisen_se")
    assert (report.rows, report.rules) == (70_289, {"refused_category": 52})
    with Vault(of.home) as vault:
        assert vault.events("cell IS NOT NULL OR district IS NOT NULL").aggregate("count(*)").fetchall()[0][0] == 0


def test_edited_notices_replace_their_earlier_versions(shared_data: Path, tmp_path: Path) -> None:
    of, _ = study.create(tmp_path / "s", municipalities=["1880"])
    report = read(of, shared_data / "polisen_se/event_revisions.jsonl.gz", "polisen_se")
    assert report.rows == 4_078 and report.new + report.duplicates + report.updated == 4_072
    with Vault(of.home) as vault:
        rows, ids = vault.events().aggregate("count(*), count(DISTINCT id_hash)").fetchall()[0]
    assert rows == ids == report.new


def test_the_same_midpoints_under_other_names_are_refused_too(shared_data: Path, tmp_path: Path) -> None:
    of, _ = study.create(tmp_path / "s", municipalities=["1880"])
    table = pq.read_table(
        shared_data / "polisen_se/polisen_events_2022-09_to_2025-12.parquet", columns=["datetime", "location.gps"]
    )
    pq.write_table(table.rename_columns(["tid", "plats"]), tmp_path / "annan.parquet")
    toml = """
kind = "incident"
source_type = "reported"
category = "public_disorder"
[columns]
start = "tid"
latlon = "plats"
[formats]
dates = ["%Y-%m-%d %H:%M:%S %z"]
"""
    with Vault(of.home) as vault, pytest.raises(Trouble, match="midpoints of areas"):
        intake.ingest(of, vault, tmp_path / "annan.parquet", intake.parse(toml, "mine"), today=TODAY)
