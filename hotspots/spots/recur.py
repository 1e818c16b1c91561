"""Does a spot come back, and how is it now? Active steps, its life, the null of volume alone, and the five states."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hotspots.settings import SpotSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
QUARTER = {"week": 13, "month": 3}  # steps
ALIVE = 0.25  # of a spot's own rate: what lies below it speaks for the surroundings, not for the spot
LEVEL = 0.05  # of the test against volume alone


@dataclass(frozen=True)
class Bounds:
    """The settings in steps of the layer: weeks, or months for month-precise data."""

    quarter: int
    ended: int  # steps without activity
    new: int  # active steps at least
    temporary: int  # active steps at most


def bounds(kind: str, settings: SpotSettings) -> Bounds:
    """A month stands for 13/3 weeks; what was told apart in weeks stays apart (temporary 1 month, new 2)."""
    if kind == "week":
        return Bounds(QUARTER[kind], settings.ended_after_weeks, settings.new_min_weeks, settings.temporary_max_weeks)
    weeks = 13 / 3
    temporary = max(1, round(settings.temporary_max_weeks / weeks))
    return Bounds(
        QUARTER[kind],
        max(1, round(settings.ended_after_weeks / weeks)),
        max(temporary + 1, round(settings.new_min_weeks / weeks)),
        temporary,
    )


def life(counts: Ints, usual: float) -> tuple[int, int]:
    """First and last step of a spot's own activity: what lies outside is no more than the surroundings bring.

    First the stretch that stands out most by the likelihood ratio of a Poisson rate (Kulldorff 1997) gives the spot's
    own rate, and a rate between that and `usual` at which it still counts as alive. Its life is then a maximal scoring
    segment (Karlin & Altschul 1990). It begins where the rate is above that mark, for what went before a spot must look
    like the spot; it ends where the likelihood no longer speaks for being alive, for a spot that fades is still there.
    Without such a filter one stray event would make a new spot old and keep an ended one alive.

    Args:
        counts: events of the footprint per step, shape (T,), at least one of them above 0.
        usual: events per step that the surroundings would bring to the footprint.
    """
    usual = max(usual, 0.5 / len(counts))
    first, last = _densest(counts, usual)
    rest = len(counts) - (last + 1 - first)
    if 2 * rest > len(counts):  # the rest of the time is then the better witness of what is usual here
        quiet = (counts.sum() - counts[first : last + 1].sum()) / rest
        usual = max(usual, quiet) if quiet < ALIVE * counts[first : last + 1].mean() else usual
    for _ in range(5):
        rate = counts[first : last + 1].mean()
        if rate <= usual:
            break
        alive = max(ALIVE * rate, np.sqrt(rate * usual))
        strict = _heaviest(counts - alive)
        mild = _heaviest(counts * np.log(alive / usual) - (alive - usual))
        segment = strict[0], max(strict[1], mild[1])
        if segment == (first, last):
            break
        first, last = segment
    busy = np.flatnonzero(counts[first : last + 1])
    return first + int(busy[0]), first + int(busy[-1])


def _densest(counts: Ints, usual: float) -> tuple[int, int]:
    """Both ends (included) of the stretch whose rate stands out most from `usual`; of equals the first."""
    total = np.concatenate(([0], np.cumsum(counts)))
    first, end = np.triu_indices(len(counts) + 1, 1)
    events, expected = total[end] - total[first], usual * (end - first)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(events > expected, events * np.log(events / expected) - (events - expected), 0.0)
    best = int(np.argmax(ratio))
    return int(first[best]), int(end[best]) - 1


def _heaviest(score: Floats) -> tuple[int, int]:
    """Both ends (included) of the stretch with the greatest sum; of equals the first."""
    total = np.concatenate(([0.0], np.cumsum(score)))
    low = np.minimum.accumulate(total[:-1])
    last = int(np.argmax(total[1:] - low))
    return int(np.argmin(total[: last + 1])), last


def poisson_binomial(p: Floats) -> Floats:
    """Exact distribution of the number of successes of independent trials with probabilities p, shape (T + 1,)."""
    pmf = np.ones(1)
    for chance in p:
        pmf = np.concatenate((pmf * (1 - chance), [0.0])) + np.concatenate(([0.0], pmf * chance))
    return pmf


def more_than_volume(counts: Ints, totals: Ints, share: float) -> bool:
    """Whether more steps are active than volume alone explains (95 %, one-sided, exact).

    Null: each step's events of the layer fall at random on the cells that had any event, so a step's count in the
    footprint is binomial. A step counts when it holds an event; where volume alone would bring one in more than half of
    all cases, only when it holds more than chance does in half of them (else every place of a busy layer would pass, or
    none could).

    Args:
        counts: events of the footprint per step, shape (T,).
        totals: events of the layer per step, shape (T,).
        share: cells of the footprint / cells that had any event.
    """
    bar, point = _bars(tuple(totals.tolist()), share)
    return int((counts >= bar).sum()) > point


@lru_cache(maxsize=256)
def _bars(totals: tuple[int, ...], share: float) -> tuple[Ints, int]:
    """Per step the count that chance reaches in at most half of all cases (at least 1), and the 95 % point of how many
    steps reach it by chance."""
    log_factorial = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, max(totals) + 1)))))
    share = min(share, 1 - 1e-12)
    bar, chance = np.ones(len(totals), dtype=np.int64), np.zeros(len(totals))
    for i, n in enumerate(totals):
        k = np.arange(n + 1)
        choose = log_factorial[n] - log_factorial[k] - log_factorial[n - k]
        pmf = np.exp(choose + k * np.log(share) + (n - k) * np.log1p(-share))
        at_least = np.append(np.cumsum(pmf[::-1])[::-1], 0.0)
        bar[i] = max(1, int(np.argmax(at_least <= 0.5)))
        chance[i] = at_least[bar[i]] if n else 0.0
    return bar, int(np.searchsorted(np.cumsum(poisson_binomial(chance)), 1 - LEVEL))


@dataclass(frozen=True)
class Course:
    """What a spot has been through. Steps are numbered from 0; `first` and `last` are those of its life."""

    state: str  # recurring | new | fading | temporary | ended | none
    first: int
    last: int
    active: int
    observed: int
    events: int
    active_of_last_4: int
    trend: str  # up | down | level; empty where its past is too short, and for what is over or was brief


def course(
    counts: Ints,
    totals: Ints,
    *,
    usual: float,
    share: float,
    kind: str,
    settings: SpotSettings,
    whole: int | None = None,
) -> Course:
    """The course of one spot.

    Args:
        counts: events of its footprint per step of the layer, shape (T,).
        totals: events of the layer per step, shape (T,).
        usual: events per step that the surroundings would bring.
        share: cells of the footprint / cells that had any event.
        kind: week or month.
        settings: thresholds.
        whole: steps that are over (default all); rates are taken from those alone.
    """
    first, last = life(counts, usual)
    whole = len(counts) if whole is None else max(whole, len(counts) - 1)
    own = counts.copy()
    own[:first], own[last + 1 :] = 0, 0
    bound = bounds(kind, settings)
    state = _state(own, totals, (first, last), whole, usual, share, bound, settings)
    return Course(
        state,
        first,
        last,
        int((own > 0).sum()),
        len(own),
        int(own.sum()),
        int((own[max(0, whole - 4) : whole] > 0).sum()),
        "" if state in ("ended", "temporary") else _trend(own[:whole], first, bound),
    )


def _state(
    own: Ints,
    totals: Ints,
    lived: tuple[int, int],
    whole: int,
    usual: float,
    share: float,
    bound: Bounds,
    settings: SpotSettings,
) -> str:
    (first, last), active, end = lived, int((own > 0).sum()), len(own)
    if end - 1 - last >= bound.ended:
        return "ended" if _was_one(own[first : last + 1], totals[first : last + 1], share, bound, settings) else "none"
    if active <= bound.temporary:
        return "temporary"
    if first >= end - bound.quarter:
        return "new" if active >= bound.new else "none"
    before = whole - bound.ended
    if before > first and is_recurring(own[:before], totals[:before], share, bound, settings):
        earlier = own[first:before].mean() - usual  # its own rate: without what the surroundings bring
        if own[before:whole].mean() - usual < settings.fading_share * earlier:
            return "fading"
    return "recurring" if is_recurring(own, totals, share, bound, settings) else "none"


def is_recurring(own: Ints, totals: Ints, share: float, bound: Bounds, settings: SpotSettings) -> bool:
    """Active in enough of the last four quarters (of 13 weeks or 3 months), often enough, and beyond volume alone."""
    back = (len(own) - 1 - np.flatnonzero(own)) // bound.quarter
    quarters = len(np.unique(back[back < 4]))
    persistence = (own > 0).mean()
    return bool(
        quarters >= settings.active_quarters
        and persistence >= settings.persistence
        and more_than_volume(own, totals, share)
    )


def _was_one(own: Ints, totals: Ints, share: float, bound: Bounds, settings: SpotSettings) -> bool:
    """Whether what is over was a spot in its time: a burst, or active often enough and beyond volume alone."""
    active = own > 0
    return bool(
        active.sum() <= bound.temporary
        or (active.mean() >= settings.persistence and more_than_volume(own, totals, share))
    )


def _trend(own: Ints, first: int, bound: Bounds) -> str:
    """The last `ended` steps against its own earlier rate: Poisson z of 3 (Wheeler 2016), widened for a short past."""
    before = len(own) - bound.ended
    if before - first < bound.ended:
        return ""
    expected = own[first:before].mean() * bound.ended
    z = 2 * (np.sqrt(own[before:].sum()) - np.sqrt(expected)) / np.sqrt(1 + bound.ended / (before - first))
    return "up" if z >= 3 else "down" if z <= -3 else "level"
