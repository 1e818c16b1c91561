"""Gathering spots: planted truth, exact small worlds, laws that must hold, published tables and real data."""

from collections import Counter
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from pandas.testing import assert_frame_equal
from scipy import stats

from hotspots import grid, spots
from hotspots.geo import project
from hotspots.geo.areas import Districts, cell_areas_km2
from hotspots.settings import SpotSettings
from hotspots.spots import detect, identity, names, recur, rhythm
from hotspots.spots.find import HOURS, TABLE
from hotspots.spots.layer import layer_of
from hotspots.vocabulary import Vocabulary
from tests.planted import CRS, Planted, Town, town

SETTINGS = SpotSettings()
DISTRICTS = Districts(("D1", "D2"), ("Vivalla", "Norr"), np.array([None, None], dtype=object))
NOWHERE = pd.DataFrame({"name": [], "lat": [], "lng": []})
SEEDS = range(6)
HIT_M = 120.0
MEANS = {"seasonal": {"recurring"}, "night": {"ended", "temporary"}}  # else the planted kind is the state


def found_in(events: pd.DataFrame, **more: object) -> spots.Spots:
    """Spots of a table of events, with plain surroundings."""
    days = events["start"].dt.date
    arguments = {
        "today": days.max(),
        "first_day": days.min(),
        "vocabulary": Vocabulary(),
        "districts": DISTRICTS,
        "places": NOWHERE,
        "cell_area": cell_areas_km2,
    }
    return spots.find(events, **(arguments | more))


@cache
def planted_town(seed: int) -> tuple[Town, spots.Spots]:
    made = town(seed)
    return made, found_in(made.events, today=made.today, first_day=made.first_day)


def matched(planted: tuple[Planted, ...], table: pd.DataFrame) -> tuple[dict[Planted, str], set[str]]:
    """The state found at each planted spot, and the ids of found spots at no planted one."""
    x, y = project.from_lonlat(table["lng"].to_numpy(), table["lat"].to_numpy(), CRS)
    states, rest = {}, set(table["spot_id"])
    for spot in planted:
        away = np.hypot(x - spot.x, y - spot.y)
        if len(away) and away.min() <= HIT_M:
            states[spot] = str(table["state"].iloc[away.argmin()])
            rest -= {str(table["spot_id"].iloc[away.argmin()])}
    return states, rest


def events_at(cells: list[int], starts: list[str], **columns: object) -> pd.DataFrame:
    """A small table of events: one a row, times to the minute."""
    start = np.array(starts, dtype="datetime64[s]")
    table = pd.DataFrame({"row": np.arange(1, len(start) + 1), "start": start, "end": start + np.timedelta64(60, "s")})
    table["cell"] = np.array(cells, dtype=np.uint64)
    plain = {
        "file": 1,
        "profile": "p",
        "kind": "report",
        "source_type": "reported",
        "precision": "minute",
        "time_known": True,
        "district": "D1",
        "category": "public_disorder",
        "source_key": np.uint64(7),
        "reporter_known": False,
    }
    return table.assign(**(plain | columns))


CELL = int(grid.cells_of([59.2751], [15.2138], 10)[0])
FAR = int(grid.cells_of([59.2994], [15.1899], 10)[0])
WEEKLY = [str(d) for d in pd.date_range("2025-01-06 18:00", periods=52, freq="7D")]


def quiet_town(n: int = 52) -> pd.DataFrame:
    """One lonely event a week, each in another cell far away."""
    cells = grid.disk(FAR, 6)[:n].tolist()
    return events_at(cells, WEEKLY[:n])


# --- inputs ---


def test_no_events_give_an_empty_table_with_all_columns() -> None:
    none = found_in(events_at([CELL], ["2025-01-06"]).iloc[:0], today=date(2025, 1, 6), first_day=date(2025, 1, 6))
    assert list(none.table) == list(TABLE) and not len(none.table)
    assert list(none.hours) == list(HOURS) and not len(none.hours)
    assert none.footprints == {}


@pytest.mark.parametrize(
    "change",
    [
        {"source_type": "discovered"},
        {"source_type": "survey"},
        {"kind": "visit"},
        {"category": "encampment"},
        {"category": "homelessness_contact"},
        {"category": "overdose_call"},
        {"category": "outreach_contact"},
        {"category": "drug_possession"},
    ],
    ids=lambda c: next(iter(c.values())),
)
def test_what_never_makes_a_spot(change: dict[str, str]) -> None:
    base = events_at([CELL] * 104, WEEKLY * 2)
    assert len(found_in(base).table) == 1
    assert len(found_in(base.assign(**change)).table) == 0


def test_without_gathering_categories_all_plain_ones_are_taken_and_the_result_says_so() -> None:
    needles = events_at([CELL] * 104, WEEKLY * 2, category="needle_find")
    alone = found_in(needles)
    assert len(alone.table) == 1 and alone.facts["gathering_categories"] is False
    both = found_in(pd.concat([needles, quiet_town()]))
    assert len(both.table) == 0 and both.facts["gathering_categories"] is True


def test_events_after_today_are_not_read() -> None:
    until = found_in(events_at([CELL] * 104, WEEKLY * 2), today=date(2025, 10, 5))
    assert until.table[["last_week", "events"]].to_numpy().tolist() == [["2025-W40", 78]]


def test_silence_of_a_source_that_stopped_ends_no_spot() -> None:
    table = events_at([CELL] * 104, WEEKLY * 2)
    other = events_at([FAR] * 4, ["2026-05-01"] * 4, profile="q", category="theft")
    assert found_in(pd.concat([table, other])).table["state"].tolist() == ["recurring"]


# --- outputs: planted truth ---


def test_planted_recurring_spots_are_found_and_little_else() -> None:
    wanted = hit = claimed = wrong = 0
    for seed in SEEDS:
        made, got = planted_town(seed)
        recurring = got.table[got.table["state"] == "recurring"]
        states, _ = matched(made.planted, got.table)
        real = made.of("recurring")
        assert all(s.rate >= 3 for s in real)
        wanted += len(real)
        hit += sum(states.get(s) == "recurring" for s in real)
        claimed += len(recurring)
        wrong += len(matched(tuple(made.of("recurring", "seasonal")), recurring)[1])
    assert hit / wanted >= 0.95
    assert 1 - wrong / claimed >= 0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_one_night_is_never_recurring(seed: int) -> None:
    made, got = planted_town(seed)
    states, _ = matched(made.planted, got.table)
    assert {states.get(s, "ended") for s in made.of("night")} <= {"ended", "temporary"}


def test_states_are_the_planted_ones() -> None:
    seen: Counter[tuple[str, bool]] = Counter()
    for seed in SEEDS:
        made, got = planted_town(seed)
        for spot, state in matched(made.planted, got.table)[0].items():
            seen[spot.kind, state in MEANS.get(spot.kind, {spot.kind})] += 1
    for kind in ("recurring", "seasonal", "new", "fading", "ended", "night"):
        assert seen[kind, True] >= 0.9 * (seen[kind, True] + seen[kind, False]), kind
        assert seen[kind, True] >= 4, kind


@pytest.mark.parametrize("seed", SEEDS)
def test_footprints_are_the_size_of_a_square_and_share_no_ground(seed: int) -> None:
    got = planted_town(seed)[1]
    cells = np.concatenate(list(got.footprints.values()))
    assert len(cells) == len(np.unique(cells))
    assert {len(c) <= detect.MOST_CELLS for c in got.footprints.values()} == {True}
    for row in got.table.itertuples():
        assert grid.from_text(row.cells.split()).tolist() == got.footprints[row.spot_id].tolist()
        assert row.area_km2 == pytest.approx(cell_areas_km2(got.footprints[row.spot_id]).sum())


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_leaves_no_trace(seed: int) -> None:
    made, got = planted_town(0)
    again = found_in(made.events.sample(frac=1, random_state=seed), today=made.today, first_day=made.first_day)
    assert_frame_equal(got.table, again.table, check_exact=True)
    assert_frame_equal(got.hours, again.hours, check_exact=True)
    assert {k: v.tolist() for k, v in got.footprints.items()} == {k: v.tolist() for k, v in again.footprints.items()}


def test_nothing_said_rests_on_fewer_than_five_events_or_source_days() -> None:
    for seed in SEEDS:
        got = planted_town(seed)[1]
        assert got.table["events"].min() >= 5
        most = got.hours["n"] + 4  # told in fives, rounded down
        assert ((got.hours["share"] + 0.001) * most >= 5).all() and (got.hours["n"] % 5 == 0).all()
        assert np.allclose(got.hours["share"].round(3), got.hours["share"], atol=1e-12), (
            "exact shares would give the number back"
        )
        assert (got.hours.groupby("spot_id")["share"].sum() <= 1 + 1e-9).all()


def test_names_and_ids_are_given_once() -> None:
    got = planted_town(0)[1]
    assert got.table["name"].is_unique and got.table["spot_id"].is_unique
    assert sorted(got.table["rank"]) == list(range(1, len(got.table) + 1))


# --- outputs: exact small worlds ---


def test_all_on_one_coordinate_is_one_spot_of_one_cell() -> None:
    got = found_in(pd.concat([events_at([CELL] * 104, WEEKLY * 2), quiet_town()]))
    assert got.table[["state", "events", "active_weeks", "observed_weeks"]].to_numpy().tolist() == [
        ["recurring", 104, 52, 52]
    ]
    assert got.table[["first_week", "last_week"]].to_numpy().tolist() == [["2025-W02", "2026-W01"]]
    assert next(iter(got.footprints.values())).tolist() == [CELL]
    assert got.table["source_types"].tolist() == ["reported"]


def test_a_burst_with_many_reporters_is_temporary_and_with_none_is_no_spot() -> None:
    burst = events_at(
        [CELL] * 40, ["2025-12-20 22:00"] * 40, source_key=np.arange(40).astype(np.uint64), reporter_known=True
    )
    assert found_in(pd.concat([burst, quiet_town()])).table["state"].tolist() == ["temporary"]
    assert (
        len(found_in(pd.concat([burst.assign(reporter_known=False, source_key=np.uint64(1)), quiet_town()])).table) == 0
    )


def test_one_reporter_however_busy_is_one_witness() -> None:
    busy = events_at([CELL] * 104, WEEKLY * 2, reporter_known=True)
    assert len(found_in(busy).table) == 0


def test_month_precise_data_use_months_and_have_no_hours() -> None:
    months = [str(d.date()) for d in pd.date_range("2025-01-01", periods=12, freq="MS")] * 8
    spot = events_at([CELL] * 96, months, precision="month", time_known=False)
    rest = events_at(grid.disk(FAR, 6)[:96].tolist(), months, precision="month", time_known=False)
    got = found_in(pd.concat([spot, rest]), today=date(2025, 12, 31))
    row = got.table.iloc[0]
    assert (row["state"], row["first_week"], row["last_week"], row["observed_weeks"]) == (
        "recurring",
        "2025-01",
        "2025-12",
        12,
    )
    assert row["peak_blocks"] == "" and not len(got.hours)


def test_hours_need_thirty_events_of_known_time() -> None:
    def peak(n: int) -> str:
        known = np.arange(104) < n
        return str(found_in(events_at([CELL] * 104, WEEKLY * 2, time_known=known)).table["peak_blocks"].iloc[0])

    assert peak(29) == "" and peak(30) == "mon-16"


def test_the_week_that_still_runs_counts_against_no_one() -> None:
    steady = events_at([CELL] * 104, WEEKLY * 2)
    monday = found_in(pd.concat([steady, quiet_town(), events_at([FAR], ["2026-01-05 09:00"])]))
    assert monday.table[["state", "active_of_last_4", "observed_weeks"]].to_numpy().tolist() == [["recurring", 4, 53]]


def weeks(*pieces: tuple[int, int]) -> np.ndarray:
    """Events per week: (weeks, events in each), one after the other."""
    return np.concatenate([np.full(n, each) for n, each in pieces])


@pytest.mark.parametrize(
    ("own", "state"),
    [
        (weeks((104, 2)), "recurring"),
        (weeks((52, 0), (52, 2)), "recurring"),
        (weeks((95, 0), (9, 4)), "new"),
        (weeks((101, 0), (3, 4)), "temporary"),
        (weeks((103, 0), (1, 40)), "temporary"),
        (weeks((50, 0), (1, 40), (53, 0)), "ended"),
        (weeks((96, 4), (8, 1)), "fading"),
        (weeks((96, 4), (8, 2)), "recurring"),
        (weeks((96, 3), (8, 0)), "ended"),
        (weeks((97, 3), (7, 0)), "fading"),
        (weeks((80, 0), (24, 3)), "none"),  # older than a quarter, active in two of four
    ],
)
def test_states_by_the_contract(own: np.ndarray, state: str) -> None:
    course = recur.course(own, np.full(len(own), 10), usual=0.0, share=0.005, kind="week", settings=SETTINGS)
    assert course.state == state


def test_a_stray_neither_ages_a_new_spot_nor_wakes_an_ended_one() -> None:
    new, ended = weeks((95, 0), (9, 4)), weeks((60, 4), (44, 0))
    new[20], ended[100] = 1, 1
    assert recur.life(new, 0.02) == (95, 103)
    assert recur.life(ended, 0.02) == (0, 59)


def test_life_of_a_spot_without_strays_is_all_of_it() -> None:
    own = np.random.default_rng(1).poisson(1.0, 104)
    busy = np.flatnonzero(own)
    assert recur.life(own, 0.01) == (busy[0], busy[-1])


@given(st.lists(st.floats(0, 1), max_size=9))
def test_poisson_binomial_is_exact(p: list[float]) -> None:
    expected = np.zeros(len(p) + 1)
    for outcome in product((0, 1), repeat=len(p)):
        expected[sum(outcome)] += np.prod([q if o else 1 - q for o, q in zip(outcome, p, strict=True)])
    assert_allclose(recur.poisson_binomial(np.array(p)), expected, atol=1e-12)


@given(st.lists(st.integers(0, 300), min_size=4, max_size=40), st.floats(1e-4, 0.3))
def test_volume_alone_by_an_independent_binomial(totals: list[int], share: float) -> None:
    bar, point = recur._bars(tuple(totals), share)
    for n, b in zip(totals, bar, strict=True):
        assert b == 1 or stats.binom.sf(b - 2, n, share) > 0.5 - 1e-9
        assert stats.binom.sf(b - 1, n, share) <= 0.5 + 1e-9 or n == 0
    chance = stats.binom.sf(bar - 1, totals, share)
    tail = np.cumsum(recur.poisson_binomial(chance))
    assert tail[point] >= 0.95 - 1e-9 and (point == 0 or tail[point - 1] < 0.95 + 1e-9)


@pytest.mark.parametrize("per_week", [20, 200, 2000])
def test_what_volume_alone_gives_is_seldom_called_more(per_week: int) -> None:
    rng = np.random.default_rng(per_week)
    totals = rng.poisson(per_week, 104)
    false = [recur.more_than_volume(rng.binomial(totals, 0.01), totals, 0.01) for _ in range(400)]
    assert np.mean(false) <= 0.07  # 5 %, and no more than luck in 400 draws
    twice = [recur.more_than_volume(rng.binomial(totals, 0.03), totals, 0.01) for _ in range(50)]
    assert np.mean(twice) >= 0.95


def test_a_steadily_busy_place_is_more_than_volume() -> None:
    assert recur.more_than_volume(np.full(104, 3), np.full(104, 10), 0.005)
    assert not recur.more_than_volume(weeks((103, 0), (1, 300)), np.full(104, 300), 0.005)


# --- outputs: hours and words ---


def test_signature_weighs_a_window_by_overlap() -> None:
    start = np.array(["2025-01-07T15:00", "2025-01-12T23:00"], dtype="datetime64[s]")  # Tuesday, Sunday
    end = np.array(["2025-01-07T17:00", "2025-01-13T03:00"], dtype="datetime64[s]")
    week = rhythm.signature(start, end)
    assert (week[1, 3], week[1, 4]) == (0.5, 0.5)
    assert_allclose((week[6, 5], week[0, 0]), (0.25, 0.75))


@given(st.lists(st.tuples(st.integers(0, 10**8), st.integers(0, 10**6)), min_size=1, max_size=20))
def test_weights_sum_to_the_number_of_events(windows: list[tuple[int, int]]) -> None:
    start = np.array([a for a, _ in windows]).astype("datetime64[s]")
    week = rhythm.signature(start, start + np.array([d for _, d in windows]).astype("timedelta64[s]"))
    assert week.min() >= 0
    assert_allclose(week.sum(), len(windows))


def test_a_window_over_a_week_is_flat() -> None:
    start = np.array(["2025-01-07T15:00"], dtype="datetime64[s]")
    assert_allclose(rhythm.signature(start, start + np.timedelta64(169, "h")), np.full((7, 6), 1 / 42))


@given(st.lists(st.integers(0, 9), min_size=42, max_size=42).filter(any))
def test_peak_is_the_smallest_set_with_half(weights: list[int]) -> None:
    codes = rhythm.peak(np.array(weights, dtype=float).reshape(7, 6), 0.5).split()
    at = [rhythm.DAYS.index(c[:3]) * 6 + int(c[4:]) // 4 for c in codes]
    assert at == sorted(at)
    assert 2 * sum(weights[i] for i in at) >= sum(weights)
    assert 2 * sum(sorted(weights)[::-1][: len(at) - 1]) < sum(weights)


@pytest.mark.parametrize(
    ("codes", "sv", "en"),
    [
        ("", "", ""),
        ("tue-16", "tisdag 16–20", "Tuesday 16–20"),
        ("tue-12 tue-16", "tisdag 12–20", "Tuesday 12–20"),
        ("tue-20 fri-16 sat-16", "tisdag 20–24, fredag och lördag 16–20", "Tuesday 20–24, Friday and Saturday 16–20"),
        ("mon-16 tue-16 wed-16 sat-16", "måndag–onsdag och lördag 16–20", "Monday–Wednesday and Saturday 16–20"),
        (" ".join(f"{d}-20" for d in rhythm.DAYS), "alla dagar 20–24", "every day 20–24"),
        ("mon-16 tue-16 tue-20 wed-16 fri-20 sat-16", "16–24 de flesta dagar", "16–24 on most days"),
        (
            "mon-12 wed-12 fri-12 sat-20",
            "måndag, onsdag och fredag 12–16; lördag 20–24",
            "Monday, Wednesday and Friday 12–16; Saturday 20–24",
        ),
        ("mon-00 tue-04 wed-08 thu-12 fri-16", "spritt över veckan", "spread over the week"),
    ],
)
def test_peaks_in_words(codes: str, sv: str, en: str) -> None:
    assert (rhythm.peak_words(codes, "sv"), rhythm.peak_words(codes, "en")) == (sv, en)


# --- outputs: names and ids ---

ORTER = pd.DataFrame(
    {
        "name": ["Järntorget", "Henry Allards park", "Våghustorget"],
        "lat": [59.2751, 59.2746, 59.2699],
        "lng": [15.2138, 15.2144, 15.2113],
    }
)


def test_two_places_that_cannot_be_told_apart_are_both_named() -> None:
    assert names.near(59.2748, 15.2142, ORTER, 83.0) == "Järntorget / Henry Allards park"
    assert names.near(59.2699, 15.2113, ORTER, 83.0) == "Våghustorget"
    assert names.near(59.2800, 15.2138, ORTER, 83.0) == ""  # 545 m north
    assert names.near(59.2748, 15.2142, ORTER, 10.0) == "Henry Allards park"
    assert names.near(59.2748, 15.2142, NOWHERE, 83.0) == ""


def test_names_are_numbered_from_the_oldest() -> None:
    assert names.unique(["", "Torget", "", "Torget"], ["Vivalla", "Norr", "Vivalla", "Norr"]) == [
        "Vivalla, plats 1",
        "Torget",
        "Vivalla, plats 2",
        "Torget, plats 2",
    ]


def test_an_id_follows_its_ground() -> None:
    here, there = grid.disk(CELL, 1), grid.disk(FAR, 1)
    first = identity.ids([here, there], [90, 10], [CELL, FAR], None)
    assert len(set(first)) == 2 and all(len(i) == 7 and i[0] == "P" for i in first)
    assert identity.ids([there, here], [10, 90], [FAR, CELL], None) == first[::-1]
    earlier = dict(zip(["A", "B"], [here, there], strict=True))
    assert identity.ids([grid.disk(FAR, 0), here], [10, 90], [FAR, CELL], earlier) == ["B", "A"]
    moved = grid.disk(int(grid.disk(CELL, 1)[0]), 1)
    assert identity.ids([moved], [5], [int(moved[0])], earlier) == ["A"]


def test_of_two_on_one_old_ground_the_one_that_covers_more_keeps_the_id() -> None:
    old = grid.disk(CELL, 2)
    part, most = old[:2], grid.disk(CELL, 1)
    assert identity.ids([part, most], [500, 50], [int(part[0]), CELL], {"A": old})[1] == "A"
    assert identity.ids([part, most], [500, 50], [int(part[0]), CELL], {"A": old})[0] != "A"


def test_ids_and_names_of_a_release_stay_when_a_month_is_added() -> None:
    made, _ = planted_town(0)
    earlier = found_in(made.events, today=date(2026, 8, 30), first_day=made.first_day)
    later = found_in(made.events, today=made.today, first_day=made.first_day, previous=earlier.footprints)
    was = matched(tuple(made.of("recurring")), earlier.table.assign(state=earlier.table["spot_id"]))[0]
    now = matched(tuple(made.of("recurring")), later.table.assign(state=later.table["spot_id"]))[0]
    assert len(was) >= 7 and {s: now[s] for s in was} == was


# --- published tables and real data ---


@pytest.mark.shared
def test_aoristic_table_of_washington(shared_data: Path) -> None:
    """1,025 burglaries: the table of the R package aoristic, hours summed to blocks. Times in the file are UTC."""
    folder = shared_data / "aoristic_intervals"
    raw = pd.read_csv(folder / "dcburglaries.csv")
    start, end = (
        pd.to_datetime(raw[c]).dt.tz_localize("UTC").dt.tz_convert("America/New_York").dt.tz_localize(None)
        for c in ("StartDateTime", "EndDateTime")
    )
    week = rhythm.signature(start.to_numpy(), end.fillna(start).to_numpy())
    published = pd.read_csv(folder / "dcburgsum.csv").iloc[:24, 1:].to_numpy(float).T.reshape(7, 6, 4).sum(axis=2)
    assert_allclose(week.sum(), 1025)
    assert_allclose(week, published, atol=4 * 0.0005)


@pytest.mark.shared
def test_disorder_in_portland(shared_data: Path) -> None:
    """36,143 calls in 31 weeks, two thirds snapped: many squares, no blob, most of them week after week."""
    raw = pd.read_parquet(shared_data / "nij_portland" / "cfs_2016-08_to_2017-02.parquet")
    raw = raw[raw["CALL GROUPS"].str.strip() == "DISORDER"]
    lng, lat = project.to_lonlat(raw["x_coordinate"].to_numpy(float), raw["y_coordinate"].to_numpy(float), "EPSG:2913")
    days = pd.to_datetime(raw["occ_date"]).astype("datetime64[s]").astype(str).tolist()
    calls = events_at(grid.cells_of(lat, lng, 10).tolist(), days, precision="day", time_known=False)
    table = found_in(calls).table
    assert 80 <= (table["state"] == "recurring").sum() <= 250
    assert table["cells"].str.split().str.len().max() <= detect.MOST_CELLS
    assert 0.25 <= table["events"].sum() / len(calls) <= 0.6
    assert (table.loc[table["state"] == "recurring", "active_weeks"] >= 8).all()


@pytest.mark.shared
def test_recurrence_by_name_is_recurrence_by_ground(shared_data: Path) -> None:
    """Seattle's visits to people living outdoors, as a test of the method only: places named on eight days or more."""
    raw = pd.read_csv(shared_data / "seattle_encampments" / "Sweeps2008-2022_Combined.csv.gz", encoding="latin-1")
    position = ["SweepLatitude", "SweepLongitude"]
    raw[position] = raw[position].apply(pd.to_numeric, errors="coerce")
    raw = raw[raw["SweepLatitude"].between(47.4, 47.8) & raw["SweepLongitude"].notna()]
    cell = grid.cells_of(raw["SweepLatitude"], raw["SweepLongitude"], 10)
    found = detect.footprints(cell, pd.factorize(raw["SweepDate"])[0].astype(np.int64), SETTINGS)
    near = grid.dilate(np.concatenate(found), 1)
    name = raw["SweepLocation"].str.casefold().str.split().str.join(" ")
    place = (
        raw.assign(name=name)
        .groupby("name")
        .agg(days=("SweepDate", "nunique"), lat=("SweepLatitude", "median"), lng=("SweepLongitude", "median"))
    )
    hit = np.isin(grid.cells_of(place["lat"], place["lng"], 10), near)
    often, once = (place["days"] >= 8).to_numpy(), (place["days"] == 1).to_numpy()
    assert often.sum() >= 20 and hit[often].mean() >= 0.7
    assert hit[often].mean() >= 2 * hit[once].mean()


@pytest.mark.shared
def test_months_of_lancashire(shared_data: Path) -> None:
    """A year of months, snapped points, 11,000 cells: months are the steps, and no spot is a town centre."""
    raw = pd.read_csv(shared_data / "lancashire_asb" / "lancashire_asb_2022.tab.gz", sep="\t")
    cells = grid.cells_of(raw["latitude"], raw["longitude"], 10).tolist()
    rows = events_at(cells, pd.to_datetime(raw["month"]).dt.date.astype(str).tolist(), precision="month")
    got = found_in(rows, today=date(2022, 12, 31))
    assert got.facts["step"] == "month" and set(got.table["observed_weeks"]) == {12}
    assert got.table["cells"].str.split().str.len().max() <= detect.MOST_CELLS
    assert (got.table["state"] == "recurring").sum() >= 50


def test_a_layer_keeps_months_out_of_weeks() -> None:
    mixed = pd.concat(
        [events_at([CELL] * 20, WEEKLY[:20]), events_at([CELL] * 9, ["2025-02-01"] * 9, precision="month")]
    )
    layer = layer_of(mixed, today=date(2025, 6, 1), first_day=date(2025, 1, 6), vocabulary=Vocabulary())
    assert (layer.kind, len(layer), layer.left_out) == ("week", 20, 9)
