"""Profiles by name or path: the shipped ones (profiles/*.toml) and a user's own TOML file."""

from functools import cache
from pathlib import Path

from hotspots.errors import Trouble, UnknownName
from hotspots.intake.mapping import Profile as Profile
from hotspots.intake.mapping import SourceColumn as SourceColumn
from hotspots.intake.mapping import are_notices as are_notices
from hotspots.intake.mapping import refuse_notices as refuse_notices
from hotspots.intake.profile_parse import parse as parse
from hotspots.intake.profile_write import to_toml as to_toml
from hotspots.vocabulary import Vocabulary
from hotspots.words import Text

_FOLDER = Path(__file__).parent / "profiles"
_MAX_BYTES = 1 << 20
# Templates first, then Swedish sources, then open data by place.
ORDER = ("template_", "est_", "outreach_", "open311", "polisen_", "uk_")


@cache
def names() -> tuple[str, ...]:
    """Names of the shipped profiles, our own templates first."""
    found = sorted(p.stem for p in _FOLDER.glob("*.toml"))
    return tuple(sorted(found, key=lambda n: next((i for i, o in enumerate(ORDER) if n.startswith(o)), len(ORDER))))


def shipped() -> list[tuple[str, Text, str]]:
    """(name, title, kind) of each shipped profile."""
    profiles = (load(name) for name in names())
    return [(p.name, p.title, p.kind) for p in profiles]


def load(name_or_path: str | Path, vocabulary: Vocabulary | None = None) -> Profile:
    """A shipped profile by name, or one of the user's own by path. `vocabulary`: with a study's own codes.

    Raises:
        Trouble: `unknown_profile`, `no_file`, `bad_profile`.
    """
    if str(name_or_path) in names():
        path = _FOLDER / f"{name_or_path}.toml"
        return parse(path.read_text("utf-8"), path.stem, vocabulary)
    path = Path(name_or_path)
    if path.suffix.lower() != ".toml" and not path.is_file():
        raise UnknownName("profile", path.name[:60], names())
    return parse(_read(path), path.stem, vocabulary)


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ValueError
        return path.read_text("utf-8-sig")
    except OSError:
        raise Trouble(
            "no_file",
            Text(sv="Profilen finns inte", en="The profile does not exist"),
            where=path.name,
            do=Text(sv="Kontrollera sökvägen", en="Check the path"),
        ) from None
    except ValueError:  # UnicodeDecodeError is one
        raise Trouble(
            "bad_profile",
            Text(sv="Profilen är ingen textfil i UTF-8", en="The profile is no text file in UTF-8"),
            where=path.name,
            do=Text(sv="Spara den som UTF-8", en="Save it as UTF-8"),
        ) from None
