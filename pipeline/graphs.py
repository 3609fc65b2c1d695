"""Opening ONNX files that hold everything themselves: no other file is read because one of them says so.

What was learned can be read from them too, without ONNX's own library, which serving does without.

A graph is a program for ONNX Runtime alone: it cannot call the system, but how long it takes and how much memory it
fills is its own affair; no check of its text can bound that.
"""

from __future__ import annotations

import math
import mmap
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

DEPTH = 32  # graphs within graphs
FLOAT = 1  # the data type of float32 tensors
# Which fields of which message hold messages that may hold a tensor. Source: onnx.proto3 of ONNX 1.23.
HELD: dict[str, dict[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: "tensor"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph"},
    "tensor": {},
}
# Values in another file, and values that are spread out when they are read: no export of ours has any.
REFUSED = {"tensor": (13, 14), "graph": (15,), "attribute": (22, 23)}


def open_graph(path: Path, options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    """Return a session for an ONNX file.

    Raises:
        OSError, ValueError: It cannot be read, or its values lie elsewhere.
        onnxruntime's own exceptions: It is no graph that can be run.
    """
    check_graph(path)
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def check_graph(path: Path) -> None:
    """Refuse an ONNX file whose tensors lie in other files or are stored sparsely.

    Raises:
        OSError, ValueError: It is such a file, or none of ONNX.
    """
    if path.stat().st_size == 0:
        raise ValueError(f"{path.name} is empty")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        _walk(content, 0, len(content), "model", 0)


def _walk(content: mmap.mmap, at: int, end: int, kind: str, depth: int) -> None:
    """Read the fields of one message in protobuf's wire format, and the messages in it that can hold tensors."""
    if depth > DEPTH:
        raise ValueError("a graph is nested too deeply")
    while at < end:
        tag, at = _varint(content, at, end)
        field, wire = tag >> 3, tag & 7
        length = 0
        if wire == 0:
            _, at = _varint(content, at, end)
        elif wire == 2:
            length, at = _varint(content, at, end)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError("this is no ONNX file")
        if at + length > end:
            raise ValueError("an ONNX file ends too early")
        if field in REFUSED.get(kind, ()):
            raise ValueError("values of a graph lie in another file, or are stored sparsely")
        if wire == 2 and field in HELD[kind]:
            _walk(content, at, at + length, HELD[kind][field], depth + 1)
        at += length


def weights(path: Path) -> dict[str, npt.NDArray[np.float32]]:
    """Return the float32 constants of an ONNX file's graph by name, those stored as bytes: what was learned.

    Raises:
        OSError, ValueError: The file cannot be read, or a constant is not as large as it says.
    """
    content = path.read_bytes()
    found = {}
    for graph in (part for field, part in _fields(content) if field == 7 and isinstance(part, bytes)):
        for tensor in (part for field, part in _fields(graph) if field == 5 and isinstance(part, bytes)):
            shape, kind, name, raw = [], 0, "", b""
            for field, value in _fields(tensor):
                if field == 1:  # one by one, or packed
                    shape += _varints(value) if isinstance(value, bytes) else [value]
                elif field == 2 and isinstance(value, int):
                    kind = value
                elif field == 8 and isinstance(value, bytes):
                    name = value.decode("utf-8", "replace")
                elif field == 9 and isinstance(value, bytes):
                    raw = value
            if kind == FLOAT and raw:
                if 4 * math.prod(shape) != len(raw):
                    raise ValueError("a constant of a graph is not as large as it says")
                found[name] = np.frombuffer(raw, "<f4").reshape(shape)
    return found


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and the value of each field of a message in protobuf's wire format."""
    at = 0
    while at < len(content):
        tag, at = _varint(content, at, len(content))
        wire = tag & 7
        if wire == 0:
            value, at = _varint(content, at, len(content))
            yield tag >> 3, value
            continue
        if wire == 2:
            length, at = _varint(content, at, len(content))
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError("this is no ONNX file")
        if at + length > len(content):
            raise ValueError("an ONNX file ends too early")
        yield tag >> 3, content[at : at + length]
        at += length


def _varints(content: bytes) -> list[int]:
    found, at = [], 0
    while at < len(content):
        value, at = _varint(content, at, len(content))
        found.append(value)
    return found


def _varint(content: mmap.mmap | bytes, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < 64:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise ValueError("this is no ONNX file")
