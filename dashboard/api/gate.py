"""How many requests are worked on at once: the others wait a little, and are refused where that is not enough."""

from __future__ import annotations

import re

import anyio
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.api import metrics
from dashboard.api.problem import RETRY, respond

FREE = ("/healthz", "/readyz", "/metrics")  # told at any time
MAP = "/api/map/"  # asked by pages, which do not queue behind clients of the service, and do not ask again
MAP_PATIENCE = 30.0  # seconds
BATCH = re.compile(r"/api/v1/\w+/batch")
BATCHES = 4  # a batch works as long as many requests: so many times fewer of them at once


def timed(scope: Scope) -> bool:
    """Return whether a request may take only so long."""
    return scope["type"] == "http" and not scope["path"].startswith((*FREE, MAP))


class Lane:
    """Places for requests that are at work, and room for those that wait.

    Args:
        at_work: Requests at work at once.
        waiting: Requests that may wait.
        patience: Seconds that one may wait.
    """

    def __init__(self, at_work: int, waiting: int, patience: float) -> None:
        self._free = anyio.Semaphore(at_work)
        self._room = waiting
        self._waiting = 0
        self._patience = patience

    async def enter(self) -> bool:
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

    def leave(self) -> None:
        """Give the place back."""
        self._free.release()


class Gate:
    """Lets so many requests work at once, and so many others wait for so long; batches and the map have places apart.

    Args:
        app: What answers.
        at_work: Requests at work at once.
        waiting: Requests that may wait.
        patience: Seconds that one may wait.
    """

    def __init__(self, app: ASGIApp, at_work: int, waiting: int, patience: float) -> None:
        self._app = app
        self._service = Lane(at_work, waiting, patience)
        self._batches = Lane(max(1, at_work // BATCHES), waiting, patience)
        self._map = Lane(at_work, waiting, MAP_PATIENCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(FREE):
            await self._app(scope, receive, send)
            return
        lane = self._lane(scope["path"])
        if not await lane.enter():
            metrics.SHED.inc()
            refusal = respond(Request(scope), 503, "The service is busy. Ask again in a second.", RETRY)
            await refusal(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            lane.leave()

    def _lane(self, path: str) -> Lane:
        if path.startswith(MAP):
            return self._map
        return self._batches if BATCH.fullmatch(path) else self._service
