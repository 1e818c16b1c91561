"""Two languages: sayings that carry both, and the language books that the screens speak from."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

LANGUAGES = ("sv", "en")
_BOOKS = Path(__file__).parent / "locale"
_PERIOD = re.compile(r"(\d{4})-(?:([WQH])(\d{1,2})|(\d\d))")  # 2025-W12, 2025-Q1, 2025-H1, 2025-03


@dataclass(frozen=True)
class Text:
    """One saying in every language of the house; a missing language is a TypeError at import."""

    sv: str
    en: str

    def to(self, language: str) -> str:
        """The saying in one language."""
        return self.en if language == "en" else self.sv

    def fill(self, **values: object) -> "Text":
        """The same saying with its {placeholders} filled."""
        return Text(sv=self.sv.format(**values), en=self.en.format(**values))


def swedish_order(text: str) -> str:
    """The key that sorts words as a Swedish reader expects: without case, å, ä and ö last and in that order."""
    return text.casefold().translate(str.maketrans("åäö", "{|}"))


@cache
def book(language: str) -> dict[str, str]:
    """The language book as flat keys ("map.title" -> saying), from locale/<language>.toml."""

    def flat(table: dict[str, object], prefix: str) -> Iterable[tuple[str, str]]:
        for key, value in table.items():
            if isinstance(value, dict):
                yield from flat(value, f"{prefix}{key}.")
            else:
                yield f"{prefix}{key}", str(value)

    return dict(flat(tomllib.loads((_BOOKS / f"{language}.toml").read_text("utf-8")), ""))


@dataclass(frozen=True)
class Speaker:
    """Says things in one language: keys of the book, numbers and dates as that language writes them."""

    language: str = "sv"

    def __call__(self, key: str, **values: object) -> str:
        """The saying under `key`; with `n`, the forms `key.one` and `key.other` are chosen between."""
        words = book(self.language)
        if key not in words and "n" in values:
            key = f"{key}.one" if values["n"] == 1 else f"{key}.other"
        return words[key].format(**values) if values else words[key]

    @property
    def locale(self) -> str:
        """The locale that Babel formats by."""
        return "en_GB" if self.language == "en" else "sv_SE"

    def number(self, value: float, decimals: int = 0) -> str:
        """ "12 345,7"."""
        return format_decimal(value, format="#,##0" + ("." + "0" * decimals if decimals else ""), locale=self.locale)

    def share(self, value: float) -> str:
        """ "5 %"."""
        return format_percent(value, locale=self.locale)

    def day(self, value: date) -> str:
        """ "1 mars 2026"."""
        return format_date(value, format="d MMMM y", locale=self.locale)

    def short_day(self, value: date, *, year: bool = True) -> str:
        """ "1 mars 2026" or "31 dec. 2026", for narrow places; "31 dec." where the year is known."""
        return str(format_date(value, format="d MMM y" if year else "d MMM", locale=self.locale))

    def month(self, value: date) -> str:
        """ "mars 2025"."""
        return str(format_date(value, format="LLLL y", locale=self.locale))

    def moment(self, value: datetime) -> str:
        """ "1 mars 2026 kl. 18.00"."""
        form = "d MMM y HH:mm" if self.language == "en" else "d MMM y 'kl.' HH.mm"
        return format_datetime(value, format=form, locale=self.locale)

    def period(self, name: str) -> str:
        """ "vecka 39, 2026", "kvartal 3, 2026", "första halvåret 2026", "september 2026", "2026" of a period's name."""
        parts = _PERIOD.fullmatch(name)
        if not parts:
            return name
        year, kind, number, month = parts.groups()
        if month:
            return self.month(date(int(year), int(month), 1))
        if kind == "H":
            return self(f"periods.name_half_{number}", year=year)
        return self("periods.name_week" if kind == "W" else "periods.name_quarter", number=int(number), year=year)

    def weekday(self, number: int) -> str:
        """Short name of weekday `number` (0 = Monday)."""
        return format_date(date(2024, 1, 1 + number), format="EEE", locale=self.locale).rstrip(".")

    def list(self, things: Iterable[str]) -> str:
        """ "a, b och c"."""
        things = list(things)
        if len(things) < 2:
            return "".join(things)
        return ", ".join(things[:-1]) + (" and " if self.language == "en" else " och ") + things[-1]
