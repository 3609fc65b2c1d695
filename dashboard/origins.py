"""Pages of other hosts get no WebSocket of ours."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

POLICY_VIOLATION = 1008  # RFC 6455, section 7.4.1


class SameOriginSockets:
    """Refuses a WebSocket that a page of another host asks for, before Streamlit sees it.

    Streamlit refuses it too, but looks its own outer address up first, at checkip.amazonaws.com, again each time that
    this fails: where nothing gets out, a refusal can stop all sessions for two seconds. It also lets in any page
    that calls itself localhost.

    Args:
        app: What answers.
        allowed: Further origins, such as https://shop.example, that may connect.
    """

    def __init__(self, app: ASGIApp, allowed: Collection[str] = ()) -> None:
        self._app = app
        self._allowed = {each.rstrip("/").lower() for each in allowed}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not self._same(Headers(scope=scope)):
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        await self._app(scope, receive, send)

    def _same(self, headers: Headers) -> bool:
        """Tell whether the page comes from where it connects to; what is no browser names no origin."""
        if (origin := headers.get("origin")) is None:
            return True
        host = headers.get("host", "").lower()
        return origin.lower() in self._allowed or (bool(host) and urlsplit(origin.lower()).netloc == host)
