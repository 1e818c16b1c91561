"""Make the demonstration study the way a user would: init, ingest by the template profiles, publish."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from hotspots import intake, study
from hotspots.demo.generate import generate
from hotspots.publish import publish
from hotspots.vault import Vault
from hotspots.words import Text

MUNICIPALITY = "1880"
FILES = (
    ("incidents.csv", "template_incidents"),
    ("reports.csv", "template_reports"),
    ("visits.csv", "template_visits"),
)


def make(home: Path, *, scale: float = 1.0, say: Callable[[Text], None] = lambda text: None) -> None:
    """Make the study at `home`, whole or not at all; a half-made one of a killed run is made anew.

    The generated files and the planted truth stay in `home/demo`, so that anyone can look at them.
    """
    draft = home.with_name(f".{home.name}.making")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
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
    draft.rename(home)
