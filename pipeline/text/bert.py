"""A BERT sentence encoder as an ONNX graph, written down from its weights: neither traced nor exported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 20, 10  # 20 is the first with Gelu
FAR = 1e9  # taken off the attention logits of padding

Weights = Mapping[str, npt.NDArray[np.float32]]


class _Graph:
    """Nodes and constants as they are added; a value is known by its name."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, value: Any, kind: Any = np.float32) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value, dtype=kind), name))
        return name

    def add(self, operator: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        """Add a node; return its output's name, or names where it has several."""
        names = [f"{operator}_{len(self.nodes)}_{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, **attributes))
        return names[0] if outputs == 1 else names

    def dense(self, x: str, weight: Any, bias: Any) -> str:
        """Return x W' + b, with W as torch holds it: [out, in]."""
        return str(self.add("Add", self.add("MatMul", x, self.constant(weight.T)), self.constant(bias)))


def sentence_graph(weights: Weights, heads: int, epsilon: float) -> onnx.ModelProto:
    """Return the graph of a BERT model, the mean over its tokens, and the L2 norm.

    Inputs: input_ids and attention_mask, int64 [batch, length]. Output: vector, float32 [batch, d], rows L2-normalised.
    Source: Devlin et al. 2019, "BERT"; Reimers and Gurevych 2019, "Sentence-BERT", for the mean.

    Args:
        weights: As the model's safetensors name them; one token type, absolute positions, exact GELU.
        heads: Attention heads of each layer.
        epsilon: Of the layer norms.
    """
    graph = _Graph()
    width = weights["embeddings.LayerNorm.weight"].shape[0]

    def normed(x: str, name: str) -> str:
        scale, shift = (graph.constant(weights[f"{name}.LayerNorm.{each}"]) for each in ("weight", "bias"))
        return str(graph.add("LayerNormalization", x, scale, shift, axis=-1, epsilon=epsilon))

    def dense(x: str, name: str) -> str:
        return graph.dense(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    masked = graph.add("Mul", graph.add("Sub", mask, graph.constant(1.0)), graph.constant(FAR))
    masked = graph.add("Unsqueeze", masked, graph.constant([1, 2], np.int64))  # [batch, 1, 1, length]
    x = normed(_embedded(graph, weights), "embeddings")
    depth = sum(name.endswith("attention.self.query.weight") for name in weights)
    for layer in (f"encoder.layer.{number}" for number in range(depth)):
        attended = _attended(graph, weights, f"{layer}.attention.self", x, masked, heads, width)
        x = normed(graph.add("Add", dense(attended, f"{layer}.attention.output.dense"), x), f"{layer}.attention.output")
        hidden = graph.add("Gelu", dense(x, f"{layer}.intermediate.dense"))
        x = normed(graph.add("Add", dense(hidden, f"{layer}.output.dense"), x), f"{layer}.output")
    shares = graph.add("Unsqueeze", mask, graph.constant([1], np.int64))  # [batch, 1, length]
    # The norm below makes a mean of the sum.
    pooled = graph.add("Squeeze", graph.add("MatMul", shares, x), graph.constant([1], np.int64))
    length = graph.add("ReduceL2", pooled, graph.constant([1], np.int64), keepdims=1)
    vector = graph.add("Div", pooled, graph.add("Max", length, graph.constant(1e-12)))
    graph.nodes.append(helper.make_node("Identity", [vector], ["vector"]))
    tokens = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"]) for name in INPUTS]
    output = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["batch", width])
    made = helper.make_graph(graph.nodes, "sentence", tokens, [output], graph.constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)


INPUTS = ("input_ids", "attention_mask")


def _embedded(graph: _Graph, weights: Weights) -> str:
    """Add up words and places; every token is of the first type, which goes into the places."""
    words = graph.add("Gather", graph.constant(weights["embeddings.word_embeddings.weight"]), "input_ids")
    kinds = weights["embeddings.token_type_embeddings.weight"]
    places = graph.constant(weights["embeddings.position_embeddings.weight"] + kinds[0])
    length = graph.add("Shape", "input_ids", start=1, end=2)
    zero = graph.constant([0], np.int64)
    return str(graph.add("Add", words, graph.add("Slice", places, zero, length, zero)))


def _attended(graph: _Graph, weights: Weights, name: str, x: str, masked: str, heads: int, width: int) -> str:
    """Return the heads' outputs side by side, [batch, length, width]; query, key and value are one product."""
    parts = [(weights[f"{name}.{each}.weight"], weights[f"{name}.{each}.bias"]) for each in ("query", "key", "value")]
    scale = (width // heads) ** -0.5
    parts[0] = (parts[0][0] * scale, parts[0][1] * scale)
    joined = graph.dense(x, *(np.concatenate(each) for each in zip(*parts, strict=True)))
    apart = graph.constant([0, 0, heads, width // heads], np.int64)
    query, key, value = (
        graph.add("Transpose", graph.add("Reshape", part, apart), perm=order)
        for part, order in zip(
            graph.add("Split", joined, outputs=3, axis=-1, num_outputs=3),
            ((0, 2, 1, 3), (0, 2, 3, 1), (0, 2, 1, 3)),
            strict=True,
        )
    )
    weighed = graph.add("Softmax", graph.add("Add", graph.add("MatMul", query, key), masked), axis=-1)
    together = graph.add("Transpose", graph.add("MatMul", weighed, value), perm=(0, 2, 1, 3))
    return str(graph.add("Reshape", together, graph.constant([0, 0, width], np.int64)))
