"""The limit of bodies: stated or not, they are refused before a route reads them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from dashboard.api.body import BodyLimit
from tests.asynchronous import run
from tests.dashboard.api.asking import Echo, ask, problem


async def pieces(*sizes: int) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"x" * size


def test_a_body_within_the_limit_is_passed_on_whole() -> None:
    app = BodyLimit(Echo(), most=10)
    assert ask(app, "POST", "/", content=b"x" * 10).text == "x" * 10
    assert ask(app, "POST", "/", content=pieces(4, 0, 6)).text == "x" * 10
    assert ask(app, "POST", "/").text == ""


@pytest.mark.parametrize("sizes", [(11,), (4, 7), (1,) * 11])
def test_a_larger_body_is_refused_whether_its_length_is_stated_or_not(sizes: tuple[int, ...]) -> None:
    echo = Echo()
    app = BodyLimit(echo, most=10)
    stated = ask(app, "POST", "/", content=b"x" * sum(sizes))
    for response in (stated, ask(app, "POST", "/", content=pieces(*sizes))):
        assert problem(response, 413) == "The body of the request is too large. Send at most 10 bytes."
        assert response.headers["connection"] == "close"
    assert echo.read == 0


def test_a_stated_length_is_refused_before_a_byte_is_read() -> None:
    async def never() -> dict[str, object]:
        raise AssertionError("the body was read")

    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-length", b"11")]}
    run(BodyLimit(Echo(), most=10)(scope, never, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 413


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(60)

    response: httpx.Response = ask(BodyLimit(Echo(), most=10, seconds=0.05), "POST", "/", content=slow())
    assert "took too long" in problem(response, 408)
