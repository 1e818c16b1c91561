"""Files that are wrong as a whole: repaired where it is certain, refused with what to do where it is not."""

import gzip

from bad_files.maker import DEGREES, METRES, Bad, N, each, good, metres, profile, text

_SWAP = profile()
_NONE = profile(METRES)
_DAY_MONTH = profile(dates='["%d/%m/%Y %H:%M"]')
_BOTH_ORDERS = profile(dates='["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"]')
_PAIR = profile('latlon = "lat"')
_CELL = profile('cell = "lat"')
_PLACE = profile('place = "lat"')
_COUNTS = """
kind = "visit"
source_type = "outreach"
[columns]
start = "start"
lat = "lat"
lon = "lon"
category = "category"
minutes = "id"
[formats]
dates = ["%Y-%m-%d %H:%M"]
"""


def _crs(code: int) -> str:
    return profile(METRES, top=f'crs = "EPSG:{code}"')


def moved(n: int = 300) -> bytes:
    """All rows on two points."""
    points = (("59.275263", "15.213411"), ("59.27000", "15.20000"))
    return each(lambda i, r: dict(zip(("lat", "lon"), points[i % 2], strict=True)) | {"id": f"K{i}"}, n)


def us_dates(i: int, row: dict[str, str]) -> dict[str, str]:
    return {"start": f"{1 + i % 12:02d}/{1 + i % 28:02d}/2025 {8 + i % 12:02d}:10"}


def broken_letters() -> bytes:
    return each(lambda i, r: {"category": "oljud på gården"}) + b""


WHOLE: dict[str, Bad] = {
    "axes swapped": Bad(each(lambda i, r: {"lat": r["lon"], "lon": r["lat"]}), _SWAP, rules={"swapped_axes": N}),
    "half the axes swapped": Bad(
        each(lambda i, r: {"lat": r["lon"], "lon": r["lat"]} if i % 2 else {}),
        rules={"swapped_axes_row": N // 2},
        stopped=True,
    ),
    "SWEREF swapped": Bad(metres("EPSG:3006", swapped=True), _crs(3006), rules={"swapped_axes": N}),
    "SWEREF as degrees": Bad(
        metres("EPSG:3006"), rules={"metres_as_degrees": N}, stopped=True, says="--crs EPSG:3006"
    ),
    "local zone as degrees": Bad(
        metres("EPSG:3009"), rules={"metres_as_degrees": N}, stopped=True, says="--crs EPSG:3009"
    ),
    "RT90 as degrees": Bad(metres("EPSG:3021"), rules={"metres_as_degrees": N}, stopped=True, says="--crs EPSG:3021"),
    "x and y without a system": Bad(metres("EPSG:3006"), _NONE, trouble="crs_needed", says="--crs EPSG:3006"),
    "local zone without a system": Bad(metres("EPSG:3011"), _NONE, trouble="crs_needed"),
    "degrees as SWEREF": Bad(text(good()).encode(), _crs(3006), trouble="wrong_crs", says="--crs EPSG:4326"),
    "system given on the command line": Bad(metres("EPSG:3009"), _NONE, crs="EPSG:3009"),
    "system of lat and lon given": Bad(metres("EPSG:3006"), profile(DEGREES), crs="EPSG:3006"),
    "unknown system": Bad(metres("EPSG:3006"), _NONE, crs="EPSG:1", trouble="bad_crs"),
    **{
        f"zone {code} as 3006": Bad(metres(f"EPSG:{code}"), _crs(3006), trouble="wrong_crs", says=f"EPSG:{code}")
        for code in range(3007, 3019)
    },
    **{
        f"zone {code} as 3009": Bad(metres(f"EPSG:{code}"), _crs(3009), trouble="wrong_crs", says=f"EPSG:{code}")
        for code in (3006, 3008, 3010, 3011, 3021)
    },
    "all in another country": Bad(
        each(lambda i, r: {"lat": "51.5", "lon": f"{-0.1 - i / 1000}"}), rules={"outside_study": N}, says="utanför"
    ),
    "American dates": Bad(each(us_dates, 280), _DAY_MONTH, rules={"unreadable_time": 160}, stopped=True, rows=280),
    "two orders of day and month": Bad(each(us_dates, 280), _BOTH_ORDERS, rows=280, says="månad/dag"),
    "midnight by default": Bad(
        each(lambda i, r: {"start": r["start"][:10] + " 00:00"} if i % 2 else {}), rules={"midnight_default": N // 2}
    ),
    "everything on two points": Bad(moved(), trouble="area_midpoints", rows=300),
    "six personnummer": Bad(
        each(lambda i, r: {"id": "850314-1239"} if i < 6 else {}, 400),
        rules={"personal_number": 6},
        stopped=True,
        rows=400,
        says="personuppgifter",
    ),
    "one in ten unreadable": Bad(
        each(lambda i, r: {"start": "okänt"} if i % 10 == 0 else {}), rules={"unreadable_time": 4}, stopped=True
    ),
    "most without a position": Bad(
        each(lambda i, r: {"lat": "", "lon": ""} if i % 4 else {}), rules={"missing_position": 30}
    ),
    "decimal comma and semicolon": Bad(
        text([r | {"lat": r["lat"].replace(".", ","), "lon": r["lon"].replace(".", ",")} for r in good()], ";").encode()
    ),
    "tab": Bad(text(good(), "\t").encode()),
    "byte order mark": Bad(text(good()).encode("utf-8-sig")),
    "UTF-16": Bad(text(good()).encode("utf-16")),
    "windows-1252": Bad(
        text([r | {"id": f"Ärende {i}"} for i, r in enumerate(good())]).encode("cp1252")
    ),
    "old Mac line ends": Bad(text(good()).replace("\n", "\r\n").encode()),
    "gzip": Bad(gzip.compress(text(good()).encode()), suffix=".csv.gz"),
    "half a gzip": Bad(gzip.compress(text(good(4000)).encode())[:-400], trouble="damaged_file", suffix=".csv.gz"),
    "empty": Bad(b"", trouble="empty_file"),
    "only blanks": Bad(b"\n\n \n", trouble="empty_file"),
    "a picture": Bad(b"\x89PNG\r\n\x1a\n" + bytes(200), trouble="not_a_table"),
    "a web page": Bad(b"<!doctype html><html><body><table></table></body></html>", trouble="not_a_table"),
    "a missing column": Bad(text(good()).replace("category", "typ", 1).encode(), trouble="missing_column"),
    "a column twice": Bad(text(good(), header=("id", "start", "end", "lat", "lon", "category", "start")).encode(),
                          trouble="duplicate_column"),
    "header alone": Bad(text([]).encode(), rows=0),
    "pairs": Bad(each(lambda i, r: {"lat": f'"{r["lat"]}, {r["lon"]}"'}), _PAIR),
    "pairs the other way": Bad(
        each(lambda i, r: {"lat": f'"{r["lon"]}, {r["lat"]}"'}), _PAIR, rules={"swapped_axes": N}
    ),
    "coarse cells": Bad(
        each(lambda i, r: {"lat": "8908b118c53ffff"}), _CELL, rules={"cell_too_coarse": N}, stopped=True
    ),
    "no cells": Bad(each(lambda i, r: {"lat": "rutan vid torget"}), _CELL, rules={"no_cell": N}, stopped=True),
    "unknown places": Bad(
        each(lambda i, r: {"lat": "Ingenstans"}), _PLACE, rules={"unknown_place": N}, stopped=True
    ),
    "negative minutes": Bad(
        each(lambda i, r: {"id": "-5" if i == 20 else "15"}), _COUNTS, rules={"bad_number": 1}
    ),
    "minutes as text": Bad(
        each(lambda i, r: {"id": "en kvart" if i == 20 else "15"}), _COUNTS, rules={"bad_number": 1}
    ),
}  # fmt: skip
