"""A cleaned chunk on its way: who holds which row back, and, when the whole file is known, the vault's own columns."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hotspots.intake.clocks import Clock
from hotspots.intake.facts import Facts
from hotspots.intake.formats import DAY
from hotspots.intake.rules import NUMBER, REPAIRS
from hotspots.tables import EVENTS, PRECISIONS
from hotspots.vocabulary import SOURCE_TYPES

Mask = NDArray[np.bool_]
DAY_SECONDS = 86_400
NEVER = np.int64(np.iinfo(np.int64).min)  # a moment that is not there
OTHER_TIMES = ("first_action", "feedback_at", "closed")
COUNTS = {"minutes": 7 * 24 * 60.0, "contacts": 100_000.0, "offers": 100_000.0, "accepted": 100_000.0}  # the most


@dataclass(frozen=True)
class Names:
    """The words behind a draft's numbers, and the study's clock."""

    profile: str
    kind: str
    codes: tuple[str, ...]
    districts: tuple[str, ...]
    clock: Clock


@dataclass
class Draft:
    """A cleaned chunk: arrays of shape (n,) for all its rows; `rule` 0 = nothing holds the row back."""

    first_row: int
    rule: NDArray[np.int8]
    column: NDArray[np.int16]  # which column of profile.wanted, -1 = none
    repairs: dict[str, Mask] = field(default_factory=dict)
    columns: dict[str, NDArray[Any]] = field(default_factory=dict)

    def bite(self, rule: str, rows: Mask, column: int = -1) -> None:
        """Hold rows back by a rule, unless an earlier one has them."""
        new = rows & (self.rule == 0)
        self.rule[new] = NUMBER[rule]
        self.column[new] = column

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        arrays = (*self.columns.values(), *self.repairs.values(), self.rule, self.column)
        return sum(a.nbytes for a in arrays)


def finished(draft: Draft, facts: Facts, names: Names) -> pa.Table:
    """The kept rows in the vault's columns; midnights that are a default lose their hour (counted as repaired)."""
    _let_midnights_go(draft, facts, names.clock)
    keep = draft.rule == 0
    c = {name: values[keep] for name, values in draft.columns.items()}
    rows = np.flatnonzero(keep) + draft.first_row
    n = len(rows)

    def words(indices: NDArray[Any], values: list[str]) -> pa.Array:
        codes = pa.array(indices.astype(np.int32), mask=indices < 0)
        return pa.DictionaryArray.from_arrays(codes, pa.array(values, pa.string()))

    def moments(name: str) -> pa.Array:
        return pa.array(c[name].astype("datetime64[s]"), mask=c[name] == NEVER)

    zeros = np.zeros(n, np.int32)
    columns: dict[str, Any] = {
        "row": rows,
        "profile": words(zeros, [names.profile]),
        "kind": words(zeros, [names.kind]),
        "source_type": words(c["source"], list(SOURCE_TYPES)),
        "id_hash": pa.array(c["id_hash"], mask=~c["has_id"]),
        "key": c["key"],
        "start": moments("start"),
        "end": moments("end"),
        "start_utc": moments("start_utc"),
        "precision": words(c["precision"], list(PRECISIONS)),
        "time_known": pa.array(c["precision"] > DAY),
        "cell": pa.array(c["cell"], mask=c["cell"] == 0),
        "district": words(c["district"], list(names.districts)),
        "area": pa.array(c["area"], pa.string()) if "area" in c else pa.nulls(n, pa.string()),
        "category": words(c["category"], list(names.codes)),
        "source_key": c["source_key"],
        "reporter_known": pa.array(c["reporter_known"]),
    }
    for name in OTHER_TIMES:
        columns[name] = moments(name) if name in c else pa.nulls(n, pa.timestamp("s"))
    for name in COUNTS:
        kind = EVENTS.field(name).type
        columns[name] = pa.array(c[name], from_pandas=True).cast(kind) if name in c else pa.nulls(n, kind)
    wants = c.get("wants_feedback")
    columns["wants_feedback"] = pa.nulls(n, pa.bool_()) if wants is None else pa.array(wants == 1, mask=wants < 0)
    return pa.table(columns)


def _let_midnights_go(draft: Draft, facts: Facts, clock: Clock) -> None:
    if not facts.midnight_is_default:
        return
    rows = draft.columns["midnight"] & (draft.rule == 0)
    at = np.flatnonzero(rows)
    day, end = draft.columns["day"][at], draft.columns["end"][at]
    draft.columns["end"][at] = np.maximum(day + DAY_SECONDS, end)
    draft.columns["start"][at], draft.columns["start_utc"][at] = day, clock.to_utc(day)[0]
    draft.columns["precision"][at] = DAY
    draft.repairs["midnight_default"] = rows
    draft.repairs["dst_missing"][at] = draft.repairs["dst_doubled"][at] = False


def repaired(draft: Draft) -> Mask:
    """Rows that are kept and were mended."""
    mended = np.zeros(len(draft.rule), bool)
    for name in REPAIRS:
        if name in draft.repairs:
            mended |= draft.repairs[name]
    kept: Mask = mended & (draft.rule == 0)
    return kept
