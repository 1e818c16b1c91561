"""Recurring gathering spots: the ground each covers, its number and its state."""

import pandas as pd

from hotspots.words import Text
from layers.base import SPOT_STATES, Card, Footprint, FootprintLayer, LayerKind

CARD = Card(
    name="spots",
    title=Text(sv="Samlingsplatser", en="Gathering spots"),
    caption=Text(
        sv="Platser, inte personer. Linje och tecken visar platsens status.",
        en="Places, not people. Line and sign show the status of the place.",
    ),
)


def build(table: pd.DataFrame, language: str, card: Card = CARD) -> FootprintLayer:
    """Footprints of a released table of spots.

    Columns: `spot_id`, `name`, `state`, `cells` (H3 as text, a list or one text with spaces); optional `label` (what
    stands on the map; else the row's number). States that are not drawn (ended) are left out.
    """
    titles = {name: state.title.to(language) for name, state in SPOT_STATES.items()}
    labels = table["label"] if "label" in table else range(1, len(table) + 1)
    rows = zip(table["spot_id"], table["name"], table["state"], table["cells"], labels, strict=True)
    spots = tuple(
        Footprint(
            id=str(spot_id),
            label=str(label),
            state=state,
            cells=tuple(cells.replace(",", " ").split() if isinstance(cells, str) else map(str, cells)),
            tip="\n".join(line for line in (str(name), titles[state]) if line),
        )
        for spot_id, name, state, cells, label in rows
        if state in SPOT_STATES
    )
    return FootprintLayer(card, spots, titles)


SPOTS = LayerKind(CARD, ("spot_id", "name", "state", "cells"), build)
