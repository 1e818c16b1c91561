"""What the server does for one view of the live map, against the usual way: folium draws GeoJSON."""

import json

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hotspots import grid
from layers import LAYERS, live
from tests.bench.harness import Bench, Pair

LUND = 0x891F25A9467FFFF
LIMITS = (5, 10, 20, 50, 100)


def table(n: int) -> pd.DataFrame:
    """Released counts in `n` cells of resolution 9."""
    cells = grid.disk(LUND, 60)[:n]
    return pd.DataFrame({"cell": cells, "count": np.random.default_rng(1).integers(5, 300, n)})


def ours(counts: pd.DataFrame) -> str:
    """The message that the browser gets."""
    layer = LAYERS["hexagons"].draw(counts, "sv", limits=LIMITS)
    return json.dumps(live.payload([layer], title="", language="sv", height=600, base="/"))


def with_folium(counts: pd.DataFrame) -> str:
    """The page that the browser gets."""
    layer = LAYERS["hexagons"].draw(counts, "sv", limits=LIMITS)
    colours = [layer.palette[k] for k in layer.classes]
    shapes = shapely.from_wkb(grid.outlines_wkb(counts["cell"].to_numpy()))
    frame = gpd.GeoDataFrame({"colour": colours, "cell": layer.cells}, geometry=shapes, crs=4326)
    page = folium.Map((55.7, 13.2), zoom_start=12, tiles=None, prefer_canvas=True)
    look = lambda f: {"fillColor": f["properties"]["colour"], "weight": 0.5}  # noqa: E731
    folium.GeoJson(frame, style_function=look, tooltip=folium.GeoJsonTooltip(["cell"])).add_to(page)
    return page.get_root().render()


def same(message: str, page: str) -> None:
    """Every cell is in both, and ours is at most a tenth of the bytes."""
    groups = json.loads(message)["layers"][0]["ids"]
    cells = [
        g["head"] + g["bodies"][i : i + g["width"]] + g["tail"]
        for g in groups
        for i in range(0, len(g["bodies"]), g["width"])
    ]
    assert cells
    assert all(c in page for c in cells)
    assert len(message) * 10 < len(page)


def view(n: int) -> Pair:
    """One view of `n` hexagons."""
    counts = table(n)
    return Pair(lambda: ours(counts), lambda: with_folium(counts), same)


BENCHES = [
    Bench("view_2000", "2,000 hexagons: table to what is sent", "folium GeoJson", lambda: view(2_000), must=5.0),
    Bench("view_10000", "10,000 hexagons: table to what is sent", "folium GeoJson", lambda: view(10_000), must=5.0),
]
