"""Counts per district, for audiences that see no cells."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hotspots.words import Speaker, Text
from layers.base import Area, AreaLayer, Card, LayerKind
from layers.districts import TOLERANCE_M
from layers.hexagons import PALETTES, class_labels, limits_for
from layers.shape import rings_of, thinned

CARD = Card(
    name="areas",
    title=Text(sv="Händelser per område", en="Incidents per district"),
    caption=Text(
        sv="Färgen visar antalet, och stora områden har ofta fler. Områden utan färg har inget tal som får visas.",
        en="The colour shows the number, and large districts often have more. Districts without colour have no number "
        "that may be shown.",
    ),
)


def build(
    table: pd.DataFrame,
    language: str,
    card: Card = CARD,
    *,
    limits: Sequence[float] | None = None,
    words: str = "incidents",
    missing: bool = False,
) -> AreaLayer:
    """Districts of a released table in classes of fixed limits.

    Columns: `code`, `name`, `count` (5 or more), `geometry` (polygons in lon/lat: shapely or GeoJSON). `limits` and
    `words` as for hexagons. `missing`: some districts have no row, and the legend says what that means.
    """
    say = Speaker(language)
    values = table["count"].to_numpy(np.float64)
    chosen = tuple(limits) if limits is not None else limits_for(values.tolist())
    classes = np.clip(np.searchsorted(chosen, values, side="right") - 1, 0, len(chosen) - 1).tolist()
    rings = thinned([rings_of(g) for g in table["geometry"]], TOLERANCE_M)
    rows = zip(table["code"].astype(str), rings, classes, table["name"].astype(str), strict=True)
    labels = tuple(f"{label} {say(f'layers.count.{words}')}" for label in class_labels(chosen, "count", say))
    none = say("layers.none") if missing else ""
    return AreaLayer(card, tuple(Area(*row) for row in rows), PALETTES[len(chosen)], labels, none)


AREAS = LayerKind(CARD, ("code", "name", "count", "geometry"), build)
