"""The command line as a script would use it: one object on stdout, exit codes, sentences."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import h3
import numpy as np
import pandas as pd
import pytest

from hotspots import queries, release, study

ROOT = Path(__file__).parent.parent


def hotspots(*arguments: object, home: Path | None = None) -> tuple[int, dict[str, Any], str]:
    """Exit code, the one JSON object, and what people see."""
    options = ["--home", str(home)] if home else []
    done = subprocess.run(
        [sys.executable, "-m", "hotspots", *options, *map(str, arguments), "--json"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    lines = done.stdout.strip().splitlines()
    assert len(lines) == 1, f"exactly one object on stdout, got {done.stdout!r} and {done.stderr!r}"
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(lines[0]), done.stderr


def test_init_answers_with_the_contracts_keys(tmp_path: Path) -> None:
    code, data, _ = hotspots("init", "--municipality", "1880", home=tmp_path / "s")
    assert code == 0 and data["cells"] == 21169 and data["districts"] == 36
    assert data["area_km2"] == pytest.approx(1629.15, abs=0.1) and data["home"] == str(tmp_path / "s")
    code, data, said = hotspots("init", "--municipality", "1880", home=tmp_path / "s")
    assert (
        code == 2
        and data["error"]["code"] == "study_exists"
        and set(data["error"]) == {"code", "message", "where", "do"}
    )
    assert "finns redan en studie" in said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nonsense",), "usage"),
        (("cells",), "usage"),
        (("cells", "--audience", "operations", "--out", "a.csv"), "no_release"),
        (("cells", "--audience", "nobody", "--out", "a.csv"), "unknown_audience"),
        (("cells", "--audience", "operations", "--out", "a.doc"), "bad_suffix"),
        (("publish",), "no_study"),
        (("publish", "--until", "yesterday"), "no_study"),
        (("init",), "no_area"),
        (("init", "--municipality", "0000"), "unknown_municipality"),
        (("init", "--area", "missing.geojson"), "no_file"),
        (("forget",), "usage"),
        (("init", "--municipality", "1880", "--area", "x.geojson"), "usage"),
        (("cells", "--audience", "operations", "--out", "nope/a.csv"), "bad_folder"),
        (("cells", "--audience", "operations", "--out", "/proc/a.csv"), "bad_folder"),
        (("plan", "--audience", "operations", "--out", "nope/a.pdf"), "bad_folder"),
        (("plan", "--audience", "operations", "--out", "a.gpkg"), "bad_suffix"),
        (("profiles", "suggest", "pyproject.toml", "--out", "nope/x.toml"), "bad_folder"),
        (("statistics", "--table", "missing.csv", "--cell", "c", "--value", "v", "--out", "a.csv"), "bad_table"),
    ],
)
def test_a_mistake_is_one_object_and_exit_2(tmp_path: Path, arguments: tuple[str, ...], code: str) -> None:
    status, data, said = hotspots(*arguments, home=tmp_path)
    assert status == 2 and data["error"]["code"] == code and data["error"]["message"] and said.strip()


def test_the_language_of_a_sentence_can_be_chosen(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hotspots", "--home", str(tmp_path), "--lang", "en", "publish"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 2 and "The folder holds no study" in done.stderr and done.stdout == ""


def test_statistics_on_any_table(tmp_path: Path) -> None:
    cells = h3.grid_disk(h3.latlng_to_cell(59.27, 15.21, 9), 8)
    values = [9 if h3.grid_distance(c, cells[0]) <= 1 else i % 2 for i, c in enumerate(cells)]
    table = pd.DataFrame({"ruta": cells, "antal": values, "other": "kept"}).sample(frac=1, random_state=1)
    table.to_csv(tmp_path / "t.csv", index=False)
    code, data, _ = hotspots(
        "statistics", "--table", tmp_path / "t.csv", "--cell", "ruta", "--value", "antal", "--out", tmp_path / "o.csv"
    )
    found = pd.read_csv(tmp_path / "o.csv")
    assert code == 0 and data["rows"] == len(table) and data["statistic"] == "gistar"
    assert found["ruta"].tolist() == table["ruta"].tolist() and (found["other"] == "kept").all()
    x = table.set_index("ruta")["antal"].astype(float)
    n, mean, s = len(x), x.mean(), x.std(ddof=0)
    for row in found.head(30).itertuples():
        ring = [c for c in h3.grid_disk(row.ruta, 1) if c in x.index]
        w = len(ring)
        z = (x[ring].sum() - mean * w) / (s * np.sqrt((n * w - w * w) / (n - 1)))
        assert row.gistar_z == pytest.approx(z, abs=1e-6)
    assert found.loc[found["ruta"] == cells[0], "gistar_hot"].all()
    status, data, _ = hotspots(
        "statistics", "--table", tmp_path / "t.csv", "--cell", "other", "--value", "antal", "--out", tmp_path / "o.csv"
    )
    assert status == 2 and data["error"]["code"] == "bad_cell"


def test_every_command_has_help_and_a_line_in_the_docs() -> None:
    done = subprocess.run([sys.executable, "-m", "hotspots", "--help"], capture_output=True, text=True, cwd=ROOT)
    listed = done.stdout.split("Commands:")[1].splitlines()
    commands = [line.split()[0] for line in listed if line.strip()]
    named = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert len(commands) >= 10
    for name in commands:
        assert f"hotspots {name}" in named, name


def test_our_own_fault_names_the_place_and_not_the_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from hotspots.cli import main, rooms

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("19121212-1212 is in this text")

    monkeypatch.setattr(rooms.study, "create", broken)
    with pytest.raises(SystemExit) as end:
        main(["--home", str(tmp_path), "init", "--municipality", "1880", "--json"])
    out = capsys.readouterr()
    assert end.value.code == 1 and json.loads(out.out)["error"]["code"] == "our_fault"
    assert "1912" not in out.out + out.err and "RuntimeError" in out.err
    assert "läs igenom först" in out.err, "the trace can hold values of the file"


@pytest.mark.parametrize(
    ("more", "code", "choices"),
    [
        (("--category", "group:xyz"), "unknown_category", "group:drugs"),
        (("--source", "foo"), "unknown_source", "reported, discovered"),
    ],
)
def test_a_name_that_is_not_there_is_answered_with_the_choices(
    demo_home: Path, tmp_path: Path, more: tuple[str, ...], code: str, choices: str
) -> None:
    asked = ("cells", "--audience", "operations", "--out", tmp_path / "a.csv", *more)
    status, data, _ = hotspots(*asked, home=demo_home)
    assert status == 2 and data["error"]["code"] == code and choices in data["error"]["do"]


def test_a_week_comes_at_its_own_resolution_and_says_so(demo_home: Path) -> None:
    of = release.open_release(demo_home, "operations")
    for asked, given, said in ((None, 8, 1), (9, 8, 1), (8, 8, 0), (7, 7, 0)):
        found, chosen = queries.question(of, period="2025-W12", source="reported", resolution=asked)
        assert found.resolution == given
        assert [t.en for t in chosen] == ["Resolution: 8, the finest for weeks"] * said
    assert queries.question(of, period="2025", source="reported")[0].resolution == 9


def test_a_year_that_is_not_over_is_not_called_closed(demo_home: Path) -> None:
    of = release.open_release(demo_home, "operations")
    _, closed = queries.question(of, source="reported")
    assert [t.sv for t in closed] == ["Period: 2025, senaste avslutade år"]
    going_on = replace(of, manifest=of.manifest | {"today": "2024-12-30"})
    going_on.__dict__["period_names"] = lambda kind: ["2024"]
    _, open_year = queries.question(going_on, source="reported")
    assert [t.sv for t in open_year] == ["Period: 2024, pågående år"]


ROWS = "id,start,end,lat,lon,category,source\n{}\n"
GOOD = "{0},2025-03-0{1} 12:00,2025-03-0{1} 13:00,59.27{2},15.21,graffiti,reported"


def test_each_of_several_files_is_answered_and_has_its_report(tmp_path: Path) -> None:
    home = tmp_path / "study"
    study.create(home, municipalities=["1880"])
    files = [tmp_path / f"{n}.csv" for n in "abc"]
    for i, file in enumerate(files):
        file.write_text(ROWS.format(GOOD.format(file.stem, i + 1, i + 1)))
    files[1].write_text("nothing;here\n1;2\n")
    asked = ("ingest", *files, "--profile", "template_incidents")
    status, data, _ = hotspots(*asked, "--report", tmp_path / "nope" / "r.csv", home=home)
    assert (status, data["error"]["code"]) == (2, "bad_folder")
    assert hotspots("files", home=home)[1]["files"] == [], "the folder is checked before anything is read"
    status, data, _ = hotspots(*asked, "--report", tmp_path / "r.csv", home=home)
    assert status == 2 and [f["file"] for f in data["files"]] == ["a.csv", "b.csv", "c.csv"]
    assert data["error"] == data["files"][1]["error"]
    assert [data["files"][i]["new"] for i in (0, 2)] == [1, 1]
    assert sorted(p.name for p in tmp_path.glob("r*.csv")) == ["r-3.csv", "r.csv"]
    status, data, _ = hotspots("publish", "--until", "2025-03-01", home=home)
    assert (status, data["error"]["code"]) == (2, "nothing_before") and "2025-03-01" in data["error"]["do"]
    status, data, _ = hotspots("publish", "--today", "2025-12-31", "--audience", "operations", home=home)
    of = release.open_release(home, "operations")
    assert status == 0 and of.manifest["today"] == "2025-12-31" and "2025-12" in of.manifest["closed"]
    status, data, _ = hotspots("publish", "--today", "2025-03-02", "--audience", "operations", home=home)
    of = release.open_release(home, "operations")
    assert status == 0 and of.manifest["until"] == "2025-03-03", "what comes after the study's day is left out"


def test_statistics_reads_swedish_csv_and_says_what_it_cannot_take(tmp_path: Path) -> None:
    cells = h3.grid_disk(h3.latlng_to_cell(59.27, 15.21, 9), 4)
    values = [1000.5 + i for i in range(len(cells))]
    english = pd.DataFrame({"ruta": cells, "värde": values})
    english.to_csv(tmp_path / "en.csv", index=False)
    swedish = english.assign(värde=[f"{v:,.1f}".replace(",", " ").replace(".", ",") for v in values])
    swedish.to_csv(tmp_path / "sv.csv", index=False, sep=";", encoding="cp1252")

    def computed(name: str, out: str) -> tuple[int, dict[str, Any]]:
        options = ("--cell", "ruta", "--value", "värde", "--out", tmp_path / out)
        return hotspots("statistics", "--table", tmp_path / name, *options)[:2]

    assert computed("en.csv", "a.csv")[0] == computed("sv.csv", "b.csv")[0] == 0
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "a.csv"), pd.read_csv(tmp_path / "b.csv"))
    status, data = computed("a.csv", "c.csv")
    assert status == 2 and data["error"]["code"] == "column_taken" and "gistar_z" in data["error"]["where"]
    english[:0].to_csv(tmp_path / "none.csv", index=False)
    status, data = computed("none.csv", "c.csv")
    assert (status, data["error"]["code"]) == (2, "empty_table") and not (tmp_path / "c.csv").exists()
