"""The towers of recipe `seed`: the system that this one replaces, as it was, to compare with."""

from __future__ import annotations

import itertools
from dataclasses import asdict
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from pipeline.recipe import Recipe, TowersRecipe
from pipeline.towers.features import FloatArray, IntArray, ItemFeatures
from pipeline.towers.table import Table

L2 = 1e-6


@keras.saving.register_keras_serializable(package="towers")
class PenalisedTable(Table):
    """A table whose L2 penalty counts the rows that a batch reads, once each.

    A penalty on the whole table would give every row a gradient in every step, and every step would sweep the table.
    On the rows that are read the gradient is the same.
    """

    def call(self, codes: Any, training: bool = False) -> Any:
        if not training:
            return super().call(codes)
        rows, places = tf.unique(codes)
        vectors = super().call(rows, training=True)
        self.add_loss(L2 * ops.sum(ops.square(vectors)))
        return tf.gather(vectors, places)


class SeedTower(keras.Model):  # type: ignore[misc]
    """What both towers have in common: how their layers are made, saved and read back.

    Args:
        sizes: Rows of the tower's tables.
        recipe: Widths and dropout; a mapping of its fields when read back from a file.
        seed: Of the initial weights and of the dropout.
    """

    def __init__(
        self, sizes: dict[str, int], recipe: TowersRecipe | dict[str, Any], seed: int = 0, **keras_options: Any
    ) -> None:
        super().__init__(**keras_options)
        self.sizes = dict(sizes)
        self.recipe = recipe if isinstance(recipe, TowersRecipe) else TowersRecipe(**recipe)
        self.seed = seed
        self._own = itertools.count(seed, 1000)  # one seed would give tables the same first rows
        self.make()

    def make(self) -> None:
        """Make the layers."""

    def table(self, name: str, width: int) -> PenalisedTable:
        uniform = keras.initializers.RandomUniform(-0.05, 0.05, seed=next(self._own))
        return PenalisedTable(self.sizes[name] + 1, width, embeddings_initializer=uniform, name=name)

    def dense(self, width: int, activation: str | None = None) -> keras.layers.Dense:
        glorot = keras.initializers.GlorotUniform(seed=next(self._own))
        penalty = keras.regularizers.L2(L2)
        return keras.layers.Dense(width, activation, kernel_initializer=glorot, kernel_regularizer=penalty)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "sizes": self.sizes, "recipe": asdict(self.recipe), "seed": self.seed}


@keras.saving.register_keras_serializable(package="towers")
class SeedUserTower(SeedTower):
    """A shopper's id: embedding, then Dense (ReLU), BatchNorm, Dropout, Dense. `sizes`: id."""

    def make(self) -> None:
        recipe = self.recipe
        self.id_table = self.table("id", recipe.dimension)
        self.layers_after = [
            self.dense(recipe.hidden, "relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(recipe.dropout, seed=self.seed),
            self.dense(recipe.dimension),
        ]

    def call(self, shoppers: Any, training: bool = False) -> Any:
        """Return float32 [n, d], raw, for shopper numbers + 1, int32 [n]."""
        return _through(self.layers_after, self.id_table(shoppers, training=training), training)


@keras.saving.register_keras_serializable(package="towers")
class SeedItemTower(SeedTower):
    """A product's id, brand, category and text, concatenated, then three Dense layers. `sizes`: id, brand, category."""

    def make(self) -> None:
        recipe = self.recipe
        self.id_table = self.table("id", recipe.dimension)
        self.brand_table = self.table("brand", max(recipe.dimension // 2, 1))
        self.category_table = self.table("category", max(recipe.dimension // 2, 1))
        self.layers_after = [
            self.dense(2 * recipe.hidden, "relu"),
            keras.layers.BatchNormalization(),
            self.dense(recipe.hidden, "relu"),
            keras.layers.BatchNormalization(),
            self.dense(recipe.dimension),
        ]

    def call(self, inputs: dict[str, Any], training: bool = False) -> Any:
        """Return float32 [n, d], raw.

        Args:
            inputs: id int32 [n], brand int32 [n], category int32 [n, levels] (0 = unknown), text float32 [n, d_text].
            training: Whether dropout is on.
        """
        # A level is numbered after the levels above it, so the leaf's code is the largest of a path.
        leaf = ops.max(inputs["category"], axis=1)
        joined = ops.concatenate(
            [
                self.id_table(inputs["id"], training=training),
                self.brand_table(inputs["brand"], training=training),
                self.category_table(leaf, training=training),
                inputs["text"],
            ],
            axis=-1,
        )
        return _through(self.layers_after, joined, training)


def _through(layers: list[Any], x: Any, training: bool) -> Any:
    for layer in layers:
        varies = isinstance(layer, keras.layers.BatchNormalization | keras.layers.Dropout)
        x = layer(x, training=training) if varies else layer(x)
    return x


class SeedTowers(keras.Model):  # type: ignore[misc]
    """Both towers, their dot product, and a Dense of one sigmoid unit on it.

    Args:
        n_shoppers: Shoppers of the dataset.
        features: The catalogue.
        recipe: Widths, dropout, seed.
    """

    def __init__(self, n_shoppers: int, features: ItemFeatures, recipe: Recipe) -> None:
        super().__init__(name="seed_towers")
        self.n_shoppers = n_shoppers
        sizes = {
            "id": len(features.ids),
            "brand": int(features.brands.max()),
            "category": int(features.categories.max()),
        }
        self.item_tower = SeedItemTower(sizes, recipe.towers, recipe.seed, name="item_tower")
        self.user_tower = SeedUserTower({"id": n_shoppers}, recipe.towers, recipe.seed + 1, name="user_tower")
        glorot = keras.initializers.GlorotUniform(seed=recipe.seed + 2)
        self.final = keras.layers.Dense(1, activation="sigmoid", kernel_initializer=glorot, name="final")
        self.catalogue = {name: ops.convert_to_tensor(values) for name, values in features.inputs().items()}

    def call(self, pairs: dict[str, Any], training: bool = False) -> Any:
        """Return float32 [n, 1]: the probability that the shopper likes the product.

        Args:
            pairs: shopper int32 [n], number + 1, and product int32 [n], row.
            training: Whether dropout is on.
        """
        chosen = {name: ops.take(values, pairs["product"], axis=0) for name, values in self.catalogue.items()}
        products = self.item_tower(chosen, training=training)
        shoppers = self.user_tower(pairs["shopper"], training=training)
        return self.final(ops.sum(shoppers * products, axis=-1, keepdims=True))

    def item_vectors(self) -> FloatArray:
        """Return float32 [n_products, d], the item tower's raw outputs."""
        return np.asarray(ops.convert_to_numpy(self.item_tower(self.catalogue, training=False)), dtype=np.float32)

    def user_vectors(self, known: IntArray) -> FloatArray:
        """Return float32 [n_shoppers, d]: the user tower's outputs times the weight of the final Dense.

        The dot product with an item vector is then the model's logit less its bias, and orders as its probability.

        Args:
            known: Numbers of the shoppers who were trained on; all others get zeros.
        """
        vectors = np.zeros((self.n_shoppers, self.user_tower.recipe.dimension), dtype=np.float32)
        outputs = ops.convert_to_numpy(self.user_tower(ops.convert_to_tensor(known + 1), training=False))
        vectors[known] = outputs * float(self.final.kernel.numpy()[0, 0])
        return vectors
