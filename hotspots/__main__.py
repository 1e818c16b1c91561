"""`python -m hotspots` is `hotspots`."""

from hotspots.cli import main

main()
