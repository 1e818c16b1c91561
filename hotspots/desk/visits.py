"""Visits ticked off and places struck from a list: one small SQLite file, for many hands at once.

A visit is a place, a time, minutes and how one came. There is no field for who went there, and none for free text.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from hotspots.errors import Trouble
from hotspots.words import Text

KINDS = {
    "foot": Text(sv="till fots", en="on foot"),
    "bicycle": Text(sv="med cykel", en="by bicycle"),
    "car": Text(sv="med bil", en="by car"),
    "field_team": Text(sv="fältgrupp", en="field team"),
    "guard": Text(sv="ordningsvakt", en="security guard"),
}
STRIKE_REASONS = {
    "elsewhere": Text(sv="någon annan är redan där", en="someone else is already there"),
    "closed": Text(sv="avstängt eller evenemang", en="closed off, or an event"),
    "changed": Text(sv="stämmer inte med vad vi ser", en="does not match what we see"),
    "hands": Text(sv="kräver fler än vi är", en="needs more people than we are"),
    "time": Text(sv="hinns inte med", en="not enough time"),
}
DOSE_MINUTES = 10  # Koper 1995: below ten minutes a visit leaves little behind
MOST_MINUTES = 240
_WAIT_SECONDS = 15
_SCHEMA = """
CREATE TABLE IF NOT EXISTS visit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  spot_id TEXT NOT NULL, name TEXT NOT NULL, started TEXT NOT NULL, minutes INTEGER NOT NULL, kind TEXT NOT NULL,
  recorded TEXT NOT NULL,
  UNIQUE (spot_id, started, kind)
) STRICT;
CREATE TABLE IF NOT EXISTS strike (
  spot_id TEXT NOT NULL, shift TEXT NOT NULL, reason TEXT NOT NULL, recorded TEXT NOT NULL,
  PRIMARY KEY (spot_id, shift)
) STRICT;
"""


def _no_desk(path: Path) -> Trouble:
    return Trouble(
        "no_desk",
        Text(sv="Besök kan inte sparas i studiens mapp", en="Visits cannot be kept in the study's folder"),
        where=path.parent.name,
        do=Text(
            sv="Skapa mappen desk i studiens mapp och ge tjänsten rätt att skriva där",
            en="Make the folder desk in the study's folder and let the service write there",
        ),
    )


class Logbook:
    """The study's own visits and strikes, in `desk/desk.sqlite` under the study's folder.

    Every call opens, commits and closes, so that threads and processes may share the file; what was answered is on the
    disk (WAL, synchronous FULL). Times are the study's own wall clock, to the minute.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / "desk" / "desk.sqlite"

    def prepare(self) -> None:
        """Make folder and file: to be called before a fence shuts new folders out (hotspots/fence.py)."""
        with self._open():
            pass

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(mode=0o700, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None)
        except (OSError, sqlite3.Error):
            raise _no_desk(self.path) from None
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            if not connection.execute("PRAGMA user_version").fetchone()[0]:
                connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version=1; COMMIT;")
                self.path.chmod(0o600)
            yield connection
        except (sqlite3.OperationalError, sqlite3.DatabaseError):
            raise _no_desk(self.path) from None
        finally:
            connection.close()

    def tick(self, spot_id: str, name: str, *, started: datetime, minutes: int, kind: str) -> int:
        """Keep a visit; returns its number. The same place, minute and kind again is the same visit (longer time kept).

        Raises:
            Trouble: `bad_visit` for minutes outside 1..240 or an unknown kind; `no_desk`.
        """
        if not 1 <= minutes <= MOST_MINUTES or kind not in KINDS or not spot_id:
            raise Trouble(
                "bad_visit",
                Text(sv="Besöket kan inte sparas", en="The visit cannot be kept"),
                where="minutes" if kind in KINDS and spot_id else "kind" if spot_id else "spot_id",
                do=Text(
                    sv=f"Ange 1 till {MOST_MINUTES} minuter och ett av sätten: {', '.join(KINDS)}",
                    en=f"Give 1 to {MOST_MINUTES} minutes and one of the kinds: {', '.join(KINDS)}",
                ),
            )
        with self._open() as connection:
            row = connection.execute(
                "INSERT INTO visit (spot_id, name, started, minutes, kind, recorded) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (spot_id, started, kind) DO UPDATE SET minutes = max(minutes, excluded.minutes) "
                "RETURNING id",
                (spot_id, name, _minute(started), minutes, kind, _now()),
            ).fetchall()
        return int(row[0][0])

    def undo(self, number: int) -> bool:
        """Take a visit back for good; whether there was one."""
        with self._open() as connection:
            return connection.execute("DELETE FROM visit WHERE id = ?", (number,)).rowcount > 0

    def visits(self, *, since: datetime | None = None) -> pd.DataFrame:
        """All visits, the latest first: id, spot_id, name, started (datetime64), minutes, kind, dose (>= 10 min)."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT id, spot_id, name, started, minutes, kind FROM visit WHERE started >= ? "
                "ORDER BY started DESC, id DESC",
                (_minute(since) if since else "",),
            ).fetchall()
        table = pd.DataFrame(rows, columns=["id", "spot_id", "name", "started", "minutes", "kind"])
        table["started"] = pd.to_datetime(table["started"], format="%Y-%m-%dT%H:%M").astype("datetime64[s]")
        table["minutes"] = table["minutes"].astype("int64")
        return table.assign(dose=table["minutes"] >= DOSE_MINUTES)

    def strike(self, spot_id: str, *, shift: datetime, reason: str) -> None:
        """Leave a place out of one shift's list.

        Raises:
            Trouble: `bad_strike` for a reason outside the list; `no_desk`.
        """
        if reason not in STRIKE_REASONS:
            raise Trouble(
                "bad_strike",
                Text(sv="Skälet finns inte i listan", en="The reason is not on the list"),
                where="reason",
                do=Text(sv="Välj bland: {r}", en="Choose among: {r}").fill(r=", ".join(STRIKE_REASONS)),
            )
        with self._open() as connection:
            connection.execute(
                "INSERT INTO strike VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET reason = excluded.reason",
                (spot_id, _minute(shift), reason, _now()),
            )

    def unstrike(self, spot_id: str, *, shift: datetime) -> bool:
        """Put a place back; whether it was struck."""
        with self._open() as connection:
            found = connection.execute(
                "DELETE FROM strike WHERE spot_id = ? AND shift = ?", (spot_id, _minute(shift))
            ).rowcount
        return found > 0

    def struck(self, *, shift: datetime) -> dict[str, str]:
        """spot_id -> reason of the places struck from one shift's list, in the order of the strikes."""
        with self._open() as connection:
            return dict(
                connection.execute(
                    "SELECT spot_id, reason FROM strike WHERE shift = ? ORDER BY recorded, spot_id", (_minute(shift),)
                ).fetchall()
            )


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
