"""The pass of the map: what lets the map on a page fetch its bytes where the service asks for a key."""

from __future__ import annotations

import hmac
import os
from hashlib import sha256

PARAMETER = "pass"


def map_pass(key: str) -> str:
    """Return the pass that goes with a key: it opens the map, and nothing else; "" where no key is needed."""
    return hmac.new(key.encode(), b"map", sha256).hexdigest()[:32] if key else ""


def parameters() -> dict[str, str]:
    """Return what a page adds to the addresses of its map, as its browser has no key."""
    found = map_pass(os.environ.get("PSE_API_KEY", "").strip())
    return {PARAMETER: found} if found else {}
