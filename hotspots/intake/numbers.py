"""Texts to numbers: decimal comma or point, blanks between thousands, Unicode minus; the rest is told apart."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
_BLANKS = r"[\s\x{00a0}\x{2007}\x{2009}\x{202f}'’]+"
_MINUS = r"[\x{2010}-\x{2015}\x{2212}]"
_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"
_BLANKED = r"^[^\s]+$|^[+-]?[0-9]{1,3}([\s\x{00a0}\x{2007}\x{2009}\x{202f}'’][0-9]{3})+([.,][0-9]+)?$"


def no_values(column: pa.Array, missing: tuple[str, ...]) -> pa.Array:
    """Texts without blanks around them; empty ones and the words that mean "no value" are null."""
    trimmed = pc.utf8_trim_whitespace(column)
    none = pc.equal(pc.binary_length(trimmed), 0)
    if missing:
        none = pc.or_(none, pc.is_in(trimmed, pa.array(missing, pa.string())))
    return pc.if_else(pc.fill_null(none, True), pa.scalar(None, pa.string()), trimmed)


def is_null(column: pa.Array) -> Mask:
    """Where there is no value, shape (n,)."""
    return np.asarray(pc.is_null(column)) if column.null_count else np.zeros(len(column), dtype=bool)


def _straight(column: pa.Array) -> Floats | None:
    """The quick way for columns of plain numbers and nulls; None where it is not so ("NaN", "inf" are words)."""
    try:
        cast = pc.cast(column, pa.float64())
    except pa.ArrowInvalid:
        return None
    values: Floats = np.asarray(cast.to_numpy(zero_copy_only=False), dtype=np.float64)
    return values if np.isfinite(values).sum() == len(values) - cast.null_count else None


def parse(column: pa.Array, decimal: str = "", missing: tuple[str, ...] = ()) -> tuple[Floats, Mask]:
    """(values, unreadable), shapes (n,): no value and unreadable ones are NaN. `decimal` "," or "."; "" = either.

    A column that is already numbers passes through.
    """
    if not pa.types.is_string(column.type):
        return _numeric(column)
    values = _straight(column)
    if values is not None:
        return values, np.zeros(len(values), dtype=bool)
    column = no_values(column, missing)
    null = is_null(column)
    plain = _plain(column, decimal)
    readable = pc.fill_null(pc.match_substring_regex(plain, _NUMBER), False)
    values = pc.cast(pc.if_else(readable, plain, pa.scalar(None, pa.string())), pa.float64())
    numbers: Floats = np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)
    return np.where(np.isfinite(numbers), numbers, np.nan), ~np.isfinite(numbers) & ~null


def _plain(column: pa.Array, decimal: str) -> pa.Array:
    """The same numbers as a program writes them; what has blanks in odd places becomes null."""
    whole = pc.if_else(pc.match_substring_regex(column, _BLANKED), column, pa.scalar(None, pa.string()))
    plain = pc.replace_substring_regex(pc.replace_substring_regex(whole, _MINUS, "-"), _BLANKS, "")
    if decimal == ".":
        thousands = pc.match_substring_regex(plain, r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?$")
        return pc.if_else(thousands, pc.replace_substring(plain, ",", ""), plain)
    thousands = pc.match_substring_regex(plain, r"^[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]*$")
    plain = pc.if_else(thousands, pc.replace_substring(plain, ".", ""), plain)
    return pc.replace_substring(plain, ",", ".")


def _numeric(column: pa.Array) -> tuple[Floats, Mask]:
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        return np.full(len(column), np.nan), ~is_null(column)
    values: Any = pc.cast(column, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.where(np.isfinite(values), values, np.nan), np.isinf(values)
