"""The calendar: names and days, and steps that agree with them."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots.errors import Trouble
from hotspots.periods import KINDS, latest_closed, parse_period, period_of, periods_between, step_index

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-H2", date(2025, 7, 1), date(2025, 12, 31)),
        ("2025-Q1", date(2025, 1, 1), date(2025, 3, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-W01", date(2024, 12, 30), date(2025, 1, 5)),
        ("2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
    ],
)
def test_names_and_their_days(name: str, first: date, last: date) -> None:
    period = parse_period(name)
    assert (period.start, period.end) == (first, last + timedelta(days=1)) and period.name == name


@pytest.mark.parametrize(
    "name", ["", "25", "2025-13", "2025-00", "2025-W54", "2025-W00", "2025-Q5", "2025-H3", "x", "2025-3"]
)
def test_a_name_that_is_no_period_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(Trouble) as trouble:
        parse_period(name)
    assert trouble.value.code == "bad_period" and "2025-W12" in trouble.value.sentence("sv")


@given(DAYS, st.sampled_from(KINDS))
def test_each_day_lies_in_one_period_that_parses_back(day: date, kind: str) -> None:
    period = period_of(day, kind)
    assert period.start <= day < period.end and parse_period(period.name) == period
    assert period_of(period.end, kind).start == period.end and period_of(period.start, kind) == period


@given(DAYS, st.integers(0, 900), st.sampled_from(KINDS))
def test_steps_count_periods(first: date, days: int, kind: str) -> None:
    last = first + timedelta(days=days)
    periods = periods_between(first, last, kind)
    step = step_index(np.array([first, last], dtype="datetime64[D]"), kind, first)
    assert step.tolist() == [0, len(periods) - 1]
    assert all(a.end == b.start for a, b in pairwise(periods))


def test_the_latest_closed_period_ends_with_the_data() -> None:
    assert latest_closed(date(2025, 12, 31), "year").name == "2025"
    assert latest_closed(date(2025, 12, 30), "year").name == "2024"
    assert latest_closed(date(2025, 6, 1), "year", first_day=date(2025, 2, 1)).name == "2025"
