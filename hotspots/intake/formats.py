"""Date formats as profiles write them (%Y-%m-%d %H:%M, iso): texts to seconds, a whole column at once.

Where a format has a fixed width its digits are read by position; what is written otherwise (9:13, AM, month names,
offsets) is read by pattern. A date that does not exist is never moved to one that does.
"""

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hotspots.tables import PRECISIONS

Seconds = NDArray[np.int64]
Mask = NDArray[np.bool_]
MONTH, DAY, HOUR, MINUTE, SECOND = range(len(PRECISIONS))
NO_OFFSET = np.int32(np.iinfo(np.int32).min)
ISO = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
ISO_PARTS = (
    r"^(?P<Y>[0-9]{4})-(?P<m>[0-9]{2})(?:-(?P<d>[0-9]{2})(?:[T ](?P<H>[0-9]{2})(?::?(?P<M>[0-9]{2})"
    r"(?::?(?P<S>[0-9]{2})(?:[.,][0-9]{1,9})?)?)?\s?(?P<z>Z|z|[+-][0-9]{2}:?(?:[0-9]{2})?)?)?)?$"
)
_PART = {
    "Y": r"(?P<Y>[0-9]{4})", "y": r"(?P<y>[0-9]{2})", "m": r"(?P<m>[0-9]{1,2})", "d": r"(?P<d>[0-9]{1,2})",
    "e": r"(?P<d>[0-9]{1,2})", "H": r"(?P<H>[0-9]{1,2})", "k": r"(?P<H>[0-9]{1,2})", "I": r"(?P<I>[0-9]{1,2})",
    "M": r"(?P<M>[0-9]{1,2})", "S": r"(?P<S>[0-9]{1,2})", "f": r"[0-9]{1,9}", "p": r"(?P<p>[AaPp]\.?[Mm]\.?)",
    "b": r"(?P<b>\pL{3,})\.?", "B": r"(?P<b>\pL{3,})\.?", "a": r"\pL+\.?", "A": r"\pL+\.?", "j": r"(?P<j>[0-9]{1,3})",
    "z": r"(?P<z>Z|[+-][0-9]{2}:?(?:[0-9]{2})?)", "Z": r"[A-Za-z]{1,5}", "%": "%",
}  # fmt: skip
_SHORT = {"D": "%m/%d/%y", "F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "x": "%m/%d/%y", "X": "%H:%M:%S"}
_MONTHS = (
    ("jan",), ("feb",), ("mar",), ("apr",), ("may", "maj"), ("jun",), ("jul",), ("aug",), ("sep",), ("oct", "okt"),
    ("nov",), ("dec",),
)  # fmt: skip


@cache
def precision_of(form: str) -> int:
    """The precision that a format gives (position in tables.PRECISIONS)."""
    form = long(form)
    for letters, precision in (("S", SECOND), ("M", MINUTE), ("HIk", HOUR), ("dej", DAY)):
        if any(f"%{c}" in form for c in letters):
            return precision
    return MONTH


def long(form: str) -> str:
    """The format with its short forms (%T, %F) written out."""
    return re.sub(r"%([DFTRxX])", lambda m: _SHORT[m[1]], form)


@cache
def pattern_of(form: str) -> str | None:
    """The format as an RE2 pattern, or None when it holds something unknown."""
    out = []
    for token in re.findall(r"%-?.|\s+|[^%\s]+", long(form).strip()):
        if token.startswith("%"):
            part = _PART.get(token[-1])
            if part is None:
                return None
            out.append(part)
        else:
            out.append(r"\s+" if token.isspace() else re.escape(token))
    return f"^{''.join(out)}$"


@dataclass
class Read:
    """What one format made of a column: arrays of shape (n,); `ok` where it could read."""

    at: Seconds
    precision: NDArray[np.int8]
    offset: NDArray[np.int32]
    ok: Mask


def nothing(n: int) -> Read:
    """Nothing read yet."""
    return Read(np.zeros(n, np.int64), np.zeros(n, np.int8), np.full(n, NO_OFFSET, np.int32), np.zeros(n, bool))


def by_shape(texts: pa.Array, forms: tuple[str, ...], pattern: str, this_year: int) -> Read:
    """First by position where every text has the width of a fully padded format; the rest by pattern."""
    read = nothing(len(texts))
    lengths = np.asarray(pc.fill_null(pc.binary_length(texts), 0))
    for form in forms:
        layout = _layout(form)
        if layout is None:
            continue
        at = np.flatnonzero((lengths == layout.width) & ~read.ok)
        if len(at):
            part = texts if len(at) == len(texts) else texts.take(pa.array(at))
            _put(read, at, _by_position(part, layout, this_year))
    rest = np.flatnonzero(~read.ok & (lengths > 0))
    if len(rest):
        part = texts if len(rest) == len(texts) else texts.take(pa.array(rest))
        _put(read, rest, _by_pattern(part, pattern, this_year))
    return read


def _put(read: Read, at: NDArray[np.int64], part: Read) -> None:
    for name in ("at", "precision", "offset", "ok"):
        getattr(read, name)[at] = getattr(part, name)


# -- by position ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Layout:
    width: int
    parts: tuple[tuple[str, int, int], ...]
    signs: tuple[tuple[int, tuple[int, ...]], ...]  # where which bytes must stand
    precision: int


@cache
def _layout(form: str) -> _Layout | None:
    """Positions of the digits in a format whose parts all have a fixed width, else None."""
    widths = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2, "y": 2}
    parts, signs, at = [], [], 0
    for token in re.findall(r"%-?.|.", form, re.DOTALL):
        if token.startswith("%"):
            if token[1:] not in widths:
                return None
            parts.append((token[1:], at, widths[token[1:]]))
            at += widths[token[1:]]
        elif token.isascii():
            signs.append((at, (32, 84) if token == " " and form in ISO else (ord(token),)))
            at += 1
        else:
            return None
    names = {p[0] for p in parts}
    return _Layout(at, tuple(parts), tuple(signs), precision_of(form)) if {"m"} <= names else None


def _by_position(texts: pa.Array, layout: _Layout, this_year: int) -> Read:
    n = len(texts)
    letters = _bytes(texts).reshape(n, layout.width)
    ok = np.ones(n, bool)
    for at, signs in layout.signs:
        ok &= np.isin(letters[:, at], signs) if len(signs) > 1 else letters[:, at] == signs[0]
    values: dict[str, NDArray[np.int64]] = {}
    for name, at, width in layout.parts:
        value = np.zeros(n, np.int64)
        for i in range(at, at + width):
            digit = letters[:, i] - np.uint8(48)
            ok &= digit < 10
            value = value * 10 + digit
        values[name] = value
    return _assembled(values, ok, np.full(n, layout.precision, np.int8), np.full(n, NO_OFFSET, np.int32), this_year)


def _bytes(texts: pa.Array) -> NDArray[np.uint8]:
    _, offsets, data = texts.buffers()
    first, last = np.frombuffer(offsets, np.int32)[[texts.offset, texts.offset + len(texts)]]
    return np.frombuffer(data, np.uint8)[first:last]


# -- by pattern ----------------------------------------------------------------------------------------------------


def _by_pattern(texts: pa.Array, pattern: str, this_year: int) -> Read:
    groups = pc.extract_regex(texts, pattern=pattern.replace("(?:^", "(^"))
    ok = np.asarray(pc.is_valid(groups))
    values: dict[str, NDArray[np.int64]] = {}
    given: dict[str, Mask] = {}
    names = [groups.type.field(i).name for i in range(groups.type.num_fields)]
    texts_of = {name: pc.fill_null(groups.field(name), "") for name in names}
    for name in names:
        given[name] = np.asarray(pc.greater(pc.binary_length(texts_of[name]), 0)) & ok
        if name not in "pbz":
            values[name] = _integers(texts_of[name], given[name])
    if "b" in names:
        values["m"] = _month_names(texts_of["b"])
        given["m"] = given["b"]
    if "I" in names:
        values["H"], given["H"] = _twelve(values.pop("I"), texts_of.get("p"), ok), given["I"]
    offset = _offsets(texts_of["z"], given["z"]) if "z" in names else np.full(len(texts), NO_OFFSET, np.int32)
    precision = np.zeros(len(texts), np.int8)
    for letters, level in (("dj", DAY), ("H", HOUR), ("M", MINUTE), ("S", SECOND)):
        for letter in letters:
            precision[given.get(letter, np.zeros(len(texts), bool))] = level
    return _assembled(values, ok, precision, offset, this_year, given)


def _integers(texts: pa.Array, given: Mask) -> NDArray[np.int64]:
    values = pc.cast(pc.if_else(pa.array(given), texts, "0"), pa.int64())
    return np.asarray(values.to_numpy(zero_copy_only=False)).copy()


def _month_names(texts: pa.Array) -> NDArray[np.int64]:
    short = pc.utf8_slice_codeunits(pc.utf8_lower(texts), 0, 3)
    out = np.zeros(len(texts), np.int64)
    for number, names in enumerate(_MONTHS, 1):
        out[np.asarray(pc.is_in(short, pa.array(names)))] = number
    return out


def _twelve(hours: NDArray[np.int64], marks: pa.Array | None, ok: Mask) -> NDArray[np.int64]:
    ok &= (hours >= 1) & (hours <= 12)
    if marks is None:
        return hours
    evening = np.asarray(pc.starts_with(marks, "p", ignore_case=True))
    whole: NDArray[np.int64] = hours % 12 + 12 * evening
    return whole


def _offsets(texts: pa.Array, given: Mask) -> NDArray[np.int32]:
    encoded = texts.dictionary_encode()
    seconds = [_offset(t) for t in encoded.dictionary.to_pylist()]
    return np.where(given, np.array(seconds, np.int32)[encoded.indices.to_numpy()], NO_OFFSET).astype(np.int32)


def _offset(text: str) -> int:
    digits = re.sub("[^0-9]", "", text)
    if not digits:
        return 0 if text in ("Z", "z") else int(NO_OFFSET)
    seconds = int(digits[:2]) * 3600 + int(digits[2:] or 0) * 60
    return -seconds if text.startswith("-") else seconds


def _assembled(
    values: dict[str, NDArray[np.int64]],
    ok: Mask,
    precision: NDArray[np.int8],
    offset: NDArray[np.int32],
    this_year: int,
    given: dict[str, Mask] | None = None,
) -> Read:
    """Parts to seconds; a date that does not exist (2025-02-30, 24:10, month 13) is not ok."""
    n = len(ok)
    given = given or {}
    year = values["Y"] if "Y" in values else _century(values["y"], this_year)
    if "j" in values:
        start = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]")
        days = start.astype(np.int64) + values["j"] - 1
        ok = (
            ok
            & (values["j"] >= 1)
            & ((start + values["j"] - 1).astype("datetime64[Y]") == start.astype("datetime64[Y]"))
        )
    else:
        month = values.get("m", np.zeros(n, np.int64))  # a year alone is no time
        day = values.get("d", np.ones(n, np.int64))
        if "d" in given:
            day = np.where(given["d"], day, 1)
        ok = ok & (month >= 1) & (month <= 12) & (day >= 1) & (year >= 1)
        months = (year - 1970) * 12 + np.clip(month, 1, 12) - 1
        first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        length = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - first
        ok = ok & (day <= length)
        days = first + day - 1
    zero = np.zeros(n, np.int64)
    hour, minute, second = (values.get(letter, zero) for letter in "HMS")
    midnight = (hour == 24) & (minute == 0) & (second == 0)
    ok = ok & ((hour < 24) | midnight) & (minute < 60) & (second <= 60)
    return Read(days * 86_400 + hour * 3600 + minute * 60 + np.minimum(second, 59), precision, offset, ok)


def _century(two: NDArray[np.int64], this_year: int) -> NDArray[np.int64]:
    """Years of two digits: never more than a year ahead."""
    base = this_year // 100 * 100
    years: NDArray[np.int64] = np.where(base + two > this_year + 1, base - 100, base) + two
    return years
