"""The command line: the same things as the pages, for the terminal and for scripts."""

from hotspots.cli.main import main as main
