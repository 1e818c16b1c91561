"""When in the week a spot is busy: weekday x four-hour block by aoristic weights, its peak, and the peak in words."""

import numpy as np
from numpy.typing import NDArray

from hotspots.words import Text

Floats = NDArray[np.float64]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_WORDS = (
    Text(sv="måndag", en="Monday"),
    Text(sv="tisdag", en="Tuesday"),
    Text(sv="onsdag", en="Wednesday"),
    Text(sv="torsdag", en="Thursday"),
    Text(sv="fredag", en="Friday"),
    Text(sv="lördag", en="Saturday"),
    Text(sv="söndag", en="Sunday"),
)
BLOCK_HOURS = 4
_BLOCK = BLOCK_HOURS * 3600
_BLOCKS = 42  # of a week
_FEW_PHRASES = 2  # more than these on most days of the week, and the words give the hours alone
_MOST_PHRASES = 4  # more than these, and the words say "spread"
_MOST_DAYS = 5
_HALF_A_DAY = 3  # blocks
_MOSTLY = Text(sv="{span} de flesta dagar", en="{span} on most days")
_SPREAD = Text(sv="spritt över veckan", en="spread over the week")
_AND = Text(sv=" och ", en=" and ")


def signature(start: NDArray[np.datetime64], end: NDArray[np.datetime64]) -> Floats:
    """Weights of events on weekday x block (00-04, ..., 20-24), shape (7, 6), sum = number of events.

    An event weighs overlap / duration in each block of its window [start, end); windows over 168 hours are flat
    (Ratcliffe 2000). Times are wall-clock times, shape (n,).
    """
    a = start.astype("datetime64[s]").astype(np.int64) + 3 * 86_400  # 1970-01-01 was a Thursday
    b = np.maximum(end.astype("datetime64[s]").astype(np.int64) + 3 * 86_400, a + 1)
    out = np.zeros(_BLOCKS)
    long = b - a > _BLOCKS * _BLOCK
    out += long.sum() / _BLOCKS
    a, b = a[~long], b[~long]
    block = a // _BLOCK
    while len(a):
        overlap = np.minimum(b, (block + 1) * _BLOCK) - np.maximum(a, block * _BLOCK)
        np.add.at(out, block % _BLOCKS, overlap / (b - a))
        goes_on = b > (block + 1) * _BLOCK
        a, b, block = a[goes_on], b[goes_on], block[goes_on] + 1
    return out.reshape(7, 6)


def peak(weights: Floats, share: float) -> str:
    """The smallest set of blocks that holds at least `share` of the weight, as codes in week order: "tue-16 fri-20"."""
    flat = weights.ravel()
    order = np.lexsort((np.arange(_BLOCKS), -np.round(flat, 9)))
    n = int(np.searchsorted(np.cumsum(flat[order]), share * flat.sum() - 1e-9)) + 1
    return " ".join(f"{DAYS[i // 6]}-{i % 6 * BLOCK_HOURS:02d}" for i in np.sort(order[:n]))


def peak_words(codes: str, language: str = "sv") -> str:
    """Peak codes in words: "tisdag 16–20, fredag och lördag 20–24". Neighbouring blocks are joined, days of equal hours
    named together."""
    days: dict[int, list[int]] = {}
    for code in codes.split():
        name, clock = code.split("-")
        days.setdefault(DAYS.index(name), []).append(int(clock))
    phrases: dict[str, list[int]] = {}
    for day, hours in sorted(days.items()):
        for first, last in _runs([h // BLOCK_HOURS for h in sorted(hours)]):
            span = f"{first * BLOCK_HOURS:02d}–{(last + 1) * BLOCK_HOURS:02d}"
            phrases.setdefault(span, []).append(day)
    blocks = sorted({hour // BLOCK_HOURS for hours in days.values() for hour in hours})
    together = len(_runs(blocks)) == 1 and len(blocks) <= _HALF_A_DAY
    if len(phrases) > _FEW_PHRASES and len(days) >= _MOST_DAYS and together:
        return _MOSTLY.fill(span=f"{blocks[0] * BLOCK_HOURS:02d}–{(blocks[-1] + 1) * BLOCK_HOURS:02d}").to(language)
    if len(phrases) > _MOST_PHRASES:
        return _SPREAD.to(language)
    ordered = sorted(phrases.items(), key=lambda item: (item[1][0], item[0]))
    words = [f"{_day_words(on, language)} {span}" for span, on in ordered]
    return ("; " if any("," in w for w in words) else ", ").join(words)


def _day_words(days: list[int], language: str) -> str:
    if len(days) == len(DAYS):
        return Text(sv="alla dagar", en="every day").to(language)
    words = []
    for a, b in _runs(days):
        first, last = DAY_WORDS[a].to(language), DAY_WORDS[b].to(language)
        words += [f"{first}–{last}"] if b - a > 1 else [first, last][: b - a + 1]
    return _AND.to(language).join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """First and last of each run of consecutive numbers (ascending)."""
    runs: list[tuple[int, int]] = []
    for n in numbers:
        if runs and n == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], n)
        else:
            runs.append((n, n))
    return runs
