"""Borders and names of districts, for orientation."""

import numpy as np
import pandas as pd

from hotspots.words import Text
from layers.base import Card, Label, LayerKind, Line, OutlineLayer, Point
from layers.shape import arcs, rings_of, simplified

CARD = Card(
    name="districts",
    title=Text(sv="Områdesgränser", en="District borders"),
    source=Text(sv="SCB RegSO", en="SCB RegSO"),
    date="2025",
    licence="CC0",
)
TOLERANCE_M = 12.0  # below the width of a border line at street scale


def build(table: pd.DataFrame, language: str, card: Card = CARD, *, tolerance_m: float = TOLERANCE_M) -> OutlineLayer:
    """Borders of districts, each shared stretch once, with at most `tolerance_m` metres of simplification.

    Columns: `name`, `geometry` (polygons in lon/lat: shapely or GeoJSON); optional `lng`, `lat` (where the name
    stands; else the middle of the largest ring).
    """
    rings = [rings_of(g) for g in table["geometry"]]
    lines = [simplified(line, tolerance_m) for line in arcs(ring for part in rings for ring in part)]
    sizes = [max((abs(_area(r)) for r in part), default=0.0) for part in rings]
    if {"lng", "lat"} <= set(table.columns):
        points: list[Point] = list(zip(table["lng"].astype(float), table["lat"].astype(float), strict=True))
    else:
        points = [_middle(part) for part in rings]
    order = np.argsort(np.argsort([-s for s in sizes])).tolist()
    names = tuple(
        Label(str(name), at, rank)
        for name, at, rank, part in zip(table["name"], points, order, rings, strict=True)
        if part
    )
    return OutlineLayer(card, tuple(lines), names)


def _area(ring: Line) -> float:
    """Signed area in square degrees (shoelace): good enough to order rings by."""
    x, y = np.asarray(ring).T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)


def _middle(rings: list[Line]) -> Point:
    if not rings:
        return (0.0, 0.0)
    x, y = np.asarray(max(rings, key=lambda r: abs(_area(r)))).T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    whole = float(cross.sum())
    if whole == 0:
        return float(x.mean()), float(y.mean())
    return (
        float(((x + np.roll(x, -1)) * cross).sum() / (3 * whole)),
        float(((y + np.roll(y, -1)) * cross).sum() / (3 * whole)),
    )


DISTRICTS = LayerKind(CARD, ("name", "geometry"), build)
