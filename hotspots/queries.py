"""What pages, commands and reports ask of a release: cells with Gi*, districts, spots. Only released numbers go in."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspots import grid
from hotspots.errors import Trouble, UnknownName
from hotspots.periods import Period, parse_period, periods_between
from hotspots.release import COARSEST, Release, nothing_shown
from hotspots.settings import DEFAULT
from hotspots.statistics.base import MIN_STEPS, Cube
from hotspots.statistics.emerging import EMERGING
from hotspots.statistics.fdr import adjust, hot
from hotspots.statistics.gistar import gistar, p_two_sided
from hotspots.vocabulary import SOURCE_TYPES
from hotspots.words import Text

Floats = NDArray[np.float64]
BASE = 9
FINEST_WEEK = 8


@dataclass(frozen=True)
class Question:
    """One view of a release: what every map, table and sentence on a screen is about."""

    period: str
    category: str = "all"
    source: str = "reported"
    resolution: int = BASE


@dataclass(frozen=True)
class Answer:
    """Rows and how they came about."""

    table: pd.DataFrame
    facts: dict[str, Any]


def question(
    release: Release,
    *,
    period: str | None = None,
    category: str = "all",
    source: str | None = None,
    resolution: int | None = None,
) -> tuple[Question, list[Text]]:
    """The question with every gap filled, and sentences on what was chosen.

    `resolution`: 9 when left out; weeks come at 8 and coarser, whatever is asked.

    Raises:
        Trouble: `no_cells` for an audience that gets districts only, `bad_resolution`, `bad_period`,
            `unknown_category`, `unknown_source`, `nothing_shown`.
    """
    if not len(release.grid):
        raise Trouble(
            "no_cells",
            Text(
                sv="Den läsarkretsen får tal per område, inga rutor",
                en="That audience gets numbers by district, no cells",
            ),
            where=release.audience,
            do=Text(sv="Använd hotspots compare", en="Use hotspots compare"),
        )
    if resolution is not None and not COARSEST <= resolution <= BASE:
        raise Trouble(
            "bad_resolution",
            Text(sv="Upplösningen kan inte visas", en="The resolution cannot be shown"),
            where=str(resolution),
            do=Text(sv=f"Välj {COARSEST} till {BASE}", en=f"Choose {COARSEST} to {BASE}"),
        )
    chosen: list[Text] = []
    if source is None:
        present = release.source_types
        source = present[0] if present else "reported"
        if source != "reported":
            chosen.append(
                Text(
                    sv=f"Källtyp: {source}, eftersom inget är rapporterat",
                    en=f"Source type: {source}, as nothing is reported",
                )
            )
    elif source not in SOURCE_TYPES:
        raise UnknownName("source", source, SOURCE_TYPES)
    if category != "all":
        release.vocabulary.title(category)
    if period is None:
        default = release.default_period()
        closed = (default.end - release.today).days <= 1
        chosen.append(
            Text(sv=f"Period: {default}, senaste avslutade år", en=f"Period: {default}, the latest closed year")
            if closed
            else Text(sv=f"Period: {default}, pågående år", en=f"Period: {default}, a year that is not over")
        )
        period = default.name
    asked = parse_period(period)
    if asked.kind == "week" and (resolution is None or resolution > FINEST_WEEK):
        resolution = FINEST_WEEK
        chosen.append(
            Text(
                sv=f"Upplösning: {resolution}, den finaste för veckor",
                en=f"Resolution: {resolution}, the finest for weeks",
            )
        )
    return Question(asked.name, category, source, BASE if resolution is None else resolution), chosen


def spread(release: Release, asked: Question) -> Floats:
    """Shown events per study cell at resolution 9, shape (n,): own counts where a cell is a block of its own.

    A coarser block's events are spread over its cells without a block of their own, by area, so that the sum is the
    sum of what is shown. Nothing but released numbers goes in.
    """
    blocks = release.view(period=asked.period, category=asked.category, source=asked.source)
    base = release.grid["cell"].to_numpy(np.uint64)
    area = release.grid["area_km2"].to_numpy(np.float64)
    x = np.zeros(len(base))
    free = np.ones(len(base), dtype=bool)
    cell, resolution = blocks["cell"].to_numpy(np.uint64), blocks["resolution"].to_numpy(np.int64)
    counts = blocks["count"].to_numpy(np.float64)
    for r in range(BASE, COARSEST - 1, -1):
        at = np.flatnonzero(resolution == r)
        if not len(at):
            continue
        order = at[np.argsort(cell[at])]
        above = grid.parents(base, r)
        i = np.minimum(np.searchsorted(cell[order], above), len(order) - 1)
        inside = (cell[order][i] == above) & free
        weight = np.where(inside, area + 1e-12, 0.0)
        total = np.bincount(i[inside], weights=weight[inside], minlength=len(order))
        x[inside] = counts[order][i[inside]] * weight[inside] / total[i[inside]]
        free &= ~inside
    return x


def _at(release: Release, resolution: int) -> tuple[NDArray[np.uint64], NDArray[np.int64], Any]:
    """Study cells of a resolution, where each base cell belongs, and their neighbours."""
    base = release.grid["cell"].to_numpy(np.uint64)
    if resolution == BASE:
        return base, np.arange(len(base)), release.neighbours()
    cells, where = np.unique(grid.parents(base, resolution), return_inverse=True)
    return cells, where, grid.neighbours(cells, 1)


def cells(release: Release, asked: Question, *, classes: bool = True) -> Answer:
    """The contract's cell table: one row per shown block, Gi* and FDR from released numbers.

    Gi* (Getis & Ord 1996; ring 1, the cell itself included; n = all cells of the study area, zeros included) runs on
    `spread`; the false discovery rate (Benjamini & Hochberg 1995) takes all cells of the map as its family. `class` is
    the cell's pattern over the released months up to the period's end (17 classes), or none under ten months.

    Raises:
        Trouble: `nothing_shown` when the view has no block.
    """
    blocks = release.view(period=asked.period, category=asked.category, source=asked.source)
    if not len(blocks):
        raise nothing_shown()
    study, where, (ptr, idx) = _at(release, asked.resolution)
    x = np.bincount(where, weights=spread(release, asked), minlength=len(study))
    z = gistar(x, ptr, idx)
    p_fdr = adjust(p_two_sided(z))
    table = _rows(release, blocks, asked.resolution)
    at = np.searchsorted(study, table["cell"].to_numpy(np.uint64))
    own = (table["resolution"] == asked.resolution).to_numpy()
    at = np.where(own, np.minimum(at, len(study) - 1), 0)
    table.insert(2, "period", asked.period)
    table.insert(3, "category", asked.category)
    table["gistar_z"] = np.where(own, z[at], np.nan)
    table["gistar_p_fdr"] = np.where(own, p_fdr[at], np.nan)
    table["gistar_hot"] = own & hot(z, p_fdr, DEFAULT.alpha)[at]
    patterns, months = _patterns(release, asked, where, len(study), ptr, idx) if classes else (None, [])
    table["class"] = np.where(own, patterns[at], "none") if patterns is not None else "none"
    facts = asdict(asked) | {
        "release": release.version,
        "audience": release.audience,
        "study_cells": len(study),
        "study_km2": round(float(release.grid["area_km2"].sum()), 3),
        "shown": int(blocks["count"].sum()),
        "k": release.k,
        "alpha": DEFAULT.alpha,
        "neighbourhood": "ring 1, itself included",
        "class_months": [months[0].name, months[-1].name] if patterns is not None else [],
    }
    return Answer(table, facts)


def _rows(release: Release, blocks: pd.DataFrame, resolution: int) -> pd.DataFrame:
    """Blocks as rows of the asked resolution: finer ones summed up, coarser ones as they are.

    Areas are those of the blocks summed up, so that rows of one view never overlap.
    """
    cell = grid.parents(blocks["cell"].to_numpy(np.uint64), resolution)
    row = pd.DataFrame(
        {
            "cell": cell,
            "resolution": np.minimum(blocks["resolution"].to_numpy(np.int64), resolution),
            "count": blocks["count"].to_numpy(np.int64),
            "area_km2": blocks["area_km2"].to_numpy(np.float64),
        }
    )
    table = row.groupby(["cell", "resolution"], as_index=False, sort=True)[["count", "area_km2"]].sum()
    return table[["cell", "resolution", "count", "area_km2"]]


def _patterns(
    release: Release, asked: Question, where: NDArray[np.int64], n: int, ptr: Any, idx: Any
) -> tuple[NDArray[Any] | None, list[Period]]:
    months = _delivered(release, asked)
    if len(months) < MIN_STEPS:
        return None, months
    steps = [spread(release, Question(m.name, asked.category, asked.source)) for m in months]
    x = np.column_stack([np.bincount(where, weights=s, minlength=n) for s in steps]).astype(np.float64)
    return EMERGING.compute(Cube(x, ptr, idx, alpha=DEFAULT.alpha))["class"], months


def _delivered(release: Release, asked: Question) -> list[Period]:
    """The closed months from the source's first to its last with shown numbers, up to the period's end, no gap."""
    blocks, end, closed = release.blocks, parse_period(asked.period).end, set(release.manifest["closed"])
    mine = blocks.loc[(blocks["source"] == asked.source) & (blocks["category"] == "all"), "period"]
    shown = sorted(p for p in map(parse_period, mine.unique()) if p.kind == "month" and p.end <= end)
    if not shown:
        return []
    return [p for p in periods_between(shown[0].start, shown[-1].start, "month") if p.name in closed]


def districts(
    release: Release, *, kind: str | None = None, category: str | None = None, source: str | None = None
) -> pd.DataFrame:
    """Districts over time: period, category, source, district, name, area_km2, count, per_km2."""
    table = release.trend
    keep = np.ones(len(table), dtype=bool)
    if len(table):
        if kind is not None:
            keep &= table["period"].map(lambda p: parse_period(p).kind).to_numpy() == kind
        if category is not None:
            keep &= (table["category"] == category).to_numpy()
        if source is not None:
            keep &= (table["source"] == source).to_numpy()
    shown = table[keep].copy() if len(table) else table.copy()
    of = release.districts
    names, area = dict(zip(of.codes, of.names, strict=True)), dict(zip(of.codes, of.areas_km2(), strict=True))
    shown["name"] = shown["district"].map(names) if len(shown) else []
    shown["area_km2"] = shown["district"].map(area) if len(shown) else []
    shown["per_km2"] = shown["count"] / shown["area_km2"] if len(shown) else []
    return shown.reset_index(drop=True)
