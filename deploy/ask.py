"""Asks a server of this container for its health, a search, a recommendation and a page; fails where one is wrong.

A page is asked for as a browser does: over the WebSocket, until the script has run to its end.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from typing import Any
from urllib.request import urlopen

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

HOST = "127.0.0.1:8000"
QUERY = "wireless headphones"


def get(path: str) -> tuple[Any, float]:
    """Return a JSON answer and how many ms it took."""
    began = time.perf_counter()
    with urlopen(f"http://{HOST}{path}", timeout=30) as answer:
        return json.load(answer), 1000 * (time.perf_counter() - began)


async def page(query: str) -> tuple[list[str], float]:
    """Return the ids of the products on the Search page, and how many ms it took to draw."""
    began = time.perf_counter()
    address, origin = f"ws://{HOST}/_stcore/stream", f"http://{HOST}"
    async with websockets.connect(address, subprotocols=["streamlit"], origin=origin, max_size=None) as socket:
        asked = BackMsg()
        asked.rerun_script.page_name = "search"
        asked.rerun_script.query_string = f"q={query.replace(' ', '+')}"
        await socket.send(asked.SerializeToString())
        drawn = ""
        while True:
            told = ForwardMsg.FromString(await asyncio.wait_for(socket.recv(), 60))
            if told.WhichOneof("type") == "delta" and told.delta.WhichOneof("type") == "new_element":
                drawn += told.delta.new_element.html.body
            if told.WhichOneof("type") == "script_finished":
                break
    return re.findall(r'data-product="([^"]+)"', drawn), 1000 * (time.perf_counter() - began)


def main() -> None:
    words = QUERY.replace(" ", "+")
    health, _ = get("/healthz")
    assert health["status"] == "ok", health
    print("/healthz", json.dumps(health)[:200])
    found, first = get(f"/api/search?q={words}&limit=5")
    assert found["total"] == 5, found
    _, again = get(f"/api/search?q={words}&limit=5")
    print(
        f"/api/search?q={words} {first:.0f} ms, then {again:.0f} ms:",
        "; ".join(each["title"] for each in found["items"]),
    )
    recommended, took = get(f"/api/recommend?q={words}&top_k=5")
    assert recommended["total"] == 5, recommended
    print(
        f"/api/recommend?q={words} {took:.0f} ms:", "; ".join(each["title"] for each in recommended["recommendations"])
    )
    with urlopen(f"http://{HOST}/", timeout=30) as answer:
        assert '<div id="root"' in answer.read().decode(), "the page's HTML"
    shown, took = asyncio.run(page(QUERY))
    assert shown[:5] == [each["asin"] for each in found["items"]], (shown, found)
    print(f"/search?q={words} {took:.0f} ms: the page shows {len(shown)} products, the same first")


main()
