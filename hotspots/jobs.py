"""The small door between the dashboard and the worker: a job is a folder in inbox/ with a question and an answer.

The dashboard writes job.json (and the uploaded file); the worker, another process, answers in status.json. Neither
imports the other. One file keeps one folder through all its questions (preview, dry run, ingest), so that its number
in the address of the page finds it again after a reload.
"""

import json
import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hotspots.durable import write_durably

VERBS = ("preview", "ingest", "forget", "publish", "places", "overview")
STALE_SECONDS = 4 * 3600
_NUMBER = re.compile(r"\d{15,20}-[0-9a-f]{8}")
_PULSE = ".worker"
UPLOAD = "file"  # the folder, within a job's, of the file that was handed in: its name clashes with none of ours
INTERRUPTED = {
    "code": "interrupted",
    "sv": "Uppgiften avbröts; inget är halvskrivet. Försök igen.",
    "en": "The job was interrupted; nothing is half written. Try again.",
}
GONE = {
    "code": "job_gone",
    "sv": "Uppgiften finns inte längre. Välj filen på nytt.",
    "en": "The job is no longer there. Choose the file again.",
}


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

    def words(self, language: str) -> str:
        """What the worker is doing."""
        return self.en if language == "en" else self.sv


@dataclass(frozen=True)
class Job:
    """A question as the dashboard asked it. `asked`: seconds since the epoch."""

    number: str
    verb: str
    args: dict[str, Any] = field(default_factory=dict)
    asked: float = 0.0


def safe_name(name: str) -> str:
    """A file name without a path and without signs that mean something to a shell or a browser."""
    base = Path(name.replace("\\", "/")).name
    kept = "".join(c if c.isalnum() or c in "._- " else "_" for c in base).strip(". ")
    return kept[-120:] or "file"


def submit(home: Path, verb: str, args: dict[str, Any], *, upload: tuple[str, bytes] | None = None) -> str:
    """Put a job into the inbox; returns its number. `upload` is (file name, bytes)."""
    _check(verb)
    inbox = home / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    number = f"{time.time_ns()}-{secrets.token_hex(4)}"
    draft = inbox / f".{number}"
    draft.mkdir(mode=0o700)
    if upload is not None:
        name = safe_name(upload[0])
        (draft / UPLOAD).mkdir(mode=0o700)
        (draft / UPLOAD / name).write_bytes(upload[1])
        args = args | {"upload": name}
    _ask(draft, verb, args)
    draft.rename(inbox / number)
    return number


def resubmit(home: Path, number: str, verb: str, args: dict[str, Any]) -> str:
    """A further question on the file of a job (first a preview, then a dry run, then the ingest); the same number."""
    _check(verb)
    before = look(home, number)
    if before is None:
        raise FileNotFoundError(number)
    folder = home / "inbox" / number
    _ask(folder, verb, args | {"upload": before.args["upload"]})
    (folder / "status.json").unlink(missing_ok=True)  # last: only now does the worker see a question without an answer
    return number


def _check(verb: str) -> None:
    if verb not in VERBS:
        raise ValueError(f"unknown verb {verb!r}")


def _ask(folder: Path, verb: str, args: dict[str, Any]) -> None:
    question = {"verb": verb, "args": args, "asked": time.time()}
    write_durably(folder / "job.json", json.dumps(question, ensure_ascii=False).encode())


def is_number(number: str) -> bool:
    """Whether a text is a job's number (it may come from the address bar)."""
    return _NUMBER.fullmatch(number) is not None


def look(home: Path, number: str) -> Job | None:
    """The question of a job; None when there is no such job."""
    if not is_number(number):
        return None
    try:
        said = json.loads((home / "inbox" / number / "job.json").read_text("utf-8"))
        return Job(number, str(said["verb"]), dict(said["args"]), float(said.get("asked", 0)))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def status(home: Path, number: str) -> Status:
    """The latest word of the worker."""
    folder = home / "inbox" / number
    if not is_number(number) or not folder.is_dir():
        return Status("failed", error=GONE)
    try:
        return Status(**json.loads((folder / "status.json").read_text("utf-8")))
    except FileNotFoundError:
        return Status("queued")


def report(folder: Path, answer: Status) -> None:
    """The worker's word on a job; silent when the job was discarded meanwhile."""
    with suppress(FileNotFoundError):
        write_durably(folder / "status.json", json.dumps(answer.__dict__, ensure_ascii=False, default=str).encode())


def keep(folder: Path, name: str, answer: dict[str, Any]) -> None:
    """An answer that later steps of the same file need (`kept` reads it)."""
    write_durably(folder / f"{name}.json", json.dumps(answer, ensure_ascii=False, default=str).encode())


def kept(home: Path, number: str, name: str) -> dict[str, Any] | None:
    """An answer kept beside a job, or None."""
    if not is_number(number):
        return None
    try:
        return dict(json.loads((home / "inbox" / number / f"{name}.json").read_text("utf-8")))
    except (OSError, ValueError):
        return None


def paper(home: Path, number: str, name: str) -> bytes | None:
    """A file that the worker laid into a job's folder for the reader to take along (the row report)."""
    path = home / "inbox" / number / name
    return path.read_bytes() if is_number(number) and path.is_file() else None


def has_upload(home: Path, number: str) -> bool:
    """Whether the file handed in still lies there: it goes once its rows are in the vault."""
    return is_number(number) and (home / "inbox" / number / UPLOAD).is_dir()


def folders(home: Path) -> list[Path]:
    """All jobs, oldest first."""
    inbox = home / "inbox"
    if not inbox.is_dir():
        return []
    return sorted(p for p in inbox.iterdir() if p.is_dir() and is_number(p.name))


def waiting(home: Path) -> list[Path]:
    """Jobs without an answer, oldest first."""
    return [p for p in folders(home) if (p / "job.json").is_file() and not (p / "status.json").is_file()]


def pulse(home: Path) -> None:
    """The worker's sign of life."""
    (home / "inbox").mkdir(parents=True, exist_ok=True)
    (home / "inbox" / _PULSE).touch()


def silence(home: Path) -> float:
    """Seconds since the worker's last sign of life; infinite when there never was one."""
    try:
        return time.time() - (home / "inbox" / _PULSE).stat().st_mtime
    except OSError:
        return float("inf")


def discard(home: Path, number: str) -> None:
    """Remove a job with its file."""
    if is_number(number):
        shutil.rmtree(home / "inbox" / number, ignore_errors=True)


def sweep(home: Path, *, older_than: float = STALE_SECONDS) -> None:
    """Remove what nobody came back for: uploaded files do not stay in the inbox. At the end of serving: all of it."""
    inbox = home / "inbox"
    for folder in inbox.iterdir() if inbox.is_dir() else ():
        with suppress(FileNotFoundError):  # taken away by the dashboard meanwhile
            if folder.is_dir() and time.time() - folder.stat().st_mtime > older_than:
                shutil.rmtree(folder, ignore_errors=True)
