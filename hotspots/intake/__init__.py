"""Files become checked events: profiles, readers, rules, identifiers, quarantine, report. Opened by cli and worker."""

from hotspots.intake.profile import Profile as Profile
from hotspots.intake.profile import load as load
from hotspots.intake.profile import parse as parse
from hotspots.intake.profile import refuse_notices as refuse_notices
from hotspots.intake.profile import shipped as shipped
from hotspots.intake.profile import to_toml as to_toml
