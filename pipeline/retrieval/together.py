"""Work that costs little more for several at once than for one: what is asked for meanwhile is done together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from threading import Condition
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Together(Generic[K, V]):
    """Does one piece of work at a time, and takes along what other threads have come with. Safe to share between them.

    Nobody waits for company: what is asked for alone is done at once.

    Args:
        work: Returns what comes of each of some different keys, in their order.
        most: How many are done at once.
    """

    def __init__(self, work: Callable[[Sequence[K]], Sequence[V]], most: int) -> None:
        self._work = work
        self._most = most
        self._asked: dict[K, Future[V]] = {}
        self._working = False
        self._changed = Condition()  # over the two above

    def __call__(self, key: K) -> V:
        """Return what comes of a key; raises what the work raises."""
        batch: dict[K, Future[V]] = {}
        with self._changed:
            answer = self._asked.setdefault(key, Future())
            while self._working and not answer.done():
                self._changed.wait()
            if not answer.done():  # else another thread took it along
                keys = [key, *(other for other in self._asked if other != key)][: self._most]
                batch = {each: self._asked.pop(each) for each in keys}
                self._working = True
        if batch:
            self._do(batch)
        try:
            return answer.result()
        except _Alone:
            return self._work([key])[0]

    def _do(self, batch: dict[K, Future[V]]) -> None:
        try:
            for answer, value in zip(batch.values(), self._work(list(batch)), strict=True):
                answer.set_result(value)
        except BaseException as error:
            for answer in batch.values():
                answer.set_exception(error if len(batch) == 1 else _Alone())
        finally:
            with self._changed:
                self._working = False
                self._changed.notify_all()


class _Alone(Exception):
    """The work failed for several at once: the fault may be another's, and each tries again by itself."""
