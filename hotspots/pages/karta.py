"""The map: where reported events gather, which cells are hotter than chance, and what lies behind a cell."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from hotspots import grid, queries
from hotspots.errors import Trouble
from hotspots.geo.areas import Locator
from hotspots.pages import bits, framing, karta_areas, preview, spot_panel, state
from hotspots.pages.data_words import plain
from hotspots.pages.live_map import live_map
from hotspots.pages.state import Desk
from hotspots.periods import KINDS, parse_period
from hotspots.queries import Question
from hotspots.release import Release
from hotspots.study import AUDIENCE_WORDS
from hotspots.vocabulary import SOURCE_WORDS
from hotspots.words import LANGUAGES, Speaker, Text
from layers import LAYERS, legend
from layers.base import SPOT_STATES, Layer
from layers.file import Facts, offline_file
from layers.hexagons import limits_for

MOST_CELLS = 2_000  # a live map stays quick up to here; above it a coarser resolution is shown, and said
LAYER_OF_SOURCE = {"reported": "hexagons", "discovered": "hexagons", "outreach": "visits", "survey": "reports"}
TESTED = ("reported", "survey")  # "more than expected" of the others would only say where staff were sent
NEAR_M = 1_000.0  # a place farther away does not tell where a cell is


@dataclass(frozen=True)
class View:
    """What is asked and what came back."""

    asked: Question
    answer: queries.Answer
    coarsened: bool

    @property
    def tested(self) -> bool:
        """Whether hot cells mean anything for the source."""
        return self.asked.source in TESTED

    @property
    def table(self) -> pd.DataFrame:
        """The rows, without marks where they would mislead."""
        return self.answer.table if self.tested else self.answer.table.assign(gistar_hot=False)


def page(desk: Desk) -> None:
    """The page."""
    say = desk.say
    st.title(say("pages.karta"))
    of = desk.release
    bits.lead(say("karta.lead_districts" if of is not None and not len(of.grid) else "karta.lead"))
    if of is None:
        bits.nothing_published(desk)
        return
    if not len(of.grid):
        karta_areas.show(desk, of)
        return
    try:
        view = _ask(desk, of, _filters(desk, of))
    except Trouble as trouble:
        st.info(trouble.sentence(desk.language))
        return
    _cards(desk, of, view)
    shown = _layers(desk, of, view)
    left, right = st.columns([2.3, 1], gap="medium")
    with left:
        _map(desk, of, view, shown)
    with right:
        _panel(desk, of, view)
    _table(desk, of, view)
    _how(desk, of, view)
    _export(desk, of, view, shown)


def _filters(desk: Desk, of: Release) -> Question:
    say = desk.say
    kinds = [k for k in reversed(KINDS) if of.period_names(k)]
    sources = of.source_types
    row = st.container(horizontal=True)  # wraps: two beside each other on a phone
    kind = row.selectbox(
        say("karta.kind"),
        kinds,
        format_func=lambda k: say(f"periods.{k}"),
        key="kind",
        bind="query-params",
        width=150,
    )
    names = list(reversed(of.period_names(kind)))
    default = of.default_period().name if kind == "year" else _latest_closed(of, names)
    period = row.selectbox(
        say("karta.period"),
        names,
        width=220,
        index=names.index(default) if default in names else 0,
        format_func=lambda p: bits.period_words(desk, of, p),
        key=f"period_{kind}",
    )
    source = row.selectbox(
        say("karta.source"),
        sources,
        width=290,
        format_func=lambda s: SOURCE_WORDS[s].to(say.language).capitalize(),
        key="source",
        help=say("karta.source_help"),
    )
    categories = of.categories(source)
    category = row.selectbox(
        say("karta.category"),
        categories,
        width=320,
        format_func=lambda c: _category_words(desk, of, c),
        key=f"category_{source}",
    )
    return Question(period, category, source, 8 if kind == "week" else queries.BASE)


def _latest_closed(of: Release, names: list[str]) -> str:
    return next((n for n in names if (parse_period(n).end - of.today).days <= 1), names[0])


def _category_words(desk: Desk, of: Release, category: str) -> str:
    words = of.vocabulary.title(category).to(desk.language)
    words = words[:1].upper() + words[1:]
    return words if category == "all" or category.startswith("group:") else f"– {words}"


def _ask(desk: Desk, of: Release, asked: Question) -> View:
    """The answer at the finest resolution that keeps the map quick."""
    coarsened = False
    while True:
        answer = state.remember(of, "cells", asked, make=lambda a=asked: queries.cells(of, a, classes=False))  # type: ignore[misc]
        if len(answer.table) <= MOST_CELLS or asked.resolution <= 6:
            return View(asked, answer, coarsened)
        asked, coarsened = Question(asked.period, asked.category, asked.source, asked.resolution - 1), True


def _cards(desk: Desk, of: Release, view: View) -> None:
    say, table = desk.say, view.table
    spots = of.spots
    active = spots[spots["state"] != "ended"] if len(spots) else spots
    recurring = int((active["state"] == "recurring").sum()) if len(active) else 0
    source = SOURCE_WORDS[view.asked.source].to(say.language)
    items = [
        (say(f"karta.card_count.{view.asked.source}"), say.number(int(table["count"].sum())), source),
    ]
    if view.tested:
        items.append((say("karta.card_hot"), say.number(int(table["gistar_hot"].sum())), say("karta.card_hot_note")))
    if len(spots):
        items.append(
            (
                say("karta.card_spots"),
                say.number(recurring),
                say(
                    "karta.card_spots_status",
                    n=len(active),
                    n_text=say.number(len(active)),
                    day=say.short_day(of.today),
                ),
            )
        )
    items.append((say("karta.card_today"), say.short_day(of.today), say("karta.card_today_note")))
    bits.cards(items)
    if view.coarsened:
        st.caption(say("karta.coarsened"))


def _limits(of: Release, asked: Question) -> tuple[float, ...]:
    """Class limits made once for a kind of period and a source, so that colours keep their meaning over time."""
    kind = parse_period(asked.period).kind

    def make() -> tuple[float, ...]:
        blocks = of.blocks
        keep = (
            (blocks["source"] == asked.source)
            & (blocks["category"] == "all")
            & blocks["period"].isin(of.period_names(kind))
        )
        return limits_for(blocks.loc[keep, "count"].tolist())

    return state.remember(of, "limits", kind, asked.source, make=make)


def ground(desk: Desk, of: Release) -> list[Layer]:
    """Borders and names: what tells a newcomer where she is."""

    def make() -> list[Layer]:
        return [karta_areas.borders(desk, of), LAYERS["places"].draw(of.places, desk.language)]

    return state.remember(of, "ground", desk.language, make=make)


def spots_layer(desk: Desk, of: Release) -> list[Layer]:
    """The recurring spots, if the release holds any."""

    def make() -> list[Layer]:
        if not len(of.spots):
            return []
        table = of.spots.copy()
        table["cells"] = [grid.to_text(of.footprint(s)) for s in table["spot_id"]]
        status = {x: Speaker(x)("layers.spots_status", day=Speaker(x).day(of.today)) for x in LANGUAGES}
        return [LAYERS["spots"].draw(table, desk.language, title=Text(**status))]

    return state.remember(of, "spots", desk.language, make=make)


def _same(text: str) -> Text:
    return Text(sv=text, en=text)


def _layers(desk: Desk, of: Release, view: View) -> list[Layer]:
    def make() -> Layer:
        return LAYERS[LAYER_OF_SOURCE[view.asked.source]].draw(
            _named(of, view),
            desk.language,
            limits=_limits(of, view.asked),
            source=_same(of.name),
            date=desk.say.period(view.asked.period),
        )

    cells = state.remember(of, "layer", desk.language, view.asked, make=make)
    return [cells, *ground(desk, of)[:1], *spots_layer(desk, of), *ground(desk, of)[1:]]


def _named(of: Release, view: View) -> pd.DataFrame:
    """The rows with their district as the tip's first line; a block lies in several and gets none."""
    own = (view.table["resolution"] >= view.asked.resolution).to_numpy()
    return view.table.assign(name=np.where(own, district_of(of, view.table["cell"].to_numpy(np.uint64)), ""))


def _map(desk: Desk, of: Release, view: View, shown: list[Layer]) -> None:
    result = live_map(
        shown,
        title=desk.say("karta.map_title", period=desk.say.period(view.asked.period)),
        language=desk.language,
        key="karta_map",
        selected=state.selected(),
        height=640,
        fit=first_view(of),
    )
    if result.clicked and result.clicked != state.selected():
        state.select(result.clicked["layer"], result.clicked["id"])
        st.rerun()
    st.html(legend.to_html(shown, desk.language))


def first_view(of: Release) -> framing.Box | None:
    """Where nine tenths of the events and all drawn spots lie: the same for every filter, so the map stays."""

    def make() -> framing.Box | None:
        blocks = of.blocks
        fine = blocks[(blocks["category"] == "all") & (blocks["resolution"] == queries.BASE)]
        if not len(fine):
            return None
        lat, lng = grid.centres(fine["cell"].to_numpy(np.uint64))
        box = framing.box_of(lng, lat, fine["count"].to_numpy(float))
        drawn = [of.footprint(s) for s in drawn_spots(of)["spot_id"]]
        lat, lng = grid.centres(np.concatenate(drawn)) if drawn else (np.zeros(0), np.zeros(0))
        return framing.around(box, lng, lat)

    return state.remember(of, "first view", make=make)


def drawn_spots(of: Release) -> pd.DataFrame:
    """The spots that stand on maps, with the `number` they have there."""
    spots = of.spots
    if not len(spots):
        return pd.DataFrame({"spot_id": [], "name": [], "state": [], "number": []})
    return spots.assign(number=range(1, len(spots) + 1))[spots["state"].isin(list(SPOT_STATES))]


def _panel(desk: Desk, of: Release, view: View) -> None:
    chosen = state.selected()
    if chosen:
        st.button(desk.say("karta.all_places"), key="unselect", type="tertiary", on_click=_unselect)
    if chosen and chosen["layer"] == "spots" and chosen["id"] in set(of.spots.get("spot_id", [])):
        spot_panel.show(desk, of, chosen["id"])
        return
    if chosen and chosen["layer"] != "spots":
        _cell_panel(desk, of, view, chosen["id"])
        return
    st.header(desk.say("karta.panel_empty_title"))
    st.write(desk.say("karta.panel_empty"))
    _spot_list(desk, of)


def _unselect() -> None:
    st.session_state["selected"] = None


def _spot_list(desk: Desk, of: Release) -> None:
    """What each number on the map is called; a press opens the spot."""
    drawn = drawn_spots(of)
    if not len(drawn):
        return
    st.subheader(desk.say("karta.spots_by_number"))
    with st.container(height=440 if len(drawn) > 16 else "content", border=False, gap=None, key="spot_list"):
        for spot, number, name, status in zip(
            drawn["spot_id"], drawn["number"], drawn["name"], drawn["state"], strict=True
        ):
            words = f"{SPOT_STATES[status].symbol} {number}  {plain(str(name))}"
            st.button(words, key=f"spot_{spot}", type="tertiary", on_click=state.select, args=("spots", spot))


def district_of(of: Release, cells: np.ndarray) -> list[str]:
    """The name of the district that holds each cell's centre; "" outside."""
    locator = state.remember(of, "locator", make=lambda: Locator(of.districts))
    lat, lng = grid.centres(cells)
    fine = grid.cells_of(lat, lng, 10)
    return [of.districts.names[i] if i >= 0 else "" for i in locator.locate(lng, lat, fine)]


def nearest_place(of: Release, cells: np.ndarray) -> np.ndarray:
    """The named place nearest to each cell's centre; "" where none lies within a kilometre."""
    places = of.places
    if not len(places):
        return np.full(len(cells), "", dtype=object)
    lat, lng = grid.centres(cells)
    north = 111_320 * (lat[:, None] - places["lat"].to_numpy(float))
    east = 111_320 * np.cos(np.radians(lat))[:, None] * (lng[:, None] - places["lng"].to_numpy(float))
    away = np.hypot(north, east)
    at = away.argmin(axis=1)
    near = away[np.arange(len(cells)), at] <= NEAR_M
    return np.where(near, places["name"].to_numpy(object)[at], "")


def _cell_panel(desk: Desk, of: Release, view: View, cell: str) -> None:
    say = desk.say
    number = np.array([int(cell, 16)], dtype=np.uint64)
    st.header(say("karta.cell_title", district=district_of(of, number)[0] or of.name))
    row = view.table[view.table["cell"] == number[0]]
    if not len(row):
        st.write(say("karta.cell_nothing"))
        return
    found = row.iloc[0]
    about = (
        bits.covered_words(desk, of, view.asked.period),
        SOURCE_WORDS[view.asked.source].to(say.language),
        of.vocabulary.title(view.asked.category).to(say.language).lower(),
    )
    label = say(f"karta.cell_counted.{view.asked.source}")
    bits.cards([(label, say.number(int(found["count"])), " · ".join(about))])
    words = [say("karta.cell_hectares", ha=say.number(float(found["area_km2"]) * 100))]
    if view.tested:
        words.append(say("karta.cell_hot" if found["gistar_hot"] else "karta.cell_not_hot"))
    if int(found["resolution"]) < view.asked.resolution:
        words = [say("karta.cell_block"), words[0]]
    st.markdown("\n\n".join(words))


def table_of(desk: Desk, of: Release, view: View) -> pd.DataFrame:
    """The table that says the same as the map, largest first."""
    say = desk.say

    def make() -> pd.DataFrame:
        table = view.table.sort_values(["count", "cell"], ascending=[False, True], ignore_index=True)
        area = table["area_km2"].to_numpy(float)
        own = (table["resolution"] >= view.asked.resolution).to_numpy()
        density = np.divide(table["count"], area, out=np.full(len(table), np.nan), where=area > 0)
        hot = {say("karta.col_hot"): np.where(table["gistar_hot"], say("app.yes"), "")} if view.tested else {}
        return pd.DataFrame(
            {
                say("karta.col_district"): district_of(of, table["cell"].to_numpy(np.uint64)),
                say("karta.col_near"): np.where(own, nearest_place(of, table["cell"].to_numpy(np.uint64)), ""),
                say("karta.col_count"): table["count"],
                say("karta.col_density"): np.round(density),
                **hot,
                say("karta.col_km2"): np.round(area, 2),
                say("karta.col_cell"): grid.to_text(table["cell"]),
            }
        )

    return state.remember(of, "table", desk.language, view.asked, make=make)


def _table(desk: Desk, of: Release, view: View) -> None:
    say = desk.say
    st.header(say("karta.table_title"))
    table = table_of(desk, of, view)
    picked = st.dataframe(
        table,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"karta_table_{desk.language}",
        column_config=bits.plain_numbers(table),
        height=280,
    )
    rows = picked["selection"]["rows"] if picked else []
    cell = str(table[say("karta.col_cell")].iloc[rows[0]]) if rows and rows[0] < len(table) else None
    if cell and st.session_state.get("picked_row") != cell:
        st.session_state["picked_row"] = cell
        state.select(LAYER_OF_SOURCE[view.asked.source], cell)
        st.rerun()


def _how(desk: Desk, of: Release, view: View) -> None:
    say, facts = desk.say, view.answer.facts
    hot = [
        say("karta.how_hot", cells=say.number(facts["study_cells"]), km2=say.number(facts["study_km2"], 1)),
        say("karta.how_hot_where"),
        say("karta.how_fdr", alpha=say.share(facts["alpha"])),
    ]
    bits.how_we_counted(
        say,
        [
            say("karta.how_blocks", k=of.k),
            *(hot if view.tested else []),
            say("karta.how_sources"),
            say("karta.how_release", version=of.version),
        ],
    )


def _export(desk: Desk, of: Release, view: View, shown: list[Layer]) -> None:
    say = desk.say
    st.header(say("karta.export_title"))
    name = f"hotspots-{view.asked.period}-{view.asked.category.replace(':', '-')}"
    facts = Facts(
        title=f"{of.name}: {_category_words(desk, of, view.asked.category).lstrip('– ')}",
        date=bits.covered_words(desk, of, view.asked.period),
        release=of.version,
        source=SOURCE_WORDS[view.asked.source].to(say.language),
        audience=AUDIENCE_WORDS[of.audience].to(say.language),
        caveats=((say("app.demo_banner"),) if of.demo else ())
        + (say("karta.how_blocks", k=of.k), say("app.foot_purpose")),
    )

    def make() -> str:
        return offline_file(shown, facts, language=desk.language, fit=first_view(of))

    with st.container(horizontal=True):
        st.download_button(
            say("karta.export_csv"),
            bits.csv_for_excel(table_of(desk, of, view)),
            f"{name}.csv",
            "text/csv",
            on_click="ignore",
        )
        st.download_button(
            say("karta.export_html"),
            lambda: state.remember(of, "file", desk.language, view.asked, make=make),
            f"{name}.html",
            "text/html",
            on_click="ignore",
        )
        wanted = st.toggle(say("karta.export_preview"), key="preview_file")
    if wanted:
        page_ = state.remember(of, "file", desk.language, view.asked, make=make)
        st.iframe(preview.keep(page_), height=640)
