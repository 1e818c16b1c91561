"""A file's words for categories to our codes, as a profile maps them."""

from hotspots.errors import Trouble
from hotspots.intake.mapping import Profile
from hotspots.vocabulary import REFUSED
from hotspots.words import Text


def plain(text: str) -> str:
    """How values are compared: without case and double blanks."""
    return " ".join(text.casefold().split())


class CategoryMap:
    """Their value -> number of our code; -1 missing, -2 unknown, -3 refused."""

    def __init__(self, profile: Profile, codes: list[str]) -> None:
        self._number = {code: i for i, code in enumerate(codes)} | {REFUSED: -3}
        given = profile.categories
        mapping = {k: v for k, v in given.items() if k != "*"} if given is not None else {c: c for c in self._number}
        unknown = [v for v in (*mapping.values(), *(given or {}).values()) if v not in self._number]
        if unknown:
            raise Trouble(
                "unknown_code",
                Text(sv="Profilen använder en kod som studien inte har", en="The profile uses a code the study lacks"),
                where=f"{profile.name}: {unknown[0]}",
                do=Text(
                    sv="Välj en av koderna i hotspots profiles show vocabulary, eller lägg till den i study.toml",
                    en="Choose one of hotspots profiles show vocabulary, or add it to study.toml",
                ),
            )
        self._exact = {k.strip(): self._number[v] for k, v in mapping.items()}
        self._loose = {plain(k): self._number[v] for k, v in mapping.items()}
        self._rest = self._number[given["*"]] if given and "*" in given else None
        self._missing = set(profile.missing) | {""}

    def __call__(self, value: str) -> int:
        """The number for a value; "" is no value."""
        found = self._exact.get(value.strip())
        if found is None:
            found = self._loose.get(plain(value))
        if found is not None:
            return found
        if value.strip() in self._missing:
            return -1  # "*" is for words; a profile that takes blanks says so with "" = a code
        return -2 if self._rest is None else self._rest
