"""Work that costs little more for several at once than for one: what is asked for meanwhile is done together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from threading import Lock
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
        self._lock = Lock()  # over what is asked, for an instant
        self._working = Lock()

    def __call__(self, key: K) -> V:
        """Return what comes of a key; raises what the work raises."""
        with self._lock:
            answer = self._asked.setdefault(key, Future())
        with self._working:
            if not answer.done():  # else another thread took it along
                self._do(key)
        return answer.result()

    def _do(self, key: K) -> None:
        with self._lock:
            keys = [key, *(other for other in self._asked if other != key)][: self._most]
            answers = {each: self._asked.pop(each) for each in keys}
        try:
            found = self._work(keys)
        except BaseException as error:
            answers.pop(key).set_exception(error)
            with self._lock:  # the fault may be this key's alone: whoever waits for another tries it without
                self._asked = answers | self._asked
            return
        for answer, value in zip(answers.values(), found, strict=True):
            answer.set_result(value)
