"""The dashboard's server: headers that shut out foreign scripts, and the fence round the vault."""

import base64
import hashlib
import logging
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.scriptrunner import get_script_run_ctx

from hotspots.fence import raise_fence
from hotspots.pages import preview
from hotspots.study import find_home

log = logging.getLogger(__name__)
WRITABLE = ("desk", "inbox", "log")


def is_page_run() -> bool:
    """Whether the main script runs for a reader, rather than being read by the server at its start."""
    return get_script_run_ctx(suppress_warning=True) is not None


def options() -> dict[str, Any]:
    """What the server is made of; from here on the vault is out of reach of this process."""
    home = find_home(None)
    for folder in WRITABLE:  # once the fence stands, the study's own folder gets no new entries
        with suppress(OSError):  # a page that cannot write says so itself
            (home / folder).mkdir(parents=True, exist_ok=True)
    walls = raise_fence(home)
    log.info("the vault is shut off by %s", walls)
    hosts = ["localhost", "127.0.0.1", *filter(None, os.environ.get("HOTSPOTS_HOSTS", "").split(","))]
    trusted = Middleware(TrustedHostMiddleware, allowed_hosts=hosts)  # a foreign name that points here: DNS rebinding
    return {"middleware": [Middleware(SecurityHeaders), trusted], "routes": [preview.ROUTE]}


def _headers() -> dict[str, str]:
    # Streamlit's own page holds inline scripts: just those texts are let in, so no other inline script can run.
    page = (Path(st.__file__).parent / "static" / "index.html").read_text("utf-8")
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(t.encode()).digest()).decode()}'" for t in inline)
    return {
        "content-security-policy": (
            f"default-src 'self'; script-src 'self' blob: {hashes}; "  # blob: carries the script of our own component
            "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
            "connect-src 'self'; worker-src 'self' blob:; frame-src 'self' blob: data:; "
            "object-src 'none'; base-uri 'self'; frame-ancestors 'self'; form-action 'self'"
        ),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "permissions-policy": "geolocation=(), camera=(), microphone=()",
        "x-frame-options": "SAMEORIGIN",
    }


class SecurityHeaders:
    """Middleware that adds the headers to every answer and shuts the metrics page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = [(name.encode(), value.encode()) for name, value in _headers().items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or connection."""
        if scope["type"] == "http" and scope["path"].endswith("/_stcore/metrics"):
            await send({"type": "http.response.start", "status": 404, "headers": self.headers})
            await send({"type": "http.response.body", "body": b""})
            return

        ours = self.headers
        if scope["type"] == "http" and scope["path"].startswith(preview.PREFIX):
            ours = [(n, preview.POLICY.encode() if n == b"content-security-policy" else v) for n, v in ours]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                drop = {name for name, _ in ours} | {b"server"}
                kept = [h for h in message["headers"] if h[0].lower() not in drop]
                message["headers"] = kept + ours
            await send(message)

        await self.app(scope, receive, with_headers)
