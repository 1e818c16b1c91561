"""Files with one bad row, or few: the row is held back or mended, the others come in."""

from bad_files.maker import METRES, Bad, each, good, metres, profile, spoilt, text

_ISO = profile(dates='["iso"]')
_EXCEL = profile(dates='["excel", "%Y-%m-%d %H:%M"]')
_SHORT = profile(dates='["%y-%m-%d", "%Y-%m-%d %H:%M"]')
_COMMA = profile(formats='decimal = ","')
_POINT = profile(formats='decimal = "."')
_SWEREF = profile(METRES, top='crs = "EPSG:3006"')
_REST = profile() + '[categories]\n"noise" = "noise"\n"*" = "other"\n'
_REFUSED = profile() + '[categories]\n"noise" = "noise"\n"graffiti" = "refused"\n"disturbance" = "disturbance"\n'
_MIDPOINT = profile(top="midpoints = [[59.275263, 15.213411]]")


def one(rule: str, toml: str = "", **changes: str) -> Bad:
    """One row held back by a rule."""
    return Bad(spoilt(**changes), toml or profile(), rules={rule: 1})


def fine(toml: str = "", **changes: str) -> Bad:
    """A row that looks odd and is read right."""
    return Bad(spoilt(**changes), toml or profile())


def ragged() -> bytes:
    lines = text(good()).splitlines()
    lines[21] += ",extra,extra"
    return "\n".join(lines).encode() + b"\n"


def short_row() -> bytes:
    lines = text(good()).splitlines()
    lines[21] = "K00020-25,2025-03-21 16:20"
    return "\n".join(lines).encode() + b"\n"


def truncated() -> bytes:
    return text(good()).encode()[:-30]


ROWS: dict[str, Bad] = {
    "no position": one("missing_position", lat="", lon=""),
    "half a position": one("missing_position", lon=""),
    "missing word": one("missing_position", lat="NULL", lon="NULL"),
    "suppressed": one("missing_position", lat="..", lon=".."),
    "zero": one("zero_position", lat="0", lon="0"),
    "zero with decimals": one("zero_position", lat="0.000", lon="-0.0"),
    "text as position": one("bad_position", lat="okänd"),
    "infinite": one("bad_position", lat="inf"),
    "not a number": one("missing_position", lat="NaN", lon="NaN"),
    "one row swapped": one("swapped_axes_row", lat="15.2134", lon="59.2753"),
    "one row in metres": one("metres_as_degrees", lat="6570571", lon="512271"),
    "sign lost": one("outside_study", lat="-59.2753", lon="15.2134"),
    "another town": one("outside_study", lat="57.7089", lon="11.9733"),
    "another continent": one("outside_study", lat="40.7", lon="-74.0"),
    "listed midpoint": one("listed_midpoint", _MIDPOINT, lat="59.275263", lon="15.213411"),
    "decimal comma under a point": one("bad_position", _POINT, lat='"59,2753"'),
    "decimal comma in one row": one("bad_position", lat='"59,2753"', lon='"15,2134"'),
    "decimal comma stated": fine(_COMMA, lat='"59,2753"', lon='"15,2134"'),
    "no-break space in a number": fine(lat="\u00a059.2753", lon="15.2134\u00a0"),
    "no time": one("missing_time", start=""),
    "time as text": one("unreadable_time", start="i går"),
    "30 February": one("unreadable_time", start="2025-02-30 12:00"),
    "29 February in a common year": one("unreadable_time", start="2025-02-29 12:00"),
    "month 13": one("unreadable_time", start="2025-13-01 12:00"),
    "hour 25": one("unreadable_time", start="2025-03-01 25:10"),
    "minute 60": one("unreadable_time", start="2025-03-01 12:60"),
    "day before month": one("unreadable_time", start="14/03/2025 12:00"),
    "half a date": one("unreadable_time", start="2025-03"),
    "year 26": one("unreadable_time", start="26-03-01 12:00"),
    "year 20255": one("unreadable_time", start="20255-03-01 12:00"),
    "windows' first day": one("impossible_time", start="1900-01-01 00:00"),
    "excel's day zero": one("impossible_time", start="1899-12-30"),
    "unix' first second": one("impossible_time", start="1970-01-01 00:00"),
    "ahead": one("impossible_time", start="2027-03-01 12:00"),
    "far ahead": one("impossible_time", start="9999-12-31"),
    "two digits, last century": fine(_SHORT, start="98-03-01"),
    "end before start": one("end_before_start", start="2025-03-05 12:00", end="2025-03-05 11:00"),
    "end unreadable": one("unreadable_time", end="sen kväll"),
    "end in 9999": one("impossible_time", end="9999-12-31"),
    "hour that does not exist": one("dst_missing", start="2025-03-30 02:30"),
    "hour that exists twice": one("dst_doubled", start="2025-10-26 02:30"),
    "hour that exists twice, with offset": fine(_ISO, start="2025-10-26T02:30+01:00"),
    "serial below all days": one("impossible_time", _EXCEL, start="44"),
    "serial too large": one("unreadable_time", _EXCEL, start="450000000"),
    "no category": one("missing_category", category=""),
    "unknown category": one("unknown_category", category="något annat"),
    "unknown category with a rest": Bad(each(lambda i, r: {"category": "okänt"}), _REST),
    "category in capitals": fine(category="  NOISE "),
    "category about health": Bad(
        text([r for r in good() if r["category"] != "graffiti"] + good()[1:2]).encode(),
        _REFUSED,
        rules={"refused_category": 1},
        rows=28,
    ),
    "personnummer as id": one("personal_number", id="19850314-1239"),
    "personnummer in the category": one("personal_number", category="Anna 850314-1239"),
    "personnummer as time": one("personal_number", start="850314-1239"),
    "personnummer as latitude": one("personal_number", lat="850314-1239"),
    "samordningsnummer": one("coordination_number", id="850374-1236"),
    "masked personnummer": one("suspected_personal_number", id="850314-XXXX"),
    "telephone": one("phone", category="ring 070-123 45 67"),
    "e-mail": one("email", id="anna.berg@exempel.se"),
    "too many fields": Bad(ragged(), rules={"broken_row": 1}),
    "too few fields": Bad(short_row(), rules={"broken_row": 1}),
    "cut off in the last row": Bad(truncated(), rules={"broken_row": 1}),
    "one row in degrees among metres": Bad(
        metres("EPSG:3006").replace(metres("EPSG:3006").splitlines()[21], spoilt().splitlines()[21]),
        _SWEREF,
        rules={"outside_study": 1},
    ),
}
