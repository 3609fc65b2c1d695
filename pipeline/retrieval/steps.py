"""How long each step of an answer took."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter


class Steps:
    """A stopwatch: `with steps("encode"): ...`, then `steps.done()`."""

    def __init__(self) -> None:
        self._began = perf_counter()
        self._taken: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        began = perf_counter()
        yield
        self._taken[step] = (perf_counter() - began) * 1e3

    def done(self) -> dict[str, float]:
        """Return milliseconds by step, "total" last."""
        return {**self._taken, "total": (perf_counter() - self._began) * 1e3}
