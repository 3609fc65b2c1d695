"""The one place that pages and REST API get engines from: as they were published, or with what was added since."""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from pathlib import Path

from dashboard import live
from dashboard.allocator import settle
from dashboard.open_versions import CAPACITY, Versions
from pipeline.addresses import is_address
from pipeline.errors import ExplorerError
from pipeline.remote import open_store
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.live.store import LiveProducts

ROOT = Path(__file__).resolve().parent.parent
LOOK = 0.25  # seconds for which a look at a version's files holds: at hundreds of answers a second it would cost most

log = logging.getLogger(__name__)


def versions() -> Versions:
    """Return the versions in or at the environment's PSE_ARTIFACTS, or below `artifacts/` of this repository."""
    where = os.environ.get("PSE_ARTIFACTS") or ROOT / "artifacts"
    return _versions(str(where) if is_address(where) else str(Path(where).resolve()))


@lru_cache(maxsize=1)
def _versions(where: str) -> Versions:
    return Versions(open_store(where), look=LOOK)


@lru_cache(maxsize=1)
def _live(artifacts: Path) -> live.Live:
    return live.Live(artifacts, CAPACITY)


def published(name: str | None) -> Engine:
    """Return the engine of the named version or alias, or of the default one, as it was published and measured."""
    return versions().view().engine(name or None)


def engine(name: str | None) -> Engine:
    """Return the engine of the named version, or of the default one, with what was added since, if that is on."""
    return with_added(published(name))


def with_added(found: Engine) -> Engine:
    """Return the engine over a published one and what was added to it since; itself where that is off, or nothing."""
    return added(found).engine() if live.on() else found


def added(found: Engine) -> LiveProducts:
    """Return what adds products to the version of a published engine."""
    return _live(versions().store.artifacts).products(found)


def warm() -> None:
    """Open the default version ahead of the first visitor, then look whether the others are whole."""
    settle()  # first: of a version, which may be replaced, nothing may stay for good
    try:
        engine(None)
    except ExplorerError as error:
        log.warning("%s", error)
    for listed in versions().listing():
        if not listed.loaded and not listed.reason and versions().store.here(listed.name):
            versions().check(listed.name)
