"""Whether two versions may be compared, and what differs between how they were made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.manifest import Manifest

DATA = ("name", "fingerprint", "products", "shoppers", "interactions", "judgements", "queries")


@dataclass(frozen=True)
class Differing:
    """One setting that is not the same in all versions; a value is None where a version lacks it.

    Args:
        part: Where it belongs: recipe, data or program.
        name: The setting, "towers.kind" for instance.
        values: One per version, in their order.
    """

    part: str
    name: str
    values: tuple[Any, ...]


def obstacles(first: Manifest, second: Manifest) -> list[str]:
    """Return why figures of two versions may not be compared, a sentence each; none where they may."""
    found = []
    one, other = first.dataset.get("name"), second.dataset.get("name")
    if one != other:
        found.append(f'{second.name} was made from the dataset "{other}", not "{one}".')
    elif first.dataset.get("fingerprint") != second.dataset.get("fingerprint") and first.split == second.split:
        # A fingerprint is of the split too: where splits differ it says nothing of the data.
        found.append(f"{second.name} was made from another state of the same dataset.")
    if first.split != second.split:
        found.append(f'{second.name} holds products out by the split "{second.split}", not "{first.split}".')
    return found


def differences(manifests: Sequence[Manifest]) -> list[Differing]:
    """Return what is not the same in all versions: recipe, then data, then the program that made them.

    Args:
        manifests: At least one.
    """
    found = []
    for part, read in (("recipe", _recipe), ("data", _data), ("program", _program)):
        settings = [read(manifest) for manifest in manifests]
        for name in dict.fromkeys(name for own in settings for name in own):
            values = tuple(own.get(name) for own in settings)
            if any(value != values[0] for value in values):
                found.append(Differing(part, name, values))
    return found


def same_but_seed(first: Manifest, second: Manifest) -> bool:
    """Return whether two versions are trainings of one recipe on the same data, so that they may be pooled."""
    recipes = [{**each.recipe, "seed": None} for each in (first, second)]
    return recipes[0] == recipes[1] and not obstacles(first, second)


def trainings(manifest: Manifest, known: Sequence[Manifest]) -> tuple[Manifest, ...]:
    """Return a version and the other trainings of its recipe on the same data, one per seed, by name.

    Args:
        manifest: The version's; it comes first.
        known: Of all versions that can be read.
    """
    others = [each for each in known if each.name != manifest.name and same_but_seed(manifest, each)]
    seeds = {seed_of(each): each for each in (*others, manifest)}  # a copy is no other training
    rest = [each for each in seeds.values() if each.name != manifest.name]
    return (manifest, *sorted(rest, key=lambda each: each.name))


def seed_of(manifest: Manifest) -> int:
    return int(manifest.recipe.get("seed", 0))


def together(names: Sequence[str]) -> str:
    """Return what several trainings are called, the first of them by its name."""
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _recipe(manifest: Manifest) -> dict[str, Any]:
    return _flat(manifest.recipe)


def _data(manifest: Manifest) -> dict[str, Any]:
    return {name: manifest.dataset[name] for name in DATA if name in manifest.dataset} | {"split": manifest.split}


def _program(manifest: Manifest) -> dict[str, Any]:
    return _flat({key: value for key, value in manifest.environment.items() if key in ("git", "python", "libraries")})


def _flat(values: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Return nested settings by their dotted names; lists as tuples, so that they compare with those just read."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{before}{key}.")
        else:
            found[before + key] = tuple(value) if isinstance(value, list) else value
    return found
