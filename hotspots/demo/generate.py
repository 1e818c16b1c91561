"""Made-up data over Örebro in our own file formats: two years of incidents, citizen reports and visits, with the truth.

Nothing in the files has happened ("påhittade data"). The same seed writes the same bytes.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspots.demo import plan
from hotspots.demo.ground import CRS, Ground, ground
from hotspots.geo import project

YEARS = 2
ERROR_M = {"incidents": 83.0, "reports": 15.0, "visits": 10.0}  # median distance from the true place
SPOT_M = 22.0  # spread of the people of one spot, metres per axis
NOTE = "Påhittade data. Inget av detta har hänt. / Made-up data. None of this has happened."
Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]


@dataclass(frozen=True)
class Truth:
    """What was planted, one record a spot (name, kind, lat, lon, radius_m, start, end, per_week); rows per file."""

    spots: list[dict[str, object]]
    rows: dict[str, int]


@dataclass(frozen=True)
class _World:
    rng: np.random.Generator
    ground: Ground
    first: date
    today: date
    scale: float

    @property
    def days(self) -> int:
        return (self.today - self.first).days + 1

    @property
    def now(self) -> np.datetime64:
        return np.datetime64(datetime.combine(self.today, time(23, 59)), "m")


def generate(folder: Path, seed: int = 1880, today: date = date(2026, 9, 30), scale: float = 1.0) -> Truth:
    """Write incidents.csv, reports.csv, visits.csv, truth.json and LÄSMIG.txt.

    Args:
        folder: made if it is not there.
        seed: of the random numbers.
        today: last day of the data; they go two years back.
        scale: of everything but the planted spots; 0.2 is enough for tests.
    """
    first = date(today.year - YEARS, today.month, today.day) + timedelta(days=1)
    world = _World(np.random.default_rng(seed), ground("1880"), first, today, scale)
    spots = [_spot(world, s) for s in plan.SPOTS]
    events = pd.concat(
        [_background(world, plan.INCIDENTS), _background(world, plan.REPORTS), *(rows for rows, _ in spots)],
        ignore_index=True,
    )
    citizen = events["category"].isin(plan.REPORTED_BY_CITIZENS) | (
        events["night"] & (world.rng.random(len(events)) < 1)
    )
    visits = _visits(world)
    tables = {
        "incidents": _incidents(world, pd.concat([events[~citizen], _discovered(world, visits)], ignore_index=True)),
        "reports": _reports(world, events[citizen].reset_index(drop=True)),
        "visits": _visit_table(world, visits),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")
    truth = Truth([t for _, t in spots], {name: len(table) for name, table in tables.items()})
    content = {"note": NOTE, "seed": seed, "rows": truth.rows, "spots": truth.spots}
    (folder / "truth.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    (folder / "LÄSMIG.txt").write_text(NOTE + "\n", "utf-8")
    return truth


def _season(world: _World, summer: float) -> Floats:
    """Weight of each day of the two years, 1 on average: highest in mid July for a positive `summer`."""
    days = np.arange(world.days) + (world.first - date(world.first.year, 7, 15)).days
    return np.asarray(1 + summer * np.cos(2 * np.pi * days / 365.25))


def _moments(world: _World, n: int, rhythm: plan.Rhythm, weight: Floats) -> Times:
    """n moments (wall clock, minutes) by day weight, weekday and hour."""
    weekday = (np.arange(world.days) + world.first.weekday()) % 7
    p = weight * np.asarray(rhythm.days)[weekday]
    day = world.rng.choice(world.days, n, p=p / p.sum())
    hours = np.asarray(rhythm.hours)
    hour = world.rng.choice(24, n, p=hours / hours.sum())
    day = np.minimum(day + (hour < 5), world.days - 1)  # the small hours belong to the evening before
    start = np.datetime64(world.first, "m") + day * np.timedelta64(1440, "m") + hour * np.timedelta64(60, "m")
    return _off_the_clock_change(start + world.rng.integers(1, 60, n) * np.timedelta64(1, "m"))


def _off_the_clock_change(times: Times) -> Times:
    """Moves 02:00-03:00 of the last Sundays of March and October one hour on: missing or doubled hours are no one's."""
    day = times.astype("datetime64[D]")
    month = day.astype("datetime64[M]").astype(np.int64) % 12 + 1
    in_month = (day - day.astype("datetime64[M]")).astype(np.int64) + 1
    sunday = (day.astype(np.int64) + 3) % 7 == 6
    hour = (times - day).astype("timedelta64[h]").astype(np.int64)
    change = sunday & (in_month > 24) & np.isin(month, (3, 10)) & (hour == 2)
    return np.where(change, times + np.timedelta64(60, "m"), times)


def _frame(
    category: NDArray[np.str_] | str, x: Floats, y: Floats, start: Times, *, night: bool = False
) -> pd.DataFrame:
    return pd.DataFrame(
        {"category": category, "x": x, "y": y, "start": start, "end": np.datetime64("NaT"), "night": night}
    )


def _background(world: _World, kinds: tuple[plan.Kind, ...]) -> pd.DataFrame:
    """Events of no spot: over the lived-in town, by the category's own rhythm and season."""
    pieces = []
    for kind in kinds:
        n = round(kind.number * world.scale)
        x, y = world.ground.scatter(world.rng, n, kind.centre)
        start = _moments(world, n, plan.RHYTHMS[kind.rhythm], _season(world, kind.summer))
        piece = _frame(kind.category, x, y, start)
        if kind.doubt_h:
            minutes = np.round(60 * world.rng.uniform(*kind.doubt_h, n)).astype(np.int64)
            piece["end"] = np.minimum(_off_the_clock_change(start + minutes * np.timedelta64(1, "m")), world.now)
        pieces.append(piece)
    return pd.concat(pieces, ignore_index=True)


def _life(world: _World, spot: plan.Spot) -> Floats:
    """Share of its rate that a spot has on each day."""
    day = np.arange(world.days)
    back = world.days - 1 - day
    if spot.kind == "seasonal":
        of = np.datetime64(world.first) + day
        month = of.astype("datetime64[M]").astype(np.int64) % 12 + 1
        number = 100 * month + (of - of.astype("datetime64[M]")).astype(np.int64) + 1
        (a, b), (c, d) = plan.SEASON
        return np.asarray((number >= 100 * a + b) & (number <= 100 * c + d), dtype=np.float64)
    if spot.kind == "new":
        return (back < 7 * plan.NEW_WEEKS).astype(float)
    if spot.kind == "fading":
        return np.where(back < 7 * plan.FADING_WEEKS, plan.FADED_TO, 1.0)
    end = (spot.end - world.first).days if spot.end else world.days
    return (day < end).astype(float)


def _spot(world: _World, spot: plan.Spot) -> tuple[pd.DataFrame, dict[str, object]]:
    """The events of one planted spot, and its line of the truth."""
    x, y = _place(world, spot)
    mix: dict[str, float] = {}
    for category, weight in spot.mix:
        mix[category] = mix.get(category, 0.0) + weight
    share = np.array(list(mix.values())) / sum(mix.values())
    if spot.kind == "night":
        n, start = int(spot.per_week), _night(world, spot)
        life = np.zeros(0)
    else:
        life = _life(world, spot)
        n = int(world.rng.poisson(spot.per_week * life.sum() / 7))
        start = _moments(world, n, plan.RHYTHMS[spot.rhythm], life * _season(world, 0.15))
    rows = _frame(
        world.rng.choice(list(mix), n, p=share),
        world.rng.normal(x, SPOT_M, n),
        world.rng.normal(y, SPOT_M, n),
        start,
        night=spot.kind == "night",
    )
    return rows, _truth(world, spot, x, y, life)


def _place(world: _World, spot: plan.Spot) -> tuple[float, float]:
    if spot.kind != "needles":
        return world.ground.at(spot.at)
    x, y = project.from_lonlat([plan.NEEDLES_AT[1]], [plan.NEEDLES_AT[0]], CRS)
    return float(x[0]), float(y[0])


def _night(world: _World, spot: plan.Spot) -> Times:
    """All within one night, 20:00 to 02:00."""
    minutes = world.rng.integers(20 * 60, 26 * 60, int(spot.per_week))
    return np.asarray(np.datetime64(spot.start, "m") + minutes * np.timedelta64(1, "m"))


def _truth(world: _World, spot: plan.Spot, x: float, y: float, life: Floats) -> dict[str, object]:
    lng, lat = project.to_lonlat([x], [y], CRS)
    days = np.flatnonzero(life)
    start = world.first + timedelta(days=int(days[0])) if len(days) else spot.start
    end = world.first + timedelta(days=int(days[-1])) if len(days) else spot.start
    return {
        "name": " / ".join(spot.at),
        "kind": spot.kind,
        "lat": round(float(lat[0]), 5),
        "lon": round(float(lng[0]), 5),
        "radius_m": 2 * SPOT_M,
        "start": str(start),
        "end": str(end),
        "per_week": spot.per_week,
    }


def _visits(world: _World) -> pd.DataFrame:
    """The organisation's own visits: most of them to the best known spots, in the hours of a shift."""
    known = [s for s in plan.SPOTS if s.kind in ("recurring", "seasonal", "fading")]
    weight = np.array([s.per_week for s in known])
    pieces = []
    for category, number in plan.VISITS.items():
        n = round(number * world.scale)
        x, y = world.ground.scatter(world.rng, n, 0.6)
        to_spot = world.rng.random(n) < 0.7
        spot = np.array([world.ground.at(s.at) for s in known])[
            world.rng.choice(len(known), n, p=weight / weight.sum())
        ]
        shift = plan.RHYTHMS["evening" if category == "patrol_visit" else "afternoon"]
        start = _moments(world, n, shift, np.ones(world.days))
        pieces.append(_frame(category, np.where(to_spot, spot[:, 0], x), np.where(to_spot, spot[:, 1], y), start))
    return pd.concat(pieces, ignore_index=True)


def _discovered(world: _World, visits: pd.DataFrame) -> pd.DataFrame:
    """What patrols found: it shows where they went, which is why it never makes a spot."""
    patrols = visits[(visits["category"] == "patrol_visit") & (world.rng.random(len(visits)) < plan.FOUND_PER_PATROL)]
    found = patrols.assign(category=world.rng.choice(plan.DISCOVERED, len(patrols)))
    return found.assign(start=found["start"] + pd.to_timedelta(world.rng.integers(0, 12, len(found)), unit="min"))


def _written(world: _World, table: pd.DataFrame, file: str, prefix: str) -> pd.DataFrame:
    """Position with the error of its source, times as text, ids in order of time."""
    sigma = ERROR_M[file] / np.sqrt(2 * np.log(2))
    x, y = (table[c].to_numpy(float) + world.rng.normal(0, sigma, len(table)) for c in ("x", "y"))
    lng, lat = project.to_lonlat(x, y, CRS)
    start = np.minimum(table["start"].to_numpy("datetime64[m]"), world.now)
    out = table.assign(lat=np.round(lat, 5), lon=np.round(lng, 5), start=start)
    out = out.sort_values(["start", "lat", "lon", "category"], kind="stable", ignore_index=True)
    out.insert(0, "id", [f"{prefix}-{i:06d}" for i in range(1, len(out) + 1)])
    return out


def _text(times: pd.Series) -> pd.Series:
    return times.dt.strftime("%Y-%m-%d %H:%M")


def _incidents(world: _World, events: pd.DataFrame) -> pd.DataFrame:
    table = _written(world, events, "incidents", "H")
    found = table["category"].isin(plan.DISCOVERED)
    table = table.assign(
        start=_text(table["start"]),
        end=_text(pd.to_datetime(table["end"])),
        source=np.where(found, "discovered", "reported"),
    )
    return table[["id", "start", "end", "lat", "lon", "category", "source"]]


def _reports(world: _World, events: pd.DataFrame) -> pd.DataFrame:
    """Citizen information: who (a made-up mark), whether an answer is wanted, and what became of it."""
    rng, table = world.rng, _written(world, events, "reports", "M")
    n = len(table)
    mark = np.minimum((rng.pareto(1.1, n) * 40).astype(np.int64), 2999)  # a few report often, most once
    wants = rng.random(n) < 0.4
    start = table["start"].to_numpy("datetime64[m]")
    hours = rng.gamma(1.5, 30, (3, n)).astype(np.int64)
    action = start + (hours[0] + 2) * np.timedelta64(60, "m")
    back = action + (hours[1] + 4) * np.timedelta64(60, "m")
    closed = back + (hours[2] + 1) * np.timedelta64(60, "m")

    def when(moments: Times, known: NDArray[np.bool_]) -> pd.Series:
        moments = _off_the_clock_change(moments)
        return _text(pd.Series(np.where(known & (moments <= world.now), moments, np.datetime64("NaT"))))

    acted = rng.random(n) < 0.92
    return pd.DataFrame(
        {
            "id": table["id"],
            "start": _text(table["start"]),
            "lat": table["lat"],
            "lon": table["lon"],
            "category": table["category"],
            "reporter": [f"R{m:04d}" for m in np.where(rng.random(n) < 0.6, 3000 + np.arange(n), mark)],
            "wants_feedback": wants.astype(int),
            "first_action": when(action, acted),
            "feedback_at": when(back, acted & wants & (rng.random(n) < 0.85)),
            "closed": when(closed, acted & (rng.random(n) < 0.9)),
        }
    )


def _visit_table(world: _World, visits: pd.DataFrame) -> pd.DataFrame:
    rng, table = world.rng, _written(world, visits, "visits", "B")
    n = len(table)
    outreach = (table["category"] == "outreach_contact").to_numpy()
    minutes = np.where(outreach, rng.integers(15, 75, n), np.clip(rng.normal(14, 5, n).round(), 4, 40)).astype(np.int64)
    contacts = np.where(outreach, rng.poisson(4, n), rng.poisson(2, n))
    offers = np.where(outreach, rng.binomial(contacts, 0.5), 0)
    start = table["start"].to_numpy("datetime64[m]")
    end = np.minimum(_off_the_clock_change(start + minutes * np.timedelta64(1, "m")), world.now)
    return pd.DataFrame(
        {
            "id": table["id"],
            "start": _text(table["start"]),
            "end": _text(pd.Series(end)),
            "lat": table["lat"],
            "lon": table["lon"],
            "category": table["category"],
            "minutes": minutes,
            "contacts": contacts,
            "offers": offers,
            "accepted": rng.binomial(offers, 0.4),
        }
    )
