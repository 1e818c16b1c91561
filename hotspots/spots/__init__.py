"""Recurring gathering spots: where events pile up again and again, how that goes, and when in the week."""

from hotspots.spots.find import STATES as STATES
from hotspots.spots.find import Spots as Spots
from hotspots.spots.find import find as find
