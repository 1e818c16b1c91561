"""Data and a typst template to a tagged PDF. Texts travel as JSON strings and are set as text, never read as markup."""

import json
import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

log = logging.getLogger(__name__)
TEMPLATES = Path(__file__).parent
STANDARD = "ua-1"  # PDF/UA: headings, reading order, alternative texts
PPI = 110.0


def _compile(template: str, content: Mapping[str, Any], pictures: Mapping[str, bytes], **options: Any) -> list[bytes]:
    """The finished file, or one per page. Only typst's own fonts, so that every machine sets the same page."""
    with tempfile.TemporaryDirectory(prefix="hotspots-report-") as folder:
        work = Path(folder)
        (work / template).write_bytes((TEMPLATES / template).read_bytes())
        (work / "content.json").write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        for name, picture in pictures.items():
            (work / name).write_bytes(picture)
        made = typst.compile(str(work / template), root=str(work), ignore_system_fonts=True, **options)
    return list(made) if isinstance(made, list | tuple) else [made]


def pdf(template: str, content: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None) -> bytes:
    """A tagged PDF of `template` (a .typ beside this file), which reads content.json and the pictures by name.

    PDF/UA forbids letters that the fonts lack (a place name in another script); then the page is made without that
    claim, still tagged, rather than not at all.
    """
    try:
        return _compile(template, content, pictures or {}, format="pdf", pdf_standards=[STANDARD])[0]
    except typst.TypstError:
        log.warning("the report does not meet %s: it is made without that claim", STANDARD)
        return _compile(template, content, pictures or {}, format="pdf")[0]


def pages(
    template: str, content: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None, *, ppi: float = PPI
) -> list[bytes]:
    """The same pages as PNG: what the screen shows before printing."""
    return _compile(template, content, pictures or {}, format="png", ppi=ppi)
