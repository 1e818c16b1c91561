"""Readers: the kind by content, row numbers that stay true, only mapped columns, limits before reading."""

import codecs
import gzip
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots.errors import Trouble
from hotspots.intake.profile import Profile
from hotspots.intake.readers import Source, delimited, open_source, workbook
from hotspots.intake.readers import encoding as text
from hotspots.intake.readers.base import are_values
from hotspots.intake.suggest import preview, suggest

HEADER, ROWS = ["id", "typ", "namn"], [["1", "Rån", "Anna"], ["2", "Öl; ute", "Bo"], ["3", 'sa "hej"', "Cia"]]


def profile(*columns: str, **more: object) -> Profile:
    return Profile("prov", "incident", columns={"category": columns or ("id", "typ")}, **more)  # type: ignore[arg-type]


def whole(source: Source) -> pa.Table:
    """All chunks joined, after the checks that hold for every source."""
    chunks = list(source.chunks())
    number = 1
    for chunk in chunks:
        assert chunk.first_row == number
        number += len(chunk.table)
        assert all(chunk.first_row <= b < number for b in chunk.broken)
        for row in chunk.broken:
            assert not any(chunk.table.slice(row - chunk.first_row, 1).to_pylist()[0].values())
    again = list(source.chunks())
    assert pa.concat_tables([c.table for c in again] or [pa.table({})]).equals(
        pa.concat_tables([c.table for c in chunks] or [pa.table({})])
    )
    assert [c.broken for c in again] == [c.broken for c in chunks]
    return pa.concat_tables([c.table for c in chunks]) if chunks else pa.table({})


def broken(source: Source) -> list[int]:
    return [b for c in source.chunks() for b in c.broken]


def rows_of(path: Path, *columns: str, **more: object) -> list[dict[str, object]]:
    return whole(open_source(path, profile(*columns, **more))).to_pylist()


def csv_of(separator: str) -> str:
    def quoted(value: str) -> str:
        return '"' + value.replace('"', '""') + '"' if separator in value or '"' in value else value

    return "".join(separator.join(map(quoted, row)) + "\r\n" for row in [HEADER, *ROWS])


WANTED = [{"id": r[0], "typ": r[1]} for r in ROWS]

# ---- CSV: how it is written ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_encoding_and_packing_are_found(tmp_path: Path, separator: str, encoding: str, packed: bool) -> None:
    path = tmp_path / "lista.txt"
    content = csv_of(separator).encode(encoding)
    path.write_bytes(gzip.compress(content) if packed else content)
    source = open_source(path, profile())
    assert whole(source).to_pylist() == WANTED
    assert source.columns == tuple(HEADER) and source.unmapped == ["namn"] and source.rows_hint == 3
    said = " ".join(a.en for a in source.announcements)
    assert ("gzip" in said) is packed and "separated by" in said
    assert ("windows-1252" in said) is (encoding == "cp1252") and ("UTF-16" in said) is (encoding == "utf-16")


@given(
    st.lists(
        st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=8), min_size=3, max_size=3),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_what_a_csv_writer_wrote_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], separator: str
) -> None:
    import csv

    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL).writerows([HEADER, *rows])
    given_ = profile(separator=separator)
    assert rows_of(path, separator=separator) == [{"id": r[0], "typ": r[1]} for r in rows]
    careful = delimited.Reading(path, text.look(path), delimited.how.find(path, text.look(path), given_), ("id", "typ"))
    assert [r for c in careful._careful(0) for r in c.table.to_pylist()] == [{"id": r[0], "typ": r[1]} for r in rows]


def test_titles_before_the_header_are_skipped_and_said(tmp_path: Path) -> None:
    path = tmp_path / "pxweb.csv"
    path.write_text(
        '"Antal händelser efter region, typ och år"\r\n\r\n"region","typ","2022"\r\n"0114","a",1\r\n', "cp1252"
    )
    source = open_source(path, profile("region", "2022"))
    assert whole(source).to_pylist() == [{"region": "0114", "2022": "1"}]
    assert any(a.en == "Lines before the header that are skipped: 2" for a in source.announcements)
    assert whole(open_source(path)).column_names == ["region", "typ", "2022"]
    path.write_text("a,b\nc,d\n1,2\n", "utf-8")
    assert rows_of(path, "c", skip_rows=1) == [{"c": "1"}]


def test_decimal_comma_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id;typ\n1,5;2,5\n3,25;4\n", "utf-8")
    source = open_source(path, profile())
    assert source.decimal == "," and whole(source).to_pylist()[0] == {"id": "1,5", "typ": "2,5"}
    assert any(a.sv == "Decimaltecken: komma" for a in source.announcements)


def test_lines_of_two_encodings_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id,typ\n1,Rån\n".encode() + "2,Öl\n".encode("cp1252") + "3,å\n".encode())
    source = open_source(path, profile())
    assert [r["typ"] for r in whole(source).to_pylist()] == ["Rån", "Öl", "å"]
    with pytest.raises(Trouble, match="encoding"):
        open_source(path, profile(encoding="utf-8"))


# ---- CSV: rows that cannot be split ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "bad"),
    [
        ("1,a,x\n2,b\n3,c,x\n", [2]),  # too few
        ("1,a,x\n2,b,x,y\n3,c,x\n", [2]),  # too many
        ("1,a,x\n2,b,x,,\n3,c,x\n", []),  # separators left over, as Excel leaves them
        ("1,a,x\n2,b\0b,x\n3,c,x\n", [2]),  # a NUL
        ('1,a,x\n2,"b,x\n3,c,x\n', [2]),  # a quote that never closes
        ('1,a,x\n2,"b\nb",x\n3,c,x\n', []),  # a line end within quotes
        ('1,a,x\n2,5" rör,x\n3,c,x\n', []),  # a quote within a value
        ("1,a,x\n\n2,b,x\n3,c,x\n", []),  # a blank line is no row
        ("1,a,x\n2,b,x\n3", [3]),  # cut off at the end
        ("1,a,x\r2,b,x\r3,c,x\r", []),  # line ends of old Macs
    ],
)
def test_a_row_that_cannot_be_split_is_broken_and_keeps_its_number(tmp_path: Path, body: str, bad: list[int]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,typ,namn\n" + body, "utf-8", newline="")
    source = open_source(path, profile())
    assert broken(source) == bad
    assert [r["id"] for r in whole(source).to_pylist()] == [None if n in bad else str(n) for n in (1, 2, 3)]


def test_a_broken_row_after_many_good_blocks_keeps_all_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "_MIN_BLOCK", 4_000)
    monkeypatch.setattr(delimited, "_MAX_BLOCK", 4_000)
    monkeypatch.setattr(delimited, "CHUNK_ROWS", 700)
    path = tmp_path / "a.csv"
    lines = [f"{n},typ {n},x" for n in range(1, 5_001)]
    lines[4_321] = "4322,bara två"
    path.write_text("id,typ,namn\n" + "\n".join(lines) + "\n", "utf-8")
    source = open_source(path, profile())
    assert broken(source) == [4_322] and len(list(source.chunks())) > 5
    assert [r["id"] for r in whole(source).to_pylist()] == [None if n == 4_322 else str(n) for n in range(1, 5_001)]


@given(st.binary(max_size=400))
def test_no_bytes_after_a_header_make_the_reader_fail(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "a.csv"
    path.write_bytes(b"id,typ,namn\n" + body)
    try:
        source = open_source(path, profile())
    except Trouble:
        return
    whole(source)


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_at_all_are_a_table_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "a.csv"
    path.write_bytes(content)
    try:
        for _ in open_source(path).chunks():
            pass
    except Trouble as trouble:
        assert trouble.sentence("sv") and trouble.do.sv


# ---- what is refused -------------------------------------------------------------------------------------------------


def test_missing_and_repeated_columns_are_named_with_near_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Id,Typ av händelse,x,x\n1,a,b,c\n", "utf-8")
    with pytest.raises(Trouble) as caught:
        open_source(path, profile("Typ av händlese"))
    assert caught.value.code == "missing_column" and "'Typ av händelse'" in caught.value.sentence("sv")
    with pytest.raises(Trouble) as caught:
        open_source(path, profile("x"))
    assert caught.value.code == "duplicate_column"
    assert rows_of(path, "Id") == [{"Id": "1"}]  # repeated columns that nobody reads do no harm


@pytest.mark.parametrize(
    "first",
    [
        "850314-1239",
        "2025-03-14",
        "14/3 2025",
        "14 mars 2025",
        "2025-03-14T10:00:00Z",
        "3:05 PM",
        "59,27",
        "-15.2",
        "17",
    ],
)
def test_a_row_that_stands_for_headings_is_not_said(tmp_path: Path, first: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Anna Andersson;{first};klotter\n" * 3, "utf-8")
    for ask in (lambda: open_source(path, profile("Typ")), lambda: suggest(path), lambda: preview(path)):
        with pytest.raises(Trouble) as caught:
            ask()
        said = caught.value.sentence("sv") + caught.value.sentence("en")
        assert caught.value.code == "no_header" and not any(v in said for v in ("Anna", first, "klotter"))


def test_headings_with_figures_are_headings() -> None:
    assert not are_values(["Datum 2025", "X (SWEREF99)", "kl. 10-12", "h3_10", "", "Maj", "P_nr", "åtgärd 1"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n\n;;\n", "empty_file"),
        (codecs.BOM_UTF8, "empty_file"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not_a_table"),
        (b"\0" * 100 + b"id,typ", "not_a_table"),
        (b"<html><table><tr><td>id</td></tr></table></html>", "not_a_table"),
        (b"<OGRVRTDataSource><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTDataSource>", "not_a_table"),
        (b"PAR1 but nothing more", "damaged_file"),
        (b'{"a": [1,', "damaged_file"),
        (b'{"a": 1}', "no_records"),
        (b"[]", "empty_file"),
        (b"[" * 100_000, "damaged_file"),
        (gzip.compress(b"id,typ\n1,a\n" * 500)[:-20], "damaged_file"),
        (b"\xff\xfei\0d\0,\0t\0y\0p\0\n\0\x00\xd8", "bad_encoding"),
        (b"PK\x03\x04 no zip", "bad_zip"),
        (b"\xd0\xcf\x11\xe0 no workbook", "damaged_file"),
        (b"SQLite format 3\0 no package", "unreadable_layer"),
    ],
)
def test_files_that_are_no_tables_are_refused_with_a_reason(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(Trouble) as caught:
        for _ in open_source(path, profile()).chunks():
            pass
    assert caught.value.code == code and caught.value.where == "a.csv"


def test_folders_and_missing_files(tmp_path: Path) -> None:
    for path, word in ((tmp_path, "folder"), (tmp_path / "borta.csv", "not exist")):
        with pytest.raises(Trouble, match=word):
            open_source(path, profile())


def test_a_gzip_bomb_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "FREE_UNPACKED_BYTES", 1 << 20)
    path = tmp_path / "a.csv"
    path.write_bytes(gzip.compress(b"id,typ\n" + b"1,a\n" * 2_000_000))
    with pytest.raises(Trouble) as caught:
        open_source(path, profile())
    assert caught.value.code == "too_large"


def test_a_stated_format_must_be_the_files_own(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("id,typ\n1,a\n", "utf-8")
    with pytest.raises(Trouble) as caught:
        open_source(path, profile(format="xlsx"))
    assert caught.value.code == "wrong_format" and "csv" in caught.value.sentence("en")
    assert rows_of(path, format="csv") == [{"id": "1", "typ": "a"}]  # the name alone decides nothing


# ---- Excel -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Path]:
    made = openpyxl.Workbook()
    first = made.active
    first.title = "Info"
    first.append(["Om filen"])
    sheet = made.create_sheet("Händelser")
    sheet.append(["Veckorapport"])
    sheet.append([])
    sheet.append(["id", "dag", "tid", "moment", "antal", "blandat", "namn"])
    sheet.append([1, date(2025, 3, 1), "14:05", datetime(2025, 3, 1, 14, 5), 1.5, "a", "Anna"])
    sheet.append([])
    sheet.append([2, date(2025, 3, 2), "09:15", datetime(2025, 3, 2, 9, 15), 2, 7, "Bo"])
    made.save(tmp_path / "bok.dat")
    yield tmp_path / "bok.dat"


def test_a_workbook_gives_its_own_types_and_chooses_the_sheet_that_fits(book: Path) -> None:
    source = open_source(book, profile("id", "dag", "tid", "moment", "antal", "blandat"))
    table = whole(source)
    assert source.format == "xlsx" and source.unmapped == ["namn"] and len(table) == 3
    kinds = {f.name: f.type for f in table.schema}
    assert kinds["id"] == pa.int64() and kinds["antal"] == pa.float64() and kinds["blandat"] == pa.string()
    assert pa.types.is_temporal(kinds["dag"]) and pa.types.is_timestamp(kinds["moment"])
    assert table.column("blandat").to_pylist() == ["a", None, "7"] and table.column("id").to_pylist() == [1, None, 2]
    said = " ".join(a.en for a in source.announcements)
    assert "'Händelser' is read, not: Info" in said and "skipped: 2" in said
    with pytest.raises(Trouble, match="no sheet 'Handelser'") as caught:
        open_source(book, profile("id", sheet="Handelser"))
    assert "'Händelser'" in caught.value.do.sv


def sheet_of(path: Path, xml: str) -> Path:
    """A real workbook with the XML of its one sheet put in by hand."""
    made = openpyxl.Workbook()
    made.active.append(["id", "typ"])
    made.save(path.with_suffix(".tmp"))
    with zipfile.ZipFile(path.with_suffix(".tmp")) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else content)
    return path


XML = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "".join(f'<row r="{r}">' + "<c><v>1</v></c>" * 5_000 + "</row>" for r in range(1, 1_001)),
    ],
    ids=["two cells far apart", "five million cells"],
)
def test_a_small_workbook_that_unfolds_is_refused_before_it_is_read(
    tmp_path: Path, rows: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sheet_of(tmp_path / "bomb.xlsx", XML.format(rows))
    assert path.stat().st_size < 300_000
    monkeypatch.setattr(workbook.CalamineWorkbook, "from_path", None, raising=False)
    with pytest.raises(Trouble) as caught:
        open_source(path, profile())
    assert caught.value.code in ("too_large", "bad_zip")


# ---- Parquet, JSON, map files ----------------------------------------------------------------------------------------


def test_parquet_by_row_groups_with_plain_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": pa.array([1, 2, 3], pa.int16()),
            "typ": pa.array(["a", "b", "a"]).dictionary_encode(),
            "location": pa.array([{"name": "Örebro", "gps": "59,15"}] * 3),
            "at": pa.array([datetime(2025, 1, 1)] * 3, pa.timestamp("ns")),
            "cell": pa.array([0x8A08B118C527FFF] * 3, pa.uint64()),
            "namn": pa.array(["Anna"] * 3, pa.large_string()),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=2)
    source = open_source(tmp_path / "a.parquet", profile("typ", "id", "location.gps", "at", "cell"))
    read = whole(source)
    assert read.column_names == ["typ", "id", "location.gps", "at", "cell"] and source.rows_hint == 3
    assert [f.type for f in read.schema][:3] == [pa.string(), pa.int64(), pa.string()]
    assert source.unmapped == ["location.name", "namn"] and read.column("location.gps").to_pylist() == ["59,15"] * 3


RECORDS = [
    {"id": 7, "location": {"gps": "59.1,15.2", "name": "Örebro"}, "n": 1.10, "open": True},
    {"id": 12345678901234567890, "location": None, "tags": ["a"]},
]


@pytest.mark.parametrize(
    ("content", "records", "where"),
    [
        (json.dumps(RECORDS, indent=1), "", ""),
        (json.dumps({"meta": {}, "data": {"items": RECORDS}}), "data.items", ""),
        (json.dumps({"count": 2, "items": RECORDS}), "", "items"),
        ("\n".join(map(json.dumps, RECORDS)) + "\n", "", ""),
    ],
    ids=["list", "records", "found", "lines"],
)
def test_json_records_are_found_and_opened(tmp_path: Path, content: str, records: str, where: str) -> None:
    for name, data in (("a.json", content.encode()), ("a.gz", gzip.compress(b"\xef\xbb\xbf" + content.encode()))):
        (tmp_path / name).write_bytes(data)
        source = open_source(tmp_path / name, profile("id", "location.gps", "n", "open", records=records))
        assert whole(source).to_pylist() == [
            {"id": "7", "location.gps": "59.1,15.2", "n": "1.1", "open": "true"},
            {"id": "12345678901234567890", "location.gps": None, "n": None, "open": None},
        ]
        assert any(where in a.en for a in source.announcements) or not where


def test_a_json_line_that_is_no_record_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 1}\n{"id": 2}\n{"id": 3\n[4]\n{"id": "\\ud800"}\n', "utf-8")
    source = open_source(path, profile("id"))
    assert broken(source) == [3, 4] and whole(source).column("id").to_pylist() == ["1", "2", None, None, "?"]


def geojson(*points: list[float]) -> str:
    features = [
        {"type": "Feature", "properties": {"id": n, "namn": "Anna"}, "geometry": {"type": "Point", "coordinates": p}}
        for n, p in enumerate(points, 1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.mark.parametrize("packed", [False, True])
def test_geojson_gives_properties_and_the_point(tmp_path: Path, packed: bool) -> None:
    import shapely

    content = geojson([15.2134, 59.2753], [15.1, 59.1]).encode()
    (tmp_path / "a.json").write_bytes(gzip.compress(content) if packed else content)
    source = open_source(tmp_path / "a.json", profile("id", "geometry"))
    table = whole(source)
    assert source.format == "geojson" and source.crs == "EPSG:4326" and source.unmapped == ["namn"]
    assert table.column("id").to_pylist() == ["1", "2"]
    point = shapely.from_wkb(table.column("geometry")[0].as_py())
    assert (point.x, point.y) == (15.2134, 59.2753)


def test_a_map_layer_is_read_in_its_fenced_process(tmp_path: Path) -> None:
    import geopandas

    frame = geopandas.GeoDataFrame(
        {"id": [1, 2], "dag": ["2025-01-01", "2025-01-02"], "namn": ["Anna", "Bo"]},
        geometry=geopandas.points_from_xy([512345.6, 512400.0], [6571234.5, 6571300.0]),
        crs="EPSG:3006",
    )
    frame.to_file(tmp_path / "a.gpkg", layer="händelser", driver="GPKG")
    source = open_source(tmp_path / "a.gpkg", profile("id", "geometry"))
    table = whole(source)
    assert source.crs == "EPSG:3006" and source.columns == ("id", "dag", "namn", "geometry")
    assert table.column("id").to_pylist() == [1, 2] and pa.types.is_binary(table.schema.field("geometry").type)
    with pytest.raises(Trouble, match="no layer 'borta'") as caught:
        open_source(tmp_path / "a.gpkg", profile("id", sheet="borta"))
    assert "'händelser'" in caught.value.do.sv


# ---- real files ------------------------------------------------------------------------------------------------------

REAL = [
    ("nij_portland/raw/crimes_all_truncated_2012.csv.gz", "csv", 33_379, 1),
    ("scb_deso_pxweb/deso_lagenheter_upplatelseform_2022.csv.gz", "csv", 23_936, 0),
    ("scb_deso_pxweb/deso_bostadsbyggnader_byggar_2022.csv.gz", "csv", 83_776, 0),
    ("seattle_encampments/Sweeps2008-2022_Combined.csv.gz", "csv", 4_750, 0),
    ("seattle_encampments/raw/Sweeps2008-2017_SERIS_RC.csv.gz", "csv", 3_273, 0),
    ("messy_formats/medellin_events_semicolon_decimalcomma.csv.gz", "csv", 9_360, 0),
    ("messy_formats/austin_aggravated_assaults_2019.xlsx", "xlsx", 8_696, 0),
    ("messy_formats/cdmx_car_jacking.gpkg", "gpkg", 2_811, 0),
    ("nij_portland/raw/090116_093016_Data.zip", "shapefile", 18_443, 0),
    ("chicago_assaults/chicago_police_districts.kml", "kml", 25, 0),
    ("sweden_areas/stockholm_stadsdelar_full.geojson.gz", "geojson", 117, 0),
    ("polisen_se/event_revisions.jsonl.gz", "json", 4_078, 0),
    ("polisen_se/raw/events_20251026T054442Z.json", "json", 500, 0),
    ("regso_2025/regso_2025.parquet", "parquet", 3_363, 0),
]


@pytest.mark.shared
@pytest.mark.parametrize(("file", "kind", "rows", "bad"), REAL, ids=[Path(r[0]).name for r in REAL])
def test_real_files_have_all_their_rows(shared_data: Path, file: str, kind: str, rows: int, bad: int) -> None:
    source = open_source(shared_data / file)
    chunks = list(source.chunks())
    assert source.format == kind and sum(len(c.table) for c in chunks) == rows
    assert [n for c in chunks for n in c.broken] == ([rows] if bad else [])


@pytest.mark.shared
def test_the_destroyed_letters_of_an_export_are_announced(shared_data: Path) -> None:
    source = open_source(shared_data / "scb_deso_pxweb/deso_bostadsbyggnader_byggar_2022.csv.gz")
    assert any("U+FFFD" in a.sv for a in source.announcements)
