"""What the made-up Örebro holds: how common each category is and when, and which spots are planted. All invented."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Rhythm:
    """Relative weight of the 24 hours and of the seven days (Monday first)."""

    hours: tuple[float, ...]
    days: tuple[float, ...] = (1, 1, 1, 1, 1.3, 1.4, 1)


def _hours(*spans: tuple[int, int, float], base: float = 0.1) -> tuple[float, ...]:
    """24 weights: `base`, and (first hour, hour after the last, weight) on top."""
    return tuple(base + sum(w for a, b, w in spans if a <= h < b) for h in range(24))


RHYTHMS = {
    "evening": Rhythm(_hours((14, 18, 0.7), (18, 23, 1.5), (23, 24, 0.8), (0, 2, 0.4))),
    "night": Rhythm(_hours((20, 24, 1.2), (0, 4, 1.5)), (0.5, 0.5, 0.7, 0.9, 1.8, 2.4, 1.0)),
    "day": Rhythm(_hours((7, 18, 1.0), (18, 21, 0.4)), (1.2, 1.2, 1.1, 1.1, 1, 0.6, 0.5)),
    "shop": Rhythm(_hours((10, 14, 0.8), (14, 20, 1.3), base=0.02), (0.9, 0.9, 1, 1, 1.3, 1.3, 0.7)),
    "after_school": Rhythm(_hours((13, 16, 0.7), (16, 22, 1.5), base=0.03), (0.9, 0.9, 0.9, 1, 1.6, 1.4, 0.8)),
    "weekend_night": Rhythm(_hours((20, 24, 1.5), (0, 3, 1.2), base=0.03), (0.3, 0.3, 0.4, 0.7, 2, 2.4, 0.5)),
    "afternoon": Rhythm(
        _hours((12, 14, 0.6), (14, 18, 1.8), (18, 20, 0.5), base=0.04), (1, 1.5, 1, 1.3, 1.5, 0.8, 0.4)
    ),
}


@dataclass(frozen=True)
class Kind:
    """A category in the background: events in two years, its rhythm, its season, hours of doubt about its time."""

    category: str
    number: int
    rhythm: str
    summer: float = 0.0  # 0.5: half as many again in July, half as many fewer in January; below 0 the other way round
    doubt_h: tuple[float, float] | None = None
    centre: float = 0.35  # share near the middle of the town


INCIDENTS = (
    Kind("public_disorder", 1100, "evening", 0.3),
    Kind("disturbance", 900, "night", 0.3),
    Kind("harassment", 500, "evening", 0.2, None, 0.45),
    Kind("public_intoxication", 700, "evening", 0.3, None, 0.5),
    Kind("by_law", 150, "afternoon", 0.4, None, 0.5),
    Kind("assault", 1500, "night", 0.1, None, 0.5),
    Kind("threat", 800, "day", 0.0),
    Kind("robbery", 260, "evening", 0.0, None, 0.5),
    Kind("theft", 4200, "shop", 0.1, (0.5, 6), 0.5),
    Kind("shoplifting", 2400, "shop", 0.0, None, 0.5),
    Kind("burglary", 900, "day", 0.2, (3, 60), 0.1),
    Kind("vandalism", 2600, "night", 0.1, (2, 12)),
    Kind("vehicle_theft", 600, "night", 0.1, (4, 14), 0.15),
    Kind("vehicle_crime", 1100, "night", 0.0, (4, 14), 0.2),
)
REPORTS = (
    Kind("lighting", 1300, "evening", -0.6, None, 0.2),
    Kind("unsafe_place", 900, "evening", -0.3),
    Kind("littering", 2200, "day", 0.4),
    Kind("needle_find", 500, "day", 0.2, None, 0.5),
    Kind("graffiti", 900, "day", 0.2),
    Kind("broken_furniture", 500, "day", 0.3, None, 0.2),
    Kind("noise", 800, "night", 0.4),
    Kind("youth_gathering", 300, "after_school", 0.2, None, 0.2),
    Kind("public_drinking", 250, "afternoon", 0.5, None, 0.4),
)
REPORTED_BY_CITIZENS = {k.category for k in REPORTS} | {"open_drug_use"}
VISITS = {"patrol_visit": 2600, "outreach_contact": 1500}
DISCOVERED = ("drug_possession", "drug_possession", "drug_search", "weapon")  # what patrols find where they go
FOUND_PER_PATROL = 0.45


@dataclass(frozen=True)
class Spot:
    """A planted spot: at a named place, between two, or in a district (code) at no named place."""

    kind: str  # recurring | seasonal | new | fading | ended | night | needles
    at: tuple[str, ...]
    per_week: float
    mix: tuple[tuple[str, float], ...]
    rhythm: str
    start: date | None = None
    end: date | None = None  # the day after the last


_DRINK = (("public_drinking", 3.0), ("public_intoxication", 2.0), ("disturbance", 1.5), ("littering", 0.5))
_DRUGS = (("open_drug_dealing", 2.5), ("suspected_dealing", 2.0), ("disturbance", 1.0), ("open_drug_use", 0.7))
_YOUTH = (("youth_gathering", 3.0), ("disturbance", 2.0), ("noise", 1.5), ("vandalism", 0.5))
_MIXED = (("public_disorder", 2.5), ("harassment", 1.5), ("public_intoxication", 1.5), ("disturbance", 1.5))

SPOTS = (
    Spot("recurring", ("Järntorget", "Henry Allards park"), 8.0, _DRINK + _MIXED, "afternoon"),
    Spot("recurring", ("Resecentrum",), 7.0, _DRUGS + _MIXED, "evening"),
    Spot("recurring", ("Våghustorget",), 6.0, _DRINK, "afternoon"),
    Spot("recurring", ("Vivalla centrum",), 6.0, _DRUGS + _YOUTH, "evening"),
    Spot("recurring", ("Varberga torg",), 4.0, _YOUTH, "after_school"),
    Spot("recurring", ("Brickebacken centrum",), 3.5, _YOUTH, "after_school"),
    Spot("recurring", ("Oxhagen",), 3.0, _DRUGS, "evening"),
    Spot("recurring", ("Tybble centrum",), 3.0, _DRINK + _YOUTH, "weekend_night"),
    Spot("seasonal", ("Stadsparken",), 6.0, _DRINK + _YOUTH, "evening"),
    Spot("new", ("Markbacken",), 5.0, _YOUTH, "after_school"),
    Spot("new", ("Universitetet",), 4.5, _DRINK, "weekend_night"),
    Spot("new", ("1880R008",), 5.0, _DRUGS, "evening"),
    Spot("fading", ("Baronbackarna",), 5.0, _DRUGS + _YOUTH, "evening"),
    Spot("fading", ("Rosta",), 5.0, _MIXED, "weekend_night"),
    Spot("fading", ("1880R026",), 4.0, _YOUTH, "after_school"),
    Spot("ended", ("Svampen",), 4.0, _YOUTH, "after_school", None, date(2026, 3, 15)),
    Spot("ended", ("1880R025",), 4.0, _DRINK, "afternoon", None, date(2026, 6, 1)),
    Spot("ended", ("1880R013",), 5.0, _DRUGS, "evening", None, date(2025, 10, 20)),
    Spot("night", ("1880R015",), 40, _YOUTH, "night", date(2025, 6, 6)),
    Spot("night", ("1880R018",), 40, _DRINK, "night", date(2025, 8, 30)),
    Spot("night", ("1880R030",), 40, _MIXED, "night", date(2026, 4, 30)),
    Spot("night", ("1880R022",), 40, _YOUTH, "night", date(2026, 9, 12)),
    Spot("needles", ("invid ån",), 2.5, (("needle_find", 1.0),), "day"),
)
NEEDLES_AT = (59.2752, 15.2178)  # an invented stretch by the river, between known places
NEW_WEEKS = 8
FADING_WEEKS = 9
FADED_TO = 0.25
SEASON = ((4, 1), (10, 20))  # first month and day, last month and day
# Villages, to about 500 m, so that the country is not empty: name, lat, lon.
VILLAGES = (
    ("Glanshammar", 59.322, 15.398),
    ("Odensbacken", 59.162, 15.530),
    ("Garphyttan", 59.307, 14.943),
    ("Vintrosa", 59.252, 14.949),
    ("Hovsta", 59.348, 15.216),
    ("Stora Mellösa", 59.213, 15.499),
)
