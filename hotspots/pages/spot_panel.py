"""What is known of one gathering spot, in words first: the panel beside the maps, and the list as a table."""

import numpy as np
import pandas as pd
import streamlit as st

from hotspots.pages import bits
from hotspots.pages.state import Desk
from hotspots.patrol.reason import first_seen
from hotspots.release import Release
from hotspots.spots.rhythm import peak_words
from hotspots.vocabulary import SOURCE_WORDS
from hotspots.words import Text
from layers.base import SPOT_STATES

ENDED = Text(sv="upphörd", en="ended")
BLOCKS = tuple(f"{h:02d}–{h + 4:02d}" for h in range(0, 24, 4))


def state_word(desk: Desk, state: str) -> str:
    """ny, återkommande, avtagande, tillfällig, upphörd."""
    words = ENDED if state == "ended" else SPOT_STATES[state].title
    return words.to(desk.language).capitalize()


def since(desk: Desk, of: Release, step: str) -> str:
    """ "mars 2025" for a week or month name; "minst oktober 2024" where the data begin no earlier."""
    day, always = first_seen(step, of.first_day)
    month = desk.say.month(day)
    return desk.say("spots.since_least", month=month) if always else month


def show(desk: Desk, of: Release, spot_id: str) -> None:
    """The panel of one spot."""
    say = desk.say
    row = of.spots[of.spots["spot_id"] == spot_id].iloc[0]
    st.header(str(row["name"]))
    bits.cards(
        [
            (
                say("spots.state"),
                state_word(desk, row["state"]),
                say("spots.since", month=since(desk, of, row["first_week"])),
            ),
            (
                say("spots.active"),
                say("spots.active_of", a=int(row["active_weeks"]), b=int(row["observed_weeks"])),
                say("spots.active_note"),
            ),
        ]
    )
    peak = str(row["peak_blocks"]) if isinstance(row["peak_blocks"], str) else ""
    facts = [
        say("spots.events", n_text=say.number(int(row["events"]))),
        say("spots.peak", hours=peak_words(peak, desk.language)) if peak else say("spots.no_hours"),
        say("spots.area", ha=_hectares(desk, float(row["area_km2"]))),
        say("spots.sources", sources=say.list(source_words(desk, row["source_types"]))),
    ]
    st.markdown("\n".join(f"- {f}" for f in facts))
    if len(source_words(desk, row["source_types"])) == 1:
        st.caption(say("spots.single_source"))
    _hours(desk, of, spot_id)


def _hectares(desk: Desk, km2: float) -> str:
    """Area in hectares, with a decimal only where it is small."""
    hectares = 100 * km2
    return desk.say.number(hectares, 0 if hectares >= 10 else 1)


def source_words(desk: Desk, types: object) -> list[str]:
    """Source types in words; the table keeps them as one text with spaces."""
    return [SOURCE_WORDS[t].to(desk.language) for t in str(types).replace(",", " ").split() if t in SOURCE_WORDS]


def _hours(desk: Desk, of: Release, spot_id: str) -> None:
    hours = of.spot_hours
    mine = hours[hours["spot_id"] == spot_id] if len(hours) else hours
    if not len(mine):
        return
    say = desk.say
    share = np.zeros((6, 7))
    share[mine["block"].to_numpy(int), mine["weekday"].to_numpy(int)] = mine["share"].to_numpy(float)
    top = share.max() or 1.0
    st.subheader(say("spots.hours_title"))
    st.html(_hour_table(desk, share, top))
    st.caption(say("spots.hours_note", n=int(mine["n"].iloc[0])))


def _hour_table(desk: Desk, share: np.ndarray, top: float) -> str:
    """Weekday x four-hour block; darker = larger share, and the share stands in the field."""
    say = desk.say
    head = "".join(f'<th scope="col">{bits.escape(say.weekday(d))}</th>' for d in range(7))
    rows = []
    for block in range(6):
        fields = []
        for day in range(7):
            s = float(share[block, day])
            level = s / top
            ink = "#ffffff" if level > 0.55 else "#1c2733"
            words = round(100 * s) if s >= 0.005 else ""
            fields.append(f'<td style="background:rgba(13,47,100,{level * 0.9:.2f});color:{ink}">{words}</td>')
        rows.append(f'<tr><th scope="row">{BLOCKS[block]}</th>{"".join(fields)}</tr>')
    looks = (
        "<style>.hs-hours{border-collapse:collapse;font-size:.8rem;width:100%;table-layout:fixed}"
        ".hs-hours td,.hs-hours th{border:1px solid #d9dee4;text-align:center;padding:.2rem 0;font-weight:400}"
        ".hs-hours th[scope=row]{width:3.6rem}</style>"
    )
    caption = bits.escape(say("spots.hours_unit"))
    return (
        f'{looks}<table class="hs-hours"><caption style="text-align:left;font-size:.8rem">{caption}</caption>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def table_of(desk: Desk, of: Release, table: pd.DataFrame) -> pd.DataFrame:
    """The list of spots as it is shown and exported."""
    say = desk.say
    return pd.DataFrame(
        {
            say("spots.col_name"): table["name"].tolist(),
            say("spots.state"): [state_word(desk, s) for s in table["state"]],
            say("spots.col_district"): [of.districts.name_of(str(d)) for d in table["district"]],
            say("spots.col_hours"): [
                peak_words(p, desk.language) if isinstance(p, str) and p else "" for p in table["peak_blocks"]
            ],
            say("spots.col_active"): [
                f"{a}/{b}" for a, b in zip(table["active_weeks"], table["observed_weeks"], strict=True)
            ],
            say("spots.col_since"): [since(desk, of, w) for w in table["first_week"]],
        }
    )


def method(desk: Desk, of: Release) -> list[str]:
    """How spots are found, with the thresholds that were used."""
    say = desk.say
    return [
        say("spots.how_found"),
        say("spots.how_recurring"),
        say("spots.how_states"),
        say("spots.how_hours"),
        say("app.how_k", k=of.k),
    ]
