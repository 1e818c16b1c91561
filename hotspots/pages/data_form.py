"""The choice lists that map our fields to a file's columns; the answer is a profile as the contract writes it."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from hotspots.pages import data_categories
from hotspots.pages.state import Desk
from hotspots.vocabulary import KINDS, SOURCE_TYPES

NONE = ""
# How a file says where: the fields each way needs.
PLACES_OF: dict[str, tuple[str, ...]] = {
    "degrees": ("lat", "lon"),
    "metres": ("x", "y"),
    "pair": ("latlon",),
    "place": ("place",),
    "cell": ("cell",),
    "geometry": ("geometry",),
}
OF_ALL = ("end", "id")
OF_KIND = {
    "incident": (),
    "report": ("reporter", "wants_feedback", "first_action", "feedback_at", "closed"),
    "visit": ("minutes", "contacts", "offers", "accepted"),
}
SOURCE_OF_KIND = {"incident": "reported", "report": "reported", "visit": "outreach"}
MAY_BE_PERSONAL = ("id", "reporter", "place")  # kept as a keyed hash, or given up for a cell
DATES = {
    "%Y-%m-%d %H:%M": "2026-03-31 14:05",
    "%Y-%m-%d %H:%M:%S": "2026-03-31 14:05:09",
    "%Y-%m-%d": "2026-03-31",
    "%Y-%m-%d %H.%M": "2026-03-31 14.05",
    "%Y%m%d %H%M": "20260331 1405",
    "%Y%m%d %H:%M": "20260331 14:05",
    "%Y%m%d": "20260331",
    "%d/%m/%Y %H:%M": "31/03/2026 14:05",
    "%d/%m/%Y": "31/03/2026",
    "%d.%m.%Y %H:%M": "31.03.2026 14:05",
    "%d.%m.%Y": "31.03.2026",
    "%d-%m-%Y %H:%M": "31-03-2026 14:05",
    "%d-%m-%Y": "31-03-2026",
    "%m/%d/%Y %H:%M": "03/31/2026 14:05",
    "%m/%d/%Y %I:%M:%S %p": "03/31/2026 02:05:09 PM",
    "%m/%d/%Y": "03/31/2026",
    "%Y-%m": "2026-03",
}
DATE_WORDS = ("iso", "excel", "unix")
ZONES = {
    "3006": "TM", "3007": "12 00", "3008": "13 30", "3009": "15 00", "3010": "16 30", "3011": "18 00",
    "3012": "14 15", "3013": "15 45", "3014": "17 15", "3015": "18 45", "3016": "20 15", "3017": "21 45",
    "3018": "23 15",
}  # fmt: skip
SYSTEMS = {f"EPSG:{code}": f"SWEREF 99 {zone}" for code, zone in ZONES.items()} | {
    "EPSG:3021": "RT 90 2,5 gon V",
    "EPSG:4326": "WGS 84",
}
TOWNS = {"EPSG:3007": "Göteborg", "EPSG:3008": "Gislaved", "EPSG:3009": "Örebro", "EPSG:3011": "Stockholm"}


def as_list(columns: object) -> list[str]:
    """One column or several, as a list."""
    return [str(c) for c in columns] if isinstance(columns, list | tuple) else [str(columns)]


def coordinate_system(desk: Desk, start: str, key: str, words: str = "data.crs") -> str:
    """The choice list of coordinate systems; an EPSG number may be written in. "" while nothing is chosen."""

    def title(system: str) -> str:
        town = f", {TOWNS[system]}" if system in TOWNS else ""
        return f"{SYSTEMS[system]} ({system}{town})" if system in SYSTEMS else system

    choices = list(SYSTEMS) if start in SYSTEMS or not start else [start, *SYSTEMS]
    found = st.selectbox(
        desk.say(words),
        choices,
        index=choices.index(start) if start else None,
        format_func=title,
        key=key,
        placeholder=desk.say("data.choose"),
        accept_new_options=True,
        help=desk.say("data.crs_help"),
    )
    typed = str(found or "").strip().upper()
    return f"EPSG:{typed}" if typed.isdigit() else typed


@dataclass
class Form:
    """The lists of one file. `start`: the mapping they begin with; `draw` gives the one they now say."""

    desk: Desk
    number: str
    seen: dict[str, Any]
    start: dict[str, Any]
    missing: list[str] = field(default_factory=list)

    def draw(self) -> tuple[dict[str, Any], list[str]]:
        """All lists; returns the mapping and what is still missing, in words."""
        mapping = deepcopy(self.start)
        mapping["columns"] = {}
        self._what(mapping)
        self._when(mapping)
        self._where(mapping)
        self._category(mapping)
        self._more(mapping)
        used = {c for columns in mapping["columns"].values() for c in as_list(columns)}
        personal = [c for c in self.seen["masked"] if c not in used]
        mapping["drop"] = {"columns": personal}
        return mapping, self.missing

    # -- the four groups -------------------------------------------------------------------------------------------

    def _what(self, mapping: dict[str, Any]) -> None:
        say = self.desk.say
        with self._group("what"):
            left, right = st.columns(2)
            with left:
                kinds = [k for k in KINDS if k != "notice"]
                mapping["kind"] = self._pick("kind", kinds, self.start.get("kind"), "data.kind")
            with right:
                source = self.start.get("source_type")
                if not isinstance(source, str) or source not in SOURCE_TYPES:
                    source = SOURCE_OF_KIND[mapping["kind"]]
                mapping["source_type"] = self._pick(
                    "source_type", list(SOURCE_TYPES), source, "data.source_type", help=say("data.source_type_help")
                )

    def _when(self, mapping: dict[str, Any]) -> None:
        say = self.desk.say
        start = as_list(self.start.get("columns", {}).get("start", NONE))
        with self._group("when"):
            left, right = st.columns(2)
            with left:
                day = self._column("start", "data.field.start", start[0])
            with right:
                clock = self._column("clock", "data.field.clock", start[1] if len(start) > 1 else NONE)
            if day:
                mapping["columns"]["start"] = [day, clock] if clock else [day]
            else:
                self.missing.append(say("data.field.start"))
            formats = dict(self.start.get("formats", {}))
            formats["dates"] = self._dates(as_list(formats.get("dates", [])))
            mapping["formats"] = formats

    def _dates(self, start: list[str]) -> list[str]:
        say = self.desk.say
        choices = [*DATES, *DATE_WORDS]
        choices = [*(d for d in start if d not in choices), *choices]
        found = st.multiselect(
            say("data.dates"),
            choices,
            default=start,
            format_func=lambda d: say(f"data.date_{d}") if d in DATE_WORDS else DATES.get(d, d),
            key=f"dates_{self.number}",
            placeholder=say("data.choose"),
            help=say("data.dates_help"),
        )
        if not found:
            self.missing.append(say("data.dates"))
        return list(found)

    def _where(self, mapping: dict[str, Any]) -> None:
        say, known = self.desk.say, self.start.get("columns", {})
        ways = [w for w in PLACES_OF if w != "geometry" or "geometry" in known]
        way_of = next((w for w in ways if PLACES_OF[w][0] in known), "degrees")
        with self._group("where"):
            way = self._pick("way", ways, way_of, "data.way")
            for column, name in zip(st.columns(len(PLACES_OF[way])), PLACES_OF[way], strict=True):
                with column:
                    found = self._column(name, f"data.field.{name}", as_list(known.get(name, NONE))[0])
                if found:
                    mapping["columns"][name] = found
                else:
                    self.missing.append(say(f"data.field.{name}"))
            mapping.pop("crs", None)
            if way == "metres":
                crs = coordinate_system(self.desk, str(self.start.get("crs") or ""), f"crs_{self.number}")
                if crs:
                    mapping["crs"] = crs
                else:
                    self.missing.append(say("data.crs"))
            if way == "place":
                st.caption(say("data.place_help"))

    def _category(self, mapping: dict[str, Any]) -> None:
        for name in ("category", "categories"):
            mapping.pop(name, None)
        with self._group("category"):
            self.missing += data_categories.draw(self, mapping)

    def _more(self, mapping: dict[str, Any]) -> None:
        known = self.start.get("columns", {})
        fields = (*OF_ALL, *OF_KIND[mapping["kind"]])
        with st.expander(self.desk.say("data.more_fields"), expanded=any(f in known for f in fields)):
            for i in range(0, len(fields), 2):
                for column, name in zip(st.columns(2), fields[i : i + 2], strict=False):
                    with column:
                        found = self._column(name, f"data.field.{name}", as_list(known.get(name, NONE))[0])
                    if found:
                        mapping["columns"][name] = found

    # -- small parts -----------------------------------------------------------------------------------------------

    def _group(self, name: str) -> Any:
        box = st.container(border=True)
        box.subheader(self.desk.say(f"data.group_{name}"))
        return box

    def _pick(self, name: str, choices: list[str], start: object, words: str, **more: Any) -> str:
        return str(
            st.selectbox(
                self.desk.say(words),
                choices,
                index=choices.index(str(start)) if start in choices else 0,
                format_func=lambda c: self.desk.say(f"{words}_{c}"),
                key=f"{name}_{self.number}",
                **more,
            )
        )

    def _column(self, name: str, words: str, start: str, extra: tuple[str, ...] = ()) -> str:
        """One list of the file's columns; columns about persons are only offered where no value of them is kept."""
        personal = set() if name in MAY_BE_PERSONAL else set(self.seen["masked"])
        choices = [NONE, *extra, *(c for c in self.seen["columns"] if c not in personal)]
        label: Callable[[str], str] = lambda c: c or self.desk.say("data.no_column")  # noqa: E731
        if extra:
            label = lambda c: self.desk.say("data.same_category") if c in extra else c or self.desk.say("data.choose")  # noqa: E731
        return str(
            st.selectbox(
                self.desk.say(words),
                choices,
                index=choices.index(start) if start in choices else 0,
                format_func=label,
                key=f"{name}_{self.number}",
            )
        )
