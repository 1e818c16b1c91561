"""Counts or densities in hexagons, with fixed class limits and the tested hot cells outlined."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hotspots import grid
from hotspots.words import Speaker, Text
from layers.base import LEAST, MOST_CLASSES, Card, CellLayer, LayerKind

# After cividis (Nunez, Anderton and Renslow 2018), light to dark, its yellow end paler so that full cells carry the
# eye: even steps of lightness, told apart by all colour vision and in grey.
PALETTES = {
    1: ("#8d8c85",),
    2: ("#dccf8f", "#4a5570"),
    3: ("#efe0a0", "#98958a", "#2f4470"),
    4: ("#f3e59f", "#bdb48b", "#747883", "#1f3a70"),
    5: ("#f5e8a4", "#d0c48d", "#98958a", "#5d677d", "#0d2f64"),
}
_SERIES = [m * 10**e for e in range(-1, 7) for m in (1, 2, 5)]

CARD = Card(
    name="hexagons",
    title=Text(sv="Händelser per ruta", en="Incidents per cell"),
    caption=Text(
        sv="Färgen visar antalet. Rutor utan färg har inget tal som får visas: det betyder inte noll.",
        en="The colour shows the number. Cells without colour have no number that may be shown: that is not a zero.",
    ),
)


def limits_for(values: Sequence[float]) -> tuple[float, ...]:
    """Lower limits of at most five classes from the series 1, 2, 5, 10, ...: round numbers, no quantiles.

    Make them once from the widest table of a study and hand them to all its maps, so that colours keep their meaning.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if not len(numbers):
        return (LEAST,)
    low = max(s for s in [_SERIES[0], *(s for s in _SERIES if s <= numbers.min())])
    steps = [s for s in _SERIES if low <= s <= numbers.max()] or [low]
    if len(steps) > MOST_CLASSES:
        steps = [steps[round(i * (len(steps) - 1) / (MOST_CLASSES - 1))] for i in range(MOST_CLASSES)]
    return tuple(steps)


def build(
    table: pd.DataFrame,
    language: str,
    card: Card = CARD,
    *,
    by: str = "count",
    limits: Sequence[float] | None = None,
    words: str = "incidents",
    numbers: bool = False,
) -> CellLayer:
    """Hexagons of a released table.

    Columns: `cell` (uint64 or text), `count` (5 or more); `area_km2` when `by` is "density" (per km2); optional
    `gistar_hot` (bool: outlined), `uncertain` (bool: hatched), `name` (first line of the tip). Mixed resolutions are
    allowed. `limits` are lower class limits (made by `limits_for` when left out; the legend shows them either way).
    `words` chooses the noun of the tips: incidents, reports or visits; `numbers` puts the exact number into the tip.
    """
    say = Speaker(language)
    cells = texts(table["cell"])
    values = table["count"].to_numpy(np.float64)
    if by == "density":
        values = values / table["area_km2"].to_numpy(np.float64)
    chosen = tuple(limits) if limits is not None else limits_for(values.tolist())
    classes = np.clip(np.searchsorted(chosen, values, side="right") - 1, 0, len(chosen) - 1)
    labels = tuple(f"{label} {say(f'layers.{by}.{words}')}" for label in class_labels(chosen, by, say))
    return CellLayer(
        card=card,
        cells=cells,
        classes=tuple(classes.tolist()),
        palette=PALETTES[len(chosen)],
        labels=labels,
        tips=_tips(table, classes, labels, f"layers.exact.{words}" if numbers else "", say),
        hot=_marked(table, "gistar_hot"),
        uncertain=_marked(table, "uncertain"),
        hot_label=say("layers.hot"),
        uncertain_label=say("layers.uncertain"),
        block_label=say("layers.block"),
    )


def texts(cells: pd.Series) -> tuple[str, ...]:
    """Cells as text, whichever way the table holds them."""
    if pd.api.types.is_integer_dtype(cells):
        return tuple(grid.to_text(cells.to_numpy(np.uint64)))
    return tuple(cells.astype(str))


def class_labels(limits: Sequence[float], by: str, say: Speaker) -> list[str]:
    """ "5–9", "10–19", "20 eller fler": whole numbers close before the next limit, densities meet it."""

    def number(value: float) -> str:
        return say.number(value, 0 if float(value).is_integer() else 1)

    below = [b - 1 if by == "count" else b for b in limits[1:]]
    spans = [number(a) if a == b else f"{number(a)}–{number(b)}" for a, b in zip(limits, below, strict=False)]
    return [*spans, say("layers.or_more", n_text=number(limits[-1]))]


def _tips(
    table: pd.DataFrame, classes: np.ndarray, labels: tuple[str, ...], exact: str, say: Speaker
) -> tuple[str, ...]:
    if not exact and "name" not in table:
        return ()
    counts = table["count"].tolist()
    lines = [say(exact, n_text=say.number(n)) for n in counts] if exact else [labels[k] for k in classes]
    if "name" not in table:
        return tuple(lines)
    names = table["name"].fillna("").astype(str)
    return tuple(f"{name}\n{line}" if name else line for name, line in zip(names, lines, strict=True))


def _marked(table: pd.DataFrame, column: str) -> tuple[int, ...]:
    if column not in table:
        return ()
    return tuple(np.flatnonzero(table[column].fillna(False).to_numpy(dtype=bool)).tolist())


HEXAGONS = LayerKind(CARD, ("cell", "count"), build)
