"""Files with shapes: GeoJSON by our own reader; GeoPackage, Shapefile and KML by geo.files' fenced process."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from hotspots.geo.files import VectorTable, layer_info, read_vector, stage_vector
from hotspots.intake.mapping import Profile
from hotspots.intake.readers import nested
from hotspots.intake.readers.base import (
    CHUNK_ROWS,
    GEOMETRY,
    MAX_STREAM_BYTES,
    Chunk,
    Source,
    choose,
    damaged,
    empty,
    left_out,
    plain_table,
    too_large,
    trouble,
)
from hotspots.intake.readers.encoding import is_gzip, open_bytes
from hotspots.words import Text


def open_layer(path: Path, profile: Profile | None, kind: str) -> Source:
    """A layer of a GeoPackage, Shapefile (also zipped) or KML; `sheet` in the profile names it; see Source.

    Raises:
        Trouble: `unreadable_layer`, `bad_zip`, `no_sheet`, `too_large`, `missing_column`.
    """
    if path.stat().st_size > MAX_STREAM_BYTES:
        raise too_large(path, "Dela den i mindre filer", "Split it into smaller files")
    facts = layer_info(path)
    layers, layer = list(facts["layers"]), profile.sheet if profile else ""
    if layer and layer not in layers:
        said = ", ".join(repr(n) for n in layers[:12])
        raise trouble(
            "no_sheet",
            path,
            f"Lagret {layer!r} finns inte",
            f"There is no layer {layer!r}",
            f"Välj bland: {said}",
            f"Choose among: {said}",
        )
    facts = layer_info(path, layer=layer) if layer else facts
    columns = (*facts["columns"], GEOMETRY)
    chosen = choose(path, columns, profile.wanted if profile else None)
    return Source(
        path,
        kind,
        columns,
        left_out(columns, chosen),
        _announce(layer, layers, str(facts["crs"])),
        int(facts["rows"]),
        lambda: _chunks(path, layer or layers[0], chosen),
        crs=str(facts["crs"]),
    )


def _announce(layer: str, layers: list[str], crs: str) -> list[Text]:
    said = []
    if not layer and len(layers) > 1:
        others = ", ".join(layers[1:])
        said.append(
            Text(sv=f"Lagret {layers[0]!r} läses, inte: {others}", en=f"The layer {layers[0]!r} is read, not: {others}")
        )
    if crs:
        name = crs if len(crs) < 40 else "WKT"
        said.append(Text(sv=f"Filens koordinatsystem: {name}", en=f"The file's coordinate system: {name}"))
    return said


def _chunks(path: Path, layer: str, chosen: list[str]) -> Iterator[Chunk]:
    """From an Arrow file that is mapped into memory and gone afterwards."""
    attributes = [c for c in chosen if c != GEOMETRY]
    with tempfile.TemporaryDirectory() as folder:
        staged = stage_vector(path, Path(folder), layer=layer, columns=attributes)
        read = 0
        with pa.memory_map(str(staged)) as mapped:
            reader = pa.ipc.open_file(mapped)
            for index in range(reader.num_record_batches):
                table = pa.Table.from_batches([reader.get_batch(index)])
                yield Chunk(read + 1, plain_table(table.select(chosen), chosen), [])
                read += len(table)


def open_geojson(path: Path, profile: Profile | None) -> Source:
    """A GeoJSON file: properties by name, the shape as "geometry"; see Source.

    Raises:
        Trouble: `damaged_file`, `too_large`, `empty_file`, `missing_column`, `bad_geojson`.
    """
    document = nested.load(path)
    features = document.get("features") if document.get("type") == "FeatureCollection" else [document]
    if not isinstance(features, list):
        raise damaged(path)
    if not features:
        raise empty(path)
    rows = [_properties(f) for f in features]
    columns = (*dict.fromkeys(k for r in rows if r for k in nested.flat(r)), GEOMETRY)
    chosen = choose(path, columns, profile.wanted if profile else None)
    broken = [i for i, row in enumerate(rows, 1) if row is None]
    table = nested.table_of([_texts(nested.flat(r or {}), chosen) for r in rows], chosen)
    crs = "EPSG:4326"
    if GEOMETRY in chosen:
        shapes = _shapes(path)
        table = table.set_column(chosen.index(GEOMETRY), GEOMETRY, pa.array(list(shapes.wkb), pa.binary()))
        crs = shapes.crs or crs
    left = left_out(columns, chosen)
    return Source(path, "geojson", columns, left, [], len(rows), lambda: _slices(table, broken), crs=crs)


def _shapes(path: Path) -> VectorTable:
    if not is_gzip(path):
        return read_vector(path)
    with tempfile.TemporaryDirectory() as folder, open_bytes(path) as packed:
        unpacked = Path(folder) / "input.geojson"
        with unpacked.open("wb") as file:
            shutil.copyfileobj(packed, file)
        return read_vector(unpacked)


def _properties(feature: Any) -> dict[str, Any] | None:
    if not isinstance(feature, dict):
        return None
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _texts(row: dict[str, Any], chosen: list[str]) -> dict[str, str | None]:
    return {name: nested.as_text(row.get(name)) for name in chosen}


def _slices(table: pa.Table, broken: list[int]) -> Iterator[Chunk]:
    for start in range(0, len(table), CHUNK_ROWS):
        part = table.slice(start, CHUNK_ROWS)
        yield Chunk(start + 1, part, [n for n in broken if start < n <= start + len(part)])
