"""Tries each case in a process of its own, where a crash takes nothing else down: `python -m tests.trust.runner STORE`.

Writes one line of JSON for each: its name and what came of it. A sentence is a refusal through the pages' and the
API's one place that opens versions, after which the version that was served before still answers.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
from pathlib import Path

from fastapi.testclient import TestClient

from dashboard import loading
from dashboard.api import app
from pipeline.errors import ExplorerError
from pipeline.retrieval.engine import Engine
from tests.trust.cases import ANSWERS, CRAFTED, Case, folder_of, swept
from tests.trust.harm import encoder, signed

MEMORY = 6 * 2**30  # bytes of address space a case may take
SECONDS = 30


def use(engine: Engine) -> None:
    """Ask for everything that an engine answers."""
    for query in ("camera", "wireless headphones", "usb cable lens"):
        engine.search(query, k=12)
        for mode in ("fused", "lexical", "semantic"):
            engine.search(query, k=12, mode=mode)
    engine.similar(engine.catalogue.ids[3], space="towers")
    for user in engine.shoppers.ids if engine.shoppers else ():
        engine.recommend(user_id=user, as_of="test")
        engine.shoppers.history(user)
    engine.recommend(history=engine.catalogue.ids[:3])
    for row in range(len(engine.catalogue)):
        engine.catalogue.product(row)


def outcome(case: Case, artifacts: Path) -> str:
    """Harm the version, open it, and return the sentence or what else came of it."""
    bad = artifacts / "versions" / "bad"
    versions = loading.versions()
    versions.engine("good")
    case.harm(bad)
    if case.signed:
        signed(bad)
    try:
        use(versions.engine("bad"))
        found = ANSWERS
    except ExplorerError as error:
        found = error.problem
    assert versions.engine("good").search("camera").hits
    client = TestClient(app, raise_server_exceptions=False)
    told = client.get("/api/search", params={"q": "camera", "version": "bad"})
    if told.status_code != (200 if found == ANSWERS else 503):
        return f"the API answers {told.status_code}: {told.text[:200]}"
    if found != ANSWERS and not (told.json()["error"].startswith(found) and "\n" not in found):
        return f"the API says something else: {told.text[:200]}"
    if client.get("/api/search", params={"q": "camera", "version": "good"}).status_code != 200:
        return "the good version does not answer any more"
    return found


def tried(case: Case, store: Path, room: Path) -> str:
    """Return what comes of a case, in a child process."""
    shutil.rmtree(room, ignore_errors=True)
    shutil.copytree(store, room)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            signal.alarm(SECONDS)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            try:
                found = outcome(case, room)
            except BaseException as error:
                found = f"{type(error).__name__}: {error}"
            os.write(writing, found.encode()[:4000])
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        found = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    return f"killed by signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else found


def warm_up(store: Path) -> None:
    """Ask once for everything, so that what is imported on the way is there for every child."""
    os.environ["PSE_ARTIFACTS"] = str(store)
    use(loading.versions().engine("bad"))
    TestClient(app).get("/api/search", params={"q": "camera"})
    loading._versions.cache_clear()


def main() -> None:
    store, room = Path(sys.argv[1]), Path(sys.argv[2])
    warm_up(store)
    os.environ["PSE_ARTIFACTS"] = str(room)
    assert encoder(store / "versions" / "bad").is_dir()
    for case in CRAFTED + swept(folder_of(store / "versions" / "bad")):
        print(json.dumps({"name": case.name, "outcome": tried(case, store, room)}), flush=True)


if __name__ == "__main__":
    main()
