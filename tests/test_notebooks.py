"""The notebooks run from top to bottom on the demonstration study, and draw."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda p: p.stem)
def test_notebook_runs_and_has_a_picture(path: Path, demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOTS_DEMO", str(demo_home))
    notebook = nbformat.read(path, as_version=4)
    assert not any(c.get("outputs") for c in notebook.cells), "outputs are made by running, not committed"
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": os.fspath(FOLDER.parent)}}).execute()
    kinds = {k for c in notebook.cells for o in c.get("outputs", []) for k in o.get("data", {})}
    assert "image/png" in kinds
