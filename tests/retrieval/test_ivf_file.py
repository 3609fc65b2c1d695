"""Files of approximate indexes: one that is not as it says is refused before it is searched."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.index_choice import (
    load,
)
from tests.retrieval.inverted import N, clustered, folders_of


@pytest.fixture(scope="module")
def vectors() -> FloatArray:
    return clustered()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, vectors: FloatArray) -> dict[str, Path]:
    return folders_of(tmp_path_factory.mktemp("indexes"), vectors)


def put(form: str, at: int, *values: object) -> Callable[[bytearray], None]:
    """Write numbers over a file."""
    import struct

    return lambda content: struct.pack_into(f"<{form}", content, at, *values)


LISTS_AT = {  # where things stand: a header of 37, lists and probes, centres (45 and 32 x 16 numbers), no map
    "ivf-flat": 37 + 16 + 45 + 32 * 64 + 9,
    "ivf-pq": 37 + 16 + 45 + 32 * 64 + 9 + 41 + 256 * 64,
}
HARMS: list[tuple[str, Callable[[bytearray], None]]] = [
    ("a kind that reads another file", put("4s", 0, b"ilod")),
    ("another kind of inverted file", put("4s", 0, b"IwSQ")),
    ("no dimension", put("i", 4, 0)),
    ("half the dimension", put("i", 4, 8)),
    ("fewer than no rows", put("q", 8, -1)),
    ("2^40 rows", put("q", 8, 2**40)),
    ("one row more", put("q", 8, N + 1)),
    ("untrained", put("B", 32, 0)),
    ("another measure of distance", put("i", 33, 1)),
    ("no lists", put("Q", 37, 0)),
    ("2^62 lists", put("Q", 37, 2**62)),
    ("one list less", put("Q", 37, 31)),
    ("no probes", put("Q", 45, 0)),
    ("more probes than lists", put("Q", 45, 33)),
    ("2^63 probes", put("Q", 45, 2**63)),
    ("centres of another kind", put("4s", 53, b"IxF2")),
    ("centres of another dimension", put("i", 57, 8)),
    ("more centres than lists", put("q", 61, 33)),
    ("centres with 2^61 numbers", put("Q", 90, 2**61)),
    ("a centre that is no number", put("f", 98, float("nan"))),
    ("a map of rows", put("B", 98 + 32 * 64, 1)),
    ("a map of 2^60 rows", put("Q", 99 + 32 * 64, 2**60)),
    ("cut after the header", lambda content: content.__delitem__(slice(40, None))),
    ("cut in the middle", lambda content: content.__delitem__(slice(len(content) // 2, None))),
    ("one byte short", lambda content: content.__delitem__(slice(-1, None))),
    ("one byte more", lambda content: content.extend(b"x")),
    ("a row twice", lambda content: content.__setitem__(slice(-8, None), content[-16:-8])),
    ("a row below the first", put("q", -8, -1)),
    ("a row behind the last", put("q", -8, N)),
    ("empty", lambda content: content.clear()),
]  # fmt: skip
LIST_HARMS = [
    ("lists of another kind", put("4s", 0, b"ilod")),
    ("lists without their number", put("Q", 4, 31)),
    ("codes of another size", put("Q", 12, 3)),
    ("sparse sizes", put("4s", 20, b"sprs")),
    ("a list of 2^63", put("Q", 32, 2**63)),
    ("sizes that wrap around to the right sum", put("QQ", 32, 2**63, 2**63)),
]


@pytest.mark.parametrize("kind", ["ivf-flat", "ivf-pq"])
@pytest.mark.parametrize(("name", "harm"), HARMS + [(f"in lists: {name}", harm) for name, harm in LIST_HARMS])
def test_a_file_that_is_not_as_it_says_is_refused(
    folders: dict[str, Path], tmp_path: Path, kind: str, name: str, harm: Callable[[bytearray], None]
) -> None:
    content = bytearray((folders[kind] / "index" / "items.faiss").read_bytes())
    if name.startswith("in lists"):
        inner = bytearray(content[LISTS_AT[kind] :])
        harm(inner)
        content[LISTS_AT[kind] :] = inner
    else:
        harm(content)
    refused(folders[kind], tmp_path, bytes(content))


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("codes of another size", put("Q", 1, 8)),
        ("a codebook of another dimension", put("Q", 9, 8)),
        ("no parts", put("Q", 17, 0)),
        ("parts that do not divide it", put("Q", 17, 3)),
        ("2^20 values a part", put("Q", 25, 20)),
        ("a codebook of 2^61 numbers", put("Q", 33, 2**61)),
        ("a codebook with something infinite", put("f", 41, float("inf"))),
        ("not by residual", put("B", 0, 0)),
    ],
)
def test_a_codebook_that_does_not_fit_is_refused(
    folders: dict[str, Path], tmp_path: Path, name: str, harm: Callable[[bytearray], None]
) -> None:
    content = bytearray((folders["ivf-pq"] / "index" / "items.faiss").read_bytes())
    at = LISTS_AT["ivf-flat"]
    inner = bytearray(content[at:])
    harm(inner)
    refused(folders["ivf-pq"], tmp_path, bytes(content[:at] + inner))


def refused(folder: Path, scratch: Path, content: bytes) -> None:
    (scratch / "index").mkdir()
    (scratch / "item_vectors.npy").symlink_to(folder / "item_vectors.npy")
    (scratch / "index" / "choice.json").write_bytes((folder / "index" / "choice.json").read_bytes())
    (scratch / "index" / "items.faiss").write_bytes(content)
    with pytest.raises(ValueError):  # noqa: PT011 - what is wrong differs
        load(scratch, "items")


@pytest.mark.parametrize("refine", [0, -1, 1001, 2.5, True, None, "2", [2]])
def test_settings_that_do_not_fit_are_refused(folders: dict[str, Path], tmp_path: Path, refine: object) -> None:
    folder = folders["ivf-pq"]
    (tmp_path / "index").mkdir()
    for name in ("item_vectors.npy", "index/items.faiss"):
        (tmp_path / name).symlink_to(folder / name)
    (tmp_path / "index" / "choice.json").write_text(json.dumps({"items": {"refine": refine}}))
    with pytest.raises(ValueError, match="settings"):
        load(tmp_path, "items")


@pytest.mark.parametrize(
    "other",
    [
        lambda vectors: vectors[:-1],
        lambda vectors: vectors[:, :8],
        lambda vectors: vectors.astype(np.float64),
        lambda vectors: np.asfortranarray(vectors),
        lambda vectors: vectors[::-1],
        lambda vectors: vectors.astype(object),
    ],
)
def test_vectors_of_something_else_are_refused(
    folders: dict[str, Path], tmp_path: Path, vectors: FloatArray, other: Callable[[FloatArray], np.ndarray]
) -> None:
    (tmp_path / "index").mkdir()
    for name in ("index/items.faiss", "index/choice.json"):
        (tmp_path / name).symlink_to(folders["ivf-flat"] / name)
    # A file with a pickle inside is made here, as it is one of those that have to be refused; nothing reads it.
    np.save(tmp_path / "item_vectors.npy", other(vectors), allow_pickle=True)
    with pytest.raises(ValueError):  # noqa: PT011
        load(tmp_path, "items")
