"""Commands that take something out of a release, or compute on a table: cells, spots, compare, statistics.

Rooms are imported when their command runs.
"""

import io
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

from hotspots.cli.rooms import check_audience
from hotspots.cli.shell import AudienceOption, Out, Reply, announce, command, context
from hotspots.errors import Trouble
from hotspots.words import Text


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for function in (cells, spots, compare, statistics):
        app.command()(command(function))


def _written(rows: int, out: Path, language: str) -> str:
    return Text(sv="{n} rader skrivna till {f}", en="{n} rows written to {f}").fill(n=rows, f=out).to(language)


def cells(
    ctx: typer.Context,
    audience: AudienceOption,
    out: Out,
    resolution: Annotated[
        int | None, typer.Option("--resolution", help="H3-upplösning 5 till 9; annars 9, för veckor 8.")
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="2025, 2025-H1, 2025-Q1, 2025-03 eller 2025-W12.")
    ] = None,
    category: Annotated[str, typer.Option("--category", help="all, group:drugs eller en kod.")] = "all",
    source: Annotated[str | None, typer.Option("--source", help="reported, discovered, outreach eller survey.")] = None,
) -> Reply:
    """Rutor ur en utgåva, med Gi* räknat på utgivna tal. / Cells of a release, with Gi* from released numbers."""
    from hotspots import grid, queries, release
    from hotspots.geo import export

    at = context(ctx)
    export.check_out(out)
    of = release.open_release(at.home, check_audience(audience))
    asked, chosen = queries.question(of, period=period, category=category, source=source, resolution=resolution)
    announce(chosen, at.language)
    answer = queries.cells(of, asked)
    table = answer.table.copy()
    shapes = export.cell_shapes(table["cell"].to_numpy(np.uint64))
    table["cell"] = grid.to_text(table["cell"])
    export.write(table, out, None if out.suffix.lower() == ".csv" else shapes, layer="cells")
    return Reply(
        {"rows": len(table), "release": of.version, "facts": answer.facts}, (_written(len(table), out, at.language),)
    )


def spots(ctx: typer.Context, audience: AudienceOption, out: Out) -> Reply:
    """Återkommande samlingsplatser. / Recurring gathering spots."""
    from hotspots import grid, release
    from hotspots.geo import areas, export

    at = context(ctx)
    export.check_out(out)
    of = release.open_release(at.home, check_audience(audience))
    table = of.spots.copy()
    if not len(table.columns):
        raise Trouble(
            "no_spots",
            Text(sv="Den läsarkretsen får inga samlingsplatser", en="That audience gets no gathering spots"),
            where=audience,
            do=Text(sv="Använd operations", en="Use operations"),
        )
    footprints = [of.footprint(s) for s in table["spot_id"]]
    table["cells"] = [" ".join(grid.to_text(f)) for f in footprints]
    shapes = np.array([areas.footprint(f) for f in footprints], dtype=object)
    export.write(table, out, shapes, layer="spots")
    return Reply({"rows": len(table), "release": of.version}, (_written(len(table), out, at.language),))


def compare(ctx: typer.Context, audience: AudienceOption, out: Out) -> Reply:
    """Områden över tid. / Districts over time."""
    from hotspots import queries, release
    from hotspots.geo import export

    at = context(ctx)
    export.check_out(out)
    of = release.open_release(at.home, check_audience(audience))
    table = queries.districts(of)
    by_code = dict(zip(of.districts.codes, of.districts.shapes, strict=True))
    shapes = np.array([by_code[d] for d in table["district"]], dtype=object)
    export.write(table, out, None if out.suffix.lower() == ".csv" else shapes, layer="districts")
    return Reply({"rows": len(table), "release": of.version}, (_written(len(table), out, at.language),))


def _read_table(path: Path) -> pd.DataFrame:
    try:
        if path.suffix.lower() == ".parquet":
            return pd.read_parquet(path)
        if path.suffix.lower() == ".csv":
            return _read_csv(path)
    except (OSError, ValueError, pd.errors.ParserError, UnicodeDecodeError):
        pass
    raise Trouble(
        "bad_table",
        Text(sv="Tabellen kan inte läsas", en="The table cannot be read"),
        where=path.name,
        do=Text(sv="Ge en csv- eller parquet-fil med rubrikrad", en="Give a csv or parquet file with a header"),
    )


def _read_csv(path: Path) -> pd.DataFrame:
    """English csv, or Swedish Excel's: semicolons, decimal commas, spaces between thousands, maybe Windows letters."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    header = text.split("\n", 1)[0]
    separator = max(",;\t", key=header.count)
    table = pd.read_csv(io.StringIO(text), sep=separator, dtype_backend="numpy_nullable")
    if separator != ",":
        for name in table.columns:
            if pd.api.types.is_string_dtype(table[name]):
                table[name] = _swedish_numbers(table[name])
    return table


def _swedish_numbers(column: pd.Series) -> pd.Series:
    """The column as numbers if all of it is numbers with decimal commas, else as it was."""
    numbers = column.str.replace(r"[\s\u00a0\u202f]", "", regex=True).str.replace("\u2212", "-")
    if not numbers.dropna().str.fullmatch(r"[+-]?\d+(,\d+)?").all():
        return column
    return numbers.str.replace(",", ".").astype("Float64")


def _column(table: pd.DataFrame, name: str) -> Any:
    if name not in table:
        raise Trouble(
            "unknown_column",
            Text(sv="Kolumnen finns inte i tabellen", en="The table has no such column"),
            where=name[:40],
            do=Text(sv="Välj bland: {c}", en="Choose among: {c}").fill(c=", ".join(map(str, table.columns[:30]))),
        )
    return table[name]


def statistics(
    ctx: typer.Context,
    table: Annotated[Path, typer.Option("--table", help="csv eller parquet.")],
    cell: Annotated[str, typer.Option("--cell", help="Kolumn med H3-rutor.")],
    value: Annotated[str, typer.Option("--value", help="Kolumn med tal.")],
    out: Out,
    time: Annotated[str | None, typer.Option("--time", help="Kolumn med tidssteg.")] = None,
    statistic: Annotated[str, typer.Option("--statistic")] = "gistar",
    area: Annotated[
        Path | None, typer.Option("--area", help="Kartfil med studieområdet; utan den: radernas rutor.")
    ] = None,
) -> Reply:
    """En statistik på en valfri tabell med rutor. / A statistic on any table of cells."""
    from hotspots import grid
    from hotspots.geo import areas, export
    from hotspots.statistics.table import compute

    at = context(ctx)
    export.check_out(out)
    rows = _read_table(table)
    ids = grid.from_text(_column(rows, cell).astype("string").fillna("").tolist())
    study_cells = area_of = None
    if area is not None and len(ids):
        shape = areas.from_file(area)[0].union()
        study_cells, inside = areas.study_grid(shape, int(grid.resolutions(ids[:1])[0]))
        area_of = partial(_inside, study_cells, inside)
    if not len(rows):
        raise Trouble(
            "empty_table",
            Text(sv="Tabellen har inga rader", en="The table has no rows"),
            where=table.name,
            do=Text(sv="Ge en tabell med en rad per ruta", en="Give a table with one row per cell"),
        )
    found, facts = compute(
        statistic,
        rows,
        cells=ids,
        value=value,
        time=time,
        study_cells=study_cells,
        neighbours=grid.neighbours,
        area_km2=area_of or areas.cell_areas_km2,
    )
    announce(facts.pop("notes", []), at.language)
    taken = [c for c in found.columns if c in rows.columns]
    if taken:
        raise Trouble(
            "column_taken",
            Text(
                sv="Tabellen har redan kolumner som resultatet ska ha", en="The table has columns of the result already"
            ),
            where=", ".join(taken),
            do=Text(sv="Ta bort dem eller byt namn på dem", en="Take them away, or give them other names"),
        )
    done = pd.concat([rows, found], axis=1)
    export.write(done, out)
    return Reply({"rows": len(done), "statistic": statistic, "facts": facts}, (_written(len(done), out, at.language),))


def _inside(study_cells: Any, inside: Any, cells: Any) -> Any:
    """km2 inside the study area of cells, 0 for cells outside it."""
    i = np.minimum(np.searchsorted(study_cells, cells), len(study_cells) - 1)
    return np.where(study_cells[i] == cells, inside[i], 0.0)
