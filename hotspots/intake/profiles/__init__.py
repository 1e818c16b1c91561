"""The shipped profiles, one TOML file each; hotspots.intake.profile reads them."""
