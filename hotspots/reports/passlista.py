"""Passlista: five places for one shift on one A5 page, and the same rows as a table."""

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
from hotspots.study import AUDIENCE_WORDS
from hotspots.words import Speaker, Text
from layers import LAYERS, picture
from layers.base import SPOT_STATES

TEMPLATE = "passlista.typ"
MAP_INCHES = (4.96, 1.75)
WEEKDAYS = (
    Text(sv="måndag", en="Monday"),
    Text(sv="tisdag", en="Tuesday"),
    Text(sv="onsdag", en="Wednesday"),
    Text(sv="torsdag", en="Thursday"),
    Text(sv="fredag", en="Friday"),
    Text(sv="lördag", en="Saturday"),
    Text(sv="söndag", en="Sunday"),
)
_MARGIN = 0.006  # degrees round the places on the map


def window_words(window: Window | None, language: str) -> str:
    """ "18.00–20.00", or that no hour stands out."""
    if window is None:
        return Text(sv="valfri tid", en="any time").to(language)
    form = "%H:%M" if language == "en" else "%H.%M"
    return f"{window[0].strftime(form)}–{window[1].strftime(form)}"


def visit_words(place: PlannedPlace, language: str) -> str:
    """Day of the last visit, or that none is on record."""
    if place.last_visit is None:
        return Text(sv="inget antecknat", en="none on record").to(language)
    return Speaker(language).day(place.last_visit)


def shift_words(plan: Plan, language: str) -> str:
    """ "onsdag 30 september 2026, 18.00–02.00"."""
    say = Speaker(language)
    start, end = (datetime.fromisoformat(plan.facts[k]) for k in ("start", "end"))
    day = _day(say, start)
    day = day[0].upper() + day[1:]
    return say("passlista.shift_words", day=day, start=_clock(start, say), end=_clock(end, say))


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
    return {
        "language": language,
        "title": say("pages.passlista"),
        "author": facts["study"],
        "subtitle": shift_words(plan, language),
        "lead": say("passlista.print_lead", low=low, high=high),
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
                "reason": p.reason.to(language),
                "window": window_words(p.window, language),
                "last_visit": p.last_visit.date().isoformat() if p.last_visit else visit_words(p, language),
                "look_for": p.look_for.to(language),
            }
            for i, p in enumerate(plan.places, 1)
        ],
        "footer": [
            say("passlista.print_purpose"),
            " · ".join(
                (
                    facts["study"],
                    say("app.foot_release", version=facts["release"]),
                    say("app.foot_today", day=say.day(datetime.fromisoformat(facts["today"]))),
                    say("app.foot_audience", audience=AUDIENCE_WORDS[facts["audience"]].to(language)),
                    say("passlista.print_seed", seed=facts["seed"]),
                )
            ),
        ],
    }


def _day(say: Speaker, moment: datetime) -> str:
    return f"{WEEKDAYS[moment.weekday()].to(say.language)} {say.day(moment)}"


def _clock(moment: datetime, say: Speaker) -> str:
    return moment.strftime("%H:%M" if say.language == "en" else "%H.%M")


def overview(release: Release, plan: Plan, language: str) -> bytes | None:
    """A small map with the places' numbers (SVG, true to scale); None for an empty list."""
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
    lat, lng = np.array([p.lat for p in plan.places]), np.array([p.lng for p in plan.places])
    crs = str(release.manifest["crs"])
    figure = picture.draw(
        [g for g in ground if g is not None] + [LAYERS["spots"].draw(rows, language)],
        project=lambda x, y: from_lonlat(x, y, crs),
        language=language,
        size=MAP_INCHES,
        fit=(lng.min() - 2 * _MARGIN, lat.min() - _MARGIN, lng.max() + 2 * _MARGIN, lat.max() + _MARGIN),
    )
    _without_legend(figure)
    return picture.svg(figure)


def _without_legend(figure: Any) -> None:
    """The map over the whole width: the list above it explains the signs, and the paper is small."""
    for drawn in figure.legends:
        drawn.remove()
    axes = figure.axes[0]
    axes.set_position((0.0, 0.07, 1.0, 0.93))
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    box = axes.get_window_extent()
    half = (top - bottom) * box.width / box.height / 2
    axes.set_xlim((left + right) / 2 - half, (left + right) / 2 + half)


def _parts(release: Release, plan: Plan, language: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    drawn = overview(release, plan, language)
    texts = content(plan, language) | {"map": "map.svg" if drawn else ""}
    return texts, {"map.svg": drawn} if drawn else {}


def pdf(release: Release, plan: Plan, language: str) -> bytes:
    """One A5 page, tagged (PDF/UA-1)."""
    return render.pdf(TEMPLATE, *_parts(release, plan, language))


def png(release: Release, plan: Plan, language: str, *, ppi: float = render.PPI) -> bytes:
    """The same page as a picture."""
    return render.pages(TEMPLATE, *_parts(release, plan, language), ppi=ppi)[0]
