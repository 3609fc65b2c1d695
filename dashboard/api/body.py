"""Bodies: read whole before a request takes a place, and never beyond the limit."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.api.problem import respond

WITHOUT = ("GET", "HEAD", "OPTIONS")  # what is sent with these is not read
SECONDS = 10.0
CLOSE = {"Connection": "close"}  # what the client goes on sending is nobody's


class BodyLimit:
    """Refuses large bodies: by their stated length before a byte is read, those without one as soon as they are larger.

    Args:
        app: What answers.
        most: Bytes that a body may have.
        seconds: How long a client may take to send it.
    """

    def __init__(self, app: ASGIApp, most: int, seconds: float = SECONDS) -> None:
        self._app = app
        self._most = most
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in WITHOUT:
            await self._app(scope, receive, send)
            return
        stated = Headers(scope=scope).get("Content-Length", "0")
        body: bytes | None = None
        if stated.isdecimal() and len(stated) < 20 and int(stated) <= self._most:
            try:
                async with asyncio.timeout(self._seconds):
                    body = await self._read(receive)
            except ClientGone:
                return
            except TimeoutError:
                refusal = respond(Request(scope), 408, "The body of the request took too long. Send it again.", CLOSE)
                await refusal(scope, receive, send)
                return
        if body is None:
            sentence = f"The body of the request is too large. Send at most {self._most:,} bytes."
            await respond(Request(scope), 413, sentence, CLOSE)(scope, receive, send)
            return
        unread = [body]

        async def again() -> Message:
            if unread:
                return {"type": "http.request", "body": unread.pop(), "more_body": False}
            return await receive()

        await self._app(scope, again, send)

    async def _read(self, receive: Receive) -> bytes | None:
        """Return the body, None where it is too large.

        Raises:
            ClientGone: The client has gone.
        """
        read = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            read += message.get("body", b"")
            if len(read) > self._most:
                return None
            if not message.get("more_body", False):
                return bytes(read)


class ClientGone(Exception):
    """There is no one to answer."""
