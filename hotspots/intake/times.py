"""Texts and serial numbers to moments, column by column: by a profile's formats in order; precision follows from them.

Moments are int64 seconds since 1970 as the source's wall clock shows them; `offset` seconds where the text carries one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hotspots.intake.formats import (
    DAY,
    ISO,
    ISO_PARTS,
    MINUTE,
    MONTH,
    NO_OFFSET,
    SECOND,
    Mask,
    Read,
    Seconds,
    by_shape,
    long,
    nothing,
    pattern_of,
    precision_of,
)
from hotspots.intake.numbers import is_null, no_values
from hotspots.intake.numbers import parse as parse_numbers

_EXCEL_ZERO = {"excel": -2_209_161_600, "excel1904": -2_082_844_800}  # 1899-12-30 and 1904-01-01


@dataclass
class Moments:
    """A column of moments, arrays of shape (n,). `null`: no value; `bad`: not readable by any format.

    `used`: how many rows each format read; `offset`: seconds east of Greenwich, NO_OFFSET where the text has none.
    """

    at: Seconds
    precision: NDArray[np.int8]
    offset: NDArray[np.int32]
    null: Mask
    bad: Mask
    used: dict[str, int]

    @property
    def ok(self) -> Mask:
        """Where a moment was read."""
        return ~self.null & ~self.bad


def parse(columns: list[pa.Array], formats: tuple[str, ...], missing: tuple[str, ...], this_year: int) -> Moments:
    """Moments of one column, or of several joined with a blank."""
    column = columns[0] if len(columns) == 1 else _joined(columns, missing)
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return _native(column, formats)
    if not pa.types.is_string(column.type):
        return _serials(column, formats)
    column = no_values(column, missing)
    null = is_null(column)
    found = _blank(len(column), null)
    todo = np.flatnonzero(found.bad)
    for form in formats:
        if not len(todo):
            break
        part = column if len(todo) == len(column) else column.take(pa.array(todo))
        todo = _fill(found, todo, form, _reader(form, this_year)(part))
    return found


def _blank(n: int, null: Mask) -> Moments:
    return Moments(np.zeros(n, np.int64), np.zeros(n, np.int8), np.full(n, NO_OFFSET, np.int32), null, ~null, {})


def _fill(found: Moments, todo: NDArray[np.int64], form: str, read: Read) -> NDArray[np.int64]:
    done = todo[read.ok]
    found.at[done], found.precision[done], found.offset[done] = (
        read.at[read.ok], read.precision[read.ok], read.offset[read.ok],
    )  # fmt: skip
    found.bad[done] = False
    if len(done):
        found.used[form] = found.used.get(form, 0) + len(done)
    return todo[~read.ok]


def _reader(form: str, this_year: int) -> Callable[[pa.Array], Read]:
    if form in _EXCEL_ZERO or form == "unix":
        return lambda texts: _by_number(parse_numbers(texts)[0], form)
    if form == "iso":
        return lambda texts: by_shape(texts, ISO, ISO_PARTS, this_year)
    pattern = pattern_of(form)
    if pattern is None:
        return lambda texts: nothing(len(texts))
    return lambda texts: by_shape(texts, (long(form),), pattern, this_year)


# -- numbers and native types --------------------------------------------------------------------------------------


def _by_number(numbers: NDArray[np.float64], form: str) -> Read:
    n = len(numbers)
    finite = np.isfinite(numbers) & (np.abs(numbers) < 1e12)
    value = np.where(finite, numbers, 0.0)
    if form == "unix":
        value = np.where(np.abs(value) > 1e11, value / 1000, value)  # milliseconds
        ok, whole = finite & (np.abs(value) < 1e11), np.zeros(n, bool)
        at = np.floor(value).astype(np.int64)
        return Read(at, np.full(n, SECOND, np.int8), np.zeros(n, np.int32), ok)
    ok = finite & (value >= 1) & (value < 150_000)
    whole = value == np.floor(value)
    at = np.round(np.where(ok, value, 0) * 1440).astype(np.int64) * 60 + _EXCEL_ZERO[form]
    return Read(at, np.where(whole, DAY, MINUTE).astype(np.int8), np.full(n, NO_OFFSET, np.int32), ok)


def _serials(column: pa.Array, formats: tuple[str, ...]) -> Moments:
    numbers, bad = parse_numbers(column)
    found = _blank(len(column), ~bad & ~np.isfinite(numbers))
    todo = np.flatnonzero(found.bad)
    for form in formats:
        if form in ("unix", *_EXCEL_ZERO):
            todo = _fill(found, todo, form, _by_number(numbers[todo], form))
        elif len(todo):  # whole numbers such as 20250314, or years and months, by their digits
            texts = pc.cast(
                pa.array(np.where(np.isfinite(numbers[todo]), numbers[todo], 0).astype(np.int64)), pa.string()
            )
            todo = _fill(found, todo, form, _reader(form, 9998)(texts))
    return found


def _native(column: pa.Array, formats: tuple[str, ...]) -> Moments:
    null = is_null(column)
    zone = column.type.tz if pa.types.is_timestamp(column.type) else None
    unit = pc.cast(column, pa.timestamp("s", zone), safe=False)
    at = np.asarray(pc.fill_null(pc.cast(unit, pa.int64()), 0)).astype(np.int64)
    found = Moments(
        at, np.zeros(len(at), np.int8), np.full(len(at), NO_OFFSET, np.int32), null, np.zeros(len(at), bool), {}
    )
    stated = [precision_of(f) if "%" in f else MINUTE for f in formats]  # the words all hold times of day
    top = max(stated, default=MINUTE)
    found.precision[:] = min(top, DAY) if pa.types.is_date(column.type) else top
    if top > DAY and DAY in stated:  # a day without a time is a moment at midnight in a spreadsheet
        found.precision[at % 86_400 == 0] = DAY
    if zone is not None:
        found.offset[:] = 0
    if top == MONTH:
        found.at = at.astype("datetime64[s]").astype("datetime64[M]").astype("datetime64[s]").astype(np.int64)
    elif top == DAY or pa.types.is_date(column.type):
        found.at -= at % 86_400
    return found


def _joined(columns: list[pa.Array], missing: tuple[str, ...]) -> pa.Array:
    texts = [_text(c, missing) for c in columns]
    joined = pc.binary_join_element_wise(*[pc.fill_null(t, "") for t in texts], " ")
    return pc.if_else(pc.is_null(texts[0]), pa.scalar(None, pa.string()), pc.utf8_trim_whitespace(joined))


def _text(column: pa.Array, missing: tuple[str, ...]) -> pa.Array:
    """A column as it would be written: a moment at midnight as a day, since its time stands in another column."""
    if pa.types.is_string(column.type):
        return no_values(column, missing)
    if pa.types.is_timestamp(column.type):
        text = (
            pc.strftime(column, "%Y-%m-%d %H:%M:%S")
            if column.type.unit == "s"
            else pc.strftime(pc.cast(column, pa.timestamp("s", column.type.tz), safe=False), "%Y-%m-%d %H:%M:%S")
        )
        return pc.replace_substring_regex(text, " 00:00:00$", "")
    return pc.cast(column, pa.string())
