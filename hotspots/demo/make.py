"""Make the demonstration study the way a user would: init, ingest by the template profiles, publish."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from hotspots import intake, study
from hotspots.demo.generate import generate
from hotspots.errors import Trouble
from hotspots.publish import publish
from hotspots.vault import Vault
from hotspots.words import Text

MUNICIPALITY = "1880"
FILES = (
    ("incidents.csv", "template_incidents"),
    ("reports.csv", "template_reports"),
    ("visits.csv", "template_visits"),
)


Say = Callable[[Text], None]


def make(home: Path, *, scale: float = 1.0, say: Say = lambda text: None) -> None:
    """Make the study at `home`, whole or not at all; a half-made one of a killed run is made anew.

    The generated files and the planted truth stay in `home/demo`, so that anyone can look at them.

    Raises:
        Trouble: `not_the_demo` when the folder holds something that is not a demonstration study.
    """
    draft = home.with_name(f".{home.name}.making")
    check_ours(home)
    if (draft / "study.toml").exists():  # without one, the killed run had not come so far
        check_ours(draft)
    shutil.rmtree(draft, ignore_errors=True)
    home.parent.mkdir(parents=True, exist_ok=True)
    say(
        Text(
            sv="Gör demonstrationsstudien (en gång): påhittade data över Örebro",
            en="Making the demonstration study (once): made-up data over Örebro",
        )
    )
    made, _ = study.create(draft, municipalities=[MUNICIPALITY], name="Örebro (påhittade data)", demo=True)
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), scale=scale)
        with Vault(draft) as vault:
            for name, profile in FILES:
                say(Text(sv=f"Läser in {name}", en=f"Reading {name}"))
                intake.ingest(made, vault, Path(folder) / name, intake.load(profile))
            say(Text(sv="Publicerar", en="Publishing"))
            publish(made, vault)
        shutil.copytree(folder, draft / "demo")
    shutil.rmtree(home, ignore_errors=True)
    draft.rename(home)


def ready(home: Path, *, say: Say = lambda text: None) -> None:
    """Make the study where there is none; one without a release is published, or made anew when its vault is empty.

    Raises:
        Trouble: `not_the_demo` when the folder holds something that is not a demonstration study.
    """
    check_ours(home)
    if not (home / "study.toml").exists():
        return make(home, say=say)
    if (home / "releases" / "operations" / "CURRENT").exists():
        return None
    with Vault(home) as vault:
        if filled := vault.span() is not None:
            say(Text(sv="Publicerar", en="Publishing"))
            publish(study.load(home), vault)
    return None if filled else make(home, say=say)


def check_ours(home: Path) -> None:
    """Raises Trouble `not_the_demo` unless the folder is missing, empty or a study with `demo = true`."""
    if not home.exists() or (home.is_dir() and not any(home.iterdir())):
        return
    if (home / "study.toml").exists() and study.load(home).demo:
        return
    raise Trouble(
        "not_the_demo",
        Text(sv="Mappen innehåller något annat än demonstrationen", en="The folder holds something else than the demo"),
        where=str(home),
        do=Text(
            sv="Flytta den, eller välj en annan mapp med --home; inget är rört",
            en="Move it, or choose another folder with --home; nothing was touched",
        ),
    )
