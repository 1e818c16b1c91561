"""What became of a file: numbers that add up, a sentence for each rule, the row report. No value of any row."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hotspots.durable import write_durably
from hotspots.errors import OurFault, Trouble
from hotspots.intake.rules import ALL, APART, NUMBER, PERSONAL, REPAIRS, RULES
from hotspots.settings import DEFAULT, Settings
from hotspots.words import Speaker, Text

MOST_LISTED = 500_000  # lines of a row report; the numbers hold all rows
_HEAD = Text(sv="rad;utfall;regel;kolumn;förklaring", en="row;outcome;rule;column;explanation")
_REPAIRED = Text(sv="rättad", en="corrected")
_QUARANTINED = Text(sv="avvisad", en="rejected")
_REST = Text(sv="Fler rader ryms inte i listan; talen gäller alla", en="The list ends here; the numbers hold all rows")
_SUMMARY = Text(
    sv="{file}: {rows} rader, varav {accepted} godkända, {repaired} rättade och {quarantined} avvisade",
    en="{file}: {rows} rows, of which {accepted} accepted, {repaired} corrected and {quarantined} rejected",
)
_KEPT = Text(
    sv="{new} nya händelser, {duplicates} fanns redan, {updated} uppdaterade",
    en="{new} new events, {duplicates} known before, {updated} updated",
)
_TRIED = Text(sv="Det var ett prov: inget sparades", en="This was a trial: nothing was saved")
_RULE = Text(sv="{text}: {n} rader, först rad {row}", en="{text}: {n} rows, first row {row}")
_RULE_ONE = Text(sv="{text}: rad {row}", en="{text}: row {row}")
_UNREAD = Text(sv="Kolumner som inte läses: {names}", en="Columns that are not read: {names}")
_ANYWAY = Text(
    sv="Filen lästes in trots avvisade rader, med skälet: {reason}",
    en="The file was read in spite of rejected rows, because: {reason}",
)
_STOP_SHARE = Text(
    sv="Filen stoppades: mer än {share} av raderna avvisades. Inget sparades",
    en="The file was stopped: more than {share} of its rows were rejected. Nothing was saved",
)
_STOP_PERSONS = Text(
    sv="Filen stoppades: fler än {handful} rader har personuppgifter i kolumner som läses. Inget sparades",
    en="The file was stopped: more than {handful} rows hold personal data in columns that are read. Nothing was saved",
)
_MEND = Text(
    sv="Rätta filen eller beskrivningen, eller läs in den ändå med --accept-rejects",
    en="Correct the file or the description, or read it anyway with --accept-rejects",
)


@dataclass
class Listing:
    """Rows that are not plainly accepted: number, rule and column, up to MOST_LISTED lines."""

    rows: list[NDArray[np.int64]] = field(default_factory=list)
    rules: list[NDArray[np.int8]] = field(default_factory=list)
    columns: list[NDArray[np.int16]] = field(default_factory=list)
    length: int = 0
    cut: bool = False

    def add(self, rows: NDArray[np.int64], rules: NDArray[np.int8], columns: NDArray[np.int16]) -> None:
        """Add lines; what does not fit is left out and said so."""
        room = MOST_LISTED - self.length
        self.cut |= len(rows) > room
        if room > 0 and len(rows):
            self.rows.append(rows[:room])
            self.rules.append(rules[:room])
            self.columns.append(columns[:room])
            self.length += min(room, len(rows))

    def lines(self, names: tuple[str, ...]) -> list[tuple[int, str, str]]:
        """(row, rule, column) by row."""
        if not self.rows:
            return []
        rows, rules, columns = (np.concatenate(a) for a in (self.rows, self.rules, self.columns))
        order = np.lexsort((rules, rows))
        return [
            (row, ALL[rule - 1].name, names[column] if column >= 0 else "")
            for row, rule, column in zip(
                rows[order].tolist(), rules[order].tolist(), columns[order].tolist(), strict=True
            )
        ]


@dataclass
class FileReport:
    """One file's way through the door; `rules` counts rows per rule, `first_rows` names the first of each."""

    file: str
    sha256: str
    profile: str
    rows: int = 0
    accepted: int = 0
    repaired: int = 0
    quarantined: int = 0
    new: int = 0
    duplicates: int = 0
    updated: int = 0
    stopped: bool = False
    tried: bool = False
    rules: dict[str, int] = field(default_factory=dict)
    first_rows: dict[str, int] = field(default_factory=dict)
    warnings: list[Text] = field(default_factory=list)
    announcements: list[Text] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)
    first_day: str = ""
    last_day: str = ""
    reason: str = ""
    columns: tuple[str, ...] = ()  # the file's columns that a listing's numbers mean
    listing: Listing = field(default_factory=Listing, repr=False)

    @property
    def apart(self) -> int:
        """Quarantined rows that say nothing about the file's quality: no position, outside the study."""
        return sum(n for rule, n in self.rules.items() if rule in APART)

    @property
    def persons(self) -> int:
        """Rows held back because of a person's identifier."""
        return sum(n for rule, n in self.rules.items() if rule in PERSONAL)

    def should_stop(self, settings: Settings = DEFAULT) -> bool:
        """Too many rows held back, or more than a handful of rows about persons."""
        return self.quarantined - self.apart > settings.stop_share * self.rows or self.persons > settings.handful

    def check(self) -> None:
        """The two sums of the contract."""
        kept = self.accepted + self.repaired
        if self.rows != kept + self.quarantined:
            raise OurFault("the rows of the report do not add up")
        if not self.stopped and kept != self.new + self.duplicates + self.updated:
            raise OurFault("the kept rows of the report do not add up")

    def as_dict(self, language: str) -> dict[str, Any]:
        """The contract's object, with words in one language."""
        return {
            **self._numbers(),
            "rule_words": {rule: RULES[rule].text.to(language) for rule in self.rules},
            "warnings": [t.to(language) for t in self.warnings],
            "announcements": [t.to(language) for t in self.announcements],
        }

    def _numbers(self) -> dict[str, Any]:
        names = ("file", "sha256", "profile", "rows", "accepted", "repaired", "quarantined", "new", "duplicates",
                 "updated", "stopped", "rules", "first_rows", "unmapped", "first_day", "last_day",
                 "reason")  # fmt: skip
        return {name: getattr(self, name) for name in names} | {"dry_run": self.tried}

    def kept(self) -> dict[str, Any]:
        """What the vault keeps of the report."""
        said = {name: [{"sv": t.sv, "en": t.en} for t in getattr(self, name)] for name in ("warnings", "announcements")}
        return self._numbers() | said

    @staticmethod
    def again(kept: dict[str, Any], file: str) -> "FileReport":
        """The report of a file whose bytes are in the vault: all its rows are known."""
        names = ("sha256", "profile", "rows", "accepted", "repaired", "quarantined", "rules", "first_rows",
                 "unmapped", "first_day", "last_day")  # fmt: skip
        report = FileReport(file=file, **{name: kept[name] for name in names})
        report.duplicates = report.accepted + report.repaired
        report.announcements = [
            Text(
                sv=f"Filen är redan inläst med beskrivningen {report.profile}; inget ändrades",
                en=f"The file is in the vault already, read by the description {report.profile}; nothing was changed",
            )
        ]
        return report

    def sentences(self, language: str, *, command: bool = True) -> list[str]:
        """The report in sentences; `command`: with what to write on the command line where the file was stopped."""
        say = Speaker(language)
        numbers = {k: say.number(v) for k, v in self._numbers().items() if type(v) is int}
        lines = [_SUMMARY.to(language).format(file=self.file, **numbers) + "."]
        if self.stopped:
            lines.append(self._why_stopped().to(language) + ".")
            lines += [_MEND.to(language) + "."] if command else []
        else:
            lines.append(_KEPT.to(language).format(**numbers) + ".")
        if self.tried:
            lines.append(_TRIED.to(language) + ".")
        for rule, n in self.rules.items():
            words = RULES[rule].text.to(language)
            form = _RULE_ONE if n == 1 else _RULE
            lines.append(form.to(language).format(text=words, n=say.number(n), row=self.first_rows[rule]) + ".")
        lines += [t.to(language).rstrip(".") + "." for t in (*self.warnings, *self.announcements)]
        if self.unmapped:
            lines.append(_UNREAD.to(language).format(names=", ".join(self.unmapped)) + ".")
        if self.reason:
            lines.append(_ANYWAY.to(language).format(reason=self.reason) + ".")
        return lines

    def _why_stopped(self) -> Text:
        if self.persons > DEFAULT.handful:
            return _STOP_PERSONS.fill(handful=DEFAULT.handful)
        return Text(
            sv=_STOP_SHARE.sv.format(share=Speaker("sv").share(DEFAULT.stop_share)),
            en=_STOP_SHARE.en.format(share=Speaker("en").share(DEFAULT.stop_share)),
        )

    def to_csv(self, path: Path, language: str) -> None:
        """The row report for Swedish Excel: each row that was repaired or held back, with its rule; no values."""
        out = io.StringIO()
        out.write(_HEAD.to(language) + "\r\n")
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        for row, rule, column in self.listing.lines(self.columns):
            outcome = _REPAIRED if rule in REPAIRS else _QUARANTINED
            writer.writerow((row, outcome.to(language), rule, safe(column), RULES[rule].text.to(language)))
        if self.listing.cut:
            writer.writerow(("", "", "", "", _REST.to(language)))
        write_durably(path, out.getvalue().encode("utf-8-sig"))


def safe(text: str) -> str:
    """A column's name as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def stopped_trouble(report: FileReport) -> Trouble:
    """Why a file was stopped, as the sentence of exit 2."""
    advice = next((t for t in report.warnings if "--crs" in t.sv), None)
    return Trouble("stopped", report._why_stopped(), where=report.file, do=advice or _MEND)


def rule_counts(rules: NDArray[np.int8]) -> dict[str, int]:
    """Rows per rule of an array of rule numbers."""
    counts = np.bincount(rules, minlength=len(ALL) + 1)
    return {rule: int(counts[number]) for rule, number in NUMBER.items() if counts[number]}


def day_of(seconds: int) -> str:
    """The day of a moment in seconds since 1970, as 2025-03-14."""
    return date.fromordinal(date(1970, 1, 1).toordinal() + seconds // 86_400).isoformat()
