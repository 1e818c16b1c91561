"""The printed pass list: one tagged A5 page that says what the list says, and the same by the command line."""

import csv
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from hotspots.cli.main import main
from hotspots.patrol.plan import Plan, plan
from hotspots.release import Release
from hotspots.reports import passlista, render
from hotspots.words import Speaker, Text
from tests import small_release as world
from tests.browser import HOSTILE

HOURS = world.hours_table(**{"P-castle": {(2, 4): 0.5, (2, 5): 0.5}, "P-vivalla": {(2, 5): 1.0}})
A5 = (419.5, 595.3)  # points


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports") / "study"


@pytest.fixture(scope="module")
def small(home: Path) -> Release:
    return world.make(home, hours=HOURS, visits=world.visits_table(("P-castle", "2026-09-21T10:00")))


@pytest.fixture(scope="module")
def made(small: Release) -> Plan:
    return plan(small, pd.DataFrame(), start=world.WEDNESDAY, hours=8, seed=1)


def tool(name: str) -> str:
    """A reader of PDF files; the test skips, with a sentence, where there is none."""
    found = shutil.which(name)
    if not found:
        pytest.skip(f"no {name} here: apt install poppler-utils")
    return found


def run(name: str, *arguments: str) -> str:
    return subprocess.run([tool(name), *arguments], capture_output=True, check=True).stdout.decode()


def facts_of(file: Path) -> dict[str, str]:
    lines = (line.partition(":") for line in run("pdfinfo", str(file)).splitlines())
    return {key: value.strip() for key, _, value in lines}


def text_of(file: Path) -> str:
    return " ".join(run("pdftotext", "-layout", str(file), "-").split())


def printed(of: Release, made: Plan, folder: Path, language: str = "sv") -> Path:
    file = folder / "list.pdf"
    file.write_bytes(passlista.pdf(of, made, language))
    return file


def test_one_tagged_a5_page_with_a_title(small: Release, made: Plan, tmp_path: Path) -> None:
    facts = facts_of(printed(small, made, tmp_path))
    width, height = (float(v) for v in facts["Page size"].split()[:3:2])
    assert facts["Pages"] == "1" and facts["Tagged"] == "yes" and facts["Title"].startswith("Passlista Onsdag 30")
    assert (width, height) == pytest.approx(A5, abs=0.5)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_says_what_the_list_says(small: Release, made: Plan, tmp_path: Path, language: str) -> None:
    text = text_of(printed(small, made, tmp_path, language))
    for place in made.places:
        assert place.name in text
    first = {"sv": ("Återkommande sedan mars 2025", "18.00–24.00"), "en": ("Recurring since March 2025", "18:00–24:00")}
    purpose = {"sv": "inte en prognos och inte personer", "en": "no forecast, and not about persons"}
    demo = {"sv": "PÅHITTADE DATA", "en": "MADE-UP DATA"}
    for words in (*first[language], purpose[language], demo[language], Speaker(language).moment(small.made)):
        assert words in text.replace("\u2060", "")
    assert {"sv": "Senast: 21 sep.", "en": "Last: 21 Sept"}[language] in text


def test_real_data_are_not_called_made_up(home: Path, tmp_path: Path) -> None:
    of = world.make(home, demo=False)
    made = plan(of, pd.DataFrame(), start=world.WEDNESDAY, hours=8, seed=1)
    assert "PÅHITTADE" not in text_of(printed(of, made, tmp_path))


def test_the_longest_sentences_still_fit_on_one_page(small: Release, made: Plan, tmp_path: Path) -> None:
    reason = (
        "Återkommande sedan september 2025, aktiv tre av de fyra senaste veckorna, flest händelser måndag, onsdag och "
        "fredag 16–24, lördag 00–04, söndag 04–08, inget besök sedan november 2025. "
        "Rapporterna gäller mest person påverkad av alkohol eller droger och misstänkt försäljning av narkotika."
    )
    sayings = (
        "Gå runt hela platsen, se på belysning och sikt, prata med dem som är där.",
        "Ta reda på vad som är nytt.",
    )
    looks = [Text(sv=sayings[i > 2], en="") for i in range(5)]
    places = tuple(
        replace(p, name=f"{p.name} / Henry Allards park", reason=Text(sv=reason, en=""), look_for=look)
        for p, look in zip(made.places, looks, strict=True)
    )
    file = printed(small, replace(made, places=places), tmp_path)
    assert facts_of(file)["Pages"] == "1" and text_of(file).count("Henry Allards park") == 5


def test_an_empty_list_prints_its_sentence(home: Path, tmp_path: Path) -> None:
    of = world.make(home, spots=world.spots_table().iloc[:0])
    made = plan(of, pd.DataFrame(), start=world.WEDNESDAY, hours=8, seed=1)
    assert "Inga återkommande samlingsplatser kan visas" in text_of(printed(of, made, tmp_path))
    assert passlista.overview(of, made, "sv") is None


def test_hostile_texts_are_set_as_texts(made: Plan, tmp_path: Path) -> None:
    """Every hostile line as a name and a reason: the page is made, and markup of typst stays letters."""
    first = made.places[0]
    lines = ("#set text(red) *fet* $x$ `kod`", *HOSTILE)
    places = tuple(replace(first, name=line, reason=Text(sv=line, en=line)) for line in lines)
    file = tmp_path / "hostile.pdf"
    file.write_bytes(
        render.pdf(passlista.TEMPLATE, passlista.content(replace(made, places=places), "sv") | {"maps": []})
    )
    text = text_of(file)
    for line in (lines[0], "<script>alert(1)</script>", "../../../../etc/passwd", "[länk](javascript:alert(60))"):
        assert line in text


def test_a_letter_without_a_glyph_does_not_stop_the_print(made: Plan) -> None:
    places = (replace(made.places[0], name="Torget \N{FAMILY}"),)
    texts = passlista.content(replace(made, places=places), "sv") | {"maps": []}
    assert render.pdf(passlista.TEMPLATE, texts).startswith(b"%PDF-")


def test_the_same_list_makes_the_same_picture_and_it_is_no_blank(small: Release, made: Plan) -> None:
    first = passlista.png(small, made, "sv", ppi=60)
    assert first.startswith(b"\x89PNG") and len(first) > 10_000
    assert first == passlista.png(small, made, "sv", ppi=60)


# The command.


def command(capsys: pytest.CaptureFixture[str], home: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the object on stdout."""
    with pytest.raises(SystemExit) as left:
        main(["--home", str(home), "plan", "--audience", "operations", *arguments, "--json"])
    return int(left.value.code or 0), json.loads(capsys.readouterr().out)


def test_the_command_writes_the_page_and_the_table(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of = world.make(home, hours=HOURS)
    shift = ("--start", "2026-09-30T18:00", "--hours", "8")
    pdf, table = tmp_path / "list.pdf", tmp_path / "list.csv"
    status, answer = command(capsys, home, *shift, "--out", str(pdf))
    assert status == 0 and (answer["rows"], answer["release"]) == (5, of.version)
    assert answer["seed"] == 2026093018 and pdf.read_bytes().startswith(b"%PDF-")
    _, again = command(capsys, home, *shift, "--seed", "7", "--out", str(table))
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert again["seed"] == 7 and [r["number"] for r in rows] == ["1", "2", "3", "4", "5"]
    assert rows[0]["name"] == "Järntorget" and rows[0]["window"] == "18.00–24.00"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--out", "list.docx"), "bad_suffix"),
        (("--out", "nowhere/list.pdf"), "bad_folder"),
        (("--start", "i kväll", "--out", "list.csv"), "bad_time"),
        (("--hours", "30", "--out", "list.csv"), "bad_shift"),
    ],
)
def test_the_command_refuses_in_a_sentence(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: str
) -> None:
    world.make(home)
    status, answer = command(capsys, home, *arguments)
    error = answer["error"]
    assert status == 2 and error["code"] == code and error["message"] and error["do"]
