"""Shapes on the ground: coordinate systems (pyproj), polygons (shapely), files (GDAL, fenced), exports (geopandas)."""
