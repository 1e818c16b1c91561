"""The calendar: names of periods (2025, 2025-H1, 2025-Q1, 2025-03, 2025-W12) and the days they cover."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from hotspots.errors import Trouble
from hotspots.words import Text

KINDS = ("week", "month", "quarter", "half", "year")
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_NAME = re.compile(r"(\d{4})(?:-(?:H([12])|Q([1-4])|W(\d\d)|(\d\d)))?")


@dataclass(frozen=True, order=True)
class Period:
    """A closed calendar period: `start` is its first day, `end` the day after its last."""

    start: date
    end: date
    kind: str

    @property
    def name(self) -> str:
        """As the contract writes it: 2025, 2025-H1, 2025-Q1, 2025-03, 2025-W12."""
        year, month = self.start.year, self.start.month
        if self.kind == "week":
            iso = self.start.isocalendar()
            return f"{iso.year}-W{iso.week:02d}"
        if self.kind == "month":
            return f"{year}-{month:02d}"
        if self.kind == "quarter":
            return f"{year}-Q{(month + 2) // 3}"
        if self.kind == "half":
            return f"{year}-H{1 if month < 7 else 2}"
        return str(year)

    def __str__(self) -> str:
        return self.name

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days


def period_of(day: date, kind: str) -> Period:
    """The period of `kind` that holds `day`."""
    if kind == "week":
        start = day - timedelta(days=day.weekday())
        return Period(start, start + timedelta(days=7), kind)
    length = _MONTHS[kind]
    first = (day.month - 1) // length * length
    end = first + length
    return Period(date(day.year, first + 1, 1), date(day.year + end // 12, end % 12 + 1, 1), kind)


def parse_period(name: str) -> Period:
    """The period of that name.

    Raises:
        Trouble: `bad_period` when the name is not one of the five forms or names no real period.
    """
    match = _NAME.fullmatch(name.strip())
    try:
        if match:
            year, half, quarter, week, month = (int(g) if g else None for g in match.groups())
            assert year is not None
            if week is not None:
                return period_of(date.fromisocalendar(year, week, 1), "week")
            if half is not None:
                return period_of(date(year, 6 * half, 1), "half")
            if quarter is not None:
                return period_of(date(year, 3 * quarter, 1), "quarter")
            if month is not None:
                return period_of(date(year, month, 1), "month")
            return period_of(date(year, 1, 1), "year")
    except ValueError:
        pass
    raise Trouble(
        "bad_period",
        Text(sv="Perioden kan inte läsas", en="The period cannot be read"),
        where=name[:20],
        do=Text(
            sv="Skriv 2025, 2025-H1, 2025-Q1, 2025-03 eller 2025-W12",
            en="Write 2025, 2025-H1, 2025-Q1, 2025-03 or 2025-W12",
        ),
    )


def periods_between(first: date, last: date, kind: str) -> list[Period]:
    """All periods of `kind` from the one that holds `first` to the one that holds `last`, both included."""
    found = [period_of(first, kind)]
    while found[-1].end <= last:
        found.append(period_of(found[-1].end, kind))
    return found


def latest_closed(last_day: date, kind: str, first_day: date | None = None) -> Period:
    """The last period of `kind` that ends no later than the day after `last_day`.

    With `first_day`, the period that holds `last_day` is given when the closed one would lie before the data.
    """
    now = period_of(last_day, kind)
    if now.end <= last_day + timedelta(days=1):
        return now
    before = period_of(now.start - timedelta(days=1), kind)
    return now if first_day is not None and before.end <= first_day else before


def step_index(days: NDArray[np.datetime64], kind: str, origin: date) -> NDArray[np.int64]:
    """Number of the period of `kind` (0 = the one that holds `origin`) of each day; shape as given."""
    d = days.astype("datetime64[D]")
    if kind == "week":
        monday = np.datetime64(period_of(origin, "week").start, "D")
        return (d - monday).astype(np.int64) // 7
    length = _MONTHS[kind]
    months = d.astype("datetime64[M]").astype(np.int64)
    zero = np.datetime64(period_of(origin, kind).start, "M").astype(np.int64)
    return (months - zero) // length
