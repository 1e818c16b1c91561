"""Names of known squares, parks and centres."""

import pandas as pd

from hotspots.words import Text
from layers.base import Card, Label, LabelLayer, LayerKind

CARD = Card(
    name="places",
    title=Text(sv="Platsnamn", en="Place names"),
    source=Text(sv="Egen lista över platser", en="Own list of places"),
    licence="CC0",
)
FROM_ZOOM = 13.0  # about 1:50 000: below it the districts' names say enough


def build(table: pd.DataFrame, language: str, card: Card = CARD, *, from_zoom: float = FROM_ZOOM) -> LabelLayer:
    """Place names. Columns: `name`, `lat`, `lng` (degrees); earlier rows win where names would lie on each other."""
    rows = zip(table["name"], table["lng"].astype(float), table["lat"].astype(float), strict=True)
    return LabelLayer(card, tuple(Label(str(name), (x, y), i, from_zoom) for i, (name, x, y) in enumerate(rows)))


PLACES = LayerKind(CARD, ("name", "lat", "lng"), build)
