"""Write a release whole: draft folder, manifest last, every byte synced, one rename; then the pointer CURRENT."""

import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from hotspots import release
from hotspots.durable import sha256_of, sync_file, sync_folder, write_durably
from hotspots.errors import Trouble
from hotspots.geo.areas import Districts
from hotspots.settings import DEFAULT


def clean_up(folder: Path) -> None:
    """Remove drafts of a killed publish; where CURRENT names a damaged version, let it name the newest whole one.

    Without CURRENT nothing is published, or it was withdrawn: that stays so.
    """
    if not folder.is_dir():
        return
    for draft in folder.glob(".tmp-*"):
        shutil.rmtree(draft)
    pointer = folder / "CURRENT"
    if not pointer.is_file():
        return
    named = pointer.read_text("utf-8").strip()
    whole = [v for v in sorted((p.name for p in folder.iterdir() if p.is_dir()), reverse=True) if _is_whole(folder / v)]
    if whole and named not in whole:
        write_durably(pointer, f"{whole[0]}\n".encode(), 0o644)


def _is_whole(path: Path) -> bool:
    try:
        release.verify(path)
    except Trouble:
        return False
    return True


def new_version(folder: Path) -> str:
    """A name that sorts after all that are there: the moment, UTC."""
    version = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    while (folder / version).exists():
        version = f"{version[:-1]}0Z"
    return version


def write_release(
    folder: Path, version: str, tables: dict[str, pd.DataFrame], districts: Districts, manifest: dict[str, Any]
) -> Path:
    """One new immutable version under `folder` (releases/<audience>); returns its path. CURRENT is not moved yet."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".tmp-{version}"
    draft.mkdir()
    for name, table in tables.items():
        table.to_parquet(draft / f"{name}.parquet", index=False, compression="zstd")
    districts.save(draft / "districts.parquet")
    files = sorted(draft.iterdir())
    for file in files:
        sync_file(file)
    listed = [{"path": f.name, "sha256": sha256_of(f), "bytes": f.stat().st_size} for f in files]
    content = json.dumps(manifest | {"version": version, "files": listed}, ensure_ascii=False, indent=1)
    write_durably(draft / "manifest.json", content.encode(), 0o644)
    write_durably(draft / release.SEAL, hashlib.sha256(content.encode()).hexdigest().encode(), 0o644)
    sync_folder(draft)
    draft.rename(folder / version)
    sync_folder(folder)
    return folder / version


def point_at(folder: Path, version: str) -> None:
    """Let CURRENT name the version, and thin out all but the last eight."""
    write_durably(folder / "CURRENT", f"{version}\n".encode(), 0o644)
    versions = sorted((p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")), key=lambda p: p.name)
    for old in versions[: -DEFAULT.keep_versions]:
        if old.name != version:
            shutil.rmtree(old)


def withdraw(releases: Path) -> None:
    """Take every release away: nothing is left in the vault that it could rest on."""
    for pointer in releases.glob("*/CURRENT"):
        pointer.unlink()
        sync_folder(pointer.parent)
        for version in pointer.parent.iterdir():
            shutil.rmtree(version)
