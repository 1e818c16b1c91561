"""Text files at the level of bytes: gzip, byte order marks, encodings, NULs; one fast look through the whole file."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from hotspots.errors import Trouble
from hotspots.intake.readers.base import (
    FREE_UNPACKED_BYTES,
    MAX_STREAM_BYTES,
    MAX_UNPACKED_RATIO,
    damaged,
    empty,
    too_large,
    trouble,
)

_PIECE = 1 << 20
GZIP = b"\x1f\x8b"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NOT_TEXT = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"7z\xbc\xaf",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"\x7fELF",
    b"MZ",
)


@dataclass(frozen=True)
class Facts:
    """What one look through a text file tells. `encoding` "mixed": UTF-8 with lines in windows-1252 between."""

    encoding: str
    gzipped: bool
    lines: int
    quotes: bool
    nul: bool
    replaced: bool  # U+FFFD stands in the file: å, ä, ö were destroyed before it reached us


def is_gzip(path: Path) -> bool:
    """Whether the file is packed with gzip, by its first bytes."""
    with path.open("rb") as file:
        return file.read(2) == GZIP


class _Unpacked(io.RawIOBase):
    """Bytes of a gzip file, with a limit on how much may come out, and damage told apart from the end."""

    def __init__(self, path: Path) -> None:
        self._path, self._file = path, gzip.GzipFile(path, "rb")
        self._limit = max(FREE_UNPACKED_BYTES, path.stat().st_size * MAX_UNPACKED_RATIO)
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        try:
            piece = self._file.read(len(target))
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise damaged(self._path) from None
        self._given += len(piece)
        if self._given > self._limit:
            raise too_large(self._path, "Packa upp den och dela den i mindre filer", "Unpack it and split it")
        target[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._file.close()
        super().close()


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, unpacked when it is gzip. Use `with`."""
    if path.stat().st_size > MAX_STREAM_BYTES:
        raise too_large(path, "Dela den i mindre filer", "Split it into smaller files")
    return io.BufferedReader(_Unpacked(path), _PIECE) if is_gzip(path) else path.open("rb")


def _pieces(path: Path) -> Iterator[bytes]:
    with open_bytes(path) as file:
        while piece := file.read(_PIECE):
            yield piece


def head(path: Path, size: int = 1 << 18) -> bytes:
    """The first bytes of the (unpacked) file."""
    with open_bytes(path) as file:
        return file.read(size)


def look(path: Path, given: str = "") -> Facts:
    """One look through the file: encoding (strict: UTF-8, UTF-16 by its mark, else windows-1252), lines, quotes, NULs.

    Raises:
        Trouble: `empty_file`, `not_a_table`, `bad_encoding` (the given one does not fit), `damaged_file`, `too_large`.
    """
    start = head(path, 1 << 12)
    if not start.strip(b"\xef\xbb\xbf \r\n\t;,"):
        raise empty(path)
    mark = next((name for bom, name in _BOMS if start.startswith(bom)), "")
    if start.startswith(_NOT_TEXT) or (mark != "utf-16" and start.count(0) > len(start) // 10):
        raise _not_a_table(path)
    if mark == "utf-16" or given == "utf-16":
        return _check(path, "utf-16")
    lines, quotes, nul, last = 0, False, False, b""
    decoder, valid = codecs.getincrementaldecoder("utf-8")("strict"), True
    replaced = False
    for piece in _pieces(path):
        lines += piece.count(b"\n")
        quotes = quotes or b'"' in piece
        nul = nul or 0 in piece
        replaced = replaced or b"\xef\xbf\xbd" in piece
        valid, last = valid and _decodes(decoder, piece), piece
    valid = valid and _decodes(decoder, b"", final=True)
    lines += not last.endswith(b"\n")
    encoding = given or (mark or "utf-8" if valid else _mixed_or_1252(path))
    if given.startswith("utf-8") and not valid:
        raise _bad_encoding(path)
    return Facts(encoding, is_gzip(path), lines, quotes, nul, replaced)


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


def _check(path: Path, encoding: str) -> Facts:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines, quotes, nul, last = 0, False, False, ""
    try:
        for piece in _pieces(path):
            text = decoder.decode(piece)
            lines, quotes, nul = lines + text.count("\n"), quotes or '"' in text, nul or "\0" in text
            last = text or last
        decoder.decode(b"", True)
    except UnicodeError:
        raise _bad_encoding(path) from None
    return Facts(encoding, is_gzip(path), lines + (not last.endswith("\n")), quotes, nul, False)


def _mixed_or_1252(path: Path) -> str:
    """Not valid UTF-8 as a whole: windows-1252, unless some lines are unmistakably UTF-8."""
    with open_bytes(path) as file:
        for line in file:
            if not line.isascii() and not line.startswith(codecs.BOM_UTF8) and _is_utf8(line):
                return "mixed"
    return "cp1252"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def decode_line(line: bytes, encoding: str) -> str:
    """One line as text; in a mixed file a line that is no UTF-8 is windows-1252, and no byte can stop the reading."""
    try:
        return line.decode("utf-8" if encoding == "mixed" else encoding)
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def lines(path: Path, encoding: str) -> Iterator[str]:
    """The lines as text, with their ends (\\n), without a byte order mark."""
    with open_bytes(path) as file:
        if encoding in ("mixed", "cp1252", "latin-1"):
            for number, line in enumerate(file):
                line = line.removeprefix(codecs.BOM_UTF8) if number == 0 else line
                yield from _split(decode_line(line, encoding))
            return
        name = "utf-8-sig" if encoding == "utf-8" else encoding
        yield from io.TextIOWrapper(file, name, errors="replace")


def _split(text: str) -> list[str]:
    """Lone carriage returns end a line too (old Mac files)."""
    text = text.replace("\r\n", "\n")
    return [part + "\n" for part in text.rstrip("\n").split("\r")] if "\r" in text else [text]


def _not_a_table(path: Path) -> Trouble:
    return trouble(
        "not_a_table",
        path,
        "Filen är ingen tabell",
        "The file is no table",
        "Spara den som CSV, Excel, Parquet eller GeoJSON",
        "Save it as CSV, Excel, Parquet or GeoJSON",
    )


def _bad_encoding(path: Path) -> Trouble:
    return trouble(
        "bad_encoding",
        path,
        "Filens tecken stämmer inte med den angivna teckenkodningen",
        "The file's signs do not fit the encoding that was given",
        "Ta bort encoding ur profilen, så hittas den",
        "Take encoding out of the profile, and it will be found",
    )
