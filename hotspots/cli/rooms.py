"""Commands that make and show a study: init, demo, publish, serve.

Rooms are imported when their command runs: all of them together take four seconds.
"""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from hotspots import study
from hotspots.cli.shell import Context, Reply, command, context, say
from hotspots.errors import Trouble
from hotspots.study import AUDIENCES
from hotspots.words import Text

Port = Annotated[int, typer.Option("--port", help="Port på den egna datorn; 0 = första lediga från 8501.")]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Öppna inte webbläsaren.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for function in (init, demo, publish, serve):
        app.command()(command(function))


def init(
    ctx: typer.Context,
    municipality: Annotated[list[str] | None, typer.Option("--municipality", help="Kommunkod, t.ex. 1880.")] = None,
    area: Annotated[Path | None, typer.Option("--area", help="Kartfil med områden.")] = None,
    district_name: Annotated[str | None, typer.Option("--district-name", help="Kolumn med områdenas namn.")] = None,
    time_zone: Annotated[str, typer.Option("--time-zone")] = "Europe/Stockholm",
    name: Annotated[str | None, typer.Option("--name", help="Studiens namn.")] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="Kartfilens koordinatsystem, om den inte säger det.")] = None,
) -> Reply:
    """Skapa en studie: område, distrikt, tidszon. / Make a study."""
    at = context(ctx)
    if municipality and area:
        raise Trouble(
            "usage",
            Text(sv="Ange en av --municipality och --area", en="Give one of --municipality and --area"),
            do=Text(sv="Studien har ett område", en="A study has one area"),
        )
    made, column = study.create(
        at.home,
        municipalities=municipality,
        area=area,
        district_name=district_name,
        time_zone=time_zone,
        name=name,
        crs=crs,
    )
    km2 = float(made.grid["area_km2"].sum())
    data = {
        "home": str(at.home),
        "name": made.name,
        "area_km2": round(km2, 4),
        "cells": len(made.grid),
        "districts": len(made.districts),
        "district_name": column,
        "time_zone": made.time_zone,
        "crs": made.crs,
    }
    words = Text(
        sv="{name}: {districts} områden (namn ur {column}), {km2:.1f} km2, {cells} rutor. "
        "Nästa steg: hotspots ingest FIL --profile NAMN",
        en="{name}: {districts} districts (names from {column}), {km2:.1f} km2, {cells} cells. "
        "Next: hotspots ingest FILE --profile NAME",
    ).fill(name=made.name, districts=len(made.districts), column=column, km2=km2, cells=len(made.grid))
    return Reply(data, (words.to(at.language),))


def demo(ctx: typer.Context, port: Port = 0, no_browser: NoBrowser = False) -> Reply:
    """Gör (en gång) och visa demonstrationsstudien över Örebro. / Make (once) and show the demonstration study."""
    from hotspots import demo as demonstration
    from hotspots import serve as serving

    at = context(ctx)
    home = at.home / "demo"
    serving.check_port(port)
    demonstration.ready(home, say=lambda text: say(text.to(at.language)))
    serving.serve(home, audience="operations", port=port, browser=not no_browser, language=at.language, say=say)
    return Reply({"home": str(home)})


def parse_day(text: str | None) -> date | None:
    """A day as 2025-12-31.

    Raises:
        Trouble: `bad_date`.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Trouble(
            "bad_date",
            Text(sv="Datumet kan inte läsas", en="The date cannot be read"),
            where=text[:20],
            do=Text(sv="Skriv det som 2025-12-31", en="Write it as 2025-12-31"),
        ) from None


def check_audience(name: str) -> str:
    """Raises Trouble `unknown_audience`."""
    if name not in AUDIENCES:
        raise Trouble(
            "unknown_audience",
            Text(sv="Läsarkretsen finns inte", en="There is no such audience"),
            where=name[:20],
            do=Text(sv=f"Välj bland: {', '.join(AUDIENCES)}", en=f"Choose among: {', '.join(AUDIENCES)}"),
        )
    return name


def publish(
    ctx: typer.Context,
    audience: Annotated[
        list[str] | None, typer.Option("--audience", help="Läsarkrets; alla när den utelämnas.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", help="Bara händelser före den dagen.")] = None,
    today: Annotated[str | None, typer.Option("--today", help="Studiens dag; annars den sista dagen med data.")] = None,
) -> Reply:
    """Publicera valvet som oföränderliga utgåvor. / Publish the vault as immutable releases."""
    from hotspots import publish as publishing
    from hotspots.vault import Vault

    at = context(ctx)
    chosen = [check_audience(a) for a in audience or AUDIENCES]
    of = at.study()
    with Vault(of.home) as vault:
        made = publishing.publish(
            of,
            vault,
            audiences=chosen,
            until=parse_day(until),
            today=parse_day(today),
            progress=lambda share, text: say(f"{share:4.0%} {text.to(at.language)}"),
        )
    words = Text(
        sv="{a}: {v}, {b} block, {s} händelser visas, {h} visas inte",
        en="{a}: {v}, {b} blocks, {s} events shown, {h} not shown",
    )
    lines = (
        words.fill(a=m.audience, v=m.version, b=m.blocks, s=m.events_shown, h=m.events_hidden).to(at.language)
        for m in made
    )
    return Reply({"releases": [m.as_dict(exact=True) for m in made]}, tuple(lines))


def serve(
    ctx: typer.Context,
    audience: Annotated[str, typer.Option("--audience")] = "operations",
    port: Port = 0,
    no_browser: NoBrowser = False,
) -> Reply:
    """Starta instrumentpanelen på den egna datorn. / Start the dashboard on this machine."""
    from hotspots import serve as serving

    at: Context = context(ctx)
    at.study()
    serving.serve(
        at.home, audience=check_audience(audience), port=port, browser=not no_browser, language=at.language, say=say
    )
    return Reply({"home": str(at.home), "audience": audience})
