"""What can be drawn on a map: one file per layer; the import line is the registration."""

from hotspots.registry import Registry
from layers.areas import AREAS as AREAS
from layers.base import LayerKind
from layers.districts import DISTRICTS as DISTRICTS
from layers.hexagons import HEXAGONS as HEXAGONS
from layers.places import PLACES as PLACES
from layers.reports import REPORTS as REPORTS
from layers.spots import SPOTS as SPOTS
from layers.visits import VISITS as VISITS

LAYERS: Registry[LayerKind] = Registry("layer", LayerKind, globals())
