"""The category codes: code, group, Swedish and English words, and two flags that decide what may be shown.

`sensitive`: people in a hard place are behind it; coarser in releases for others, never a map layer of its own there.
`gathering`: describes people gathering in a public place; the input of recurring spots.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hotspots.errors import Trouble, UnknownName
from hotspots.words import Text

KINDS = ("incident", "report", "visit", "notice")
SOURCE_TYPES = ("reported", "discovered", "outreach", "survey")
SOURCE_WORDS = {
    "reported": Text(sv="anmält och rapporterat", en="reported"),
    "discovered": Text(sv="upptäckt av personal på plats", en="discovered by staff"),
    "outreach": Text(sv="uppsökande besök", en="outreach visits"),
    "survey": Text(sv="enkätsvar", en="survey answers"),
}
GROUP_WORDS = {
    "disorder": Text(sv="Ordningsstörning", en="Disorder"),
    "youth": Text(sv="Ungdomssamlingar och ofog", en="Youth gatherings and mischief"),
    "alcohol": Text(sv="Alkohol", en="Alcohol"),
    "drugs": Text(sv="Narkotika", en="Drugs"),
    "control": Text(sv="Kontroller", en="Checks"),
    "health": Text(sv="Hälsa", en="Health"),
    "homelessness": Text(sv="Kontakter om hemlöshet", en="Contacts about homelessness"),
    "outreach": Text(sv="Besök", en="Visits"),
    "violence": Text(sv="Våld och hot", en="Violence and threats"),
    "damage": Text(sv="Skadegörelse och brand", en="Damage and fire"),
    "environment": Text(sv="Fysisk miljö", en="Physical environment"),
    "property": Text(sv="Stöld och inbrott", en="Theft and burglary"),
    "traffic": Text(sv="Trafik", en="Traffic"),
    "other": Text(sv="Övrigt", en="Other"),
}
REFUSED = "refused"  # a profile maps health and coercion codes to this word: such rows never enter


@dataclass(frozen=True)
class Category:
    """One code with its words and flags."""

    name: str
    group: str
    title: Text
    sensitive: bool = False
    gathering: bool = False


@cache
def shipped() -> dict[str, Category]:
    """The categories of vocabulary.csv by code, in file order."""
    with (Path(__file__).parent / "vocabulary.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Category(
                row["code"],
                row["group"],
                Text(sv=row["sv"], en=row["en"]),
                row["sensitive"] == "1",
                row["gathering"] == "1",
            )
            for row in csv.DictReader(file)
        }


@dataclass(frozen=True)
class Vocabulary:
    """The shipped categories and a study's own; own codes may not rename shipped ones."""

    own: tuple[Category, ...] = ()

    @property
    def categories(self) -> dict[str, Category]:
        """All categories by code, shipped ones first."""
        return shipped() | {c.name: c for c in self.own}

    def __getitem__(self, code: str) -> Category:
        found = self.categories.get(code)
        if found is None:
            raise UnknownName("category", code, tuple(self.categories))
        return found

    def __contains__(self, code: object) -> bool:
        return code in self.categories

    def group_of(self, code: str) -> str:
        """The group of a code."""
        return self[code].group

    def codes(self, *, group: str | None = None, gathering: bool | None = None) -> list[str]:
        """Codes of a group, or those that describe gatherings."""
        return [
            c.name
            for c in self.categories.values()
            if (group is None or c.group == group) and (gathering is None or c.gathering == gathering)
        ]

    def title(self, code: str) -> Text:
        """Words for a category code, a group ("group:drugs") or "all"."""
        if code == "all":
            return Text(sv="alla kategorier", en="all categories")
        if code.startswith("group:"):
            if (group := code.removeprefix("group:")) not in GROUP_WORDS:
                raise UnknownName("category", code, tuple(f"group:{g}" for g in GROUP_WORDS))
            return GROUP_WORDS[group]
        return self[code].title


def own_categories(table: Iterable[Mapping[str, object]]) -> tuple[Category, ...]:
    """A study's own categories from study.toml (`[[category]] code, group, sv, en, sensitive, gathering`)."""
    found = []
    for row in table:
        code, group = str(row.get("code", "")), str(row.get("group", "other"))
        if not code or code in shipped() or group not in GROUP_WORDS:
            raise Trouble(
                "bad_category",
                Text(
                    sv="En egen kategori i study.toml saknar ny kod eller känd grupp",
                    en="An own category in study.toml lacks a new code or a known group",
                ),
                where=code,
                do=Text(sv="Välj grupp bland: {groups}", en="Choose a group among: {groups}").fill(
                    groups=", ".join(GROUP_WORDS)
                ),
            )
        sv = str(row.get("sv", code))
        found.append(
            Category(
                code,
                group,
                Text(sv=sv, en=str(row.get("en", sv))),
                bool(row.get("sensitive")),
                bool(row.get("gathering")),
            )
        )
    return tuple(found)
