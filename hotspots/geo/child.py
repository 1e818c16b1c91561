"""The only place where GDAL reads: a process of its own, started by files.py, with limits on time, memory and network.

python -m hotspots.geo.child info|read SOURCE TARGET [layer] [column ...]: writes one Arrow IPC file.
"""

import contextlib
import ctypes
import json
import os
import resource
import sys

MEMORY = 3 << 30
SECONDS = 60


def _fence() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with contextlib.suppress(OSError, AttributeError):  # no network, where the system lets us give it up
        ctypes.CDLL(None, use_errno=True).unshare(0x40000000)


def main() -> None:
    """Read one file within the limits, write one file, end."""
    _fence()
    os.environ |= {
        "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
        "GDAL_VRT_ENABLE_PYTHON": "NO",
        "GDAL_SKIP": "VRT,HTTP,WMS,WCS,WMTS,SQLite,MVT,MBTiles,Rasterlite,OGR_VRT,CSV,GeoJSON,DXF,PDF",
        "OGR_SQLITE_PRAGMA": "trusted_schema=0",
    }
    import pyarrow as pa
    import pyogrio

    verb, source, target, layer, *columns = sys.argv[1:]
    options = {"layer": layer} if layer else {}
    if verb == "info":
        layers = [str(name) for name, kind in pyogrio.list_layers(source) if kind is not None]
        info = pyogrio.read_info(source, layer=layer or layers[0], force_feature_count=True)
        facts = {
            "layers": layers,
            "columns": [str(f) for f in info["fields"]],
            "crs": info["crs"] or "",
            "rows": int(info["features"]),
        }
        with open(target, "w", encoding="utf-8") as file:
            json.dump(facts, file)
        return
    wanted = {"columns": columns} if columns else {}
    meta, table = pyogrio.read_arrow(source, **options, **wanted)
    geometry = meta["geometry_name"] or "wkb_geometry"
    table = table.rename_columns(["geometry" if n == geometry else n for n in table.column_names])
    table = table.replace_schema_metadata({"crs": meta["crs"] or ""})
    with pa.OSFile(target, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=65_536)


if __name__ == "__main__":
    main()
