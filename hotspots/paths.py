"""Where the product's own files lie: beside the package in a clone, under share/hotspots after `pip install`."""

import sysconfig
from functools import cache
from pathlib import Path


@cache
def product_root() -> Path:
    """The folder that holds app.py, static/ and data/geo."""
    clone = Path(__file__).resolve().parent.parent
    if (clone / "data" / "geo").is_dir():
        return clone
    return Path(sysconfig.get_path("data")) / "share" / "hotspots"
