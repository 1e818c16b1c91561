"""The organisation's own outreach visits, in hexagons: where one has been, not where something is wrong."""

from functools import partial

from hotspots.words import Text
from layers import hexagons
from layers.base import Card, LayerKind

CARD = Card(
    name="visits",
    title=Text(sv="Besök per ruta", en="Visits per cell"),
    caption=Text(
        sv="Var personalen har varit. Rutor utan färg har inget tal som får visas.",
        en="Where the staff have been. Cells without colour have no number that may be shown.",
    ),
)
VISITS = LayerKind(CARD, ("cell", "count"), partial(hexagons.build, words="visits"))
