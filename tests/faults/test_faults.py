"""Killed or out of disk at any point, the store shows the old version or the new one, and the next run goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.runner import STAGES, STEPS

ROOT = Path(__file__).parents[2]
KILLED = -9
LAST_OLD = STEPS.index("the new one is in place")  # until this step is done, the old version is served


@dataclass(frozen=True)
class Case:
    """A fault, and what the store shows after it."""

    name: str
    store: str
    status: int


def published(step: int, moment: str) -> str:
    return "new" if step > LAST_OLD or (step == LAST_OLD and moment == "after") else "old"


CASES = [
    *(
        Case(f"killed: {stage}, {moment}", "old", KILLED)
        for stage in STAGES
        for moment in ("at work", "before the rename", "after the rename")
    ),
    *(
        Case(f"killed: publish, {moment} {what}", published(step, moment), KILLED)
        for step, what in enumerate(STEPS)
        for moment in ("before", "after")
    ),
    *(Case(f"disk full: {stage}", "old", 1) for stage in (*STAGES, "publish")),
]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What was seen of each case, tried once each."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.runner", str(tmp_path_factory.mktemp("faults"))],
        cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return {(each := json.loads(line))["name"]: each for line in done.stdout.splitlines()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name} -> {case.store} version")
def test_the_store_shows_the_old_version_or_the_new_one(seen: dict[str, dict[str, object]], case: Case) -> None:
    found = seen[case.name]
    assert found["store"] == case.store
    assert found["status"] == case.status, found["told"]
    if case.status == 1:
        told = " ".join(str(found["told"]).split())
        assert "The file system refused: " in told, told
        assert told.endswith("that the disk is not full."), told
        assert "Traceback" not in told


def test_the_next_run_goes_on_and_publishes(seen: dict[str, dict[str, object]]) -> None:
    following = [each for name, each in seen.items() if name.startswith("next run: ")]
    assert len(following) == 1 + 2 * len(STEPS) + 2
    for each in following:
        assert (each["status"], each["store"]) == (0, "new"), each
    # Every stage that was renamed into place before its run was killed is used by the run after all of them.
    told = " ".join(str(seen["next run: everything killed above"]["told"]).split())
    assert told.count("kept from an earlier run") == len(STAGES)
