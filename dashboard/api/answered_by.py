"""Which versions answered a request: a header of the answer, whatever its status, and a word in the log."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.retrieval.engine import Engine

HEADER, GENERATED = "X-Version", "X-Generated-Data"


def note(request: Request, engine: Engine) -> Engine:
    """Write down that a version answers this request."""
    state = request.scope.setdefault("state", {})
    names = state.setdefault("versions", [])
    if engine.name not in names:
        names.append(engine.name)
    if engine.manifest.dataset.get("generated"):
        state["generated"] = True
    return engine


class AnsweredBy:
    """Names the versions that answered in a header, and marks generated data.

    Args:
        app: What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                state, headers = scope.get("state", {}), MutableHeaders(scope=message)
                if names := state.get("versions"):
                    headers[HEADER] = ", ".join(names)
                if state.get("generated"):
                    headers[GENERATED] = "true"
            await send(message)

        await self._app(scope, receive, told)
