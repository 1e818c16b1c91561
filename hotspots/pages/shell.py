"""The frame round every page: navigation, language, whose eyes, banner and foot."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from hotspots.pages import bits, data, karta, om, passlista, samlingsplatser, state
from hotspots.study import AUDIENCE_WORDS, AUDIENCES
from hotspots.words import LANGUAGES

Page = Callable[[state.Desk], None]
# (key in the language book and address, what draws it, which audiences have it)
PAGES: tuple[tuple[str, Page, tuple[str, ...]], ...] = (
    ("karta", karta.page, AUDIENCES),
    ("samlingsplatser", samlingsplatser.page, ("operations",)),
    ("passlista", passlista.page, ("operations",)),
    ("data", data.page, ("operations",)),
    ("om", om.page, AUDIENCES),
)


def run() -> None:
    """One run of the dashboard."""
    st.set_page_config(page_title="Hotspots", layout="wide", initial_sidebar_state="collapsed")
    st.html(bits.STYLE)
    desk = state.desk()
    st.session_state["demo_study"] = desk.demo or st.session_state.get("demo_study", False)
    bits.page_language(desk.language)
    pages = [
        st.Page(partial(_framed, draw), title=desk.say(f"pages.{name}"), url_path=name if i else "", default=not i)
        for i, (name, draw, audiences) in enumerate(PAGES)
        if desk.audience in audiences
    ]
    # The first page's own address is /; a link to /karta must work too.
    alias = st.Page(partial(_framed, karta.page), title=desk.say("pages.karta"), url_path="karta", visibility="hidden")
    chosen = st.navigation([*pages, alias], position="top")
    _switches(desk)  # drawn here and not by the page: what a page draws is forgotten when one goes to the next
    chosen.run()


def _framed(draw: Page) -> None:
    desk = state.desk()
    bits.demo_banner(desk)
    draw(desk)
    bits.foot(desk)


def _switches(desk: state.Desk) -> None:
    """Which study, the language, and in the demonstration whose eyes to look through."""
    say = desk.say
    left, right = st.columns([1, 1.2], vertical_alignment="center")
    if desk.release is not None:
        day = say("app.data_to", day=say.day(desk.release.today))
        words = f"<b>{bits.escape(desk.release.name)}</b> · {bits.escape(day)}"
        left.html(f'<div style="color:#55606d;font-size:.95rem">{words}</div>')
    with right.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if st.session_state.get("demo_study"):
            st.selectbox(
                say("app.show_as"),
                AUDIENCES,
                index=AUDIENCES.index(desk.audience),
                format_func=lambda a: AUDIENCE_WORDS[a].to(say.language).capitalize(),
                key="show_as",
                width=220,
                label_visibility="collapsed",
                help=say("app.show_as"),
            )
        st.segmented_control(
            say("app.language"),
            LANGUAGES,
            default=desk.language,
            required=True,
            format_func=lambda code: {"sv": "Svenska", "en": "English"}[code],
            key="lang",
            label_visibility="collapsed",
        )
