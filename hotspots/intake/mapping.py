"""What a profile is: which column of a file means what. docs/profiles.md tells every key.

What no line of the profile names never enters the vault. Every mistake in a profile is one sentence that names the key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hotspots.errors import Trouble
from hotspots.words import Text

FIELDS = (
    "id", "start", "end", "x", "y", "lat", "lon", "latlon", "geometry", "cell", "place", "area", "category", "reporter",
    "wants_feedback", "first_action", "feedback_at", "closed", "minutes", "contacts", "offers", "accepted",
)  # fmt: skip
ONLY_FOR = {
    **dict.fromkeys(("wants_feedback", "first_action", "feedback_at", "closed"), "report"),
    **dict.fromkeys(("minutes", "contacts", "offers", "accepted"), "visit"),
    "area": "notice",
}
JOINED = ("start", "end", "first_action", "feedback_at", "closed")  # may be several columns: day and time of day
POSITIONS = (("lat", "lon"), ("x", "y"), ("latlon",), ("geometry",), ("cell",), ("place",))
FORMATS = ("csv", "xlsx", "xls", "parquet", "json", "geojson", "gpkg", "shapefile", "kml")
DATE_WORDS = ("iso", "excel", "unix")
MISSING = ("NA", "N/A", "n/a", "NULL", "<Null>", "null", "None", "NaN", "nan", "XX", "..")
_NOTICE_PLACES = {"location.gps", "location.name", "location_gps", "location_name"}
_NOTICE_WORDS = {"datetime", "summary", "url", "type", "name"}


NO_TITLE = Text(sv="", en="")


@dataclass(frozen=True)
class SourceColumn:
    """The source type stands in a column: its values to our source types, "*" for the rest."""

    column: str
    map: Mapping[str, str]


@dataclass(frozen=True)
class Profile:
    """A column mapping; see docs/profiles.md.

    `columns`: our field -> their column or columns (joined with a space). `midpoints`: (latitude, longitude) in degrees
    of points that stand for an area. `categories`: their value -> our code ("*" = the rest); None when the values are
    our codes or `category` holds the one code of all rows. `missing`: words that mean "no value", beside empty.
    `unknown`: category values a draft could not place; `questions`: what a draft asks of its reader.
    """

    name: str
    kind: str
    source_type: str | SourceColumn = "reported"
    time_zone: str = "Europe/Stockholm"
    crs: str = ""
    format: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: tuple[str, ...] = ("iso",)
    decimal: str = ""
    separator: str = ""
    encoding: str = ""
    sheet: str = ""
    skip_rows: int | None = None
    missing: tuple[str, ...] = MISSING
    records: str = ""
    categories: Mapping[str, str] | None = None
    category: str = ""
    drop: tuple[str, ...] = ()
    midpoints: tuple[tuple[float, float], ...] = ()
    title: Text = NO_TITLE
    unverified: bool = False
    unknown: tuple[str, ...] = ()
    questions: tuple[Text, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """The columns of the file that are read, each once, in the order of the profile."""
        source = (self.source_type.column,) if isinstance(self.source_type, SourceColumn) else ()
        return tuple(dict.fromkeys([c for names in self.columns.values() for c in names] + list(source)))

    @property
    def position(self) -> tuple[str, ...]:
        """The fields that give the position: ("lat", "lon"), ("x", "y"), ("latlon",) ...; empty for notices."""
        return next((way for way in POSITIONS if all(f in self.columns for f in way)), ())


def are_notices(columns: Iterable[str]) -> bool:
    """Whether a file's columns are those of the Swedish police's event notices (polisen.se/api/events)."""
    names = {c.strip().lower() for c in columns}
    return bool(names & _NOTICE_PLACES) and len(names & _NOTICE_WORDS) >= 3


def refuse_notices(profile: Profile, columns: Iterable[str]) -> None:
    """Stop police event notices from entering as places: their coordinates are the middle of a municipality or county.

    Raises:
        Trouble: `area_midpoints` when the columns are theirs and the profile's kind is not `notice`.
    """
    if profile.kind != "notice" and are_notices(columns):
        raise Trouble(
            "area_midpoints",
            Text(
                sv="Filen är Polisens händelsenotiser, vars koordinater är kommunens eller länets mittpunkt, "
                "inte platser",
                en="The file holds the police's event notices, whose coordinates are the middle of a municipality or "
                "county, not places",
            ),
            where=profile.name,
            do=Text(
                sv="Läs in den med profilen polisen_se, som visar notiserna per kommun",
                en="Read it with the profile polisen_se, which shows the notices by municipality",
            ),
        )
