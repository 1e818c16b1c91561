"""The worker beside the dashboard: takes jobs from inbox/, runs each in a process of its own, says how far it is.

python -m hotspots.worker HOME          watches the inbox
python -m hotspots.worker HOME JOB      runs one job (started by the watcher)
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hotspots import jobs
from hotspots.errors import Trouble
from hotspots.words import Text

SECONDS, MEMORY = 3600, 12 << 30
PAUSE = 0.3


def watch(home: Path) -> None:
    """Run jobs one after another until the parent (the serve command) is gone."""
    parent = os.getppid()
    jobs.sweep(home)
    while os.getppid() == parent:
        for folder in jobs.waiting(home):
            jobs.report(folder, jobs.Status("running", sv="Startar", en="Starting"))
            command = [sys.executable, "-m", "hotspots.worker", str(home), folder.name]
            try:
                done = subprocess.run(command, timeout=SECONDS, check=False, start_new_session=True).returncode
            except subprocess.TimeoutExpired:
                done = 1
            if folder.is_dir() and not jobs.status(home, folder.name).over:
                fault = {
                    "code": "our_fault",
                    "sv": "Uppgiften avbröts; inget är halvskrivet. Försök igen.",
                    "en": "The job was interrupted; nothing is half written. Try again.",
                }
                jobs.report(folder, jobs.Status("failed", error=fault | {"status": done}))
        time.sleep(PAUSE)


def run(home: Path, number: str) -> None:
    """One job, here and now; its answer goes into status.json."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    folder = home / "inbox" / number
    job = json.loads((folder / "job.json").read_text("utf-8"))

    def progress(share: float, text: Text) -> None:
        jobs.report(folder, jobs.Status("running", round(share, 3), text.sv, text.en))

    try:
        result = VERBS[job["verb"]](home, folder, job["args"], progress)
        jobs.report(folder, jobs.Status("done", 1.0, result=result))
    except Trouble as trouble:
        said = {"code": trouble.code, "sv": trouble.sentence("sv"), "en": trouble.sentence("en")}
        jobs.report(folder, jobs.Status("failed", error=said))


Progress = Callable[[float, Text], None]


def _preview(home: Path, folder: Path, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from hotspots import intake

    file = folder / args["upload"]
    progress(0.2, Text(sv="Läser filens rubriker", en="Reading the file's headers"))
    draft, notes = intake.suggest(file)
    return {
        "preview": intake.preview(file),
        "draft": intake.to_toml(draft),
        "notes": [{"sv": n.sv, "en": n.en} for n in notes],
    }


def _ingest(home: Path, folder: Path, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from hotspots import intake, study
    from hotspots.vault import Vault

    of = study.load(home)
    profile = intake.parse(args["toml"], args["name"]) if args.get("toml") else intake.load(args["profile"])
    with Vault(home) as vault:
        report = intake.ingest(
            of,
            vault,
            folder / args["upload"],
            profile,
            crs=args.get("crs") or None,
            dry_run=bool(args.get("dry_run")),
            accept_rejects=bool(args.get("accept_rejects")),
            reason=args.get("reason", ""),
            progress=lambda share, text: progress(share * 0.7, text),
        )
        report.to_csv(folder / "report_sv.csv", "sv")
        report.to_csv(folder / "report_en.csv", "en")
        result = {"report": {"sv": report.as_dict("sv"), "en": report.as_dict("en")}}
        result["sentences"] = {language: report.sentences(language) for language in ("sv", "en")}
        if not report.stopped and not args.get("dry_run"):
            result["releases"] = _publish_all(of, vault, lambda share, text: progress(0.7 + 0.3 * share, text))
            if args.get("toml"):
                intake.save_own(home, profile)
    if not report.stopped and not args.get("dry_run"):
        (folder / args["upload"]).unlink()  # taken in: the upload does not stay
    return result


def _publish_all(of: Any, vault: Any, progress: Progress) -> list[dict[str, Any]]:
    from hotspots.publish import publish

    return [made.as_dict() for made in publish(of, vault, progress=progress)]


def _publish(home: Path, folder: Path, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from hotspots import study
    from hotspots.vault import Vault

    with Vault(home) as vault:
        return {"releases": _publish_all(study.load(home), vault, progress)}


def _forget(home: Path, folder: Path, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from hotspots import study
    from hotspots.vault import Vault

    with Vault(home) as vault:
        rows = vault.forget_file(args["sha256"])
        left = vault.span() is not None
        return {"rows": rows, "releases": _publish_all(study.load(home), vault, progress) if left else []}


def _places(home: Path, folder: Path, args: dict[str, Any], progress: Progress) -> dict[str, Any]:
    from hotspots.geo import places

    return {"places": len(places.save_lookup(folder / args["upload"], home / "places.csv", args.get("crs") or None))}


VERBS: dict[str, Callable[[Path, Path, dict[str, Any], Progress], dict[str, Any]]] = {
    "preview": _preview,
    "ingest": _ingest,
    "publish": _publish,
    "forget": _forget,
    "places": _places,
}


if __name__ == "__main__":
    if len(sys.argv) == 2:
        watch(Path(sys.argv[1]))
    else:
        run(Path(sys.argv[1]), sys.argv[2])
