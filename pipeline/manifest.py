"""A version's manifest: what it is, how it was made, and the sums of its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

SCHEMA = 1
MANIFEST = "manifest.json"
MANIFEST_LIMIT = 4 * 2**20  # bytes; a larger manifest is not ours


@dataclass(frozen=True)
class Manifest:
    """What a version is, how it was made, and the sums of its files.

    Args:
        name: The version's name.
        created: UTC, ISO 8601.
        dataset: name, fingerprint, generated (bool), counts of products, shoppers, interactions, judgements, rejects;
            judging (protocol, gain and min_grade, null without judgements).
        split: The split's kind.
        recipe: The recipe in full.
        encoder: id (SHA-256 of the ONNX file) and files {name: {bytes, sha256}} under `artifacts/encoders/<id>/`.
        environment: git sha, Python and library versions.
        stages: Per stage: name, seconds, peak memory in MiB, whether it was reused.
        headline: Rows of `evaluation/metrics.json` to show in lists.
        files: {path: {bytes, sha256}} of every file but the manifest.
        notes: Sentences on what this version lacks.
        schema: Layout of the version folder; an engine refuses another one.
        checksum: `sum()` of the manifest, which finds a changed manifest as the sums find a changed file.
    """

    name: str
    created: str
    dataset: Mapping[str, Any]
    split: str
    recipe: Mapping[str, Any]
    encoder: Mapping[str, Any]
    environment: Mapping[str, Any]
    stages: list[Mapping[str, Any]]
    headline: list[Mapping[str, Any]]
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    schema: int = SCHEMA
    checksum: str = ""

    def sum(self) -> str:
        """Return a SHA-256 (hex) over everything the manifest says but its checksum."""
        said = {key: value for key, value in asdict(self).items() if key != "checksum"}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class BrokenVersion:
    """A folder in the store that cannot be served, and why."""

    name: str
    reason: str


def sums(folder: Path) -> dict[str, dict[str, Any]]:
    """Return {relative path: {bytes, sha256}} of every file below `folder` but the manifest."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != MANIFEST:
            found[name] = {"bytes": path.stat().st_size, "sha256": sha256(path)}
    return found


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
