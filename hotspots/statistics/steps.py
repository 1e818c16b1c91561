"""A time column becomes steps in order: calendar periods (gaps filled), dates or whole numbers."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspots.errors import Trouble
from hotspots.periods import Period, parse_period, periods_between
from hotspots.words import Text

_UNEVEN = 1.5  # a gap this many times the smallest one leaves out a step; months, 28 to 31 days long, do not


@dataclass(frozen=True)
class Steps:
    """`position` of each row's step (0 = first), the `names` of all steps in order, and what was chosen unasked."""

    position: NDArray[np.int64]
    names: tuple[str, ...]
    notes: tuple[Text, ...] = ()


def read_steps(column: pd.Series) -> Steps:
    """The step of each row.

    Texts such as 2025-03, 2025-W12 or 2025-Q1 are calendar periods of one kind, and periods without rows are steps
    too. Dates and whole numbers are taken in order; an uneven gap is announced, not filled.

    Raises:
        Trouble: `missing_time`, `bad_time` or `mixed_periods`, with the first row concerned.
    """
    codes, distinct = pd.factorize(column)
    if (codes < 0).any():
        _refuse("missing_time", column, codes < 0, Text(sv="Tiden saknas på rad {row}", en="Row {row} has no time"))
    if not len(distinct):
        return Steps(codes.astype(np.int64), ())
    moments = [_moment(value) for value in distinct.tolist()]
    unread = np.array([m is None for m in moments])
    if unread.any():
        _refuse(
            "bad_time",
            column,
            unread[codes],
            Text(sv="Tiden på rad {row} kan inte läsas", en="The time of row {row} cannot be read"),
        )
    kinds = np.array([m.kind if isinstance(m, Period) else type(m).__name__ for m in moments])
    if (kinds != kinds[0]).any():
        _refuse(
            "mixed_periods",
            column,
            (kinds != kinds[0])[codes],
            Text(
                sv="Rad {row} har en annan sorts tid än raderna före",
                en="Row {row} has another kind of time than the rows before it",
            ),
        )
    return _periods(codes, moments) if isinstance(moments[0], Period) else _ordered(codes, moments)


def _moment(value: Any) -> Period | datetime | int | None:
    """A period, a date (as datetime) or a whole number; None when it is none of them."""
    if isinstance(value, datetime):  # pandas' timestamps too; the zone goes, the wall clock stays
        return datetime(*value.timetuple()[:6])
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, (int, float)):
        return int(value) if float(value).is_integer() else None
    text = str(value).strip()
    for read in (parse_period, datetime.fromisoformat, int):
        try:
            found: Any = read(text)
        except (Trouble, ValueError):
            continue
        return found.replace(tzinfo=None) if isinstance(found, datetime) else found
    return None


def _periods(codes: NDArray[Any], moments: list[Any]) -> Steps:
    every = periods_between(min(moments).start, max(moments).start, moments[0].kind)
    place = {period: i for i, period in enumerate(every)}
    empty = len(every) - len(set(moments))
    note = Text(
        sv="Perioder utan rader, räknade som tidssteg med värdet noll: {n}",
        en="Periods without rows, counted as time steps with the value zero: {n}",
    )
    position = np.array([place[m] for m in moments])[codes]
    return Steps(position, tuple(p.name for p in every), (note.fill(n=empty),) if empty else ())


def _ordered(codes: NDArray[Any], moments: list[Any]) -> Steps:
    distinct = sorted(set(moments))
    place = {moment: i for i, moment in enumerate(distinct)}
    numbers = [(m - datetime(1970, 1, 1)).total_seconds() if isinstance(m, datetime) else float(m) for m in distinct]
    gaps = np.diff(np.array(numbers))
    uneven = int((gaps >= _UNEVEN * gaps.min()).sum()) if len(gaps) else 0
    note = Text(
        sv="Tidsstegen ligger inte jämnt, luckor som inte fyllts: {n}. Skriv perioder som 2025-03 så blir de nollor",
        en="The time steps are uneven, gaps not filled: {n}. Write periods such as 2025-03 to have zeros there",
    )
    names = tuple(m.isoformat().removesuffix("T00:00:00") if isinstance(m, datetime) else str(m) for m in distinct)
    return Steps(np.array([place[m] for m in moments])[codes], names, (note.fill(n=uneven),) if uneven else ())


def _refuse(code: str, column: pd.Series, wrong: NDArray[np.bool_], message: Text) -> None:
    raise Trouble(
        code,
        message.fill(row=int(np.flatnonzero(wrong)[0]) + 1),
        where=str(column.name),
        do=Text(
            sv="Skriv en sorts tid i hela kolumnen: 2025-03, 2025-W12, ett datum eller ett heltal",
            en="Write one kind of time in the whole column: 2025-03, 2025-W12, a date or a whole number",
        ),
    )
