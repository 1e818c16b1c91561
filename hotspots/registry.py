"""Things of one kind, by name: the import line in a folder's __init__ is the registration."""

from collections.abc import Iterator, Mapping
from typing import Protocol, TypeVar

from hotspots.errors import UnknownName


class Named(Protocol):
    """Anything with a name."""

    @property
    def name(self) -> str:
        """What it is called in commands and files."""
        ...


T = TypeVar("T", bound=Named)


class Registry(Mapping[str, T]):
    """All things of one kind, by name, in the order they were imported."""

    def __init__(self, kind: str, of: type[T], where: Mapping[str, object]) -> None:
        self.kind = kind
        self._things: dict[str, T] = {}
        for thing in list(where.values()):
            if isinstance(thing, of) and self._things.setdefault(thing.name, thing) is not thing:
                raise ValueError(f"two of kind {kind} share the name {thing.name!r}")

    def __getitem__(self, name: str) -> T:
        if name not in self._things:
            raise UnknownName(self.kind, name, tuple(self._things))
        return self._things[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)
