"""The dashboard's fence: this process can neither open the vault nor import the rooms that do.

Two walls: an audit hook of Python (cannot be taken off again), and, where the Linux kernel offers it, Landlock, which
binds every thread and child of the process whatever code they run.
"""

import ctypes
import os
import sys
from pathlib import Path

FORBIDDEN = ("hotspots.vault", "hotspots.intake", "hotspots.publish", "hotspots.worker", "hotspots.cli", "duckdb")
PRIVATE = ("vault", "quarantine")
# Landlock, from the kernel's documentation: system call numbers and the rights of its first version.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_FILE_RIGHTS = 0b111  # execute, write, read a file
_ALL_RIGHTS = (1 << 13) - 1
_NO_NEW_PRIVILEGES = 38


class _Ruleset(ctypes.Structure):
    _fields_ = [("handled_access_fs", ctypes.c_uint64)]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32)]


def raise_fence(home: Path) -> str:
    """Shut this process out of the study's vault for good; returns which walls stand: "audit hook" or "+ Landlock"."""
    private = tuple(os.path.realpath(home / name) for name in PRIVATE)

    def guard(event: str, args: tuple[object, ...]) -> None:
        if event == "import" and str(args[0]).startswith(FORBIDDEN):
            raise ImportError(f"the dashboard may not import {args[0]}")
        if event in ("open", "os.listdir", "os.scandir", "shutil.copyfile", "os.rename", "sqlite3.connect") and args:
            path = args[0]
            if isinstance(path, str | bytes | os.PathLike):
                real = os.path.realpath(os.fsdecode(path))
                if any(real == p or real.startswith(p + os.sep) for p in private):
                    raise PermissionError("the dashboard may not open the vault")

    sys.addaudithook(guard)
    return "audit hook + Landlock" if _landlock([Path(p) for p in private]) else "audit hook"


def _landlock(private: list[Path]) -> bool:
    """Deny the private folders to the kernel's satisfaction: everything else stays allowed, folder by folder."""
    libc = ctypes.CDLL(None, use_errno=True)
    rules = _Ruleset(_ALL_RIGHTS)
    ruleset = libc.syscall(_CREATE, ctypes.byref(rules), ctypes.sizeof(rules), 0)
    if ruleset < 0:
        return False
    try:
        for path in _all_but(private):
            _allow(libc, ruleset, path)
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
            return False
        return bool(libc.syscall(_RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _all_but(private: list[Path]) -> list[Path]:
    """Paths that together hold everything but the private folders: the siblings along each way down to them."""
    wanted: list[Path] = []
    above = {parent for p in private for parent in p.parents}
    for folder in above:
        # A link is not followed: it could lead round the fence, and what it leads to has a way of its own.
        wanted += [c for c in folder.iterdir() if c not in above and c not in private and not c.is_symlink()]
    return wanted


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rights = _ALL_RIGHTS if path.is_dir() else _FILE_RIGHTS
        rule = _Beneath(rights, descriptor)
        libc.syscall(_ADD, ruleset, 1, ctypes.byref(rule), 0)
    except OSError:
        return
    finally:
        os.close(descriptor)
