"""Publishing: no block below k, nobody sees a zero, sums add up, releases are whole and immutable."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots import grid, queries, release
from hotspots import study as studies
from hotspots.errors import Trouble
from hotspots.publish import publish
from hotspots.publish.blocks import Tally, area_blocks, mixed, place_blocks, with_sums
from hotspots.publish.noise import geometric
from hotspots.publish.write import clean_up
from hotspots.tables import EVENTS
from hotspots.vault import Vault

CENTRE = int(grid.cells_of([59.2739], [15.2153], 9)[0])


def tally(cells: np.ndarray, units: np.ndarray, n: np.ndarray | None = None) -> Tally:
    size = len(cells)
    return Tally(
        cell=cells.astype(np.uint64),
        day=np.full(size, np.datetime64("2025-03-03")),
        unit=units.astype(np.int64),
        category=np.full(size, "noise", dtype=object),
        source=np.full(size, "reported", dtype=object),
        district=np.full(size, "D1", dtype=object),
        n=np.ones(size, dtype=np.int64) if n is None else n,
        content=mixed(cells.astype(np.uint64), units.astype(np.int64).astype(np.uint64)),
    )


def area_of(cells: np.ndarray) -> pd.Series:
    return pd.Series(0.1, index=np.unique(grid.parents(cells.astype(np.uint64), 9)))


def blocks_of(t: Tally, k: int = 5) -> tuple[pd.DataFrame, int]:
    return place_blocks(t, np.zeros(len(t.n), np.int64), k=k, finest=9, coarsest=5, area_of=area_of(t.cell))


def test_a_cell_with_enough_is_its_own_block_and_the_rest_joins_in_the_parent() -> None:
    near = grid.disk(CENTRE, 1)[0]
    parent = int(grid.parents(np.array([near], np.uint64), 8)[0])
    siblings = [c for c in grid.disk(CENTRE, 2) if int(grid.parents(np.array([c], np.uint64), 8)[0]) == parent]
    busy, quiet = siblings[0], siblings[1:4]
    cells = np.array([busy] * 6 + [c for c in quiet for _ in range(2)], dtype=np.uint64)
    blocks, hidden = blocks_of(tally(cells, np.arange(len(cells))))
    assert blocks["count"].tolist() == [6, 6] and blocks["resolution"].tolist() == [9, 8] and hidden == 0
    assert int(blocks["cell"][0]) == int(busy) and int(blocks["cell"][1]) == parent


def test_one_caller_five_hundred_times_never_makes_a_block() -> None:
    cells = np.full(500, CENTRE, dtype=np.uint64)
    blocks, hidden = blocks_of(tally(cells, np.zeros(500)))
    assert not len(blocks) and hidden == 500


def test_four_events_stay_in_the_vault() -> None:
    blocks, hidden = blocks_of(tally(np.full(4, CENTRE), np.arange(4)))
    assert not len(blocks) and hidden == 4


RANDOM = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12), st.integers(0, 2)), min_size=1, max_size=200)


@settings(max_examples=60)
@given(RANDOM, st.integers(2, 10))
def test_blocks_are_a_partition_of_at_least_k(rows: list[tuple[int, int, int]], k: int) -> None:
    """Whatever the events: every block holds k events and k units, no event is in two, and the sums add up."""
    around = grid.disk(CENTRE, 6)
    cells = np.array([around[i * 2] for i, _, _ in rows], dtype=np.uint64)
    units, view = np.array([u for _, u, _ in rows]), np.array([v for _, _, v in rows])
    blocks, hidden = place_blocks(tally(cells, units), view, k=k, finest=9, coarsest=5, area_of=area_of(cells))
    assert (blocks["count"] >= k).all() and int(blocks["count"].sum()) + hidden == len(rows)
    assert (blocks["area_km2"] > 0).all()
    left = np.ones(len(rows), dtype=bool)
    for row in blocks.sort_values("resolution", ascending=False).itertuples():
        inside = left & (grid.parents(cells, row.resolution) == row.cell) & (view == row.view)
        assert inside.sum() == row.count and len(set(units[inside])) >= k
        left &= ~inside
    # Row order changes nothing.
    turn = np.arange(len(rows))[::-1]
    again, _ = place_blocks(
        tally(cells[turn], units[turn]), view[turn], k=k, finest=9, coarsest=5, area_of=area_of(cells)
    )
    pd.testing.assert_frame_equal(blocks, again)
    total = blocks.groupby("view")["area_km2"].sum()
    assert (total <= 0.1 * len(area_of(cells)) + 1e-9).all()


def test_the_revision_of_a_district_block_follows_its_content() -> None:
    t = tally(np.full(6, CENTRE), np.arange(6))
    one, _ = area_blocks(t, np.zeros(6, np.int64), k=5)
    same, _ = area_blocks(t.take(np.arange(6)[::-1] >= 0), np.zeros(6, np.int64), k=5)
    other, _ = area_blocks(tally(np.full(7, CENTRE), np.arange(7)), np.zeros(7, np.int64), k=5)
    assert one["revision"][0] == same["revision"][0] != other["revision"][0]


def test_noise_is_fixed_by_content_and_two_sided_geometric() -> None:
    draws = np.array([geometric(b"secret", "block", i, 0.5) for i in range(20_000)])
    assert (
        draws[7] == geometric(b"secret", "block", 7, 0.5)
        and (draws != [geometric(b"x", "block", i, 0.5) for i in range(20_000)]).any()
    )
    a = np.exp(-0.5)
    for x in range(-4, 5):
        expected = (1 - a) / (1 + a) * a ** abs(x)
        assert abs((draws == x).mean() - expected) < 4 * np.sqrt(expected / 20_000)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of Örebro with 600 made-up events of 2025, some of them lonely."""
    path = tmp_path_factory.mktemp("study")
    study = studies.create(path, municipalities=["1880"])[0]
    with Vault(path) as vault:
        fill(vault, study, 600, seed=1)
    return path


def fill(
    vault: Vault,
    study: studies.Study,
    n: int,
    seed: int,
    *,
    year: int = 2025,
    one_cell: bool = False,
    reporters: list[int] | None = None,
) -> None:
    """Made-up events of one year; `reporters` numbers them (0 = none given)."""
    rng = np.random.default_rng(seed)
    lat, lng = 59.2739 + rng.normal(0, 0.004, n), 15.2153 + rng.normal(0, 0.007, n)
    if one_cell:
        lat[:], lng[:] = 59.2739, 15.2153
    else:
        lat[:9], lng[:9] = 59.40, 15.0 + np.arange(9) / 60  # far out, alone
    known = np.array(reporters if reporters is not None else [0] * n)
    start = pd.Timestamp(f"{year}-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 365 * 24 * 60, n)), "m")
    start = start.floor("min")
    fixed: dict[str, object] = {
        "row": np.arange(1, n + 1),
        "profile": ["p"] * n,
        "kind": ["incident"] * n,
        "source_type": np.where(rng.random(n) < 0.8, "reported", "discovered"),
        "key": rng.integers(0, 2**63, n).astype(np.uint64),
        "start": start,
        "end": start + pd.Timedelta("1min"),
        "start_utc": start,
        "precision": ["minute"] * n,
        "time_known": [True] * n,
        "cell": grid.cells_of(lat, lng, 10),
        "district": ["1880R031"] * n,
        "category": rng.choice(["noise", "vandalism", "open_drug_dealing"], n),
        "source_key": known.astype(np.uint64),
        "reporter_known": known > 0,
    }
    table = pa.table({f.name: pa.array(fixed.get(f.name, [None] * n), type=f.type, from_pandas=True) for f in EVENTS})
    if one_cell:
        same = {"source_type": "reported", "category": "noise"}
        for name, word in same.items():
            table = table.set_column(table.schema.get_field_index(name), name, pa.array([word] * n))
    with vault.adding(sha256=f"sha-{seed}", name="made-up", profile="p") as adding:
        adding.add(table)
        adding.finish({})


def test_a_release_holds_no_number_below_k_and_no_coordinate(home: Path) -> None:
    study = studies.load(home)
    with Vault(home) as vault:
        made = {m.audience: m for m in publish(study, vault)}
    for name, k in (("operations", 5), ("partners", 5), ("open", 10)):
        of = release.open_release(home, name)
        assert of.version == made[name].version and of.k == k
        for table in (of.blocks, of.trend):
            if len(table):
                assert (table["count"] >= k).all()
        assert of.manifest["events_hidden"] % 10 == 0
    assert not len(release.open_release(home, "open").blocks), "open: districts by year, never a cell"
    with pytest.raises(Trouble, match="by district"):
        queries.question(release.open_release(home, "partners"))


def test_weeks_come_at_resolution_8_and_coarser(home: Path) -> None:
    of = release.open_release(home, "operations")
    weeks = of.blocks[of.blocks["period"].str.contains("W")]
    assert len(weeks) and weeks["resolution"].max() <= 8
    assert of.blocks[~of.blocks["period"].str.contains("W")]["resolution"].max() == 9


def test_cells_sum_to_what_is_shown_at_every_resolution(home: Path) -> None:
    of = release.open_release(home, "operations")
    for resolution in (9, 8, 7, 6):
        asked, _ = queries.question(of, resolution=resolution)
        answer = queries.cells(of, asked)
        table = answer.table
        assert asked.period == "2025" and int(table["count"].sum()) == answer.facts["shown"]
        assert not table.duplicated(["cell", "resolution"]).any()
        assert (table["resolution"] <= resolution).all() and (table["area_km2"] > 0).all()
        x = queries.spread(of, asked)
        assert x.sum() == pytest.approx(answer.facts["shown"]) and (x >= 0).all()
    assert {
        "cell",
        "resolution",
        "period",
        "category",
        "count",
        "area_km2",
        "gistar_z",
        "gistar_p_fdr",
        "gistar_hot",
        "class",
    } == set(table.columns)


def test_gistar_of_a_release_is_the_formula_on_released_numbers(home: Path) -> None:
    of = release.open_release(home, "operations")
    asked, _ = queries.question(of)
    table, x = queries.cells(of, asked).table, queries.spread(of, asked)
    base = of.grid["cell"].to_numpy(np.uint64)
    n, mean = len(base), x.mean()
    s = np.sqrt((x**2).mean() - mean**2)
    own = table[table["resolution"] == 9]
    for row in own.head(20).itertuples():
        ring = np.isin(base, grid.disk(int(row.cell), 1))
        w = ring.sum()
        z = (x[ring].sum() - mean * w) / (s * np.sqrt((n * w - w * w) / (n - 1)))
        assert row.gistar_z == pytest.approx(z, abs=1e-9)
        assert row.gistar_hot == (row.gistar_z > 0 and row.gistar_p_fdr <= 0.05)


def test_a_flipped_byte_is_found_and_the_release_before_is_used(home: Path) -> None:
    study = studies.load(home)
    with Vault(home) as vault:
        older, newer = publish(study, vault, audiences=["open"])[0], publish(study, vault, audiences=["open"])[0]
    rng = np.random.default_rng(5)
    for file in sorted(newer.path.iterdir()):
        whole = file.read_bytes()
        at = int(rng.integers(len(whole)))
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(Trouble, match="damaged"):
            release.verify(newer.path)
        assert release.current(home, "open") == older.path
        file.write_bytes(whole)
    assert release.current(home, "open") == newer.path


def test_a_draft_of_a_killed_publish_is_swept_and_the_last_eight_stay(home: Path) -> None:
    study, folder = studies.load(home), home / "releases" / "open"
    (folder / ".tmp-leftover").mkdir()
    with Vault(home) as vault:
        made = [publish(study, vault, audiences=["open"])[0].version for _ in range(10)]
    assert not list(folder.glob(".tmp-*"))
    kept = sorted(p.name for p in folder.iterdir() if p.is_dir())
    assert kept == made[-8:] and (folder / "CURRENT").read_text().strip() == made[-1]
    (folder / "CURRENT").write_text("zz-nonsense")
    clean_up(folder)
    assert (folder / "CURRENT").read_text().strip() == made[-1]


def test_until_leaves_later_events_out(home: Path) -> None:
    with Vault(home) as vault:
        made = publish(studies.load(home), vault, audiences=["operations"], until=date(2025, 7, 1))[0]
        of = release.open_release(home, "operations", path=made.path)
        assert of.today < date(2025, 7, 1) and of.manifest["until"] == "2025-07-01"
        assert not [p for p in of.period_names("month") if p > "2025-06"]
        publish(studies.load(home), vault, audiences=["operations"])


KILLED = """
from pathlib import Path
from hotspots import study
from hotspots.publish import publish
from hotspots.vault import Vault
home = Path({home!r})
with Vault(home) as vault:
    print("go", flush=True)
    publish(study.load(home), vault)
"""


def test_a_killed_publish_leaves_the_previous_state_and_a_repeat_completes_it(home: Path) -> None:
    before = {a: release.open_release(home, a).version for a in studies.AUDIENCES}
    rng = np.random.default_rng(3)
    for _ in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED.format(home=str(home))], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None and child.stdout.readline() == "go\n"
        time.sleep(rng.uniform(0.0, 1.2))
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        for audience in studies.AUDIENCES:
            assert release.open_release(home, audience).version >= before[audience]
    with Vault(home) as vault:
        made = publish(studies.load(home), vault)
    assert {m.audience: m.version for m in made} == {
        a: release.open_release(home, a).version for a in studies.AUDIENCES
    }


def test_the_manifest_lists_every_file(home: Path) -> None:
    of = release.open_release(home, "operations")
    manifest = json.loads((of.path / "manifest.json").read_text("utf-8"))
    assert {f["path"] for f in manifest["files"]} == {p.name for p in of.path.iterdir()} - {
        "manifest.json",
        release.SEAL,
    }
    assert manifest["audit"] is None and all({"path", "sha256", "bytes"} == set(f) for f in manifest["files"])


def test_an_empty_vault_says_what_to_do(tmp_path: Path) -> None:
    study = studies.create(tmp_path / "s", municipalities=["1880"])[0]
    with Vault(study.home) as vault, pytest.raises(Trouble, match="no placed events"):
        publish(study, vault)
    with pytest.raises(Trouble, match="Nothing is published"):
        release.current(study.home, "operations")


def test_what_was_taken_back_is_no_longer_shown(tmp_path: Path) -> None:
    study = studies.create(tmp_path / "s", municipalities=["1880"])[0]
    with Vault(study.home) as vault:
        fill(vault, study, 300, seed=7)
        publish(study, vault, audiences=["operations"])
        vault.forget_file("sha-7")
        with pytest.raises(Trouble, match="no placed events"):
            publish(study, vault)
    with pytest.raises(Trouble, match="Nothing is published"):
        release.open_release(study.home, "operations")


NUMBERS = {"count": 5, "events": 5, "n": 5}  # columns that hold numbers of events, and the least that may stand there


def test_no_file_of_any_release_holds_a_small_number_or_a_position_of_an_event(demo_home: Path) -> None:
    """Every column of every file: numbers of events are 5 or more (10 in open); positions are of cells and places."""
    import pyarrow.parquet as pq

    for audience in studies.AUDIENCES:
        of = release.open_release(demo_home, audience)
        for file in of.path.glob("*.parquet"):
            table = pq.read_table(file).to_pandas()
            for column in table.columns:
                if column in NUMBERS and len(table):
                    assert table[column].min() >= (10 if audience == "open" else 5), (audience, file.name, column)
            assert not {"id", "id_hash", "key", "source_key", "row", "file"} & set(table.columns), file.name
        if audience != "operations":
            assert not (of.path / "spots.parquet").exists() and "events" not in of.sources
        else:
            # Not weighted by events: with the footprint and the sum, weights would give the cells' counts back.
            for row in of.spots.itertuples():
                lat, lng = grid.centres(of.footprint(row.spot_id))
                assert (row.lat, row.lng) == (lat.mean(), lng.mean())


def test_nothing_can_be_subtracted_in_what_leaves_the_house(demo_home: Path) -> None:
    """partners and open: `all` is the sum of the shown groups, a year the sum of its two shown halves."""
    for audience in ("partners", "open"):
        trend = release.open_release(demo_home, audience).trend
        place = ["period", "source", "district"]
        base = trend[trend["period"].str.contains("-H")] if audience == "partners" else trend
        groups = base[base["category"] != "all"].groupby(place)["count"].sum()
        every = base[base["category"] == "all"].set_index(place)["count"].sort_index()
        pd.testing.assert_series_equal(groups.sort_index(), every, check_names=False)
        halves = trend[trend["period"].str.contains("-H")]
        years = trend[~trend["period"].str.contains("-H")]
        if audience == "partners" and len(years):
            keys = ["category", "source", "district"]
            summed = (
                halves.assign(period=halves["period"].str[:4]).groupby(["period", *keys])["count"].agg(["sum", "size"])
            )
            found = years.set_index(["period", *keys])["count"]
            assert (summed.loc[found.index, "size"] == 2).all() and (summed.loc[found.index, "sum"] == found).all()


def test_sums_are_made_of_what_is_shown() -> None:
    rows = [("2025-H1", "group:a", 7), ("2025-H2", "group:a", 6), ("2025-H1", "group:b", 5)]
    table = pd.DataFrame(
        [(p, c, "reported", "D", n) for p, c, n in rows], columns=["period", "category", "source", "district", "count"]
    )
    found = {(r.period, r.category): r.count for r in with_sums(table).itertuples(index=False)}
    shown = with_sums(table).set_index(["period", "category"])["count"].to_dict()
    assert shown["2025-H1", "all"] == 12 and shown["2025-H2", "all"] == 6 and shown["2025", "group:a"] == 13
    assert ("2025", "group:b") not in shown and shown["2025", "all"] == 18 and len(found) == len(shown)


def test_noise_stays_while_a_closed_year_stays(tmp_path: Path) -> None:
    """An open block that did not change carries the same number in every version, whatever comes in elsewhere."""
    study = studies.create(tmp_path / "s", municipalities=["1880"])[0]
    with Vault(study.home) as vault:
        fill(vault, study, 600, seed=11)
        fill(vault, study, 80, seed=12, year=2026)
        publish(study, vault, audiences=["open"])
        before = release.open_release(study.home, "open").trend
        fill(vault, study, 60, seed=13, year=2026)
        publish(study, vault, audiences=["open"])
        after = release.open_release(study.home, "open").trend
    assert len(before) and (before["period"] == "2025").all()
    pd.testing.assert_frame_equal(before, after[after["period"] == "2025"].reset_index(drop=True))


def test_a_source_with_reporters_needs_k_of_them(tmp_path: Path) -> None:
    """Four rows of one reporter and four without, of a profile that maps reporters: two witnesses, no block."""
    study = studies.create(tmp_path / "s", municipalities=["1880"])[0]
    with Vault(study.home) as vault:
        fill(vault, study, 8, seed=21, one_cell=True, reporters=[1, 1, 1, 1, 0, 0, 0, 0])
        publish(study, vault, audiences=["operations"])
        assert not len(release.open_release(study.home, "operations").blocks)
        fill(vault, study, 4, seed=22, one_cell=True, reporters=[2, 3, 4, 5])
        publish(study, vault, audiences=["operations"])
        blocks = release.open_release(study.home, "operations").blocks
    assert blocks.loc[blocks["category"] == "all", "count"].max() == 12
