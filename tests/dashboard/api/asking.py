"""Asking an ASGI application without a server, many times at once where that is the point."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.asynchronous import run


def asked(app: ASGIApp, work: Callable[[httpx.AsyncClient], Awaitable[object]]) -> object:
    """Return what comes of work with a client of the application."""

    async def working() -> object:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await work(client)

    return run(working())


def ask(app: ASGIApp, method: str, path: str, **more: object) -> httpx.Response:
    """Return the answer to one request."""
    return asked(app, lambda client: client.request(method, path, **more))  # type: ignore[return-value]


def problem(response: httpx.Response, status: int) -> str:
    """Check that an answer is a problem document of that status, and return its sentence."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail", "error", "instance"}
    assert (body["status"], body["detail"]) == (status, body["error"])
    return body["error"]


class Echo:
    """Answers with the body that it was sent, after a wait; counts how many it answers at once."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.at_work = self.most = self.read = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        body, more = b"", scope["method"] == "POST"
        while more:
            message: Message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.read += len(body)
        await asyncio.sleep(self.seconds)
        self.at_work -= 1
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": body})
