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
# Python's audit events that name a path, and how many of their first arguments are paths.
WATCHED = dict.fromkeys(
    (
        *("open", "sqlite3.connect"),
        *("os.chmod", "os.chown", "os.getxattr", "os.listdir", "os.listxattr", "os.mkdir", "os.remove"),
        *("os.removexattr", "os.rmdir", "os.scandir", "os.setxattr", "os.truncate", "os.utime", "os.walk", "os.fwalk"),
        *("shutil.chown", "shutil.rmtree", "glob.glob", "pathlib.Path.glob", "pathlib.Path.rglob"),
    ),
    1,
) | dict.fromkeys(
    (
        *("os.link", "os.rename", "os.symlink"),  # os.replace is os.rename, os.unlink is os.remove
        *("shutil.copyfile", "shutil.copymode", "shutil.copystat", "shutil.copytree", "shutil.move"),
        "shutil.unpack_archive",
    ),
    2,
)
# Landlock, from the kernel's documentation: system call numbers, the rights of its first version and two later ones.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_ASK_VERSION = 1
_FILE_RIGHTS = 0b111  # execute, write, read a file
_ALL_RIGHTS = (1 << 13) - 1
_REFER = 1 << 13  # version 2: link and rename from folder to folder
_TRUNCATE = 1 << 14  # version 3
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
        for path in args[: WATCHED.get(event, 0)]:
            if isinstance(path, str | bytes | os.PathLike):
                real = os.path.realpath(os.fsdecode(path))
                if any(real == p or real.startswith(p + os.sep) for p in private):
                    raise PermissionError("the dashboard may not open the vault")
                if event == "os.rename" and any(p.startswith(real + os.sep) for p in private):
                    raise PermissionError("the dashboard may not move the vault")

    sys.addaudithook(guard)
    return "audit hook + Landlock" if _landlock([Path(p) for p in private]) else "audit hook"


def _landlock(private: list[Path]) -> bool:
    """Deny the private folders to the kernel's satisfaction: everything else stays allowed, folder by folder."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE, None, ctypes.c_size_t(0), _ASK_VERSION)
    of_files = _FILE_RIGHTS | (_TRUNCATE if version >= 3 else 0)
    of_folders = _ALL_RIGHTS | (_REFER if version >= 2 else 0) | of_files
    rules = _Ruleset(of_folders)
    ruleset = libc.syscall(_CREATE, ctypes.byref(rules), ctypes.sizeof(rules), 0)
    if ruleset < 0:
        return False
    try:
        for path in _all_but(private):
            _allow(libc, ruleset, path, of_folders if path.is_dir() else of_files)
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
        wanted += [c for c in _listed(folder) if c not in above and c not in private and not c.is_symlink()]
    return wanted


def _listed(folder: Path) -> list[Path]:
    """What lies in a folder; nothing of one that this user may not list: what cannot be named cannot be allowed."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = _Beneath(rights, descriptor)
        libc.syscall(_ADD, ruleset, 1, ctypes.byref(rule), 0)
    except OSError:
        return
    finally:
        os.close(descriptor)
