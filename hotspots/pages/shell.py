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
    st.navigation([*pages, alias], position="top").run()


def _framed(draw: Page) -> None:
    desk = state.desk()
    _switches(desk)
    bits.demo_banner(desk)
    draw(desk)
    bits.foot(desk)


def _switches(desk: state.Desk) -> None:
    """Language, and in the demonstration whose eyes to look through."""
    say = desk.say
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
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
