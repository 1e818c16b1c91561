"""The door: what becomes of each row of a file, good or bad, and what the vault holds afterwards."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import bad_files
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from bad_files import maker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotspots import grid, intake, study
from hotspots.errors import Trouble
from hotspots.intake import identifiers
from hotspots.intake.quarantine import thin_quarantine
from hotspots.intake.report import FileReport
from hotspots.vault import Vault

TODAY = date(2026, 11, 24)
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def orebro(tmp_path_factory: pytest.TempPathFactory) -> study.Study:
    return study.create(tmp_path_factory.mktemp("orebro") / "study", municipalities=["1880"])[0]


@pytest.fixture
def home(orebro: study.Study, tmp_path: Path) -> study.Study:
    """The same study with an empty vault."""
    (tmp_path / "quarantine").mkdir()
    fresh = replace(orebro, home=tmp_path)
    fresh.__dict__["districts"] = orebro.districts
    fresh.__dict__["places"] = orebro.places
    return fresh


def read(of: study.Study, content: bytes | str, toml: str = "", name: str = "fil.csv", **how: object) -> FileReport:
    path = of.home / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with Vault(of.home) as vault:
        return intake.ingest(of, vault, path, intake.parse(toml or maker.profile(), "prov"), today=TODAY, **how)


def kept(of: study.Study) -> pd.DataFrame:
    with Vault(of.home) as vault:
        return vault.events().df().sort_values(["file", "row"]).reset_index(drop=True)


def adds_up(report: FileReport) -> bool:
    kept = report.accepted + report.repaired
    held = sum(n for rule, n in report.rules.items() if rule in intake_rules(False))
    return (
        report.rows == kept + report.quarantined
        and held == report.quarantined
        and (kept == report.new + report.duplicates + report.updated or report.stopped)
    )


def intake_rules(repaired: bool) -> set[str]:
    from hotspots.intake.rules import ALL

    return {r.name for r in ALL if r.repaired == repaired}


# inputs -----------------------------------------------------------------------------------------------------------


def test_there_are_at_least_sixty_bad_files() -> None:
    assert len(bad_files.ALL) >= 60


@pytest.mark.parametrize("name", bad_files.ALL)
def test_bad_file(home: study.Study, name: str) -> None:
    bad = bad_files.ALL[name]
    if bad.trouble:
        with pytest.raises(Trouble) as raised:
            read(home, bad.content, bad.toml, "fil" + bad.suffix, crs=bad.crs)
        assert raised.value.code == bad.trouble, raised.value.sentence("sv")
        assert bad.says in raised.value.sentence("sv")
        return
    report = read(home, bad.content, bad.toml, "fil" + bad.suffix, crs=bad.crs)
    assert report.rules == bad.rules, report.sentences("sv")
    assert (report.rows, report.stopped) == (bad.rows, bad.stopped)
    assert adds_up(report)
    assert bad.says in " ".join(report.sentences("sv"))
    if bad.rules and bad.rows == maker.N and set(bad.rules.values()) == {1}:
        assert set(report.first_rows.values()) <= {maker.BAD_ROW, maker.N}


def test_no_value_of_a_held_back_row_is_echoed(home: study.Study) -> None:
    secret = "Hemlig Hemligsson"
    rows = maker.good()
    for i, column in enumerate(("start", "end", "lat", "category")):
        rows[i * 5][column] = secret
    report = read(home, maker.text(rows), accept_rejects=True, reason="prov")
    report.to_csv(home.home / "rad.csv", "sv")
    said = [*report.sentences("sv"), *report.sentences("en"), str(report.as_dict("sv"))]
    said += [p.read_text("utf-8-sig") for p in (home.home / "rad.csv", *(home.home / "quarantine").iterdir())]
    assert not any("emlig" in text for text in said)
    assert report.quarantined == 4 and report.reason == "prov"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_text_in_any_column_adds_up(home: study.Study, data: st.DataObject) -> None:
    cell = st.one_of(
        st.sampled_from(["", "0", "59.27", "15.2", "2025-03-03 12:00", "noise", "850314-1239", "1e309", "-"]),
        st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters='"\0\r\n'), max_size=20),
    )
    rows = data.draw(st.lists(st.tuples(*[cell] * 6), min_size=1, max_size=12))
    quoted = ["\t".join(f'"{c}"' for c in row) for row in rows]
    content = "\n".join(["\t".join(maker.HEADER), *quoted]) + "\n"
    try:
        report = read(home, content, maker.profile(formats='separator = "tab"'), dry_run=True, accept_rejects=True)
    except Trouble:
        return
    assert adds_up(report) and report.rows == len(rows)


@pytest.mark.parametrize("form", ["iso", "excel", "unix", "%d/%m/%y %H.%M", "%d %B %Y", "%Y-%m-%dT%H:%M:%S%z", "%j %Y"])
@settings(max_examples=40)
@given(
    texts=st.lists(st.one_of(st.text(max_size=25), st.from_regex(r"[0-9/:. TZ+-]{4,25}", fullmatch=True)), max_size=8)
)
def test_any_text_as_time(form: str, texts: list[str]) -> None:
    from hotspots.intake.times import parse

    texts = [t.encode("utf-8", "ignore").decode() for t in texts]
    moments = parse([pa.array(texts, pa.string())], (form,), ("NA",), 2026)
    assert len(moments.at) == len(texts) and not (moments.null & moments.bad).any()


# times ------------------------------------------------------------------------------------------------------------


def test_times_are_those_of_pythons_calendar() -> None:
    from hotspots.intake.times import parse

    rng = np.random.default_rng(5)
    for form in ("%Y-%m-%d %H:%M", "%d/%m/%Y %I:%M %p", "%d.%m.%y", "%b %d, %Y", "%Y%m%d", "%Y-%m-%dT%H:%M:%S"):
        at = pd.Timestamp("1970-01-02") + pd.to_timedelta(rng.integers(0, 1_790_000_000, 300), "s")
        texts = [t.strftime(form) for t in at]
        expected = pd.to_datetime(pd.Series(texts), format=form).astype("datetime64[s]").astype("int64")
        moments = parse([pa.array(texts)], (form,), (), 2026)
        assert not moments.bad.any() and (moments.at == expected.to_numpy()).all(), form


def test_clocks_are_those_of_the_zone() -> None:
    from hotspots.intake.clocks import clock

    rng = np.random.default_rng(6)
    for zone in ("Europe/Stockholm", "America/New_York", "Asia/Kolkata", "UTC"):
        of = clock(zone)
        near = (of.at[:, None] + np.arange(-9000, 9001, 900)).ravel()
        wall = np.concatenate((rng.integers(-600_000_000, 2_000_000_000, 20_000), near))
        series = pd.Series(wall.astype("datetime64[s]"))
        first = np.ones(len(series), bool)
        local = series.dt.tz_localize(zone, ambiguous=first, nonexistent=pd.Timedelta("1h"))
        utc, missing, doubled = of.to_utc(wall)
        expected = local.dt.tz_convert("UTC").dt.tz_localize(None).astype("int64").to_numpy()
        assert (utc == expected).all() and len(expected) == len(wall)
        gone = series.dt.tz_localize(zone, ambiguous=first, nonexistent="NaT").isna()
        twice = series.dt.tz_localize(zone, ambiguous="NaT", nonexistent=pd.Timedelta("1h")).isna()
        assert (missing == gone).all() and (doubled == twice).all()
        assert (of.to_wall(utc) == local.dt.tz_localize(None).astype("int64").to_numpy()).all()


def test_the_nights_when_the_clocks_change(home: study.Study) -> None:
    starts = ("2025-03-30 01:30", "2025-03-30 02:30", "2025-03-30 03:30", "2025-10-26 01:30", "2025-10-26 02:30")
    rows = [r | {"start": s} for r, s in zip(maker.good(5), starts, strict=True)]
    report = read(home, maker.text(rows))
    table = kept(home)
    assert report.rules == {"dst_missing": 1, "dst_doubled": 1} and (report.accepted, report.repaired) == (3, 2)
    assert table["start"].dt.strftime("%d %H:%M").tolist() == [
        "30 01:30",
        "30 03:30",
        "30 03:30",
        "26 01:30",
        "26 02:30",
    ]
    assert table["start_utc"].dt.strftime("%H:%M").tolist() == ["00:30", "01:30", "01:30", "23:30", "00:30"]


def test_precision_and_ends(home: study.Study) -> None:
    starts = ("2025-02", "2025-02-03", "2025-02-03 14:05", "2025-02-03T14:05:09", "2025-12", "2025-02-03 14:05")
    ends = ("", "", "", "", "", "2025-02-03 14:05")
    rows = [r | {"start": s, "end": e} for r, s, e in zip(maker.good(6), starts, ends, strict=True)]
    read(home, maker.text(rows), maker.profile(dates='["iso"]'))
    table = kept(home)
    assert table["precision"].tolist() == ["month", "day", "minute", "second", "month", "minute"]
    assert table["time_known"].tolist() == [False, False, True, True, False, True]
    assert table["end"].astype(str).tolist() == [
        "2025-03-01 00:00:00", "2025-02-04 00:00:00", "2025-02-03 14:06:00", "2025-02-03 14:05:10",
        "2026-01-01 00:00:00", "2025-02-03 14:06:00",
    ]  # fmt: skip


def test_native_moments_of_spreadsheets_and_parquet() -> None:
    from hotspots.intake.formats import DAY, MINUTE, MONTH
    from hotspots.intake.times import parse

    both = ("%Y-%m-%d %H:%M", "%Y-%m-%d")
    moments = pa.array([pd.Timestamp("2025-03-03 14:05"), pd.Timestamp("2025-03-04"), None], pa.timestamp("us"))
    found = parse([moments], both, (), 2026)
    assert found.precision.tolist()[:2] == [MINUTE, DAY] and found.null.tolist() == [False, False, True]
    assert parse([moments], ("iso",), (), 2026).precision.tolist()[:2] == [MINUTE, MINUTE]
    for hours in ("iso", "excel", "%Y-%m-%d %H:%M"):  # any listed format with hours keeps them
        assert parse([moments], ("%Y-%m-%d", hours), (), 2026).precision.tolist()[:2] == [MINUTE, DAY]
        assert parse([moments], ("%Y-%m", hours), (), 2026).precision.tolist()[0] == MINUTE
    day = parse([moments], ("%Y-%m-%d",), (), 2026)
    assert set(day.precision.tolist()) == {DAY} and (day.at % 86_400 == 0).all()
    month = parse([moments], ("%Y-%m",), (), 2026)
    assert (
        set(month.precision.tolist()) == {MONTH} and str(np.datetime64(int(month.at[0]), "s")) == "2025-03-01T00:00:00"
    )
    assert parse([pa.array([date(2025, 3, 3)])], both, (), 2026).precision.tolist() == [DAY]
    zoned = parse([moments.cast(pa.timestamp("us", "UTC"))], ("iso",), (), 2026)
    assert zoned.offset.tolist()[:2] == [0, 0]


def test_a_spreadsheet_with_our_template(home: study.Study) -> None:
    rows = maker.good(30)
    frame = pd.DataFrame(rows).assign(
        start=pd.to_datetime([r["start"] for r in rows]), end=pd.NaT, source="reported", lat=59.27, lon=15.21
    )
    frame.to_excel(home.home / "fil.xlsx", index=False)
    with Vault(home.home) as vault:
        report = intake.ingest(home, vault, home.home / "fil.xlsx", intake.load("template_incidents"), today=TODAY)
    assert (report.accepted, report.rules) == (30, {})
    assert kept(home)["time_known"].all()
    assert kept(home)["start"].astype(str).str[:16].tolist() == [r["start"] for r in rows]


def test_a_time_with_offset_becomes_the_studys_wall_clock(home: study.Study) -> None:
    rows = [
        r | {"start": s} for r, s in zip(maker.good(2), ("2025-07-01T22:30Z", "2025-01-01T23:30:00+00:00"), strict=True)
    ]
    read(home, maker.text(rows), maker.profile(dates='["iso"]'))
    assert kept(home)["start"].astype(str).tolist() == ["2025-07-02 00:30:00", "2025-01-02 00:30:00"]


# outputs ----------------------------------------------------------------------------------------------------------


def test_what_is_kept_of_a_row(home: study.Study) -> None:
    report = read(home, maker.spoilt())
    table = kept(home)
    assert (report.new, report.first_day, report.last_day) == (40, "2025-03-01", "2025-03-28")
    lat, lng = (np.array([float(r[c]) for r in maker.good()]) for c in ("lat", "lon"))
    assert (table["cell"].to_numpy(np.uint64) == grid.cells_of(lat, lng, 10)).all()
    assert set(table["district"]) <= set(home.districts.codes)
    assert table["category"].tolist() == [r["category"] for r in maker.good()]
    assert table["id_hash"].nunique() == 40 and table["key"].nunique() == 40
    assert table["row"].tolist() == list(range(1, 41))
    assert not {"lat", "lon", "x", "y"} & set(table)


def test_the_same_bytes_again_add_nothing(home: study.Study) -> None:
    first = read(home, maker.spoilt())
    again = read(home, maker.spoilt(), name="annat namn.csv")
    assert (first.new, again.new, again.duplicates, again.updated) == (40, 0, 40, 0)
    assert adds_up(again) and len(kept(home)) == 40


def test_rows_in_another_order_and_dress_are_the_same_rows(home: study.Study) -> None:
    read(home, maker.spoilt())
    rows = [r | {"lat": r["lat"] + "0", "category": r["category"].upper()} for r in reversed(maker.good())]
    again = read(home, maker.text(rows, ";"))
    assert (again.new, again.duplicates, again.updated) == (0, 40, 0)


def test_a_changed_row_of_the_same_id_replaces_it(home: study.Study) -> None:
    read(home, maker.spoilt())
    changed = read(home, maker.spoilt(category="lighting"))
    assert (changed.new, changed.duplicates, changed.updated) == (0, 39, 1)
    table = kept(home)
    assert len(table) == 40 and (table["category"] == "lighting").sum() == 1


NO_ID = maker.profile().replace('id = "id"\n', "")


def test_cumulative_lists_do_not_double_and_look_alikes_stay(home: study.Study) -> None:
    alike = [*maker.good(10), *maker.good(10)[:4]]  # four events that look like four others
    first = read(home, maker.text(alike), NO_ID)
    later = read(home, maker.text([*alike, *maker.good(15)[10:]]), NO_ID)
    part = read(home, maker.text(alike[:5]), NO_ID)
    assert (first.new, later.new, later.duplicates, part.new) == (14, 5, 14, 0)
    assert len(kept(home)) == 19


def test_midnight_in_one_file_and_not_in_the_next_is_the_same_row(home: study.Study) -> None:
    rows = [r | {"start": r["start"][:10] + " 00:00"} for r in maker.good(6)]
    first = read(home, maker.text([*rows, *maker.good(20)[6:]]), NO_ID)
    more = read(home, maker.text([*rows, *maker.good(140)[6:]]), NO_ID)
    assert first.rules == {"midnight_default": 6} and more.rules == {}
    assert (more.new, more.duplicates) == (120, 20)
    table = kept(home)
    assert table["precision"].value_counts().to_dict() == {"minute": 134, "day": 6}
    assert not table[table["precision"] == "day"]["time_known"].any()


def test_a_stopped_file_leaves_no_trace_and_can_be_forced(home: study.Study) -> None:
    bad = maker.each(lambda i, r: {"start": "okänt"} if i % 10 == 0 else {})
    stopped = read(home, bad)
    assert (
        stopped.stopped and stopped.new == 0 and not len(kept(home)) and not list((home.home / "quarantine").iterdir())
    )
    assert intake.stopped_trouble(stopped).code == "stopped"
    forced = read(home, bad, accept_rejects=True, reason="gammalt register")
    assert (forced.stopped, forced.new, forced.quarantined) == (False, 36, 4)
    assert "gammalt register" in " ".join(forced.sentences("sv"))


def test_a_dry_run_counts_and_writes_nothing(home: study.Study) -> None:
    tried = read(home, maker.spoilt(lat=""), dry_run=True)
    assert (tried.new, tried.quarantined) == (39, 1) and not len(kept(home))
    assert not list((home.home / "quarantine").iterdir())
    assert read(home, maker.spoilt(lat="")).new == 39


def test_the_quarantine_holds_numbers_only_and_is_thinned_out(home: study.Study) -> None:
    report = read(home, maker.spoilt(start="okänt"))
    path = home.home / "quarantine" / f"{report.sha256[:12]}.csv"
    assert path.read_text("utf-8").splitlines() == ["row,rule,column", "21,unreadable_time,start"]
    written = date.fromtimestamp(path.stat().st_mtime)
    assert thin_quarantine(home.home, written + timedelta(days=14)) == 0 and path.exists()
    assert thin_quarantine(home.home, written + timedelta(days=16)) == 1 and not path.exists()


def test_the_row_report_opens_in_swedish_excel(home: study.Study) -> None:
    report = read(home, maker.spoilt(start="2025-03-30 02:30"))
    report.to_csv(home.home / "rad.csv", "sv")
    raw = (home.home / "rad.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfrad;utfall;regel;kolumn;")
    table = pd.read_csv(home.home / "rad.csv", sep=";", encoding="utf-8-sig")
    assert table["rad"].tolist() == [21] and table["utfall"].tolist() == ["rättad"]


def test_the_report_in_both_languages(home: study.Study) -> None:
    report = read(home, maker.spoilt(category="?"))
    for language in ("sv", "en"):
        said = report.as_dict(language)
        assert {"file", "sha256", "rows", "accepted", "repaired", "quarantined", "new", "duplicates", "updated",
                "stopped", "rules"} <= set(said)  # fmt: skip
        assert set(said["rule_words"]) == set(said["rules"]) == {"unknown_category"}
    assert report.sentences("sv")[0].startswith("fil.csv: 40 rader") and report.sentences("en")[0].endswith(
        "1 rejected."
    )


def test_cells_places_and_sources(home: study.Study) -> None:
    cells = grid.cells_of(np.array([59.2739, 59.2741]), np.array([15.2153, 15.2143]), 12)
    rows = [
        r | {"lat": grid.to_text(cells)[i % 2], "lon": ("Employee", "App")[i % 2]} for i, r in enumerate(maker.good(6))
    ]
    toml = maker.profile('cell = "lat"').replace(
        'source_type = "reported"',
        'source_type = { column = "lon", map = { "employee" = "discovered", "*" = "reported" } }',
    )
    report = read(home, maker.text(rows), toml)
    table = kept(home)
    assert report.accepted == 6 and set(grid.resolutions(table["cell"].to_numpy(np.uint64))) == {10}
    assert table["source_type"].tolist() == ["discovered", "reported"] * 3
    name = home.places["name"].iloc[0]
    spots = [r | {"lat": f" {name.upper()} "} for r in maker.good(4)]
    assert read(home, maker.text(spots), maker.profile('place = "lat"'), name="b.csv").accepted == 4


def test_the_rest_is_words_and_never_a_blank(home: study.Study) -> None:
    rows = maker.good(40)
    for row, value in zip(rows, ("", "NA", "vad som helst"), strict=False):
        row["category"] = value
    rest = maker.profile() + '[categories]\n"noise" = "noise"\n"*" = "other"\n'
    report = read(home, maker.text(rows), rest)
    assert (report.accepted, report.rules) == (38, {"missing_category": 2})
    blank = rest.replace('"*"', '"" = "graffiti"\n"*"')
    report = read(home, maker.text(rows[:39]), blank, name="b.csv")
    assert report.rules == {"missing_category": 1} and set(kept(home)["category"]) >= {"graffiti"}


def test_a_missing_source_is_held_back(home: study.Study) -> None:
    rows = [r | {"end": ("Employee", "App", "", "NULL")[i] if i < 4 else "App"} for i, r in enumerate(maker.good(40))]
    source = 'source_type = {{ column = "end", map = {{ "employee" = "discovered", {blank}"*" = "reported" }} }}'
    toml = maker.profile().replace('end = "end"\n', "")
    strict = toml.replace('source_type = "reported"', source.format(blank=""))
    report = read(home, maker.text(rows), strict)
    assert (report.accepted, report.rules) == (38, {"unknown_source_type": 2})
    said = toml.replace('source_type = "reported"', source.format(blank='"" = "survey", '))
    report = read(home, maker.text(rows[:39]), said, name="b.csv")
    assert report.rules == {"unknown_source_type": 1}


def test_reporters_are_kept_as_keyed_hashes(home: study.Study) -> None:
    rows = [r | {"end": "", "lat": r["lat"]} for r in maker.good(4)]
    toml = maker.profile(columns='reporter = "end"').replace('end = "end"\n', "")
    rows = [r | {"end": ("Kim", "Kim", "Lo", "")[i]} for i, r in enumerate(rows)]
    read(home, maker.text(rows), toml)
    table = kept(home)
    key = table["source_key"].tolist()
    assert key[0] == key[1] != key[2] and table["reporter_known"].tolist() == [True, True, True, False]
    raw = b"".join(p.read_bytes() for p in (home.home / "vault").iterdir())
    assert b"Kim" not in raw and b"K00001" not in raw


def test_a_number_in_a_heading_is_not_said(home: study.Study) -> None:
    rows = [r | {"850314-1239": "x", "Fritext": "y"} for r in maker.good(3)]
    report = read(home, maker.text(rows, header=(*maker.HEADER, "850314-1239", "Fritext")))
    assert report.unmapped == ["***", "Fritext"] and "850314" not in " ".join(report.sentences("sv"))


def test_what_reports_and_visits_carry(home: study.Study) -> None:
    head = "id,start,lat,lon,category,reporter,wants_feedback,first_action,feedback_at,closed\n"
    lines = ["a,2025-03-03 12:00,59.27,15.21,noise,Kim,ja,2025-03-04 08:00,,", "b,2025-03-03,59.27,15.21,noise,,nej,,,"]
    lines += [f"c{i},2025-03-05 10:0{i},59.27,15.21,noise,,,,,2025-03-09" for i in range(8)]
    with Vault(home.home) as vault:
        (home.home / "r.csv").write_text(head + "\n".join(lines) + "\n")
        report = intake.ingest(home, vault, home.home / "r.csv", intake.load("template_reports"), today=TODAY)
    table = kept(home)
    assert report.accepted == 10 and table["wants_feedback"].astype(object).where(
        table["wants_feedback"].notna(), None
    ).tolist()[:3] == [True, False, None]
    assert str(table["first_action"][0]) == "2025-03-04 08:00:00" and table["feedback_at"].isna().all()
    assert table["closed"].notna().sum() == 8 and table["reporter_known"].sum() == 1
    visits = "id,start,end,lat,lon,category,minutes,contacts,offers,accepted\n" + "".join(
        f"v{i},2025-03-0{i} 18:00,2025-03-0{i} 19:00,59.27,15.21,outreach_contact,60,{i},1,0\n" for i in range(1, 9)
    )
    with Vault(home.home) as vault:
        (home.home / "v.csv").write_text(visits)
        report = intake.ingest(home, vault, home.home / "v.csv", intake.load("template_visits"), today=TODAY)
        seen = vault.events("kind = 'visit'").project("minutes, contacts").fetchall()
    assert report.accepted == 8 and sorted(seen) == [(60.0, i) for i in range(1, 9)]


def test_notices_have_an_area_and_no_place(home: study.Study) -> None:
    toml = """
kind = "notice"
source_type = "reported"
category = "public_disorder"
[columns]
start = "start"
area = "category"
[formats]
dates = ["%Y-%m-%d %H:%M"]
"""
    report = read(home, maker.spoilt(), toml)
    table = kept(home)
    assert report.accepted == 40 and table["cell"].isna().all() and table["district"].isna().all()
    assert set(table["area"]) == {"noise", "graffiti", "disturbance"}


def test_a_large_file_is_read_twice_with_the_same_result(home: study.Study, monkeypatch: pytest.MonkeyPatch) -> None:
    content = maker.each(lambda i, r: {"start": r["start"][:10] + " 00:00"} if i % 2 else {})
    once = read(home, content, dry_run=True)
    monkeypatch.setattr(sys.modules["hotspots.intake.ingest"], "_KEPT_BYTES", 0)
    twice = read(home, content)
    assert (twice.rules, twice.accepted, twice.new) == (once.rules, once.accepted, once.new)


def test_a_kill_in_the_middle_leaves_the_old_state(home: study.Study, tmp_path: Path) -> None:
    read(home, maker.spoilt())
    big = home.home / "stor.csv"
    big.write_bytes(maker.each(lambda i, r: {"id": f"B{i}"}, 60_000))
    (home.home / "p.toml").write_text(maker.profile(), "utf-8")
    home.districts.save(home.home / "districts.parquet")
    script = f"""
import sys
from pathlib import Path
from hotspots import intake, study
from hotspots.vault import Vault, Adding
count = Adding.counts
def slow(self):
    found = count(self)
    print("counted", flush=True)
    import time; time.sleep(60)
    return found
Adding.counts = slow
home = Path({str(home.home)!r})
of = study.Study(home, "s", "Europe/Stockholm", "EPSG:3006", "")
with Vault(home) as vault:
    intake.ingest(of, vault, home / "stor.csv", intake.load(home / "p.toml"))
"""
    child = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdout.readline().strip() == "counted"
    time.sleep(0.05)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert len(kept(home)) == 40
    assert read(home, big.read_bytes(), name="stor.csv").new == 60_000


def test_persons_rules_are_the_identifiers_rules() -> None:
    from hotspots.intake import rules

    assert rules.PERSONAL == identifiers.RULES and set(rules.PERSONAL) <= set(rules.QUARANTINES)
