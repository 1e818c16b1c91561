"""One place of the pass list as a card: why, when, what to do; tick off a visit, remove the place, undo both."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from hotspots.desk.visits import DOSE_MINUTES, KINDS, MOST_MINUTES, STRIKE_REASONS, Logbook
from hotspots.errors import Trouble
from hotspots.pages import bits
from hotspots.pages.state import Desk
from hotspots.patrol.plan import PlannedPlace
from hotspots.release import Release
from hotspots.reports import passlista as report
from hotspots.words import Text
from layers.base import SPOT_STATES

USUAL_MINUTES = 15
_LOOKS = """
<style>
.hs-place { display: flex; gap: .8rem; color: var(--ink); }
.hs-place .nr { flex: none; width: 2.1rem; height: 2.1rem; border: 2px solid var(--ink); border-radius: 50%;
  display: flex; align-items: center; justify-content: center; font-weight: 700; font-size: 1.05rem; }
.hs-place .done { background: var(--ink); color: #fff; }
.hs-place h3 { margin: 0; padding: .2rem 0 0 !important; font-size: 1.1rem !important; }
.hs-place .state { color: var(--quiet); font-size: .9rem; }
.hs-place p { margin: .35rem 0 0; font-size: .95rem; line-height: 1.45; }
.hs-place dl { display: flex; flex-wrap: wrap; gap: .2rem 1.6rem; margin: .45rem 0 0; padding: 0; font-size: .95rem; }
.hs-place dl div { margin: 0; padding: 0; }
.hs-place dt { margin: 0; padding: 0; color: var(--quiet); font-size: .8rem; }
.hs-place dd { margin: 0 !important; padding: 0; font-weight: 600; }
</style>
"""


def show(
    desk: Desk,
    of: Release,
    start: datetime,
    end: datetime,
    number: int,
    place: PlannedPlace,
    book: Logbook,
    inside: pd.DataFrame,
    shared: Text | None,
) -> None:
    """The card; `inside`: the visits ticked in this shift, `shared`: what is said once above the list."""
    mine = inside[inside["spot_id"] == place.spot_id] if len(inside) else inside
    with st.container(border=True, key=f"pass_place_{number}"):
        st.html(_LOOKS + _words(desk, number, place, shared, bool(len(mine))))
        for visit in mine.itertuples():
            _done(desk, visit, book, where="card")
        opened = st.session_state.get("pass_open")
        if opened == ("tick", place.spot_id):
            _tick_form(desk, of, start, end, place, book)
        elif opened == ("strike", place.spot_id):
            _strike_form(desk, start, place, book)
        else:
            with st.container(horizontal=True):
                _opener(desk, "tick", place.spot_id)
                _opener(desk, "strike", place.spot_id)


def _words(desk: Desk, number: int, place: PlannedPlace, shared: Text | None, done: bool) -> str:
    say, language = desk.say, desk.language
    state = SPOT_STATES[place.state]
    facts = [
        (say("passlista.when"), report.window_words(place.window, language)),
        (say("passlista.last_visit"), report.visit_words(place, language)),
    ]
    look = ""
    if place.look_for != shared:
        words = f"{say('passlista.look_for')} {place.look_for.to(language)}"
        look = f"<p>{bits.escape(words)}</p>"
    listed = "".join(f"<div><dt>{bits.escape(k)}</dt><dd>{bits.escape(v)}</dd></div>" for k, v in facts)
    return (
        f'<div class="hs-place"><span class="nr{" done" if done else ""}">{number}</span><div>'
        f"<h3>{bits.escape(place.name)}</h3>"
        f'<div class="state"><span aria-hidden="true">{state.symbol}</span> '
        f"{bits.escape(state.title.to(language))} · {bits.escape(place.district)}</div>"
        f"<p>{bits.escape(report.unbroken(place.reason.to(language)))}</p><dl>{listed}</dl>{look}</div></div>"
    )


def _opener(desk: Desk, what: str, spot_id: str) -> None:
    def open_it() -> None:
        st.session_state["pass_open"] = (what, spot_id)

    st.button(desk.say(f"passlista.{what}_open"), key=f"pass_{what}_{spot_id}", on_click=open_it)


def _close() -> None:
    st.session_state.pop("pass_open", None)


def _tick_form(desk: Desk, of: Release, start: datetime, end: datetime, place: PlannedPlace, book: Logbook) -> None:
    say = desk.say
    with st.form(f"pass_form_{place.spot_id}", border=False):
        st.markdown(f"**{say('passlista.tick_for', name=_plain(place.name))}**")
        row = st.columns(3, gap="small")
        at = row[0].time_input(
            say("passlista.tick_started"), _likely(of, start, end, place), step=timedelta(minutes=5), key="pass_at"
        )
        minutes = row[1].number_input(
            say("passlista.tick_minutes"), 1, MOST_MINUTES, USUAL_MINUTES, step=5, key="pass_minutes"
        )
        kind = row[2].selectbox(
            say("passlista.tick_kind"),
            list(KINDS),
            format_func=lambda k: KINDS[k].to(desk.language).capitalize(),
            key="pass_kind",
        )
        saved, given_up = _save_or_not(desk, "tick")
    if saved:
        _try(desk, lambda: book.tick(place.spot_id, place.name, started=_moment(start, at), minutes=minutes, kind=kind))
    if saved or given_up:
        _close()
        st.rerun()


def _save_or_not(desk: Desk, what: str) -> tuple[bool, bool]:
    with st.container(horizontal=True):
        saved = st.form_submit_button(desk.say(f"passlista.{what}_save"), type="primary", key=f"pass_{what}_save")
        given_up = st.form_submit_button(desk.say("passlista.cancel"), key=f"pass_{what}_cancel")
    return saved, given_up


def _plain(name: str) -> str:
    """A name inside markdown stays a name."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>~$:" else c for c in name)


def _likely(of: Release, start: datetime, end: datetime, place: PlannedPlace) -> time:
    """When the visit probably began: a quarter of an hour ago while the shift runs, else the window's start."""
    now = datetime.now(ZoneInfo(str(of.manifest["time_zone"]))).replace(tzinfo=None, second=0, microsecond=0)
    began = max(start, now - timedelta(minutes=USUAL_MINUTES))
    if start <= now < end:
        return began.replace(minute=began.minute // 5 * 5).time()
    return (place.window[0] if place.window else start).time()


def _moment(start: datetime, at: time | None) -> datetime:
    """The clock time as a moment of the shift: past midnight where it would lie before the start."""
    found = datetime.combine(start.date(), at or start.time())
    return found if found >= start.replace(second=0, microsecond=0) else found + timedelta(days=1)


def _strike_form(desk: Desk, start: datetime, place: PlannedPlace, book: Logbook) -> None:
    say = desk.say
    with st.form(f"pass_strike_form_{place.spot_id}", border=False):
        st.markdown(f"**{say('passlista.strike_for', name=_plain(place.name))}**")
        reason = st.radio(
            say("passlista.strike_reason"),
            list(STRIKE_REASONS),
            format_func=lambda r: STRIKE_REASONS[r].to(desk.language).capitalize(),
            key="pass_reason",
        )
        saved, given_up = _save_or_not(desk, "strike")
    if saved:
        _try(desk, lambda: book.strike(place.spot_id, shift=start, reason=reason))
    if saved or given_up:
        _close()
        st.rerun()


def _try(desk: Desk, do: Callable[[], object]) -> None:
    """Do it, or keep the sentence on what went wrong for the next run."""
    try:
        do()
    except Trouble as trouble:
        st.session_state["pass_trouble"] = trouble.sentence(desk.language)


def trouble() -> None:
    """What went wrong with the last click."""
    sentence = st.session_state.pop("pass_trouble", "")
    if sentence:
        st.error(sentence)


def _done(desk: Desk, visit: object, book: Logbook, *, where: str) -> None:
    """A ticked visit with its undo."""
    say = desk.say
    clock = f"{visit.started:%H.%M}" if desk.language == "sv" else f"{visit.started:%H:%M}"  # type: ignore[attr-defined]
    number, minutes = int(visit.id), int(visit.minutes)  # type: ignore[attr-defined]
    kind = KINDS[visit.kind].to(desk.language)  # type: ignore[attr-defined]
    with st.container(horizontal=True, vertical_alignment="center"):
        words = say("passlista.ticked", time=clock, minutes=minutes, kind=kind)
        if where == "list":
            words = f"{_plain(visit.name)}. {words}"  # type: ignore[attr-defined]
        if minutes < DOSE_MINUTES:
            words += " " + say("passlista.short_dose")
        st.markdown(words, width="stretch")
        if st.button(
            say("passlista.undo"),
            key=f"pass_undo_{where}_{number}",
            help=say("passlista.undo_of", name=visit.name, time=clock),  # type: ignore[attr-defined]
        ):
            _try(desk, lambda: book.undo(number))
            st.rerun()


def struck(desk: Desk, of: Release, start: datetime, which: Mapping[str, str], book: Logbook) -> None:
    """The places struck from this shift, each with its way back."""
    if not which:
        return
    say = desk.say
    names = dict(zip(of.spots["spot_id"], of.spots["name"], strict=True)) if len(of.spots) else {}
    st.subheader(say("passlista.struck_title"))
    for spot_id, reason in which.items():
        name = str(names.get(spot_id, spot_id))
        with st.container(horizontal=True, vertical_alignment="center"):
            words = STRIKE_REASONS[reason].to(desk.language)
            st.markdown(say("passlista.struck_line", name=_plain(name), reason=words), width="stretch")
            if st.button(say("passlista.unstrike", name=name), key=f"pass_unstrike_{spot_id}"):
                _try(desk, lambda s=spot_id: book.unstrike(s, shift=start))  # type: ignore[misc]
                st.rerun()


def visits(desk: Desk, inside: pd.DataFrame, book: Logbook) -> None:
    """All visits of the shift, also those at places no longer on the list."""
    say = desk.say
    st.subheader(say("passlista.visits_title"))
    if not len(inside):
        st.caption(say("passlista.visits_none"))
        return
    for visit in inside.itertuples():
        _done(desk, visit, book, where="list")
