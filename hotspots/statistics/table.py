"""A statistic on any table of cells: checks at the door, fills zeros, answers on the same rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspots.errors import Trouble
from hotspots.statistics import STATISTICS
from hotspots.statistics.base import MIN_STEPS, Cube, Floats, Indices, Pointers, Reference, Statistic
from hotspots.statistics.steps import Steps, read_steps
from hotspots.words import Text

Cells = NDArray[np.uint64]
Neighbours = Callable[[Cells, int], tuple[Pointers, Indices]]
Areas = Callable[[Cells], Floats]


@dataclass(frozen=True)
class _Places:
    """The study area's cells in order, and where each row of the table lies in it (-1: outside)."""

    cells: Cells
    row: NDArray[np.int64]

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Which rows lie in the study area."""
        return self.row >= 0


def compute(
    name: str,
    table: pd.DataFrame,
    *,
    cells: Cells,
    value: str,
    neighbours: Neighbours,
    time: str | None = None,
    study_cells: Cells | None = None,
    k: int = 1,
    earlier: int = 1,
    reference: Reference = "cube",
    alpha: float = 0.05,
    area_km2: Areas | None = None,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The statistic `name` for each row of a table.

    Cells of the study area, and their steps, that have no row count as zero. Rows outside it get no answer.

    Args:
        name: of a statistic in `STATISTICS`.
        table: one row per cell, or per cell and step with `time`; not changed.
        cells: the cell of each row, shape (rows,), all of one resolution.
        value: the column of numbers.
        neighbours: gives the neighbours of ascending cells within `k` steps as CSR, self included
            (`hotspots.grid.neighbours`).
        time: the column of steps; see `read_steps`.
        study_cells: all cells of the study area; without it, the cells of the rows.
        k: radius of the neighbourhood in cells.
        earlier: steps before a step that belong to its neighbourhood.
        reference: what a neighbourhood is compared with; see `gistar_cube`.
        alpha: level of the false discovery rate and of the trends.
        area_km2: gives the area of each cell inside the study area in km2; only density asks for it.

    Returns:
        The statistic's columns on the table's index, and the facts behind them: numbers of cells, steps and rows,
        neighbourhood, reference, family of the false discovery rate, and `notes` (Text) on all that was chosen
        unasked.

    Raises:
        Trouble: unknown_statistic, unknown_column, needs_time, bad_value, mixed_resolutions, doubled_row, and those
            of `read_steps`.
    """
    statistic = STATISTICS[name]
    _check_columns(statistic, table, value, time)
    numbers = _numbers(table[value])
    steps = read_steps(table[time]) if time is not None else Steps(np.zeros(len(table), np.int64), ("",))
    places = _places(np.asarray(cells, dtype=np.uint64), study_cells)
    _check_doubles(cells, steps)
    ptr, idx = neighbours(places.cells, k)
    cube = Cube(
        _spread(numbers, places, steps),
        ptr,
        idx,
        area_km2=None if area_km2 is None else area_km2(places.cells),
        earlier=earlier if time is not None else 0,
        reference=reference,
        alpha=alpha,
    )
    found = statistic.compute(cube)
    columns = {c: _on_rows(found[c], places, steps) for c in statistic.columns}
    facts = _facts(statistic, cube, found, places, steps, k, time is not None, study_cells is not None)
    return pd.DataFrame(columns, index=table.index), facts


def _check_columns(statistic: Statistic, table: pd.DataFrame, value: str, time: str | None) -> None:
    for column in (value, time):
        if column is not None and column not in table.columns:
            raise Trouble(
                "unknown_column",
                Text(sv="Tabellen har ingen sådan kolumn", en="The table has no such column"),
                where=column,
                do=Text(sv="Välj bland: {names}", en="Choose among: {names}").fill(
                    names=", ".join(map(str, table.columns))
                ),
            )
    if statistic.over_time and time is None:
        raise Trouble(
            "needs_time",
            Text(sv="Måttet gäller utveckling över tid", en="This statistic is about change over time"),
            where=statistic.name,
            do=Text(sv="Ange kolumnen med tid (--time)", en="Name the column of time (--time)"),
        )


def _numbers(column: pd.Series) -> Floats:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if len(wrong):
        raise Trouble(
            "bad_value",
            Text(sv="Rad {row} har inget ändligt tal", en="Row {row} holds no finite number").fill(row=wrong[0] + 1),
            where=str(column.name),
            do=Text(
                sv="Skriv ett tal, eller ta bort raden: en ruta utan rad räknas som noll när ytan är given",
                en="Write a number, or take the row away: a cell without a row counts as zero when the area is given",
            ),
        )
    return np.asarray(numbers)


def _places(cells: Cells, study_cells: Cells | None) -> _Places:
    study = np.unique(np.asarray(cells if study_cells is None else study_cells, dtype=np.uint64))
    sizes = np.unique(np.concatenate((cells, study)) >> np.uint64(52) & np.uint64(0xF))  # bits of the resolution
    if len(sizes) > 1:
        raise Trouble(
            "mixed_resolutions",
            Text(sv="Rutorna har olika storlek", en="The cells differ in size"),
            where=", ".join(f"res {s}" for s in sizes),
            do=Text(sv="Räkna på rutor av en upplösning åt gången", en="Work on cells of one resolution at a time"),
        )
    if not len(study):
        return _Places(study, np.full(len(cells), -1, dtype=np.int64))
    row = np.minimum(np.searchsorted(study, cells), len(study) - 1).astype(np.int64)
    return _Places(study, np.where(study[row] == cells, row, -1))


def _check_doubles(cells: Cells, steps: Steps) -> None:
    doubled = pd.DataFrame({"cell": cells, "step": steps.position}).duplicated().to_numpy()
    if doubled.any():
        raise Trouble(
            "doubled_row",
            Text(
                sv="Rad {row} gäller samma ruta och tid som en tidigare rad",
                en="Row {row} is about the same cell and time as an earlier row",
            ).fill(row=int(np.flatnonzero(doubled)[0]) + 1),
            do=Text(
                sv="Summera raderna, eller ange kolumnen med tid (--time)",
                en="Sum the rows, or name the column of time (--time)",
            ),
        )


def _spread(numbers: Floats, places: _Places, steps: Steps) -> Floats:
    """Values as (cells, steps), zero where no row speaks."""
    values = np.zeros((len(places.cells), len(steps.names)))
    inside = places.inside
    values[places.row[inside], steps.position[inside]] = numbers[inside]
    return values


def _on_rows(found: NDArray[Any], places: _Places, steps: Steps) -> Any:
    """The answer of each row; where there is none: missing, False for a flag, "none" for a class."""
    inside = places.inside
    at = (places.row[inside],) if found.ndim == 1 else (places.row[inside], steps.position[inside])
    if found.dtype.kind == "i":
        numbers = pd.array([pd.NA] * len(inside), dtype="Int64")
        numbers[inside] = found[at]
        return numbers
    empty = {"b": False, "O": "none"}.get(found.dtype.kind, np.nan)
    rows = np.full(len(inside), empty, dtype=found.dtype)
    rows[inside] = found[at]
    return rows


def _facts(
    statistic: Statistic,
    cube: Cube,
    found: dict[str, NDArray[Any]],
    places: _Places,
    steps: Steps,
    k: int,
    timed: bool,
    bounded: bool,
) -> dict[str, Any]:
    n, t = cube.shape
    family = next((found[c] for c in ("gistar_p", "trend_p") if c in found), np.zeros(0))
    measure = next(found[c] for c in statistic.columns if found[c].dtype.kind == "f")
    facts = {
        "statistic": statistic.name,
        "paper": statistic.paper,
        "cells": n,
        "steps": t if timed else 1,
        "first_step": steps.names[0] if timed and t else None,
        "last_step": steps.names[-1] if timed and t else None,
        "rows": len(places.row),
        "rows_outside": int((~places.inside).sum()),
        "zeros_added": n * t - int(places.inside.sum()),
        "k": k,
        "earlier": 0 if cube.reference == "step" else cube.earlier,
        "reference": cube.reference if timed else "map",
        "family": int(np.isfinite(family).sum()),
        "alpha": cube.alpha,
        "undefined": int(np.isnan(measure).sum()),
    }
    return facts | {"notes": [*steps.notes, *_notes(statistic, facts, bounded)]}


def _notes(statistic: Statistic, facts: dict[str, Any], bounded: bool) -> list[Text]:
    """What was chosen unasked, in sentences."""
    sayings = (
        (
            not bounded,
            "Ingen yta gavs: studieytan är de {cells} rutor som har rader",
            "No area was given: the study area is the {cells} cells that have rows",
        ),
        (
            facts["zeros_added"],
            "Rutor eller tidssteg utan rad, räknade som noll: {zeros_added}",
            "Cells or time steps without a row, counted as zero: {zeros_added}",
        ),
        (
            facts["rows_outside"],
            "Rader utanför ytan, utan svar: {rows_outside}",
            "Rows outside the area, without an answer: {rows_outside}",
        ),
        (
            statistic.over_time and facts["steps"] < MIN_STEPS,
            "Minst 10 tidssteg behövs, här är {steps}",
            "At least 10 time steps are needed, here are {steps}",
        ),
        (
            facts["undefined"],
            "Värden som saknas: {undefined} (för få tidssteg, ingen variation, eller en omgivning som är hela ytan)",
            "Missing values: {undefined} (too few steps, no variation, or a neighbourhood that is the whole area)",
        ),
    )
    return [Text(sv=sv, en=en).fill(**facts) for true, sv, en in sayings if true]
