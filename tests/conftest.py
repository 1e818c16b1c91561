"""What all tests share: the folder with real data, where it exists, and a line that says with what they ran."""

from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import settings

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_report_header() -> str:
    names = ("numpy", "pandas", "pyarrow", "duckdb", "h3", "streamlit")
    data = "with" if SHARED.is_dir() else "without"
    return ", ".join(f"{n} {version(n)}" for n in names) + f"; {data} the shared real data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that is not part of this repository; tests that need it skip without it."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared/data with real data is not here")
    return SHARED


settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration study, small, made once for the whole run by the real pipeline; read only."""
    from hotspots.demo import make

    home = tmp_path_factory.mktemp("demo") / "study"
    make(home, scale=0.25)
    return home
