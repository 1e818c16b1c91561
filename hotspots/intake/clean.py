"""One chunk of a file to clean columns: every row passes, or is held back by the first rule that bites."""

from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hotspots.intake import identifiers, numbers
from hotspots.intake.categories import CategoryMap, plain
from hotspots.intake.clocks import clock
from hotspots.intake.draft import COUNTS, DAY_SECONDS, NEVER, OTHER_TIMES, Draft, Names
from hotspots.intake.facts import Facts
from hotspots.intake.formats import DAY, MINUTE, MONTH, NO_OFFSET
from hotspots.intake.mapping import Profile, SourceColumn
from hotspots.intake.positions import Found, Placed, Placer
from hotspots.intake.readers import Chunk
from hotspots.intake.rules import PERSONAL
from hotspots.intake.texts import as_text, by_value, combined, one_array
from hotspots.intake.times import Moments
from hotspots.intake.times import parse as parse_times
from hotspots.study import Study
from hotspots.vault import KeyedHash
from hotspots.vocabulary import SOURCE_TYPES

Mask = NDArray[np.bool_]
Seconds = NDArray[np.int64]
_EARLIEST = int(np.datetime64("1950-01-01", "s").astype(np.int64))
_STEP = np.array([0, DAY_SECONDS, 3600, 60, 1], np.int64)  # seconds of each precision; a month is counted apart
_YES = ("ja", "j", "yes", "y", "true", "sant", "1", "x")
_NO = ("nej", "n", "no", "false", "falskt", "0")
_CHECKED = ("id", "reporter", "category", "place", "area")  # texts that are looked through for persons


def _month_after(at: Seconds) -> Seconds:
    months = at.astype("datetime64[s]").astype("datetime64[M]") + 1
    after: Seconds = months.astype("datetime64[s]").astype(np.int64)
    return after


def _one_on(at: Seconds, precision: NDArray[np.int8]) -> Seconds:
    """The end of the span that a moment of that precision stands for."""
    end: Seconds = at + _STEP[precision]
    months = precision == MONTH
    if months.any():
        end[months] = _month_after(at[months])
    return end


class Cleaner:
    """Cleans the chunks of one file by a profile. `swap`: the file's axes are known to be swapped."""

    def __init__(self, study: Study, profile: Profile, hasher: KeyedHash, placer: Placer | None, today: date) -> None:
        self.profile, self.hasher, self.placer, self.today = profile, hasher, placer, today
        self.decimal = placer.decimal if placer else ""
        self.number_of = {name: i for i, name in enumerate(profile.wanted)}
        self.codes = list(study.vocabulary.categories)
        self.own, self.theirs = clock(study.time_zone), clock(profile.time_zone)
        self.same_clock = study.time_zone == profile.time_zone
        self.district_codes = list(study.districts.codes)
        self.names = Names(profile.name, profile.kind, tuple(self.codes), study.districts.codes, self.own)
        self._latest = int(np.datetime64(today, "s").astype(np.int64)) + 2 * DAY_SECONDS
        self._categories = CategoryMap(profile, self.codes)
        self._code_hashes = self._hashes([*self.codes, ""])
        self._district_hashes = self._hashes([*self.district_codes, ""])
        self._source_hashes = self._hashes(list(SOURCE_TYPES))

    def clean(self, chunk: Chunk, facts: Facts) -> Draft:
        """The chunk's draft; what it tells about the file goes into `facts`."""
        table = chunk.table
        n = len(table)
        draft = Draft(chunk.first_row, np.zeros(n, np.int8), np.full(n, -1, np.int16))
        if chunk.broken:
            broken = np.zeros(n, bool)
            broken[np.array(chunk.broken, np.int64) - chunk.first_row] = True
            draft.bite("broken_row", broken)
        self._persons(draft, table)
        found = self.placer.read(table) if self.placer else None
        if found is not None:
            self._persons_in_misread(draft, table, found)
        self._place(draft, table, found, facts)
        self._times(draft, table, facts)
        self._category(draft, table)
        self._source(draft, table)
        self._extras(draft, table)
        self._identity(draft, table)
        draft.columns["key"] = self._key(draft)
        for name, rows in list(draft.repairs.items()):
            draft.repairs[name] = rows & (draft.rule == 0)
        kept = draft.rule == 0
        facts.clocked += int((kept & draft.columns["clocked"]).sum())
        facts.midnights += int((kept & draft.columns["midnight"]).sum())
        return draft

    # -- persons ---------------------------------------------------------------------------------------------------

    def _persons(self, draft: Draft, table: pa.Table) -> None:
        fields = [c for f in _CHECKED for c in self.profile.columns.get(f, ())]
        if isinstance(self.profile.source_type, SourceColumn):
            fields.append(self.profile.source_type.column)
        ids = self.profile.columns.get("id", ())
        for name in dict.fromkeys(fields):
            texts = as_text(one_array(table[name]))
            look = identifiers.find if name in ids else identifiers.find_any
            self._bite_persons(draft, look(texts, self.today), name)

    def _bite_persons(self, draft: Draft, found: NDArray[np.int8], name: str) -> None:
        if found.any():
            for i, rule in enumerate(PERSONAL, 1):
                draft.bite(rule, found == i, self.number_of[name])

    def _persons_in_misread(self, draft: Draft, table: pa.Table, found: Found) -> None:
        bad = np.logical_or.reduce(list(found.bad.values())) if found.bad else np.zeros(0, bool)
        if self.placer and bad.any():
            for name in self.placer.columns:
                self._look_at(draft, table, name, bad)

    def _look_at(self, draft: Draft, table: pa.Table, name: str, rows: Mask) -> None:
        """What a column of times or numbers cannot be read as is looked at for persons."""
        at = np.flatnonzero(rows)
        if len(at):
            texts = as_text(one_array(table[name]).take(pa.array(at)))
            found = np.zeros(len(rows), np.int8)
            found[at] = identifiers.find(texts, self.today)
            self._bite_persons(draft, found, name)

    # -- position --------------------------------------------------------------------------------------------------

    def _place(self, draft: Draft, table: pa.Table, found: Found | None, facts: Facts) -> None:
        n = len(draft.rule)
        if self.placer is None or found is None:  # a notice: an area, never a place
            self._area(draft, table)
            draft.columns |= {"cell": np.zeros(n, np.uint64), "district": np.full(n, -1, np.int32)}
            return
        placed: Placed = self.placer.place(found, draft.rule != 0)
        facts.add_positions(placed)
        where = self.number_of[self.placer.columns[0]]
        for rule, rows in placed.rules.items():
            draft.bite(rule, rows, where)
        draft.repairs["swapped_axes"] = placed.swapped
        draft.columns |= {"cell": placed.cell, "district": placed.district}

    def _area(self, draft: Draft, table: pa.Table) -> None:
        name = self.profile.columns["area"][0]
        texts = numbers.no_values(as_text(one_array(table[name])), self.profile.missing)
        draft.bite("missing_area", numbers.is_null(texts), self.number_of[name])
        draft.columns["area"] = np.asarray(texts.to_numpy(zero_copy_only=False), dtype=object)

    # -- time ------------------------------------------------------------------------------------------------------

    def _parsed(self, draft: Draft, table: pa.Table, name: str, facts: Facts | None = None) -> Moments:
        columns = self.profile.columns[name]
        moments = parse_times(
            [one_array(table[c]) for c in columns], self.profile.dates, self.profile.missing, self.today.year
        )
        if facts is not None:
            facts.add_formats(moments.used)
        if moments.bad.any():
            for column in columns:
                self._look_at(draft, table, column, moments.bad)
        return moments

    def _walls(self, moments: Moments) -> tuple[Seconds, Seconds, Mask, Mask]:
        """(study's wall clock, UTC, hour missing, hour doubled). A day or a month is the same day on every clock."""
        known = moments.ok & (moments.precision > DAY)
        naive = moments.offset == NO_OFFSET
        utc, missing, doubled = self.theirs.to_utc(moments.at)
        if not naive.all():
            utc = np.where(naive, utc, moments.at - np.where(naive, 0, moments.offset))
        wall = self.own.to_wall(utc)
        if not known.all():
            wall = np.where(known, wall, moments.at)
            utc = np.where(known, utc, self.own.to_utc(moments.at)[0])
        told = known & naive
        return wall, utc, missing & told, doubled & told

    def _times(self, draft: Draft, table: pa.Table, facts: Facts) -> None:
        start = self._parsed(draft, table, "start", facts)
        column = self.number_of[self.profile.columns["start"][0]]
        wall, utc, missing, doubled = self._walls(start)
        draft.bite("missing_time", start.null, column)
        draft.bite("unreadable_time", start.bad, column)
        draft.bite("impossible_time", self._impossible(start, wall, self._latest), column)
        draft.repairs |= {"dst_missing": missing, "dst_doubled": doubled}
        clocked = start.ok & (start.precision >= MINUTE)
        read = np.where(start.offset == NO_OFFSET, start.at, wall)
        draft.columns |= {
            "start": wall,
            "start_utc": utc,
            "end": self._end(draft, table, wall, start.precision),
            "precision": start.precision,
            "clocked": clocked,
            "midnight": clocked & (read % DAY_SECONDS == 0),
            "day": read - read % DAY_SECONDS,
        }

    def _impossible(self, moments: Moments, wall: Seconds, latest: int) -> Mask:
        never: Mask = moments.ok & ((wall < _EARLIEST) | (wall >= latest) | (moments.at == 0))
        return never

    def _end(self, draft: Draft, table: pa.Table, start: Seconds, precision: NDArray[np.int8]) -> Seconds:
        span = _one_on(start, precision)
        if "end" not in self.profile.columns:
            return span
        moments = self._parsed(draft, table, "end")
        column = self.number_of[self.profile.columns["end"][0]]
        wall, _, _, doubled = self._walls(moments)
        end = np.where(moments.precision <= DAY, _one_on(wall, moments.precision), wall)
        draft.bite("unreadable_time", moments.bad, column)
        draft.bite("impossible_time", self._impossible(moments, wall, self._latest + DAY_SECONDS), column)
        before = moments.ok & (end < start)
        second_pass = before & doubled  # 02:50 to 02:10 in the night the clocks go back
        draft.bite("end_before_start", before & ~second_pass, column)
        usable = moments.ok & (end > start)
        return np.where(usable, end, span)

    # -- what it was -----------------------------------------------------------------------------------------------

    def _category(self, draft: Draft, table: pa.Table) -> None:
        if "category" not in self.profile.columns:
            code = self._categories(self.profile.category) if self.profile.category else -2
            draft.columns["category"] = np.full(len(draft.rule), code, np.int16)
            draft.bite("refused_category", draft.columns["category"] == -3)
            return
        name = self.profile.columns["category"][0]
        texts = as_text(one_array(table[name]))
        answer = by_value(texts, lambda vs: np.array([self._categories(v) for v in vs], np.int16), self._categories(""))
        column = self.number_of[name]
        for rule, code in (("missing_category", -1), ("unknown_category", -2), ("refused_category", -3)):
            draft.bite(rule, answer == code, column)
        draft.columns["category"] = answer

    def _source(self, draft: Draft, table: pa.Table) -> None:
        source = self.profile.source_type
        if isinstance(source, str):
            draft.columns["source"] = np.full(len(draft.rule), SOURCE_TYPES.index(source), np.int8)
            return
        known = {plain(k): SOURCE_TYPES.index(v) for k, v in source.map.items() if k != "*"}
        rest = SOURCE_TYPES.index(source.map["*"]) if "*" in source.map else -1
        known = dict.fromkeys(("", *map(plain, self.profile.missing)), -1) | known  # "*" is for words, not for blanks
        texts = as_text(one_array(table[source.column]))
        answer = by_value(texts, lambda vs: np.array([known.get(plain(v), rest) for v in vs], np.int8), known[""])
        draft.bite("unknown_source_type", answer < 0, self.number_of[source.column])
        draft.columns["source"] = answer

    def _extras(self, draft: Draft, table: pa.Table) -> None:
        for name in OTHER_TIMES:
            if name in self.profile.columns:
                moments = self._parsed(draft, table, name)
                wall, _, _, _ = self._walls(moments)
                column = self.number_of[self.profile.columns[name][0]]
                draft.bite("unreadable_time", moments.bad, column)
                draft.bite("impossible_time", self._impossible(moments, wall, self._latest + DAY_SECONDS), column)
                draft.columns[name] = np.where(moments.ok, wall, NEVER)
        for name, most in COUNTS.items():
            if name in self.profile.columns:
                self._count(draft, table, name, most)
        if "wants_feedback" in self.profile.columns:
            self._answer(draft, table)

    def _count(self, draft: Draft, table: pa.Table, name: str, most: float) -> None:
        theirs = self.profile.columns[name][0]
        values, bad = numbers.parse(one_array(table[theirs]), self.decimal, self.profile.missing)
        with np.errstate(invalid="ignore"):
            bad |= (
                (values < 0)
                | (values > most)
                | ((name != "minutes") & (values != np.floor(values)) & ~np.isnan(values))
            )
        self._look_at(draft, table, theirs, bad)
        draft.bite("bad_number", bad, self.number_of[theirs])
        draft.columns[name] = values

    def _answer(self, draft: Draft, table: pa.Table) -> None:
        theirs = self.profile.columns["wants_feedback"][0]
        texts = numbers.no_values(as_text(one_array(table[theirs])), self.profile.missing)

        def read(values: list[str]) -> NDArray[np.int8]:
            low = [v.casefold() for v in values]
            return np.array([1 if v in _YES else 0 if v in _NO else -2 for v in low], np.int8)

        answer = by_value(texts, read, -1)
        self._look_at(draft, table, theirs, answer == -2)
        draft.bite("bad_answer", answer == -2, self.number_of[theirs])
        draft.columns["wants_feedback"] = answer

    # -- who and which ---------------------------------------------------------------------------------------------

    def _hashes(self, texts: list[str]) -> NDArray[np.uint64]:
        return self.hasher.texts(np.array(texts, dtype=object))

    def _hashed(self, table: pa.Table, name: str, few: bool) -> tuple[NDArray[np.uint64], Mask]:
        """(keyed hash of each value, which rows have one)."""
        texts = numbers.no_values(as_text(one_array(table[self.profile.columns[name][0]])), self.profile.missing)
        known = ~numbers.is_null(texts)
        if few:
            return by_value(texts, self._hashes, 0), known
        filled = np.asarray(texts.to_numpy(zero_copy_only=False), dtype=object)
        if not known.all():
            filled[~known] = ""
        return np.where(known, self.hasher.texts(filled), np.uint64(0)), known

    def _identity(self, draft: Draft, table: pa.Table) -> None:
        n = len(draft.rule)
        none = np.zeros(n, np.uint64), np.zeros(n, bool)
        draft.columns["id_hash"], draft.columns["has_id"] = (
            self._hashed(table, "id", few=False) if "id" in self.profile.columns else none
        )
        reporter, known = self._hashed(table, "reporter", few=True) if "reporter" in self.profile.columns else none
        profile = np.uint64(self.hasher.text(self.profile.name))
        draft.columns |= {"source_key": np.where(known, reporter, profile), "reporter_known": known}

    def _key(self, draft: Draft) -> NDArray[np.uint64]:
        """Hash of all that is kept of the row, before anything that depends on the rest of the file."""
        c = draft.columns
        parts = [c["start"], c["end"], c["precision"], c["cell"], self._district_hashes[c["district"]]]
        parts += [self._code_hashes[np.maximum(c["category"], -1)], self._source_hashes[c["source"]]]
        parts += [c["id_hash"], c["source_key"], c["reporter_known"]]
        if "area" in c:
            parts.append(self._hashes(["" if a is None else a for a in c["area"]]))
        for name in (*OTHER_TIMES, *COUNTS, "wants_feedback"):
            if name in c:
                parts.append(np.nan_to_num(c[name], nan=-1.0) if c[name].dtype.kind == "f" else c[name])
        return combined(parts)
