"""The optional API key. Where PSE_API_KEY is set, nothing but the health routes answers without it."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.api.problem import respond
from dashboard.map_pass import PARAMETER, map_pass

FREE = ("/healthz", "/readyz")  # a load balancer has no key
MAP = "/api/map/"  # the browsers that show a page have no key: the page puts a pass into the addresses of its map


class ApiKey:
    """Refuses requests without the key, in the header `X-API-Key` or as `Authorization: Bearer`.

    Args:
        app: What answers.
        key: What clients must send; "" asks for nothing.
    """

    def __init__(self, app: ASGIApp, key: str = "") -> None:
        self._app = app
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._key or scope["path"] in FREE or self._known(scope):
            await self._app(scope, receive, send)
            return
        sentence = "This service needs its key. Send it in the header X-API-Key, or as Authorization: Bearer KEY."
        refusal = respond(Request(scope), 401, sentence, {"WWW-Authenticate": 'Bearer realm="api"'})
        await refusal(scope, receive, send)

    def _known(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        sent = headers.get("X-API-Key") or (token.strip() if scheme.lower() == "bearer" else "")
        if _same(sent, self._key):
            return True
        if not scope["path"].startswith(MAP):
            return False
        try:
            query = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=50)
        except ValueError:  # more parameters than any map asks with
            return False
        return _same(query.get(PARAMETER, [""])[0], map_pass(self._key))


def _same(sent: str, wanted: str) -> bool:
    """Compare in a time that does not tell how much of it is right."""
    return hmac.compare_digest(sent.encode("utf-8", "surrogatepass"), wanted.encode())
