"""Why a place is on the list, and what to do there: sentences from released numbers, in both languages.

Small numbers are said in words; nothing here is computed from anything but what a release shows.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hotspots import grid
from hotspots.patrol.hours import BLOCK_HOURS
from hotspots.periods import parse_period, period_of
from hotspots.release import Release
from hotspots.spots.rhythm import peak_words
from hotspots.words import Speaker, Text

_SV, _EN = Speaker("sv"), Speaker("en")
_SINCE = {
    "recurring": Text(sv="Återkommande sedan {month}", en="Recurring since {month}"),
    "new": Text(sv="Ny plats sedan {month}", en="New place since {month}"),
    "fading": Text(sv="Avtagande, känd sedan {month}", en="Fading, known since {month}"),
}
_ALWAYS = {  # active from the first step on: when it began is not known
    "recurring": Text(
        sv="Återkommande under hela den tid vi har data (från {month})",
        en="Recurring for as long as we have data (from {month})",
    ),
    "fading": Text(
        sv="Avtagande, känd under hela den tid vi har data (från {month})",
        en="Fading, known for as long as we have data (from {month})",
    ),
}
_EVERY = Text(sv="aktiv alla de fyra senaste {stegen}", en="active in each of the last four {steps}")
_SOME = Text(sv="aktiv {n} av de fyra senaste {stegen}", en="active in {n} of the last four {steps}")
_ABOUT = Text(sv=" Rapporterna gäller mest {topics}.", en=" Reports are mostly about {topics}.")
_NUMBERS = {2: Text(sv="två", en="two"), 3: Text(sv="tre", en="three")}
_STEPS = {
    "week": {"stegen": "veckorna", "steps": "weeks"},
    "month": {"stegen": "månaderna", "steps": "months"},
}
_LOOK = {
    "recurring": Text(
        sv="Gå runt hela platsen, se på belysning och sikt, prata med dem som är där.",
        en="Walk round the whole place, look at light and sight lines, talk with those who are there.",
    ),
    "new": Text(
        sv="Ta reda på vad som är nytt här, och prata med verksamheter intill.",
        en="Find out what is new here, and talk with the businesses close by.",
    ),
    "fading": Text(
        sv="Färre händelser än förut. Se vad som hjälper och om det håller i sig.",
        en="Fewer events than before. See what helps, and whether it lasts.",
    ),
}
_DAYS = {  # a visit is the organisation's own work, so its days may be counted from one
    0: Text(sv="besökt tidigare i dag", en="visited earlier today"),
    1: Text(sv="besökt i går", en="visited yesterday"),
    2: Text(sv="senast besökt i förrgår", en="last visited two days ago"),
}
_MONTHS_AFTER_DAYS = 60
_MOST_TOPICS = 2
_LONG = 40  # letters of a phrase on a small page
_MOST_DAYS = 4


def recent_share(row: Any) -> float:
    """Share of the last four weeks (months, where the data are precise to the month) that were active, 0..1."""
    return min(int(row.active_of_last_4), 4) / 4


def peak(row: Any) -> Text:
    """When most happens, or empty where hours are unknown; a long list of days is said as the hours they share."""
    codes = row.peak_blocks.split() if isinstance(row.peak_blocks, str) else []
    if not codes:
        return Text(sv="", en="")
    words = Text(sv=peak_words(" ".join(codes), "sv"), en=peak_words(" ".join(codes), "en"))
    days, hours = {c[:3] for c in codes}, sorted({int(c[4:]) for c in codes})
    together = hours[-1] - hours[0] == BLOCK_HOURS * (len(hours) - 1)
    if len(words.sv) <= _LONG or len(days) < _MOST_DAYS or not together:
        return words
    span = f"{hours[0]:02d}–{hours[-1] + BLOCK_HOURS:02d}"
    return Text(sv=f"{span} de flesta dagar", en=f"{span} on most days")


def reason(
    row: Any,
    busiest: Text,
    days: int | None,
    last: datetime | None,
    *,
    first_day: date,
    visits_known: bool,
    topics: Sequence[Text] = (),
) -> Text:
    """ "Återkommande sedan mars 2025, aktiv alla de fyra senaste veckorna, flest händelser tisdag 16–20, ..."."""
    parts = [_since(row, first_day), *_recent(row)]
    if busiest.sv:
        parts.append(_busiest(busiest))
    if visits_known:
        parts.append(_visit(days, last))
    about = _about(topics)
    return Text(sv=", ".join(p.sv for p in parts) + "." + about.sv, en=", ".join(p.en for p in parts) + "." + about.en)


def first_seen(step: str, first_day: date) -> tuple[date, bool]:
    """The day from which a spot is known, and whether the data begin no earlier, so that it may be older.

    `step`: name of its first active week or month. `first_day`: first day of data, which may lie inside that step.
    """
    period = parse_period(step)
    return max(period.start, first_day), period.start <= period_of(first_day, period.kind).start


def _since(row: Any, first_day: date) -> Text:
    first, always = first_seen(str(row.first_week), first_day)
    saying = (_ALWAYS if always else _SINCE).get(str(row.state), _SINCE[str(row.state)])
    return Text(sv=saying.sv.format(month=_SV.month(first)), en=saying.en.format(month=_EN.month(first)))


def _busiest(peak: Text) -> Text:
    """When most happens as a part of the sentence: hours without a day are said to be hours of the clock."""
    if not any(c.isdigit() for c in peak.sv):
        return Text(sv="händelser spridda över veckan", en="events spread over the week")
    clock = "kl. " if peak.sv[0].isdigit() else ""
    return Text(sv=f"flest händelser {clock}{peak.sv}", en=f"most events {peak.en}")


def _about(topics: Sequence[Text]) -> Text:
    """A sentence on what reports round the place are mostly about; empty where nothing can be said."""
    if not topics:
        return Text(sv="", en="")
    sv, en = _SV.list(t.sv for t in topics), _EN.list(t.en for t in topics)
    return Text(sv=_ABOUT.sv.format(topics=sv), en=_ABOUT.en.format(topics=en))


def _recent(row: Any) -> list[Text]:
    """How steady it has been of late; nothing where that would be one week or none."""
    words = _STEPS[parse_period(str(row.first_week)).kind]
    active = int(row.active_of_last_4)
    if active >= 4:
        return [_EVERY.fill(**words)]
    if active in _NUMBERS:
        n = _NUMBERS[active]
        return [Text(sv=_SOME.sv.format(n=n.sv, **words), en=_SOME.en.format(n=n.en, **words))]
    return []


def _visit(days: int | None, last: datetime | None) -> Text:
    if days is None or last is None:
        return Text(sv="inget besök antecknat", en="no visit on record")
    if days in _DAYS:
        return _DAYS[days]
    if days > _MONTHS_AFTER_DAYS:
        return Text(sv=f"inget besök sedan {_SV.month(last)}", en=f"no visit since {_EN.month(last)}")
    return Text(sv=f"inget besök på {days} dagar", en=f"no visit for {days} days")


def look_for(state: str) -> Text:
    """What the state of a place asks of those who come there."""
    return _LOOK[state]


class Surroundings:
    """What reports round a place are about, from the shown cells of the latest quarter that has any."""

    def __init__(self, release: Release) -> None:
        self.release = release

    @cached_property
    def _blocks(self) -> pd.DataFrame:
        blocks = self.release.blocks
        quarters = self.release.period_names("quarter")
        if not len(blocks) or not quarters:
            return pd.DataFrame({"cell": np.zeros(0, np.uint64), "category": [], "count": []})
        of = self.release.vocabulary.categories
        plain = [c for c, card in of.items() if card.gathering and not card.sensitive]
        keep = (
            (blocks["period"] == quarters[-1])
            & (blocks["source"] == "reported")
            & (blocks["resolution"] == 9)
            & blocks["category"].isin(plain)
        )
        return blocks.loc[keep, ["cell", "category", "count"]]

    def topics(self, footprint: NDArray[np.uint64]) -> list[Text]:
        """At most two categories, the most frequent first; sensitive ones are never named."""
        near = self._blocks[self._blocks["cell"].isin(np.unique(grid.parents(footprint, 9)))]
        total = near.groupby("category", observed=True)["count"].sum()
        first = sorted(total.items(), key=lambda item: (-item[1], str(item[0])))[:_MOST_TOPICS]
        return [self.release.vocabulary.title(str(code)) for code, _ in first]


def nothing(*, anything: bool, struck: bool) -> Text:
    """Why the list is empty."""
    if struck:
        return Text(
            sv="Alla platser är borttagna från listan. Lägg tillbaka någon för att få en lista.",
            en="All places are removed from the list. Put one back to get a list.",
        )
    if anything:
        return Text(
            sv="Ingen återkommande plats finns för det valet. Välj hela området.",
            en="There is no recurring place for that choice. Choose the whole area.",
        )
    return Text(
        sv="Inga återkommande samlingsplatser kan visas, så det finns inget att lägga på listan. "
        "Det kan bero på få händelser eller kort tid; det betyder inte att inga finns.",
        en="No recurring gathering places can be shown, so there is nothing to put on the list. "
        "That may be for few events or a short time; it does not mean that there are none.",
    )


def fewer(found: int, asked: int, *, struck: int, within: bool) -> Text | None:
    """Said where the list is shorter than asked for."""
    if found >= asked:
        return None
    why = Text(sv="", en="")
    if within:
        why = Text(sv=" i det valda området", en=" in the district chosen")
    elif struck:
        why = Text(sv=" när borttagna platser inte räknas", en=" once removed places are left out")
    return Text(
        sv=f"Listan är kortare än den brukar: fler återkommande platser finns inte{why.sv}.",
        en=f"The list is shorter than usual: there are no more recurring places{why.en}.",
    )
