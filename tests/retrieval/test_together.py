"""What is asked for at once is done together, each once, and a fault is told to who asked."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest

from pipeline.retrieval.together import Together

MOST = 4


class Doubling:
    """Doubles numbers, 13 not; notes what was done together, and waits until it may go."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.began, self.go = Event(), Event()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.batches.append(list(numbers))
        self.began.set()
        assert self.go.wait(10)
        if 13 in numbers:
            raise ZeroDivisionError
        return [2 * number for number in numbers]


class Asked(dict):
    """What is asked, and how often anything was."""

    times = 0

    def setdefault(self, *arguments: object) -> object:
        self.times += 1
        return super().setdefault(*arguments)


def asked(work: Doubling, numbers: Sequence[int]) -> list[object]:
    """Ask for the first alone, for the others while it is worked on; return the answers or exceptions."""
    together = Together(work, MOST)
    together._asked = noted = Asked()
    with ThreadPoolExecutor(len(numbers)) as pool:
        found = [pool.submit(together, numbers[0])]
        assert work.began.wait(10)
        found += [pool.submit(together, number) for number in numbers[1:]]
        while noted.times < len(numbers):
            sleep(0.001)
        work.go.set()
        return [each.exception() or each.result() for each in found]


def test_what_comes_meanwhile_is_done_together_and_each_is_done_once() -> None:
    work = Doubling()
    assert asked(work, [1, 2, 3, 4, 5, 6, 7]) == [2, 4, 6, 8, 10, 12, 14]
    assert [len(batch) for batch in work.batches] == [1, MOST, 2]
    assert sorted(number for batch in work.batches for number in batch) == [1, 2, 3, 4, 5, 6, 7]


def test_two_who_ask_for_the_same_share_one_answer() -> None:
    work = Doubling()
    assert asked(work, [1, 2, 2, 2]) == [2, 4, 4, 4]
    assert [sorted(batch) for batch in work.batches] == [[1], [2]]


def test_a_fault_is_told_to_who_asked_and_the_others_are_answered() -> None:
    found = asked(Doubling(), [1, 13, 2, 3])
    assert isinstance(found[1], ZeroDivisionError)
    assert [found[0], *found[2:]] == [2, 4, 6]


def test_nobody_is_forgotten_where_work_fails_while_others_ask_for_the_same() -> None:
    work = Doubling()
    together = Together(work, MOST)
    together._asked = noted = Asked()
    with ThreadPoolExecutor(5) as pool:
        found = [pool.submit(together, 1)]
        assert work.began.wait(10)
        found += [pool.submit(together, number) for number in (13, 2)]
        while noted.times < 3:
            sleep(0.001)
        work.began.clear()
        work.go.set()
        assert work.began.wait(10)  # 13 and 2 are worked on together, or one after the other
        found += [pool.submit(together, number) for number in (2, 13)]
        ends = [each.exception(20) or each.result(20) for each in found]
    assert [ends[0], ends[2], ends[3]] == [2, 4, 4]
    assert isinstance(ends[1], ZeroDivisionError)
    assert isinstance(ends[4], ZeroDivisionError)
    assert not together._asked


def test_what_failed_can_be_asked_for_again() -> None:
    work = Doubling()
    work.go.set()
    together = Together(work, MOST)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            together(13)
    assert together(2) == 4
