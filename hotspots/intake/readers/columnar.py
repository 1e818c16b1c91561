"""Parquet and GeoParquet: row groups are read one at a time, mapped columns only."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from hotspots.intake.mapping import Profile
from hotspots.intake.readers.base import (
    CHUNK_ROWS,
    MAX_STREAM_BYTES,
    Chunk,
    Source,
    choose,
    damaged,
    left_out,
    plain_table,
    too_large,
)


def open_parquet(path: Path, profile: Profile | None) -> Source:
    """A Parquet file; columns inside structures are addressed as "location.gps"; see Source.

    Raises:
        Trouble: `damaged_file`, `too_large`, `missing_column`, `duplicate_column`.
    """
    if path.stat().st_size > MAX_STREAM_BYTES:
        raise too_large(path, "Dela den i mindre filer", "Split it into smaller files")
    try:
        with pq.ParquetFile(path) as file:
            flat = pa.schema(_leaves(file.schema_arrow))
            rows = file.metadata.num_rows
    except (pa.ArrowException, OSError):
        raise damaged(path) from None
    chosen = choose(path, flat.names, profile.wanted if profile else None)
    left = left_out(flat.names, chosen)
    return Source(path, "parquet", tuple(flat.names), left, [], rows, lambda: _chunks(path, chosen))


def _leaves(fields: pa.Schema | pa.StructType, prefix: str = "") -> list[pa.Field]:
    """The fields of a schema with structures opened: location<name, gps> gives location.name and location.gps."""
    found: list[pa.Field] = []
    for field in fields:
        if pa.types.is_struct(field.type):
            found += _leaves(field.type, f"{prefix}{field.name}.")
        else:
            found.append(pa.field(prefix + field.name, field.type))
    return found


def _chunks(path: Path, chosen: list[str]) -> Iterator[Chunk]:
    read = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=CHUNK_ROWS, columns=chosen):
                table = pa.Table.from_batches([batch])
                while any(pa.types.is_struct(f.type) for f in table.schema):
                    table = table.flatten()
                yield Chunk(read + 1, plain_table(table.select(chosen), chosen), [])
                read += len(table)
    except (pa.ArrowException, OSError, KeyError):
        raise damaged(path) from None
