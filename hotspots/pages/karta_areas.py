"""The map for audiences without cells: numbers by district, no places."""

import pandas as pd
import streamlit as st

from hotspots import queries
from hotspots.pages import bits, framing, state
from hotspots.pages.live_map import live_map
from hotspots.pages.state import Desk
from hotspots.periods import KINDS
from hotspots.release import Release
from hotspots.vocabulary import SOURCE_WORDS
from hotspots.words import Text
from layers import LAYERS, legend
from layers.areas import CARD
from layers.base import Layer
from layers.hexagons import limits_for


def show(desk: Desk, of: Release) -> None:
    """Filters, map, table and method."""
    say = desk.say
    st.info(say("karta.districts_only", k=of.k))
    kinds = [k for k in reversed(KINDS) if of.period_names(k)]
    if not kinds:
        st.write(say("karta.nothing"))
        return
    row = st.container(horizontal=True)
    kind = "year"
    if len(kinds) > 1:
        kind = row.selectbox(
            say("karta.kind"), kinds, format_func=lambda k: say(f"periods.{k}"), key="open_kind", width=150
        )
    table = queries.districts(of, kind=kind if kind in kinds else kinds[0], category="all")
    names = [p for p in reversed(of.period_names(kind)) if p in set(table["period"])]
    period = row.selectbox(
        say("karta.period"),
        names,
        format_func=lambda p: bits.period_words(desk, of, p),
        key=f"open_period_{kind}",
        width=220,
    )
    sources = [s for s in of.source_types if s in set(table["source"])]
    source = row.selectbox(
        say("karta.source"),
        sources,
        format_func=lambda s: SOURCE_WORDS[s].to(say.language).capitalize(),
        key="open_source",
        help=say("karta.source_help"),
        width=290,
    )
    shown = [_filled(desk, of, table, period, source), borders(desk, of)]
    live_map(
        shown,
        title=say("karta.map_title", period=say.period(period)),
        language=desk.language,
        key="karta_open",
        fit=_first_view(of),
    )
    st.html(legend.to_html(shown, desk.language))
    st.caption(CARD.caption.to(desk.language))
    _table(desk, of, table[table["source"] == source])
    _how(desk, of)


def borders(desk: Desk, of: Release) -> Layer:
    """The districts' borders and names; the source's own words say date and licence."""

    def make() -> Layer:
        source = Text(sv=of.districts.source, en=of.districts.source)
        return LAYERS["districts"].draw(of.districts.frame(), desk.language, source=source, date="", licence="")

    return state.remember(of, "borders", desk.language, make=make)


def _filled(desk: Desk, of: Release, table: pd.DataFrame, period: str, source: str) -> Layer:
    """Districts in classes; the limits are those of all periods of the kind, so that colours keep their meaning."""

    def make() -> Layer:
        mine = table[table["source"] == source]
        counts = mine.loc[mine["period"] == period, ["district", "count"]]
        frame = of.districts.frame().merge(counts, left_on="code", right_on="district")
        return LAYERS["areas"].draw(
            frame,
            desk.language,
            limits=limits_for(mine["count"].tolist()),
            missing=len(frame) < len(of.districts),
            source=Text(sv=of.name, en=of.name),
            date=desk.say.period(period),
        )

    return state.remember(of, "areas", desk.language, period, source, make=make)


def _first_view(of: Release) -> framing.Box | None:
    """Where most of the numbers lie: districts in the country are wide, and the town would be a blot."""

    def make() -> framing.Box | None:
        trend = of.trend
        count = trend[trend["category"] == "all"].groupby("district")["count"].sum()
        weight = count.reindex(list(of.districts.codes)).fillna(0).to_numpy(float)
        if not weight.any():
            return None
        lng, lat = of.districts.label_points().T
        return framing.box_of(lng, lat, weight, share=0.1)

    return state.remember(of, "first view of districts", make=make)


def _table(desk: Desk, of: Release, mine: pd.DataFrame) -> None:
    say = desk.say
    wide = mine.pivot_table(index="name", columns="period", values="count", aggfunc="sum")
    wide = wide[[p for p in of.period_names() if p in wide.columns]].astype("Int64")
    wide.columns = pd.Index([bits.covered_words(desk, of, p) for p in wide.columns])
    wide = wide.rename_axis(say("karta.col_district")).reset_index()
    st.header(say("karta.table_title"))
    st.dataframe(wide, hide_index=True, column_config=bits.plain_numbers(wide), placeholder="–")
    st.caption(say("karta.dash"))
    st.download_button(say("karta.export_csv"), bits.csv_for_excel(wide), "hotspots.csv", "text/csv", on_click="ignore")


def _how(desk: Desk, of: Release) -> None:
    say = desk.say
    sentences = [say("karta.how_districts", k=of.k), say("karta.how_sources")]
    if of.manifest.get("epsilon"):
        sentences.append(say("karta.noise"))
    bits.how_we_counted(say, [*sentences, say("karta.how_release", version=of.version)])
