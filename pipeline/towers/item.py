"""The item tower: id, brand, category, text and further features of a product -> one vector."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import keras
from keras import ops
from keras.initializers import GlorotUniform, RandomNormal

from pipeline.recipe import TowersRecipe
from pipeline.towers.table import Table

SMALL = 0.01  # at the start text decides, and the tables learn what text cannot say


@keras.saving.register_keras_serializable(package="towers")
class ItemTower(keras.Model):  # type: ignore[misc]
    """Adds up what id, brand, category path, text and further features say about a product; L2-normalised.

    The id embedding is dropped for a random share of products in every training step, so that the rest must place
    them without it; a product never seen in training then has a vector of the same kind.

    Args:
        n_products: Products in the catalogue.
        n_brands: Distinct brands.
        n_categories: Distinct category prefixes.
        recipe: Sizes and dropout; a mapping of its fields when read back from a file.
        seed: Of the initial weights and of the dropout.
        blocks: The names of further features.
    """

    def __init__(
        self,
        n_products: int,
        n_brands: int,
        n_categories: int,
        recipe: TowersRecipe | dict[str, Any],
        seed: int = 0,
        blocks: Sequence[str] = (),
        **keras_options: Any,
    ) -> None:
        super().__init__(**{"name": "item_tower", **keras_options})
        recipe = recipe if isinstance(recipe, TowersRecipe) else TowersRecipe(**recipe)
        self._arguments = {
            "n_products": n_products,
            "n_brands": n_brands,
            "n_categories": n_categories,
            "recipe": asdict(recipe),
            "seed": seed,
            "blocks": list(blocks),
        }
        self.seeds = keras.random.SeedGenerator(seed)
        # One seed would give tables the same first rows, so every layer has its own.
        own = itertools.count(seed, 1000)
        self.id_table, self.brand_table, self.category_table = (
            Table(rows + 1, recipe.dimension, embeddings_initializer=RandomNormal(0.0, SMALL, next(own)), name=name)
            for name, rows in (("id", n_products), ("brand", n_brands), ("category", n_categories))
        )
        self.text = keras.Sequential(
            [
                keras.layers.Dense(recipe.hidden, "silu", kernel_initializer=GlorotUniform(next(own))),
                keras.layers.Dropout(recipe.dropout, seed=seed),
                keras.layers.Dense(recipe.dimension, kernel_initializer=GlorotUniform(next(own))),
            ],
            name="text",
        )
        # No bias: a product without the features, all zeros, then gets nothing from them.
        self.blocks = {
            f"feature_{name}": keras.layers.Dense(
                recipe.dimension,
                use_bias=False,
                kernel_initializer=RandomNormal(0.0, SMALL, next(own)),
                name=f"feature_{name}",
            )
            for name in blocks
        }
        self.id_dropout = recipe.id_dropout

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self._arguments}

    def call(self, inputs: dict[str, Any], training: bool = False) -> Any:
        """Return float32 [n, d], rows L2-normalised.

        Args:
            inputs: id int32 [n], brand int32 [n], category int32 [n, levels] (0 = unknown), text float32 [n, d_text];
                for each block feature_<block> float32 [n, any], zeros where there is none.
            training: Whether dropout is on.
        """
        ids, brand, category = inputs["id"], inputs["brand"], inputs["category"]
        known = ops.cast(ids > 0, "float32")
        if training and self.id_dropout:
            kept = keras.random.uniform(ops.shape(ids), seed=self.seeds) >= self.id_dropout
            known = known * ops.cast(kept, "float32")
        vectors = self.text(inputs["text"], training=training)
        vectors = vectors + self.id_table(ids, training=training) * known[:, None]
        vectors = vectors + self.brand_table(brand, training=training) * ops.cast(brand > 0, "float32")[:, None]
        for name, layer in self.blocks.items():
            vectors = vectors + layer(inputs[name])
        levels = self.category_table(category, training=training) * ops.cast(category > 0, "float32")[..., None]
        return ops.normalize(vectors + ops.sum(levels, axis=1), axis=-1)
