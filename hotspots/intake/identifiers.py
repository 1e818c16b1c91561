"""Recognises what belongs to a person in a text: personnummer, samordningsnummer, phone numbers, e-mail addresses.

One fast pattern passes over all texts and lets few through; those are read number by number. A number is a hit when it
has ten or twelve digits in a known grouping, a valid date (day, or day + 60) and the Luhn check digit; it is suspected
when the digits are masked, are a reserve number with a letter, or fail the check digit.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

RULES = ("personal_number", "coordination_number", "suspected_personal_number", "phone", "email")
_CODE = {rule: i + 1 for i, rule in enumerate(RULES)}

# Blanks, hyphen, dashes, minus sign, plus, dot, slash: what people write between the digits of a number.
_GAP = r"[\s\x{00a0}\x{2007}\x{2009}\x{202f}\-\x{2010}-\x{2015}\x{2212}+./]"
_GAP_PY = r"[\s\u00a0\u2007\u2009\u202f\-\u2010-\u2015\u2212+./]"
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:[0-2][0-9]|3[01]|[6-8][0-9]|9[01])"
_MASK = r"[xX*•#?_\-–]"

# RE2, no look-around: lets through at least all that the careful patterns below find.
_MASKED_FIRST = rf"{_MASK}{{4}}|[0-9]{_MASK}{{3}}|[0-9]{{2}}[xX*•#?]{{2}}"
_LAST = rf"(?:[0-9]{{4}}|{_MASKED_FIRST}|[A-Za-z]{{1,2}}[0-9]{{2}}|[0-9]{{1,2}}[A-Za-z][0-9])"
_DIGITS_FIRST = rf"[0-9][0-9]{_GAP}?{_MONTH}{_GAP}?{_DAY}{_GAP}{{0,3}}{_LAST}"
_LANDLINE_FIRST = rf"0[0-9]{{1,3}}\)?{_GAP}{{1,3}}[0-9]{{2}}[^A-Za-z]{{0,2}}[0-9]{{2}}"
_PHONE_FIRST = rf"(?:^|[^0-9A-Za-z])(?:(?:\+|00)46|{_LANDLINE_FIRST}|07[0-9].?[0-9]{{2}})"
_FIRST = rf"@|{_DIGITS_FIRST}|{_PHONE_FIRST}"

_DATE = (
    rf"(?<![0-9])(?:(?P<solid>(?:18|19|20)?[0-9]{{2}}{_MONTH}{_DAY})"
    rf"|(?P<year>(?:18|19|20)?[0-9]{{2}}){_GAP_PY}(?P<month>{_MONTH}){_GAP_PY}(?P<day>{_DAY}))"
)
_NUMBER = re.compile(rf"{_DATE}(?P<gap>{_GAP_PY}{{0,3}})(?P<last>[0-9]{{4}})(?![0-9])")
_MASKED = re.compile(
    rf"{_DATE}{_GAP_PY}{{0,3}}(?:{_MASK}{{4}}(?![\w*•#?])|[0-9]{_MASK}{{3}}(?![\w*•#?])|[0-9]{{2}}[xX*•#?]{{2}}(?![\w*•#?]))"
)
_RESERVE = re.compile(
    rf"{_DATE}{_GAP_PY}{{0,3}}(?:[A-Za-z]{{1,2}}[0-9]{{2,3}}|[0-9]{{2}}[A-Za-z][0-9]|[0-9][A-Za-z][0-9]{{2}})(?![\w])"
)
_AREA = r"(?:8|1[0135689]|2[0136]|3[1356]|4[0246]|54|6[03]|90)"  # area codes of up to three digits, without the 0
_PHONE = re.compile(
    rf"""(?<![0-9A-Za-z])(?<![0-9][-./])(?:
      (?:\+|00)46{_GAP_PY}{{0,2}}(?:\(0\))?{_GAP_PY}{{0,2}}[1-9](?:{_GAP_PY}{{0,2}}[0-9]){{6,8}}
    | \(?07[02369]\)?(?:{_GAP_PY}{{0,3}}[0-9]){{7}}
    | \(?0{_AREA}\)?{_GAP_PY}{{1,3}}[0-9]{{5,8}}
    | \(?0[0-9]{{1,3}}\)?{_GAP_PY}{{1,3}}[0-9]{{2,3}}(?:[\s\u00a0\u202f.][0-9]{{2,3}}){{1,3}}
    )(?![0-9A-Za-z:])""",
    re.VERBOSE,
)
_EMAIL = re.compile(r"[^\s@<>,;:]+\s?@\s?[^\s@<>,;:]+\.[A-Za-z]{2,}")
_CUE = re.compile(r"pers|p-?nr|född|samordn|\bpn\b", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){1,3}-|[0-9A-Za-z]+)$")
_WORD_AFTER = re.compile(r"[0-9A-Za-z]+")
_LONGEST_WORD = 16
_SERIAL_YEARS = 6  # a date this close to today with a running number behind it is a case number until Luhn says more
_FEW, _SERIAL_SHARE = 30, 0.25  # of date-like numbers in a column that pass Luhn: one in ten does by chance
_PHONE_DIGITS = 8


@dataclass(frozen=True)
class _Number:
    """Ten digits read out of a text, with the birth year where it was written in full."""

    ten: str
    year: int  # 0 = written with two digits
    gap: bool
    whole: bool  # nothing else stands in the text

    @property
    def is_date(self) -> bool:
        month, day = int(self.ten[2:4]), int(self.ten[4:6])
        day -= 60 if day > 60 else 0
        if not day:
            return False
        two = int(self.ten[:2])
        years = (self.year,) if self.year else (1900 + two, 2000 + two)
        return any(day <= monthrange(y, month)[1] for y in years)

    @property
    def checks(self) -> bool:
        """Luhn over the ten digits."""
        doubled = (int(c) * (2 - i % 2) for i, c in enumerate(self.ten))
        return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0

    @property
    def coordination(self) -> bool:
        return int(self.ten[4:6]) > 60

    def recent(self, today: date) -> bool:
        """The date part lies within the last years, or ahead: case numbers begin like that."""
        years = (self.year,) if self.year else (2000 + int(self.ten[:2]),)
        return any(today.year - _SERIAL_YEARS <= y <= today.year + 1 for y in years)

    def may_be_serial(self, today: date) -> bool:
        """The text is this number alone, and ten bare digits or a recent date with a running number."""
        bare = not self.gap and not self.year
        return self.whole and (bare or self.recent(today))


def _read(match: re.Match[str], text: str) -> _Number:
    head = match["solid"] or match["year"] + match["month"] + match["day"]
    last = match.groupdict().get("last") or "0000"
    year = int(head[:-4]) if len(head) == 8 else 0
    whole = match.start() == 0 and match.end() == len(text)
    return _Number(head[-6:] + last, year, bool(match.groupdict().get("gap")) or not match["solid"], whole)


def _numbers(pattern: re.Pattern[str], text: str) -> Iterator[_Number]:
    """All numbers of a pattern, overlapping ones too: a date before a number must not hide it."""
    at = 0
    while match := pattern.search(text, at):
        number = _read(match, text)
        if number.is_date and not _in_a_code(match, text):
            yield number
        at = match.start() + 1


def _in_a_code(match: re.Match[str], text: str) -> bool:
    """The digits are part of a longer code of letters and digits, such as a checksum or a UUID."""
    start = match.start()
    before, after = _WORD_BEFORE.search(text[max(0, start - 40) : start]), _WORD_AFTER.match(text, match.end())
    around = (before[0] if before else "") + (after[0] if after else "")
    return len(around) > _LONGEST_WORD or any(c.isdigit() for c in around)


def _is_mobile(number: _Number, text: str) -> bool:
    """070... in one run reads as a mobile number unless the text says otherwise (both are kept out)."""
    return not number.gap and not number.year and number.ten[:3] == "070" and not _CUE.search(text)


def classify(text: str, today: date) -> tuple[str, bool]:
    """(rule or "", whether it could as well be a case number: nothing else stands in the text)."""
    suspect = False
    for number in _numbers(_NUMBER, text):
        if number.year > today.year or _is_mobile(number, text):
            continue
        if number.checks:
            return ("coordination_number" if number.coordination else "personal_number"), number.may_be_serial(today)
        suspect = suspect or bool((number.gap or number.year) and not number.recent(today))
    if suspect or any(True for _ in _numbers(_MASKED, text)):
        return "suspected_personal_number", False
    if any(not n.recent(today) for n in _numbers(_RESERVE, text)):
        return "suspected_personal_number", False
    if "@" in text and _EMAIL.search(text):
        return "email", False
    return ("phone", False) if _has_phone(text) else ("", False)


def _has_phone(text: str) -> bool:
    return any(sum(c.isdigit() for c in m[0]) >= _PHONE_DIGITS for m in _PHONE.finditer(text))


def find(values: pa.Array | pa.ChunkedArray, today: date | None = None) -> NDArray[np.int8]:
    """For each text of an array (n,): 0, or 1 + the position in RULES of the first rule that bites."""
    today = today or date.today()
    found = np.zeros(len(values), dtype=np.int8)
    suspicious = pc.fill_null(pc.match_substring_regex(values, _FIRST), False)
    at = np.flatnonzero(np.asarray(suspicious))
    if not len(at):
        return found
    encoded = _combined(values).take(pa.array(at)).dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    answers = [classify(t, today) for t in texts]
    codes = np.array([_CODE.get(rule, 0) for rule, _ in answers], dtype=np.int8)
    codes[_serials(texts, answers, today)] = 0
    found[at] = codes[encoded.indices.to_numpy()]
    return found


def _combined(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _serials(texts: list[str], answers: list[tuple[str, bool]], today: date) -> NDArray[np.bool_]:
    """Hits that are case numbers: among texts of that kind, Luhn holds for about one in ten, as chance has it."""
    serial = np.array([could for _, could in answers], dtype=bool)
    if not serial.any():
        return serial
    alike = sum(
        1 for t in texts if (m := _NUMBER.fullmatch(t)) and (n := _read(m, t)).is_date and n.may_be_serial(today)
    )
    few = alike < _FEW or serial.sum() > _SERIAL_SHARE * alike
    return np.zeros_like(serial) if few else serial


def find_any(values: Any, today: date | None = None) -> NDArray[np.int8]:
    """`find` for a column with few distinct values: each is looked at once."""
    encoded = values if isinstance(values, pa.DictionaryArray) else _combined(values).dictionary_encode()
    codes = np.append(find(encoded.dictionary, today), np.int8(0))
    answer: NDArray[np.int8] = codes[np.asarray(pc.fill_null(encoded.indices, len(encoded.dictionary)))]
    return answer
