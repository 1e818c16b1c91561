"""A study: one folder that holds everything of one owner: study.toml, vault, releases, inbox, log."""

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
import tomlkit
from numpy.typing import NDArray

from hotspots.errors import Trouble
from hotspots.geo import areas, places, project
from hotspots.vocabulary import Vocabulary, own_categories
from hotspots.words import Text

AUDIENCES = ("operations", "partners", "open")
AUDIENCE_WORDS = {
    "operations": Text(sv="egen personal", en="own staff"),
    "partners": Text(sv="samverkanspart", en="partner organisation"),
    "open": Text(sv="öppet för alla", en="open to all"),
}
GRID_RESOLUTION = 9
FOLDERS = ("vault", "releases", "received", "quarantine", "inbox", "log", "desk")


def find_home(given: str | None) -> Path:
    """The study's folder: the option, else HOTSPOTS_HOME, else ./var."""
    return Path(given or os.environ.get("HOTSPOTS_HOME") or "var").expanduser()


@dataclass(frozen=True)
class Study:
    """What is fixed about a study. Read with `load`, made with `create`."""

    home: Path
    name: str
    time_zone: str
    crs: str  # in metres
    area_source: str
    owner: str = ""
    demo: bool = False
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    settings: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def districts(self) -> areas.Districts:
        """The study's districts, lon/lat."""
        return areas.load(self.home / "districts.parquet", self.area_source)

    @cached_property
    def area(self) -> Any:
        """The study area, lon/lat: the union of the districts."""
        return self.districts.union()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The study's clock."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def grid(self) -> pd.DataFrame:
        """`cell` (uint64, resolution 9) and `area_km2` inside the study, ascending."""
        return pd.read_parquet(self.home / "grid.parquet")

    def grid_at(self, resolution: int) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
        """All cells of the study at a resolution and the area in km2 of each inside it."""
        if resolution == GRID_RESOLUTION:
            return self.grid["cell"].to_numpy(np.uint64), self.grid["area_km2"].to_numpy(np.float64)
        return areas.study_grid(self.area, resolution)

    @cached_property
    def places(self) -> pd.DataFrame:
        """Named places of the study: name, lat, lng (shipped ones inside the area and the study's own lookup file)."""
        return places.within(self.area, self.home / "places.csv")

    @property
    def public_places(self) -> pd.DataFrame:
        """name, lat, lng of the places whose names may stand on maps."""
        known = self.places
        return known.loc[known["public"].astype(bool), ["name", "lat", "lng"]].reset_index(drop=True)

    @property
    def releases(self) -> Path:
        """releases/<audience>/<version>."""
        return self.home / "releases"


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Trouble(
            "bad_time_zone",
            Text(sv="Tidszonen är okänd", en="The time zone is unknown"),
            where=name[:40],
            do=Text(sv="Ange t.ex. Europe/Stockholm", en="Give one such as Europe/Stockholm"),
        ) from None
    return name


def create(
    home: Path,
    *,
    municipalities: list[str] | None = None,
    area: Path | None = None,
    district_name: str | None = None,
    time_zone: str = "Europe/Stockholm",
    name: str | None = None,
    crs: str | None = None,
    demo: bool = False,
) -> tuple[Study, str]:
    """Make a study in a folder that has none yet; returns it and a sentence on what was chosen for the user.

    Raises:
        Trouble: `study_exists`, `no_area`, `bad_time_zone`, and what reading the area raises.
    """
    if (home / "study.toml").exists():
        raise Trouble(
            "study_exists",
            Text(sv="I mappen finns redan en studie", en="The folder already holds a study"),
            where=str(home),
            do=Text(sv="Välj en annan mapp med --home", en="Choose another folder with --home"),
        )
    _check_zone(time_zone)
    if municipalities:
        districts, column = areas.regso(municipalities), "regsonamn"
        default = places.municipality_names(municipalities)
    elif area is not None:
        if not area.is_file():
            raise Trouble(
                "no_file",
                Text(sv="Filen finns inte", en="The file does not exist"),
                where=area.name,
                do=Text(sv="Kontrollera sökvägen", en="Check the path"),
            )
        districts, column = areas.from_file(area, district_name, crs)
        default = area.name.split(".")[0]
    else:
        raise Trouble(
            "no_area",
            Text(sv="Studien saknar område", en="The study has no area"),
            do=Text(sv="Ange --municipality 1880 eller --area FIL", en="Give --municipality 1880 or --area FILE"),
        )
    shape = districts.union()
    centre = shape.representative_point()
    cells, inside = areas.study_grid(shape, GRID_RESOLUTION)
    home.mkdir(parents=True, exist_ok=True)
    for folder in FOLDERS:
        (home / folder).mkdir(exist_ok=True)
    (home / "vault").chmod(0o700)
    districts.save(home / "districts.parquet")
    pd.DataFrame({"cell": cells, "area_km2": inside}).to_parquet(home / "grid.parquet")
    document = tomlkit.document()
    document.add(
        tomlkit.comment("A study of hotspots. See docs/study.md. Own category codes: [[category]] code, group, sv, en.")
    )
    document["name"] = name or default
    document["time_zone"] = time_zone
    document["crs"] = project.metric_crs(centre.x, centre.y)
    document["owner"] = ""
    document["area_source"] = districts.source
    document["demo"] = demo
    draft = home / ".study.toml"
    draft.write_text(tomlkit.dumps(document), "utf-8")
    draft.replace(home / "study.toml")
    return load(home), column


def load(home: Path) -> Study:
    """The study in a folder.

    Raises:
        Trouble: `no_study`, `bad_study`.
    """
    path = home / "study.toml"
    if not os.path.isfile(path):  # noqa: PTH113 (Path.is_file raises where the folder may not be entered)
        raise Trouble(
            "no_study",
            Text(sv="I mappen finns ingen studie", en="The folder holds no study"),
            where=str(home),
            do=Text(
                sv="Skapa en: hotspots --home {home} init --municipality 1880",
                en="Make one: hotspots --home {home} init --municipality 1880",
            ).fill(home=home),
        )
    try:
        table = tomlkit.parse(path.read_text("utf-8")).unwrap()
        return Study(
            home=home,
            name=str(table["name"]),
            time_zone=_check_zone(str(table["time_zone"])),
            crs=project.check_crs(str(table["crs"])),
            area_source=str(table.get("area_source", "")),
            owner=str(table.get("owner", "")),
            demo=bool(table.get("demo", False)),
            vocabulary=Vocabulary(own_categories(table.get("category", []))),
            settings=table,
        )
    except (tomlkit.exceptions.ParseError, KeyError, UnicodeDecodeError, OSError):
        raise Trouble(
            "bad_study",
            Text(sv="study.toml kan inte läsas", en="study.toml cannot be read"),
            where=str(path),
            do=Text(
                sv="Kontrollera att filen får läsas, att den är TOML och att name, time_zone och crs finns",
                en="Check that the file may be read, that it is TOML and that name, time_zone and crs are there",
            ),
        ) from None
