"""Identifiers of persons: what is found in which written form, and what must not be taken for one."""

import random
import uuid
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots.intake.identifiers import RULES, find, find_any

TODAY = date(2026, 11, 24)
PERSONAL, COORDINATION, SUSPECT, PHONE, EMAIL = range(1, 6)
FORMS = {  # y: century, d: six digits, n: four digits
    "short": "{d}-{n}",
    "short, no dash": "{d}{n}",
    "long": "{y}{d}-{n}",
    "long, no dash": "{y}{d}{n}",
    "hundred": "{d}+{n}",
    "space": "{d} {n}",
    "long, space": "{y}{d} {n}",
    "no-break space": "{d}\u00a0{n}",
    "en dash": "{d}–{n}",
    "long, en dash": "{y}{d}–{n}",
    "minus sign": "{d}\u2212{n}",
    "dashed date": "{y}{a}-{b}-{c}-{n}",
}
SENTENCES = ("{}", "Mannen ({}) har vistats på platsen.", "Kontakt med pnr {}, ärende 12", "Ring 019-21 10 00 om {}!")


def luhn(nine: str) -> str:
    """The check digit as the Swedish tax agency describes it."""
    total = 0
    for i, c in enumerate(nine):
        product = int(c) * (2 if i % 2 == 0 else 1)
        total += product // 10 + product % 10
    return str(-total % 10)


def number(rng: random.Random, coordination: bool) -> tuple[str, str, str]:
    day = date(1920, 1, 1) + timedelta(days=rng.randrange(365 * 105))
    six = f"{day:%y%m}{day.day + 60 * coordination:02d}"
    nine = six + f"{rng.randrange(1000):03d}"
    return f"{day.year // 100}", six, nine[6:] + luhn(nine)


def written(rng: random.Random, form: str, coordination: bool) -> str:
    y, d, n = number(rng, coordination)
    bare = FORMS[form].format(y=y, d=d, n=n, a=d[:2], b=d[2:4], c=d[4:])
    return rng.choice(SENTENCES).format(bare)


def rules_of(*texts: str | None) -> list[int]:
    return find(pa.array(texts, pa.string()), TODAY).tolist()


# inputs -----------------------------------------------------------------------------------------------------------


def test_twenty_thousand_numbers_in_twelve_forms() -> None:
    rng = random.Random(1)
    forms = list(FORMS)
    kinds = [rng.random() < 0.3 for _ in range(20_000)]
    texts = [written(rng, forms[i % 12], kind) for i, kind in enumerate(kinds)]
    found = find(pa.array(texts), TODAY)
    expected = np.where(kinds, COORDINATION, PERSONAL)
    assert (found > 0).mean() >= 0.999
    assert (found == expected).mean() >= 0.995
    for i in range(12):
        assert (found[i::12] > 0).mean() >= 0.995, forms[i]


CASES = {
    "police case": lambda r: f"5000-K{r.randrange(10**6):06d}-{r.randrange(15, 27)}",
    "registry": lambda r: f"KS {r.randrange(2010, 2027)}/{r.randrange(10**5):05d}",
    "registry with dash": lambda r: f"{r.randrange(2010, 2027)}-{r.randrange(10**6):06d}",
    "ten digits": lambda r: f"{r.randrange(10**9, 10**10)}",
    "eight digits": lambda r: f"{r.randrange(10**8):08d}",
    "date and serial": lambda r: (
        f"{date(2022, 1, 1) + timedelta(days=r.randrange(1700)):%Y%m%d}-{r.randrange(10**4):04d}"
    ),
    "company": lambda r: f"556{r.randrange(10**3):03d}-{r.randrange(10**4):04d}",
    "coordinates": lambda r: f"{r.uniform(55, 69):.6f},{r.uniform(11, 24):.6f}",
    "sweref": lambda r: f"{r.randrange(6100000, 7700000)} {r.randrange(260000, 920000)}",
    "moment": lambda r: (
        f"{date(2015, 1, 1) + timedelta(days=r.randrange(4000))} {r.randrange(24):02d}:{r.randrange(60):02d}"
    ),
    "checksum": lambda r: f"{r.getrandbits(256):064x}",
    "uuid": lambda r: str(uuid.UUID(int=r.getrandbits(128), version=4)),
    "street": lambda r: f"Storgatan {r.randrange(1, 200)}, 702 {r.randrange(10, 99)} Örebro",
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_no_person(case: str) -> None:
    rng = random.Random(2)
    texts = pa.array([CASES[case](rng) for _ in range(20_000)])
    assert (find(texts, TODAY) > 0).mean() <= 0.005


def test_telephones_are_telephones() -> None:
    rng = random.Random(3)

    def digits(n: int) -> str:
        return "".join(rng.choice("0123456789") for _ in range(n))

    def mobile() -> str:
        d = f"07{rng.choice('02369')}", digits(3), digits(2), digits(2)
        return rng.choice(("{}-{} {} {}", "{}{}{}{}", "{} {} {} {}", "{}-{}{}{}")).format(*d)

    mobiles = find(pa.array([mobile() for _ in range(20_000)]), TODAY)
    assert (mobiles > 0).all()
    assert (mobiles != PHONE).mean() <= 0.005
    for text in ("019-21 10 00", "08-123 456 78", "0550-123 45", "019-211000", "08 12 34 56 78", "(019) 21 10 00"):
        assert rules_of(f"Ring {text}.") == [PHONE], text
    for text in ("+46 70 123 45 67", "+46701234567", "0046 8 123 456 78", "+46 (0)70-123 45 67"):
        assert rules_of(text) == [PHONE], text


@pytest.mark.parametrize(
    "text",
    ["850314-XXXX", "19850314-****", "850314 - xxxx", "850314-12xx", "19850314-T123", "850314TK12", "850314-1234"],
)
def test_suspects(text: str) -> None:
    assert rules_of(text, f"Se {text}, klart") == [SUSPECT, SUSPECT]


def test_centuries() -> None:
    nine = "850314123"
    ten = nine + luhn(nine)
    assert rules_of("19" + ten, "18" + ten) == [PERSONAL, PERSONAL]
    assert rules_of("17" + ten, "21" + ten, "55" + ten, "1" + ten, ten + "1") == [0] * 5
    future = "300314123"
    assert rules_of("20" + future + luhn(future)) == [0]


@pytest.mark.parametrize("six", ["850230", "851314", "850300", "850360", "850394", "230229"])
def test_dates_that_do_not_exist(six: str) -> None:
    nine = six + "123"
    assert rules_of(f"20{nine}{luhn(nine)}" if six == "230229" else f"{six}-123{luhn(nine)}") == [0]


def test_a_date_before_a_number_does_not_hide_it() -> None:
    nine = "850314123"
    ten = nine[:6] + "-" + nine[6:] + luhn(nine)
    assert rules_of(f"2025-03-14 14:30 {ten}", f"2025-03-14 {ten}", f"250314 {ten} 2025-03-14") == [PERSONAL] * 3


def test_a_number_glued_to_a_word_or_another_number_is_found() -> None:
    nine = "850314123"
    ten = nine[:6] + "-" + nine[6:] + luhn(nine)
    texts = (f"pnr{ten}", f"Pnr:{ten}", f"2025-{ten}", f"({ten})", f"{ten}Anna", f"{ten},{ten}")
    assert rules_of(*texts) == [PERSONAL] * 6


def test_emails() -> None:
    assert rules_of("anna.berg@orebro.se", "skriv till anna @ example.com tack", "@anna", "a@b", "3@5") == [
        EMAIL, EMAIL, 0, 0, 0,
    ]  # fmt: skip


def test_a_running_number_by_date_is_let_through_only_as_a_column() -> None:
    serials = [f"20250314-{i:04d}" for i in range(200)]
    assert not find(pa.array(serials), TODAY).any()
    nine = "850314123"
    adult = f"19{nine[:6]}-{nine[6:]}{luhn(nine)}"
    assert find(pa.array([*serials, adult]), TODAY).tolist() == [0] * 200 + [PERSONAL]
    children = [f"2024{m:02d}14-123{luhn(f'24{m:02d}14123')}" for m in range(1, 13)] * 4
    assert (find(pa.array(children), TODAY) == PERSONAL).all()


# outputs ----------------------------------------------------------------------------------------------------------


def test_nulls_and_empty_arrays() -> None:
    assert rules_of(None, "") == [0, 0]
    assert len(find(pa.array([], pa.string()))) == 0
    assert len(find_any(pa.chunked_array([pa.array([], pa.string())]))) == 0


@given(st.lists(st.one_of(st.none(), st.text(max_size=40), st.from_regex(r"[0-9 .+*xX–-]{6,20}", fullmatch=True))))
def test_any_text_has_one_answer(texts: list[str | None]) -> None:
    array = pa.array(texts, pa.string())
    found = find(array, TODAY)
    assert found.shape == (len(texts),) and set(found.tolist()) <= set(range(len(RULES) + 1))
    assert (find_any(pa.chunked_array([array]), TODAY) == found).all()
