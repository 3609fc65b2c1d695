"""What nobody expected: a problem document for the client, and the place in the code for the log."""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api.problem import respond

log = logging.getLogger(__name__)


class Failures:
    """Answers 500 where a route fails. It stands innermost, so that this answer passes whatever stands around it.

    Args:
        app: What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = False

        async def noted(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            request_id = scope.get("state", {}).get("request_id", "")
            log.error("A request failed", exc_info=error, extra={"request_id": request_id})
            if began:
                raise
            sentence = "The server could not answer this request. The reason is in its log."
            await respond(Request(scope), 500, sentence)(scope, receive, send)
