"""Styles in the page's head: HTML has them, whole and with the right length; nothing else is changed."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.early_styles import EarlyStyles

CSS = "h1 { margin: 0 }"
PAGE = "<html><head><title>é</title></head><body></head></body></html>"
HTML = {"accept": "text/html,*/*"}


def page(request: Request) -> Response:
    assert "range" not in request.headers
    assert "if-none-match" not in request.headers
    return HTMLResponse(PAGE, headers={"ETag": '"before"'})


def in_parts(request: Request) -> Response:
    return StreamingResponse(iter([PAGE[:20], PAGE[20:]]), media_type="text/html")


def values(request: Request) -> Response:
    return JSONResponse({"head": "</head>"}, headers={"ETag": '"kept"'})


ROUTES = [Route("/page", page), Route("/parts", in_parts), Route("/values", values)]
CLIENT = TestClient(Starlette(routes=ROUTES, middleware=[Middleware(EarlyStyles, css=CSS)]))
STYLED = PAGE.replace("</head>", f"<style>{CSS}</style></head>", 1)


def test_a_page_has_them_at_the_end_of_its_head() -> None:
    answer = CLIENT.get("/page", headers=HTML | {"range": "bytes=0-5", "if-none-match": '"before"'})
    assert answer.status_code == 200
    assert answer.text == STYLED
    assert int(answer.headers["content-length"]) == len(STYLED.encode())
    assert "etag" not in answer.headers  # it named the page without them
    assert CLIENT.get("/parts", headers=HTML).text == STYLED


def test_all_else_is_left_as_it_is() -> None:
    answer = CLIENT.get("/values", headers=HTML)
    assert (answer.json(), answer.headers["etag"]) == ({"head": "</head>"}, '"kept"')
    assert CLIENT.get("/page", headers={"accept": "application/json"}).text == PAGE
    assert CLIENT.head("/page", headers=HTML).status_code == 200
