"""The planner: who is on the list, why, when to be there, and that the list can be made again."""

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots import grid, spots
from hotspots.errors import Trouble
from hotspots.geo.areas import cell_areas_km2, regso
from hotspots.geo.project import from_lonlat
from hotspots.patrol.hours import EVEN, best_window, lift, pieces, share_in_shift
from hotspots.patrol.plan import Plan, PlannedPlace, PlanSettings, plan
from hotspots.release import Release
from hotspots.vocabulary import Vocabulary
from tests import planted
from tests import small_release as world

NO_TICKS = pd.DataFrame()
WEDNESDAY = world.WEDNESDAY
HOURS = world.hours_table(
    **{
        "P-castle": {(2, 4): 0.25, (2, 5): 0.25, (5, 5): 0.5},
        "P-square": {(4, 5): 0.5, (5, 0): 0.5},
        "P-vivalla": {(2, 5): 0.6, (3, 0): 0.4},
    }
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("patrol") / "study"


@pytest.fixture(scope="module")
def small(home: Path) -> Release:
    visits = world.visits_table(("P-castle", "2026-09-21T10:00"), ("P-station", "2026-09-30T12:00"))
    return world.make(home, hours=HOURS, visits=visits)


def make(of: Release, ticks: pd.DataFrame = NO_TICKS, **options: object) -> Plan:
    return plan(of, ticks, **({"start": WEDNESDAY, "hours": 8, "seed": 1} | options))  # type: ignore[arg-type]


def ids(made: Plan) -> list[str]:
    return [p.spot_id for p in made.places]


def place(made: Plan, spot_id: str) -> PlannedPlace:
    return next(p for p in made.places if p.spot_id == spot_id)


def ticks(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame({"spot_id": [s for s, _ in rows], "started": pd.to_datetime([w for _, w in rows])})


# Inputs: what is refused, and what an empty release says.


@pytest.mark.parametrize("hours", [0, -1, 24.5])
def test_a_shift_has_a_length(small: Release, hours: float) -> None:
    with pytest.raises(Trouble) as refused:
        make(small, hours=hours)
    assert refused.value.code == "bad_shift" and "24 timmar" in refused.value.sentence("sv")


def test_an_unknown_district_is_refused(small: Release) -> None:
    with pytest.raises(Trouble, match="no district"):
        make(small, district="9999R001")


def test_without_spots_the_list_says_so(home: Path) -> None:
    made = make(world.make(home, spots=world.spots_table().iloc[:0]))
    assert made.places == () and made.note is not None
    assert "Inga återkommande samlingsplatser kan visas" in made.note.sv and "does not mean" in made.note.en


# Outputs: who is on the list.


def test_alive_and_told_of_spots_only(small: Release) -> None:
    made = make(small, n=10)
    assert set(ids(made)) == {
        "P-castle",
        "P-square",
        "P-station",
        "P-vivalla",
        "P-varberga",
    }  # not ended, not discovered
    assert made.note is not None and "kortare" in made.note.sv
    assert make(small, n=5).note is None


def test_the_district_and_struck_places_bind(small: Release) -> None:
    assert ids(make(small, district="1880R029")) == ["P-vivalla"]
    made = make(small, struck=["P-castle", "P-vivalla"])
    assert set(ids(made)) == {"P-square", "P-station", "P-varberga"} and made.facts["struck"] == 2
    everything = make(small, struck=list(world.spots_table()["spot_id"]))
    assert everything.places == () and "borttagna" in everything.note.sv  # type: ignore[union-attr]


def test_the_busiest_spot_of_the_hours_comes_before_one_of_other_hours(small: Release) -> None:
    """On Wednesday evening castle's hours win, on Friday night square's."""
    assert ids(make(small, n=2, struck=["P-vivalla", "P-varberga"]))[0] == "P-castle"
    friday = datetime(2026, 10, 2, 20)
    assert ids(make(small, start=friday, n=1, struck=["P-vivalla", "P-varberga"])) == ["P-square"]


def test_a_visit_moves_a_place_down(small: Release) -> None:
    """With the gap alone in the scale the one visited today comes last and the unvisited first."""
    gap_only = PlanSettings(hours=0, activity=0, gap=1)
    first_three = set(ids(make(small, n=3, settings=gap_only)))
    assert first_three == {"P-square", "P-vivalla", "P-varberga"}
    assert "P-station" not in ids(make(small, n=4, settings=gap_only))
    ticked = ticks(("P-square", "2026-09-30T09:00"), ("P-vivalla", "2026-09-29T09:00"))
    assert set(ids(make(small, ticked, n=2, settings=gap_only))) == {"P-varberga", "P-castle"}


def test_visits_on_the_ring_round_the_footprint_count_and_farther_ones_do_not(home: Path) -> None:
    castle = world.spots_table().iloc[[0]]
    middle = int(grid.cells_of([castle["lat"].iloc[0]], [castle["lng"].iloc[0]], 10)[0])
    for ring, days in ((2, 9), (3, None)):  # the footprint is a disk of one ring
        edge = np.setdiff1d(grid.disk(middle, ring), grid.disk(middle, ring - 1))[0]
        visits = world.visits_table(("P-castle", "2026-09-21T10:00")).assign(cell=np.uint64(edge))
        assert make(world.make(home, spots=castle, visits=visits)).places[0].days_since == days


def test_a_visit_during_the_shift_leaves_the_list_as_it_was(small: Release) -> None:
    before = make(small)
    assert make(small, ticks(("P-castle", "2026-09-30T18:00"), ("P-vivalla", "2026-09-30T22:10"))) == before


# The reason in words.


def test_the_reason_in_both_languages(small: Release) -> None:
    castle, station = place(make(small), "P-castle"), place(make(small), "P-station")
    assert castle.reason.sv == (
        "Återkommande sedan mars 2025, aktiv alla de fyra senaste veckorna, flest händelser tisdag 16–20, "
        "inget besök på 9 dagar."
    )
    assert castle.reason.en == (
        "Recurring since March 2025, active in each of the last four weeks, most events Tuesday 16–20, "
        "no visit for 9 days."
    )
    assert station.reason.sv == (
        "Återkommande sedan november 2024, aktiv tre av de fyra senaste veckorna, besökt tidigare i dag."
    )
    assert station.window is None and castle.last_visit == datetime(2026, 9, 21, 10)


@pytest.mark.parametrize(
    ("state", "week", "sv"),
    [
        ("recurring", "2024-W40", "Återkommande under hela den tid vi har data (från oktober 2024)"),
        ("recurring", "2024-10", "Återkommande under hela den tid vi har data (från oktober 2024)"),
        ("fading", "2024-W40", "Avtagande, känd under hela den tid vi har data (från oktober 2024)"),
        ("recurring", "2024-W41", "Återkommande sedan oktober 2024"),
    ],
)
def test_nothing_is_said_of_the_time_before_the_data(home: Path, state: str, week: str, sv: str) -> None:
    """The data begin on Tuesday 1 October 2024: the Monday of that week lies in a month without data."""
    made = make(world.make(home, spots=world.spots_table().iloc[[0]].assign(state=state, first_week=week)))
    assert made.places[0].reason.sv.startswith(sv) and "2024-09" not in made.places[0].reason.sv
    assert "september" not in made.places[0].reason.sv


def test_a_peak_over_the_whole_week_reads_as_a_sentence(home: Path) -> None:
    codes = "mon-00 tue-08 wed-16 thu-04 fri-20 sat-12 sun-00"
    made = make(world.make(home, spots=world.spots_table().iloc[[0]].assign(peak_blocks=codes)))
    assert made.places[0].reason.sv.endswith("händelser spridda över veckan.")


def test_months_are_called_months(home: Path) -> None:
    table = world.spots_table().iloc[[0]].assign(first_week="2025-03", peak_blocks="")
    made = make(world.make(home, spots=table))
    assert made.places[0].reason.sv == "Återkommande sedan mars 2025, aktiv alla de fyra senaste månaderna."
    assert "aktiv" not in make(world.make(home, spots=table.assign(active_of_last_4=1))).places[0].reason.sv


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ("tue-16", "flest händelser tisdag 16–20"),
        ("mon-16 tue-16 wed-16 wed-20 thu-16 fri-16 sat-16 sun-20", "flest händelser kl. 16–24 de flesta dagar"),
        ("mon-16 tue-16 wed-16 thu-16 fri-16 sat-16 sun-16", "flest händelser alla dagar 16–20"),
        ("fri-20 sat-00", "flest händelser fredag 20–24, lördag 00–04"),
    ],
)
def test_the_peak_is_said_in_few_words(home: Path, codes: str, words: str) -> None:
    made = make(world.make(home, spots=world.spots_table().iloc[[0]].assign(peak_blocks=codes)))
    assert made.places[0].reason.sv.endswith(f"{words}.")


def test_old_visits_are_told_by_their_month(small: Release) -> None:
    made = make(small, ticks(("P-square", "2026-03-02T10:00"), ("P-varberga", "2026-09-29T10:00")))
    assert place(made, "P-square").reason.sv.endswith("inget besök sedan mars 2026.")
    assert place(made, "P-varberga").reason.sv.endswith("besökt i går.")


def test_without_any_visit_data_nothing_is_said_of_visits(home: Path) -> None:
    made = make(world.make(home))
    assert all("besök" not in p.reason.sv and p.last_visit is None for p in made.places)


def test_the_reason_names_frequent_gathering_categories_and_never_a_sensitive_one(home: Path) -> None:
    castle = world.spots_table().iloc[[0]]
    cell = grid.parents(grid.cells_of(castle["lat"], castle["lng"], 10), 9)[0]
    rows = [("2026-Q3", "noise", 9), ("2026-Q3", "public_drinking", 20), ("2026-Q3", "open_drug_use", 50),
            ("2026-Q3", "all", 99), ("2026-Q2", "disturbance", 70), ("2026-Q3", "by_law", 6)]  # fmt: skip
    blocks = pd.DataFrame(rows, columns=["period", "category", "count"]).assign(
        source="reported", cell=cell, resolution=9, area_km2=0.08
    )
    made = make(world.make(home, spots=castle, blocks=blocks))
    assert made.places[0].reason.sv.endswith(
        ". Rapporterna gäller mest alkoholförtäring på allmän plats och störande ljud."
    )
    assert made.places[0].look_for.sv.startswith("Gå runt") and "ljud" not in made.places[0].look_for.sv


# Windows and order.


def test_windows_lie_in_the_shift_and_lead_the_order(small: Release) -> None:
    made = make(small)
    castle, vivalla = place(made, "P-castle"), place(made, "P-vivalla")
    assert castle.window == (WEDNESDAY, datetime(2026, 10, 1, 0))
    assert vivalla.window == (datetime(2026, 9, 30, 20), datetime(2026, 10, 1, 2))
    assert ids(made)[:2] == ["P-castle", "P-vivalla"] and all(p.window is None for p in made.places[2:])
    assert ids(made)[2] == "P-varberga"  # the nearest to Vivalla of those without a window


def test_pieces_share_and_lift_in_a_known_week() -> None:
    week = np.zeros((7, 6))
    week[2, 4] = 1.0  # all on Wednesday 16-20
    shift = pieces(datetime(2026, 9, 30, 18), 8)
    assert [(p.weekday, p.block, p.covered) for p in shift] == [(2, 4, 0.5), (2, 5, 1.0), (3, 0, 0.5)]
    assert share_in_shift(week, shift) == 0.5
    assert lift(week, shift) == pytest.approx(0.5 / (8 / 168))
    assert best_window(week, shift) == (datetime(2026, 9, 30, 18), datetime(2026, 9, 30, 20))
    assert best_window(np.full((7, 6), EVEN), shift) is None  # nothing stands out
    assert best_window(week, pieces(datetime(2026, 9, 30, 19, 45), 4)) is None  # a quarter of an hour is no window


@given(
    week=st.lists(st.floats(0, 1), min_size=42, max_size=42).filter(lambda w: sum(w) > 0.1),
    minutes=st.integers(0, 7 * 24 * 60),
    hours=st.floats(0.25, 24),
)
def test_pieces_fill_the_shift_and_windows_stay_inside(week: list[float], minutes: int, hours: float) -> None:
    start = datetime(2026, 9, 28) + timedelta(minutes=minutes)
    shift = pieces(start, hours)
    assert shift[0].start == start and shift[-1].end == start + timedelta(hours=hours)
    assert all(a.end == b.start for a, b in pairwise(shift))
    shares = np.array(week).reshape(7, 6) / sum(week)
    assert 0 <= share_in_shift(shares, shift) <= 1 + 1e-9
    window = best_window(shares, shift)
    assert window is None or (start <= window[0] < window[1] <= start + timedelta(hours=hours))


def test_equals_are_ordered_by_the_seed_alone(home: Path) -> None:
    table = pd.concat([world.spots_table().iloc[[0]]] * 8, ignore_index=True)
    table["spot_id"] = [f"P-{i}" for i in range(8)]
    of, turned = world.make(home, spots=table), world.make(home, spots=table.iloc[::-1])
    chosen = {seed: set(ids(make(of, seed=seed, n=3))) for seed in range(12)}
    assert len({frozenset(c) for c in chosen.values()}) > 1
    assert chosen == {seed: set(ids(make(turned, seed=seed, n=3))) for seed in range(12)}
    assert make(of, seed=7).facts["seed"] == 7


def test_the_weights_add_up_and_the_facts_hold_them(small: Release) -> None:
    used = PlanSettings()
    assert used.hours + used.activity + used.gap == 1
    facts = make(small).facts
    assert facts["settings"]["gap_full_days"] == used.gap_full_days and facts["considered"] == 5
    assert facts["release"] == small.version and facts["end"] == "2026-10-01T02:00"


def test_what_the_spot_room_writes_is_what_the_planner_reads(home: Path) -> None:
    """From events of a town with planted spots to the list: every place of it is a planted one that is alive."""
    town = planted.town(1, background=1500)
    found = spots.find(
        town.events,
        today=town.today,
        first_day=town.first_day,
        vocabulary=Vocabulary(),
        districts=regso(["1880"]),
        places=pd.DataFrame({"name": [], "lat": [], "lng": []}),
        cell_area=cell_areas_km2,
    )
    made = make(world.make(home, spots=found.table, footprints=found.footprints, hours=found.hours))
    alive = town.of("recurring", "seasonal", "new", "fading")
    x, y = from_lonlat([p.lng for p in made.places], [p.lat for p in made.places], planted.CRS)
    assert len(made.places) == 5
    for east, north, place in zip(x, y, made.places, strict=True):
        assert min(np.hypot(east - p.x, north - p.y) for p in alive) < 150
        assert ("sedan" in place.reason.sv or "hela den tid" in place.reason.sv) and "händelser" in place.reason.sv
