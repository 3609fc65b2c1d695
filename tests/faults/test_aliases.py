"""Killed or out of disk while an alias is switched: the old aliases or the new ones, never half of them."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.aliases import Aliases

OLD, NEW = {"production": "old"}, {"production": "new"}


def switch(artifacts: Path) -> None:
    Aliases(artifacts).set("production", "new")


def faulty(act: Callable[[Path], None], artifacts: Path, number: int, *, kill: bool) -> None:
    """Do something in this process until the number-th time that it asks the system to open or rename a file below."""
    left = [number]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        below = bool(arguments) and str(artifacts) in str(arguments[0])
        writes = event == "os.rename" or (event == "open" and isinstance(arguments[1], str) and "w" in arguments[1])
        if below and writes:
            left[0] -= 1
            if left[0] == 0:
                if kill:
                    os.kill(os.getpid(), signal.SIGKILL)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    sys.addaudithook(hook)
    try:
        act(artifacts)
    except OSError:
        os._exit(3)
    os._exit(0)


@pytest.mark.parametrize("kill", [True, False], ids=["killed", "disk full"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_switch_is_whole_or_did_not_happen(tmp_path: Path, number: int, kill: bool) -> None:
    Aliases(tmp_path).set("production", "old")
    process = multiprocessing.get_context("spawn").Process(
        target=faulty, args=(switch, tmp_path, number), kwargs={"kill": kill}
    )
    process.start()
    process.join(60)
    assert process.exitcode in (0, 3, -signal.SIGKILL)
    if number <= 3:  # the lock, the new file aside, the rename
        assert process.exitcode == (-signal.SIGKILL if kill else 3)
        assert Aliases(tmp_path).all() == OLD
    else:
        assert Aliases(tmp_path).all() == NEW
    switch(tmp_path)
    assert Aliases(tmp_path).all() == NEW
