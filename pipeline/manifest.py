"""A version's manifest: what it is, how it was made, and the sums of its files."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.names import NAME

SCHEMA = 1
MANIFEST = "manifest.json"
# A file below a version's folder: names of letters, digits and .-_ that begin with a letter or digit, so none is `..`.
FILE = re.compile(r"[A-Za-z0-9][\w.-]{0,99}(/[A-Za-z0-9][\w.-]{0,99}){0,7}", re.ASCII)
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
        index: What searches the vectors, by space ("items", "text"): the fields of `retrieval.index_choice.Choice`.
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
    index: Mapping[str, Any] = field(default_factory=dict)
    schema: int = SCHEMA
    checksum: str = ""

    def sum(self) -> str:
        """Return a SHA-256 (hex) over everything the manifest says but its checksum."""
        said = {key: value for key, value in asdict(self).items() if key != "checksum"}
        if not self.index:  # versions that were published before there was one keep their sum
            del said["index"]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def read_manifest(text: bytes, name: str) -> Manifest:
    """Return the manifest of version `name` from the text of its file.

    Raises:
        ValueError: It is none of ours, was changed, or names files that could lie outside the version.
    """
    try:
        if len(text) > MANIFEST_LIMIT:
            raise ValueError("too large")
        manifest = Manifest(**json.loads(text))
        if manifest.schema != SCHEMA or manifest.name != name or not NAME.fullmatch(str(manifest.encoder["id"])):
            raise ValueError("not ours")
        if manifest.checksum != manifest.sum():
            raise ValueError("changed")
        _check_kinds(manifest)
        for listed in (*manifest.files, *manifest.encoder["files"]):
            if not FILE.fullmatch(listed) or listed == MANIFEST:
                raise ValueError("a name that is none of ours")
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError("no manifest") from error
    return manifest


def _check_kinds(manifest: Manifest) -> None:
    """Refuse what is not of the kind that it is declared as: whoever lists versions sorts and shows it unread."""
    kinds = {"str": str, "int": int, "list": list, "Mapping": dict}
    for each in fields(Manifest):
        if not isinstance(getattr(manifest, each.name), kinds[str(each.type).partition("[")[0]]):
            raise ValueError(f"{each.name} is of another kind")
    entries = (*manifest.stages, *manifest.headline, *manifest.files.values(), *manifest.encoder["files"].values())
    texts = (*manifest.notes, manifest.dataset.get("name", ""), manifest.recipe.get("name", ""))
    if not all(isinstance(each, dict) for each in entries) or not all(isinstance(each, str) for each in texts):
        raise ValueError("a part is of another kind")
    datetime.fromisoformat(manifest.created)


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
