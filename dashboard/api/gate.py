"""How many requests are worked on at once: the others wait a little, and are refused where that is not enough."""

from __future__ import annotations

import anyio
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.api import metrics
from dashboard.api.problem import respond

# Health is told at any time; the map belongs to pages, which do not queue behind clients of the service.
UNGATED = ("/healthz", "/readyz", "/metrics", "/api/map/")
RETRY = {"Retry-After": "1"}


def gated(scope: Scope) -> bool:
    """Return whether a request waits for its turn and may take only so long."""
    return scope["type"] == "http" and not scope["path"].startswith(UNGATED)


class Gate:
    """Lets so many requests work at once, and so many others wait for so long.

    Args:
        app: What answers.
        at_work: Requests at work at once.
        waiting: Requests that may wait.
        patience: Seconds that one may wait.
    """

    def __init__(self, app: ASGIApp, at_work: int, waiting: int, patience: float) -> None:
        self._app = app
        self._free = anyio.Semaphore(at_work)
        self._room = waiting
        self._waiting = 0
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not gated(scope):
            await self._app(scope, receive, send)
            return
        if not await self._enter():
            metrics.SHED.inc()
            refusal = respond(Request(scope), 503, "The service is busy. Ask again in a second.", RETRY)
            await refusal(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._free.release()

    async def _enter(self) -> bool:
        """Return whether there was a place, after a wait where need be."""
        try:
            self._free.acquire_nowait()
        except anyio.WouldBlock:
            pass
        else:
            return True
        if self._waiting >= self._room:
            return False
        self._waiting += 1
        try:
            with anyio.move_on_after(self._patience):
                await self._free.acquire()
                return True
        finally:
            self._waiting -= 1
        return False
