"""Passlista: five places for one shift on one A5 page, and the same rows as a table."""

import re
from collections import Counter
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from hotspots import grid
from hotspots.geo.project import from_lonlat
from hotspots.patrol.hours import Window
from hotspots.patrol.plan import Plan, PlannedPlace
from hotspots.release import Release
from hotspots.reports import render
from hotspots.spots.rhythm import DAY_WORDS
from hotspots.study import AUDIENCE_WORDS
from hotspots.words import Speaker, Text
from layers import LAYERS, picture
from layers.base import SPOT_STATES

TEMPLATE = "passlista.typ"
MAP_WIDE_MM = 126.0  # the A5 page between its margins
MAP_MM = (62.0, 48.0, 36.0)  # heights; the page takes the first that it has room for
SMALLEST = 6.5  # points: letters of the map
_INCH = 25.4
_CREDIT = 11.0  # points under the map
_MAP_SHARE = (0.71, 0.955)  # of a picture that its map fills, beside the legend
_ROOM = (48.0, 48.0, 14.0, 26.0)  # points left, right, below and above the places, for labels
_CLOSEST = 2.5  # metres of a point on paper: no nearer than this


def window_words(window: Window | None, language: str) -> str:
    """ "18.00–20.00", or the whole shift where no hour stands out."""
    if window is None:
        return Text(sv="hela passet", en="the whole shift").to(language)
    say = Speaker(language)
    return f"{_clock(window[0], say)}–{_clock(window[1], say, ends=True)}"


def visit_words(place: PlannedPlace, language: str) -> str:
    """Day of the last visit, or that none is on record."""
    if place.last_visit is None:
        return Text(sv="inget antecknat", en="none on record").to(language)
    return Speaker(language).day(place.last_visit)


def _short_visit(place: PlannedPlace, start: datetime, language: str) -> str:
    """ "29 sep.", with the year where it is not the shift's."""
    if place.last_visit is None:
        return visit_words(place, language)
    return Speaker(language).short_day(place.last_visit, year=place.last_visit.year != start.year)


def shared_look(plan: Plan) -> Text | None:
    """What most places of the list ask for, to be said once above it; None where no two ask for the same."""
    asked = Counter(p.look_for for p in plan.places).most_common(1)
    return asked[0][0] if asked and asked[0][1] > 1 else None


def unbroken(text: str) -> str:
    """Spans of hours stay on one line: a word joiner on both sides of their dash."""
    return re.sub(r"(?<=\d)–(?=\d)", "\u2060–\u2060", text)


def shift_words(plan: Plan, language: str) -> str:
    """ "onsdag 30 september 2026, 18.00–02.00"."""
    say = Speaker(language)
    start, end = (datetime.fromisoformat(plan.facts[k]) for k in ("start", "end"))
    day = _day(say, start)
    day = day[0].upper() + day[1:]
    return say("passlista.shift_words", day=day, start=_clock(start, say), end=_clock(end, say, ends=True))


def table(plan: Plan, language: str) -> pd.DataFrame:
    """The list as rows, in the order to go; for csv. Columns are the same in both languages, texts are not."""
    return pd.DataFrame(
        [
            {
                "number": i,
                "spot_id": p.spot_id,
                "name": p.name,
                "district": p.district,
                "state": SPOT_STATES[p.state].title.to(language),
                "reason": p.reason.to(language),
                "window": window_words(p.window, language),
                "last_visit": p.last_visit.date().isoformat() if p.last_visit else "",
                "look_for": p.look_for.to(language),
                "lat": round(p.lat, 5),
                "lng": round(p.lng, 5),
            }
            for i, p in enumerate(plan.places, 1)
        ],
        columns=[
            "number", "spot_id", "name", "district", "state", "reason", "window", "last_visit", "look_for", "lat", "lng"
        ],
    )  # fmt: skip


def content(plan: Plan, language: str) -> dict[str, Any]:
    """Every text of the page, finished: the template sets them and computes nothing."""
    say, facts = Speaker(language), plan.facts
    low, high = facts["settings"]["minutes_from"], facts["settings"]["minutes_to"]
    start, shared = datetime.fromisoformat(facts["start"]), shared_look(plan)
    lead = say("passlista.print_lead", low=low, high=high)
    return {
        "language": language,
        "title": say("pages.passlista"),
        "author": facts["study"],
        "subtitle": shift_words(plan, language),
        "lead": f"{lead} {say('passlista.look_for_all', what=shared.to(language))}" if shared else lead,
        "demo": say("passlista.print_demo") if facts["demo"] else "",
        "note": plan.note.to(language) if plan.note else "",
        "map_alt": say("passlista.map_alt", names=say.list(p.name for p in plan.places)),
        "words": {k: say(f"passlista.{k}") for k in ("when", "last_short", "look_for", "tick", "clock", "minutes")},
        "places": [
            {
                "number": str(i),
                "name": p.name,
                "state": SPOT_STATES[p.state].title.to(language),
                "shape": p.state,
                "district": p.district,
                "reason": unbroken(p.reason.to(language)),
                "window": unbroken(window_words(p.window, language)),
                "last_visit": _short_visit(p, start, language),
                "look_for": "" if p.look_for == shared else p.look_for.to(language),
            }
            for i, p in enumerate(plan.places, 1)
        ],
        "footer": [
            say("passlista.print_purpose"),
            " · ".join(
                (
                    facts["study"],
                    say("app.foot_release", version=say.moment(datetime.fromisoformat(facts["made"]))),
                    say("app.foot_today", day=say.day(datetime.fromisoformat(facts["today"]))),
                    say("app.foot_audience", audience=AUDIENCE_WORDS[facts["audience"]].to(language)),
                )
            ),
        ],
    }


def _day(say: Speaker, moment: datetime) -> str:
    return f"{DAY_WORDS[moment.weekday()].to(say.language)} {say.day(moment)}"


def _clock(moment: datetime, say: Speaker, *, ends: bool = False) -> str:
    """ "18.00"; a span that ends at midnight ends at 24.00."""
    clock = moment.strftime("%H:%M" if say.language == "en" else "%H.%M")
    return clock.replace("00", "24", 1) if ends and (moment.hour, moment.minute) == (0, 0) else clock


def overview(release: Release, plan: Plan, language: str, *, tall: float = MAP_MM[0]) -> bytes | None:
    """A small map with the places' numbers (SVG, true to scale), `tall` mm high; None for an empty list."""
    if not plan.places:
        return None
    rows = pd.DataFrame(
        {
            "spot_id": [p.spot_id for p in plan.places],
            "name": [p.name for p in plan.places],
            "state": [p.state for p in plan.places],
            "cells": [grid.to_text(release.footprint(p.spot_id)) for p in plan.places],
        }
    )
    ground = [
        LAYERS["districts"].draw(release.districts.frame(), language),
        LAYERS["places"].draw(release.places, language) if len(release.places) else None,
    ]
    crs = str(release.manifest["crs"])
    wide, high = MAP_WIDE_MM / _INCH, tall / _INCH - _CREDIT / 72
    figure = picture.draw(
        [g for g in ground if g is not None] + [LAYERS["spots"].draw(rows, language)],
        project=lambda x, y: from_lonlat(x, y, crs),
        language=language,
        size=(wide / _MAP_SHARE[0], high / _MAP_SHARE[1]),
        fit=_fit(plan, wide * 72, high * 72),
    )
    _without_legend(figure, wide, high)
    return picture.svg(figure)


def _fit(plan: Plan, wide: float, high: float) -> tuple[float, float, float, float]:
    """West, south, east, north round the places, with room for their labels; `wide`, `high`: of the map in points."""
    lat, lng = np.array([p.lat for p in plan.places]), np.array([p.lng for p in plan.places])
    degree = 111_320.0  # metres of a degree of latitude
    across = degree * np.cos(np.radians(lat.mean()))
    left, right, bottom, top = _ROOM
    spans = np.ptp(lng) * across / (wide - left - right), np.ptp(lat) * degree / (high - bottom - top)
    point = max(*spans, _CLOSEST)  # metres of a point on paper
    x, y = (lng.min() + lng.max()) / 2, (lat.min() + lat.max()) / 2 + (top - bottom) / 2 * point / degree
    half = wide / 2 * point / across / 1.07, high / 2 * point / degree / 1.07  # the picture adds a margin of its own
    return float(x - half[0]), float(y - half[1]), float(x + half[0]), float(y + half[1])


def _without_legend(figure: Any, wide: float, high: float) -> None:
    """The map over the whole width: the list above it explains the signs, and the paper is small."""
    for drawn in figure.legends:
        drawn.remove()
    figure.set_size_inches(wide, high + _CREDIT / 72)
    share = _CREDIT / 72 / (high + _CREDIT / 72)
    axes = figure.axes[0]
    axes.set_position((0.0, share, 1.0, 1 - share))
    for text in axes.texts:
        text.set_fontsize(max(text.get_fontsize(), SMALLEST))


def _parts(release: Release, plan: Plan, language: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The texts, and the map in each height that the page may have room for: its letters are never scaled."""
    pictures = {}
    for tall in MAP_MM if plan.places else ():
        drawn = overview(release, plan, language, tall=tall)
        if drawn:
            pictures[f"map{tall:.0f}.svg"] = drawn
    maps = [{"file": f"map{tall:.0f}.svg", "tall": tall} for tall in MAP_MM if f"map{tall:.0f}.svg" in pictures]
    return content(plan, language) | {"maps": maps}, pictures


def pdf(release: Release, plan: Plan, language: str) -> bytes:
    """One A5 page, tagged (PDF/UA-1)."""
    return render.pdf(TEMPLATE, *_parts(release, plan, language))


def png(release: Release, plan: Plan, language: str, *, ppi: float = render.PPI) -> bytes:
    """The same page as a picture."""
    return render.pages(TEMPLATE, *_parts(release, plan, language), ppi=ppi)[0]
