"""Pages and service at once: sessions that speak as browsers do, and clients of the API, beside each other for a while.

    python -m benchmarks.soak --artifacts FOLDER [--seconds N] [--sessions N] [--clients N]

A session opens a page over Streamlit's WebSocket, waits until it is drawn, thinks a few seconds, and goes on to another
page or question, as the messages of the browser would ask. What the browser draws from them is not measured here.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import numpy as np
import pyarrow.parquet as pq
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from benchmarks.load import Server

ROOT = Path(__file__).parents[1]
THINK = (1.0, 4.0)  # seconds between a page that is drawn and the next question
LONGEST = 60.0  # seconds that a page may take to be drawn, before that counts as an error
WORDS = ("camera", "wireless headphones", "tripod", "usb cable", "speaker under 100", "memory card", "lens", "bag")


@dataclass
class Told:
    """What came of a while: ms of each answer, by what was asked, and what went wrong."""

    ms: dict[str, list[float]] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)

    def note(self, what: str, began: float) -> None:
        self.ms.setdefault(what, []).append((time.perf_counter() - began) * 1e3)


@dataclass(frozen=True)
class Shop:
    """What can be asked for: versions, products and shoppers."""

    versions: list[str]
    products: list[str]
    shoppers: list[str]

    @classmethod
    def of(cls, artifacts: Path) -> Shop:
        """Read the versions of a folder; products and shoppers are those of the first."""
        folders = [path.parent for path in sorted((artifacts / "versions").glob("[!.]*/users.parquet"))]
        read = [pq.read_table(folders[0] / name, columns=[column])[column].to_pylist() for name, column in COLUMNS]
        return cls([folder.name for folder in folders], read[0], sorted(set(read[1])))


COLUMNS = (("products.parquet", "product_id"), ("users.parquet", "user_id"))


def visits(shop: Shop, seed: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield pages and their parameters, without end."""
    chance = random.Random(seed)
    while True:
        word, product, shopper = chance.choice(WORDS), chance.choice(shop.products), chance.choice(shop.shoppers)
        first, second = chance.choice(shop.versions), chance.choice(shop.versions)
        yield chance.choice(
            [
                ("search", {"q": word}),
                ("search", {"q": word, "version": first, "against": second}),
                ("search", {"q": f"{word} {chance.randrange(1000)}", "why": product}),
                ("search", {"similar": product}),
                ("recommend", {"shopper": shopper}),
                ("recommend", {"for": "basket", "basket": product}),
                ("map", {"version": first, "colour": "cluster"}),
                ("map", {"product": product}),
                ("evaluation", {}),
                ("compare", {}),
            ]
        )


async def session(port: int, shop: Shop, seed: int, until: float, told: Told) -> None:
    """Look at pages as one visitor does."""
    chance = random.Random(seed)
    await asyncio.sleep(chance.uniform(0, THINK[1]))
    try:
        async with connect(
            f"ws://127.0.0.1:{port}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
            ping_interval=None,
        ) as stream:
            for page, parameters in visits(shop, seed):
                if time.perf_counter() > until:
                    return
                asked, began = BackMsg(), time.perf_counter()
                asked.rerun_script.query_string = urlencode(parameters)
                asked.rerun_script.page_name = page
                await stream.send(asked.SerializeToString())
                await asyncio.wait_for(_drawn(stream, told, page), LONGEST)
                told.note(f"page {page}", began)
                await asyncio.sleep(chance.uniform(*THINK))
    except Exception as error:
        told.wrong[f"session: {type(error).__name__} {error}"[:200]] += 1


async def _drawn(stream: Any, told: Told, page: str) -> None:
    """Read until the page is drawn; errors on it are noted."""
    async for message in stream:
        read = ForwardMsg()
        read.ParseFromString(message)
        kind = read.WhichOneof("type")
        if kind == "page_not_found":
            told.wrong[f"page {page}: not found"] += 1
        if kind == "delta":
            element = read.delta.new_element
            if element.WhichOneof("type") == "exception":
                told.wrong[f"page {page}: {element.exception.type} {element.exception.message}"[:200]] += 1
            if element.WhichOneof("type") == "alert" and element.alert.format == element.alert.ERROR:
                told.wrong[f"page {page}: {element.alert.body}"[:200]] += 1
        if kind == "script_finished":
            if read.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                told.wrong[f"page {page}: ended as {read.script_finished}"] += 1
            return
    raise ConnectionError("the server closed the connection")


async def client(port: int, shop: Shop, seed: int, until: float, told: Told) -> None:
    """Ask the service, one request after the other, with a moment between them."""
    chance = random.Random(seed)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=LONGEST) as http:
        while time.perf_counter() < until:
            history = chance.sample(shop.products, 3)
            name, body = chance.choice(
                [
                    ("search", {"query": f"{chance.choice(WORDS)} {chance.randrange(10_000)}"}),
                    ("search", {"query": chance.choice(WORDS), "version": chance.choice(shop.versions)}),
                    ("recommend", {"history": history}),
                    ("similar", {"product_id": history[0]}),
                ]
            )
            began = time.perf_counter()
            try:
                answer = await http.post(f"/api/v1/{name}", json=body)
            except httpx.HTTPError as error:
                told.wrong[f"{name}: {type(error).__name__}"] += 1
                continue
            if answer.status_code == 200:
                told.note(f"api {name}", began)
            else:
                told.wrong[f"{name}: {answer.status_code} {answer.text}"[:200]] += 1
            await asyncio.sleep(chance.uniform(0.05, 0.25))


async def beside(port: int, shop: Shop, sessions: int, clients: int, seconds: float) -> Told:
    """Return what came of sessions and clients at once."""
    told, until = Told(), time.perf_counter() + seconds
    people = [session(port, shop, 100 + number, until, told) for number in range(sessions)]
    people += [client(port, shop, 200 + number, until, told) for number in range(clients)]
    await asyncio.gather(*people)
    return told


def table(told: Told, seconds: float) -> list[str]:
    """Return the lines of a table, one for each kind of question, and of what went wrong."""
    lines = ["| asked | answers | a second | p50 ms | p95 ms | most ms |", "|---|--:|--:|--:|--:|--:|"]
    for what, taken in sorted(told.ms.items()):
        times = " | ".join(f"{value:,.0f}" for value in (*np.quantile(taken, [0.5, 0.95]), max(taken)))
        lines.append(f"| {what} | {len(taken):,} | {len(taken) / seconds:.1f} | {times} |")
    wrong = [f"- {count} x {what}" for what, count in told.wrong.most_common()]
    return [*lines, "", f"Errors: {told.wrong.total()}.", *wrong]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--artifacts", type=Path, required=True, help="holds versions with towers, maps and figures")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--clients", type=int, default=8)
    given = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.headless", "true"]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--server.port", str(port)],
        cwd=ROOT,
        env={**os.environ, "PSE_ARTIFACTS": str(given.artifacts), "OMP_NUM_THREADS": "1"},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    server = Server(process, port, started)
    try:
        while server.get("/readyz") != 200:
            if process.poll() is not None or time.perf_counter() - started > 120:
                raise SystemExit("The server does not answer.")
            time.sleep(0.1)
        before = server.megabytes()
        told = asyncio.run(beside(port, Shop.of(given.artifacts), given.sessions, given.clients, given.seconds))
        used = f"{before:.0f} MB resident before, {server.megabytes():.0f} MB after"
        healthy = server.get("/healthz")
    finally:
        process.terminate()
        process.wait(30)
    head = f"{given.sessions} sessions and {given.clients} clients for {given.seconds:g} s, {os.cpu_count()} cores"
    print("\n".join([f"{head}; {used}; /healthz then {healthy}.", "", *table(told, given.seconds)]))
    if told.wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
