"""The maps of a version, opened for a reader; needs neither UMAP nor openTSNE, nor anything else that drew them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.maps.space_map import FACTS, SpaceMap

MAPS = "maps"  # the folder below a version's


@dataclass(frozen=True)
class Maps:
    """The maps of a version.

    Args:
        spaces: By space, "towers" (what shoppers do) before "text" (what the words say); at least one.
    """

    spaces: Mapping[str, SpaceMap]

    @classmethod
    def load(cls, folder: Path) -> Maps | None:
        """Open the maps of a version; None where it has none.

        Args:
            folder: The version's files.

        Raises:
            OSError, ValueError, KeyError: A file is missing or damaged.
        """
        found = {}
        for path in sorted((folder / MAPS).glob(f"*/{FACTS}"), reverse=True):
            if drawn := SpaceMap.load(path.parent):
                if drawn.space != path.parent.name:
                    raise ValueError("a map lies in the folder of another space")
                found[drawn.space] = drawn
        return cls(found) if found else None

    def fits(self, n_products: int) -> bool:
        """Return whether every map is one of so many products."""
        return all(each.fits(n_products) for each in self.spaces.values())
