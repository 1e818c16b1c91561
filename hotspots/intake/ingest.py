"""A file becomes checked events in the vault: a look at the whole file, then one transaction, or nothing at all."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa

from hotspots.durable import sha256_of
from hotspots.errors import Trouble
from hotspots.geo import project
from hotspots.intake import identifiers
from hotspots.intake.clean import Cleaner
from hotspots.intake.draft import Draft, finished, repaired
from hotspots.intake.facts import Facts, advice, fitting
from hotspots.intake.mapping import Profile, refuse_notices
from hotspots.intake.positions import Placer
from hotspots.intake.quarantine import thin_quarantine, write_quarantine
from hotspots.intake.readers import Source, open_source
from hotspots.intake.report import FileReport, day_of, rule_counts
from hotspots.intake.rules import NUMBER, REPAIRS
from hotspots.study import Study
from hotspots.vault import Adding, Vault
from hotspots.words import Speaker, Text

Progress = Callable[[float, Text], None]
T = TypeVar("T")
_KEPT_BYTES = 256 << 20  # cleaned chunks held between the two looks; a larger file is read twice
_LOOKING = Text(sv="Läser och kontrollerar raderna", en="Reading and checking the rows")
_WRITING = Text(sv="Skriver till valvet", en="Writing to the vault")
_CROWDED = Text(
    sv="En och samma koordinat har {share} % av raderna; kontrollera om den är ett förval och inte en plats",
    en="One coordinate holds {share} % of the rows; check whether it is a default and not a place",
)
_OUTSIDE = Text(
    sv="De flesta rader ligger utanför studieområdet; kontrollera att filen gäller rätt område",
    en="Most rows lie outside the study; check that the file is about the right area",
)
_MIXED = Text(
    sv="Datum lästes både som dag/månad och som månad/dag; kontrollera [formats] dates i beskrivningen",
    en="Dates were read both as day/month and as month/day; check [formats] dates in the profile",
)
_TWO_DIGITS = Text(
    sv="Årtal med två siffror lästes som närmaste år som inte ligger framåt i tiden",
    en="Years of two digits were read as the latest such year that does not lie ahead",
)
_MONTHS = Text(
    sv="Tiden är känd bara per månad: varje rad räknas som en egen dag, och inga klockslag visas",
    en="The time is known by month only: each row counts as a day of its own, and no hours are shown",
)
_MIDPOINTS = Text(
    sv="Nästan alla rader ligger på ett fåtal koordinater: de är mittpunkter för områden, inte platser",
    en="Nearly all rows lie on a handful of coordinates: they are midpoints of areas, not places",
)
_MIDPOINTS_DO = Text(
    sv="Läs in dem som notiser per område (kind = notice), eller skaffa data med plats",
    en="Read them as notices by area (kind = notice), or get data with places",
)


@dataclass
class _Look:
    """What the first look found: sums, and the cleaned chunks while they fit in memory."""

    cleaner: Cleaner
    facts: Facts = field(default_factory=Facts)
    drafts: list[Draft] | None = field(default_factory=list)


def ingest(
    study: Study,
    vault: Vault,
    path: Path,
    profile: Profile,
    *,
    crs: str | None = None,
    dry_run: bool = False,
    accept_rejects: bool = False,
    reason: str = "",
    progress: Progress | None = None,
    today: date | None = None,
) -> FileReport:
    """Read one file into the vault by a profile. `crs` overrides the profile's; `today` bounds what lies ahead.

    Nothing is written when the file is stopped (see FileReport.stopped) or on a dry run; the same bytes add nothing.

    Raises:
        Trouble: `crs_needed`, `wrong_crs`, `area_midpoints`, `unknown_code`, and what opening the file raises.
    """
    tell = progress or (lambda share, text: None)
    source = open_source(path, profile)
    refuse_notices(profile, source.columns)
    sha256 = sha256_of(path)
    known = vault.known(sha256)
    if known is not None:
        return replace(FileReport.again(known, path.name), tried=dry_run)
    today = today or date.today()
    thin_quarantine(study.home, today)
    look = _look(study, vault, source, profile, _system(study, source, profile, crs), today, tell)
    report = FileReport(path.name, sha256, profile.name, tried=dry_run, columns=profile.wanted)
    report.unmapped, report.announcements = _headings(source.unmapped), list(source.announcements)
    with vault.adding(sha256=sha256, name=path.name, profile=profile.name) as adding:
        _write(look, source, report, adding, tell)
        _warn(report, look)
        report.stopped = report.should_stop() and not accept_rejects
        if not report.stopped:
            report.reason = reason if report.should_stop() else ""
            for name, n in adding.counts().items():
                setattr(report, name, n)
        report.check()
        if not report.stopped and not dry_run:
            write_quarantine(study.home, report)
            adding.finish(report.kept())
    return report


def _headings(names: list[str]) -> list[str]:
    """The names of columns; in a file without headings they are a row's values, and a person's number stays unsaid."""
    found = identifiers.find(pa.array(names, pa.string())) if names else ()
    return ["***" if hit else name for name, hit in zip(names, found, strict=True)]


# -- the coordinate system ---------------------------------------------------------------------------------------------


def _system(study: Study, source: Source, profile: Profile, given: str | None) -> str:
    """The coordinate system of the positions; "" = degrees, or none is needed.

    Raises:
        Trouble: `crs_needed` with what would fit, when x and y or a geometry come without one.
    """
    crs = given or profile.crs or (source.crs if profile.position == ("geometry",) else "")
    if crs:
        return project.check_crs(crs)
    if profile.position not in (("x", "y"), ("geometry",)):
        return ""
    placer = Placer(study, profile, "", source.decimal)
    chunk = next(iter(source.chunks()), None)
    hint = None
    if chunk is not None:
        found = placer.read(chunk.table)
        at = np.flatnonzero(np.isfinite(found.x) & np.isfinite(found.y) & ((found.x != 0) | (found.y != 0)))[:5000]
        hint = advice(found.x[at], found.y[at], placer.box)
    ask = Text(
        sv="Fråga den som gjorde filen, och ange --crs EPSG:n", en="Ask whoever made the file, and give --crs EPSG:n"
    )
    raise Trouble(
        "crs_needed",
        Text(sv="Filen har x och y men inget koordinatsystem", en="The file has x and y but no coordinate system"),
        where=source.path.name,
        do=ask if hint is None else Text(sv=f"{ask.sv}. {hint.sv}", en=f"{ask.en}. {hint.en}"),
    )


def _check_system(look: _Look, path: Path) -> None:
    """Stop when the given system puts most rows outside the study and another one puts them inside."""
    placer, facts = look.cleaner.placer, look.facts
    if placer is None or not placer.crs or not facts.mostly_outside or facts.swapped:
        return
    others = [f for f in fitting(facts.x, facts.y, placer.box) if f[0] != placer.crs]
    hint = advice(facts.x, facts.y, placer.box) if others else None
    if hint is not None:
        raise Trouble(
            "wrong_crs",
            Text(
                sv=f"Med {placer.crs} hamnar de flesta rader utanför studieområdet",
                en=f"With {placer.crs} most rows lie outside the study",
            ),
            where=path.name,
            do=hint,
        )


# -- the first look ----------------------------------------------------------------------------------------------------


def _look(study: Study, vault: Vault, source: Source, profile: Profile, crs: str, today: date, tell: Progress) -> _Look:
    placer = Placer(study, profile, crs, source.decimal) if profile.kind != "notice" else None
    look = _Look(Cleaner(study, profile, vault.hasher, placer, today))
    _look_through(look, source, tell)
    if placer is not None and look.facts.swapped:
        placer.swap = True
        look = _Look(look.cleaner)
        _look_through(look, source, tell)
    _check_system(look, source.path)
    spotted = placer is not None and profile.kind != "visit" and placer.way not in (("cell",), ("place",))
    if spotted and look.facts.spots.are_midpoints:
        raise Trouble("area_midpoints", _MIDPOINTS, where=source.path.name, do=_MIDPOINTS_DO)
    return look


def _look_through(look: _Look, source: Source, tell: Progress) -> None:
    held, rows = 0, 0
    for chunk in _ahead(source.chunks()):
        draft = look.cleaner.clean(chunk, look.facts)
        rows += len(draft.rule)
        if look.drafts is not None:
            look.drafts.append(draft)
            held += draft.nbytes
            if held > _KEPT_BYTES:
                look.drafts = None
        tell(0.6 * min(1.0, rows / (source.rows_hint or max(rows, 1_000_000))), _LOOKING)


def _ahead(things: Iterable[T]) -> Iterator[T]:
    """The same things, the next one made by another thread while this one is worked on."""
    source = iter(things)
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, source, None)
        while (thing := following.result()) is not None:
            following = pool.submit(next, source, None)
            yield thing


# -- the second look ---------------------------------------------------------------------------------------------------


def _write(look: _Look, source: Source, report: FileReport, adding: Adding, tell: Progress) -> None:
    """Hand the kept rows to the vault's transaction and count every row."""
    days: list[int] = []
    months = 0
    for draft, table in _ahead(_finished(look, source)):
        _count(report, draft)
        if len(table):
            adding.add(table)
            start = draft.columns["start"][draft.rule == 0]
            days += [int(start.min()), int(start.max())]
            months += int((draft.columns["precision"][draft.rule == 0] == 0).sum())
        tell(0.6 + 0.35 * min(1.0, report.rows / (source.rows_hint or max(report.rows, 1_000_000))), _WRITING)
    if days:
        report.first_day, report.last_day = day_of(min(days)), day_of(max(days))
    if months:
        report.announcements.append(_MONTHS)


def _finished(look: _Look, source: Source) -> Iterator[tuple[Draft, pa.Table]]:
    drafts: Iterable[Draft]
    if look.drafts is None:
        drafts = (look.cleaner.clean(chunk, Facts()) for chunk in source.chunks())
    else:
        drafts = look.drafts
    for draft in drafts:
        yield draft, finished(draft, look.facts, look.cleaner.names)


def _count(report: FileReport, draft: Draft) -> None:
    n = len(draft.rule)
    mended, held = repaired(draft), draft.rule != 0
    report.rows += n
    report.quarantined += int(held.sum())
    report.repaired += int(mended.sum())
    report.accepted = report.rows - report.quarantined - report.repaired
    at = np.flatnonzero(held)
    report.listing.add(at + draft.first_row, draft.rule[at], draft.column[at])
    counts = rule_counts(draft.rule)
    for rule in counts:
        report.first_rows.setdefault(rule, int(np.argmax(draft.rule == NUMBER[rule])) + draft.first_row)
    for rule in REPAIRS:
        at = np.flatnonzero(draft.repairs[rule]) if rule in draft.repairs else np.zeros(0, np.int64)
        if len(at):
            counts[rule] = len(at)
            report.first_rows.setdefault(rule, int(at[0]) + draft.first_row)
            report.listing.add(
                at + draft.first_row, np.full(len(at), NUMBER[rule], np.int8), np.full(len(at), -1, np.int16)
            )
    for rule, rows in counts.items():
        report.rules[rule] = report.rules.get(rule, 0) + rows


def _warn(report: FileReport, look: _Look) -> None:
    """What the file as a whole gives cause to say."""
    facts, placer = look.facts, look.cleaner.placer
    share = facts.spots.crowded_share
    if share:
        sv, en = (Speaker(language).number(100 * share, 1) for language in ("sv", "en"))
        report.warnings.append(Text(sv=_CROWDED.sv.format(share=sv), en=_CROWDED.en.format(share=en)))
    if facts.mostly_outside and placer is not None:
        hint = advice(facts.x, facts.y, placer.box) if facts.metres else None
        report.warnings.append(hint or _OUTSIDE)
    if facts.day_and_month_mixed:
        report.warnings.append(_MIXED)
    if any("%y" in form for form in facts.formats):
        report.announcements.append(_TWO_DIGITS)
    report.rules = {rule: report.rules[rule] for rule in NUMBER if rule in report.rules}
