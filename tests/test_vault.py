"""The vault: what is kept, what counts as new, what comes back when a file is taken back, what a kill leaves."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.errors import Trouble
from hotspots.tables import EVENTS
from hotspots.vault import Vault

DAY = pd.Timestamp("2025-03-03 12:00")


def table(rows: list[tuple[str | None, str]], vault: Vault, first_row: int = 1, profile: str = "p") -> pa.Table:
    """Rows as (id or None, content)."""
    n = len(rows)
    contents = vault.hasher.texts(np.array([f"{i}|{c}" for i, c in rows], dtype=object))
    ids = [None if i is None else vault.hasher.text(i) for i, _ in rows]
    fixed = {
        "row": list(range(first_row, first_row + n)),
        "profile": [profile] * n,
        "kind": ["incident"] * n,
        "source_type": ["reported"] * n,
        "id_hash": ids,
        "key": contents.tolist(),
        "start": [DAY] * n,
        "end": [DAY] * n,
        "start_utc": [DAY] * n,
        "cell": [int("8a08b118c507fff", 16)] * n,
        "category": [c for _, c in rows],
    }
    return pa.table({f.name: pa.array(fixed.get(f.name, [None] * n), type=f.type) for f in EVENTS})


def add(vault: Vault, sha: str, rows: list[tuple[str | None, str]], profile: str = "p") -> dict[str, int]:
    with vault.adding(sha256=sha, name=f"{sha}.csv", profile=profile) as adding:
        adding.add(table(rows, vault, profile=profile))
        counts = adding.counts()
        adding.finish({})
    return counts


def kept(vault: Vault) -> list[str]:
    return sorted(r[0] for r in vault.events().project("category").fetchall())


@pytest.fixture
def vault(tmp_path: Path):
    with Vault(tmp_path) as v:
        yield v


def test_look_alikes_in_one_file_stay_and_cumulative_lists_do_not_double(vault: Vault) -> None:
    assert add(vault, "jan", [(None, "a"), (None, "a"), (None, "b")]) == {"new": 3, "duplicates": 0, "updated": 0}
    assert add(vault, "feb", [(None, "a"), (None, "a"), (None, "a"), (None, "b"), (None, "c")]) == {
        "new": 2,
        "duplicates": 3,
        "updated": 0,
    }
    assert kept(vault) == ["a", "a", "a", "b", "c"]
    assert vault.known("jan") == {} and vault.known("mar") is None


def test_the_latest_row_of_an_id_wins(vault: Vault) -> None:
    assert add(vault, "1", [("x", "old"), ("y", "same")])["new"] == 2
    assert add(vault, "2", [("x", "new"), ("y", "same"), ("x", "newer"), ("x", "newer")]) == {
        "new": 0,
        "duplicates": 2,
        "updated": 2,
    }
    assert kept(vault) == ["newer", "same"]
    assert add(vault, "3", [("x", "old")])["updated"] == 1
    assert kept(vault) == ["old", "same"], "an old version that comes again is the living one"
    vault.forget_file("3")
    assert kept(vault) == ["newer", "same"]
    vault.forget_file("2")
    assert kept(vault) == ["old", "same"]


def test_a_file_taken_back_leaves_what_another_file_held(vault: Vault) -> None:
    add(vault, "jan", [(None, "a"), (None, "b")])
    add(vault, "feb", [(None, "a"), (None, "a")])
    assert vault.forget_file("jan") == 1
    assert kept(vault) == ["a", "a"]
    assert vault.forget_file("feb") == 2 and kept(vault) == []
    with pytest.raises(Trouble, match="No ingested file"):
        vault.forget_file("feb")


def test_an_erased_id_does_not_come_back(vault: Vault) -> None:
    add(vault, "1", [("x", "v1"), ("y", "v1y")])
    add(vault, "2", [("x", "v2")])
    assert vault.forget_id("x") == 1 and kept(vault) == ["v1y"]
    assert add(vault, "3", [("x", "v3"), ("z", "z")]) == {"new": 1, "duplicates": 1, "updated": 0}
    vault.forget_file("2")
    assert kept(vault) == ["v1y", "z"]


def test_an_id_is_erased_in_one_profile_and_another_that_uses_the_same_numbers_stays(vault: Vault) -> None:
    add(vault, "1", [("x", "ours")], profile="p")
    add(vault, "2", [("x", "theirs"), ("y", "alone")], profile="q")
    with pytest.raises(Trouble) as several:
        vault.forget_id("x")
    assert (several.value.code, several.value.where) == ("several_profiles", "p, q")
    with pytest.raises(Trouble, match="other, or several"):
        vault.forget_id("x", "typo")
    assert kept(vault) == ["alone", "ours", "theirs"]
    assert vault.forget_id("x", "q") == 1 and kept(vault) == ["alone", "ours"]
    assert add(vault, "3", [("x", "theirs again")], profile="q")["new"] == 0
    assert add(vault, "4", [("x", "ours, newer")], profile="p")["updated"] == 1
    assert kept(vault) == ["alone", "ours, newer"]
    assert vault.forget_id("y") == 1, "one profile alone holds it"
    with pytest.raises(Trouble, match="No row in the vault"):
        vault.forget_id("nobody's")
    assert vault.forget_id("comes later", "p") == 0
    assert add(vault, "5", [("comes later", "no")], profile="p")["new"] == 0


def test_a_vault_of_the_first_version_still_bars_its_erased_ids(vault: Vault, tmp_path: Path) -> None:
    vault.db.execute("ALTER TABLE erased DROP COLUMN profile")
    vault.db.execute("INSERT INTO erased VALUES (?)", [vault.hasher.text("x")])
    vault.close()
    with Vault(tmp_path) as again:
        assert add(again, "1", [("x", "a"), ("y", "b")], profile="any") == {"new": 1, "duplicates": 1, "updated": 0}


@pytest.mark.parametrize("left", [None, b"", b"{}", b"{'rows"])
def test_a_lost_secret_is_said_and_never_made_anew_over_rows(tmp_path: Path, left: bytes | None) -> None:
    secret = tmp_path / "vault" / "secret"
    with Vault(tmp_path) as vault:
        add(vault, "1", [("x", "a")])
    before = secret.read_bytes()
    secret.unlink()
    if left is not None:
        secret.write_bytes(left)
    with pytest.raises(Trouble) as lost:
        Vault(tmp_path)
    assert lost.value.code == "lost_secret" and secret.exists() == (left is not None)
    secret.write_bytes(before)
    with Vault(tmp_path) as vault:
        assert add(vault, "2", [("x", "a")])["duplicates"] == 1


def test_two_first_starts_agree_on_one_secret(tmp_path: Path) -> None:
    code = f"""
from hotspots.vault import Vault; from pathlib import Path
with Vault(Path({str(tmp_path)!r})) as vault:
    print(vault.hasher.text("x"), vault.noise_key)"""
    racers = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [r.communicate(timeout=60) for r in racers]
    assert [r.returncode for r in racers] == [0, 0, 0], said
    assert len({out for out, _ in said}) == 1


def test_a_short_wait_for_another_command_is_not_said(tmp_path: Path) -> None:
    code = f"""
import time; from hotspots.vault import Vault; from pathlib import Path
with Vault(Path({str(tmp_path)!r})): print("holds", flush=True); time.sleep(1)"""
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None and holder.stdout.readline().strip() == "holds"
    with pytest.raises(Trouble, match="Another command"):
        Vault(tmp_path, wait=0)
    with Vault(tmp_path) as vault:
        assert vault.files() == []
    assert holder.wait(10) == 0


FILES = st.lists(
    st.lists(st.tuples(st.sampled_from([None, None, "x", "y"]), st.sampled_from("abc")), min_size=1, max_size=6),
    min_size=1,
    max_size=5,
)


@settings(max_examples=40)
@given(FILES, st.data())
def test_forgetting_a_file_is_as_if_it_never_came(tmp_path_factory, files, data) -> None:
    """Whatever came before and after: the vault with a file taken back equals the vault that never saw it."""
    victim = data.draw(st.integers(0, len(files) - 1))
    with Vault(tmp_path_factory.mktemp("a")) as one, Vault(tmp_path_factory.mktemp("b")) as other:
        for i, rows in enumerate(files):
            counts = add(one, str(i), rows)
            assert sum(counts.values()) == len(rows)
            if i != victim:
                add(other, str(i), rows)
        one.forget_file(str(victim))
        assert kept(one) == kept(other)


def test_an_unfinished_or_failed_add_leaves_nothing(vault: Vault) -> None:
    with vault.adding(sha256="s", name="s", profile="p") as adding:
        adding.add(table([(None, "a")], vault))
    with pytest.raises(ZeroDivisionError), vault.adding(sha256="s", name="s", profile="p") as adding:
        adding.add(table([(None, "a")], vault))
        adding.finish({})
        raise ZeroDivisionError
    assert kept(vault) == [] and vault.files() == []


def test_two_writers_are_told_apart_in_a_sentence(vault: Vault, tmp_path: Path) -> None:
    code = f"from hotspots.vault import Vault; from pathlib import Path; Vault(Path({str(tmp_path)!r}), wait=0.3)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "Another command is writing" in done.stderr


WRITER = """
import sys; sys.path.insert(0, {tests!r})
from pathlib import Path
from hotspots.vault import Vault
from test_vault import add
with Vault(Path({home!r})) as vault:
    for n in range(10**6):
        if vault.known(str(n)) is None:
            add(vault, str(n), [(None, f"{{n}}-{{i}}") for i in range(50)])
        print(n, flush=True)
"""


def test_kill_9_loses_nothing_acknowledged_and_shows_nothing_partial(tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    acknowledged = -1
    for _ in range(8):
        code = WRITER.format(tests=str(Path(__file__).parent), home=str(tmp_path))
        writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        acknowledged = max(acknowledged, int(writer.stdout.readline()))
        time.sleep(rng.uniform(0, 0.4))
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged = max([acknowledged, *(int(line) for line in writer.stdout.read().split())])
        writer.wait()
    with Vault(tmp_path) as vault:
        numbers = {int(f["sha256"]) for f in vault.files()}
        assert numbers >= set(range(acknowledged + 1)) and len(kept(vault)) == 50 * len(numbers)
