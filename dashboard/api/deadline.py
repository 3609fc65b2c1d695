"""How long a request may take. Work in a thread cannot be stopped: it keeps its place until it is done."""

from __future__ import annotations

import asyncio
import logging

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api.gate import RETRY, timed
from dashboard.api.problem import respond

log = logging.getLogger(__name__)


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
        sentence = f"This took longer than {self._seconds:g} seconds. Ask for less, or again later."
        await respond(Request(scope), 503, sentence, RETRY)(scope, receive, send)

    def _ended(self, work: asyncio.Task[None]) -> None:
        self._late.discard(work)
        if not work.cancelled() and (error := work.exception()) is not None:
            log.error("A late request failed", exc_info=error)
