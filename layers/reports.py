"""What citizens and staff have reported, in hexagons: the same drawing as incidents, from another kind of source."""

from functools import partial

from hotspots.words import Text
from layers import hexagons
from layers.base import Card, LayerKind

CARD = Card(
    name="reports",
    title=Text(sv="Rapporter per ruta", en="Reports per cell"),
    caption=Text(
        sv="Det som har rapporterats, inte allt som har hänt. Rutor utan färg har inget tal som får visas.",
        en="What has been reported, not all that has happened. Cells without colour have no number that may be shown.",
    ),
)
REPORTS = LayerKind(CARD, ("cell", "count"), partial(hexagons.build, words="reports"))
