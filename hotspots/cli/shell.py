"""What all commands share: the study, the language, one JSON object on stdout, errors in a sentence, exit codes."""

import json
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from hotspots import study
from hotspots.errors import Trouble
from hotspots.words import Text

log = logging.getLogger("hotspots")

Json = Annotated[bool, typer.Option("--json", help="Ett JSON-objekt på stdout, allt annat på stderr.")]
Out = Annotated[Path, typer.Option("--out", help="Fil att skriva; ändelsen väljer csv, parquet, gpkg eller geojson.")]
AudienceOption = Annotated[str, typer.Option("--audience", help="operations, partners eller open.")]


@dataclass
class Context:
    """Options before the command."""

    home: Path
    language: str

    def study(self) -> study.Study:
        """The study of this folder."""
        return study.load(self.home)


def context(ctx: typer.Context) -> Context:
    """The options before the command."""
    found: Context = ctx.obj
    return found


@dataclass(frozen=True)
class Reply:
    """What a command says: an object for scripts, lines for people, and an exit code."""

    data: dict[str, Any]
    lines: tuple[str, ...] = ()
    status: int = 0


def say(text: str) -> None:
    """A line for people: stderr, so that stdout stays the object's."""
    print(text, file=sys.stderr, flush=True)


def announce(texts: list[Text], language: str) -> None:
    """Automatic choices, said aloud."""
    for text in texts:
        say(f"· {text.to(language)}")


def reply(answer: Reply, as_json: bool) -> None:
    """Print and leave."""
    if as_json:
        print(json.dumps(answer.data, ensure_ascii=False, default=str))
    else:
        for line in answer.lines:
            print(line)
    if answer.status:
        raise typer.Exit(answer.status)


def command(function: Callable[..., Reply]) -> Callable[..., None]:
    """A command that returns a Reply; with `--json` the Reply's object is all that stdout gets."""

    @wraps(function)
    def run(*args: Any, as_json: bool = False, **options: Any) -> None:
        reply(function(*args, **options), as_json)

    import inspect

    signature = inspect.signature(function)
    flag = inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Json)
    run.__signature__ = signature.replace(parameters=[*signature.parameters.values(), flag], return_annotation=None)  # type: ignore[attr-defined]
    run.__annotations__ = function.__annotations__ | {"as_json": Json, "return": None}
    return run


def failed(error: Exception, language: str, as_json: bool) -> int:
    """Say an error; returns the exit code."""
    if isinstance(error, Trouble):
        if as_json:
            print(json.dumps({"error": error.as_dict(language)}, ensure_ascii=False))
        say(error.sentence(language))
        return error.status
    log.debug("our fault", exc_info=error)
    place = _place(error)
    sentence = Text(
        sv="Något gick fel hos oss, inget är halvskrivet",
        en="Something went wrong on our side, nothing is half written",
    )
    do = Text(
        sv="Kör igen med HOTSPOTS_DEBUG=1 och skicka oss felutskriften; "
        "läs igenom först och stryk, för där kan stå värden ur filen",
        en="Run again with HOTSPOTS_DEBUG=1 and send us the error output; "
        "read it first and strike out, as it can hold values of the file",
    )
    if as_json:
        fault = {"code": "our_fault", "message": sentence.to(language), "where": place, "do": do.to(language)}
        print(json.dumps({"error": fault}, ensure_ascii=False))
    say(f"{sentence.to(language)} ({place}). {do.to(language)}.")
    return 1


def _place(error: Exception) -> str:
    """Kind and place of an error in our code; never its text, which may hold a value out of a file."""
    trace, last = error.__traceback__, ""
    while trace is not None:
        name = Path(trace.tb_frame.f_code.co_filename)
        if "hotspots" in name.parts:
            last = f"{name.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} {last}".strip()


def usage(message: str) -> Trouble:
    """A mistake on the command line."""
    return Trouble(
        "usage",
        Text(sv="Kommandot kan inte tolkas", en="The command cannot be read"),
        where=message.strip().rstrip("."),
        do=Text(sv="Se hotspots --help", en="See hotspots --help"),
    )
