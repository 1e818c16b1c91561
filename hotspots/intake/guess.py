"""What values look like: coordinates by their range, dates by trying formats, categories by their words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from hotspots.intake.mapping import MISSING
from hotspots.intake.profile import load, names
from hotspots.vocabulary import REFUSED, shipped

Values = Sequence[str]
_ENOUGH = 0.9  # share of the values that must look alike
_TRIED = 300  # values that formats are tried on
_PAIR = re.compile(r"\(?\s*-?\d{1,2}\.\d{2,}\s*[,; ]\s*-?\d{1,3}\.\d{2,}\s*\)?")
_CELL = re.compile(r"8[0-9a-f]{14}", re.IGNORECASE)
_CLOCK = re.compile(r"(?:[01]?\d|2[0-4])[:.][0-5]\d(?:[:.][0-5]\d)?(?:\s*[AaPp][Mm])?")
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d",
         "%y-%m-%d", "%y%m%d", "%d/%m/%y", "%m/%d/%y")  # fmt: skip
_TIMES = (" %H:%M", " %H:%M:%S", "T%H:%M:%S", "T%H:%M", " %H.%M", " %I:%M:%S %p", " %I:%M %p", " %H:%M:%S %z",
          " %H:%M %z", " %H%M")  # fmt: skip
_FORMS = (*_DAYS, *(d + t for d in _DAYS for t in _TIMES), "%Y-%m")
_SWAP = {"%d/%m": "%m/%d", "%d-%m": "%m-%d"}
# Degrees and metres of Sweden; the ranges do not overlap (privacy.md 5).
LAT, LON = (55.0, 69.2), (10.5, 24.3)
NORTH, EAST, RT90_EAST, LOCAL_EAST = (6.1e6, 7.71e6), (0.26e6, 0.92e6), (1.19e6, 2.03e6), (0.0, 0.26e6)


@dataclass(frozen=True)
class Dates:
    """The formats that read a column. `ambiguous`: day and month may stand either way round."""

    formats: tuple[str, ...]
    ambiguous: bool = False

    @property
    def day_only(self) -> bool:
        """Whether there is no time of day in it."""
        return all(f.startswith("%") and not any(p in f for p in ("%H", "%I")) for f in self.formats)


def numbers(values: Values) -> list[float] | None:
    """The values as numbers (decimal comma or point, blanks between thousands), or None when they are none."""
    found = []
    for value in values:
        with suppress(ValueError):
            found.append(float(re.sub(r"[\s\u00a0]", "", value).replace(",", ".").replace("\u2212", "-")))
    filled = [n for n in found if n]  # 0 stands for a missing coordinate
    return filled if filled and len(found) >= _ENOUGH * len(values) else None


def within(found: Iterable[float] | None, low_high: tuple[float, float]) -> bool:
    """Whether nearly all numbers lie in a range."""
    found = list(found or ())
    inside = sum(low_high[0] <= n <= low_high[1] for n in found)
    return bool(found) and inside >= _ENOUGH * len(found)


def _mostly(values: Values, pattern: re.Pattern[str]) -> bool:
    return bool(values) and sum(bool(pattern.fullmatch(v.strip())) for v in values) >= _ENOUGH * len(values)


def is_pair(values: Values) -> bool:
    """ "59.27, 15.21"."""
    return _mostly(values, _PAIR)


def is_cell(values: Values) -> bool:
    """H3 cells as text."""
    return _mostly(values, _CELL)


def is_clock(values: Values) -> bool:
    """Times of day, "14:05" or "14.05"."""
    return _mostly(values, _CLOCK)


def _reads(value: str, form: str) -> bool:
    try:
        return 1900 < datetime.strptime(value, form).year < 2101
    except ValueError:
        return False


def _is_iso(value: str) -> bool:
    try:
        return len(value) > 10 and 1900 < datetime.fromisoformat(value).year < 2101
    except ValueError:
        return False


def dates(values: Values, header_says_date: bool) -> Dates | None:
    """Formats that together read nearly all values, the one that reads most first; None when it is no date."""
    left = list(dict.fromkeys(v.strip() for v in values))[:_TRIED]
    if not left or not any(c.isdigit() for c in left[0]):
        return None
    plain = numbers(left)
    if plain and header_says_date:
        for word, low_high in (("excel", (20_000, 80_000)), ("unix", (6e8, 4.2e9)), ("unix", (6e11, 4.2e12))):
            if within(plain, low_high):
                return Dates((word,))
    if plain and not header_says_date:
        return None  # a number that happens to look like a date
    total, formats = len(left), list[str]()
    while left and len(formats) < 3:
        counts = {form: sum(_reads(v, form) for v in left) for form in _FORMS}
        best = max(counts, key=lambda f: counts[f])
        iso = sum(_is_iso(v) for v in left)
        if iso > counts[best]:
            best, counts["iso"] = "iso", iso
        if counts[best] < max(1, len(left) * 0.02):
            break
        formats.append(best)
        left = [v for v in left if not (_is_iso(v) if best == "iso" else _reads(v, best))]
    if not formats or len(left) > (1 - _ENOUGH) * total:
        return None
    tried = list(dict.fromkeys(v.strip() for v in values))[:_TRIED]
    return Dates(tuple(formats), any(_either_way(tried, f) for f in formats))


def _either_way(values: Values, form: str) -> bool:
    """Whether no value tells day from month."""
    for day_first, month_first in _SWAP.items():
        if form.startswith((day_first, month_first)):
            other = form.replace(day_first, month_first) if form.startswith(day_first) else form.replace(
                month_first, day_first
            )  # fmt: skip
            mine = [v for v in values if _reads(v, form)]
            return all(_reads(v, other) for v in mine)
    return False


@cache
def _thesaurus() -> Mapping[str, str]:
    """Words to codes: the vocabulary's own in both languages, and those of the shipped profiles."""
    words: dict[str, str] = {}
    for name in names():
        for value, code in (load(name).categories or {}).items():
            if value != "*" and code not in (REFUSED, "other"):
                words.setdefault(value.strip().casefold(), code)
    for category in shipped().values():
        for word in (category.name, category.name.replace("_", " "), category.title.sv, category.title.en):
            words[word.casefold()] = category.name
    return words


def code_of(value: str) -> str | None:
    """Our code for a category value, when the words match: the whole value, else one known word within it."""
    words, said = _thesaurus(), " ".join(value.casefold().split())
    if said in words:
        return words[said]
    inside = {words[w] for w in words if len(w) >= 5 and re.search(rf"\b{re.escape(w)}\b", said)}
    return inside.pop() if len(inside) == 1 else None


def given(values: Iterable[str | None]) -> list[str]:
    """The values that say something."""
    return [v for v in values if v is not None and v.strip() and v.strip() not in MISSING]
