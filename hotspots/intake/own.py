"""A study's own profiles, home/profiles/<name>.toml: kept by the page Data, found by the command line's --profile."""

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from hotspots.durable import write_durably
from hotspots.errors import Trouble
from hotspots.intake import profile as profiles
from hotspots.intake.profile import Profile
from hotspots.vocabulary import Vocabulary
from hotspots.words import Text

_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class Known:
    """A profile that can be chosen: shipped, or the study's own."""

    name: str
    title: Text
    kind: str
    own: bool


def folder(home: Path) -> Path:
    """Where a study keeps its own profiles."""
    return home / "profiles"


def listed(home: Path, vocabulary: Vocabulary | None = None) -> list[Known]:
    """The study's own profiles by title, then the shipped ones."""
    own = [Known(p.name, p.title, p.kind, True) for p in _readable(home, vocabulary)]
    shipped = [Known(name, title, kind, False) for name, title, kind in profiles.shipped()]
    return [*sorted(own, key=lambda k: k.title.sv.casefold()), *shipped]


def _readable(home: Path, vocabulary: Vocabulary | None) -> list[Profile]:
    """The study's own profiles; a file that no longer reads as one is left out."""
    found = []
    for path in sorted(folder(home).glob("*.toml")):
        with suppress(Trouble):
            if _NAME.fullmatch(path.stem):
                found.append(load(path.stem, home, vocabulary))
    return found


def load(name_or_path: str, home: Path, vocabulary: Vocabulary | None = None) -> Profile:
    """The study's own profile of that name, else what `profile.load` finds (a shipped name, or a TOML file)."""
    path = folder(home) / f"{name_or_path}.toml"
    if _NAME.fullmatch(name_or_path) and path.is_file():
        return profiles.load(path, vocabulary)
    return profiles.load(name_or_path, vocabulary)


def save(home: Path, profile: Profile) -> Path:
    """Keep a profile under its name; an own one of that name is replaced.

    Raises:
        Trouble: `bad_profile_name` for a name with other letters than a-z, digits and low lines, or a shipped one's.
    """
    if not _NAME.fullmatch(profile.name) or profile.name in {name for name, _, _ in profiles.shipped()}:
        raise Trouble(
            "bad_profile_name",
            Text(sv="Beskrivningen kan inte heta så", en="The description cannot have that name"),
            where=profile.name[:60],
            do=Text(sv="Välj ett annat namn", en="Choose another name"),
        )
    folder(home).mkdir(exist_ok=True)
    path = folder(home) / f"{profile.name}.toml"
    write_durably(path, profiles.to_toml(profile).encode(), 0o644)
    return path


def from_mapping(mapping: dict[str, Any], name: str, vocabulary: Vocabulary | None = None) -> Profile:
    """The profile that a mapping (the contract's TOML as a dict) says; every mistake is the sentence of `parse`."""
    return profiles.parse(tomlkit.dumps(mapping), name, vocabulary)
