"""Files become checked events: profiles, readers, rules, identifiers, quarantine, report. Opened by cli and worker."""

from hotspots.intake.ingest import ingest as ingest
from hotspots.intake.profile import Profile as Profile
from hotspots.intake.profile import load as load
from hotspots.intake.profile import parse as parse
from hotspots.intake.profile import refuse_notices as refuse_notices
from hotspots.intake.profile import shipped as shipped
from hotspots.intake.profile import to_toml as to_toml
from hotspots.intake.readers import Source as Source
from hotspots.intake.readers import open_source as open_source
from hotspots.intake.report import FileReport as FileReport
from hotspots.intake.report import stopped_trouble as stopped_trouble
from hotspots.intake.suggest import preview as preview
from hotspots.intake.suggest import suggest as suggest
