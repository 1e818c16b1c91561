"""Commands that bring files in and take them back: profiles, ingest, forget, files, places.

Rooms are imported when their command runs.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from hotspots.cli.shell import Reply, command, context, say
from hotspots.durable import write_durably
from hotspots.errors import Trouble
from hotspots.vocabulary import GROUP_WORDS, Vocabulary
from hotspots.words import Text


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for function in (ingest, forget, files, places):
        app.command()(command(function))
    profiles = typer.Typer(help="Kolumnkartor för filer. / Column mappings.", no_args_is_help=True)
    for name, verb in (("list", list_profiles), ("show", show), ("suggest", suggest)):
        profiles.command(name)(command(verb))
    app.add_typer(profiles, name="profiles")


def list_profiles(ctx: typer.Context) -> Reply:
    """Studiens egna profiler och alla medföljande. / The study's own profiles and all shipped ones."""
    from hotspots.intake import own

    at = context(ctx)
    rows = [
        {"name": p.name, "title": p.title.to(at.language), "kind": p.kind, "own": p.own}
        for p in own.listed(at.home, _words(at.home))
    ]
    return Reply({"profiles": rows}, tuple(f"{r['name']:26} {r['kind']:9} {r['title']}" for r in rows))


def show(
    ctx: typer.Context, name: Annotated[str, typer.Argument(help="Profil, eller vocabulary för koderna.")]
) -> Reply:
    """Visa en profil, eller koderna. / Show a profile, or the codes (vocabulary)."""
    from hotspots import intake as room
    from hotspots.intake import own

    if name == "vocabulary":
        return _vocabulary(context(ctx).home)
    at = context(ctx)
    profile = own.load(name, at.home, _words(at.home))
    text = room.to_toml(profile)
    return Reply({"name": profile.name, "kind": profile.kind, "toml": text}, (text,))


def _words(home: Path) -> Vocabulary:
    from hotspots.study import load

    return load(home).vocabulary if (home / "study.toml").exists() else Vocabulary()


def _vocabulary(home: Path) -> Reply:
    known = _words(home)
    rows = [
        {"code": c.name, "group": c.group, "sv": c.title.sv, "en": c.title.en, "sensitive": c.sensitive}
        for c in known.categories.values()
    ]
    lines = tuple(f"{r['code']:24} {GROUP_WORDS[str(r['group'])].sv:24} {r['sv']}" for r in rows)
    return Reply({"vocabulary": rows}, lines)


def suggest(
    ctx: typer.Context,
    file: Path,
    out: Annotated[Path | None, typer.Option("--out", help="Skriv utkastet hit.")] = None,
) -> Reply:
    """Utkast till profil ur en fil. / A draft profile from a file."""
    from hotspots import intake as room
    from hotspots.geo import export

    _check_file(file)
    if out is not None:
        export.check_folder(out)
    profile, notes = room.suggest(file)
    text = room.to_toml(profile)
    if out is not None:
        write_durably(out, text.encode(), 0o644)
    language = context(ctx).language
    said = [n.to(language) for n in notes]
    for line in said:
        say(f"· {line}")
    return Reply(
        {"toml": text, "notes": said, "out": str(out) if out else None}, (text,) if out is None else (str(out),)
    )


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise Trouble(
            "no_file",
            Text(sv="Filen finns inte", en="The file does not exist"),
            where=path.name,
            do=Text(sv="Kontrollera sökvägen", en="Check the path"),
        )


def ingest(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Filer att läsa in.")],
    profile: Annotated[str, typer.Option("--profile", help="Namn på en profil, eller en TOML-fil.")],
    crs: Annotated[str | None, typer.Option("--crs", help="Koordinatsystem för x och y, t.ex. EPSG:3006.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Pröva bara, skriv inget.")] = False,
    accept_rejects: Annotated[bool, typer.Option("--accept-rejects", help="Läs in fast mer än 5 % avvisas.")] = False,
    report: Annotated[Path | None, typer.Option("--report", help="Skriv radrapporten hit (csv).")] = None,
) -> Reply:
    """Läs in filer i valvet. / Read files into the vault."""
    from hotspots import intake as room
    from hotspots.geo import export
    from hotspots.intake import own
    from hotspots.vault import Vault

    at = context(ctx)
    of = at.study()
    for file in files:
        _check_file(file)
    papers = [None if report is None else _numbered(report, i) for i in range(1, len(files) + 1)]
    if report is not None:
        export.check_folder(report)
    mapping = own.load(profile, at.home, of.vocabulary)
    answers: list[dict[str, Any]] = []
    lines: list[str] = []
    wrong: list[Trouble] = []
    with Vault(of.home) as vault:
        for file, paper in zip(files, papers, strict=True):
            try:
                found = room.ingest(
                    of,
                    vault,
                    file,
                    mapping,
                    crs=crs,
                    dry_run=dry_run,
                    accept_rejects=accept_rejects,
                    progress=lambda share, text: say(f"{share:4.0%} {text.to(at.language)}"),
                )
            except Trouble as trouble:  # the files before it are in, those after it may be fine
                wrong.append(trouble)
                answers.append({"file": file.name, "error": trouble.as_dict(at.language)})
                say(f"{file.name}: {trouble.sentence(at.language)}")
                continue
            answers.append(found.as_dict(at.language))
            lines += found.sentences(at.language)
            if found.stopped:
                wrong.append(room.stopped_trouble(found))
            if paper is not None:
                found.to_csv(paper, at.language)
    data: dict[str, Any] = {"files": answers}
    if wrong:
        data["error"] = wrong[0].as_dict(at.language)
    return Reply(data, tuple(lines), 2 if wrong else 0)


def _numbered(path: Path, number: int) -> Path:
    """One report per file: name.csv, name-2.csv, name-3.csv."""
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def forget(
    ctx: typer.Context,
    file: Annotated[str | None, typer.Option("--file", help="SHA-256 för en inläst fil.")] = None,
    identity: Annotated[str | None, typer.Option("--id", help="Radens id.")] = None,
    profile: Annotated[
        str | None, typer.Option("--profile", help="Vems id det är, när flera profilers filer har det.")
    ] = None,
) -> Reply:
    """Ta bort en inläst fil, eller radera en rad. / Remove a file that was read, or erase a row."""
    from hotspots.vault import Vault

    at = context(ctx)
    if (file is None) == (identity is None):
        raise Trouble(
            "usage",
            Text(sv="Ange en av --file och --id", en="Give one of --file and --id"),
            do=Text(sv="Se hotspots files", en="See hotspots files"),
        )
    with Vault(at.study().home) as vault:
        rows = vault.forget_file(file) if file is not None else vault.forget_id(str(identity), profile)
    words = Text(
        sv="{n} rader borta ur valvet. Publicera på nytt för att de ska försvinna ur kartan: hotspots publish",
        en="{n} rows gone from the vault. Publish again for them to leave the map: hotspots publish",
    )
    return Reply({"rows": rows}, (words.fill(n=rows).to(at.language),))


def files(ctx: typer.Context) -> Reply:
    """Inlästa filer. / Ingested files."""
    from hotspots.vault import Vault

    with Vault(context(ctx).study().home) as vault:
        rows = vault.files()
    return Reply({"files": rows}, tuple(f"{r['sha256'][:12]}  {r['profile']:22} {r['name']}" for r in rows))


def places(ctx: typer.Context, file: Path, crs: Annotated[str | None, typer.Option("--crs")] = None) -> Reply:
    """Studiens platsfil: namn och lägen för adresser och karta. / The study's lookup file of places."""
    from hotspots.geo import places as named_places

    at = context(ctx)
    _check_file(file)
    table = named_places.save_lookup(file, at.study().home / "places.csv", crs)
    words = Text(sv="{n} platser sparade", en="{n} places saved").fill(n=len(table))
    return Reply({"places": len(table)}, (words.to(at.language),))
