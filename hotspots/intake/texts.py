"""Columns as text, distinct values looked at once, and the sums that make a row's key."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
_ODD = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def one_array(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A chunk's column as one array."""
    if isinstance(column, pa.ChunkedArray):
        return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    return column


def as_text(column: pa.Array) -> pa.Array:
    """Any column as it would be written, without blanks around: whole numbers without a point."""
    kind = column.type
    if pa.types.is_string(kind):
        return pc.utf8_trim_whitespace(column)
    if pa.types.is_floating(kind):
        values = column.to_numpy(zero_copy_only=False)
        with np.errstate(invalid="ignore"):
            whole = np.isfinite(values) & (np.abs(values) < 2**53) & (values == np.floor(values))
        integers = pc.cast(pa.array(np.where(whole, values, 0).astype(np.int64)), pa.string())
        return pc.if_else(pa.array(whole), integers, pc.cast(pa.array(values, from_pandas=True), pa.string()))
    if pa.types.is_binary(kind):
        return pa.nulls(len(column), pa.string())
    return pc.cast(column, pa.string())


def by_value(texts: pa.Array, answer: Callable[[list[str]], NDArray[Any]], without: Any) -> NDArray[Any]:
    """answer(distinct values) spread over the rows, shape (n,); rows without a value get `without`."""
    encoded = texts.dictionary_encode()
    answers = answer(encoded.dictionary.to_pylist())
    table = np.append(answers, np.array([without], dtype=answers.dtype))
    return np.asarray(table[np.asarray(pc.fill_null(encoded.indices, len(answers)))])


def mixed(h: Hashes) -> Hashes:
    """SplitMix64's last steps: every input bit reaches every output bit (Steele, Lea & Flood 2014)."""
    h = (h ^ (h >> np.uint64(30))) * _ODD[0]
    h = (h ^ (h >> np.uint64(27))) * _ODD[1]
    out: Hashes = h ^ (h >> np.uint64(31))
    return out


def bits(values: NDArray[Any]) -> Hashes:
    """The values as unsigned 64-bit integers, equal for equal values."""
    if values.dtype.kind == "f":
        return np.ascontiguousarray(values, np.float64).view(np.uint64)
    return values.astype(np.int64).view(np.uint64) if values.dtype.kind == "i" else values.astype(np.uint64)


def combined(columns: list[NDArray[Any]]) -> Hashes:
    """One 64-bit number per row from all its columns, in their order; shape (n,)."""
    h: Hashes = np.full(len(columns[0]), 0x243F6A8885A308D3, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for column in columns:
            h = mixed((h ^ bits(column)) + _GOLDEN)
    return h
