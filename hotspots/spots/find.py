"""From events to the released table of gathering spots: footprints, states, hours, names, ids."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspots import grid
from hotspots.geo.areas import Districts
from hotspots.settings import SpotSettings
from hotspots.spots import detect, identity, names, recur, rhythm
from hotspots.spots.layer import SOURCE_TYPES, Layer, layer_of
from hotspots.vocabulary import Vocabulary

Cells = NDArray[np.uint64]
FEWEST_CELLS = 100  # of the null of volume alone: a layer that knows few cells says nothing about elsewhere (1 km2)
LEAST = 5  # events and source-days behind everything that is said (contract.md)
STATES = ("recurring", "new", "fading", "temporary", "ended")
TABLE = {
    "spot_id": "str",
    "name": "str",
    "state": "str",
    "district": "str",
    "source_types": "str",
    "first_week": "str",
    "last_week": "str",
    "active_weeks": "int64",
    "observed_weeks": "int64",
    "events": "int64",
    "area_km2": "float64",
    "peak_blocks": "str",
    "active_of_last_4": "int64",
    "trend": "str",
    "rank": "int64",
    "lat": "float64",
    "lng": "float64",
    "cells": "str",
}
HOURS = {"spot_id": "str", "weekday": "int64", "block": "int64", "share": "float64", "n": "int64"}


@dataclass(frozen=True, eq=False)
class Spots:
    """Gathering spots of one release.

    `table`: one row per spot, columns of TABLE. `first_week` and `last_week` name the first and last active week (month
    for month-precise data) of its life; the counts are those of its life. `trend`: up, down, level, or empty.
    `rank`: 1 = most events in the last year. `lat`, `lng`: centre of the footprint. `cells`: H3 as text.
    `footprints`: spot_id -> cells of resolution 10, ascending. `hours`: columns of HOURS (weekday 0 = Monday, block
    0 = 00-04), only blocks of five events or more. `facts`: thresholds and what was chosen.
    """

    table: pd.DataFrame
    footprints: dict[str, Cells]
    hours: pd.DataFrame
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class _Found:
    """One spot before it has a name."""

    cells: Cells
    rows: NDArray[np.int64]  # positions in the layer, within its life
    course: recur.Course
    lat: float
    lng: float
    heaviest: int
    district: str


def find(
    events: pd.DataFrame,
    *,
    today: date,
    first_day: date,
    vocabulary: Vocabulary,
    districts: Districts,
    places: pd.DataFrame,
    cell_area: Callable[[Cells], NDArray[np.float64]],
    settings: SpotSettings = SpotSettings(),
    previous: Mapping[str, Cells] | None = None,
    source_types: tuple[str, ...] = SOURCE_TYPES,
) -> Spots:
    """Gathering spots among the events up to and including `today`; the order of rows does not matter.

    Args:
        events: columns of `hotspots.tables.EVENTS`, cells of resolution 10, wall-clock times.
        today: the study's last day.
        first_day: the study's first day.
        vocabulary: says which categories describe gatherings.
        districts: give the name of a spot at no named place.
        places: name, lat, lng in degrees.
        cell_area: true areas of cells in km2.
        settings: thresholds.
        previous: footprints of the release before, by spot_id.
        source_types: which events may carry a spot.
    """
    layer = layer_of(events, today=today, first_day=first_day, vocabulary=vocabulary, source_types=source_types)
    found = _found(layer, settings)
    facts = _facts(layer, settings)
    if not found:
        return Spots(_empty(TABLE), {}, _empty(HOURS), facts)
    spot_ids = identity.ids(
        [f.cells for f in found], [len(f.rows) for f in found], [f.heaviest for f in found], previous
    )
    called = _names(found, spot_ids, districts, places, settings)
    rank = _ranks(layer, found, spot_ids)
    area = np.add.reduceat(
        cell_area(np.concatenate([f.cells for f in found])), np.cumsum([0] + [len(f.cells) for f in found[:-1]])
    )
    rows, hours = [], []
    for f, spot_id, name, place, km2 in zip(found, spot_ids, called, rank, area.tolist(), strict=True):
        peak, week = _hours(layer, f, spot_id, settings)
        rows.append(_row(layer, f, spot_id, name, place, peak, km2))
        hours += week
    table = pd.DataFrame(rows, columns=list(TABLE)).astype(TABLE)
    table = table.sort_values(["state", "rank"], key=_order, ignore_index=True)
    footprints = dict(zip(spot_ids, (f.cells for f in found), strict=True))
    return Spots(
        table,
        {spot: footprints[spot] for spot in table["spot_id"]},
        pd.DataFrame(hours, columns=list(HOURS)).astype(HOURS),
        facts,
    )


def _order(column: pd.Series) -> pd.Series:
    return column.map(STATES.index) if column.name == "state" else column


def _empty(columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})


def _found(layer: Layer, settings: SpotSettings) -> list[_Found]:
    if not len(layer):
        return []
    totals = np.bincount(layer.step, minlength=len(layer.steps))
    busy = max(len(np.unique(layer.cell)), FEWEST_CELLS)
    around = detect.field_of(layer.cell, settings)
    spots = _footprints(layer, settings)
    found = []
    for cells, rows in zip(spots, _rows(layer, spots), strict=True):
        counts = np.bincount(layer.step[rows], minlength=len(layer.steps))
        usual = float(around.usual[np.searchsorted(around.cells, cells)].sum()) / len(layer.steps)
        course = recur.course(
            counts,
            totals,
            usual=usual,
            share=len(cells) / busy,
            kind=layer.kind,
            settings=settings,
            whole=layer.whole,
        )
        rows = rows[(layer.step[rows] >= course.first) & (layer.step[rows] <= course.last)]
        enough = min(len(rows), len(np.unique(layer.witness[rows]))) >= max(LEAST, settings.min_days)
        if enough and course.state != "none":
            found.append(_placed(layer, cells, rows, course))
    return found


def _rows(layer: Layer, spots: list[Cells]) -> list[NDArray[np.int64]]:
    """Positions in the layer of each spot's events; the spots share no cell."""
    if not spots:
        return []
    cells = np.concatenate(spots)
    order = np.argsort(cells)
    at = np.minimum(np.searchsorted(cells[order], layer.cell), len(cells) - 1)
    spot = np.repeat(np.arange(len(spots)), [len(s) for s in spots])[order][at]
    inside = np.flatnonzero(cells[order][at] == layer.cell)
    by_spot = inside[np.argsort(spot[inside], kind="stable")]
    return np.split(by_spot, np.searchsorted(spot[by_spot], np.arange(1, len(spots))))


def _footprints(layer: Layer, settings: SpotSettings) -> list[Cells]:
    """Spots of the whole time, then those that only show when the last year or the last quarter is looked at alone."""
    quarter = recur.QUARTER[layer.kind]
    found: list[Cells] = []
    taken = near = np.zeros(0, dtype=np.uint64)
    for length in (len(layer.steps), 4 * quarter, quarter):
        recent = layer.step > layer.last - length
        for cells in detect.footprints(layer.cell[recent], layer.witness[recent], settings):
            if not np.isin(cells, taken).any() and np.isin(cells, near).mean() < identity.SAME:
                found.append(cells)
        taken = np.concatenate(found) if found else taken
        near = grid.dilate(taken, 1) if found else near
    return found


def _placed(layer: Layer, cells: Cells, rows: NDArray[np.int64], course: recur.Course) -> _Found:
    weight = np.bincount(np.searchsorted(cells, layer.cell[rows]), minlength=len(cells))
    lat, lng = grid.centres(cells)
    code = layer.events["district"].iloc[rows].dropna().value_counts()
    return _Found(
        cells,
        rows,
        course,
        float(np.average(lat, weights=weight)),
        float(np.average(lng, weights=weight)),
        int(cells[np.argmax(weight)]),
        min(code.index[code == code.max()]) if len(code) else "",
    )


def _names(
    found: list[_Found], spot_ids: list[str], districts: Districts, places: pd.DataFrame, settings: SpotSettings
) -> list[str]:
    """Names in the order of `found`; numbers are given to the oldest first, so that they stay when a new one comes."""
    order = sorted(range(len(found)), key=lambda i: (found[i].course.first, spot_ids[i]))
    given = names.unique(
        [names.near(found[i].lat, found[i].lng, places, settings.location_error_m) for i in order],
        [districts.name_of(found[i].district) or spot_ids[i] for i in order],
    )
    return [name for _, name in sorted(zip(order, given, strict=True))]


def _ranks(layer: Layer, found: list[_Found], spot_ids: list[str]) -> list[int]:
    """1 = most events in the last four quarters; ties by id."""
    year = 4 * recur.QUARTER[layer.kind]
    recent = [int((layer.step[f.rows] > layer.last - year).sum()) for f in found]
    order = sorted(range(len(found)), key=lambda i: (-recent[i], spot_ids[i]))
    return [order.index(i) + 1 for i in range(len(found))]


def _hours(
    layer: Layer, f: _Found, spot_id: str, settings: SpotSettings
) -> tuple[str, list[tuple[str, int, int, float, int]]]:
    """Peak codes, and the blocks of five events or more; nothing when too few events have a known time."""
    mine = layer.events.iloc[f.rows]
    mine = mine[mine["time_known"].to_numpy(bool)]
    if len(mine) < settings.hours_min_events:
        return "", []
    weights = rhythm.signature(mine["start"].to_numpy("datetime64[s]"), mine["end"].to_numpy("datetime64[s]"))
    rows = [
        (spot_id, day, block, math.floor(1000 * float(weights[day, block]) / len(mine)) / 1000, len(mine) // 5 * 5)
        for day, block in zip(*np.nonzero(weights >= LEAST - 1e-9), strict=True)
    ]
    return rhythm.peak(weights, settings.peak_share), rows


def _row(
    layer: Layer,
    f: _Found,
    spot_id: str,
    name: str,
    rank: int,
    peak: str,
    km2: float,
) -> dict[str, object]:
    types = layer.events["source_type"].iloc[f.rows].value_counts()
    c = f.course
    return {
        "spot_id": spot_id,
        "name": name,
        "state": c.state,
        "district": f.district,
        "source_types": " ".join(sorted(types.index[types >= LEAST])) or str(types.index[0]),
        "first_week": layer.steps[c.first].name,
        "last_week": layer.steps[c.last].name,
        "active_weeks": c.active,
        "observed_weeks": c.observed,
        "events": c.events,
        "area_km2": km2,
        "peak_blocks": peak,
        "active_of_last_4": c.active_of_last_4,
        "trend": c.trend,
        "rank": rank,
        "lat": float(grid.centres(f.cells)[0].mean()),  # not weighted: with the events the weights would come back
        "lng": float(grid.centres(f.cells)[1].mean()),
        "cells": " ".join(grid.to_text(f.cells)),
    }


def _facts(layer: Layer, settings: SpotSettings) -> dict[str, Any]:
    """What was chosen, for the page "Så räknade vi"; no count below five."""
    return {
        "step": layer.kind,
        "first": layer.steps[0].name,
        "last": layer.steps[-1].name,
        "gathering_categories": layer.gathering,
        "events": len(layer) if len(layer) >= LEAST else None,
        "left_out_by_month": layer.left_out if layer.left_out >= LEAST else None,
        "settings": asdict(settings),
        "stands_out_z": detect.STANDS_OUT,
        "stands_out_times": detect.AT_LEAST_TIMES,
    }
