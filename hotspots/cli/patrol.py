"""The command that makes a pass list: plan.

Rooms are imported when their command runs.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from hotspots.cli.rooms import check_audience
from hotspots.cli.shell import AudienceOption, Reply, announce, command, context
from hotspots.durable import write_durably
from hotspots.errors import Trouble
from hotspots.words import Text

SUFFIXES = (".pdf", ".csv")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(command(plan))


def plan(
    ctx: typer.Context,
    audience: AudienceOption,
    out: Annotated[Path, typer.Option("--out", help="Fil att skriva; ändelsen väljer pdf eller csv.")],
    start: Annotated[
        str | None, typer.Option("--start", help="Passets början, t.ex. 2026-09-30T18:00; annars studiens dag kl. 18.")
    ] = None,
    hours: Annotated[float, typer.Option("--hours", help="Passets längd i timmar.")] = 8,
    places: Annotated[int, typer.Option("--places", min=1, max=12, help="Antal platser.")] = 5,
    district: Annotated[str | None, typer.Option("--district", help="Kod för ett område.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Ordnar platser som väger lika.")] = None,
) -> Reply:
    """Passlista: platser att besöka under ett pass. / Pass list: places to visit in one shift."""
    from hotspots import release
    from hotspots.desk.visits import Logbook
    from hotspots.geo.export import check_out, guard_formulas
    from hotspots.patrol.plan import default_seed
    from hotspots.patrol.plan import plan as make_plan
    from hotspots.reports import passlista

    at = context(ctx)
    check_out(out, SUFFIXES)
    if check_audience(audience) != "operations":
        raise Trouble(
            "no_plan",
            Text(sv="Den läsarkretsen får ingen passlista", en="That audience gets no pass list"),
            where=audience,
            do=Text(sv="Använd operations", en="Use operations"),
        )
    of = release.open_release(at.home, audience)
    first = datetime(of.today.year, of.today.month, of.today.day, 18) if start is None else _moment(start)
    book = Logbook(at.home)
    made = make_plan(
        of,
        book.visits(),
        start=first,
        hours=hours,
        n=places,
        district=district,
        struck=book.struck(shift=first),
        seed=default_seed(first) if seed is None else seed,
    )
    if made.note:
        announce([made.note], at.language)
    if out.suffix.lower() == ".pdf":
        write_durably(out, passlista.pdf(of, made, at.language), 0o644)
    else:
        rows = guard_formulas(passlista.table(made, at.language))
        write_durably(out, rows.to_csv(index=False, lineterminator="\n").encode(), 0o644)
    said = Text(
        sv="{n} platser att besöka skrivna till {f} (slumptal {s})", en="{n} places to visit written to {f} (seed {s})"
    )
    return Reply(
        {"rows": len(made.places), "release": of.version, "seed": made.facts["seed"], "facts": made.facts},
        (said.fill(n=len(made.places), f=out, s=made.facts["seed"]).to(at.language),),
    )


def _moment(text: str) -> datetime:
    """A wall clock time of the study."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        raise Trouble(
            "bad_time",
            Text(sv="Tiden kan inte läsas", en="The time cannot be read"),
            where="--start",
            do=Text(sv="Skriv 2026-09-30T18:00", en="Write 2026-09-30T18:00"),
        ) from None
