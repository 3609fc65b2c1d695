"""How alike two ranked lists are."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

PERSISTENCE = 0.9  # the first ten ranks carry 86 % of the weight


def overlap(first: Sequence[Hashable], second: Sequence[Hashable], k: int) -> float:
    """Return the share of the first k that two lists have in common, 0..1, whatever the order.

    overlap@k = |both| / min(k, the longer list's length); 1 for two empty lists.

    Args:
        first: Distinct entries, best first.
        second: The same of the other list.
        k: How deep to look.
    """
    one, other = set(first[:k]), set(second[:k])
    longest = max(len(one), len(other))
    return len(one & other) / longest if longest else 1.0


def rank_biased_overlap(
    first: Sequence[Hashable], second: Sequence[Hashable], persistence: float = PERSISTENCE
) -> float:
    """Return the rank-biased overlap of two lists, extrapolated beyond their ends: 0 disjoint, 1 the same.

    The expected agreement of a reader who looks at one more rank with probability p. With X_d the entries in common
    down to depth d, s and l the lengths of the shorter and the longer list:
    RBO = (1 - p) / p (sum over d = 1..l of X_d / d p^d + sum over d = s+1..l of X_s (d - s) / (s d) p^d)
    + ((X_l - X_s) / l + X_s / s) p^l.
    Source: Webber, Moffat and Zobel 2010, "A similarity measure for indefinite rankings", equation 32 (RBO_EXT).

    Args:
        first: Distinct entries, best first.
        second: The same of the other list.
        persistence: p, above 0 and below 1: the greater, the deeper the reader looks.

    Returns:
        1 for two empty lists, 0 where only one is empty.
    """
    shorter, longer = sorted((first, second), key=len)
    s, l = len(shorter), len(longer)  # noqa: E741 - the letters of the paper
    if not s:
        return 1.0 if not l else 0.0
    p = persistence
    seen_short: set[Hashable] = set()
    seen_long: set[Hashable] = set()
    common, at_s, total = 0, 0, 0.0
    for d in range(1, l + 1):
        entry = longer[d - 1]
        seen_long.add(entry)
        if entry in seen_short:
            common += 1
        if d <= s:
            other = shorter[d - 1]
            seen_short.add(other)
            if other in seen_long:  # the same entry at the same rank is counted here, once
                common += 1
        if d == s:
            at_s = common
        total += common / d * p**d
        if d > s:
            total += at_s * (d - s) / (s * d) * p**d
    return (1 - p) / p * total + ((common - at_s) / l + at_s / s) * p**l
