"""The built-in demonstration study: made-up data over Örebro, made and read the way a user's own would be."""

from hotspots.demo.generate import Truth as Truth
from hotspots.demo.generate import generate as generate
from hotspots.demo.make import make as make
from hotspots.demo.make import ready as ready
