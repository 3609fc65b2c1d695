"""Writing trained towers: Keras files to go on from, ONNX files to serve from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx

from pipeline.recipe import TowersRecipe
from pipeline.towers.features import ItemFeatures
from pipeline.towers.two_towers import TwoTowers


class LastPosition(keras.Model):  # type: ignore[misc]
    """The user tower at serving: only what is known after the newest product."""

    def __init__(self, tower: keras.Model) -> None:
        super().__init__()
        self.tower = tower

    def call(self, history: Any) -> Any:
        return self.tower(history, training=False)[:, -1]


def export(model: TwoTowers, features: ItemFeatures, recipe: TowersRecipe, out: Path) -> None:
    """Write item and user tower into `out`, each as `.keras` and `.onnx`.

    item.onnx: as `export_item_tower` says.
    user.onnx: history float32 [n, length, d], item vectors, oldest first, unpadded -> float32 [n, d].
    """
    export_item_tower(model.item_tower, features, out)
    model.user_tower.save(out / "user.keras")
    user = LastPosition(model.user_tower)
    user(np.zeros((1, 2, recipe.dimension), dtype=np.float32))  # Keras exports only what has been called
    history = keras.InputSpec(shape=(None, None, recipe.dimension), dtype="float32", name="history")
    user.export(out / "user.onnx", format="onnx", verbose=False, input_signature=[history])
    served = onnx.load(out / "user.onnx")
    onnx.helper.set_model_props(served, {"history": str(recipe.history)})  # serving reads no more than training did
    onnx.save(served, out / "user.onnx")


def export_item_tower(tower: keras.Model, features: ItemFeatures, out: Path) -> None:
    """Write an item tower into `out` as item.keras and item.onnx.

    item.onnx: id int32 [n], brand int32 [n], category int32 [n, levels], text float32 [n, d_text], and feature_<block>
    float32 [n, any] for each block -> float32 [n, d].
    """
    tower.save(out / "item.keras")
    inputs = {
        name: keras.InputSpec(shape=(None, *values.shape[1:]), dtype=str(values.dtype), name=name)
        for name, values in features.inputs().items()
    }
    tower.export(out / "item.onnx", format="onnx", verbose=False, input_signature=[inputs])
