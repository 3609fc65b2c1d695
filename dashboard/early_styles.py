"""Styles that stand in the page itself: what Streamlit sends comes after the first picture, and would move it."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

END = b"</head>"


class EarlyStyles:
    """Puts styles at the end of the head of every HTML page.

    Args:
        app: What answers.
        css: The styles; they hold no `</style>`.
    """

    def __init__(self, app: ASGIApp, css: str) -> None:
        self._app = app
        self._style = f"<style>{css}</style>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self._app(scope, receive, send)
            return
        # Neither packed nor by parts, so that it can be read here; nor is a copy from before these styles still good.
        asked = MutableHeaders(raw=list(scope["headers"]))
        for name in ("accept-encoding", "range", "if-none-match", "if-modified-since"):
            del asked[name]
        start: Message | None = None
        body = b""

        async def styled(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "text/html" in headers.get("content-type", "") and "content-encoding" not in headers:
                    start = message
                    return
            if start is None or message["type"] != "http.response.body":
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            page = body.replace(END, self._style + END, 1)
            headers = MutableHeaders(scope=start)
            for name in ("etag", "last-modified", "accept-ranges"):
                del headers[name]
            if "content-length" in headers and scope["method"] != "HEAD":
                headers["content-length"] = str(len(page))
            await send(start)
            await send({"type": "http.response.body", "body": page})

        await self._app({**scope, "headers": asked.raw}, receive, styled)
