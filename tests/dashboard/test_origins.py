"""Who may open a WebSocket."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.origins import SameOriginSockets


async def greet(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("welcome")
    await socket.close()


def page(request: Request) -> Response:
    return Response(status_code=204)


@pytest.fixture
def client() -> TestClient:
    app = Starlette(
        routes=[WebSocketRoute("/", greet), Route("/page", page)],
        middleware=[Middleware(SameOriginSockets, allowed=["https://partner.example/"])],
    )
    return TestClient(app, headers={"host": "shop.example:8000"})


def opens(client: TestClient, **headers: str) -> bool:
    try:
        with client.websocket_connect("/", headers=headers) as socket:
            return socket.receive_text() == "welcome"
    except WebSocketDisconnect as refused:
        return refused.code != 1008


@pytest.mark.parametrize(
    ("origin", "opened"),
    [
        ("http://shop.example:8000", True),
        ("https://Shop.example:8000", True),  # a proxy before us speaks HTTPS
        ("https://partner.example", True),
        ("http://shop.example", False),
        ("http://shop.example:8000.evil.example", False),
        ("http://evil.example", False),
        ("http://localhost", False),
        ("null", False),  # a page in a sandboxed frame
        ("", False),
    ],
)
def test_a_page_of_another_host_gets_none(client: TestClient, origin: str, opened: bool) -> None:
    assert opens(client, origin=origin) is opened


def test_what_is_no_browser_gets_one(client: TestClient) -> None:
    assert opens(client)


def test_other_requests_are_left_alone(client: TestClient) -> None:
    assert client.get("/page", headers={"origin": "http://evil.example"}).status_code == 204
