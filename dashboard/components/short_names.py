"""Names of versions where there is little room: what tells them apart stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

SPARED = 10  # characters
MOST = 22  # characters


def shorter(names: Sequence[str], most: int = MOST) -> list[str]:
    """Return names without the words that all begin with, where that spares ten characters or more.

    One that is still longer than `most` loses words before its end, as many as leave it told from the others.

    >>> shorter(["bench-beauty-history-1", "bench-beauty-seed-1"])
    ['…history-1', '…seed-1']
    >>> shorter(["sample-history", "sample-text"])
    ['sample-history', 'sample-text']
    >>> shorter(["beauty-leave-one-out-shuffled-sequence-1", "beauty-leave-one-out-sequence-1"])
    ['…shuffled-sequence-1', '…sequence-1']
    >>> shorter(["beauty-leave-one-out-shuffled-sequence-1", "sample"])
    ['…shuffled-sequence-1', 'sample']

    Args:
        names: Of versions, each once.
        most: Characters that there is room for.
    """
    shared = names[0] if len(names) > 1 else ""
    while not all(name.startswith(shared) for name in names):
        shared = shared[:-1]
    cut = shared.rfind("-") + 1
    rest = [f"…{name[cut:]}" for name in names] if cut >= SPARED else list(names)
    longest = max((len(name) for name in rest), default=0)
    said = [_middle(name, most) for name in rest]
    while len(set(said)) < len(said) and most < longest:  # two read alike: these take more room
        most += 1
        alike = Counter(said)
        said = [_middle(name, most) if alike[short] > 1 else short for short, name in zip(said, rest, strict=True)]
    return said


def _middle(name: str, most: int) -> str:
    """Return a name of at most so many characters: its end and what fits of its beginning."""
    if len(name) <= most:
        return name
    words = name.split("-")
    tries = (
        ("-".join(words[:head]) + "…" + "-".join(words[tail:])).replace("……", "…")
        for tail in range(1, len(words))
        for head in range(tail - 1, -1, -1)
    )
    if found := next((each for each in tries if len(each) <= most), ""):
        return found
    left = (most - 1) // 2
    return f"{name[:left]}…{name[-(most - 1 - left) :]}"
