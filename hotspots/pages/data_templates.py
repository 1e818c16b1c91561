"""Three empty tables to fill in, as Swedish Excel opens them: a header and one made-up row inside the study."""

from pathlib import Path

import streamlit as st

from hotspots import study
from hotspots.errors import Trouble
from hotspots.pages.state import Desk

TEMPLATES = {
    "incidents": (
        "id;start;end;lat;lon;category;source",
        "2026-001;2026-01-15 21:30;;{lat};{lon};public_disorder;reported",
    ),
    "reports": (
        "id;start;lat;lon;category;reporter;wants_feedback;first_action;feedback_at;closed",
        "M-17;2026-01-16 08:05;{lat};{lon};lighting;;1;2026-01-19 10:00;;",
    ),
    "visits": (
        "id;start;end;lat;lon;category;minutes;contacts;offers;accepted",
        "B-3;2026-01-16 19:00;2026-01-16 19:40;{lat};{lon};outreach_contact;40;6;3;1",
    ),
}
ANYWHERE = (59.2739, 15.2153)


def content(name: str, place: tuple[float, float] = ANYWHERE) -> bytes:
    """The bytes of a template: semicolon, decimal comma, UTF-8 with mark, Windows line ends. `place`: lat, lon."""
    lat, lon = (f"{v:.4f}".replace(".", ",") for v in place)
    return "".join(line.format(lat=lat, lon=lon) + "\r\n" for line in TEMPLATES[name]).encode("utf-8-sig")


@st.cache_resource(show_spinner=False, max_entries=4)
def _inside(home: Path) -> tuple[float, float]:
    try:
        point = study.load(home).area.representative_point()
    except Trouble:
        return ANYWHERE
    return point.y, point.x


def show(desk: Desk) -> None:
    """The download buttons."""
    say = desk.say
    st.header(say("data.templates_title"))
    st.caption(say("data.templates_help"))
    for name in TEMPLATES:
        st.download_button(
            say(f"data.template_{name}"),
            content(name, _inside(desk.home)),
            file_name=say(f"data.template_{name}_file"),
            mime="text/csv",
            key=f"template_{name}",
            on_click="ignore",
            width="stretch",
        )
