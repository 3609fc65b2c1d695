"""Versions whose inverted files, vectors or settings were changed, sums and all: refused, in words for a person."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import VersionBroken
from pipeline.retrieval.engine import Engine
from pipeline.versions import VersionStore
from tests import tiny
from tests.trust import harm

Change = Callable[[bytes], bytes]


def put(form: str, at: int, *values: object) -> Change:
    def changed(content: bytes) -> bytes:
        found = bytearray(content)
        struct.pack_into(f"<{form}", found, at, *values)
        return bytes(found)

    return changed


def vectors(change: Callable[[np.ndarray], np.ndarray]) -> Change:
    return harm.values(change)


CASES: list[tuple[str, str, Change]] = [
    ("a kind that reads another file", "index/items.faiss", put("4s", 0, b"ilod")),
    ("2^40 rows", "index/text.faiss", put("q", 8, 2**40)),
    ("2^62 lists", "index/items.faiss", put("Q", 37, 2**62)),
    ("more probes than lists", "index/items.faiss", put("Q", 45, 5)),
    ("another measure of distance", "index/items.faiss", put("i", 33, 1)),
    ("a row that is not there", "index/items.faiss", put("q", -8, 12)),
    ("half a file", "index/items.faiss", harm.truncated),
    ("a turned byte", "index/items.faiss", harm.flipped),
    ("nothing", "index/items.faiss", lambda content: b""),
    ("vectors of one product more", "item_vectors.npy", vectors(lambda found: np.vstack([found, found[:1]]))),
    ("other vectors", "item_vectors.npy", vectors(lambda found: found[::-1].copy())),
    ("vectors that are no numbers", "item_vectors.npy", vectors(lambda found: np.full_like(found, np.nan))),
    ("pickled vectors", "text_vectors.npy", vectors(lambda found: found.astype(object))),
    ("vectors that claim 2^40 rows", "item_vectors.npy",
     lambda content: harm.npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776, 12), }\n")),
    ("settings of another kind", "index/choice.json", harm.said(lambda found: found["items"].update(refine=4))),
    ("settings that are none", "index/choice.json", harm.said(lambda found: [])),
    ("settings without the index", "index/choice.json", harm.said(lambda found: {"text": found["text"]})),
    ("settings nested without end", "index/choice.json", harm.deep),
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VersionStore:
    found = VersionStore(tmp_path_factory.mktemp("trust"))
    tiny.publish(found, "bad", approximate=True)
    return found


@pytest.mark.parametrize(("name", "file", "change"), CASES, ids=[name for name, _, _ in CASES])
def test_it_is_refused_with_a_sentence(store: VersionStore, name: str, file: str, change: Change) -> None:
    path = store.root / "bad"
    content = {each: (path / each).read_bytes() for each in (file, "manifest.json")}
    try:
        (path / file).write_bytes(change(content[file]))
        harm.signed(path)
        with pytest.raises(VersionBroken) as told:
            Engine.open(path)
    finally:
        for each, own in content.items():
            (path / each).write_bytes(own)
    assert '"bad"' in str(told.value)
    assert str(told.value).endswith(".")


def test_the_same_version_unharmed_is_served(store: VersionStore) -> None:
    assert Engine.open(store.root / "bad").similar("C1", 3).hits


def test_every_byte_before_the_lists_is_looked_at_or_means_nothing(store: VersionStore) -> None:
    """Turn every byte of the header and of the sizes in turn: refused, or read as the same index."""
    from pipeline.retrieval.index_choice import load
    from pipeline.retrieval.ivf_file import layout

    path = store.root / "bad" / "index" / "items.faiss"
    content, start = path.read_bytes(), layout(path).start
    true = load(store.root / "bad", "items")
    best = [true.search(true.vectors[row], 12).rows.tolist() for row in range(12)]
    same = 0
    try:
        for at in range(start):
            path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
            try:
                found = load(store.root / "bad", "items")
            except ValueError:
                continue
            same += 1
            assert [found.search(true.vectors[row], 12).rows.tolist() for row in range(12)] == best
    finally:
        path.write_bytes(content)
    assert same < start
    assert json.loads((store.root / "bad" / "index" / "choice.json").read_text())["items"]["lists"] == 4


def test_a_link_instead_of_vectors_is_no_way_out(store: VersionStore, tmp_path: Path) -> None:
    path = store.root / "bad" / "item_vectors.npy"
    kept = path.read_bytes()
    (tmp_path / "outside.npy").write_bytes(kept)
    path.unlink()
    path.symlink_to(tmp_path / "outside.npy")
    try:
        with pytest.raises(VersionBroken):
            Engine.open(store.root / "bad")
    finally:
        path.unlink()
        path.write_bytes(kept)
