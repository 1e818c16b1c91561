"""Shapes on the ground: areas, systems, files that want to do harm, places by name."""

import json
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from hotspots import grid
from hotspots import study as studies
from hotspots.errors import Trouble
from hotspots.geo import areas, export, files, places, project
from hotspots.geo.areas import Locator

# Test points of the domain page: the same place in three systems.
POINTS = [
    (59.2739, 15.2153, "EPSG:3006", 512271, 6570571),
    (59.2739, 15.2153, "EPSG:3009", 162276, 6573201),
    (59.3146, 18.0726, "EPSG:3011", 154135, 6577717),
    (57.7089, 11.9733, "EPSG:3007", 148408, 6398862),
    (57.3044, 13.5407, "EPSG:3008", 152453, 6353813),
]


@pytest.mark.parametrize(("lat", "lng", "crs", "e", "n"), POINTS)
def test_known_points_in_swedish_systems(lat: float, lng: float, crs: str, e: float, n: float) -> None:
    x, y = project.from_lonlat([lng], [lat], crs)
    assert abs(x[0] - e) < 1 and abs(y[0] - n) < 1
    back = project.to_lonlat(x, y, crs)
    assert np.allclose(np.ravel(back), [lng, lat], atol=1e-8)


def test_two_threads_transform_as_one() -> None:
    rng = np.random.default_rng(2)
    lng, lat = rng.uniform(12, 20, 60_000), rng.uniform(56, 66, 60_000)
    x, y = project.from_lonlat(lng, lat, "EPSG:3006")
    one = pyproj.Transformer.from_crs(4326, 3006, always_xy=True).transform(lng, lat)
    assert np.array_equal(x, one[0]) and np.array_equal(y, one[1])


def test_a_system_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Trouble, match="coordinate system is unknown"):
        project.check_crs("EPSG:999999")


def test_the_cells_of_a_municipality_tile_it() -> None:
    districts = areas.regso(["1880"])
    assert len(districts) == 36 and len(set(districts.codes)) == 36
    cells, inside = areas.study_grid(districts.union(), 9)
    assert inside.sum() == pytest.approx(districts.areas_km2().sum(), rel=1e-4)
    assert (np.diff(cells.astype(object)) > 0).all() and (inside <= areas.cell_areas_km2(cells) * (1 + 1e-9)).all()


def test_every_municipality_has_a_name_and_districts() -> None:
    codes = areas.municipality_codes()
    assert len(codes) == 290 and set(places.municipalities()) == set(codes)
    with pytest.raises(Trouble, match="no municipality of that code"):
        areas.regso(["9999"])


def test_true_cell_areas_follow_the_ellipsoid() -> None:
    cells = grid.cells_of([59.33, 55.60, 65.58], [18.07, 13.0, 22.15], 10)
    exact = areas.geodesic_km2(shapely.from_wkb(grid.outlines_wkb(cells)))
    assert np.allclose(areas.cell_areas_km2(cells), exact, rtol=1e-6)
    # The published means for whole H3 are a quarter too large in Sweden (methods, fact 6; spherical there).
    assert np.allclose(areas.cell_areas_km2(cells) * 1e6, [11_311, 12_372, 10_849], rtol=0.01)


def test_the_locator_is_point_in_polygon() -> None:
    districts = areas.regso(["1880"])
    rng = np.random.default_rng(3)
    lng, lat = rng.uniform(15.1, 15.35, 4_000), rng.uniform(59.22, 59.34, 4_000)
    locator = Locator(districts)
    found = locator.locate(lng, lat, grid.cells_of(lat, lng, 10))
    tree = shapely.STRtree(districts.shapes)
    expected = np.full(len(lng), -1)
    at, district = tree.query(shapely.points(lng, lat), predicate="intersects")
    expected[at] = district
    assert np.array_equal(found, expected) and (found == -1).sum() < len(found)
    turn = rng.permutation(len(lng))
    again = locator.locate(lng[turn], lat[turn], grid.cells_of(lat[turn], lng[turn], 10))
    assert np.array_equal(again, found[turn]), "asked again, in another order"


def test_shipped_places_lie_where_the_domain_page_says() -> None:
    table = places.shipped()
    orebro = table[table["municipality"] == "1880"]
    districts = areas.regso(["1880"])
    at = Locator(districts).locate(orebro["lng"], orebro["lat"], grid.cells_of(orebro["lat"], orebro["lng"], 10))
    code = dict(zip(orebro["name"], (districts.codes[i] for i in at), strict=True))
    assert (
        code["Järntorget"] == "1880R031"
        and code["Krämartorget"] == "1880R033"
        and code["Vivalla centrum"] == "1880R029"
    )


# -- files that hold something else than they say ---------------------------------------------------------------------


def square() -> dict[str, object]:
    ring = [[15.1, 59.2], [15.3, 59.2], [15.3, 59.3], [15.1, 59.3], [15.1, 59.2]]
    return {"type": "Feature", "properties": {"namn": "Norr"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


@pytest.fixture
def geojson(tmp_path: Path) -> Path:
    path = tmp_path / "area.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [square()]}), "utf-8")
    return path


def test_one_area_in_five_formats(tmp_path: Path, geojson: Path) -> None:
    import geopandas as gpd

    frame = gpd.read_file(geojson)
    paths = [geojson]
    for name, driver in (("a.gpkg", "GPKG"), ("a.shp", "ESRI Shapefile"), ("a.kml", "KML")):
        frame.rename(columns={"namn": "Name"}).to_file(tmp_path / name, driver=driver)
        paths.append(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in tmp_path.glob("a.*"):
            if part.suffix in files.SHAPEFILE_PARTS:
                archive.write(part, f"folder/{part.name}")
    paths.append(tmp_path / "a.zip")
    for path in paths:
        districts, _ = areas.from_file(path)
        assert districts.names == ("Norr",), path.name
        assert districts.areas_km2()[0] == pytest.approx(126.4, rel=0.01)
    projected = tmp_path / "sweref.gpkg"
    frame.to_crs(3006).to_file(projected)
    assert areas.from_file(projected)[0].areas_km2()[0] == pytest.approx(126.4, rel=0.01)


def test_a_vrt_dressed_as_a_map_file_never_reaches_gdal(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("name,wkt\ntop secret,POINT (1 1)\n")
    layer = f"<OGRVRTLayer name='secret'><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>"
    vrt = f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"
    for name in ("a.gpkg", "a.kml", "a.shp", "a.csv", "a.vrt"):
        (tmp_path / name).write_text(vrt)
        with pytest.raises(Trouble) as trouble:
            files.read_vector(tmp_path / name)
        assert trouble.value.code == "bad_map_file"
    # Even where the wrapping is KML, no other source is followed.
    (tmp_path / "b.kml").write_text(f"<?xml version='1.0'?><kml xmlns='http://www.opengis.net/kml/2.2'>{vrt}</kml>")
    with pytest.raises(Trouble):
        areas.from_file(tmp_path / "b.kml")


def test_a_geopackage_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import geopandas as gpd

    path = tmp_path / "loop.gpkg"
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(15, 59, 15.1, 59.1)], crs=4326).to_file(path, layer="areas")
    with sqlite3.connect(path) as db:
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{trigger}"')
        db.execute("DROP TABLE areas")
        db.execute(
            "CREATE VIEW areas AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
            "SELECT x AS fid, NULL AS geom, x AS a FROM c"
        )
    monkeypatch.setattr(files, "WALL_SECONDS", 4)
    with pytest.raises(Trouble, match="limits of time and memory"):
        files.read_vector(path)


def test_zips_with_too_much_in_them_are_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", b"\0" * 50_000_000)
    up = tmp_path / "up.zip"
    with zipfile.ZipFile(up, "w") as archive:
        archive.writestr("../a.shp", b"x")
    many = tmp_path / "many.zip"
    with zipfile.ZipFile(many, "w") as archive:
        for i in range(1_001):
            archive.writestr(f"{i}.shp", b"")
    link = tmp_path / "link.zip"
    with zipfile.ZipFile(link, "w") as archive:
        info = zipfile.ZipInfo("a.shp")
        info.external_attr = 0xA1FF << 16
        archive.writestr(info, "/etc/passwd")
    for path in (bomb, up, many, link):
        with pytest.raises(Trouble) as trouble:
            areas.from_file(path)
        assert trouble.value.code == "bad_zip", path.name


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "bad_map_file"),
        (b"{", "bad_geojson"),
        (b'{"type": "FeatureCollection"}', "bad_geojson"),
        (b'{"type": "FeatureCollection", "features": [{"geometry": {"type": "Polygon"}}]}', "bad_geojson"),
        (b'{"type": "FeatureCollection", "features": []}', "no_polygons"),
        (
            b'{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [15, 59]}}',
            "no_polygons",
        ),
        (b"SQLite format 3\x00" + b"\x01" * 200, "unreadable_layer"),
        (b"PK\x03\x04 broken", "bad_zip"),
    ],
)
def test_damaged_files_end_in_a_sentence(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(content)
    with pytest.raises(Trouble) as trouble:
        areas.from_file(path)
    assert trouble.value.code == code and trouble.value.sentence("sv").endswith(".")


def test_a_crossed_polygon_is_mended_and_its_name_column_can_be_chosen(tmp_path: Path, geojson: Path) -> None:
    bow = {"type": "Polygon", "coordinates": [[[15, 59], [15.2, 59.2], [15.2, 59], [15, 59.2], [15, 59]]]}
    content = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"id": 7, "plats": "A"}, "geometry": bow}],
    }
    geojson.write_text(json.dumps(content))
    districts, column = areas.from_file(geojson, "plats")
    assert column == "plats" and districts.names == ("A",) and shapely.is_valid(districts.shapes).all()
    with pytest.raises(Trouble, match="column of district names"):
        areas.from_file(geojson, "nope")


# -- writing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", export.SUFFIXES)
def test_exports_come_back_whole(tmp_path: Path, suffix: str) -> None:
    import geopandas as gpd

    cells = grid.disk(int(grid.cells_of([59.27], [15.21], 9)[0]), 1)
    table = pd.DataFrame(
        {"cell": grid.to_text(cells), "name": ["å", "ä", "ö", "=1+1", "-x", "@y", "z"], "count": range(7)}
    )
    path = tmp_path / f"out{suffix}"
    export.write(table, path, export.cell_shapes(cells))
    back = (
        pd.read_csv(path)
        if suffix == ".csv"
        else gpd.read_parquet(path)
        if suffix == ".parquet"
        else gpd.read_file(path)
    )
    assert back["cell"].tolist() == table["cell"].tolist() and back["name"][0] == "å"
    if suffix == ".csv":
        assert back["name"].tolist()[3:6] == ["'=1+1", "'-x", "'@y"], "no text may run as a formula"
    else:
        assert back.crs.to_epsg() == 4326
        assert np.allclose(shapely.area(back.geometry.to_numpy()), shapely.area(export.cell_shapes(cells)), rtol=1e-3)
    assert not list(tmp_path.glob(".*"))


def test_an_unknown_ending_or_folder_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "a.doc", "bad_suffix"), (tmp_path / "no" / "a.csv", "bad_folder")):
        with pytest.raises(Trouble) as trouble:
            export.write(pd.DataFrame({"a": [1]}), path)
        assert trouble.value.code == code and not path.exists()


# -- studies ----------------------------------------------------------------------------------------------------------


def test_a_study_is_made_once_and_read_back(tmp_path: Path, geojson: Path) -> None:
    made, column = studies.create(tmp_path / "s", area=geojson, time_zone="America/Chicago")
    again = studies.load(tmp_path / "s")
    assert column == "namn" and again.name == "area" and again.districts.names == ("Norr",) and again.crs == "EPSG:3006"
    assert again.time_zone == "America/Chicago" and len(again.grid) == len(made.grid) > 0
    assert (tmp_path / "s" / "vault").stat().st_mode & 0o077 == 0, "nobody else may look into the vault"
    with pytest.raises(Trouble, match="already holds a study"):
        studies.create(tmp_path / "s", municipalities=["1880"])


def test_a_study_with_a_mistake_says_where(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="holds no study"):
        studies.load(tmp_path)
    (tmp_path / "study.toml").write_text("name = ")
    with pytest.raises(Trouble, match="cannot be read"):
        studies.load(tmp_path)
    with pytest.raises(Trouble, match="time zone"):
        studies.create(tmp_path / "x", municipalities=["1880"], time_zone="Mars/Olympus")
    with pytest.raises(Trouble, match="no area"):
        studies.create(tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_a_lookup_file_of_places(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("namn;lat;lng\nTorget;59,27;15,21\nParken;59.28;15.22\n", "utf-8")
    table = places.read_lookup(path)
    assert table["lat"].tolist() == [59.27, 59.28] and places.key_of("  Stora  TORGET ") == "stora torget"
    path.write_bytes("namn;lat;lng;offentlig\nGårdet;59,27;15,21;ja\nÅgatan 5;59,28;15,22;\n".encode("cp1252"))
    table = places.read_lookup(path)
    assert table["name"].tolist() == ["Gårdet", "Ågatan 5"] and table["public"].tolist() == [True, False]
    for broken in (b"", b"\x00\xff\x81"):
        path.write_bytes(broken)
        with pytest.raises(Trouble):
            places.read_lookup(path)
    path.write_text("name;lat;lng\nTorget;59,27;\n")
    with pytest.raises(Trouble) as trouble:
        places.read_lookup(path)
    assert trouble.value.where == "places.csv" and "2" in trouble.value.sentence("sv")


def test_gdal_runs_in_a_process_of_its_own() -> None:
    """Nothing else than the child imports pyogrio for reading; geopandas needs it to write."""
    code = "import sys; import hotspots.geo.files; print('pyogrio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "districts", "km2"),
    [
        ("nij_portland/raw/portland-police-districts.zip", 60, 147.71 * 2.589988),
        ("chicago_assaults/chicago_police_districts.kml", 25, 608.9),
        ("lancashire_asb/lancashire_wards.gpkg", 271, 3068.5),
        ("lancashire_asb/lancashire_districts.geojson", 14, 3068.5),
        ("sweden_areas/raw/sveriges_kommuner_sf_simple.gpkg", 290, 437_000),
        ("sweden_areas/raw/stadsdelar.shp", 117, 215),
    ],
)
def test_real_areas(shared_data: Path, file: str, districts: int, km2: float) -> None:
    found, _ = areas.from_file(shared_data / file)
    assert len(found) == districts == len(set(found.names)) and found.areas_km2().sum() == pytest.approx(km2, rel=0.02)


@pytest.mark.shared
def test_features_of_one_name_are_one_district_when_the_column_is_named(shared_data: Path) -> None:
    file = shared_data / "chicago_assaults" / "chicago_police_districts.kml"
    assert len(areas.from_file(file, "Name")[0]) == 23


@pytest.mark.shared
def test_names_of_municipalities_are_those_of_statistics_sweden(shared_data: Path) -> None:
    import geopandas as gpd

    theirs = gpd.read_parquet(shared_data / "sweden_areas" / "kommun.parquet")
    assert dict(zip(theirs["kommun_kod"], theirs["kommun"], strict=True)) == places.municipalities()
