"""Opening ONNX files that hold everything themselves: no other file is read because one of them says so.

A graph is a program for ONNX Runtime alone: it cannot call the system, but how long it takes and how much memory it
fills is its own affair; no check of its text can bound that.
"""

from __future__ import annotations

import mmap
from pathlib import Path

import onnxruntime

DEPTH = 32  # graphs within graphs
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


def _varint(content: mmap.mmap, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < 64:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise ValueError("this is no ONNX file")
