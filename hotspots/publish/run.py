"""The publish run: one pass over the vault, one immutable release per audience."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hotspots import grid, periods, spots
from hotspots.errors import Trouble
from hotspots.geo.areas import cell_areas_km2
from hotspots.publish.audiences import AUDIENCES, COARSEST, Audience
from hotspots.publish.blocks import Tally, area_blocks, place_blocks, with_sums
from hotspots.publish.noise import geometric
from hotspots.publish.tally import tally_of, views
from hotspots.publish.write import clean_up, new_version, point_at, withdraw, write_release
from hotspots.release import current, open_release
from hotspots.settings import DEFAULT, Settings
from hotspots.study import GRID_RESOLUTION, Study
from hotspots.vault import Vault
from hotspots.words import Text

Progress = Callable[[float, Text], None]
_BLOCKS = {
    "period": "str",
    "category": "str",
    "source": "str",
    "cell": "uint64",
    "resolution": "int8",
    "count": "int64",
}


@dataclass(frozen=True)
class Published:
    """What became of one audience's release."""

    audience: str
    version: str
    path: Path
    blocks: int
    events_shown: int
    events_hidden: int

    def as_dict(self, *, exact: bool = False) -> dict[str, Any]:
        """The contract's object; `exact` only for the one who runs the publisher: see `in_tens`."""
        hidden = self.events_hidden if exact else in_tens(self.events_hidden)
        return {
            "audience": self.audience,
            "version": self.version,
            "path": str(self.path),
            "blocks": self.blocks,
            "events_shown": self.events_shown,
            "events_hidden": hidden,
            "audit": None,
        }


def in_tens(hidden: int) -> int:
    """The number of events not shown, rounded up to tens: with what is shown it gives no small number back."""
    return -(-hidden // 10) * 10


@dataclass(frozen=True)
class _Run:
    """What all audiences of one run share."""

    study: Study
    vault: Vault
    tally: Tally
    grid: pd.DataFrame
    first_day: date
    today: date
    until: date
    settings: Settings


def publish(
    study: Study,
    vault: Vault,
    *,
    audiences: Sequence[str] = tuple(AUDIENCES),
    until: date | None = None,
    today: date | None = None,
    settings: Settings = DEFAULT,
    progress: Progress = lambda share, text: None,
) -> list[Published]:
    """Make one new release per audience from all events before `until` (exclusive; default: all).

    `today`: the study's day, as which periods count as closed and spots as active; the last day of the data when left
    out. Events after it are left out too.

    A killed run leaves the earlier releases as they were; a repeat completes it.

    Raises:
        Trouble: `nothing_to_publish` when the vault holds no placed event, `nothing_before` when none is old enough.
    """
    if today is not None:
        until = min(until or date.max, today + timedelta(days=1))
    progress(0.0, Text(sv="Räknar händelser", en="Counting events"))
    tally = tally_of(vault.events("cell IS NOT NULL"), until)
    if not len(tally.n):
        if (span := vault.span()) is not None and until is not None:
            raise _nothing_before(until, span[0])
        if until is None:
            withdraw(study.releases)
        raise Trouble(
            "nothing_to_publish",
            Text(sv="Valvet innehåller inga platsbestämda händelser", en="The vault holds no placed events"),
            do=Text(sv="Läs in en fil först: hotspots ingest", en="Ingest a file first: hotspots ingest"),
        )
    today = today or _last_day(vault, until)
    run = _Run(
        study,
        vault,
        tally,
        _study_grid(study, tally),
        tally.day.min().astype(date),
        today,
        until or today + timedelta(days=1),
        settings,
    )
    made = []
    for i, name in enumerate(audiences):
        progress((i + 0.3) / len(audiences), Text(sv=f"Bygger utgåva: {name}", en=f"Building release: {name}"))
        made.append(_one(run, AUDIENCES[name]))
    progress(1.0, Text(sv="Klart", en="Done"))
    return made


def _nothing_before(until: date, first: date) -> Trouble:
    return Trouble(
        "nothing_before",
        Text(sv="Valvet har inga händelser före den dagen", en="The vault holds no events before that day"),
        where=until.isoformat(),
        do=Text(sv=f"Välj en dag efter {first.isoformat()}", en=f"Choose a day after {first.isoformat()}"),
    )


def _last_day(vault: Vault, until: date | None) -> date:
    """The study's today: the last day that the data reach (the last of the month for rows precise to the month)."""
    bound = f"AND start < TIMESTAMP '{until.isoformat()}'" if until else ""
    table = vault.events(f"cell IS NOT NULL {bound}").aggregate(
        "max(CASE WHEN precision = 'month' THEN last_day(start::DATE) ELSE start::DATE END) AS last"
    )
    last: date = table.fetchall()[0][0]
    return min(last, until - timedelta(days=1)) if until else last


def _study_grid(study: Study, tally: Tally) -> pd.DataFrame:
    """The study's cells; parents of placed events that the area only just misses join with no area of their own."""
    known = study.grid
    stray = np.setdiff1d(grid.parents(np.unique(tally.cell), GRID_RESOLUTION), known["cell"].to_numpy(np.uint64))
    more = pd.DataFrame({"cell": stray.astype(np.uint64), "area_km2": 0.0})
    return pd.concat([known, more]).sort_values("cell", ignore_index=True) if len(stray) else known


def _one(run: _Run, audience: Audience) -> Published:
    folder = run.study.releases / audience.name
    clean_up(folder)
    tables: dict[str, pd.DataFrame] = {"sources": _sources(run, audience)}
    blocks, hidden = _places(run, audience)
    trend, trend_hidden = _trends(run, audience)
    if audience.place:
        tables |= {"blocks": blocks, "grid": run.grid, "places": run.study.public_places}
    tables["trend"] = trend
    facts: dict[str, Any] = {}
    if audience.spots:
        found = _spots(run, folder)
        facts["spots"] = found.facts
        tables |= {"spots": found.table, "spot_cells": _footprints(found), "spot_hours": found.hours}
    if audience.visits:
        tables["visits"] = _visits(run)
    shown, hidden = _shown_and_hidden(
        run, audience, blocks if audience.place else trend, hidden if audience.place else trend_hidden
    )
    version = new_version(folder)
    manifest = _manifest(run, audience) | {"events_shown": shown, "events_hidden": in_tens(hidden)} | facts
    path = write_release(folder, version, tables, run.study.districts, manifest)
    point_at(folder, version)
    return Published(audience.name, version, path, len(blocks) if audience.place else len(trend), shown, hidden)


def _views(run: _Run, audience: Audience, kinds: tuple[str, ...]) -> Any:
    return views(
        run.tally,
        run.study.vocabulary,
        kinds=kinds,
        levels=audience.levels,
        last_day=run.today,
        closed_only=audience.closed_only,
    )


def _places(run: _Run, audience: Audience) -> tuple[pd.DataFrame, int]:
    finest = dict(audience.place)
    area_of = run.grid.set_index("cell")["area_km2"]
    parts, hidden = [], 0
    for kind, of in _views(run, audience, tuple(finest)):
        tally = run.tally.take(of.rows)
        blocks, left = place_blocks(
            tally, of.number[of.rows], k=audience.k, finest=finest[kind], coarsest=COARSEST, area_of=area_of
        )
        names = of.named(blocks["view"].to_numpy(np.int64))
        parts.append(pd.concat([names, blocks.drop(columns="view").reset_index(drop=True)], axis=1))
        if kind == "year" and of.categories == ["all"]:
            hidden = left
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*_BLOCKS, "area_km2"])
    return table.astype(_BLOCKS), hidden


def _trends(run: _Run, audience: Audience) -> tuple[pd.DataFrame, int]:
    parts, hidden = [], 0
    for _, of in _views(run, audience, audience.trend):
        shown, left = area_blocks(run.tally.take(of.rows), of.number[of.rows], k=audience.k)
        names = of.named(shown["view"].to_numpy(np.int64))
        parts.append(pd.concat([names, shown.drop(columns="view").reset_index(drop=True)], axis=1))
        hidden += left if of.categories == ["all"] and of.periods[0].kind == "year" else 0
    columns = ["period", "category", "source", "district", "count"]
    if not parts:
        return pd.DataFrame(columns=columns), hidden
    table = pd.concat(parts, ignore_index=True)
    if audience.epsilon is not None:
        table["count"] = [
            max(audience.k, n + geometric(run.vault.noise_key, "|".join(block), int(revision), audience.epsilon))
            for n, revision, *block in table[["count", "revision", *columns[:4]]].itertuples(index=False)
        ]
    table = table[columns]
    return (with_sums(table) if audience.summed else table), hidden


def _shown_and_hidden(run: _Run, audience: Audience, table: pd.DataFrame, hidden: int) -> tuple[int, int]:
    """Events shown in the yearly view of all categories (the sum of its blocks), and how many are not."""
    years = table[(table["category"] == "all") & table["period"].str.fullmatch(r"\d{4}")] if len(table) else table
    shown = int(years["count"].sum()) if len(years) else 0
    if not audience.place:
        hidden = max(0, int(run.tally.n.sum()) - shown)
    return shown, hidden


def _sources(run: _Run, audience: Audience) -> pd.DataFrame:
    """Which sources there are and in which months; those with fewer than k events are left out.

    Only the owner's own staff see about how many events, rounded down to two figures: exact numbers of a source, less
    the blocks shown, would be the hidden ones.
    """
    table = (
        run.vault.events(f"start < TIMESTAMP '{run.until.isoformat()}'")
        .aggregate(
            "profile, source_type, kind, strftime(min(start), '%Y-%m') AS first_month, "
            "strftime(max(start), '%Y-%m') AS last_month, count(*) AS events"
        )
        .to_arrow_table()
        .to_pandas()
        .sort_values(["profile", "source_type", "kind"], ignore_index=True)
    )
    table = table[table["events"] >= audience.k].reset_index(drop=True)
    if not audience.spots:
        return table.drop(columns="events")
    step = 10 ** np.maximum(1, np.floor(np.log10(table["events"].to_numpy(float))) - 1)
    table["events"] = np.maximum((table["events"] // step) * step, run.settings.k).astype("int64")
    return table


def _visits(run: _Run) -> pd.DataFrame:
    """The organisation's own visits, one by one: its own work, not events of others."""
    return (
        run.vault.events(f"kind = 'visit' AND cell IS NOT NULL AND start < TIMESTAMP '{run.until.isoformat()}'")
        .project('cell, start, "end", minutes, category, district')
        .to_arrow_table()
        .to_pandas()
        .sort_values(["start", "cell"], ignore_index=True)
    )


def _spots(run: _Run, folder: Path) -> spots.Spots:
    """Recurring gathering spots, with the ids they had in the release before."""
    events = (
        run.vault.events(f"kind <> 'visit' AND cell IS NOT NULL AND start < TIMESTAMP '{run.until.isoformat()}'")
        .to_arrow_table()
        .to_pandas()
    )
    return spots.find(
        events,
        today=run.today,
        first_day=run.first_day,
        vocabulary=run.study.vocabulary,
        districts=run.study.districts,
        places=run.study.public_places,
        cell_area=cell_areas_km2,
        settings=run.settings.spots,
        previous=_earlier_footprints(run, folder),
    )


def _footprints(found: spots.Spots) -> pd.DataFrame:
    rows = [(spot, cell) for spot, footprint in found.footprints.items() for cell in footprint]
    return pd.DataFrame(rows, columns=["spot_id", "cell"]).astype({"spot_id": "str", "cell": "uint64"})


def _earlier_footprints(run: _Run, folder: Path) -> dict[str, Any] | None:
    try:
        earlier = open_release(run.study.home, "operations", path=current(run.study.home, "operations"))
    except Trouble:
        return None
    cells = earlier.spot_cells
    return {str(s): t.to_numpy(np.uint64) for s, t in cells.groupby("spot_id")["cell"]} if len(cells) else None


def _manifest(run: _Run, audience: Audience) -> dict[str, Any]:
    study = run.study
    return {
        "study": study.name,
        "demo": study.demo,
        "owner": study.owner,
        "audience": audience.name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "first_day": run.first_day.replace(day=1).isoformat(),
        "today": run.today.isoformat(),
        "until": run.until.isoformat(),
        "time_zone": study.time_zone,
        "crs": study.crs,
        "area_source": study.area_source,
        "k": audience.k,
        "epsilon": audience.epsilon,
        "audit": None,
        "not_promised": [
            "operations: numbers of different period lengths and categories can be subtracted from each other, "
            "which can give a smaller number back",
            "without a reporter, one caller on many days cannot be told from many callers",
        ],
        "categories": [
            {
                "code": c.name,
                "group": c.group,
                "sv": c.title.sv,
                "en": c.title.en,
                "sensitive": c.sensitive,
                "gathering": c.gathering,
            }
            for c in study.vocabulary.own
        ],
        "closed": [
            p.name for p in periods.periods_between(run.first_day, run.today, "month") if (p.end - run.today).days <= 1
        ],
    }
