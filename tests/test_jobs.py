"""The door between the dashboard and the worker: jobs, their processes, own profiles; without a browser."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from hotspots import jobs, study
from hotspots.errors import Trouble
from hotspots.geo.project import SWEDISH, check_crs
from hotspots.intake import own, shipped
from hotspots.pages import data_describe, data_templates
from hotspots.pages.data_form import SYSTEMS
from hotspots.pages.data_words import plain
from hotspots.vault import Vault
from hotspots.words import book
from tests.browser import ROOT


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, start_new_session=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def until(true: Callable[[], object], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.1)


def make_study(home: Path) -> Path:
    study.create(home, municipalities=["1880"])
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_study(tmp_path_factory.mktemp("jobs") / "study")


def answer(home: Path, number: str) -> jobs.Status:
    """Run one job as the watcher does, and give its answer."""
    subprocess.run([sys.executable, "-m", "hotspots.worker", str(home), number], cwd=ROOT, check=False)
    return jobs.status(home, number)


def test_a_verb_that_does_not_exist_is_refused_at_both_ends(home: Path):
    with pytest.raises(ValueError, match="unknown verb"):
        jobs.submit(home, "drop", {})
    number = jobs.submit(home, "publish", {})
    (home / "inbox" / number / "job.json").write_text('{"verb": "drop", "args": {}}')
    said = answer(home, number)
    assert (said.state, said.error["code"]) == ("failed", "unknown_verb")
    assert said.error["sv"] == "Uppgiften kan inte tolkas. Ladda om sidan och försök igen."
    jobs.discard(home, number)


@pytest.mark.parametrize("number", ["../vault", "..", "", "1" * 18 + "-zzzzzzzz", "1" * 18 + "-0000000/"])
def test_a_number_from_the_address_bar_reaches_no_other_folder(home: Path, number: str):
    assert jobs.look(home, number) is None
    assert jobs.status(home, number).error == jobs.GONE
    jobs.discard(home, number)
    assert (home / "vault").is_dir()


def test_names_of_uploads_are_tame_and_clash_with_none_of_ours(home: Path):
    assert jobs.safe_name("../../etc/pass<wd>") == "pass_wd_"
    number = jobs.submit(home, "preview", {}, upload=("../job.json", b"a;b\n1;2\n"))
    assert jobs.look(home, number).args == {"upload": "job.json"}
    assert (home / "inbox" / number / "file" / "job.json").read_bytes() == b"a;b\n1;2\n"
    jobs.discard(home, number)


def test_a_file_keeps_its_number_from_preview_to_ingest_and_leaves_the_inbox(home: Path):
    number = jobs.submit(home, "preview", {}, upload=("mall.csv", data_templates.content("incidents")))
    assert answer(home, number).state == "done"
    seen = jobs.kept(home, number, "preview")
    fitting = [p["name"] for p in seen["profiles"] if not p["missing"]]
    assert fitting == ["template_incidents"]
    assert jobs.resubmit(home, number, "ingest", {"profile": "template_incidents", "dry_run": True}) == number
    assert jobs.status(home, number).state == "queued"
    tried = answer(home, number).result["report"]["sv"]
    assert (tried["rows"], tried["accepted"], tried["new"], tried["stopped"]) == (1, 1, 1, False)
    with Vault(home) as vault:
        assert vault.files() == []
    jobs.resubmit(home, number, "ingest", {"profile": "template_incidents"})
    done = answer(home, number).result
    assert done["report"]["sv"]["new"] == 1
    assert {r["audience"] for r in done["releases"]} == {"operations", "partners", "open"}
    assert not jobs.has_upload(home, number)
    assert jobs.kept(home, number, "preview") is None
    assert jobs.paper(home, number, "report_sv.csv").startswith("\ufeffrad;utfall;regel".encode())
    with Vault(home) as vault:
        assert [f["name"] for f in vault.files()] == ["mall.csv"]
        sha = vault.files()[0]["sha256"]
    gone = jobs.submit(home, "forget", {"sha256": sha})
    assert answer(home, gone).result == {"rows": 1, "releases": []}
    assert not list(home.glob("releases/*/CURRENT")), "what was taken back may not stay on the map"
    for folder in jobs.folders(home):
        jobs.discard(home, folder.name)


@pytest.mark.parametrize("name", list(data_templates.TEMPLATES))
def test_each_template_is_read_as_it_is(home: Path, name: str):
    number = jobs.submit(home, "ingest", {"profile": f"template_{name}", "dry_run": True},
                         upload=(f"{name}.csv", data_templates.content(name)))  # fmt: skip
    report = answer(home, number).result["report"]["en"]
    assert (report["rows"], report["accepted"], report["rules"]) == (1, 1, {})
    jobs.discard(home, number)


def test_a_job_whose_process_is_killed_fails_with_a_sentence(home: Path):
    with running(["hotspots.worker", str(home)]) as worker:
        # A file that takes a while, so that its process can be found and killed in the middle.
        row = "1;2026-01-15 21:30;;59,27;15,21;public_disorder;reported\r\n"
        slow = b"id;start;end;lat;lon;category;source\r\n" + row.encode() * 600_000
        number = jobs.submit(home, "ingest", {"profile": "template_incidents", "dry_run": True}, upload=("a.csv", slow))
        until(lambda: child_of(worker.pid, number))
        os.kill(child_of(worker.pid, number), signal.SIGKILL)
        until(lambda: jobs.status(home, number).over)
        said = jobs.status(home, number)
        assert (said.state, said.error["code"]) == ("failed", "interrupted")
        assert said.error["sv"].startswith("Uppgiften avbröts; inget är halvskrivet.")
        again = jobs.submit(home, "overview", {})
        until(lambda: jobs.status(home, again).over)
        assert jobs.status(home, again).result == {"files": []}
        assert jobs.silence(home) < 20
    for folder in jobs.folders(home):
        jobs.discard(home, folder.name)


def child_of(parent: int, number: str) -> int:
    for child in psutil.Process(parent).children():
        if number in child.cmdline():
            return int(child.pid)
    return 0


def test_a_worker_that_starts_ends_the_jobs_of_one_that_was_killed(home: Path):
    number = jobs.submit(home, "overview", {})
    jobs.report(home / "inbox" / number, jobs.Status("running"))
    with running(["hotspots.worker", str(home)]):
        until(lambda: jobs.status(home, number).over)
    assert jobs.status(home, number).error == jobs.INTERRUPTED
    jobs.discard(home, number)


# -- own profiles and small parts -----------------------------------------------------------------------------------

MAPPING = {
    "kind": "report",
    "source_type": "reported",
    "columns": {"start": ["Dag", "Tid"], "lat": "B", "lon": "L", "category": "Slag"},
    "formats": {"dates": ["%Y-%m-%d %H:%M"]},
    "categories": {'Trasig "lampa" = sönder': "lighting", "*": "other"},
    "title": {"sv": "Felanmälan", "en": "Felanmälan"},
}


def test_an_own_profile_comes_back_as_it_was_saved(tmp_path: Path):
    made = own.from_mapping(MAPPING, "felanmalan")
    own.save(tmp_path, made)
    assert own.load("felanmalan", tmp_path) == made
    first = own.listed(tmp_path)[0]
    assert (first.name, first.title.sv, first.own) == ("felanmalan", "Felanmälan", True)
    (tmp_path / "profiles" / "trasig.toml").write_text("kind = ")
    assert [k.name for k in own.listed(tmp_path) if k.own] == ["felanmalan"]


@pytest.mark.parametrize("name", ["template_visits", "../ut", "Å", ""])
def test_an_own_profile_takes_no_name_of_ours_and_no_path(tmp_path: Path, name: str):
    with pytest.raises(Trouble, match="cannot have that name"):
        own.save(tmp_path, replace(own.from_mapping(MAPPING, "x"), name=name))
    assert not (tmp_path / "profiles").exists()


def test_words_of_files_are_not_markup():
    assert plain("![x](http://a.b)") == r"\!\[x\]\(http\:\/\/a\.b\)".replace(r"\/", "/")
    assert plain("**a**\n# b") == r"\*\*a\*\* \# b"


def test_slugs_are_names_of_profiles():
    assert data_describe.slug("Störningar, Örebro 2025!") == "storningar_orebro_2025"
    assert data_describe.slug("  ") == ""


def test_the_list_of_coordinate_systems_agrees_with_the_room_of_geometry():
    assert {k: v for k, v in SYSTEMS.items() if k in SWEDISH} == SWEDISH
    assert all(check_crs(s) == s for s in SYSTEMS)


def test_every_field_of_a_shipped_profile_has_words():
    fields = {f for name, _, _ in shipped() for f in own.load(name, Path("nowhere")).columns}
    assert all(f"data.field.{f}" in book("sv") for f in fields)


def test_no_upload_stays_when_serving_ends(tmp_path: Path) -> None:
    """Files that nobody finished hold what was never chosen: they go with the server."""
    number = jobs.submit(tmp_path, "preview", {}, upload=("a.csv", b"namn;tid\nx;y\n"))
    jobs.sweep(tmp_path)
    assert (tmp_path / "inbox" / number).is_dir(), "somebody may be at it"
    jobs.sweep(tmp_path, older_than=-1)
    assert not list((tmp_path / "inbox").iterdir())
