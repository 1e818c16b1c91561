"""Places to visit in one shift, with the reason in words: a pure function of a release and the visits made.

The list says where people have gathered again and again, at these hours, and where nobody has been for long. It is no
forecast. Dosage: Koper 1995 (10-15 minutes); peak hours and worst gaps first: Telep, Mitchell & Weisburd 2014.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspots import grid
from hotspots.errors import Trouble
from hotspots.geo.project import distance_m
from hotspots.patrol import reason as words
from hotspots.patrol.hours import BLOCKS, Piece, Window, best_window, lift, pieces
from hotspots.release import Release
from hotspots.words import Text

STATES = ("recurring", "new", "fading")
SOURCES = frozenset({"reported", "outreach"})  # what staff found themselves shows where staff have been: never used
MOST_HOURS = 24.0


@dataclass(frozen=True)
class PlanSettings:
    """How places are put in order; printed with the list. The three weights add up to 1."""

    hours: float = 0.40
    activity: float = 0.35
    gap: float = 0.25
    lift_full: float = 3.0  # a shift that holds three times an even week's share gets all of `hours`
    gap_full_days: int = 14  # days without a visit that give all of `gap`
    minutes_from: int = 10
    minutes_to: int = 15


@dataclass(frozen=True)
class PlannedPlace:
    """One place of the list. `window` lies within the shift; None where no hour stands out or hours are unknown."""

    spot_id: str
    name: str
    district: str
    state: str
    reason: Text
    peak: Text
    window: Window | None
    last_visit: datetime | None
    days_since: int | None
    look_for: Text
    lat: float
    lng: float


@dataclass(frozen=True)
class Plan:
    """The list in the order to go, and how it came about. `note` says why there are fewer places than asked for."""

    places: tuple[PlannedPlace, ...]
    facts: dict[str, Any]
    note: Text | None


def default_seed(start: datetime) -> int:
    """The seed of a shift where none is given: its day and hour as a number."""
    return int(start.strftime("%Y%m%d%H"))


def plan(
    release: Release,
    visits: pd.DataFrame,
    *,
    start: datetime,
    hours: float,
    n: int = 5,
    district: str | None = None,
    struck: Collection[str] = (),
    seed: int,
    settings: PlanSettings = PlanSettings(),
) -> Plan:
    """The `n` places to visit in the shift that begins at `start` (the study's wall clock) and lasts `hours`.

    Score of a spot = weighted sum of three parts in 0..1: how much of its hours the shift holds against an even week
    (an unknown week counts as even), activity (half its share of the last four weeks that were active, half its weekly
    rate on a log scale against the busiest), and days since the last visit. Only visits before `start` count, so that
    a list does not move under the feet of those who walk it. Places of equal score are ordered by `seed`.

    Args:
        release: its spots, footprints, hours and visits.
        visits: visits ticked off: spot_id, started.
        start: first moment of the shift.
        hours: length of the shift, more than 0, at most 24.
        n: how many places.
        district: code of a district to stay in.
        struck: spot_ids to leave out.
        seed: order of equals.
        settings: weights and limits.

    Raises:
        Trouble: `bad_shift` for a length outside 0..24 h; `unknown_district`.
    """
    _check(release, start, hours, district)
    shift = pieces(start, hours)
    facts = _facts(release, start, hours, n, district, struck, seed, settings)
    spots = _candidates(release, district)
    open_spots = spots[~spots["spot_id"].isin(list(struck))] if len(spots) else spots
    facts["considered"] = len(open_spots)
    if not len(open_spots):
        return Plan((), facts, words.nothing(anything=bool(len(release.spots)), struck=bool(len(spots))))
    weeks = _weeks(release)
    seen = _last_visits(release, open_spots, visits, start)
    chosen = _ranked(open_spots, weeks, seen, shift, start, seed, settings)[:n]
    known = bool(len(release.visits)) or bool(len(visits))
    around = words.Surroundings(release)
    places = [
        _place(release, row, weeks.get(str(row.spot_id)), seen[str(row.spot_id)], shift, start, known, around)
        for row in chosen
    ]
    return Plan(
        tuple(_in_walking_order(places)), facts, words.fewer(len(places), n, struck=len(struck), within=bool(district))
    )


def _check(release: Release, start: datetime, hours: float, district: str | None) -> None:
    if not 0 < hours <= MOST_HOURS:
        raise Trouble(
            "bad_shift",
            Text(sv="Passets längd kan inte användas", en="The length of the shift cannot be used"),
            where=f"{hours:g} h",
            do=Text(sv="Ange mer än 0 och högst 24 timmar", en="Give more than 0 and at most 24 hours"),
        )
    if district is not None and district not in release.districts.codes:
        raise Trouble(
            "unknown_district",
            Text(sv="Det finns inget område med den koden", en="There is no district of that code"),
            where=district[:20],
            do=Text(sv="Välj ett av studiens områden", en="Choose one of the study's districts"),
        )


def _facts(
    release: Release,
    start: datetime,
    hours: float,
    n: int,
    district: str | None,
    struck: Collection[str],
    seed: int,
    settings: PlanSettings,
) -> dict[str, Any]:
    return {
        "release": release.version,
        "made": release.made.isoformat(timespec="seconds"),
        "audience": release.audience,
        "study": release.name,
        "demo": release.demo,
        "today": release.today.isoformat(),
        "start": start.isoformat(timespec="minutes"),
        "end": (start + timedelta(hours=hours)).isoformat(timespec="minutes"),
        "hours": hours,
        "asked": n,
        "district": district,
        "struck": len(struck),
        "seed": seed,
        "states": list(STATES),
        "sources": sorted(SOURCES),
        "settings": asdict(settings),
    }


def _candidates(release: Release, district: str | None) -> pd.DataFrame:
    """Spots that people have told of, still alive, by spot_id: the order of the file must not matter."""
    spots = release.spots
    if not len(spots):
        return spots
    told = np.array([bool(SOURCES & set(str(t).replace(",", " ").split())) for t in spots["source_types"]])
    keep = spots["state"].isin(STATES) & told
    if district is not None:
        keep &= spots["district"] == district
    return spots[keep].sort_values("spot_id", ignore_index=True)


def _weeks(release: Release) -> Mapping[str, NDArray[np.float64]]:
    """spot_id -> shares of weekday x block, shape (7, 6), sum 1; only spots whose hours are known.

    A release shows a spot's busy blocks only; what they leave over is spread evenly over the blocks not shown.
    """
    found: dict[str, NDArray[np.float64]] = {}
    for spot_id, mine in release.spot_hours.groupby("spot_id") if len(release.spot_hours) else ():
        week = np.zeros((7, BLOCKS))
        week[mine["weekday"].to_numpy(int), mine["block"].to_numpy(int)] = mine["share"].to_numpy(float)
        quiet = week == 0
        if quiet.any():
            week[quiet] = max(0.0, 1 - week.sum()) / quiet.sum()
        found[str(spot_id)] = week / week.sum()
    return found


def _last_visits(
    release: Release, spots: pd.DataFrame, ticked: pd.DataFrame, start: datetime
) -> dict[str, datetime | None]:
    """The latest visit before the shift: on the footprint or one ring round it, or ticked off for the spot."""
    before = pd.Timestamp(start)
    own = release.visits
    own = own[own["start"] < before] if len(own) else own
    ticks = ticked[ticked["started"] < before] if len(ticked) else ticked
    found: dict[str, datetime | None] = {}
    for spot_id in spots["spot_id"]:
        ground = grid.dilate(release.footprint(str(spot_id)))
        times = own.loc[own["cell"].isin(ground), "start"].tolist() if len(own) else []
        times += ticks.loc[ticks["spot_id"] == spot_id, "started"].tolist() if len(ticks) else []
        found[str(spot_id)] = pd.Timestamp(max(times)).to_pydatetime() if times else None
    return found


def _ranked(
    spots: pd.DataFrame,
    weeks: Mapping[str, NDArray[np.float64]],
    seen: Mapping[str, datetime | None],
    shift: list[Piece],
    start: datetime,
    seed: int,
    settings: PlanSettings,
) -> list[Any]:
    """Rows of `spots`, the highest score first; equals by a hash of seed and spot_id."""
    rate = spots["events"].to_numpy(float) / np.maximum(spots["observed_weeks"].to_numpy(float), 1)
    loud = np.log1p(rate) / np.log1p(rate.max())
    scored = []
    for i, row in enumerate(spots.itertuples(index=False)):
        week = weeks.get(str(row.spot_id))
        hours = min((lift(week, shift) if week is not None else 1.0) / settings.lift_full, 1.0)
        activity = (words.recent_share(row) + loud[i]) / 2
        days = _days_since(seen[str(row.spot_id)], start.date())
        gap = 1.0 if days is None else min(days, settings.gap_full_days) / settings.gap_full_days
        score = settings.hours * hours + settings.activity * activity + settings.gap * gap
        lot = hashlib.sha256(f"{seed}|{row.spot_id}".encode()).hexdigest()
        scored.append((-round(score, 9), lot, i, row))
    return [row for *_, row in sorted(scored, key=lambda s: s[:3])]


def _days_since(last: datetime | None, day: date) -> int | None:
    return None if last is None else (day - last.date()).days


def _place(
    release: Release,
    row: Any,
    week: NDArray[np.float64] | None,
    last: datetime | None,
    shift: list[Piece],
    start: datetime,
    visits_known: bool,
    around: words.Surroundings,
) -> PlannedPlace:
    days = _days_since(last, start.date())
    peak = words.peak(row)
    topics = around.topics(release.footprint(str(row.spot_id)))
    return PlannedPlace(
        spot_id=str(row.spot_id),
        name=str(row.name),
        district=release.districts.name_of(str(row.district)),
        state=str(row.state),
        reason=words.reason(
            row, peak, days, last, first_day=release.first_day, visits_known=visits_known, topics=topics
        ),
        peak=peak,
        window=None if week is None else best_window(week, shift),
        last_visit=last,
        days_since=days,
        look_for=words.look_for(str(row.state)),
        lat=float(row.lat),
        lng=float(row.lng),
    )


def _in_walking_order(places: list[PlannedPlace]) -> list[PlannedPlace]:
    """By the window's beginning, places without one last; within one beginning the nearest next (straight line)."""
    left = list(places)
    order: list[PlannedPlace] = []
    while left:
        first = min(p.window[0] if p.window else datetime.max for p in left)
        group = [p for p in left if (p.window[0] if p.window else datetime.max) == first]
        here = order[-1] if order else group[0]
        steps = distance_m([p.lng for p in group], [p.lat for p in group], here.lng, here.lat)
        order.append(group[int(np.argmin(steps))])
        left.remove(order[-1])
    return order
