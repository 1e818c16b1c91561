"""Recurring gathering spots: a list by state, a map, and what is known of each."""

import pandas as pd
import streamlit as st

from hotspots.pages import bits, karta, spot_panel, state
from hotspots.pages.live_map import live_map
from hotspots.pages.state import Desk
from hotspots.release import Release
from layers import legend

STATES = ("new", "recurring", "fading", "temporary")


def page(desk: Desk) -> None:
    """The page."""
    say = desk.say
    st.title(say("pages.samlingsplatser"))
    bits.lead(say("spots.lead"))
    of = desk.release
    if of is None:
        bits.nothing_published(desk)
        return
    spots = of.spots
    if not len(spots):
        st.info(say("spots.none"))
        return
    states = spots["state"].value_counts()
    bits.cards(
        [(spot_panel.state_word(desk, s), say.number(int(states.get(s, 0))), say(f"spots.meaning.{s}")) for s in STATES]
    )
    wanted = st.pills(
        say("spots.show"),
        [s for s in (*STATES, "ended") if states.get(s, 0)],
        selection_mode="multi",
        default=[s for s in STATES if states.get(s, 0)],
        format_func=lambda s: spot_panel.state_word(desk, s),
        key="spot_states",
    )
    table = spots[spots["state"].isin(wanted or [])]
    left, right = st.columns([1.6, 1], gap="medium")
    with left:
        _map(desk, of)
    with right:
        chosen = state.selected()
        known = (
            chosen["id"] if chosen and chosen["layer"] == "spots" and chosen["id"] in set(spots["spot_id"]) else None
        )
        spot_panel.show(desk, of, known or str(spots["spot_id"].iloc[0]))
    _list(desk, of, table)
    bits.how_we_counted(say, spot_panel.method(desk, of))


def _map(desk: Desk, of: Release) -> None:
    shown = [*karta.ground(desk, of)[:1], *karta.spots_layer(desk, of), *karta.ground(desk, of)[1:]]
    result = live_map(
        shown,
        title=desk.say("spots.map_title"),
        language=desk.language,
        key="spots_map",
        selected=state.selected(),
        height=460,
    )
    if result.clicked and result.clicked != state.selected():
        state.select(result.clicked["layer"], result.clicked["id"])
        st.rerun()
    st.html(legend.to_html(shown, desk.language))


def _list(desk: Desk, of: Release, table: pd.DataFrame) -> None:
    say = desk.say
    shown = spot_panel.table_of(desk, of, table)
    # The number that stands on the map: a place keeps it under every choice above.
    number = dict(zip(of.spots["spot_id"], range(1, len(of.spots) + 1), strict=True))
    shown.insert(0, say("spots.col_number"), [number[s] for s in table["spot_id"]])
    picked = st.dataframe(
        shown,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"spots_table_{desk.language}",
        column_config={say("spots.col_number"): st.column_config.NumberColumn(width=55)},
    )
    rows = picked["selection"]["rows"] if picked else []
    spot = str(table["spot_id"].iloc[rows[0]]) if rows and rows[0] < len(table) else None
    if spot and st.session_state.get("picked_spot") != spot:
        st.session_state["picked_spot"] = spot
        state.select("spots", spot)
        st.rerun()
    st.download_button(
        say("karta.export_csv"), bits.csv_for_excel(shown), "samlingsplatser.csv", "text/csv", on_click="ignore"
    )
