"""Which brands a query names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.text.lexical import terms

LONGEST = 4  # terms of a brand's name that are compared


class BrandNames:
    """Finds brands in queries.

    Args:
        brands: Names, by code.
    """

    def __init__(self, brands: Sequence[str]) -> None:
        self._codes: dict[tuple[str, ...], list[int]] = {}
        self._number(brands, 0)

    def over(self, brands: Sequence[str], known: int) -> BrandNames:
        """Return the same names and those of the brands behind the first `known`, which it knows."""
        other = BrandNames(())
        other._codes = {named: list(codes) for named, codes in self._codes.items()} if brands[known:] else self._codes
        other._number(brands[known:], known)
        return other

    def _number(self, brands: Sequence[str], first: int) -> None:
        for code, brand in enumerate(brands, start=first):
            named = tuple(terms(brand))
            if 0 < len(named) <= LONGEST:
                self._codes.setdefault(named, []).append(code)

    def named(self, query: Sequence[str]) -> npt.NDArray[np.int32]:
        """Return int32: the codes of every brand whose terms stand in a query's terms, one after the other."""
        found: list[int] = []
        for start in range(len(query)):
            for length in range(1, LONGEST + 1):
                found += (
                    self._codes.get(tuple(query[start : start + length]), ()) if start + length <= len(query) else ()
                )
        return np.array(sorted(set(found)), dtype=np.int32)
