"""The rules as a table, and the columns they judge: numbers, categories, positions, look-alikes."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots import grid
from hotspots.geo import areas
from hotspots.geo.raster import Raster
from hotspots.intake import mapping, rules
from hotspots.intake.categories import CategoryMap
from hotspots.intake.facts import Facts, Spots
from hotspots.intake.numbers import parse
from hotspots.intake.positions import Box
from hotspots.intake.texts import as_text, by_value, combined

# the table ------------------------------------------------------------------------------------------------------------


def test_every_rule_speaks_both_languages_and_has_one_outcome() -> None:
    assert set(rules.QUARANTINES) | set(rules.REPAIRS) == set(rules.RULES) and len(rules.ALL) == len(rules.RULES)
    for rule in rules.ALL:
        assert rule.text.sv and rule.text.en and rule.text.sv != rule.text.en
        assert not rule.text.sv.endswith(".") and not (rule.repaired and rule.apart)


def test_only_missing_and_foreign_positions_stand_apart() -> None:
    assert set(rules.APART) == {"missing_position", "zero_position", "listed_midpoint", "outside_study"}


# numbers --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("59,2741", ",", 59.2741), ("59.2741", ",", 59.2741), ("1 234,5", ",", 1234.5),
        ("1\u00a0234\u00a0567", ",", 1234567),
        ("6 573 201", "", 6573201), ("1.234,5", ",", 1234.5), ("1,234.5", ".", 1234.5), ("\u22123,5", ",", -3.5),
        ("–3", ".", -3), (" 7 ", "", 7), ("1e5", "", 1e5), ("+4", "", 4), (".5", ".", 0.5), ("1'234", "", 1234),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text: str, decimal: str, value: float) -> None:
    found, bad = parse(pa.array([text, "x"]), decimal)
    assert found[0] == pytest.approx(value) and bad.tolist() == [False, True]


@pytest.mark.parametrize("text", ["12 34", "1,2,3", "5a", "0x10", "1e999", "nan?", "--1", "1 2345", "٣"])
def test_what_is_no_number(text: str) -> None:
    found, bad = parse(pa.array([text]), ",")
    assert np.isnan(found[0]) and bad[0]


def test_a_decimal_comma_is_not_a_thousands_mark() -> None:
    assert parse(pa.array(["59,2741"]), ".")[1].tolist() == [True]


@given(st.lists(st.one_of(st.none(), st.text(max_size=12)), max_size=20))
def test_each_text_is_a_number_no_value_or_unreadable(texts: list[str | None]) -> None:
    texts = [t if t is None else t.encode("utf-8", "ignore").decode() for t in texts]
    found, bad = parse(pa.array(texts, pa.string()), "", ("NA",))
    assert not (bad & np.isfinite(found)).any() and not np.isinf(found).any()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), max_size=20))
def test_numbers_come_back_as_they_were(values: list[float]) -> None:
    found, bad = parse(pa.array([repr(v).replace(".", ",") for v in values] + ["x"]), ",")
    assert found[:-1].tolist() == values and bad.tolist() == [False] * len(values) + [True]


# categories and texts -------------------------------------------------------------------------------------------------


def test_categories_by_exact_word_then_without_case() -> None:
    profile = mapping.Profile(
        "p", "incident", categories={"Buller ": "noise", "BULLER": "graffiti", "Tvång": "refused"}
    )
    find = CategoryMap(profile, ["noise", "graffiti"])
    assert [find(v) for v in ("Buller", " BULLER ", "tvång", "annat", "", "NA")] == [0, 1, -3, -2, -1, -1]
    rest = CategoryMap(mapping.Profile("p", "incident", categories={"*": "graffiti"}), ["noise", "graffiti"])
    assert [rest(v) for v in ("vad som helst", "", " ", "NA")] == [1, -1, -1, -1]
    said = {"": "noise", "*": "graffiti"}
    blanks = CategoryMap(mapping.Profile("p", "incident", categories=said), ["noise", "graffiti"])
    assert [blanks(v) for v in ("vad som helst", "", "NA")] == [1, 0, -1]


def test_columns_as_they_would_be_written() -> None:
    assert as_text(pa.array([1.0, 2.5, None])).to_pylist() == ["1", "2.5", None]
    assert as_text(pa.array([1, None])).to_pylist() == ["1", None]
    answer = by_value(pa.array(["a", None, "b", "a"]), lambda vs: np.array([len(v) + ord(v) for v in vs]), -1)
    assert answer.tolist() == [98, -1, 99, 98]


def test_keys_tell_rows_apart_and_columns_too() -> None:
    a, b = np.array([1, 2, 1]), np.array([2, 1, 2])
    assert combined([a, b])[0] == combined([a, b])[2] != combined([a, b])[1]
    assert combined([a, b])[0] != combined([b, a])[0]
    many = combined([np.repeat(np.arange(1000), 1000), np.tile(np.arange(1000), 1000)])
    assert len(np.unique(many)) == 1_000_000


# the file as a whole --------------------------------------------------------------------------------------------------


def spots(*rows: int) -> Spots:
    found = Spots()
    for part in np.array_split(np.repeat(np.arange(1, len(rows) + 1, dtype=np.uint64), rows), 3):
        found.add(part)
    return found


def test_midpoints_and_snapped_points() -> None:
    assert spots(*[100] * 5).are_midpoints and spots(*[60] * 300).are_midpoints
    assert not spots(*[3] * 5000).are_midpoints, "snapped to many points"
    assert not spots(5000, *[2] * 5000).are_midpoints, "one default among real places"
    assert not spots(50, 50).are_midpoints, "too few rows to say"


def test_a_crowded_coordinate_is_told() -> None:
    assert spots(500, *[2] * 5000).crowded_share == pytest.approx(500 / 10_500)
    assert spots(*[3] * 5000).crowded_share == 0


def test_midnight_is_a_default_when_it_is_three_times_too_common() -> None:
    assert Facts(clocked=240, midnights=31).midnight_is_default
    assert not Facts(clocked=240, midnights=30).midnight_is_default
    assert not Facts(clocked=2, midnights=2).midnight_is_default


def test_axes_are_swapped_when_nearly_all_rows_say_so() -> None:
    assert Facts(as_is=5, other_way=95).swapped and not Facts(as_is=6, other_way=94).swapped
    assert not Facts().swapped


def test_a_box_and_its_mirror_never_meet() -> None:
    for bounds in (
        (15.0, 59.1, 15.4, 59.4),
        (-0.5, 51.2, 0.3, 51.7),
        (-122.8, 45.4, -122.4, 45.7),
        (10.0, 9.0, 11.0, 12.0),
    ):
        box = Box(bounds)
        lng, lat = np.random.default_rng(1).uniform(-180, 180, (2, 20_000))
        both = box.holds(lng, lat, box.margin) & box.holds(lat, lng, box.margin)
        assert not both.any() or box.margin == 0


def test_the_raster_is_point_in_polygon() -> None:
    districts = areas.regso(["1880"])
    rng = np.random.default_rng(4)
    lng, lat = rng.uniform(14.9, 15.8, 20_000), rng.uniform(59.0, 59.5, 20_000)
    corners = districts.label_points()
    lng, lat = np.concatenate((lng, corners[:, 0])), np.concatenate((lat, corners[:, 1]))
    found = Raster(districts).locate(lng, lat)
    assert (found == areas.Locator(districts).locate(lng, lat, grid.cells_of(lat, lng, 10))).all()
    assert found[-len(corners) :].tolist() == list(range(len(districts)))
    assert Raster(districts).locate([np.nan, np.inf, 0.0], [59.0, 59.0, 0.0]).tolist() == [-1, -1, -1]
