"""Front door of the command line: options before the command, the list of commands, errors to exit codes."""

import logging
import os
import sys
from typing import Annotated

import typer

from hotspots.cli import intake, patrol, results, rooms
from hotspots.cli.shell import Context, failed, usage
from hotspots.study import find_home
from hotspots.words import LANGUAGES

# typer carries its own copy of click; its public names lead to the one class of all mistakes on a command line.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]

app = typer.Typer(
    name="hotspots",
    help="Kartor över händelser, rapporter och besök för kommuner och polis. / Maps of incidents, reports and visits.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for room in (rooms, intake, results, patrol):
    room.register(app)


@app.callback()
def options(
    ctx: typer.Context,
    home: Annotated[
        str | None, typer.Option("--home", help="Studiens mapp (annars HOTSPOTS_HOME, annars ./var).")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="sv eller en.")] = "sv",
) -> None:
    """Options before the command."""
    if lang not in LANGUAGES:
        raise typer.BadParameter(f"--lang: {', '.join(LANGUAGES)}")
    ctx.obj = Context(find_home(home), lang)


def _asked_language(arguments: list[str]) -> str:
    if "--lang" in arguments[:-1]:
        asked = arguments[arguments.index("--lang") + 1]
        return asked if asked in LANGUAGES else "sv"
    return "en" if "--lang=en" in arguments else "sv"


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit: 0 done, 2 the user can mend it, 1 our fault."""
    given = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    as_json, language = "--json" in given, _asked_language(given)
    logging.basicConfig(level=logging.DEBUG if os.environ.get("HOTSPOTS_DEBUG") else logging.WARNING, stream=sys.stderr)
    logging.getLogger("numba").setLevel(logging.WARNING)
    try:
        status = app(given, standalone_mode=False)
    except typer.Exit as end:
        sys.exit(end.exit_code)
    except UsageError as error:
        told = getattr(error, "format_message", None)
        sys.exit(failed(usage(told() if told else str(error)), language, as_json))
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:
        sys.exit(failed(error, language, as_json))
    sys.exit(status if isinstance(status, int) else 0)
