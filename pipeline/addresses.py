"""Addresses of versions that lie elsewhere, and what to say when one cannot be read."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from pathlib import Path

from pipeline.errors import InvalidRequest, Unreachable

ADDRESS = re.compile(r"[a-z0-9][a-z0-9+.-]*://")

log = logging.getLogger(__name__)


def is_address(where: str | Path) -> bool:
    """Return whether versions lie at an address rather than in a folder.

    >>> is_address("s3://bucket/shop"), is_address("/srv/artifacts")
    (True, False)
    """
    return ADDRESS.match(str(where)) is not None


def local_folder(where: str | Path) -> Path:
    """Return a folder to write into.

    Raises:
        InvalidRequest: It is an address, and those are only read.
    """
    if is_address(where):
        raise InvalidRequest(
            f"Versions are not written to {where}.",
            "Give a folder of this machine with --artifacts, and copy it there.",
        )
    return Path(where)


def cache_folder(address: str) -> Path:
    """Return where what comes from an address is kept: below PSE_CACHE, else below the user's own cache folder."""
    own = os.environ.get("PSE_CACHE")
    base = Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "product-search-explorer" / hashlib.sha256(address.rstrip("/").encode()).hexdigest()[:16]


def failure(error: Exception, address: str, what: str) -> Unreachable:
    """Return what to say of a failure, in whatever way the library of the protocol fails.

    Args:
        error: What it raised.
        address: That was read.
        what: What was looked for there.
    """
    log.info("%s: %s: %s", address, type(error).__name__, error)
    kind = type(error).__name__
    if isinstance(error, FileNotFoundError):
        missing = "There is no bucket" if "bucket" in str(error).lower() else f"There are no {what}"
        remedy = "Check the address, and that `versions` and `encoders` were copied there."
        return Unreachable(f"{missing} at {address}.", remedy)
    if isinstance(error, PermissionError) or "Credential" in kind or "Token" in kind:
        remedy = "Check the credentials in the environment, and what they allow."
        return Unreachable(f"Access to {address} is denied.", remedy)
    return Unreachable(f"{address} does not answer ({kind}).", "Check the network and the address.")
