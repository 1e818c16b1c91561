"""A page with nothing but the live map and the controls that its browser test turns."""

import numpy as np
import pandas as pd
import streamlit as st

from hotspots import grid
from hotspots.geo.areas import regso
from hotspots.pages.live_map import live_map
from layers import LAYERS

st.set_page_config(layout="wide", page_title="Karta")
query = st.query_params
hostile = query.get("hostile", "")
N = int(query.get("n", 400))


def counts(step: int) -> pd.DataFrame:
    """N cells of resolution 9 round Örebro's castle and three coarser blocks; `step` changes the numbers."""
    middle = grid.cells_of([59.2739], [15.2153], 9)[0]
    cells = grid.disk(int(middle), 30)
    lat, lng = grid.centres(cells)
    away = np.hypot((lat - 59.2739) * 111, (lng - 15.2153) * 57)
    cells, away = cells[np.argsort(away)][:N], np.sort(away)[:N]
    blocks = grid.cells_of([59.255, 59.262, 59.300], [15.150, 15.29, 15.28], 8)
    number = (5 + 140 * np.exp(-away) * (1 + np.sin(np.arange(len(cells)) * (1 + step)) ** 2) / 2).astype(int)
    fine = pd.DataFrame({"cell": cells, "count": number, "gistar_hot": away < 0.45})
    fine["uncertain"] = (np.arange(len(fine)) % 29 == 7) & ~fine["gistar_hot"]
    fine.loc[(away > 1.9) & (away < 2.1), "gistar_hot"] = (
        lng[np.argsort(np.hypot((lat - 59.2739) * 111, (lng - 15.2153) * 57))][:N][(away > 1.9) & (away < 2.1)] > 15.245
    )
    coarse = pd.DataFrame({"cell": blocks, "count": [7, 12, 25], "gistar_hot": False, "uncertain": False})
    return pd.concat([coarse, fine], ignore_index=True)


def spots() -> pd.DataFrame:
    """Four spots, one in each state."""
    lat, lng = [59.2745, 59.2712, 59.2790, 59.2660], [15.2130, 15.2240, 15.2080, 15.2110]
    middles = grid.cells_of(lat, lng, 10)
    return pd.DataFrame(
        {
            "spot_id": [f"P-{i}" for i in range(1, 5)],
            "name": ["vid Storbron", "vid Stortorget", "norr om Järntorget", "vid Södra station"],
            "state": ["recurring", "new", "fading", "temporary"],
            "cells": [grid.to_text(grid.disk(int(m), 1)) for m in middles],
        }
    )


@st.cache_resource
def ground(language: str) -> tuple:
    """Borders and names."""
    frame = regso(["1880"]).frame()
    places = pd.read_csv(query.get("places", "data/geo/places.csv"), dtype={"municipality": str})
    places = places[places["municipality"] == "1880"]
    return LAYERS["districts"].draw(frame, language), LAYERS["places"].draw(places, language)


language = "sv"
step = 1 if st.toggle("Byt period") else 0
if st.button("Välj P-3 i tabellen"):
    st.session_state["selected"] = {"layer": "spots", "id": "P-3"}
shown = st.toggle("Visa samlingsplatser", value=True)
table, spot_table = counts(step), spots()
if hostile:
    from dataclasses import replace

    from hotspots.words import Text
    from tests.browser import HOSTILE

    lines = [HOSTILE[i % len(HOSTILE)] for i in range(len(table))]
    table["name"] = lines
    spot_table = pd.concat([spot_table] * 18, ignore_index=True).iloc[: len(HOSTILE)]
    middles = grid.disk(int(grid.cells_of([59.2739], [15.2153], 9)[0]), 5)[: len(spot_table)]
    spot_table["spot_id"] = [f"{i}{HOSTILE[i]}" for i in range(len(spot_table))]
    spot_table["name"] = list(HOSTILE[: len(spot_table)])
    spot_table["label"] = list(HOSTILE[: len(spot_table)])
    spot_table["cells"] = [[grid.to_text([m])[0]] for m in middles]
districts, places = ground(language)
layers = [
    LAYERS["hexagons"].draw(table, language, source=Text(sv=" ".join(HOSTILE), en="") if hostile else None),
    districts,
    places,
]
if shown:
    layers.append(LAYERS["spots"].draw(spot_table, language))
if hostile:
    lat, lng = grid.centres(middles)
    layers[2] = LAYERS["places"].draw(
        pd.DataFrame({"name": HOSTILE[: len(lat)], "lat": lat, "lng": lng}), language, from_zoom=0
    )
    layers = [replace(x, card=replace(x.card, title=Text(sv=HOSTILE[i], en=""))) for i, x in enumerate(layers)]
if "areas" in query:
    frame = regso(["1880"]).frame()
    layers[0] = LAYERS["areas"].draw(frame.assign(count=10 + 7 * np.arange(len(frame)))[5:], language)
fit = (15.17, 59.255, 15.26, 59.295)
group = query.get("group", "")
for key in ("a", "b") if group else ("a",):
    result = live_map(
        layers,
        title=" ".join(HOSTILE) if hostile else "Händelser i Örebro",
        language=language,
        key=f"map-{key}",
        selected=st.session_state.get("selected"),
        fit=fit,
        group=group,
        want_view="view" in query,
        height=int(query.get("height", 640)),
    )
    if result.clicked and result.clicked != st.session_state.get("selected"):
        st.session_state["selected"] = result.clicked
        st.rerun()
    if result.view:
        st.text(f"vy {result.view['zoom']}")
chosen = st.session_state.get("selected") or {}
st.text(f"vald {chosen.get('layer', '')} {chosen.get('id', '')}")
