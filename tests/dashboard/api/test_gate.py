"""Concurrency: a bounded number at work, a bounded wait, and a refusal that says when to ask again."""

from __future__ import annotations

import asyncio
import contextlib

import httpx
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request

from dashboard.api.deadline import Deadline, require_time
from dashboard.api.gate import Gate
from tests.dashboard.api.asking import Echo, ask, asked, problem


def at_once(app: object, paths: list[str]) -> list[httpx.Response]:
    async def work(client: httpx.AsyncClient) -> list[httpx.Response]:
        return list(await asyncio.gather(*(client.get(path) for path in paths)))

    return asked(app, work)  # type: ignore[arg-type, return-value]


def test_no_more_than_so_many_work_at_once_and_the_others_wait() -> None:
    echo = Echo(0.01)
    answers = at_once(Gate(echo, at_work=2, waiting=10, patience=5), ["/"] * 8)
    assert [each.status_code for each in answers] == [200] * 8
    assert echo.most == 2


def test_who_finds_no_room_to_wait_is_refused_at_once() -> None:
    echo = Echo(0.2)
    answers = at_once(Gate(echo, at_work=1, waiting=2, patience=5), ["/"] * 5)
    refused = [each for each in answers if each.status_code != 200]
    assert len(refused) == 2
    for each in refused:
        assert problem(each, 503) == "The service is busy. Ask again in a second."
        assert each.headers["retry-after"] == "1"


def test_a_wait_ends() -> None:
    answers = at_once(Gate(Echo(0.3), at_work=1, waiting=10, patience=0.05), ["/"] * 3)
    assert sorted(each.status_code for each in answers) == [200, 503, 503]


def test_a_place_is_free_again_after_a_refusal_and_after_a_failure() -> None:
    class Fails(Echo):
        async def __call__(self, scope, receive, send) -> None:
            if scope["path"] == "/fails":
                raise ZeroDivisionError
            await super().__call__(scope, receive, send)

    app = Gate(Fails(), at_work=1, waiting=1, patience=0.05)

    async def work(client: httpx.AsyncClient) -> list[int]:
        for _ in range(3):
            with contextlib.suppress(ZeroDivisionError):
                await client.get("/fails")
        return [(await client.get("/")).status_code for _ in range(3)]

    assert asked(app, work) == [200, 200, 200]


def test_health_never_waits_and_neither_batches_nor_the_map_wait_for_others() -> None:
    paths = ["/", "/healthz", "/readyz", "/metrics", "/api/map/places", "/api/v1/search/batch"]
    answers = at_once(Gate(Echo(0.2), at_work=1, waiting=1, patience=0.01), [*paths, "/", "/x/batch"])
    assert [each.status_code for each in answers] == [200] * 6 + [503] * 2


def test_few_batches_work_at_once_and_the_map_is_bounded_too() -> None:
    for path, most in (
        ("/api/v1/search/batch", 2),
        ("/api/v1/products/x/batch", 8),
        ("/api/map/places", 8),
        ("/api/v1/search", 8),
    ):
        echo = Echo(0.01)
        answers = at_once(Gate(echo, at_work=8, waiting=20, patience=5), [path] * 20)
        assert [each.status_code for each in answers] == [200] * 20
        assert echo.most == most


def test_an_answer_that_takes_too_long_is_a_problem() -> None:
    response = ask(Deadline(Echo(5), seconds=0.05), "GET", "/")
    assert problem(response, 503) == "This took longer than a request may. Ask for less, or again later."
    assert response.headers["retry-after"] == "1"
    assert ask(Deadline(Echo(), seconds=5), "GET", "/").status_code == 200


def test_late_work_keeps_its_place() -> None:
    echo = Echo(0.3)
    app = Deadline(Gate(echo, at_work=1, waiting=5, patience=5), seconds=0.05)

    async def work(client: httpx.AsyncClient) -> list[int]:
        found = [(await client.get("/")).status_code for _ in range(2)]
        await asyncio.sleep(0.7)
        return found

    assert asked(app, work) == [503, 503]
    assert echo.most == 1


def test_a_failure_passes_through_the_deadline() -> None:
    class Fails:
        async def __call__(self, scope, receive, send) -> None:
            raise ZeroDivisionError

    try:
        ask(Deadline(Fails(), seconds=1), "GET", "/")
    except ZeroDivisionError:
        return
    raise AssertionError


def test_what_nobody_waits_for_any_more_goes_no_further() -> None:
    done = []

    async def batch(scope, receive, send) -> None:
        for place in range(100):
            require_time(Request(scope))
            done.append(place)
            await asyncio.sleep(0.02)

    # Either says it: the deadline, or what looks at the clock before it could.
    assert ask(Deadline(ExceptionMiddleware(batch), seconds=0.1), "GET", "/").status_code == 503
    assert 1 <= len(done) <= 10
    require_time(Request({"type": "http"}))  # where no deadline was set, there is time
