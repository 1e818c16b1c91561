"""The small door between the dashboard and the worker: a job is a folder in inbox/ with a question and an answer.

The dashboard writes job.json (and the uploaded file); the worker, another process, answers in status.json. Neither
imports the other.
"""

import json
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotspots.durable import write_durably

VERBS = ("preview", "ingest", "forget", "publish", "places")
STALE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Status:
    """How far a job is: queued, running, done or failed; `share` 0..1; words in both languages; result or error."""

    state: str
    share: float = 0.0
    sv: str = ""
    en: str = ""
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "failed")


def safe_name(name: str) -> str:
    """A file name without a path and without signs that mean something to a shell or a browser."""
    base = Path(name.replace("\\", "/")).name
    kept = "".join(c if c.isalnum() or c in "._- " else "_" for c in base).strip(". ")
    return kept[-120:] or "file"


def submit(home: Path, verb: str, args: dict[str, Any], *, upload: tuple[str, bytes] | None = None) -> str:
    """Put a job into the inbox; returns its id. `upload` is (file name, bytes)."""
    if verb not in VERBS:
        raise ValueError(f"unknown verb {verb!r}")
    inbox = home / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    number = f"{time.time_ns()}-{secrets.token_hex(4)}"
    draft = inbox / f".{number}"
    draft.mkdir(mode=0o700)
    if upload is not None:
        name = safe_name(upload[0])
        (draft / name).write_bytes(upload[1])
        args = args | {"upload": name}
    write_durably(draft / "job.json", json.dumps({"verb": verb, "args": args}).encode())
    draft.rename(inbox / number)
    return number


def resubmit(home: Path, number: str, verb: str, args: dict[str, Any]) -> str:
    """A further job on the file of an earlier one (first a preview, then the ingest)."""
    earlier = home / "inbox" / number
    upload = json.loads((earlier / "job.json").read_text("utf-8"))["args"]["upload"]
    content = (earlier / upload).read_bytes()
    new = submit(home, verb, args, upload=(upload, content))
    discard(home, number)
    return new


def status(home: Path, number: str) -> Status:
    """The latest word of the worker."""
    folder = home / "inbox" / number
    try:
        return Status(**json.loads((folder / "status.json").read_text("utf-8")))
    except FileNotFoundError:
        return (
            Status("queued")
            if folder.is_dir()
            else Status("failed", sv="Uppgiften finns inte längre", en="The job is gone")
        )
    except ValueError:  # caught between two words
        return Status("running")


def report(folder: Path, answer: Status) -> None:
    """The worker's word on a job."""
    write_durably(folder / "status.json", json.dumps(answer.__dict__, ensure_ascii=False).encode())


def waiting(home: Path) -> list[Path]:
    """Jobs without an answer, oldest first."""
    inbox = home / "inbox"
    if not inbox.is_dir():
        return []
    jobs = (p for p in inbox.iterdir() if p.is_dir() and not p.name.startswith("."))
    return sorted(p for p in jobs if (p / "job.json").is_file() and not (p / "status.json").is_file())


def discard(home: Path, number: str) -> None:
    """Remove a job with its file."""
    shutil.rmtree(home / "inbox" / number, ignore_errors=True)


def sweep(home: Path) -> None:
    """Remove what nobody came back for: uploaded files do not stay in the inbox."""
    inbox = home / "inbox"
    for folder in inbox.iterdir() if inbox.is_dir() else ():
        if folder.is_dir() and time.time() - folder.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
