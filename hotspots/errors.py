"""What can go wrong, said in one sentence: what is wrong, where first, what to do."""

from hotspots.words import Text


class Trouble(Exception):
    """Something the user can mend (exit 2). `code` is for machines, the sentences are for people.

    No sentence may echo a value out of a file: it could belong to a person. Name the column, the row and the rule.
    """

    status = 2

    def __init__(self, code: str, message: Text, *, where: str = "", do: Text | None = None) -> None:
        self.code, self.message, self.where = code, message, where
        self.do = do or Text(sv="", en="")
        super().__init__(message.en)

    def sentence(self, language: str) -> str:
        """The whole sentence: what is wrong (where first), what to do."""
        parts = [self.message.to(language).rstrip(".")]
        if self.where:
            parts[0] += f" ({self.where})"
        if self.do.to(language):
            parts.append(self.do.to(language).rstrip("."))
        return ". ".join(parts) + "."

    def as_dict(self, language: str) -> dict[str, str]:
        """The contract's error object: code, message, where, do."""
        return {
            "code": self.code,
            "message": self.message.to(language),
            "where": self.where,
            "do": self.do.to(language),
        }


class UnknownName(Trouble, KeyError):
    """A name that a registry or list does not hold. Also a KeyError, so that `name in registry` can answer False."""

    def __init__(self, kind: str, name: str, known: tuple[str, ...]) -> None:
        choices = ", ".join(known)
        super().__init__(
            f"unknown_{kind}",
            Text(sv=f"Det finns ingen {kind} med det namnet", en=f"There is no {kind} of that name"),
            where=name,
            do=Text(sv=f"Välj bland: {choices}", en=f"Choose among: {choices}"),
        )


class OurFault(Exception):
    """Something only we can mend (exit 1)."""

    status = 1
