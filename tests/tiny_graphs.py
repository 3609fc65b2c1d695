"""The ONNX graphs of tiny versions: an encoder that knows a few words, and towers worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

MEANINGS = (
    "camera photo photography",
    "lens zoom",
    "headphones earphones",
    "wireless bluetooth",
    "speaker loudspeaker",
    "bag case",
    "cable cord",
    "usb",
    "compact small",
    "tripod stand",
)


def write_encoder(folder: Path) -> Path:
    """Write `model.onnx` and `tokenizer.json`: the mean of the words' axes, L2-normalised."""
    if folder.exists():
        return folder
    folder.mkdir(parents=True)
    axis_of = {word: axis for axis, words in enumerate(MEANINGS) for word in words.split()}
    vocabulary = {"[PAD]": 0, "[UNK]": 1} | {word: 2 + place for place, word in enumerate(axis_of)}
    table = np.full((len(vocabulary), len(MEANINGS)), 0.05, np.float32)
    for word, axis in axis_of.items():
        table[vocabulary[word]] = np.eye(len(MEANINGS), dtype=np.float32)[axis]
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["weights"]),
        helper.make_node("Mul", ["words", "weights"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "length"], ["sum"], keepdims=0),
        helper.make_node("LpNormalization", ["sum"], ["vector"], axis=1, p=2),
    ]
    tokens = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["b", "l"]) for name in ("input_ids", "attention_mask")
    ]
    last, length = np.array([2], np.int64), np.array([1], np.int64)
    constants: dict[str, np.ndarray] = {"table": table, "last": last, "length": length}
    _save(folder / "model.onnx", nodes, tokens, constants, len(MEANINGS))
    return folder


def write_user_tower(path: Path, dimension: int) -> None:
    """Write a tower that answers with the mean of the history, L2-normalised."""
    nodes = [
        helper.make_node("ReduceMean", ["history", "length"], ["mean"], keepdims=0),
        helper.make_node("LpNormalization", ["mean"], ["vector"], axis=1, p=2),
    ]
    history = helper.make_tensor_value_info("history", TensorProto.FLOAT, ["b", "l", dimension])
    _save(path, nodes, [history], {"length": np.array([1], np.int64)}, dimension)


def write_item_tower(path: Path, dimension: int) -> None:
    """Write a tower that answers with the text vector the other way round; id, brand and category say nothing."""
    nodes = [helper.make_node("Gather", ["text", "backwards"], ["vector"], axis=1)]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT32, ["b", *shape])
        for name, shape in (("id", []), ("brand", []), ("category", [2]))
    ]
    inputs.append(helper.make_tensor_value_info("text", TensorProto.FLOAT, ["b", dimension]))
    _save(path, nodes, inputs, {"backwards": np.arange(dimension)[::-1].copy()}, dimension)


def _save(
    path: Path,
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    constants: dict[str, np.ndarray],
    dimension: int,
) -> None:
    output = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["b", dimension])
    tensors = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, [output], initializer=tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
