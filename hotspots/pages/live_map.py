"""The live map as a Streamlit component: registers the script of layers/live and hands it descriptions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from layers import live
from layers.base import Layer


@dataclass(frozen=True)
class MapResult:
    """What the reader did. `clicked` lives for one run: {"layer": name, "id": cell or spot id}."""

    clicked: dict[str, str] | None
    view: dict[str, Any] | None  # {"zoom": z, "bounds": [west, south, east, north]}, only when asked for


_component = st.components.v2.component(
    "hotmap", html=live.HTML, css=live.style(), js=live.script(), isolate_styles=False
)


def live_map(
    layers: Sequence[Layer],
    *,
    title: str,
    language: str,
    key: str,
    selected: Mapping[str, str] | None = None,
    height: int = 560,
    fit: tuple[float, float, float, float] | None = None,
    group: str = "",
    want_view: bool = False,
) -> MapResult:
    """Draw the layers, in the order cells, borders, spots, names.

    `selected`: {"layer", "id"} gets a ring. `fit` (west, south, east, north in degrees): shown on the first draw and
    whenever it changes (give it when one map serves several studies), else zoom and place stay; without it the first
    draw shows all that has numbers. `group`: maps of the same group share one viewport. With
    `want_view` each pan reruns the script: wrap map and dependent table in `st.fragment` then.
    """
    prefix = str(st.get_option("server.baseUrlPath") or "").strip("/")
    base = f"/{prefix}/app/static/v/" if prefix else "/app/static/v/"
    data = live.payload(
        layers,
        title=title,
        language=language,
        height=height,
        base=base,
        selected=selected,
        fit=fit,
        group=group,
        view=want_view,
    )
    callbacks: dict[str, Any] = {"on_clicked_change": _nothing} | ({"on_view_change": _nothing} if want_view else {})
    result = _component(key=key, data=data, **callbacks)
    return MapResult(clicked=_pick(result, "clicked", ("layer", "id")), view=_pick(result, "view", ("zoom", "bounds")))


def _nothing() -> None:
    """A callback must exist for a value to come back from the browser."""


def _pick(result: Any, name: str, keys: tuple[str, ...]) -> dict[str, Any] | None:
    """The value the browser sent, if it has the shape agreed; anything else counts as nothing."""
    value = getattr(result, name, None)
    if not isinstance(value, Mapping) or set(value) != set(keys):
        return None
    return {k: value[k] for k in keys}
