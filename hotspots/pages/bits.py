"""Small things that every page shows alike: the number card, the banner, "Så räknade vi", the page language."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from hotspots.pages.state import Desk
from hotspots.periods import parse_period
from hotspots.release import Release
from hotspots.study import AUDIENCE_WORDS
from hotspots.words import Speaker

_LANGUAGE = st.components.v2.component(
    "page_language",
    html='<span hidden class="page-language"></span>',
    js="""
export default function ({data}) {
  document.documentElement.lang = data.language;
}
""",
)

STYLE = """
<style>
:root { --ink: #1c2733; --quiet: #55606d; --line: #d9dee4; --card: #f6f7f9; }
[data-testid="stMainBlockContainer"] { max-width: 1380px; padding-top: 3.6rem; padding-bottom: 3rem; }
h1 { font-size: 1.75rem !important; padding: 0 0 .25rem !important; }
h2 { font-size: 1.2rem !important; padding: .75rem 0 .25rem !important; }
h3 { font-size: 1rem !important; padding: .5rem 0 .15rem !important; }
.hs-lead { color: var(--quiet); font-size: 1rem; max-width: 62rem; margin: 0 0 .75rem; }
.hs-cards { display: flex; flex-wrap: wrap; gap: .75rem; margin: .25rem 0 .75rem; }
.hs-card { flex: 1 1 10rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .65rem .85rem; color: var(--ink); }
.hs-card .label { font-size: .85rem; color: var(--quiet); }
.hs-card .value { font-size: 1.45rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
.hs-card .note { font-size: .85rem; color: var(--quiet); }
.hs-bar { display: flex; flex-wrap: wrap; gap: .25rem .75rem; font-size: .875rem; color: var(--quiet);
  border-top: 1px solid var(--line); padding-top: .5rem; margin-top: 1.5rem; }
.hs-demo { background: #fdf3d8; border: 1px solid #d8b24a; color: #4a3a0c; border-radius: .5rem;
  padding: .4rem .8rem; font-size: .9rem; margin-bottom: .5rem; }
[class*="st-key-spot_list"] button { min-height: 1.9rem; padding: .1rem 0; text-align: left; }
.hs-legend { display: flex; flex-wrap: wrap; gap: .3rem 1rem; font-size: .875rem; color: var(--ink); margin: .35rem 0; }
.hs-legend .key { display: inline-flex; align-items: center; gap: .4rem; }
.hs-legend svg { flex: none; }
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding-left: 1rem; padding-right: 1rem; } }
@media print { header, [data-testid="stToolbar"], .stButton, .stDownloadButton { display: none !important; } }
</style>
"""


def escape(text: str) -> str:
    """Text for the few places where the house writes HTML itself."""
    import html

    return html.escape(text, quote=True)


def page_language(language: str) -> None:
    """Tell the browser (and a screen reader) which language the page is in."""
    _LANGUAGE(key="page_language", data={"language": language})


def lead(text: str) -> None:
    """The one sentence on what a page answers."""
    st.html(f'<p class="hs-lead">{escape(text)}</p>')


def cards(items: Sequence[tuple[str, str, str]]) -> None:
    """Number cards: (label, value, note)."""
    inner = "".join(
        f'<div class="hs-card"><div class="label">{escape(label)}</div><div class="value">{escape(value)}</div>'
        f'<div class="note">{escape(note)}</div></div>'
        for label, value, note in items
    )
    st.html(f'<div class="hs-cards">{inner}</div>')


def demo_banner(desk: Desk) -> None:
    """Said on every page of the demonstration."""
    if desk.demo:
        st.html(f'<div class="hs-demo" role="note">{escape(desk.say("app.demo_banner"))}</div>')


def how_we_counted(say: Speaker, sentences: Sequence[str]) -> None:
    """Methods stand here, below the number, never beside it."""
    with st.expander(say("app.how_we_counted")):
        st.markdown("\n".join(f"- {s}" for s in sentences))


def foot(desk: Desk) -> None:
    """From which release the page speaks, for whom, and what it must not be used for."""
    of = desk.release
    if of is None:
        return
    say = desk.say
    parts = [
        say("app.foot_release", version=say.moment(of.made)),
        say("app.foot_audience", audience=AUDIENCE_WORDS[of.audience].to(say.language)),
        say("app.foot_today", day=say.day(of.today)),
        say("app.foot_purpose"),
    ]
    st.html('<div class="hs-bar">' + "".join(f"<span>{escape(p)}</span>" for p in parts) + "</div>")


def nothing_published(desk: Desk) -> None:
    """The empty state of every page."""
    st.info(desk.say("app.nothing_published"))


def covered_words(desk: Desk, of: Release, name: str) -> str:
    """A period in words, with the months it really holds where the data begin or end inside it: "2024 (okt.–dec.)"."""
    months = _months(desk, of, name)
    return f"{desk.say.period(name)} ({months})" if months else desk.say.period(name)


def period_words(desk: Desk, of: Release, name: str) -> str:
    """The period as a choice in a list: "2026 (jan.–sep., pågår)"."""
    open_still = (parse_period(name).end - of.today).days > 1
    notes = [_months(desk, of, name), desk.say("periods.open") if open_still else ""]
    words = desk.say.period(name)
    words = words[:1].upper() + words[1:]
    return f"{words} ({', '.join(n for n in notes if n)})" if any(notes) else words


def _months(desk: Desk, of: Release, name: str) -> str:
    period = parse_period(name)
    first, last = max(period.start, of.first_day), min(period.end - timedelta(days=1), of.today)
    if period.kind in ("week", "month") or (first == period.start and (period.end - last).days == 1):
        return ""
    a, b = (desk.say.short_day(day, year=False).split(" ", 1)[1] for day in (first, last))
    return a if a == b else f"{a}–{b}"


def csv_for_excel(table: pd.DataFrame) -> bytes:
    """A table as Swedish Excel opens it: semicolon, decimal comma, utf-8 with mark; no text can act as a formula."""
    from hotspots.geo.export import guard_formulas

    text: str = guard_formulas(table).to_csv(index=False, sep=";", decimal=",")
    return text.encode("utf-8-sig")


def plain_numbers(table: pd.DataFrame) -> dict[str, Any]:
    """Columns of numbers written as the reader's browser writes them (12 345,7)."""
    return {
        str(name): st.column_config.NumberColumn(format="localized")
        for name in table.columns
        if pd.api.types.is_numeric_dtype(table[name])
    }
