"""The plan of the house: imports only fall, each foreign library has one room, what shows cannot reach what keeps."""

import ast
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = (  # from the roof to the ground; rooms on one floor do not know each other
    ("app",),
    ("hotspots.__main__",),
    ("hotspots.pages", "hotspots.cli"),
    ("hotspots.serve", "hotspots.worker", "hotspots.demo"),
    ("hotspots.reports",),
    ("layers", "hotspots.patrol", "hotspots.publish"),
    ("hotspots.queries", "hotspots.spots"),
    ("hotspots.statistics",),
    ("hotspots.intake", "hotspots.release"),
    ("hotspots.vault", "hotspots.desk", "hotspots.jobs"),
    ("hotspots.study", "hotspots.fence"),
    ("hotspots.geo",),
    ("hotspots.grid", "hotspots.periods", "hotspots.vocabulary", "hotspots.paths", "hotspots.durable"),
    ("hotspots.tables", "hotspots.registry", "hotspots.settings"),
    ("hotspots.errors",),
    ("hotspots.words",),
)
ROOMS = {  # foreign library -> its room; numpy, pandas and pyarrow are everybody's
    "streamlit": ("hotspots.pages", "app"),
    "starlette": ("hotspots.pages",),
    "altair": ("hotspots.pages",),
    "folium": ("layers",),
    "branca": ("layers",),
    "matplotlib": ("layers",),
    "typst": ("hotspots.reports",),
    "typer": ("hotspots.cli",),
    "duckdb": ("hotspots.vault",),
    "narwhals": ("hotspots.statistics",),
    "numba": ("hotspots.statistics",),
    "scipy": ("hotspots.statistics",),
    "sklearn": ("hotspots.spots",),
    "h3": ("hotspots.grid",),
    "h3ronpy": ("hotspots.grid",),
    "geopandas": ("hotspots.geo",),
    "shapely": ("hotspots.geo",),
    "pyproj": ("hotspots.geo",),
    "pyogrio": ("hotspots.geo",),
    "python_calamine": ("hotspots.intake",),
    "tomlkit": ("hotspots.study", "hotspots.intake"),  # each writes one kind of TOML, with comments
    "babel": ("hotspots.words",),
    "sqlite3": ("hotspots.desk",),
}
FREE = {"numpy", "pandas", "pyarrow"}
KEEPS = ("hotspots.vault", "hotspots.intake", "hotspots.publish")  # opened by the command line and the worker alone
MAY_KEEP = ("hotspots.cli", "hotspots.worker", "hotspots.demo", *KEEPS)
FILES = [ROOT / "app.py", *sorted(p for top in ("hotspots", "layers") for p in (ROOT / top).rglob("*.py"))]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str | None:
    return next((r for floor in FLOORS for r in floor if module == r or module.startswith(r + ".")), None)


def floor_of(room: str) -> int:
    return next(i for i, floor in enumerate(FLOORS) if room in floor)


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name} line {node.lineno}: write the import in full"
            found |= {f"{node.module}.{a.name}" for a in node.names}
    return found


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_only_fall(path: Path) -> None:
    here = room_of(name_of(path))
    assert here or name_of(path) == "hotspots", f"{name_of(path)} is not on the plan: give it a floor"
    for module in imports_of(path):
        there = room_of(module)
        if here and there and there != here:
            assert floor_of(there) > floor_of(here), (
                f"{here} must not import {there}: move the shared part down, or hand it in"
            )


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_each_library_has_one_room(path: Path) -> None:
    for module in imports_of(path):
        top = module.split(".")[0]
        homes = ROOMS.get(top)
        assert homes is None or room_of(name_of(path)) in homes, f"{top} lives in {homes}; ask it for what you need"
        known = top in sys.stdlib_module_names or top in FREE or top in ROOMS or top in ("hotspots", "layers")
        assert known, f"{top} has no room yet: give it one in tests/test_house.py and a line in docs/decisions.md"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_what_shows_cannot_reach_what_keeps(path: Path) -> None:
    if room_of(name_of(path)) not in MAY_KEEP:
        reached = {m for m in imports_of(path) if room_of(m) in KEEPS}
        assert not reached, f"{name_of(path)} must not import {reached}: ask the worker through hotspots.jobs"


def test_every_room_on_the_plan_exists() -> None:
    names = {name_of(p) for p in FILES}
    for floor in FLOORS:
        for room in floor:
            assert room in names, f"{room} is on the plan but not in the house"


def test_every_dependency_is_used_and_locked() -> None:
    import re

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {re.split(r"[<>=]", d)[0].replace("-", "_") for d in project["dependencies"]}
    modules = {"scikit_learn": "sklearn"}
    used = {m.split(".")[0] for p in FILES for m in imports_of(p)}
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    for name in needed:
        assert modules.get(name, name) in used, f"{name} is required but nothing imports it"
        assert re.search(rf"^{name.replace('_', '[-_]')}==", lock, re.MULTILINE | re.IGNORECASE), (
            f"{name} is not locked"
        )


CUSTOMERS = {  # the customer's packages do real work: where a reader finds each at it
    "pyproj": ("hotspots/geo/project.py", "Transformer.from_crs"),
    "shapely": ("hotspots/geo/areas.py", "make_valid"),
    "geopandas": ("hotspots/geo/export.py", "GeoDataFrame"),
    "h3": ("hotspots/grid.py", "cell_to_boundary"),
    "sklearn": ("hotspots/spots/detect.py", "DBSCAN"),
    "folium": ("layers/file.py", "folium.Map"),
    "streamlit": ("hotspots/pages/shell.py", "st.navigation"),
}


@pytest.mark.parametrize("library", CUSTOMERS)
def test_the_customers_packages_do_real_work(library: str) -> None:
    file, call = CUSTOMERS[library]
    text = (ROOT / file).read_text("utf-8")
    assert call in text and any(m.split(".")[0] == library for m in imports_of(ROOT / file))
