"""The log of visits and strikes: kept, merged, undone, safe under many hands, and without anybody's name in it."""

import multiprocessing
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hotspots.desk.visits import DOSE_MINUTES, KINDS, STRIKE_REASONS, Logbook
from hotspots.errors import Trouble
from hotspots.words import LANGUAGES

ROOT = Path(__file__).parent.parent
EVENING = datetime(2026, 9, 30, 18)


def tick(book: Logbook, spot: str = "P-1", *, at: datetime = EVENING, minutes: int = 15, kind: str = "foot") -> int:
    return book.tick(spot, "Järntorget", started=at, minutes=minutes, kind=kind)


# Inputs: what is refused.


@pytest.mark.parametrize(
    ("minutes", "kind", "where"), [(0, "foot", "minutes"), (241, "foot", "minutes"), (15, "x", "kind")]
)
def test_impossible_visits_are_refused(tmp_path: Path, minutes: int, kind: str, where: str) -> None:
    with pytest.raises(Trouble) as refused:
        tick(Logbook(tmp_path), minutes=minutes, kind=kind)
    assert refused.value.code == "bad_visit" and refused.value.where == where
    assert not len(Logbook(tmp_path).visits())


def test_a_strike_needs_a_reason_of_the_list(tmp_path: Path) -> None:
    with pytest.raises(Trouble) as refused:
        Logbook(tmp_path).strike("P-1", shift=EVENING, reason="for my own reasons")
    assert refused.value.code == "bad_strike" and "for my own" not in refused.value.sentence("en")


def test_a_folder_that_cannot_be_used_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "desk").write_text("a file where the folder should be")
    with pytest.raises(Trouble, match="cannot be kept") as refused:
        Logbook(tmp_path).visits()
    assert refused.value.code == "no_desk"


# Outputs: what is kept.


def test_a_visit_is_kept_listed_and_undone(tmp_path: Path) -> None:
    book = Logbook(tmp_path)
    assert len(book.visits()) == 0
    first = tick(book)
    second = tick(book, "P-2", at=EVENING + timedelta(hours=1), minutes=5, kind="bicycle")
    seen = Logbook(tmp_path).visits()
    assert seen["id"].tolist() == [second, first] and seen["spot_id"].tolist() == ["P-2", "P-1"]
    assert seen["started"].tolist() == [EVENING + timedelta(hours=1), EVENING]
    assert seen["dose"].tolist() == [False, True] and DOSE_MINUTES == 10
    assert book.visits(since=EVENING + timedelta(minutes=1))["id"].tolist() == [second]
    assert book.undo(first) and not book.undo(first)
    assert book.visits()["id"].tolist() == [second]


def test_the_same_click_twice_is_one_visit_with_the_longer_time(tmp_path: Path) -> None:
    book = Logbook(tmp_path)
    assert tick(book, minutes=15) == tick(book, minutes=20) == tick(book, minutes=10)
    assert book.visits()["minutes"].tolist() == [20]
    assert tick(book, kind="car") != tick(book)


def test_strikes_belong_to_one_shift(tmp_path: Path) -> None:
    book = Logbook(tmp_path)
    book.strike("P-1", shift=EVENING, reason="closed")
    book.strike("P-1", shift=EVENING, reason="hands")
    book.strike("P-2", shift=EVENING, reason="time")
    assert book.struck(shift=EVENING) == {"P-1": "hands", "P-2": "time"}
    assert book.struck(shift=EVENING + timedelta(days=1)) == {}
    assert book.unstrike("P-1", shift=EVENING) and not book.unstrike("P-1", shift=EVENING)
    assert book.struck(shift=EVENING) == {"P-2": "time"}


def test_no_column_could_hold_a_person_or_a_note(tmp_path: Path) -> None:
    book = Logbook(tmp_path)
    tick(book)
    with sqlite3.connect(book.path) as raw:
        columns = {t: [c[1] for c in raw.execute(f"PRAGMA table_info({t})")] for t in ("visit", "strike")}
        mode = raw.execute("PRAGMA journal_mode").fetchone()[0]
    assert columns["visit"] == ["id", "spot_id", "name", "started", "minutes", "kind", "recorded"]
    assert columns["strike"] == ["spot_id", "shift", "reason", "recorded"]
    assert mode == "wal" and book.path.stat().st_mode & 0o077 == 0


def test_hostile_texts_are_kept_as_texts(tmp_path: Path) -> None:
    book = Logbook(tmp_path)
    lines = (Path(__file__).parent / "hostile.txt").read_text("utf-8").splitlines()
    for i, line in enumerate(lines):
        book.tick(f"P-{i}", line, started=EVENING, minutes=12, kind="foot")
    assert set(book.visits()["name"]) == set(lines)


def test_choices_are_said_in_both_languages() -> None:
    for words in (*KINDS.values(), *STRIKE_REASONS.values()):
        assert all(words.to(language) for language in LANGUAGES)


# Many hands at once.


def test_threads_that_start_together_lose_nothing(tmp_path: Path) -> None:
    def work(n: int) -> int:
        return tick(Logbook(tmp_path), f"P-{n}", minutes=10 + n % 20)

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(work, range(64)))
    assert len(set(numbers)) == 64 and set(Logbook(tmp_path).visits()["id"]) == set(numbers)


def _ticks(home: str, worker: int) -> None:
    book = Logbook(Path(home))
    for i in range(10):
        tick(book, f"P-{worker}-{i}")
    tick(book, "P-shared")


def test_processes_that_start_together_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_ticks, args=(str(tmp_path), n)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [w.exitcode for w in workers] == [0, 0, 0]
    assert len(Logbook(tmp_path).visits()) == 31  # the one visit that all three ticked is one


def test_the_log_works_behind_the_fence_of_the_dashboard(tmp_path: Path) -> None:
    for name in ("vault", "quarantine"):
        (tmp_path / name).mkdir()
    Logbook(tmp_path).prepare()
    code = f"""
from pathlib import Path
from tests.test_desk import Logbook, tick
from hotspots.fence import raise_fence
raise_fence(Path({str(tmp_path)!r}))
tick(Logbook(Path({str(tmp_path)!r})))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert Logbook(tmp_path).visits()["spot_id"].tolist() == ["P-1"]
