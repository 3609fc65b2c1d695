"""The exported item tower, asked about a text alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from pipeline.retrieval.tower_search import ItemTower


def test_all_but_the_text_is_unknown(tmp_path: Path) -> None:
    # text + id + the sum of the category levels + the sum of the features: any that is not 0 moves the vector.
    nodes = [
        helper.make_node("Cast", ["id"], ["own"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["category"], ["levels"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["levels"], ["path"], keepdims=1),
        helper.make_node("ReduceSum", ["feature_tags"], ["tags"], keepdims=1),
        helper.make_node("Add", ["text", "own"], ["one"]),
        helper.make_node("Add", ["one", "path"], ["two"]),
        helper.make_node("Add", ["two", "tags"], ["vector"]),
    ]
    inputs = [
        helper.make_tensor_value_info("id", TensorProto.INT32, ["n"]),
        helper.make_tensor_value_info("category", TensorProto.INT32, ["n", 3]),
        helper.make_tensor_value_info("text", TensorProto.FLOAT, ["n", 2]),
        helper.make_tensor_value_info("feature_tags", TensorProto.FLOAT, ["n", 4]),
    ]
    output = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", 2])
    graph = helper.make_graph(nodes, "tower", inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, str(tmp_path / "item.onnx"))
    tower = ItemTower(tmp_path / "item.onnx")
    assert tower.of_text(np.array([3, 4], np.float32)) == pytest.approx([0.6, 0.8])
    assert tower.of_text(np.zeros(2, np.float32)).tolist() == [0, 0]


def test_products_of_no_known_id_are_read_by_brand_category_and_text(tmp_path: Path) -> None:
    # text + brand + 10 x the sum of the category levels - 100 x id.
    nodes = [
        helper.make_node("Cast", ["id"], ["own"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["own", "hundred"], ["far"]),
        helper.make_node("Unsqueeze", ["far", "last"], ["further"]),
        helper.make_node("Cast", ["brand"], ["maker"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["maker", "last"], ["makers"]),
        helper.make_node("Cast", ["category"], ["levels"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["levels", "last"], ["path"], keepdims=1),
        helper.make_node("Mul", ["path", "ten"], ["paths"]),
        helper.make_node("Sum", ["text", "makers", "paths"], ["known"]),
        helper.make_node("Sub", ["known", "further"], ["vector"]),
    ]
    inputs = [
        helper.make_tensor_value_info("id", TensorProto.INT32, ["n"]),
        helper.make_tensor_value_info("brand", TensorProto.INT32, ["n"]),
        helper.make_tensor_value_info("category", TensorProto.INT32, ["n", 3]),
        helper.make_tensor_value_info("text", TensorProto.FLOAT, ["n", 2]),
    ]
    constants = [
        numpy_helper.from_array(np.array(value, kind), name)
        for name, value, kind in (("hundred", 100, "f4"), ("ten", 10, "f4"), ("last", [1], "i8"))
    ]
    output = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", 2])
    graph = helper.make_graph(nodes, "tower", inputs, [output], initializer=constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, str(tmp_path / "item.onnx"))
    text = np.array([[0.5, 0], [0, 0.5]], np.float32)
    brands, categories = np.array([2, 0], np.int32), np.array([[1, 3, 0], [0, 0, 0]], np.int32)
    found = ItemTower(tmp_path / "item.onnx").of_products(text, brands, categories)
    assert found.tolist() == [[42.5, 42], [0, 0.5]]
