"""What a comparison reads from versions, remembered: nothing of a published version changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dashboard.loading import versions
from pipeline.comparing import comparison
from pipeline.comparing.comparable import seed_of, together, trainings
from pipeline.comparing.comparison import Comparison, Ground, Member
from pipeline.comparing.kept import Figure
from pipeline.comparing.runs import find, is_run
from pipeline.manifest import Manifest
from pipeline.workspace.segments import Segments

REMEMBERED = 24  # members and comparisons: a member of 22,363 shoppers is about 15 MB

Saved = tuple[tuple[str, str, int], ...]  # name, when it was saved, products


@dataclass(frozen=True)
class Group:
    """A version, or the trainings of one recipe that are pooled.

    Args:
        name: What it is called.
        manifests: Of each training, the one that was named first.
    """

    name: str
    manifests: tuple[Manifest, ...]

    @property
    def manifest(self) -> Manifest:
        return self.manifests[0]

    @property
    def is_run(self) -> bool:
        """Whether it is an imported run: it has lists and values, and no model."""
        return is_run(self.manifest)

    @property
    def checksums(self) -> tuple[str, ...]:
        return tuple(each.checksum for each in self.manifests)

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(seed_of(each) for each in self.manifests)

    def __hash__(self) -> int:  # what is remembered is remembered by content
        return hash((self.name, self.checksums))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Group) and (self.name, self.checksums) == (other.name, other.checksums)


def group(manifest: Manifest, known: Sequence[Manifest], *, pool: bool) -> Group:
    """Return a version alone or, pooled, with the other trainings of its recipe.

    Args:
        manifest: The version's.
        known: Of all versions that can be read.
        pool: Whether to pool.
    """
    if not pool:
        return Group(manifest.name, (manifest,))
    own = trainings(manifest, known)
    return Group(together([each.name for each in own]), own)


def member(chosen: Group, task: str) -> Member:
    """Read a version, or several pooled.

    Raises:
        VersionBroken: One keeps no values of the task.
    """
    return _member(chosen, task, _root())


def compared(baseline: Group, version: Group, task: str, figure: Figure) -> Comparison:
    """Test a version against the baseline.

    Raises:
        VersionBroken: One keeps no values of the task.
        InvalidRequest: They share no shopper or query, or one lacks the figure.
    """
    return _compared(baseline, version, task, figure, _root(), _segments(baseline))


def ground(baseline: Group, task: str) -> Ground:
    """Read what the versions of the baseline's dataset share."""
    return _ground(baseline, task, _root(), _segments(baseline))


def _root() -> Path:
    return versions().store.root


@lru_cache(maxsize=REMEMBERED)
def _member(chosen: Group, task: str, root: Path) -> Member:
    folders = {each.name: find(versions().store, each.name)[0] for each in chosen.manifests}
    return comparison.member(folders, chosen.seeds, task, chosen.name)


def _segments(baseline: Group) -> Saved:
    """Return the saved segments of the baseline's dataset and when each was saved: what is remembered depends on it."""
    dataset = str(baseline.manifest.dataset.get("name", ""))
    with suppress(sqlite3.Error):  # slices can do without
        found = Segments(versions().store.artifacts).of(dataset)
        return tuple((each.name, each.created, each.products) for each in found)
    return ()


@lru_cache(maxsize=4)
def _ground(baseline: Group, task: str, root: Path, saved: Saved) -> Ground:
    kept, dataset = Segments(root.parent), str(baseline.manifest.dataset.get("name", ""))
    segments = {name: kept.products(dataset, name) for name, *_ in saved}
    folder, manifest = find(versions().store, baseline.manifest.name)
    return comparison.ground(folder, manifest, _member(baseline, task, root), segments)


@lru_cache(maxsize=REMEMBERED)
def _compared(baseline: Group, version: Group, task: str, figure: Figure, root: Path, saved: Saved) -> Comparison:
    sides = _member(baseline, task, root), _member(version, task, root)
    return comparison.compare(*sides, _ground(baseline, task, root, saved), figure)
