"""The list of held-back rows: number, rule and column, never a value; thinned out after 14 days."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hotspots.durable import sync_folder, write_durably
from hotspots.intake.report import FileReport, safe
from hotspots.intake.rules import REPAIRS

KEPT_DAYS = 14


def write_quarantine(home: Path, report: FileReport) -> Path | None:
    """home/quarantine/<first 12 of sha256>.csv, or None when no row was held back."""
    lines = [line for line in report.listing.lines(report.columns) if line[1] not in REPAIRS]
    if not lines:
        return None
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("row", "rule", "column"))
    writer.writerows((row, rule, safe(column)) for row, rule, column in lines)
    folder = home / "quarantine"
    folder.mkdir(exist_ok=True)
    path = folder / f"{report.sha256[:12]}.csv"
    write_durably(path, out.getvalue().encode())
    return path


def thin_quarantine(home: Path, today: date) -> int:
    """Remove lists older than 14 days; returns how many went."""
    before = today - timedelta(days=KEPT_DAYS)
    old = [
        path
        for path in (home / "quarantine").glob("*.csv")
        if datetime.fromtimestamp(path.stat().st_mtime, UTC).date() < before
    ]
    for path in old:
        path.unlink(missing_ok=True)
    if old:
        sync_folder(home / "quarantine")
    return len(old)
