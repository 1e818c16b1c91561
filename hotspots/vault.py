"""The only keeper of events: one DuckDB file, one writer, no secondary index. Opened by intake and publish alone.

Rules of keeping (contract.md):
- The same bytes twice add nothing. Without an id, new = occurrences beyond the most that any earlier file of that
  profile held; with an id, the latest row wins.
- `seen` remembers which file held which row (as a hash), so that a file can be taken back: what another file also
  held stays, and an earlier version of an id becomes the living one again.
"""

import json
import secrets
import string
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from hotspots.durable import write_durably
from hotspots.errors import OurFault, Trouble
from hotspots.tables import EVENTS
from hotspots.words import Text

_SQL_TYPES = {
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.uint64(): "UBIGINT",
    pa.string(): "VARCHAR",
    pa.bool_(): "BOOLEAN",
    pa.float32(): "REAL",
    pa.timestamp("s"): "TIMESTAMP_S",
}
_COLUMNS = [f.name for f in EVENTS]
_INCOMING = [n for n in _COLUMNS if n not in ("file", "occurrence")]
_KEY_LETTERS = string.ascii_letters + string.digits + "-_"
WAIT_SECONDS = 10.0  # for the command that holds the lock: most are done in less


class KeyedHash:
    """SipHash-2-4 with a secret of the vault: the same text gives the same number in this vault and in no other."""

    def __init__(self, key: str) -> None:
        self._key = key

    def texts(self, values: NDArray[Any]) -> NDArray[np.uint64]:
        """Hash of each text, shape (n,); None and texts are told apart."""
        values = np.asarray(values, dtype=object)
        if not len(values):
            return np.zeros(0, dtype=np.uint64)
        return np.asarray(pd.util.hash_array(values, encoding="utf8", hash_key=self._key, categorize=False))

    def text(self, value: str) -> int:
        """Hash of one text."""
        return int(self.texts(np.array([value], dtype=object))[0])


def _quoted(names: list[str], prefix: str = "") -> str:
    return ", ".join(f'{prefix}"{n}"' for n in names)


def _row(db: duckdb.DuckDBPyConnection, sql: str, values: list[Any] | None = None) -> tuple[Any, ...]:
    """The one row of an answer, fetched to its end: an answer left half read would block the connection."""
    return tuple(db.execute(sql, values or []).fetchall()[0])


def _connect(folder: Path, wait: float) -> duckdb.DuckDBPyConnection:
    """The open file, once no other process holds it: its lock is the only one."""
    end = time.monotonic() + wait
    while True:
        try:
            return duckdb.connect(
                str(folder / "events.duckdb"),
                config={
                    "threads": "2",
                    "memory_limit": "2GB",
                    "temp_directory": str(folder / "spill"),
                    "autoinstall_known_extensions": "false",
                    "autoload_known_extensions": "false",
                },
            )
        except duckdb.IOException as error:
            if "permission" in str(error).lower():
                raise PermissionError from None
            if "lock" not in str(error).lower():
                raise OurFault(f"the vault could not be opened: {error}") from error
            if time.monotonic() >= end:
                raise Trouble(
                    "vault_busy",
                    Text(
                        sv="Ett annat kommando skriver i valvet just nu",
                        en="Another command is writing to the vault now",
                    ),
                    do=Text(sv="Vänta tills det är klart och försök igen", en="Wait until it is done and try again"),
                ) from None
        time.sleep(0.1)


class Adding:
    """One file on its way in: all of it is kept, or nothing. Made by `Vault.adding`.

    Rows go straight into the table, inside the transaction, as if all were new; `counts` then takes out what is not.
    """

    def __init__(self, vault: "Vault", number: int, sha256: str, name: str, profile: str) -> None:
        self._vault, self._db = vault, vault.db
        self.number, self.sha256, self.name, self.profile = number, sha256, name, profile
        self._counts: dict[str, int] | None = None
        self._finished = False

    def add(self, table: pa.Table) -> None:
        """Stage accepted rows: the columns of tables.EVENTS except `file` and `occurrence`."""
        chunk = table.select(_INCOMING)
        for at, field in enumerate(chunk.schema):
            if field.type == pa.string():  # a few words over and over: a third off the insert
                chunk = chunk.set_column(at, field.name, chunk.column(at).dictionary_encode())
        self._db.register("chunk", chunk)
        self._db.execute(
            f"INSERT INTO events (file, occurrence, live, {_quoted(_INCOMING)}) "
            f"SELECT {self.number}, 1, true, {_quoted(_INCOMING)} FROM chunk"
        )
        self._db.unregister("chunk")

    def counts(self) -> dict[str, int]:
        """new, duplicates, updated: decides which staged rows are kept. Call once, after all `add`."""
        if self._counts is None:
            new, duplicates = self._keep_without_id()
            with_id = self._keep_with_id()
            self._counts = {
                "new": new + with_id["new"],
                "duplicates": duplicates + with_id["duplicates"],
                "updated": with_id["updated"],
            }
        return self._counts

    def finish(self, report: dict[str, Any]) -> None:
        """Keep the report with the file; without it nothing is kept."""
        self.counts()
        now = datetime.now(UTC).replace(tzinfo=None)
        self._db.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)",
            [self.number, self.sha256, self.name, self.profile, now, json.dumps(report)],
        )
        self._finished = True

    def _keep_without_id(self) -> tuple[int, int]:
        self._db.execute(
            f"""CREATE OR REPLACE TEMP TABLE tally AS
                SELECT key, count(*)::INTEGER AS n, max("row") AS "row"
                FROM events WHERE file = {self.number} AND id_hash IS NULL GROUP BY key"""
        )
        total = self._number("SELECT coalesce(sum(n), 0)::BIGINT FROM tally")
        if not total:
            return 0, 0
        # Look-alikes within the file are told apart by their number.
        self._db.execute(
            f"""UPDATE events SET occurrence = o.occurrence FROM (
                  SELECT "row", row_number() OVER (PARTITION BY key ORDER BY "row")::INTEGER AS occurrence
                  FROM events WHERE file = {self.number} AND id_hash IS NULL
                    AND key IN (SELECT key FROM tally WHERE n > 1)) o
                WHERE events.file = {self.number} AND events."row" = o."row" AND o.occurrence > 1"""
        )
        duplicates = self._number(
            f"""DELETE FROM events USING
                  (SELECT key, max(n) AS most FROM seen WHERE profile = ? GROUP BY key) s
                WHERE events.file = {self.number} AND events.id_hash IS NULL
                  AND events.key = s.key AND events.occurrence <= s.most""",
            [self.profile],
        )
        self._db.execute(f'INSERT INTO seen SELECT {self.number}, ?, key, n, "row" FROM tally', [self.profile])
        return total - duplicates, duplicates

    def _keep_with_id(self) -> dict[str, int]:
        mine = f"file = {self.number} AND id_hash IS NOT NULL"
        if not self._number(f"SELECT count(*) FROM events WHERE {mine}"):
            return {"new": 0, "duplicates": 0, "updated": 0}
        # Each row against what stood there before it: an earlier row of this file, else the living version.
        self._db.execute(
            f"""CREATE OR REPLACE TEMP TABLE step AS
                SELECT i."row", i.id_hash, i.key,
                       lead(i."row") OVER same IS NULL AS last,
                       coalesce(lag(i.key) OVER same, e.key) AS before,
                       x.id_hash IS NOT NULL AS erased
                FROM (SELECT "row", id_hash, key FROM events WHERE {mine}) i
                LEFT JOIN (SELECT id_hash, key FROM events
                           WHERE live AND id_hash IS NOT NULL AND profile = ? AND file <> {self.number}) e
                  ON e.id_hash = i.id_hash
                LEFT JOIN erased x ON x.id_hash = i.id_hash AND coalesce(x.profile, ?) = ?
                WINDOW same AS (PARTITION BY i.id_hash ORDER BY i."row")""",
            [self.profile] * 3,
        )
        new, duplicates, updated = _row(
            self._db,
            """SELECT count(*) FILTER (WHERE NOT erased AND before IS NULL),
                      count(*) FILTER (WHERE erased OR before = key),
                      count(*) FILTER (WHERE NOT erased AND before <> key) FROM step""",
        )
        if duplicates or updated:
            self._only_the_latest_live()
        self._db.execute(
            f'INSERT INTO seen SELECT {self.number}, ?, key, 1, "row" FROM step WHERE last AND NOT erased',
            [self.profile],
        )
        return {"new": new, "duplicates": duplicates, "updated": updated}

    def _only_the_latest_live(self) -> None:
        """Of each id, the last row of this file is the living version; a version that was there is not doubled."""
        self._db.execute(
            f"""DELETE FROM events USING step WHERE events.file = {self.number} AND events.id_hash IS NOT NULL
                AND events."row" = step."row" AND (NOT step.last OR step.erased)"""
        )
        self._db.execute("DELETE FROM step WHERE NOT last OR erased")
        self._db.execute(
            f"""UPDATE events SET live = (events.key = step.key) FROM step
                WHERE events.id_hash = step.id_hash AND events.profile = ? AND events.file <> {self.number}""",
            [self.profile],
        )
        self._db.execute(
            f"""DELETE FROM events USING
                  (SELECT id_hash, key FROM events
                   WHERE file <> {self.number} AND profile = ? AND id_hash IN (SELECT id_hash FROM step)) e
                WHERE events.file = {self.number} AND events.id_hash = e.id_hash AND events.key = e.key""",
            [self.profile],
        )

    def _number(self, sql: str, values: list[Any] | None = None) -> int:
        return int(_row(self._db, sql, values)[0])


class Vault:
    """The vault of one study; a context manager that holds the write lock.

    Raises:
        Trouble: `vault_busy` when another command still writes after `wait` seconds, `vault_locked_out` without
            permission, `lost_secret` when the vault holds rows but its secret cannot be read.
    """

    def __init__(self, home: Path, *, wait: float = WAIT_SECONDS) -> None:
        folder = home / "vault"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.db = _connect(folder, wait)  # the lock comes first: of two first starts, one makes the secret
            try:
                self._lay_out()
                self._secret = self._read_secret(folder / "secret")
            except BaseException:
                self.db.close()
                raise
        except PermissionError:
            raise Trouble(
                "vault_locked_out",
                Text(sv="Valvet får inte öppnas av den här användaren", en="This user may not open the vault"),
                do=Text(
                    sv="Kör kommandot som den användare som äger valvet", en="Run the command as the user who owns it"
                ),
            ) from None

    def _read_secret(self, path: Path) -> dict[str, str]:
        """The secret; a new one only for a vault that nothing was ever hashed into."""
        try:
            kept = json.loads(path.read_text("utf-8"))
            return {name: str(kept[name]) for name in ("rows", "noise")}
        except FileNotFoundError:
            lost = self._holds_anything()
        except (ValueError, KeyError, TypeError):
            lost = True
        if lost:
            raise Trouble(
                "lost_secret",
                Text(
                    sv="Valvets hemlighet saknas eller kan inte läsas, och utan den känns inga rader igen",
                    en="The vault's secret is missing or cannot be read, and without it no row is known again",
                ),
                where=str(path),
                do=Text(
                    sv="Återställ filen från säkerhetskopian; inget är ändrat",
                    en="Restore the file from the backup; nothing was changed",
                ),
            )
        secret = {n: "".join(secrets.choice(_KEY_LETTERS) for _ in range(16)) for n in ("rows", "noise")}
        write_durably(path, json.dumps(secret).encode())
        return secret

    def _holds_anything(self) -> bool:
        return any(self.db.execute(f"SELECT 1 FROM {t} LIMIT 1").fetchall() for t in ("events", "files", "erased"))

    def _lay_out(self) -> None:
        self.db.execute("SET TimeZone = 'UTC'")
        columns = ", ".join(f'"{f.name}" {_SQL_TYPES[f.type]}' for f in EVENTS)
        for sql in (
            f"CREATE TABLE IF NOT EXISTS events ({columns}, live BOOLEAN)",
            'CREATE TABLE IF NOT EXISTS seen (file INTEGER, profile VARCHAR, key UBIGINT, n INTEGER, "row" BIGINT)',
            """CREATE TABLE IF NOT EXISTS files
               (file INTEGER, sha256 VARCHAR, name VARCHAR, profile VARCHAR, ingested TIMESTAMP, report VARCHAR)""",
            "CREATE TABLE IF NOT EXISTS erased (id_hash UBIGINT)",
            # Vaults of the first version barred an id in all profiles: there the profile stays NULL.
            "ALTER TABLE erased ADD COLUMN IF NOT EXISTS profile VARCHAR",
        ):
            self.db.execute(sql)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    @property
    def hasher(self) -> KeyedHash:
        """The vault's keyed hash for ids and reporters."""
        return KeyedHash(self._secret["rows"])

    @property
    def noise_key(self) -> bytes:
        """Secret that the publisher draws the open tier's noise from."""
        return self._secret["noise"].encode()

    # -- keeping ---------------------------------------------------------------------------------------------------

    def known(self, sha256: str) -> dict[str, Any] | None:
        """The report of an earlier ingest of the same bytes."""
        rows = self.db.execute("SELECT report FROM files WHERE sha256 = ?", [sha256]).fetchall()
        return dict(json.loads(rows[0][0])) if rows else None

    @contextmanager
    def adding(self, *, sha256: str, name: str, profile: str) -> Iterator[Adding]:
        """One transaction for one file: kept if `finish` was called and the block ends well, else undone."""
        number = self._next_number()
        self.db.execute("BEGIN")
        try:
            adding = Adding(self, number, sha256, name, profile)
            yield adding
            self.db.execute("COMMIT" if adding._finished else "ROLLBACK")
        except BaseException:
            with suppress(duckdb.Error):
                self.db.execute("ROLLBACK")
            raise

    def _next_number(self) -> int:
        return int(_row(self.db, "SELECT coalesce(max(file), 0) + 1 FROM files")[0])

    # -- forgetting ------------------------------------------------------------------------------------------------

    def forget_file(self, sha256: str) -> int:
        """Take a file back; returns the rows that left. What another file also held stays under that file.

        Raises:
            Trouble: `unknown_file`.
        """
        row = self.db.execute(
            "SELECT file FROM files WHERE sha256 = ? OR (length(?) >= 8 AND starts_with(sha256, ?))", [sha256] * 3
        ).fetchall()
        if len(row) != 1:
            raise Trouble(
                "unknown_file",
                Text(sv="Ingen inläst fil har den kontrollsumman", en="No ingested file has that checksum"),
                where=sha256[:12],
                do=Text(sv="Se sidan Data eller hotspots files", en="See the page Data, or hotspots files"),
            )
        number = int(row[0][0])
        before = self._live_rows()
        with self._transaction():
            db = self.db
            db.execute("CREATE OR REPLACE TEMP TABLE gone AS SELECT profile, key FROM seen WHERE file = ?", [number])
            db.execute("DELETE FROM seen WHERE file = ?", [number])
            db.execute("DELETE FROM files WHERE file = ?", [number])
            db.execute(
                """CREATE OR REPLACE TEMP TABLE left_over AS
                   SELECT g.profile, g.key, coalesce(max(s.n), 0) AS most, min(s.file) AS heir
                   FROM gone g LEFT JOIN seen s ON s.key = g.key AND s.profile = g.profile GROUP BY ALL"""
            )
            db.execute(
                """DELETE FROM events USING left_over l
                   WHERE events.key = l.key AND events.profile = l.profile AND events.occurrence > l.most"""
            )
            db.execute(
                """UPDATE events SET file = l.heir FROM left_over l
                   WHERE events.key = l.key AND events.profile = l.profile AND events.file = ?""",
                [number],
            )
            self._revive()
        self.db.execute("CHECKPOINT")
        return before - self._live_rows()

    def _revive(self) -> None:
        """Among the versions of an id, the one that the latest file held is the living one."""
        self.db.execute(
            """UPDATE events SET live = (events.key = best.key) FROM (
                 SELECT e.profile, e.id_hash, arg_max(e.key, s.file * 10000000000 + s."row") AS key
                 FROM events e JOIN seen s ON s.key = e.key AND s.profile = e.profile
                 WHERE e.id_hash IS NOT NULL GROUP BY e.profile, e.id_hash
                 HAVING count(*) FILTER (WHERE e.live) <> 1 OR count(DISTINCT e.key) > 1) best
               WHERE events.id_hash = best.id_hash AND events.profile = best.profile"""
        )

    def forget_id(self, identity: str, profile: str | None = None) -> int:
        """Erase all versions of a row by its id, for good: that profile never takes it in again.

        Args:
            identity: as the file had it.
            profile: whose id it is; may be left out when one profile alone holds it. A profile that does not hold it
                (yet) is barred from taking it in.

        Returns:
            The rows that left.

        Raises:
            Trouble: `several_profiles`, `unknown_id`.
        """
        hashed = self.hasher.text(identity.strip())
        of = [hashed, self._profile_of(hashed, profile)]
        before = self._live_rows()
        with self._transaction():
            self.db.execute(
                """DELETE FROM seen USING events e
                   WHERE seen.key = e.key AND seen.profile = e.profile AND e.id_hash = ? AND e.profile = ?""",
                of,
            )
            self.db.execute("DELETE FROM events WHERE id_hash = ? AND profile = ?", of)
            self.db.execute("DELETE FROM erased WHERE id_hash = ? AND profile = ?", of)
            self.db.execute("INSERT INTO erased (id_hash, profile) VALUES (?, ?)", of)
        self.db.execute("CHECKPOINT")
        return before - self._live_rows()

    def _profile_of(self, hashed: int, asked: str | None) -> str:
        """The one profile whose row is meant."""
        rows = self.db.execute("SELECT DISTINCT profile FROM events WHERE id_hash = ? ORDER BY 1", [hashed]).fetchall()
        holders = [str(r[0]) for r in rows]
        if asked is not None and (asked in holders or not holders):
            return asked
        if len(holders) == 1 and asked is None:
            return holders[0]
        if not holders:
            raise Trouble(
                "unknown_id",
                Text(sv="Ingen rad i valvet har det id:t", en="No row in the vault has that id"),
                where="--id",
                do=Text(
                    sv="Kontrollera id:t; med --profile spärras det för filer som kommer senare",
                    en="Check the id; with --profile it is barred for files that come later",
                ),
            )
        raise Trouble(
            "several_profiles",
            Text(
                sv="Det id:t finns i andra eller flera profilers filer",
                en="That id is in files of other, or several, profiles",
            ),
            where=", ".join(holders),
            do=Text(sv="Ange vilken med --profile", en="Say which with --profile"),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.db.execute("BEGIN")
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            with suppress(duckdb.Error):
                self.db.execute("ROLLBACK")
            raise

    # -- reading (publish) -----------------------------------------------------------------------------------------

    def events(self, where: str = "true") -> duckdb.DuckDBPyRelation:
        """The living rows as a relation, columns of tables.EVENTS; `where` is our own SQL, never a user's text."""
        return self.db.sql(f"SELECT {_quoted(_COLUMNS)} FROM events WHERE live AND ({where})")

    def files(self) -> list[dict[str, Any]]:
        """The ingested files, oldest first, with their reports."""
        rows = self.db.execute(
            "SELECT file, sha256, name, profile, ingested, report FROM files ORDER BY file"
        ).fetchall()
        return [
            {
                "file": n,
                "sha256": sha,
                "name": name,
                "profile": profile,
                "at": at.isoformat(),
                "report": json.loads(report),
            }
            for n, sha, name, profile, at, report in rows
        ]

    def span(self) -> tuple[date, date] | None:
        """First and last day of the living events (notices apart), or None when there are none."""
        first, last = _row(
            self.db, "SELECT min(start)::DATE, max(start)::DATE FROM events WHERE live AND cell IS NOT NULL"
        )
        return (first, last) if first is not None else None

    def _live_rows(self) -> int:
        return int(_row(self.db, "SELECT count(*) FROM events WHERE live")[0])
