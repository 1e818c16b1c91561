"""Vault to release: count, form blocks, draw noise where the audience needs it, write, point CURRENT at it."""

from hotspots.publish.run import Published as Published
from hotspots.publish.run import publish as publish
from hotspots.publish.write import withdraw as withdraw
