"""Clients that keep a server busy: each has a connection, sends a request, waits for the answer, and sends the next.

They speak just as much HTTP as that takes, as they share the processor with the server that they measure.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

APART = 0.01  # seconds between two clients' first requests


@dataclass
class Answers:
    """What came of a while: ms of each answer that was one, statuses, and seconds on the clock."""

    ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second with status 200."""
        return self.statuses[200] / self.seconds

    def quantile(self, share: float) -> float:
        """Return the ms within which that share of the answers with status 200 came."""
        return float(np.quantile(self.ms, share)) if self.ms else float("nan")


def post(path: str, body: object) -> bytes:
    """Return a request as it goes over the wire."""
    content = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: load\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    return head.encode() + b"\r\n" + content


async def _client(port: int, requests: Iterator[bytes], wait: float, until: float, most: int, found: Answers) -> None:
    await asyncio.sleep(wait)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while perf_counter() < until and found.statuses.total() < most:
            if (request := next(requests, None)) is None:
                return
            began = perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            status = int(head[9:12])
            at = head.lower().index(b"content-length:") + 15
            await reader.readexactly(int(head[at : head.index(b"\r\n", at)]))
            found.statuses[status] += 1
            if status == 200:
                found.ms.append((perf_counter() - began) * 1e3)
    finally:
        writer.close()


async def _all(port: int, requests: Iterator[bytes], clients: int, seconds: float, most: int) -> Answers:
    found, began = Answers(), perf_counter()
    # One after the other: a worker takes all the connections that it finds waiting, and the others would idle.
    work = (_client(port, requests, place * APART, began + seconds, most, found) for place in range(clients))
    for ended in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(ended, BaseException):
            found.statuses[0] += 1  # a connection that broke
    found.seconds = perf_counter() - began
    return found


def busy(port: int, requests: Iterator[bytes], clients: int, seconds: float = 3600.0, most: int = 10**9) -> Answers:
    """Return what comes of so many clients that ask for so long, or so often.

    Args:
        port: Of a server on this machine.
        requests: Shared by the clients; they end with it.
        clients: Each waits for its answer before it asks again.
        seconds: How long.
        most: How many answers.
    """
    return asyncio.run(_all(port, requests, clients, seconds, most))
