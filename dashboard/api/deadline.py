"""How long a request may take. Work in a thread cannot be stopped: it keeps its place until it is done, or looks."""

from __future__ import annotations

import asyncio
import logging
import math
from time import monotonic

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api.gate import timed
from dashboard.api.problem import RETRY, respond

TOO_LONG = "This took longer than a request may. Ask for less, or again later."

log = logging.getLogger(__name__)


def require_time(request: Request) -> None:
    """Let work go on whose answer is still waited for.

    Raises:
        HTTPException: It is not.
    """
    if monotonic() > request.scope.get("state", {}).get("until", math.inf):
        raise HTTPException(503, TOO_LONG, RETRY)


class Deadline:
    """Answers 503 where no answer has begun in time; what comes late is thrown away.

    It stands around the gate, so that late work keeps its place there: else slow requests would pile up behind it.

    Args:
        app: What answers.
        seconds: How long an answer may take to begin.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not timed(scope):
            await self._app(scope, receive, send)
            return
        began = late = False

        async def in_time(message: Message) -> None:
            nonlocal began
            if not late:
                began = True
                await send(message)

        scope.setdefault("state", {})["until"] = monotonic() + self._seconds
        work = asyncio.ensure_future(self._app(scope, receive, in_time))
        try:
            await asyncio.wait({work}, timeout=self._seconds)
        except asyncio.CancelledError:
            work.cancel()
            raise
        if work.done() or began:
            await work
            return
        late = True
        self._late.add(work)
        work.add_done_callback(self._ended)
        await respond(Request(scope), 503, TOO_LONG, RETRY)(scope, receive, send)

    def _ended(self, work: asyncio.Task[None]) -> None:
        self._late.discard(work)
        if not work.cancelled() and (error := work.exception()) is not None:
            log.error("A late request failed", exc_info=error)
