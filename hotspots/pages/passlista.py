"""The pass list: five places for tonight with the reason in words, to print, to walk, and to tick off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pandas as pd
import streamlit as st

from hotspots import grid
from hotspots.desk.visits import Logbook
from hotspots.errors import Trouble
from hotspots.pages import bits, karta, passlista_card, state
from hotspots.pages.live_map import live_map
from hotspots.pages.state import Desk
from hotspots.patrol.plan import Plan, default_seed, plan
from hotspots.release import Release
from hotspots.reports import passlista as report
from layers import LAYERS, legend

STARTS = 18
LENGTHS = (2, 4, 6, 8, 10, 12)
USUAL_LENGTH = 8
_MARGIN = 0.005  # degrees round the places on the map


@dataclass(frozen=True)
class Shift:
    """What the reader chose."""

    start: datetime
    hours: float
    district: str | None

    @property
    def end(self) -> datetime:
        """The moment the shift ends."""
        return self.start + timedelta(hours=self.hours)


def page(desk: Desk) -> None:
    """The page."""
    say = desk.say
    st.title(say("pages.passlista"))
    bits.lead(say("passlista.lead"))
    of = desk.release
    if of is None:
        bits.nothing_published(desk)
        return
    shift = _shift(desk, of)
    passlista_card.trouble()
    book = Logbook(desk.home)
    try:
        visits, struck = book.visits(), book.struck(shift=shift.start)
    except Trouble as trouble:
        st.warning(trouble.sentence(desk.language))
        visits, struck = pd.DataFrame(), {}
    made = plan(
        of, visits, start=shift.start, hours=shift.hours, district=shift.district, struck=struck,
        seed=default_seed(shift.start),
    )  # fmt: skip
    _body(desk, of, shift, made, book, visits, struck)
    bits.how_we_counted(say, _method(desk, of, made))


def _shift(desk: Desk, of: Release) -> Shift:
    say = desk.say
    names = dict(sorted(zip(of.districts.codes, of.districts.names, strict=True), key=lambda c: c[1]))
    with st.container(horizontal=True, gap="small"):
        day = st.date_input(
            say("passlista.day"), of.today, min_value=of.first_day, format="YYYY-MM-DD", key="pass_day", width=170
        )
        at = st.time_input(
            say("passlista.start"), time(STARTS), step=timedelta(minutes=30), key="pass_start", width=120
        )
        hours = st.selectbox(
            say("passlista.length"),
            LENGTHS,
            index=LENGTHS.index(USUAL_LENGTH),
            format_func=lambda h: say("passlista.length_hours", n_text=say.number(h)),
            key="pass_hours",
            width=120,
        )
        district = st.selectbox(
            say("passlista.district"),
            ["", *names],
            format_func=lambda c: names.get(c, say("passlista.whole_area")),
            key="pass_district",
            width=220,
        )
    return Shift(datetime.combine(day or of.today, at or time(STARTS)), float(hours), district or None)


def _body(
    desk: Desk,
    of: Release,
    shift: Shift,
    made: Plan,
    book: Logbook,
    visits: pd.DataFrame,
    struck: Mapping[str, str],
) -> None:
    say = desk.say
    left, right = st.columns([1.35, 1], gap="medium")
    inside = visits[(visits["started"] >= shift.start) & (visits["started"] < shift.end)] if len(visits) else visits
    shared = report.shared_look(made)
    with left:
        st.header(report.shift_words(made, desk.language))
        if made.places:
            look = f" {say('passlista.look_for_all', what=shared.to(desk.language))}" if shared else ""
            st.caption(say("passlista.how_long") + look)
        if made.note:
            st.info(made.note.to(desk.language))
        for number, place in enumerate(made.places, 1):
            passlista_card.show(desk, of, shift.start, shift.end, number, place, book, inside, shared)
        passlista_card.struck(desk, of, shift.start, struck, book)
    with right:
        if made.places:
            _map(desk, of, made)
            _take_along(desk, of, made)
        passlista_card.visits(desk, inside, book)


def _map(desk: Desk, of: Release, made: Plan) -> None:
    rows = pd.DataFrame(
        {
            "spot_id": [p.spot_id for p in made.places],
            "name": [p.name for p in made.places],
            "state": [p.state for p in made.places],
            "cells": [grid.to_text(of.footprint(p.spot_id)) for p in made.places],
        }
    )
    ground = karta.ground(desk, of)
    shown = [*ground[:1], LAYERS["spots"].draw(rows, desk.language), *ground[1:]]
    lat, lng = [p.lat for p in made.places], [p.lng for p in made.places]
    live_map(
        shown,
        title=desk.say("passlista.map_title"),
        language=desk.language,
        key="passlista_map",
        selected=state.selected(),
        height=380,
        fit=(min(lng) - 2 * _MARGIN, min(lat) - _MARGIN, max(lng) + 2 * _MARGIN, max(lat) + _MARGIN),
    )
    st.html(legend.to_html(shown, desk.language))


def _take_along(desk: Desk, of: Release, made: Plan) -> None:
    say = desk.say
    stem = f"passlista_{made.facts['start'][:10]}"
    with st.container(horizontal=True):
        st.download_button(
            say("passlista.print"),
            lambda: report.pdf(of, made, desk.language),
            f"{stem}.pdf",
            "application/pdf",
            type="primary",
            on_click="ignore",
            key="pass_pdf",
        )
        st.download_button(
            say("passlista.csv"),
            bits.csv_for_excel(report.table(made, desk.language)),
            f"{stem}.csv",
            "text/csv",
            on_click="ignore",
            key="pass_csv",
        )


def _method(desk: Desk, of: Release, made: Plan) -> list[str]:
    """Thresholds, seed and sources of this very list."""
    say, facts = desk.say, made.facts
    used = facts["settings"]
    return [
        say("passlista.how_spots"),
        say(
            "passlista.how_score",
            hours=say.share(used["hours"]),
            activity=say.share(used["activity"]),
            gap=say.share(used["gap"]),
            lift=say.number(used["lift_full"]),
            days=used["gap_full_days"],
        ),
        say("passlista.how_hours"),
        say("passlista.how_visit"),
        say("passlista.how_dose"),
        say("passlista.how_order"),
        say("passlista.how_ties", seed=facts["seed"], considered=facts["considered"], release=say.moment(of.made)),
    ]
