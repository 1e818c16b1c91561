"""A profile back to TOML, with comments: what `profiles show` prints and `profiles suggest` drafts."""

from typing import Any

import tomlkit
from tomlkit.items import InlineTable, Table

from hotspots.intake.mapping import MISSING, Profile, SourceColumn


def to_toml(profile: Profile) -> str:
    """The profile as commented TOML; `parse` reads it back to the same profile (questions and unknown values apart)."""
    document = tomlkit.document()
    for question in profile.questions:
        document.add(tomlkit.comment(_line(f"? {question.sv} / {question.en}")))
    if profile.questions:
        document.add(tomlkit.nl())
    if profile.title.sv:
        document["title"] = _inline({"sv": profile.title.sv, "en": profile.title.en})
    if profile.unverified:
        document["unverified"] = _with_comment(True, "built from descriptions, not from a file")
    document["kind"] = _with_comment(profile.kind, "incident, report, visit or notice")
    document["source_type"] = _source(profile)
    document["time_zone"] = profile.time_zone
    if profile.crs:
        document["crs"] = profile.crs
    elif "x" in profile.columns:
        document.add(tomlkit.comment('crs = "EPSG:3006"  # of x and y: must be given, here or with --crs'))
    for key in ("format", "records", "category"):
        if getattr(profile, key):
            document[key] = getattr(profile, key)
    if profile.midpoints:
        document["midpoints"] = [list(point) for point in profile.midpoints]
    _add(document, "columns", "our field = their column; what no line names is never read", _columns(profile))
    _add(document, "formats", "", _formats(profile))
    if profile.categories is not None or profile.unknown:
        document.add(tomlkit.nl())
        document["categories"] = _categories(profile)
    if profile.drop:
        _add(
            document, "drop", "columns about persons that are expected and never read", {"columns": list(profile.drop)}
        )
    return tomlkit.dumps(document)


def _line(text: str) -> str:
    """One line of comment without signs that TOML refuses there."""
    return "".join(c if c.isprintable() else " " for c in text)


def _with_comment(value: Any, comment: str) -> Any:
    item = tomlkit.item(value)
    item.comment(comment)
    return item


def _inline(values: dict[str, Any]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(values)
    return table


def _source(profile: Profile) -> Any:
    if isinstance(profile.source_type, SourceColumn):
        mapped = _inline(dict(profile.source_type.map))
        return _inline({"column": profile.source_type.column, "map": mapped})
    return _with_comment(profile.source_type, "reported, discovered, outreach or survey")


def _add(document: tomlkit.TOMLDocument, key: str, comment: str, values: dict[str, Any]) -> None:
    if not values:
        return
    table = tomlkit.table()
    if comment:
        table.comment(comment)
    for name, value in values.items():
        table[name] = value
    document.add(tomlkit.nl())
    document[key] = table


def _columns(profile: Profile) -> dict[str, Any]:
    return {field: names[0] if len(names) == 1 else list(names) for field, names in profile.columns.items()}


def _formats(profile: Profile) -> dict[str, Any]:
    values: dict[str, Any] = {"dates": list(profile.dates)}
    for key in ("decimal", "separator", "encoding", "sheet"):
        if getattr(profile, key):
            values[key] = getattr(profile, key)
    if profile.skip_rows is not None:
        values["skip_rows"] = profile.skip_rows
    if profile.missing != MISSING:
        values["missing"] = list(profile.missing)
    return values


def _categories(profile: Profile) -> Table:
    table = tomlkit.table()
    table.comment("their value = our code (hotspots profiles show vocabulary)")
    for value, code in (profile.categories or {}).items():
        table.add(tomlkit.key([value]) if "." in value else value, code)
    for value in profile.unknown:
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        table.add(tomlkit.comment(_line(f'"{quoted}" = ""  # which code?')))
    return table
