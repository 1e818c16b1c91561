"""The command line as a script would use it: one object on stdout, exit codes, sentences."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import h3
import numpy as np
import pandas as pd
import pytest

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
