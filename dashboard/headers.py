"""What every answer of the server tells the browser."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class NoReferrer:
    """Keeps the address of this server from the hosts of product pictures.

    A header, as Streamlit takes the attribute `referrerpolicy` out of the HTML that it is given.

    Args:
        app: Whose answers are told so.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Referrer-Policy"] = "no-referrer"
            await send(message)

        await self._app(scope, receive, told)
