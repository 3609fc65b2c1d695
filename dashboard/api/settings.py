"""What the environment says of the service."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.errors import InvalidRequest


@dataclass(frozen=True)
class Settings:
    """How the service guards itself.

    Args:
        key: What clients must send, "" where they need not (PSE_API_KEY).
        origins: Pages of other hosts whose scripts may call the service (PSE_CORS_ORIGINS, separated by commas).
        at_work: Requests that are worked on at once (PSE_AT_WORK); more than that only wait for the processor.
        waiting: Requests that may wait for their turn (PSE_WAITING).
        patience: Seconds that a request may wait for its turn (PSE_PATIENCE).
        timeout: Seconds that a request may take, its wait included (PSE_TIMEOUT).
        body: Bytes that a request may send.
    """

    key: str = ""
    origins: tuple[str, ...] = ()
    at_work: int = 16
    waiting: int = 64
    patience: float = 1.0
    timeout: float = 10.0
    body: int = 1_000_000

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Return the settings of an environment, this process's unless another is given.

        Raises:
            InvalidRequest: A number is none, or is not above 0; the key is not ASCII, or blank; a switch is neither.
        """
        found = os.environ if environment is None else environment
        if not found.get("PSE_API_KEY", "").isascii():
            raise InvalidRequest(
                "The environment's PSE_API_KEY has letters that clients send in different ways.",
                "Use letters from a to z, digits and punctuation.",
            )
        if found.get("PSE_API_KEY") and not found["PSE_API_KEY"].strip():
            raise InvalidRequest("The environment's PSE_API_KEY is blank.", "Set a key, or leave it out.")
        if (said := found.get("PSE_LIVE_PRODUCTS", "").strip().lower()) not in ("", "on", "off"):
            raise InvalidRequest(f'The environment\'s PSE_LIVE_PRODUCTS is "{said[:40]}".', "Set on or off.")
        _number(found, "PSE_FETCH_LIMIT_GB", 1.0)  # read where something is fetched
        return cls(
            key=found.get("PSE_API_KEY", "").strip(),
            origins=tuple(each.strip() for each in found.get("PSE_CORS_ORIGINS", "").split(",") if each.strip()),
            at_work=int(_number(found, "PSE_AT_WORK", cls.at_work)),
            waiting=int(_number(found, "PSE_WAITING", cls.waiting)),
            patience=_number(found, "PSE_PATIENCE", cls.patience),
            timeout=_number(found, "PSE_TIMEOUT", cls.timeout),
        )


def _number(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name, "").strip()
    try:
        value = float(text) if text else float(default)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise InvalidRequest(f'The environment\'s {name} is "{text[:40]}".', "Set a number above 0, or leave it out.")
    return max(value, 1.0) if name in ("PSE_AT_WORK", "PSE_WAITING") else value
