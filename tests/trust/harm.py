"""Ways to harm a version: each takes the folder `versions/bad`, beside which `versions/good` is served."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pyarrow as pa
import pyarrow.parquet as pq
from onnx import TensorProto, helper

from pipeline.manifest import MANIFEST, Manifest, sums
from pipeline.retrieval.vectors import HEADER

Harm = Callable[[Path], None]
RAN = "/tmp/pse-a-pickle-ran"


class Payload:
    """What a pickle would run."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {RAN}",)


def encoder(version: Path) -> Path:
    """Return the folder of its text encoder, which no other version uses."""
    return version.parent.parent / "encoders" / "bad-encoder"


def signed(version: Path) -> None:
    """Write the sums that fit the files as they are now: whoever can write a version can do so."""
    path = version / MANIFEST
    manifest = Manifest(**json.loads(path.read_text()))
    folder = encoder(version)
    manifest = replace(manifest, files=sums(version), encoder={"id": folder.name, "files": sums(folder)})
    path.write_text(json.dumps(asdict(replace(manifest, checksum=manifest.sum()))))


def file(name: str, change: Callable[[bytes], bytes]) -> Harm:
    """Change the bytes of a file."""

    def harm(version: Path) -> None:
        path = encoder(version) / name if name in ("model.onnx", "tokenizer.json") else version / name
        path.write_bytes(change(path.read_bytes()))

    return harm


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    return content[: len(content) // 2] + bytes([content[len(content) // 2] ^ 0xFF]) + content[len(content) // 2 + 1 :]


def npy(header: str, values: bytes = b"", version: tuple[int, int] = (1, 0)) -> bytes:
    """Return an .npy file with any header."""
    text = header.encode("latin1")
    length = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + length + text + values


def array(values: np.ndarray) -> bytes:
    made = io.BytesIO()
    np.save(made, values, allow_pickle=True)
    return made.getvalue()


def archived(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def member(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[bytes], bytes]:
    """Change one array of an .npz file."""

    def changed(content: bytes) -> bytes:
        with np.load(io.BytesIO(content)) as found:
            arrays = {key: found[key] for key in found}
        arrays[name] = change(arrays[name])
        made = io.BytesIO()
        np.savez(made, **arrays)
        return made.getvalue()

    return changed


def bomb(content: bytes) -> bytes:
    """Return an archive whose array of two thousand million zeros takes two megabytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("data.npy", "w") as opened:
        opened.write(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (500000000,), }\n"))
        for _ in range(2000):
            opened.write(bytes(1_000_000))
    return made.getvalue()


def values(change: Callable[[np.ndarray], Any]) -> Callable[[bytes], bytes]:
    """Change the array of an .npy file."""

    def changed(content: bytes) -> bytes:
        found = np.load(io.BytesIO(content))
        kept = change(found)
        return array(found if kept is None else kept)

    return changed


def place(at: Any, value: Any) -> Callable[[np.ndarray], np.ndarray]:
    def changed(found: np.ndarray) -> np.ndarray:
        found = found.copy()
        found[at] = value
        return found

    return changed


def vectors(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[bytes], bytes]:
    """Change the vectors of a flat index, its header with them."""

    def changed(content: bytes) -> bytes:
        said = list(HEADER.unpack(content[: HEADER.size]))
        found = change(np.frombuffer(content[HEADER.size :], np.float32).reshape(said[2], said[1]).copy())
        said[2], said[1], said[7] = *found.shape, found.size
        return HEADER.pack(*said) + found.astype(np.float32).tobytes()

    return changed


def header(**changes: Any) -> Callable[[bytes], bytes]:
    """Change the header of a flat index alone."""
    names = ("kind", "dimension", "total", "unused", "unused2", "trained", "metric", "values")

    def changed(content: bytes) -> bytes:
        said = dict(zip(names, HEADER.unpack(content[: HEADER.size]), strict=True)) | changes
        return HEADER.pack(*said.values()) + content[HEADER.size :]

    return changed


def said(change: Callable[[Any], Any]) -> Callable[[bytes], bytes]:
    """Change what a JSON file says."""

    def changed(content: bytes) -> bytes:
        found = json.loads(content)
        kept = change(found)
        return json.dumps(found if kept is None else kept).encode()

    return changed


def deep(content: bytes) -> bytes:
    return b"[" * 200_000 + b"]" * 200_000


def text(old: str, new: str) -> Callable[[bytes], bytes]:
    """Change text once; the text must be there."""

    def changed(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode(), 1)

    return changed


def sized(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change a ranker and write the sizes of its trees anew, as its parser wants them."""

    def changed(content: bytes) -> bytes:
        head, trees = change(content).decode().split("\n\n", 1)
        trees, end = trees.split("end of trees")
        own = [len(f"Tree={each}") for each in trees.split("Tree=")[1:]]
        lines = [
            "tree_sizes=" + " ".join(map(str, own)) if each.startswith("tree_sizes=") else each
            for each in head.split("\n")
        ]
        return ("\n".join(lines) + "\n\n" + trees + "end of trees" + end).encode()

    return changed


def first(key: str, change: Callable[[list[str]], list[str]]) -> Callable[[bytes], bytes]:
    """Change one list of a ranker's first tree."""

    def changed(content: bytes) -> bytes:
        lines = content.decode().split("\n")
        at = next(number for number, line in enumerate(lines) if line.startswith(f"{key}="))
        lines[at] = f"{key}=" + " ".join(change(lines[at].partition("=")[2].split(" ")))
        return "\n".join(lines).encode()

    return sized(changed)


def table(change: Callable[[pa.Table], pa.Table]) -> Callable[[bytes], bytes]:
    """Change a Parquet file."""

    def changed(content: bytes) -> bytes:
        made = io.BytesIO()
        pq.write_table(change(pq.read_table(io.BytesIO(content))), made)
        return made.getvalue()

    return changed


def column(name: str, made: Callable[[list[Any]], Any], kind: pa.DataType | None = None) -> Callable[[bytes], bytes]:
    """Change one column of a Parquet file, and its type where one is given."""

    def change(found: pa.Table) -> pa.Table:
        own = pa.array(made(found[name].to_pylist()), kind or found.schema.field(name).type)
        return found.set_column(found.schema.get_field_index(name), pa.field(name, own.type), own)

    return table(change)


def repeated(content: bytes) -> bytes:
    """Return products of which each carries a description of 1 MB, 8,000 times the same: a few kilobytes on disk."""
    found = pq.read_table(io.BytesIO(content))
    rows = 8000
    columns = {
        name: pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), found[name].combine_chunks()[:1]).cast(
            found.schema.field(name).type
        )
        if name not in ("category", "description", "product_id")
        else None
        for name in found.column_names
    }
    columns["product_id"] = pa.array([str(row) for row in range(rows)])
    columns["category"] = pa.array([[]] * rows, found.schema.field("category").type)
    made = io.BytesIO()
    with pq.ParquetWriter(made, found.schema, compression="zstd") as writer:
        columns["description"] = pa.array(["x" * 1_000_000] * 500)
        for start in range(0, rows, 500):
            part = {name: own if name == "description" else own.slice(start, 500) for name, own in columns.items()}
            writer.write_table(pa.table(part, schema=found.schema))
    return made.getvalue()


def many_products(version: Path) -> None:
    """Bring vectors for 8,000 products, so that only the size of their descriptions speaks against them."""
    file("products.parquet", repeated)(version)
    wide = vectors(lambda found: np.tile(found[:1], (8000, 1)))
    for name in ("index/text.faiss", "index/items.faiss"):
        file(name, wide)(version)


def graph(change: Callable[[onnx.ModelProto], None]) -> Callable[[bytes], bytes]:
    """Change an ONNX file."""

    def changed(content: bytes) -> bytes:
        model = onnx.load_from_string(content)
        change(model)
        return bytes(model.SerializeToString())

    return changed


def elsewhere(location: str) -> Callable[[onnx.ModelProto], None]:
    """Let the first tensor lie in another file."""

    def change(model: onnx.ModelProto) -> None:
        tensor = model.graph.initializer[0]
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value=location)

    return change


def huge(model: onnx.ModelProto) -> None:
    """Let the first tensor claim a million times a million numbers."""
    del model.graph.initializer[0].dims[:]
    model.graph.initializer[0].dims.extend([1_000_000, 1_000_000])


def sparse(model: onnx.ModelProto) -> None:
    """Add a sparse tensor that would be spread out to 4 TB."""
    kept = helper.make_tensor("spread", TensorProto.FLOAT, [1], [1.0])
    places = helper.make_tensor("places", TensorProto.INT64, [1], [0])
    model.graph.sparse_initializer.append(helper.make_sparse_tensor(kept, places, [1_000_000, 1_000_000]))


def nested(model: onnx.ModelProto) -> None:
    """Put graphs into graphs, twenty-five deep."""
    inner = helper.make_graph([], "g", [], [])
    for _ in range(25):
        inner = helper.make_graph([helper.make_node("If", ["x"], [], then_branch=inner)], "g", [], [])
    model.graph.node.append(inner.node[0])


def listed(name: str) -> Harm:
    """Let the manifest name a file by another name; its own sum is right."""

    def harm(version: Path) -> None:
        path = version / MANIFEST
        manifest = Manifest(**json.loads(path.read_text()))
        manifest = replace(manifest, files={**manifest.files, name: {"bytes": 1, "sha256": "0" * 64}})
        path.write_text(json.dumps(asdict(replace(manifest, checksum=manifest.sum()))))

    return harm


def linked(version: Path) -> None:
    """Replace a file by a link to the same bytes elsewhere."""
    path = version / "products.parquet"
    outside = version.parent.parent / "outside.parquet"
    path.rename(outside)
    path.symlink_to(outside)


def linked_folder(version: Path) -> None:
    outside = version.parent.parent / "outside"
    (version / "index").rename(outside)
    (version / "index").symlink_to(outside)


def pickled() -> bytes:
    return pickle.dumps(Payload())
