"""The dashboard's process cannot open the vault: by any way that Python, DuckDB or a child of it knows."""

import subprocess
import sys
from pathlib import Path

import pytest

TRIES = {
    "open": "open(VAULT / 'events.duckdb', 'rb').read()",
    "by a link": "import os; os.symlink(VAULT, HOME / 'link'); open(HOME / 'link' / 'secret').read()",
    "os.open": "import os; os.read(os.open(VAULT / 'secret', os.O_RDONLY), 9)",
    "list": "list(VAULT.iterdir())",
    "import vault": "import hotspots.vault",
    "import intake": "import hotspots.intake",
    "import publish": "import hotspots.publish.run",
    "duckdb": "import duckdb",
    "sqlite": "import sqlite3; sqlite3.connect(VAULT / 'x.db').execute('create table t (a)')",
    "parquet in C++": "import pyarrow.parquet as p; p.read_table(str(VAULT / 'leak.parquet'))",
    "a child": "import subprocess; subprocess.run(['cat', str(VAULT / 'secret')], check=True)",
    "write": "(VAULT / 'new').write_text('x')",
}
SETUP = """
from pathlib import Path
import pyarrow as pa, pyarrow.parquet
from hotspots.fence import raise_fence
HOME = Path({home!r}); VAULT = HOME / "vault"
print(raise_fence(HOME), flush=True)
(HOME / "releases" / "fine").write_text("the rest stays open")
import tempfile; tempfile.TemporaryFile().write(b"so does this")
print("ready", flush=True)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name in ("vault", "quarantine", "releases"):
        (tmp_path / name).mkdir()
    (tmp_path / "vault" / "secret").write_text("s3cret")
    (tmp_path / "vault" / "events.duckdb").write_bytes(b"x")
    pq.write_table(pa.table({"a": [1]}), tmp_path / "vault" / "leak.parquet")
    return tmp_path


@pytest.mark.parametrize("way", TRIES)
def test_the_vault_stays_shut(home: Path, way: str) -> None:
    code = SETUP.format(home=str(home)) + TRIES[way] + "\nprint('IN')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    if "Landlock" not in done.stdout and way in ("parquet in C++", "a child"):
        pytest.skip("this kernel offers no Landlock: only Python's own ways are shut")
    assert "ready" in done.stdout, done.stderr
    assert "IN" not in done.stdout.split() and "s3cret" not in done.stdout
    assert any(
        word in done.stderr for word in ("PermissionError", "ImportError", "CalledProcessError", "Permission denied")
    )
