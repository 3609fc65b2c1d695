"""A published version and what came since: the same line of stages, beginning from what the version holds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import environment
from pipeline.data.additions import fingerprints
from pipeline.data.dataset import Dataset
from pipeline.data.prepare import Prepared
from pipeline.errors import DatasetError, RecipeError, VersionExists
from pipeline.manifest import Manifest
from pipeline.names import check_name
from pipeline.recipe import Recipe
from pipeline.run import Run
from pipeline.stages import Runner
from pipeline.versions import Version, VersionStore
from pipeline.work.carry import beginning, carry_texts, carry_towers
from pipeline.work.combine import COUNTS, DESCRIPTION, combine
from pipeline.work.encode import encoder_holds
from pipeline.work.train import trainable

# What the stages that carry vectors over depend on.
CODE = (
    "work/carry.py",
    "retrieval/contents.py",
    "retrieval/drafts/vectors.py",
    "retrieval/tower_search.py",
    "retrieval/index_choice.py",
    "retrieval/ivf.py",
    "retrieval/ivf_file.py",
    "retrieval/vectors.py",
    "text/batch.py",
    "text/encoder.py",
    "text/vector_cache.py",
    "text/product_text.py",
    "towers/features.py",
)


@dataclass(frozen=True, kw_only=True)
class Update(Run):
    """A run whose dataset is a version's and what came since. Make it with `updating`.

    Args:
        version: Where it begins; never changed.
        interactions: A file of new interactions, or None.
        products: A file of new products, or None.
        train: Whether towers are trained again; else they are carried over.
    """

    version: Version
    interactions: Path | None
    products: Path | None
    train: bool

    @contextmanager
    def _runner(self, bar: Callable[[str], Any]) -> Iterator[tuple[Dataset, Runner]]:
        """Yield the combined dataset and the runner that keeps its stages."""
        context = environment.describe()["libraries"]
        runner = Runner(self.artifacts / "datasets" / check_name(self.dataset, "dataset"), bar, context)
        came = {"interactions": self.interactions, "products": self.products}
        with runner.alone():
            combined = runner.run(
                "combine",
                {
                    "version": self.version.manifest.checksum,
                    "max_rejected": self.max_rejected,
                    **{name: path and fingerprints(path) for name, path in came.items()},
                },
                ("work/combine.py", "data"),
                lambda out, progress: combine(self.version, self.interactions, self.products, self.max_rejected, out),
            )
            yield Dataset.load(combined / DESCRIPTION), runner

    def _prepare(self, dataset: Dataset, runner: Runner) -> Prepared:
        prepared = super()._prepare(dataset, runner)
        came = _came(dataset, prepared)
        if not came["interactions"] and not came["products"]:
            raise DatasetError(
                f'Version "{self.version.manifest.name}" knows all of it already: nothing new came.',
                "Give a file with interactions or products that it does not know.",
            )
        return prepared

    def _encode(self, prepared: Prepared, runner: Runner) -> Path:
        """Return the text vectors; those of known texts are carried over even where towers are trained again."""
        return runner.run(
            "encode",
            {"version": self.version.manifest.checksum, "prepared": prepared.folder.name},
            CODE,
            lambda out, progress: carry_texts(self.version, prepared.folder, self.artifacts, out, progress),
            holds=lambda folder: encoder_holds(folder, self.artifacts),
        )

    def _train(self, prepared: Prepared, encoded: Path, runner: Runner, warm: Version | None = None) -> Path | None:
        if self.train:
            return super()._train(prepared, encoded, runner, warm or (None if self._anew(prepared) else self.version))
        if self.recipe.towers.kind == "none":
            return None
        if not (self.version.path / "towers").exists() and not trainable(prepared.folder):
            return None  # there never were any, and there still can be none
        return runner.run(
            "carry",
            {
                "version": self.version.manifest.checksum,
                "prepared": prepared.folder.name,
                "encoded": encoded.name,
            },
            CODE,
            lambda out, progress: carry_towers(self.version, prepared.folder, encoded, out, progress),
        )

    def _anew(self, prepared: Prepared) -> str:
        """Return why towers are trained from the beginning; "" where training begins from the version's."""
        if self.recipe.towers.kind == "seed":
            return "towers that know shoppers by name cannot go on with others"
        return beginning(self.version, prepared.folder)

    def _origin(self, dataset: Dataset, prepared: Prepared) -> tuple[Mapping[str, Any], Sequence[str]]:
        """Return which version this one was updated from and what came, and that in sentences."""
        came, before = _came(dataset, prepared), self.version.manifest
        towers = (self.version.path / "towers").exists() or (self.train and self.recipe.towers.kind != "none")
        how = "trained" if self.train else "carried"
        origin = {"from": before.name, "checksum": before.checksum, "towers": how if towers else None, **came}
        rejected = sum(rows for reasons in came["rejected"].values() for rows in reasons.values())
        notes = [
            f"Updated from version {before.name}. New interactions: {came['interactions']:,}, new shoppers: "
            f"{came['shoppers']:,}, new products: {came['products']:,}. Left out: interactions that were known "
            f"{came['repeats']:,}, products that were known {came['known_products']:,}, unusable rows {rejected:,}."
        ]
        if core := before.dataset.get("k_core"):
            notes.append(
                f"Version {before.name} keeps the {core['k']}-core of its interactions; what came since was not left "
                "out by it."
            )
        if towers and not self.train:
            notes.append(
                f"The towers were carried over from version {before.name} and not trained: they learned nothing from "
                "what came, and place new products by text, brand and category."
            )
        if towers and self.train:
            why = self._anew(prepared)
            told = f"from the beginning: {why}" if why else f"beginning from those of version {before.name}"
            notes.append(f"The towers were trained again, {told}.")
        if came["older"]:
            notes.append(
                f"Interactions that came and are older than what was known of their shopper: {came['older']:,}. They "
                "count as newer."
            )
        if came["untimed"]:
            notes.append("When they happened is left out of what came: of the interactions before it is not known.")
        return {"updated": origin}, notes


def updating(
    store: VersionStore,
    name: str,
    interactions: Path | None,
    products: Path | None = None,
    new_name: str | None = None,
    *,
    train: bool = False,
    max_rejected: float = 0.05,
) -> Update:
    """Return what publishes a new version from a published one and what came since.

    Args:
        store: Holds the version; gets the new one.
        name: The version to begin from.
        interactions: A file of new interactions: a table with the canonical columns or a description (TOML).
        products: A file of new products, likewise.
        new_name: The version to publish; None takes the next free of NAME-2, NAME-3, ...
        train: Train again, instead of carrying the towers over.
        max_rejected: Share of a file's rows that may be unusable, 0..1.

    Raises:
        VersionNotFound, VersionBroken: There is no such version, or it is damaged.
        VersionExists: The new name is taken.
        RecipeError: The towers cannot be carried over.
        DatasetError: Nothing came.
    """
    version = store.open(name)
    if interactions is None and products is None:
        raise DatasetError("Nothing came to update the version with.", "Give --interactions, --products or both.")
    new_name = check_name(new_name or _next(version.manifest, store.names()))
    if new_name == name:
        raise VersionExists("An update never replaces the version that it begins from.", "Choose another name.")
    if new_name in store.names():
        raise VersionExists(f'A version "{new_name}" is already published.', "Choose another name with --as.")
    recipe = Recipe.parse(version.manifest.recipe)
    if not train and (version.path / "towers" / "users.npy").exists():
        raise RecipeError(
            f'The towers of version "{name}" know shoppers by name: they cannot read what came.',
            "Add --train, which trains them again.",
        )
    return Update(
        dataset=str(version.manifest.dataset["name"]),
        recipe=recipe,
        name=new_name,
        artifacts=store.artifacts,
        max_rejected=max_rejected,
        version=version,
        interactions=interactions,
        products=products,
        train=train,
    )


def _next(manifest: Manifest, taken: Sequence[str]) -> str:
    """Return the next free name: of x it is x-2; of an x-2 that is an update itself, x-3."""
    base = manifest.name
    if "updated" in manifest.dataset:
        base = re.sub(r"-\d+$", "", base)
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"


def _came(dataset: Dataset, prepared: Prepared) -> dict[str, Any]:
    """Return what came: new interactions, shoppers and products, known ones, rows read and rejected."""
    told = json.loads((dataset.folder / COUNTS).read_text("utf-8"))
    new = {name: prepared.counts[name] - told[name] for name in ("interactions", "shoppers", "products")}
    kept = {name: told[name] for name in ("known_products", "older", "untimed", "read", "rejected")}
    return {**new, "repeats": prepared.counts["repeats"], **kept}
