"""Files with shapes: GeoJSON by shapely; GeoPackage, Shapefile and KML by GDAL in a fenced process (child.py).

Files are recognised by what they hold, never by their name alone: a file of another kind never reaches GDAL.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from hotspots.errors import Trouble
from hotspots.words import Text

WALL_SECONDS = 120
ZIP_ENTRIES, ZIP_RATIO, ZIP_BYTES = 1_000, 100, 2 << 30
SHAPEFILE_PARTS = {".shp", ".dbf", ".shx", ".prj", ".cpg"}


@dataclass(frozen=True)
class VectorTable:
    """Attributes and shapes of one layer, of equal length; `crs` as the file says ("" = none)."""

    columns: pa.Table
    wkb: NDArray[Any]
    crs: str


def _trouble(code: str, sv: str, en: str, path: Path, do_sv: str = "", do_en: str = "") -> Trouble:
    return Trouble(code, Text(sv=sv, en=en), where=path.name, do=Text(sv=do_sv, en=do_en))


def sniff(path: Path) -> str:
    """What the file holds: gpkg, shp, zip, kml, parquet, xlsx, json or text; by its first bytes."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"SQLite format 3\x00"):
        return "gpkg"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return "shp"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith(b"<"):
        return "kml" if b"<kml" in head else "xml"
    if start.startswith((b"{", b"[")):
        return "json"
    return "text"


def _zip_kind(path: Path) -> str:
    names = check_zip(path)
    if "[Content_Types].xml" in names:
        return "xlsx"
    return "shp.zip" if any(n.lower().endswith(".shp") for n in names) else "zip"


def check_zip(path: Path) -> list[str]:
    """The names in a zip (also xlsx), after its limits: entries, unpacked size, ratio, no links or paths upward.

    Raises:
        Trouble: `bad_zip` when a limit is passed or the file is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise _trouble(
            "bad_zip", "Zip-filen är skadad", "The zip file is damaged", path, "Packa den på nytt", "Pack it again"
        ) from None
    total = sum(e.file_size for e in entries)
    packed = max(1, sum(e.compress_size for e in entries))
    odd = any(
        e.filename.startswith("/") or ".." in Path(e.filename).parts or e.external_attr >> 28 == 0xA for e in entries
    )
    if len(entries) > ZIP_ENTRIES or total > ZIP_BYTES or (total > 1 << 20 and total / packed > ZIP_RATIO) or odd:
        raise _trouble(
            "bad_zip",
            "Zip-filen är för stor uppackad eller innehåller länkar",
            "The zip file is too large unpacked, or holds links",
            path,
            "Packa bara de filer som behövs",
            "Pack only the files that are needed",
        )
    return [e.filename for e in entries]


def _unpack_shapefile(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        shapes = [n for n in archive.namelist() if n.lower().endswith(".shp")]
        if len(shapes) != 1:
            raise _trouble(
                "many_layers",
                "Zip-filen innehåller flera kartlager",
                "The zip file holds several map layers",
                path,
                "Packa en shapefil per zip",
                "Pack one shapefile per zip",
            )
        stem = shapes[0][:-4]
        for name in archive.namelist():
            if name[: len(stem)] == stem and name[len(stem) :].lower() in SHAPEFILE_PARTS:
                with archive.open(name) as source, (folder / f"input{name[len(stem) :].lower()}").open("wb") as target:
                    shutil.copyfileobj(source, target)
    return folder / "input.shp"


def _staged(path: Path, kind: str, folder: Path) -> Path:
    """A copy under a fixed name in a folder of its own, so that no name or neighbour can steer GDAL."""
    if kind == "shp.zip":
        return _unpack_shapefile(path, folder)
    if kind == "shp":
        for part in path.parent.glob(f"{path.stem}.*"):
            if part.suffix.lower() in SHAPEFILE_PARTS:
                shutil.copyfile(part, folder / f"input{part.suffix.lower()}")
        return folder / "input.shp"
    staged = folder / f"input.{kind}"
    shutil.copyfile(path, staged)
    return staged


def _child(path: Path, kind: str, verb: str, target: Path, layer: str, columns: list[str], folder: Path) -> None:
    command = [sys.executable, "-m", "hotspots.geo.child", verb, str(_staged(path, kind, folder)), str(target), layer]
    try:
        done = subprocess.run([*command, *columns], capture_output=True, timeout=WALL_SECONDS, check=False)
        failed = done.returncode != 0
    except subprocess.TimeoutExpired:
        failed = True
    if failed or not target.exists():
        raise _trouble(
            "unreadable_layer",
            "Kartfilen kunde inte läsas inom gränserna för tid och minne",
            "The map file could not be read within the limits of time and memory",
            path,
            "Öppna den i ett kartprogram och spara om den som GeoPackage eller GeoJSON",
            "Open it in a map program and save it again as GeoPackage or GeoJSON",
        )


def layer_info(path: Path, *, layer: str = "") -> dict[str, Any]:
    """Layers, columns, crs and rows of a GeoPackage, Shapefile (also zipped) or KML."""
    with tempfile.TemporaryDirectory() as name:
        target = Path(name) / "out.json"
        (Path(name) / "in").mkdir()
        _child(path, sniff(path), "info", target, layer, [], Path(name) / "in")
        return dict(json.loads(target.read_text("utf-8")))


def stage_vector(path: Path, folder: Path, *, layer: str = "", columns: list[str] | None = None) -> Path:
    """An Arrow file in `folder` with the layer's columns and "geometry" (WKB), to be memory-mapped batch by batch.

    Raises:
        Trouble: `unreadable_layer`, `bad_zip`, `many_layers`.
    """
    target = folder / "out.arrow"
    with tempfile.TemporaryDirectory(dir=folder) as name:
        _child(path, sniff(path), "read", target, layer, columns or [], Path(name))
    return target


def read_vector(path: Path, *, layer: str = "", columns: list[str] | None = None) -> VectorTable:
    """Attributes and shapes of GeoJSON, GeoPackage, Shapefile (also zipped) or KML.

    Raises:
        Trouble: `bad_map_file` for another kind of file; `unreadable_layer`, `bad_zip`, `bad_geojson`.
    """
    kind = sniff(path)
    if kind == "json":
        return _read_geojson(path)
    if kind not in ("gpkg", "shp", "shp.zip", "kml"):
        raise _trouble(
            "bad_map_file",
            "Filen är inte GeoJSON, GeoPackage, Shapefile eller KML",
            "The file is not GeoJSON, GeoPackage, Shapefile or KML",
            path,
            "Spara kartlagret i något av de formaten",
            "Save the map layer in one of those formats",
        )
    with tempfile.TemporaryDirectory() as name:
        target = Path(name) / "out.arrow"
        (Path(name) / "in").mkdir()
        _child(path, kind, "read", target, layer, columns or [], Path(name) / "in")
        with pa.OSFile(str(target)) as source:
            table = pa.ipc.open_file(source).read_all()
    crs = (table.schema.metadata or {}).get(b"crs", b"").decode()
    wkb = np.array(table.column("geometry").to_pylist(), dtype=object)
    return VectorTable(table.drop_columns(["geometry"]), wkb, crs)


def _read_geojson(path: Path) -> VectorTable:
    try:
        content = json.loads(path.read_text("utf-8-sig"))
        features = content["features"] if content.get("type") == "FeatureCollection" else [content]
        properties = [f.get("properties") or {} for f in features]
        shapes = [shapely.from_geojson(json.dumps(f["geometry"])) if f.get("geometry") else None for f in features]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, shapely.errors.GEOSException):
        raise _trouble(
            "bad_geojson",
            "GeoJSON-filen är skadad eller saknar features",
            "The GeoJSON file is damaged or has no features",
            path,
            "Exportera den på nytt från kartprogrammet",
            "Export it again from the map program",
        ) from None
    names = list(dict.fromkeys(k for p in properties for k in p))
    columns = {
        n: [p.get(n) if isinstance(p.get(n), str) or p.get(n) is None else json.dumps(p.get(n)) for p in properties]
        for n in names
    }
    named = (
        ((content.get("crs") or {}).get("properties") or {}).get("name", "EPSG:4326")
        if isinstance(content, dict)
        else ""
    )
    wkb = np.array([None if s is None else shapely.to_wkb(s) for s in shapes], dtype=object)
    return VectorTable(
        pa.table(columns) if names else pa.table({"feature": pa.nulls(len(shapes), pa.string())}), wkb, named
    )
