"""The two language books: the same keys and placeholders, no key that is missing or idle, person-first words."""

import ast
import re
from pathlib import Path

import pytest

from hotspots.vocabulary import shipped
from hotspots.words import LANGUAGES, Speaker, book, swedish_order

ROOT = Path(__file__).parent.parent
SOURCES = [p for top in ("hotspots", "layers") for p in (ROOT / top).rglob("*.py")] + [ROOT / "app.py"]
HOLES = re.compile(r"{(\w+)}")
# Words that the house does not use of people or places (domain: SKR 2024 and the house's own list).
NOT_TO_USE = re.compile(
    r"missbrukare|narkoman|\bknark|fyllo|uteliggare|\bhemlösa?\b(?! kontakt)|tillhåll|farlig plats|\bstök|\boffer\b|"
    r"ungdomsbrottsling|problemområde|\bklient|vägrade|junkie|addict\b|drunk\b|hobo|the homeless|prognos över brott",
    re.IGNORECASE,
)


def test_both_books_have_the_same_keys_and_placeholders() -> None:
    sv, en = book("sv"), book("en")
    assert set(sv) == set(en)
    for key in sv:
        assert set(HOLES.findall(sv[key])) == set(HOLES.findall(en[key])), key
        assert sv[key].strip() and en[key].strip(), key


def keys_in_code() -> set[str]:
    """Every text in the code that looks like a key of the book."""
    found: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
                "say",
                "_say",
            ):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def test_every_key_that_the_code_says_is_in_the_book() -> None:
    known = book("sv")
    for key in keys_in_code():
        if re.fullmatch(r"[a-z_]+(\.[a-z_0-9]+)+", key):
            assert key in known or f"{key}.other" in known, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_saying_uses_a_word_that_labels_people(language: str) -> None:
    for key, saying in book(language).items():
        assert not NOT_TO_USE.search(saying), f"{key}: {saying}"
    for category in shipped().values():
        assert not NOT_TO_USE.search(category.title.to(language)), category.name


def test_no_text_in_the_code_uses_a_word_that_labels_people() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not NOT_TO_USE.search(node.value), f"{path.name} line {node.lineno}: {node.value[:60]}"


def test_a_speaker_writes_numbers_and_days_as_the_language_does() -> None:
    from datetime import date

    sv, en = Speaker("sv"), Speaker("en")
    assert sv.number(12345.678, 1) == "12\xa0345,7" and en.number(12345.678, 1) == "12,345.7"
    assert sv.day(date(2026, 3, 1)) == "1 mars 2026" and en.day(date(2026, 3, 1)) == "1 March 2026"
    assert [sv.weekday(d) for d in range(7)] == ["mån", "tis", "ons", "tors", "fre", "lör", "sön"]
    assert sv.list(["a", "b", "c"]) == "a, b och c" and en.list(["a"]) == "a"


@pytest.mark.parametrize(
    ("name", "sv", "en"),
    [
        ("2026-W39", "vecka 39, 2026", "week 39, 2026"),
        ("2026-Q3", "kvartal 3, 2026", "quarter 3, 2026"),
        ("2026-H1", "första halvåret 2026", "first half of 2026"),
        ("2026-H2", "andra halvåret 2026", "second half of 2026"),
        ("2026-09", "september 2026", "September 2026"),
        ("2026", "2026", "2026"),
    ],
)
def test_periods_are_said_in_words(name: str, sv: str, en: str) -> None:
    assert (Speaker("sv").period(name), Speaker("en").period(name)) == (sv, en)


def test_swedish_words_are_sorted_as_swedes_sort_them() -> None:
    assert sorted(("Övrigt", "Ängar", "zon", "Åkrar", "alkohol"), key=swedish_order) == [
        "alkohol", "zon", "Åkrar", "Ängar", "Övrigt",
    ]  # fmt: skip
