"""What can be drawn: frozen descriptions that the live map, the offline file and the picture all read.

A description is finished: no rendering calculates, classifies, suppresses or translates. Positions are lon/lat
(EPSG:4326) in the order (lng, lat).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from hotspots import grid
from hotspots.errors import Trouble
from hotspots.words import Text

Point = tuple[float, float]
Line = tuple[Point, ...]
NOTHING = Text(sv="", en="")
LEAST = 5  # no released number is smaller (contract.md)
MOST_CLASSES = 5
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Card:
    """What a layer says about itself, in both languages."""

    name: str
    title: Text
    caption: Text = NOTHING
    source: Text = NOTHING
    date: str = ""
    licence: str = ""

    def credit(self, language: str) -> str:
        """ "SCB 2025-01-01 (CC0)": the line that goes with every rendering."""
        words = " ".join(w for w in (self.source.to(language), self.date) if w)
        return f"{words} ({self.licence})" if words and self.licence else words


@dataclass(frozen=True)
class SpotState:
    """How a state of a recurring spot is drawn: a symbol and a line style, never colour alone."""

    title: Text
    symbol: str
    dash: tuple[int, ...]  # pixels on and off; empty is a full line
    weight: float  # pixels


SPOT_STATES = {
    "recurring": SpotState(Text(sv="återkommande", en="recurring"), "●", (), 3.0),
    "new": SpotState(Text(sv="ny", en="new"), "▲", (11, 4), 3.0),
    "fading": SpotState(Text(sv="avtagande", en="fading"), "▼", (5, 5), 2.5),
    "temporary": SpotState(Text(sv="tillfällig", en="temporary"), "○", (1, 5), 2.5),
}


@dataclass(frozen=True)
class CellLayer:
    """H3 cells in classes. A cell coarser than the layer's finest is a block: drawn underneath, dashed, uncoloured."""

    card: Card
    cells: tuple[str, ...]  # H3 as text
    classes: tuple[int, ...]  # class of each cell, an index into palette and labels
    palette: tuple[str, ...]  # "#rrggbb"
    labels: tuple[str, ...]  # legend text per class
    tips: tuple[str, ...] = ()  # per cell, lines apart by a line break; "" or none at all: the class label is the tip
    hot: tuple[int, ...] = ()  # positions in `cells` that get a thick outline
    uncertain: tuple[int, ...] = ()  # positions in `cells` that get hatching
    hot_label: str = ""
    uncertain_label: str = ""
    block_label: str = ""

    def __post_init__(self) -> None:
        if len(self.cells) != len(self.classes) or (self.tips and len(self.tips) != len(self.cells)):
            raise ValueError("cells, classes and tips must have the same length")
        if len(self.palette) != len(self.labels) or not all(_COLOUR.fullmatch(c) for c in self.palette):
            raise ValueError("each class needs one #rrggbb colour and one label")
        if len(self.palette) > MOST_CLASSES:
            raise ValueError("at most five classes can be told apart")
        if any(not 0 <= k < len(self.palette) for k in self.classes):
            raise ValueError("a class lies outside the palette")
        if any(not 0 <= i < len(self.cells) for i in (*self.hot, *self.uncertain)):
            raise ValueError("a mark lies outside the cells")
        if len(set(self.cells)) != len(self.cells):
            raise ValueError("a cell appears twice")
        grid.from_text(self.cells)  # raises Trouble bad_cell

    @cached_property
    def resolutions(self) -> tuple[int, ...]:
        """The H3 resolution of each cell."""
        return tuple(int(c[1], 16) for c in self.cells)

    @cached_property
    def blocks(self) -> frozenset[int]:
        """Positions of the cells coarser than the finest of this layer."""
        finest = max(self.resolutions, default=0)
        return frozenset(i for i, r in enumerate(self.resolutions) if r < finest)

    def tip(self, i: int) -> str:
        """The whole tip of cell `i`: its own or its class label, then what the marks mean."""
        own = self.tips[i] if self.tips else ""
        marks = (
            self.hot_label if i in self.hot else "",
            self.block_label if i in self.blocks else "",
            self.uncertain_label if i in self.uncertain else "",
        )
        return "\n".join(line for line in (own or self.labels[self.classes[i]], *marks) if line)


@dataclass(frozen=True)
class Area:
    """One district of an area map: its rings, its class and its tip."""

    id: str
    rings: tuple[Line, ...]
    klass: int
    tip: str = ""


@dataclass(frozen=True)
class AreaLayer:
    """Districts in classes, for audiences that see no cells; one without a number that may be shown is left out."""

    card: Card
    areas: tuple[Area, ...]
    palette: tuple[str, ...]
    labels: tuple[str, ...]
    none_label: str = ""  # what an uncoloured district means; "" where there is none

    def __post_init__(self) -> None:
        if len({a.id for a in self.areas}) != len(self.areas):
            raise ValueError("an area appears twice")
        if len(self.palette) != len(self.labels) or not all(_COLOUR.fullmatch(c) for c in self.palette):
            raise ValueError("each class needs one #rrggbb colour and one label")
        if any(not 0 <= a.klass < len(self.palette) for a in self.areas):
            raise ValueError("a class lies outside the palette")

    def tip(self, area: Area) -> str:
        """The area's name and the label of its class."""
        return "\n".join(line for line in (area.tip, self.labels[area.klass]) if line)


@dataclass(frozen=True)
class Footprint:
    """One recurring spot: the cells it covers, what stands on the map and what the tip says."""

    id: str
    label: str
    state: str  # a key of SPOT_STATES
    cells: tuple[str, ...]
    tip: str = ""

    def __post_init__(self) -> None:
        if self.state not in SPOT_STATES:
            raise ValueError("unknown state of a spot")
        if not self.cells:
            raise ValueError("a spot covers at least one cell")
        grid.from_text(self.cells)


@dataclass(frozen=True)
class FootprintLayer:
    """Recurring spots as outlines with a symbol and a label."""

    card: Card
    spots: tuple[Footprint, ...]
    state_labels: dict[str, str] = field(hash=False)

    def __post_init__(self) -> None:
        if len({s.id for s in self.spots}) != len(self.spots):
            raise ValueError("a spot appears twice")


@dataclass(frozen=True)
class Label:
    """A name on the map; `rank` 0 is kept first where names would lie on each other, `zoom` shows it from there on."""

    text: str
    at: Point
    rank: int = 0
    zoom: float = 0.0


@dataclass(frozen=True)
class OutlineLayer:
    """Borders for orientation: each line once, however many areas share it, and the names of the areas."""

    card: Card
    lines: tuple[Line, ...]
    names: tuple[Label, ...] = ()


@dataclass(frozen=True)
class LabelLayer:
    """Names of known places."""

    card: Card
    names: tuple[Label, ...]


Layer = CellLayer | AreaLayer | FootprintLayer | OutlineLayer | LabelLayer


@dataclass(frozen=True)
class LayerKind:
    """An entry of the registry: builds one description from one plain table."""

    card: Card
    columns: tuple[str, ...]  # the table must have them
    build: Callable[..., Layer]  # (table, language, card, **options)

    @property
    def name(self) -> str:
        """The card's."""
        return self.card.name

    @property
    def title(self) -> Text:
        """The card's."""
        return self.card.title

    def draw(
        self,
        table: pd.DataFrame,
        language: str,
        *,
        title: Text | None = None,
        source: Text | None = None,
        date: str | None = None,
        licence: str | None = None,
        **options: object,
    ) -> Layer:
        """The description of a released table; an empty table gives an empty, drawable layer.

        `title`, `source`, `date` and `licence` take the place of the card's own.

        Raises:
            Trouble: `missing_column`; `raw_table` when a count is below 5: layers draw released numbers only.
        """
        check(table, self.columns)
        card = replace(
            self.card,
            title=title or self.card.title,
            source=source or self.card.source,
            date=self.card.date if date is None else date,
            licence=self.card.licence if licence is None else licence,
        )
        return self.build(table, language, card, **options)


def check(table: pd.DataFrame, columns: tuple[str, ...]) -> None:
    """The one wall of checks in front of every layer."""
    missing = [c for c in columns if c not in table.columns]
    if missing:
        raise Trouble(
            "missing_column",
            Text(sv="Tabellen saknar en kolumn som kartlagret behöver", en="The table lacks a column the layer needs"),
            where=", ".join(missing),
            do=Text(sv="Använd tabellen så som den publicerats", en="Use the table as it was published"),
        )
    for column in {"count", "events"} & set(table.columns):
        numbers = pd.to_numeric(table[column], errors="coerce")
        if len(table) and not bool((numbers >= LEAST).all()):
            raise Trouble(
                "raw_table",
                Text(
                    sv="Tabellen har tal under 5 eller tomma tal och får inte ritas",
                    en="The table has numbers below 5 or empty ones and must not be drawn",
                ),
                where=column,
                do=Text(sv="Rita bara tal ur en publicerad utgåva", en="Draw only numbers of a published release"),
            )
