"""Profiles: what a TOML may say, what is refused with which sentence; the shipped ones against real files; drafts."""

import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots.errors import Trouble, UnknownName
from hotspots.intake import open_source, preview, suggest
from hotspots.intake.form import describe
from hotspots.intake.mapping import FIELDS, FORMATS
from hotspots.intake.profile import SourceColumn, are_notices, load, names, parse, refuse_notices, shipped, to_toml
from hotspots.vocabulary import KINDS, REFUSED, SOURCE_TYPES, Vocabulary, own_categories

DOCS = Path(__file__).parent.parent / "docs" / "profiles.md"
AREAS = Path(__file__).parent / "areas"
WHOLE = """
title = { sv = "Händelser", en = "Incidents" }
kind = "incident"
source_type = { column = "Källa", map = { "Personal" = "discovered", "*" = "reported" } }
time_zone = "Europe/Stockholm"
crs = "EPSG:3006"
format = "csv"
midpoints = [[59.2753, 15.2134]]

[columns]
id = "Diarienummer"
start = ["Datum", "Tid"]
end = "Till"
x = "E"
y = "N"
category = "Typ"
reporter = "Rapportör"

[formats]
dates = ["%Y-%m-%d %H:%M", "%Y-%m-%d"]
decimal = ","
separator = ";"
encoding = "cp1252"
skip_rows = 2
missing = ["XX", ".."]

[categories]
"Öppen. droghantering" = "open_drug_dealing"
"Sjukdom" = "refused"
"*" = "other"

[drop]
columns = ["Namn", "Personnr"]
"""

# ---- inputs: what is refused -----------------------------------------------------------------------------------------


def test_a_profile_says_what_its_toml_says() -> None:
    profile = parse(WHOLE, "örebro")
    assert profile.columns["start"] == ("Datum", "Tid") and profile.position == ("x", "y")
    assert profile.source_type == SourceColumn("Källa", {"Personal": "discovered", "*": "reported"})
    assert profile.categories == {"Öppen. droghantering": "open_drug_dealing", "Sjukdom": REFUSED, "*": "other"}
    assert (profile.decimal, profile.separator, profile.encoding, profile.skip_rows) == (",", ";", "cp1252", 2)
    assert profile.missing == ("XX", "..") and profile.midpoints == ((59.2753, 15.2134),)
    assert profile.wanted == ("Diarienummer", "Datum", "Tid", "Till", "E", "N", "Typ", "Rapportör", "Källa")
    assert parse(to_toml(profile), "örebro") == profile


@pytest.mark.parametrize(
    ("old", "new", "key", "word"),
    [
        ('kind = "incident"', 'kind = "incidents"', "kind", "incident"),
        ('kind = "incident"', "", "kind", "incident, report, visit, notice"),
        ('"*" = "reported" } }', '"*" = "police" } }', "source_type.map.*", "discovered"),
        ("map = {", "mapp = {", "source_type.mapp", "map"),
        ('"Europe/Stockholm"', '"Europe/Orebro"', "time_zone", "Europe/Stockholm"),
        ('"EPSG:3006"', '"EPSG:30066"', "crs", "EPSG:3006"),
        ('format = "csv"', 'format = "excel"', "format", "xlsx"),
        ("midpoints = [[59.2753, 15.2134]]", "midpoints = [[15.2, 159.2, 3]]", "midpoints", "latitude"),
        ('end = "Till"', 'slut = "Till"', "columns.slut", "start"),
        ('start = ["Datum", "Tid"]', "", "columns.start", "start"),
        ('x = "E"', "", "columns.x", "x"),
        ('x = "E"\ny = "N"', "", "columns", "lat and lon"),
        ('x = "E"', 'x = "E"\nlatlon = "gps"', "columns", "latlon"),
        ('x = "E"', 'x = ["E", "F"]', "columns.x", "start"),
        ('end = "Till"', 'minutes = "Till"', "columns.minutes", "kind"),
        ('end = "Till"', 'closed = "Till"', "columns.closed", "kind"),
        ('end = "Till"', 'area = "Till"', "columns.area", "kind"),
        ('category = "Typ"', "", "category", "burglary"),
        ('format = "csv"', 'format = "csv"\ncategory = "burglary"', "category", "burglary"),
        ('"open_drug_dealing"', '"open_drug_deal"', "categories.Öppen. droghantering", "open_drug_dealing"),
        ('"%Y-%m-%d"]', '"dd/mm/yyyy"]', "formats.dates", "iso"),
        ('"%Y-%m-%d"]', '"%H:%M"]', "formats.dates", "excel"),
        ('decimal = ","', 'decimal = "comma"', "formats.decimal", "."),
        ('separator = ";"', 'separator = "semicolon"', "formats.separator", ";"),
        ('"cp1252"', '"ebcdic"', "formats.encoding", "utf-8"),
        ("skip_rows = 2", "skip_rows = -1", "formats.skip_rows", ""),
        ("skip_rows = 2", "skip = 2", "formats.skip", "skip_rows"),
        ('columns = ["Namn", "Personnr"]', 'columns = ["Namn", "Typ"]', "drop: Typ", "[columns]"),
        ("[drop]", "[dropp]", "dropp", "drop"),
    ],
)
def test_every_mistake_is_one_sentence_with_the_key_and_the_choices(old: str, new: str, key: str, word: str) -> None:
    assert old in WHOLE
    with pytest.raises(Trouble) as caught:
        parse(WHOLE.replace(old, new, 1), "egen")
    trouble = caught.value
    assert trouble.code == "bad_profile" and trouble.where == f"egen: {key}"
    assert word in trouble.sentence("en") and trouble.message.sv != trouble.message.en


def test_broken_toml_names_the_line() -> None:
    with pytest.raises(Trouble, match="valid TOML") as caught:
        parse('kind = "incident"\n[columns\n', "egen")
    assert "line 2" in caught.value.where


@given(st.text(max_size=300))
def test_no_text_makes_parse_fail_in_another_way(text: str) -> None:
    with pytest.raises(Trouble):
        parse(text, "x")


def test_a_notice_has_an_area_and_never_a_place() -> None:
    notice = 'kind = "notice"\nsource_type = "reported"\ncategory = "other"\n[columns]\nstart = "a"\n'
    assert parse(notice + 'area = "Kommun"\n', "n").columns["area"] == ("Kommun",)
    for wrong in ("", 'latlon = "gps"\n', 'area = "Kommun"\nlatlon = "gps"\n'):
        with pytest.raises(Trouble, match="area"):
            parse(notice + wrong, "n")


def test_a_study_may_have_codes_of_its_own() -> None:
    text = WHOLE.replace('"*" = "other"', '"*" = "own_code"')
    own = Vocabulary(own_categories([{"code": "own_code", "group": "other", "sv": "egen"}]))
    assert (parse(text, "x", own).categories or {})["*"] == "own_code"
    with pytest.raises(Trouble):
        parse(text, "x")


def test_load_finds_names_and_files(tmp_path: Path) -> None:
    (tmp_path / "egen.toml").write_text(WHOLE, "utf-8")
    assert load(tmp_path / "egen.toml").name == "egen"
    with pytest.raises(UnknownName, match="There is no profile"):
        load("polisen")
    with pytest.raises(Trouble, match="does not exist"):
        load(tmp_path / "borta.toml")
    (tmp_path / "latin.toml").write_bytes('kind = "å"'.encode("cp1252"))
    with pytest.raises(Trouble, match="UTF-8"):
        load(tmp_path / "latin.toml")


def test_police_notices_are_refused_as_points() -> None:
    columns = ("id", "datetime", "name", "summary", "url", "type", "location.name", "location.gps")
    assert are_notices(columns)
    refuse_notices(load("polisen_se"), columns)
    with pytest.raises(Trouble) as caught:
        refuse_notices(load("template_incidents"), columns)
    assert caught.value.code == "area_midpoints" and "municipality" in caught.value.sentence("en")
    refuse_notices(load("template_incidents"), ("id", "start", "lat", "lon", "type", "name"))


# ---- outputs: the shipped ones ---------------------------------------------------------------------------------------

FILES = {
    "boston_311": ("boston_311/boston_311_2015_selected_types.parquet", "boston_311/raw/Needle Pickup.csv"),
    "chicago_assaults": ("chicago_assaults/chicago_aggravated_assaults_2010-2017.csv.gz",),
    "lancashire_asb": ("lancashire_asb/lancashire_asb_2022.tab.gz",),
    "nyc_vehicle_thefts": (
        "nyc_vehicle_thefts/nycvehiclethefts_2014-2017.parquet",
        "nyc_vehicle_thefts/sample_300.csv",
    ),
    "nyc_burglary": ("aoristic_intervals/NYburg.csv",),
    "dc_burglary": ("aoristic_intervals/dcburglaries.csv",),
    "tempe_opioid": ("tempe_opioid/tempe_opioid_calls_2017-2022.csv",),
    "seattle_encampments": ("seattle_encampments/Sweeps2008-2022_Combined.csv.gz",),
    "austin_assaults": ("messy_formats/austin_aggravated_assaults_2019.xlsx",),
    "medellin_events": ("messy_formats/medellin_events_semicolon_decimalcomma.csv.gz",),
    "cdmx_car_jacking": ("messy_formats/cdmx_car_jacking.gpkg",),
    "denver_incidents": ("messy_formats/denver_incidents_2.csv",),
    "portland_calls": ("nij_portland/cfs_2016-08_to_2017-02.parquet", "nij_portland/raw/2017feb22-26.xlsx"),
    "portland_street_crimes": (
        "nij_portland/raw/crimes_all_truncated_2012.csv.gz",
        "nij_portland/raw/090116_093016_Data.zip",
    ),
    "portland_burglary": ("nij_portland/burglary_2012-03_to_2017-02.csv.gz",),
    "portland_vehicle_theft": ("nij_portland/motor_vehicle_theft_2012-03_to_2017-02.csv.gz",),
    "uk_police_street": (
        "uk_police/city_of_london_street_2018-04_to_2019-12.parquet",
        "uk_police/raw/2019-01-city-of-london-street.csv",
    ),
    "uk_police_stop_search": (
        "uk_police/met_stop_search_2018-04_to_2018-11.parquet",
        "uk_police/raw/2019-01-city-of-london-stop-and-search.csv",
    ),
    "polisen_se": (
        "polisen_se/polisen_events_2022-09_to_2025-12.parquet",
        "polisen_se/raw/events_20251026T054442Z.json",
        "polisen_se/event_revisions.jsonl.gz",
    ),
}
WITHOUT_A_FILE = {
    "template_incidents", "template_reports", "template_visits", "est_weekly", "outreach_log", "open311",
}  # fmt: skip
PAIRS = [(name, file) for name, files in FILES.items() for file in files]


def test_every_shipped_profile_is_tried_or_says_why_not() -> None:
    assert set(names()) == set(FILES) | WITHOUT_A_FILE
    for name in WITHOUT_A_FILE:
        assert load(name).unverified or name.startswith("template_")


@pytest.mark.parametrize("name", names())
def test_a_shipped_profile_speaks_both_languages_and_survives_writing(name: str) -> None:
    profile = load(name)
    assert profile.title.sv and profile.title.en and profile.title.sv != name
    assert parse(to_toml(profile), name) == profile
    assert (name, profile.title, profile.kind) in shipped()


def test_the_templates_are_what_the_contract_says() -> None:
    incidents, reports, visits = (load(f"template_{n}") for n in ("incidents", "reports", "visits"))
    assert incidents.wanted == ("id", "start", "end", "lat", "lon", "category", "source")
    assert ",".join(reports.wanted) == (
        "id,start,lat,lon,category,reporter,wants_feedback,first_action,feedback_at,closed"
    )
    assert ",".join(visits.wanted) == "id,start,end,lat,lon,category,minutes,contacts,offers,accepted"
    assert incidents.categories is reports.categories is visits.categories is None


def reads(text: str, dates: tuple[str, ...]) -> bool:
    for form in dates:
        try:
            datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)
        except ValueError:
            continue
        return True
    return False


@pytest.mark.shared
@pytest.mark.parametrize(("name", "file"), PAIRS, ids=[f"{n}:{Path(f).name}" for n, f in PAIRS])
def test_a_shipped_profile_fits_its_file(shared_data: Path, name: str, file: str) -> None:
    profile = load(name)
    refuse_notices(profile, open_source(shared_data / file, profile).columns)
    chunk = next(open_source(shared_data / file, profile).chunks())
    table = chunk.table.slice(0, 20_000)
    assert set(table.column_names) == set(profile.wanted)
    assert not set(table.column_names) & set(profile.drop)
    start = table.column(profile.columns["start"][0])
    if pa.types.is_string(start.type):
        sample = [v for v in pc.unique(start.drop_null()).to_pylist() if v][:3_000]
        unread = [v for v in sample if not reads(v, profile.dates)]
        assert sample and not unread
    else:
        assert pa.types.is_temporal(start.type)
    if profile.categories is not None:
        values = {v.strip() for v in pc.unique(table.column(profile.columns["category"][0])).to_pylist() if v}
        assert "*" in profile.categories or not values - set(profile.categories) - {"OTHE"}


@pytest.mark.shared
def test_all_calls_of_portland_find_their_category(shared_data: Path) -> None:
    profile = load("portland_calls")
    path = shared_data / FILES["portland_calls"][0]
    values = [v.strip() for c in open_source(path, profile).chunks() for v in c.table.column("CASE DESC").to_pylist()]
    codes = [(profile.categories or {}).get(v, "other") for v in values]
    assert len(codes) == 120_053
    assert codes.count("unwanted_person") == 13_390 and codes.count("suspected_dealing") == 1_433
    assert codes.count("burglary") == 2_356 + 475 and codes.count("vehicle_theft") == 4_397 + 353
    assert set(codes) <= set(Vocabulary().categories)


@pytest.mark.shared
def test_person_columns_of_searches_are_never_read(shared_data: Path) -> None:
    profile = load("uk_police_stop_search")
    source = open_source(shared_data / FILES["uk_police_stop_search"][1], profile)
    assert set(profile.drop) < set(source.unmapped)
    for chunk in source.chunks():
        assert chunk.table.column_names == ["Date", "Latitude", "Longitude", "Object of search"]


# ---- drafts ----------------------------------------------------------------------------------------------------------

SWEDISH = """Diarienr;Händelsedatum;Tid;N;E;Typ av händelse;Namn;Personnummer;Anteckning
A1;2025-03-01;14:05;6571234,5;512345,6;Klotter;Anna;19000101-9999;x
A2;2025-03-02;09:15;6571334,5;512445,6;Öppen droghantering;Bo;;y
A3;2025-03-23;23:15;6571334,5;512445,6;Hund utan koppel;Bo;;y
"""


def draft_of(tmp_path: Path, text: str, encoding: str = "utf-8") -> tuple[str, list[str]]:
    path = tmp_path / "fil.csv"
    path.write_text(text, encoding)
    profile, notes = suggest(path)
    return to_toml(profile), [n.en for n in notes]


def test_a_swedish_list_gives_a_draft_that_loads(tmp_path: Path) -> None:
    text, notes = draft_of(tmp_path, SWEDISH, "cp1252")
    draft = parse(text, "fil")
    assert draft.columns == {
        "id": ("Diarienr",), "start": ("Händelsedatum", "Tid"), "x": ("E",), "y": ("N",),
        "category": ("Typ av händelse",),
    }  # fmt: skip
    assert draft.crs == "EPSG:3006" and draft.decimal == "," and draft.dates[0] == "%Y-%m-%d %H:%M"
    assert draft.categories == {"Klotter": "graffiti", "Öppen droghantering": "open_drug_dealing"}
    assert '# "Hund utan koppel" = ""' in text and draft.drop == ("Namn", "Personnummer")
    assert any("windows-1252" in n for n in notes) and any("EPSG:3006" in n for n in notes)
    assert "Anna" not in text and "Bo" not in text


@pytest.mark.parametrize(
    ("days", "form", "asked"),
    [
        (("13/02/2025", "01/02/2025"), "%d/%m/%Y", False),
        (("02/13/2025", "02/01/2025"), "%m/%d/%Y", False),
        (("01/02/2025", "03/04/2025"), "%d/%m/%Y", True),
    ],
)
def test_day_and_month_are_told_apart_or_asked(tmp_path: Path, days: tuple[str, ...], form: str, asked: bool) -> None:
    rows = "".join(f"{d},59.27,15.21,graffiti\n" for d in days)
    text, notes = draft_of(tmp_path, "date,lat,lon,category\n" + rows)
    assert parse(text, "x").dates == (form,)
    assert any("day and month" in n for n in notes) is asked


@pytest.mark.parametrize(
    ("header", "values", "columns", "crs"),
    [
        ("lat,lon", ("59.27,15.21", "59.28,15.22"), {"lat": ("lat",), "lon": ("lon",)}, ""),
        ("gps", ('"59.2753, 15.2134"', '"59.2699, 15.2113"'), {"latlon": ("gps",)}, ""),
        ("h3", ("8a08b118c527fff", "8a08b118c52ffff"), {"cell": ("h3",)}, ""),
        ("X,Y", ("6571234,512345", "6571300,512400"), {"x": ("Y",), "y": ("X",)}, "EPSG:3006"),
        ("Östlig,Nordlig", ("1465000,6571234", "1466000,6571300"), {"x": ("Östlig",), "y": ("Nordlig",)}, "EPSG:3021"),
        ("E,N", ("150123,6571234", "150200,6571300"), {"x": ("E",), "y": ("N",)}, ""),
        ("Plats", ("Stortorget", "Järntorget"), {"place": ("Plats",)}, ""),
    ],
)
def test_positions_are_found_by_header_and_range(
    tmp_path: Path, header: str, values: tuple[str, ...], columns: dict[str, tuple[str, ...]], crs: str
) -> None:
    text, notes = draft_of(
        tmp_path, f"datum,{header},kategori\n" + "".join(f"2025-03-14,{v},graffiti\n" for v in values)
    )
    draft = parse(text, "x")
    assert {k: v for k, v in draft.columns.items() if k not in ("start", "category")} == columns
    assert draft.crs == crs
    assert any("Local zones" in n for n in notes) is (header == "E,N")


def test_a_draft_that_finds_no_position_says_so_and_does_not_load(tmp_path: Path) -> None:
    text, notes = draft_of(tmp_path, "datum,kategori\n2025-03-14,graffiti\n")
    assert any("position" in n for n in notes)
    with pytest.raises(Trouble, match="position"):
        parse(text, "x")


@pytest.mark.shared
def test_a_draft_of_police_notices_is_the_notice_profile(shared_data: Path) -> None:
    draft, _ = suggest(shared_data / FILES["polisen_se"][0])
    assert draft.kind == "notice" and not draft.position


def test_first_rows_hide_what_may_be_a_person(tmp_path: Path) -> None:
    path = tmp_path / "fil.csv"
    path.write_text(SWEDISH.replace("Diarienr", "Kod").replace("A1", "070-123 45 67"), "utf-8")
    seen = preview(path, n=2)
    assert seen["masked"] == ["Kod", "Namn", "Personnummer", "Anteckning"]
    assert len(seen["rows"]) == 2 and seen["rows"][0][1] == "2025-03-01" and seen["rows"][0][6] == "•••"
    assert seen["distinct"]["Typ av händelse"] == 3
    assert not any("Anna" in v or "1900" in v or "070" in v for row in seen["rows"] for v in row)


def test_the_page_is_given_values_to_choose_among_and_nothing_more(tmp_path: Path) -> None:
    said = "Hon som bor ovanpå affären ropade länge efter barnen {i}"
    rows = [
        f"2025-03-{i % 28 + 1:02} 10:{i % 60:02};59,27{i % 9};15,21{i % 9};"
        f"{('buller', 'klotter')[i % 2]};{('App', 'Telefon')[i % 2]};"
        f"{said.format(i=i)};Lo {i};{'850314-1239' if i == 199 else 'A'};{59 + i % 9 / 1000}"
        for i in range(200)
    ]
    path = tmp_path / "fil.csv"
    path.write_text("datum;lat;lon;typ;kanal;hände;vem;märke;extra\n" + "\n".join(rows) + "\n", "utf-8")
    seen = describe(path, tmp_path, Vocabulary())
    assert seen["values"] == {"typ": [["buller", 100], ["klotter", 100]], "kanal": [["App", 100], ["Telefon", 100]]}
    assert seen["masked"] == ["hände", "märke"] and {row[5] for row in seen["rows"]} == {"•••"}
    kept = json.dumps(seen, ensure_ascii=False)
    assert not any(word in kept for word in ("850314", "affären", "Lo 100"))


def test_a_number_far_down_masks_the_whole_column(tmp_path: Path) -> None:
    path = tmp_path / "fil.csv"
    rows = ["2025-03-01;59,27;15,21;klotter;A"] * 250_000 + ["2025-03-01;59,27;15,21;klotter;850314-1239"]
    path.write_text("datum;lat;lon;typ;märke\n" + "\n".join(rows) + "\n", "utf-8")
    seen = describe(path, tmp_path, Vocabulary())
    assert seen["masked"] == ["märke"] and set(seen["values"]) == {"typ"} and seen["rows"][0][4] == "•••"


def test_a_file_of_a_header_alone_has_a_preview_and_a_draft(tmp_path: Path) -> None:
    path = tmp_path / "fil.csv"
    path.write_text("datum,lat,lon,kategori\n", "utf-8")
    assert preview(path)["rows"] == [] and suggest(path)[0].name == "fil"


# ---- the page and the areas ------------------------------------------------------------------------------------------


def test_the_page_on_profiles_names_every_field_choice_and_shipped_profile() -> None:
    text = DOCS.read_text("utf-8")
    top = ("title", "unverified", "source_type", "time_zone", "crs", "format", "records", "category", "midpoints")
    formats = ("dates", "decimal", "separator", "encoding", "sheet", "skip_rows", "missing", "iso", "excel", "unix")
    words = (*FIELDS, *FORMATS, *KINDS, *SOURCE_TYPES, *names(), *top, *formats, "[categories]", "[drop]", REFUSED)
    for word in words:
        assert f"`{word}`" in text or f"`{word} =" in text, word


def test_the_worked_example_of_the_page_loads() -> None:
    blocks = DOCS.read_text("utf-8").split("```toml\n")[1:]
    examples = [parse(b.split("```")[0], "docs") for b in blocks]
    assert examples and all(e.columns for e in examples)


@pytest.mark.parametrize("path", sorted(AREAS.glob("*.geojson")), ids=lambda p: p.stem)
def test_the_drawn_areas_are_districts(path: Path) -> None:
    from hotspots.geo import areas

    districts, column = areas.from_file(path, "name", None)
    assert column == "name" and districts.union().is_valid
