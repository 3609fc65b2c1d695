"""Changing a query in place: the rest of it stays as it was typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.text.words import plain


def replace(text: str, said: Sequence[str], instead: str) -> str:
    """Return a query with some neighbouring words replaced, once; without them where `instead` is "".

    Args:
        text: The query.
        said: The words, in the plain form of `pipeline.text.words`; what stands between them goes too.
        instead: What to write there.

    >>> replace("Noice-canceling  Head phones", ["head", "phones"], "headphones")
    'Noice-canceling headphones'
    """
    pattern = re.compile(r"(?<![^\W_])" + r"[\W_]+".join(map(re.escape, said)) + r"(?![^\W_])", re.IGNORECASE)
    for version in (text, plain(text)):  # accents and full-width letters are found in the plain text only
        if found := pattern.search(version):
            return " ".join(f"{version[: found.start()]}{instead}{version[found.end() :]}".split())
    return text
