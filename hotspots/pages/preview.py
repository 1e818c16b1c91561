"""Offline files shown inside the dashboard: kept in memory for a while, served under an address nobody can guess.

The file gets a policy of its own (a sandbox: its scripts reach neither the dashboard nor any network).
"""

import secrets
from collections import OrderedDict
from threading import Lock

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
PREFIX = "/preview/"
_KEPT = 16
_files: OrderedDict[str, str] = OrderedDict()
_lock = Lock()


def keep(page: str) -> str:
    """Keep a page for the next minutes; returns its address within the dashboard."""
    token = secrets.token_urlsafe(18)
    with _lock:
        _files[token] = page
        while len(_files) > _KEPT:
            _files.popitem(last=False)
    return f"{PREFIX}{token}"


async def _show(request: Request) -> Response:
    with _lock:
        page = _files.get(request.path_params["token"])
    return PlainTextResponse("", 404) if page is None else HTMLResponse(page)


ROUTE = Route(PREFIX + "{token}", _show)
