"""What may name a version or a dataset: it becomes a folder, a URL and a word on the command line."""

from __future__ import annotations

import re

from pipeline.errors import InvalidName

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def check_name(name: str, what: str = "version") -> str:
    """Return `name` if it can name a version or a dataset.

    Raises:
        InvalidName: It does not match `[a-z0-9][a-z0-9._-]{0,63}`.
    """
    if not NAME.fullmatch(name):
        raise InvalidName(
            f'"{name[:80]}" cannot name a {what}.',
            "Use 1 to 64 of a-z, 0-9, dot, dash and underscore, beginning with a letter or digit.",
        )
    return name
