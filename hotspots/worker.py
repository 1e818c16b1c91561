"""The worker beside the dashboard: takes jobs from inbox/, runs each in a process of its own, says how far it is.

python -m hotspots.worker HOME          watches the inbox
python -m hotspots.worker HOME JOB      runs one job (started by the watcher)
"""

import os
import resource
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hotspots import jobs
from hotspots.durable import write_durably
from hotspots.errors import Trouble
from hotspots.words import Text

SECONDS, MEMORY = 3600, 12 << 30
PAUSE = 0.2
KEPT = ("report_sv.csv", "report_en.csv")
NOT_PUBLISHED = {
    "code": "not_published",
    "sv": "Filen är inläst, men kartan kunde inte byggas om. Försök publicera igen.",
    "en": "The file is in, but the map could not be built anew. Try to publish again.",
}

NOT_WITHDRAWN = {
    "code": "not_published",
    "sv": "Raderna är borta ur valvet, men kartan kunde inte byggas om och visar dem ännu. Försök publicera igen.",
    "en": "The rows are gone from the vault, but the map could not be built anew and still shows them. "
    "Try to publish again.",
}

Progress = Callable[[float, Text], None]
Verb = Callable[[Path, Path, dict[str, Any], Progress], dict[str, Any]]


def watch(home: Path) -> None:
    """Run jobs one after another until the parent (the serve command) is gone."""
    parent = os.getppid()
    for folder in jobs.folders(home):
        if jobs.status(home, folder.name).state == "running":  # a worker before this one was ended in the middle
            jobs.report(folder, jobs.Status("failed", error=jobs.INTERRUPTED))
    while os.getppid() == parent:
        jobs.pulse(home)
        jobs.sweep(home)
        for folder in jobs.waiting(home):
            jobs.report(folder, jobs.Status("running", sv="Startar", en="Starting"))
            _run_apart(home, folder, parent)
        time.sleep(PAUSE)


def _run_apart(home: Path, folder: Path, parent: int) -> None:
    """One job in a process of its own, so that nothing it does to itself reaches the watcher."""
    child = subprocess.Popen([sys.executable, "-m", "hotspots.worker", str(home), folder.name])
    end = time.monotonic() + SECONDS
    while child.poll() is None:
        jobs.pulse(home)
        if time.monotonic() > end or os.getppid() != parent:
            child.kill()
        time.sleep(PAUSE)
    if folder.is_dir() and not jobs.status(home, folder.name).over:
        jobs.report(folder, jobs.Status("failed", error=jobs.INTERRUPTED))


def run(home: Path, number: str) -> None:
    """One job, here and now; its answer goes into status.json."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    folder = home / "inbox" / number

    def progress(share: float, text: Text) -> None:
        jobs.report(folder, jobs.Status("running", round(share, 3), text.sv, text.en))

    job = None
    try:
        job = jobs.look(home, number)
        if job is None or job.verb not in VERBS:
            raise _unknown_question()
        result = VERBS[job.verb](home, folder, job.args, progress)
        jobs.report(folder, jobs.Status("done", 1.0, result=result))
    except Trouble as trouble:
        if folder.is_dir() and (job is None or job.verb == "preview"):
            _let_go(folder)  # nobody can go on with a file that cannot be read
        jobs.report(folder, jobs.Status("failed", error=_said(trouble)))
    except Exception as error:  # the watcher answers for us; the text of an error may hold a value out of a file
        sys.exit(f"job {number}: {_place_of(error)}")


def _place_of(error: Exception) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"


def _unknown_question() -> Trouble:
    return Trouble(
        "unknown_verb",
        Text(sv="Uppgiften kan inte tolkas", en="The job cannot be read"),
        do=Text(sv="Ladda om sidan och försök igen", en="Reload the page and try again"),
    )


def _said(trouble: Trouble) -> dict[str, Any]:
    return {"code": trouble.code, "sv": trouble.sentence("sv"), "en": trouble.sentence("en")}


def _file(folder: Path, args: dict[str, Any]) -> Path:
    return folder / jobs.UPLOAD / jobs.safe_name(str(args["upload"]))


def _preview(home: Path, folder: Path, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from hotspots import study
    from hotspots.intake import form

    progress(0.2, Text(sv="Läser filens rubriker", en="Reading the file's headers"))
    answer = form.describe(_file(folder, args), home, study.load(home).vocabulary)
    jobs.keep(folder, "preview", answer)
    return {"rows": len(answer["rows"])}


def _ingest(home: Path, folder: Path, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from hotspots import intake, study
    from hotspots.intake import own
    from hotspots.vault import Vault

    of, dry = study.load(home), bool(args.get("dry_run"))
    mapping, words = args.get("mapping"), of.vocabulary
    profile = own.from_mapping(mapping, args["name"], words) if mapping else own.load(args["profile"], home, words)
    share = 1.0 if dry else 0.6
    # Kept before its rows are: a kill in between leaves a profile without rows, never rows without their profile.
    undo = _keep_profile(home, profile) if mapping and not dry else lambda: None
    with _undone_if_it_fails(undo), Vault(home) as vault:
        report = intake.ingest(
            of,
            vault,
            _file(folder, args),
            profile,
            crs=args.get("crs") or None,
            dry_run=dry,
            accept_rejects=bool(args.get("accept_rejects")),
            reason=str(args.get("reason", "")),
            progress=lambda done, text: progress(done * share, text),
        )
        for name in KEPT:
            report.to_csv(folder / name, name[-6:-4])
        result: dict[str, Any] = {"report": {language: report.as_dict(language) for language in ("sv", "en")}}
        result["rules"] = _rule_words(result["report"]["sv"]["rules"])
        if report.stopped:
            undo()
            why = intake.stopped_trouble(report).message
            result["why"] = {"sv": why.sv, "en": why.en}
        result["sentences"] = {language: report.sentences(language, command=False) for language in ("sv", "en")}
        if not dry and not report.stopped:
            _let_go(folder)
            result |= _publish_or_say(of, vault, lambda done, text: progress(share + (1 - share) * done, text))
    return result


def _keep_profile(home: Path, profile: Any) -> Callable[[], None]:
    """Keep the study's own profile; returns what puts back the one before it."""
    from hotspots.intake import own

    path = own.folder(home) / f"{profile.name}.toml"
    before = path.read_bytes() if path.is_file() else None
    own.save(home, profile)

    def undo() -> None:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            write_durably(path, before, 0o644)

    return undo


@contextmanager
def _undone_if_it_fails(undo: Callable[[], None]) -> Iterator[None]:
    """A file that is refused leaves no profile behind."""
    try:
        yield
    except Trouble:
        undo()
        raise


def _publish_or_say(
    of: Any, vault: Any, progress: Progress, otherwise: dict[str, str] = NOT_PUBLISHED
) -> dict[str, Any]:
    """The vault has changed by now, so a publication that fails is a further sentence, not a failed job."""
    try:
        return _publish_all(of, vault, progress)
    except Trouble as trouble:
        return {"releases": [], "publish_error": _said(trouble)}
    except Exception as error:
        print(f"publish: {_place_of(error)}", file=sys.stderr)
        return {"releases": [], "publish_error": otherwise}


def _rule_words(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    from hotspots.intake.rules import RULES

    rules = (RULES[name] for name in names)
    return {r.name: {"sv": r.text.sv, "en": r.text.en, "repaired": r.repaired} for r in rules}


def _let_go(folder: Path) -> None:
    """The rows are in the vault: the file and what was shown of it do not stay in the inbox."""
    shutil.rmtree(folder / jobs.UPLOAD, ignore_errors=True)
    (folder / "preview.json").unlink(missing_ok=True)


def _publish_all(of: Any, vault: Any, progress: Progress) -> dict[str, Any]:
    """New releases for all audiences; when the vault holds nothing placed, what was shown is withdrawn."""
    from hotspots.publish import publish, withdraw

    if vault.span() is None:
        withdraw(of.releases)
        return {"releases": []}
    return {"releases": [made.as_dict() for made in publish(of, vault, progress=progress)]}


def _publish(home: Path, folder: Path, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from hotspots import study
    from hotspots.vault import Vault

    with Vault(home) as vault:
        return _publish_all(study.load(home), vault, progress)


def _forget(home: Path, folder: Path, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from hotspots import study
    from hotspots.vault import Vault

    progress(0.1, Text(sv="Tar bort filens rader", en="Removing the file's rows"))
    with Vault(home) as vault:
        rows = vault.forget_file(str(args["sha256"]))
        return {"rows": rows} | _publish_or_say(study.load(home), vault, progress, NOT_WITHDRAWN)


def _places(home: Path, folder: Path, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from hotspots.geo import places

    table = places.save_lookup(_file(folder, args), home / "places.csv", args.get("crs") or None)
    _let_go(folder)
    return {"places": len(table)}


def _overview(home: Path, folder: Path, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from hotspots.vault import Vault

    with Vault(home) as vault:
        found = vault.files()
    keys = ("sha256", "name", "profile", "at")
    return {"files": [{k: f[k] for k in keys} | {"report": _numbers(f["report"])} for f in found]}


def _numbers(report: dict[str, Any]) -> dict[str, int]:
    keys = ("rows", "accepted", "repaired", "quarantined", "new", "duplicates", "updated")
    return {k: int(report[k]) for k in keys if k in report}


VERBS: dict[str, Verb] = {
    "preview": _preview,
    "ingest": _ingest,
    "publish": _publish,
    "forget": _forget,
    "places": _places,
    "overview": _overview,
}


if __name__ == "__main__":
    if len(sys.argv) == 2:
        watch(Path(sys.argv[1]))
    else:
        run(Path(sys.argv[1]), sys.argv[2])
