"""What the service bears: searches and recommendations a second, latency, overload, memory and cold start.

    python -m benchmarks.load [--seconds N] [--requests N] [--workers N] [--artifacts FOLDER] [--products N]

Server and clients share this machine. Clients come over the loopback, each waiting for its answer before it asks again.
`benchmarks.load_version` makes the version unless a folder holds one; what it draws at random changes no timing.
"""

from __future__ import annotations

import argparse
import os
import platform
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow.parquet as pq

from benchmarks.load_clients import busy, post
from benchmarks.load_version import NAME, PRODUCTS_OF_BEAUTY

ROOT = Path(__file__).parents[1]
CLIENTS = (1, 8, 32)
REPEATED = 200  # different queries where they are repeated: all are remembered soon
STARTS = 5
TOO_MANY = 200  # clients of the overload


class Server:
    """A server under load.

    Args:
        process: Of the server, or of the parent of its workers.
        port: Where it listens.
        started: When the process was started, by `time.perf_counter`.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int, started: float) -> None:
        self.process, self.port, self.started = process, port, started

    def get(self, path: str) -> int:
        """Return the status of an answer, 0 for none."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def family(self) -> list[int]:
        """Return the process ids of the server and its workers."""
        found = [self.process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in task.read_text().split()]
        return found

    def processor(self) -> float:
        """Return the seconds of processor time that the server has used, workers included."""
        ticks = 0
        for pid in self.family():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])  # user and system, of proc(5)'s fields 14 and 15
        return ticks / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """Return what is resident of the server, workers included, in MB; what workers share counts for each."""
        kilobytes = 0
        for pid in self.family():
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                kilobytes += int(line.split()[1]) if line.startswith("VmRSS") else 0
        return kilobytes / 1024


@contextmanager
def serving(artifacts: Path, workers: int, **environment: str) -> Iterator[Server]:
    """Start the service over the versions in a folder, as it is started alone; ends it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "dashboard.api:app", "--port", str(port), "--log-level", "warning"]
    command += ["--no-access-log", "--workers", str(workers)]
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        # One thread a request: several requests share the cores already.
        env={**os.environ, "PSE_ARTIFACTS": str(artifacts), "OMP_NUM_THREADS": "1", **environment},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Server(process, port, started)
    finally:
        process.terminate()
        process.wait(30)


def first_answer(server: Server) -> float:
    """Return the seconds from the start of the process to its first answer to a search."""
    request = post("/api/v1/search", {"query": "first of all"})
    while True:
        try:
            if busy(server.port, iter([request]), 1).statuses[200]:
                return time.perf_counter() - server.started
        except OSError:
            pass
        if server.process.poll() is not None:
            raise SystemExit("The server ended before it answered.")
        time.sleep(0.02)


def searches(titles: list[str], distinct: bool, seed: int) -> Iterator[bytes]:
    """Yield searches for two to four words of titles; without end where they are repeated."""

    def drawn() -> Iterator[bytes]:
        generator = np.random.default_rng(seed)
        seen: set[str] = set()
        while True:
            words = titles[int(generator.integers(len(titles)))].lower().split()
            at = int(generator.integers(max(len(words) - 3, 1)))
            query = " ".join(words[at : at + int(generator.integers(2, 5))])[:100]
            if query not in seen:
                seen.add(query)
                yield post("/api/v1/search", {"query": query})

    endless = drawn()
    return endless if distinct else cycle([next(endless) for _ in range(REPEATED)])


def recommendations(ids: list[str], seed: int) -> Iterator[bytes]:
    """Yield recommendations from histories of one to ten products."""
    generator = np.random.default_rng(seed)
    while True:
        history = [ids[row] for row in generator.integers(len(ids), size=int(generator.integers(1, 11)))]
        yield post("/api/v1/recommend", {"history": history})


def row(name: str, server: Server, requests: Iterator[bytes], clients: int, seconds: float) -> str:
    """Ask for a while, and return a row of the table."""
    before = server.processor()
    found = busy(server.port, requests, clients, seconds)
    each = (server.processor() - before) * 1e3 / max(found.statuses[200], 1)
    others = found.statuses.total() - found.statuses[200]
    times = " | ".join(f"{found.quantile(share):.1f}" for share in (0.5, 0.95, 0.99))
    return f"| {name} | {clients} | {found.rate:.0f} | {times} | {each:.1f} | {others} |"


def report(artifacts: Path, seconds: float, workers: int, mixed_requests: int) -> list[str]:
    """Return the lines of the report."""
    table = pq.read_table(artifacts / "versions" / NAME / "products.parquet", columns=["product_id", "title"])
    ids, titles = table["product_id"].to_pylist(), table["title"].to_pylist()
    lines = []
    starts = []
    for _ in range(STARTS - 1):
        with serving(artifacts, 1) as server:
            starts.append(first_answer(server))
    with serving(artifacts, 1) as server:
        starts.append(first_answer(server))
        lines += [
            f"Cold start, one worker, {STARTS} times: {np.median(starts):.1f} s to the first answer in the median "
            f"({min(starts):.1f} to {max(starts):.1f}), {server.megabytes():.0f} MB resident then.",
            "",
        ]
        mixed = (
            each for pair in zip(searches(titles, True, 1), recommendations(ids, 1), strict=False) for each in pair
        )
        busy(server.port, mixed, 4, most=mixed_requests // 5)  # the first of them fill caches
        before = server.megabytes()
        busy(server.port, mixed, 4, most=mixed_requests)
        after = server.megabytes()
        lines += [
            f"Memory, one worker: {before:.0f} MB before {mixed_requests:,} requests (half of them searches, each "
            f"another), {after:.0f} MB after.",
            "",
        ]
    with serving(artifacts, workers) as server:
        first_answer(server)
        while busy(server.port, recommendations(ids, 2), 16, seconds=2).statuses.total() == 0:
            pass  # until every worker has opened the version
        time.sleep(3)
        busy(server.port, searches(titles, True, 3), 16, seconds=3)
        lines += [
            "| asked | clients | answers / s | p50 ms | p95 ms | p99 ms | processor ms | refused |",
            "|---|--:|--:|--:|--:|--:|--:|--:|",
        ]
        for clients in CLIENTS:
            requests = searches(titles, True, 10 + clients)
            lines.append(row("search, each query another", server, requests, clients, seconds))
        requests = searches(titles, False, 4)
        busy(server.port, requests, 8, most=4 * REPEATED)
        for clients in CLIENTS:
            lines.append(row(f"search, {REPEATED} queries repeated", server, requests, clients, seconds))
        for clients in CLIENTS:
            lines.append(row("recommend", server, recommendations(ids, clients), clients, seconds))
        lines += ["", f"{workers} workers, {server.megabytes():.0f} MB resident together."]
        found = busy(server.port, searches(titles, True, 99), TOO_MANY, seconds)
        said = ", ".join(f"{count:,} x {status}" for status, count in sorted(found.statuses.items()))
        lines += [
            "",
            f"Overload, {TOO_MANY} clients that ask again at once: {found.rate:.0f} searches/s answered (p50 "
            f"{found.quantile(0.5):.0f} ms, p99 {found.quantile(0.99):.0f} ms); statuses {said} "
            f"(0: a broken connection). Afterwards /healthz answers {server.get('/healthz')}.",
        ]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=15.0, help="of each row of the table")
    parser.add_argument("--requests", type=int, default=10_000, help="between the two looks at memory")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--products", type=int, default=PRODUCTS_OF_BEAUTY)
    parser.add_argument("--artifacts", type=Path, help=f'holds a version "{NAME}"; made when not given')
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "LOAD.md")
    given = parser.parse_args()
    with TemporaryDirectory() as scratch:
        artifacts = given.artifacts or Path(scratch)
        if given.artifacts is None:
            words = [sys.executable, "-m", "benchmarks.load_version", str(artifacts), "--products", str(given.products)]
            subprocess.run(words, cwd=ROOT, check=True)
        lines = report(artifacts, given.seconds, given.workers, given.requests)
    head = [
        "# What the service bears",
        "",
        f"`python -m benchmarks.load`: {given.products:,} generated products; the real text encoder and search ranker; "
        "random vectors and an untrained user tower of recipe `sequence`, which change no timing. Recommendations come "
        "from the towers alone, without a second stage. "
        f"{os.cpu_count()} cores ({platform.machine()}) shared by server and clients, {given.workers} workers, "
        f"one thread a request (OMP_NUM_THREADS=1), {given.seconds:g} s a row. Processor ms are the server's, for each "
        "answer; what is refused is answered 503.",
        "",
    ]
    text = "\n".join([*head, *lines, ""])
    print(text)
    given.out.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
