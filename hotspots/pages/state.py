"""What a run of a page stands on: language, audience, the release in memory, what is selected."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

from hotspots import release
from hotspots.errors import Trouble
from hotspots.release import Release
from hotspots.study import AUDIENCES, find_home
from hotspots.words import LANGUAGES, Speaker

T = TypeVar("T")


@dataclass(frozen=True)
class Desk:
    """Everything a page needs to know about who reads what."""

    home: Path
    say: Speaker
    audience: str
    release: Release | None

    @property
    def language(self) -> str:
        """sv or en."""
        return self.say.language

    @property
    def demo(self) -> bool:
        """Whether the data are made up."""
        return self.release is not None and self.release.demo


def home() -> Path:
    """The study's folder."""
    return find_home(None)


def language() -> str:
    """The reader's language: chosen on the page or in the address (?lang=en), else the server's."""
    chosen = st.session_state.get("lang") or st.query_params.get("lang") or os.environ.get("HOTSPOTS_LANG", "sv")
    return chosen if chosen in LANGUAGES else "sv"


def audience() -> str:
    """The process's one audience; in the demonstration the one that is looked through."""
    fixed = os.environ.get("HOTSPOTS_AUDIENCE", "operations")
    if st.session_state.get("demo_study") and st.session_state.get("show_as") in AUDIENCES:
        return str(st.session_state["show_as"])
    return fixed if fixed in AUDIENCES else "operations"


@st.cache_resource(show_spinner=False, max_entries=8)
def _opened(home_path: str, of: str, version: str) -> Release:
    return release.open_release(Path(home_path), of, path=Path(home_path) / "releases" / of / version)


def current_release(of: str) -> Release | None:
    """The audience's current release, verified and read once per process; None when nothing is published."""
    at = home()
    pointer = at / "releases" / of / "CURRENT"
    try:
        version = pointer.read_text("utf-8").strip()
        return _opened(str(at), of, version)
    except OSError:
        return None
    except Trouble:
        try:  # CURRENT names a damaged version: the newest whole one
            return _opened(str(at), of, release.current(at, of).name)
        except Trouble:
            return None


def desk() -> Desk:
    """The desk of this run."""
    of = audience()
    return Desk(home(), Speaker(language()), of, current_release(of))


@st.cache_resource(show_spinner=False, max_entries=400)
def _remembered(key: tuple[Any, ...], _make: Callable[[], Any]) -> Any:
    return _make()


def remember(of: Release, *key: Any, make: Callable[[], T]) -> T:
    """A table or layer made once per process; the key always holds audience and version, so audiences never mix."""
    found: T = _remembered((str(of.path), *of.key, *key), make)
    return found


def select(layer: str, name: str) -> None:
    """Let the map, the table and the panel point at one thing."""
    st.session_state["selected"] = {"layer": layer, "id": name}


def selected() -> dict[str, str] | None:
    """What is pointed at."""
    return st.session_state.get("selected")
