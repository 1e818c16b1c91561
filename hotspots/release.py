"""Read a release: verify every byte, then hand out tables with their facts. The only thing pages and reports read."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspots import grid
from hotspots.durable import sha256_of
from hotspots.errors import Trouble
from hotspots.geo import areas
from hotspots.periods import Period, parse_period
from hotspots.vocabulary import SOURCE_TYPES, Category, Vocabulary
from hotspots.words import Text, swedish_order

COARSEST = 5
SEAL = "manifest.sha256"


def damaged(path: Path) -> Trouble:
    """The one sentence about a release that is not what was published."""
    return Trouble(
        "damaged_release",
        Text(sv="Utgåvan är skadad eller ändrad", en="The release is damaged or was changed"),
        where=f"{path.parent.name}/{path.name}",
        do=Text(sv="Publicera på nytt: hotspots publish", en="Publish again: hotspots publish"),
    )


def verify(path: Path) -> dict[str, Any]:
    """The manifest of a release folder whose files all match it.

    Raises:
        Trouble: `damaged_release` at the first byte that differs, a missing file or a file too many.
    """
    try:
        written = (path / "manifest.json").read_bytes()
        manifest = json.loads(written)
        listed = {f["path"]: f for f in manifest["files"]}
        present = {p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file()}
        sealed = (path / SEAL).read_text("ascii") == hashlib.sha256(written).hexdigest()
        whole = (
            sealed
            and present - {"manifest.json", SEAL} == set(listed)
            and all(
                (path / name).stat().st_size == facts["bytes"] and sha256_of(path / name) == facts["sha256"]
                for name, facts in listed.items()
            )
        )
    except (OSError, ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise damaged(path)
    return dict(manifest)


def current(home: Path, audience: str) -> Path:
    """The folder that CURRENT names; where that one is damaged, the newest whole one before it.

    Raises:
        Trouble: `no_release` when nothing was published for the audience.
    """
    folder = home / "releases" / audience
    for version in _candidates(folder):
        try:
            verify(folder / version)
        except Trouble:
            continue
        return folder / version
    raise Trouble(
        "no_release",
        Text(sv="Inget är publicerat för den läsarkretsen ännu", en="Nothing is published for that audience yet"),
        where=audience,
        do=Text(sv="Läs in en fil och kör hotspots publish", en="Ingest a file and run hotspots publish"),
    )


def _candidates(folder: Path) -> Iterator[str]:
    """The version that CURRENT names, then those before it. Without CURRENT nothing is published (or no longer)."""
    pointer = folder / "CURRENT"
    if not pointer.is_file():
        return
    named = pointer.read_text("utf-8").strip()
    yield named
    others = sorted((p.name for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")), reverse=True)
    yield from (name for name in others if name < named)


def open_release(home: Path, audience: str, *, path: Path | None = None) -> "Release":
    """The current release of an audience, verified."""
    folder = path or current(home, audience)
    return Release(folder, verify(folder))


@dataclass(frozen=True, eq=False)
class Release:
    """A verified release; tables are read once and shared, so nobody may change them."""

    path: Path
    manifest: dict[str, Any]

    def _table(self, name: str) -> pd.DataFrame:
        file = self.path / f"{name}.parquet"
        return pd.read_parquet(file) if file.is_file() else pd.DataFrame()

    @property
    def audience(self) -> str:
        """operations, partners or open."""
        return str(self.manifest["audience"])

    @property
    def version(self) -> str:
        """Name of the version: the moment it was made, UTC."""
        return str(self.manifest["version"])

    @property
    def made(self) -> datetime:
        """The moment the release was made, on the study's clock; for people, where `version` is for machines."""
        at = datetime.strptime(self.version[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        return at.astimezone(ZoneInfo(str(self.manifest["time_zone"])))

    @property
    def key(self) -> tuple[str, str]:
        """What every cache key of shown data must hold."""
        return self.audience, self.version

    @property
    def name(self) -> str:
        """Name of the study."""
        return str(self.manifest["study"])

    @property
    def demo(self) -> bool:
        """Whether the data are made up."""
        return bool(self.manifest["demo"])

    @property
    def today(self) -> date:
        """The study's today: its last day of data."""
        return date.fromisoformat(self.manifest["today"])

    @property
    def first_day(self) -> date:
        """The first day of data."""
        return date.fromisoformat(self.manifest["first_day"])

    @property
    def k(self) -> int:
        """Fewest events and source-days behind any number here."""
        return int(self.manifest["k"])

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The study's categories."""
        own = self.manifest.get("categories", [])
        return Vocabulary(
            tuple(
                Category(c["code"], c["group"], Text(sv=c["sv"], en=c["en"]), c["sensitive"], c["gathering"])
                for c in own
            )
        )

    @cached_property
    def blocks(self) -> pd.DataFrame:
        """PLACE: period, category, source, cell, resolution, count, area_km2. Blocks of one view share no event."""
        return self._table("blocks")

    @cached_property
    def trend(self) -> pd.DataFrame:
        """TREND: period, category, source, district, count."""
        return self._table("trend")

    @cached_property
    def grid(self) -> pd.DataFrame:
        """cell (resolution 9, ascending) and area_km2 inside the study."""
        return self._table("grid")

    @cached_property
    def districts(self) -> areas.Districts:
        """The study's districts."""
        return areas.load(self.path / "districts.parquet", str(self.manifest["area_source"]))

    @cached_property
    def places(self) -> pd.DataFrame:
        """Named places: name, lat, lng."""
        return self._table("places")

    @cached_property
    def spots(self) -> pd.DataFrame:
        """Recurring gathering spots, one row each."""
        return self._table("spots")

    @cached_property
    def spot_cells(self) -> pd.DataFrame:
        """spot_id, cell (resolution 10): the footprints."""
        return self._table("spot_cells")

    @cached_property
    def spot_hours(self) -> pd.DataFrame:
        """spot_id, weekday, block, share, n: only for spots with enough events."""
        return self._table("spot_hours")

    @cached_property
    def visits(self) -> pd.DataFrame:
        """The organisation's own visits: cell (resolution 10), start, minutes, category. Operations only."""
        return self._table("visits")

    @cached_property
    def sources(self) -> pd.DataFrame:
        """profile, source_type, kind, first_month, last_month; events (about, rounded down) for operations only."""
        return self._table("sources")

    @property
    def source_types(self) -> list[str]:
        """Source types with shown numbers, the independent ones first."""
        table = self.blocks if len(self.blocks) else self.trend
        present = set(table["source"]) if len(table) else set()
        return [s for s in SOURCE_TYPES if s in present]

    def period_names(self, kind: str | None = None) -> list[str]:
        """Names of the periods that hold shown numbers, oldest first."""
        table = self.blocks if len(self.blocks) else self.trend
        names = table["period"].unique().tolist() if len(table) else []
        periods = sorted(parse_period(n) for n in names)
        return [p.name for p in periods if kind is None or p.kind == kind]

    def categories(self, source: str) -> list[str]:
        """Category selections with shown numbers: "all", then each "group:..." with its codes after it.

        In the Swedish order of the groups' words and of the words within a group.
        """
        table = self.blocks if len(self.blocks) else self.trend
        found = set(table.loc[table["source"] == source, "category"]) if len(table) else set()
        known = self.vocabulary

        def place(code: str) -> tuple[str, bool, str]:
            group = code if code.startswith("group:") else f"group:{known.group_of(code)}"
            return swedish_order(known.title(group).sv), code != group, swedish_order(known.title(code).sv)

        codes = [c for c in found if c.startswith("group:") or c in known]
        return (["all"] if "all" in found else []) + sorted(codes, key=place)

    def default_period(self) -> Period:
        """The latest closed year, or the latest year with numbers where none is closed."""
        years = [parse_period(n) for n in self.period_names("year")]
        closed = [p for p in years if (p.end - self.today).days <= 1]
        chosen = closed or years
        if not chosen:
            raise nothing_shown()
        return chosen[-1]

    def view(self, *, period: str, category: str, source: str) -> pd.DataFrame:
        """The blocks of one question: cell, resolution, count, area_km2."""
        blocks = self.blocks
        if not len(blocks):
            return pd.DataFrame({"cell": np.zeros(0, np.uint64), "resolution": [], "count": [], "area_km2": []})
        rows = self._rows.get((period, category, source))
        return (
            blocks.iloc[rows][["cell", "resolution", "count", "area_km2"]]
            if rows is not None
            else blocks.iloc[:0][["cell", "resolution", "count", "area_km2"]]
        )

    @cached_property
    def _rows(self) -> dict[tuple[str, str, str], NDArray[np.int64]]:
        return dict(self.blocks.reset_index(drop=True).groupby(["period", "category", "source"], observed=True).indices)

    def footprint(self, spot_id: str) -> NDArray[np.uint64]:
        """The res-10 cells of a spot."""
        cells = self.spot_cells
        return (
            cells.loc[cells["spot_id"] == spot_id, "cell"].to_numpy(np.uint64) if len(cells) else np.zeros(0, np.uint64)
        )

    def neighbours(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """CSR of the study grid at resolution 9, ring 1, itself included."""
        return self._neighbours

    @cached_property
    def _neighbours(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        return grid.neighbours(self.grid["cell"].to_numpy(np.uint64), 1)


def nothing_shown() -> Trouble:
    """Zero, hidden and absent look the same: one sentence for all three."""
    return Trouble(
        "nothing_shown",
        Text(sv="Inga tal kan visas för det valet", en="No numbers can be shown for that choice"),
        do=Text(sv="Välj en längre period eller fler kategorier", en="Choose a longer period or more categories"),
    )
