"""Readers: a file that people export becomes chunks of the mapped columns. Its kind is found by content, not name."""

from collections.abc import Callable
from pathlib import Path

from hotspots.geo.files import sniff
from hotspots.intake.mapping import Profile
from hotspots.intake.readers import encoding as text
from hotspots.intake.readers import nested, vector
from hotspots.intake.readers.base import CHUNK_ROWS as CHUNK_ROWS
from hotspots.intake.readers.base import Chunk as Chunk
from hotspots.intake.readers.base import Source as Source
from hotspots.intake.readers.base import damaged, empty, trouble
from hotspots.intake.readers.columnar import open_parquet
from hotspots.intake.readers.delimited import open_delimited
from hotspots.intake.readers.workbook import open_workbook

_KINDS = {"text": "csv", "shp": "shapefile", "shp.zip": "shapefile"}
_READERS: dict[str, Callable[[Path, Profile | None], Source]] = {
    "csv": open_delimited,
    "parquet": open_parquet,
    "xlsx": lambda path, profile: open_workbook(path, profile, "xlsx"),
    "xls": lambda path, profile: open_workbook(path, profile, "xls"),
    "json": nested.open_document,
    "lines": nested.open_lines,
    "geojson": vector.open_geojson,
    "gpkg": lambda path, profile: vector.open_layer(path, profile, "gpkg"),
    "shapefile": lambda path, profile: vector.open_layer(path, profile, "shapefile"),
    "kml": lambda path, profile: vector.open_layer(path, profile, "kml"),
}
_SAME = {"lines": "json"}  # what a profile may call it


def open_source(path: Path, profile: Profile | None = None) -> Source:
    """Open a file by a profile; without one, all columns are given (for drafts and previews). See Source.

    Raises:
        Trouble: `no_file`, `empty_file`, `not_a_table`, `wrong_format`, `too_large`, `damaged_file`, `missing_column`,
            `duplicate_column`, `bad_encoding`, `no_sheet`, `no_records`, and what reading map files raises.
    """
    kind = _kind(path)
    given = profile.format if profile else ""
    if given and given != _SAME.get(kind, kind) and not (given == "json" and kind == "geojson"):
        raise trouble(
            "wrong_format",
            path,
            f"Profilen säger {given} men filen är {_SAME.get(kind, kind)}",
            f"The profile says {given} but the file is {_SAME.get(kind, kind)}",
            "Ta bort format ur profilen eller välj rätt fil",
            "Take format out of the profile or choose the right file",
        )
    return _READERS["json" if given == "json" and kind == "geojson" else kind](path, profile)


def _kind(path: Path) -> str:
    if not path.is_file():
        raise trouble(
            "no_file",
            path,
            "Filen finns inte" if not path.is_dir() else "Det är en mapp, ingen fil",
            "The file does not exist" if not path.is_dir() else "It is a folder, not a file",
            "Kontrollera sökvägen",
            "Check the path",
        )
    try:
        if not path.stat().st_size:
            raise empty(path)
        kind = sniff(path)
        if text.is_gzip(path):
            start = text.head(path, 4096).lstrip(b"\xef\xbb\xbf \r\n\t")
            kind = "json" if start.startswith((b"{", b"[")) else "text"
    except OSError:
        raise damaged(path) from None
    if kind == "json":
        return nested.kind_of(path)
    if kind in ("xml", "zip"):
        raise trouble(
            "not_a_table",
            path,
            "Filen är XML eller en webbsida, ingen tabell" if kind == "xml" else "Zip-filen innehåller inget kartlager",
            "The file is XML or a web page, no table" if kind == "xml" else "The zip file holds no map layer",
            "Spara den som CSV eller xlsx" if kind == "xml" else "Packa upp den och läs in filerna var för sig",
            "Save it as CSV or xlsx" if kind == "xml" else "Unpack it and read the files one by one",
        )
    return _KINDS.get(kind, kind)
