"""Every answer is counted, timed and written into the log."""

from __future__ import annotations

import logging
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api import metrics

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"))
QUIET = ("/healthz", "/readyz", "/metrics")  # asked every few seconds: counted, not logged

log = logging.getLogger(__name__)


class Observed:
    """Counts, times and logs answers by their route's template, which says nothing of who asked for what.

    Args:
        app: What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.pop("route", None)  # that of the application beside the pages, which leads here
        began, status = perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            self._write(scope, status, perf_counter() - began)

    def _write(self, scope: Scope, status: int, seconds: float) -> None:
        # What was refused before it reached a route, or reached none, has no template.
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in METHODS else "other"
        metrics.REQUESTS.labels(route, method, status).inc()
        metrics.LATENCY.labels(route).observe(seconds)
        if route not in QUIET:
            state = scope.get("state", {})
            told = {
                "event": "request",
                "method": method,
                "route": route,
                "status": status,
                "ms": round(seconds * 1e3, 2),
                "version": ", ".join(state.get("versions", ())),
                "request_id": state.get("request_id", ""),
            }
            log.info("%s %s %d", method, route, status, extra=told)
