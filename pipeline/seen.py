"""What was seen at an address at one look, and the aliases that come with it."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from pipeline.addresses import failure
from pipeline.aliases import ALIASES, FILE, LIMIT
from pipeline.manifest import Manifest
from pipeline.names import NAME
from pipeline.source import Source

log = logging.getLogger(__name__)
DENIED = b"denied"  # no aliases; S3 says so of a file that is not there, too, unless its keys may be listed


@dataclass(frozen=True)
class Seen:
    """What was seen at an address.

    Args:
        names: Of the versions, sorted.
        until: When it is looked at again, by `time.monotonic`.
        manifests: {version: its manifest}, of those that were asked for.
    """

    names: tuple[str, ...]
    until: float
    manifests: dict[str, Manifest]


def read_aliases(source: Source) -> bytes | None:
    """Return the text of the aliases at the address; None where there are none, `DENIED` where no one may read them.

    Raises:
        Unreachable: They cannot be read.
    """
    try:
        return source.read(FILE, LIMIT)
    except FileNotFoundError:
        return None
    except PermissionError:
        return DENIED
    except Exception as error:
        raise failure(error, source.address, "aliases") from None


def copy_aliases(text: bytes | None, artifacts: Path, address: str) -> None:
    """Copy aliases below `artifacts` where they are sound, as a whole; take them away where there are none any more."""
    path = artifacts / FILE
    if text == DENIED:
        if path.is_file():
            log.warning("The aliases at %s may not be read; those of before stay.", address)
        return
    if text is None:
        path.unlink(missing_ok=True)
        return
    try:
        said = json.loads(text) if len(text) <= LIMIT else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not all(
        alias in ALIASES and isinstance(name, str) and NAME.fullmatch(name) for alias, name in said.items()
    ):
        log.warning("The aliases at %s are damaged; those of before stay.", address)
        return
    if not path.is_file() or path.read_bytes() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{FILE}.{os.getpid()}.fetching")
        aside.write_bytes(text)
        aside.replace(path)
