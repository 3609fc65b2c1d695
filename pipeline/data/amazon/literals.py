"""Metadata of 2014: one Python dict literal a line, read as data, never run, and written as JSON lines.

`ast.literal_eval` takes about a second for 10,000 products, so large files are shared among processes.
"""

from __future__ import annotations

import ast
import json
import os
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context

KEYS = ("asin", "title", "brand", "categories", "price", "imUrl", "description")
FEW = 2  # blocks that are not worth the start of processes

Block = tuple[int, bytes]


def as_json(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks of literals as blocks of JSON, line by line, in their order.

    Args:
        blocks: (number of the first line, whole lines of UTF-8).
    """
    blocks = iter(blocks)
    first = list(islice(blocks, FEW + 1))
    if len(first) <= FEW:
        for number, text in first:
            yield number, converted(text)
        return
    workers = max(os.cpu_count() or 1, 1)
    # Spawned, not forked: the database's threads would not survive a fork.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: deque[tuple[int, Future[bytes]]] = deque()
        for number, text in chain(first, blocks):
            waiting.append((number, pool.submit(converted, text)))
            if len(waiting) > 2 * workers:  # what is read ahead stays in memory
                number, done = waiting.popleft()
                yield number, done.result()
        for number, done in waiting:
            yield number, done.result()


def converted(text: bytes) -> bytes:
    """Return as many lines: JSON of `KEYS` where a line is a dict literal, the line itself where it is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a backslash in a title that escapes nothing
        return b"".join(_line(line) + b"\n" for line in text.removesuffix(b"\n").split(b"\n"))


def parsed(line: str) -> object:
    """Return what a literal means.

    Raises:
        ValueError: It is no literal.
    """
    try:
        return ast.literal_eval(line.strip())  # reads literals alone: names and calls are refused, nothing is run
    except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError("no literal") from error


def _line(line: bytes) -> bytes:
    try:
        found = parsed(line.decode("utf-8"))
    except ValueError:
        return line
    if not isinstance(found, dict):
        return line
    kept = {key: found[key] for key in KEYS if key in found}
    try:
        return json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace")
    except (TypeError, ValueError):  # bytes or a set are literals too
        return line
