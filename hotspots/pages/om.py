"""About: what this is, which release it speaks from, what is guaranteed and what is not."""

import pandas as pd
import streamlit as st

from hotspots.pages import bits
from hotspots.pages.state import Desk
from hotspots.release import Release
from hotspots.study import AUDIENCE_WORDS
from hotspots.vocabulary import SOURCE_WORDS


def page(desk: Desk) -> None:
    """The page."""
    say = desk.say
    st.title(say("pages.om"))
    bits.lead(say("om.lead"))
    for part in ("purpose", "not_for", "protection", "sources"):
        st.header(say(f"om.{part}_title"))
        st.write(say(f"om.{part}"))
        if part == "sources" and desk.release is not None:
            _sources(desk, desk.release)
    if desk.release is not None:
        _release(desk, desk.release)


def _sources(desk: Desk, of: Release) -> None:
    """What has been read and from which months; how many events only where the release says so."""
    say, table = desk.say, of.sources
    columns = {
        say("om.col_profile"): table["profile"],
        say("karta.source"): [SOURCE_WORDS[s].to(say.language) for s in table["source_type"]],
        say("om.col_from"): [say.period(m) for m in table["first_month"]],
        say("om.col_to"): [say.period(m) for m in table["last_month"]],
    }
    if "events" in table:
        columns[say("om.col_events")] = table["events"]
    shown = pd.DataFrame(columns)
    st.dataframe(shown, hide_index=True, column_config=bits.plain_numbers(shown))


def _release(desk: Desk, of: Release) -> None:
    say, facts = desk.say, of.manifest
    st.header(say("om.release_title"))
    st.write(
        say(
            "om.release",
            version=of.version,
            audience=AUDIENCE_WORDS[of.audience].to(say.language),
            k=of.k,
            shown=say.number(facts["events_shown"]),
            hidden=say.number(facts["events_hidden"]),
            first=say.day(of.first_day),
            last=say.day(of.today),
        )
    )
    st.write(say("om.not_promised"))
    st.caption(say("om.area", source=facts["area_source"], zone=facts["time_zone"], crs=facts["crs"]))
