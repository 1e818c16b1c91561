"""The dashboard's process cannot open the vault: by any way that Python, DuckDB or a child of it knows."""

import shutil
import subprocess
import sys
import tempfile
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
    "truncate": "import os; os.truncate(VAULT / 'secret', 0)",
    "remove": "import os; os.remove(VAULT / 'secret')",
    "unlink": "(VAULT / 'secret').unlink()",
    "hard link": "import os; os.link(VAULT / 'secret', HOME / 'mine')",
    "symbolic link": "import os; os.symlink(VAULT / 'secret', HOME / 'mine')",
    "chmod": "(VAULT / 'secret').chmod(0o777)",
    "rename away": "import os; os.rename(VAULT / 'secret', HOME / 'mine')",
    "replace": "import os; os.replace(HOME / 'bait', VAULT / 'secret')",
    "rename the vault": "import os; os.rename(VAULT, HOME / 'mine')",
    "rename the study": "import os; os.rename(HOME, HOME.with_name('moved'))",
    "copy out": "import shutil; shutil.copy(VAULT / 'secret', HOME / 'mine')",
    "copy in": "import shutil; shutil.copyfile(HOME / 'bait', VAULT / 'secret')",
    "move": "import shutil; shutil.move(VAULT / 'secret', HOME / 'mine')",
    "remove all": "import shutil; shutil.rmtree(VAULT)",
    "a child truncates": "import subprocess; subprocess.run(['truncate', '-s0', str(VAULT / 'secret')], check=True)",
    "a child moves": "import subprocess; subprocess.run(['mv', str(VAULT / 'secret'), str(HOME / 'mine')], check=True)",
}
CHILDREN = {"parquet in C++", "a child", "a child truncates", "a child moves"}
SETUP = """
from pathlib import Path
import pyarrow as pa, pyarrow.parquet
from hotspots.fence import raise_fence
HOME = Path({home!r}); VAULT = HOME / "vault"
print(raise_fence(HOME), flush=True)
(HOME / "releases" / "fine").write_text("the rest stays open")
(HOME / "releases" / "fine").write_text("to be written over and moved too")
(HOME / "releases" / "fine").rename(HOME / "inbox" / "fine")
import tempfile; tempfile.TemporaryFile().write(b"so does this")
print("ready", flush=True)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name in ("vault", "quarantine", "releases", "inbox"):
        (tmp_path / name).mkdir()
    (tmp_path / "vault" / "secret").write_text("s3cret")
    (tmp_path / "bait").write_text("not the s3cr3t")
    (tmp_path / "vault" / "events.duckdb").write_bytes(b"x")
    pq.write_table(pa.table({"a": [1]}), tmp_path / "vault" / "leak.parquet")
    return tmp_path


@pytest.mark.parametrize("way", TRIES)
def test_the_vault_stays_shut(home: Path, way: str) -> None:
    code = SETUP.format(home=str(home)) + TRIES[way] + "\nprint('IN')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    if "Landlock" not in done.stdout and way in CHILDREN:
        pytest.skip("this kernel offers no Landlock: only Python's own ways are shut")
    assert "ready" in done.stdout, done.stderr
    assert "IN" not in done.stdout.split() and "s3cret" not in done.stdout
    assert (home / "vault" / "secret").read_text() == "s3cret" and not (home / "mine").is_file()
    assert any(
        word in done.stderr for word in ("PermissionError", "ImportError", "CalledProcessError", "Permission denied")
    )


NOBODY = """
import os, sys
from pathlib import Path
from hotspots import fence, study
from hotspots.errors import Trouble
HOME = Path({home!r})
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    study.load(HOME)
except Trouble as trouble:
    print(trouble.code)
try:
    list(HOME.parent.iterdir())
except PermissionError:
    print("unlistable")
print(fence.raise_fence(HOME))
(HOME / "releases" / "fine").write_text("x")
try:
    (HOME / "vault" / "secret").read_text()
except PermissionError:
    print("shut")
"""


def test_a_folder_above_that_may_not_be_listed_and_a_study_that_may_not_be_read() -> None:
    """As another user than root, for whom nothing is forbidden."""
    top = Path(tempfile.mkdtemp(prefix="hotspots-fence-"))
    home = top / "study"
    try:
        for folder in ("vault", "releases"):
            (home / folder).mkdir(parents=True)
            (home / folder).chmod(0o777)
        (home / "vault" / "secret").write_text("s3cret")
        (home / "study.toml").touch(mode=0o000)
        (home / "study.toml").chmod(0o000)
        top.chmod(0o311)
        code = NOBODY.format(home=str(home))
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    finally:
        top.chmod(0o700)
        shutil.rmtree(top)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[:2] == ["bad_study", "unlistable"] and said[2].startswith("audit hook") and said[3] == "shut"
