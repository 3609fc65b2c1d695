"""A dataset: where its tables lie, which column is which, how it is split; described by a small TOML file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.data import files
from pipeline.data.description import Description
from pipeline.data.sources import SPLITS, JudgementsSource, Reading, Source, Split
from pipeline.errors import DatasetError, nearest

__all__ = ["Dataset", "JudgementsSource", "Reading", "Source", "Split"]


@dataclass(frozen=True)
class Dataset:
    """A dataset as its description gives it.

    Args:
        name: Its name, also a folder's.
        generated: Whether the data is made up; every page then says so.
        products: None where each interaction carries its product's columns.
        interactions: None where there are none; such a version serves search, similar and maps from text.
        judgements: None where there are none.
        split: How interactions are divided.
        folder: What the paths are relative to.
        reading: What was set aside when these tables were read from raw files; None where they were not.
    """

    name: str
    generated: bool
    products: Source | None
    interactions: Source | None
    judgements: JudgementsSource | None
    split: Split
    folder: Path
    reading: Reading | None = None

    @classmethod
    def load(cls, path: Path) -> Dataset:
        """Read a description; the files that it names are not opened yet.

        Raises:
            DatasetError: The file is missing or no TOML, a key is unknown, missing or of a wrong value.
        """
        return cls(**Description(path).parts(), folder=path.resolve().parent)

    @property
    def tables(self) -> dict[str, Source]:
        """The tables that are described, by name, in the order in which they are read."""
        named = {"products": self.products, "interactions": self.interactions, "judgements": self.judgements}
        return {name: source for name, source in named.items() if source}

    def divided(self, kind: str) -> Dataset:
        """Return the same dataset with another kind of split.

        Raises:
            DatasetError: There is no such kind, or a column that it needs is not described.
        """
        if kind not in SPLITS:
            raise DatasetError(f'There is no split "{kind}".', f"Choose {', '.join(SPLITS)}.{nearest(kind, SPLITS)}")
        needed = SPLITS[kind]
        if needed and self.interactions and needed not in self.interactions.columns:
            raise DatasetError(
                f'Dataset "{self.name}" describes no {needed}, which a split of kind "{kind}" needs.',
                "Name that column in its description, or choose another kind.",
            )
        return replace(self, split=replace(self.split, kind=kind))

    def cored(self, k_core: int) -> Dataset:
        """Return the same dataset with another k-core of its interactions.

        Raises:
            DatasetError: It is below 2, or there are no interactions.
        """
        if k_core < 2:
            raise DatasetError(f"A {k_core}-core leaves nothing out.", "Give --k-core 2 or more, or leave it out.")
        if self.interactions is None:
            raise DatasetError(f'Dataset "{self.name}" has no interactions to take a k-core of.', "Leave out --k-core.")
        return replace(self, interactions=replace(self.interactions, k_core=k_core))

    def fingerprint(self) -> str:
        """Return a SHA-256 (hex) over what decides the canonical tables: the description and every source file.

        Neither the dataset's name nor where its files lie counts, so that a copy elsewhere has the same fingerprint.

        Raises:
            DatasetError: A source is missing or cannot be read.
        """
        meaning: dict[str, Any] = {"split": asdict(self.split) if self.split.kind == "time" else self.split.kind}
        for name, source in self.tables.items():
            described = asdict(source)
            del described["path"]
            if source.k_core is None:
                del described["k_core"]
            found = files.find(self.folder, source.path)
            meaning[name] = described | {"kind": files.kind(found[0]), "files": [files.sha256(file) for file in found]}
        if self.reading:  # it decides no row, but the account of them
            meaning["reading"] = [self.reading.repeats, files.sha256(self.folder / self.reading.rejects)]
        return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()
