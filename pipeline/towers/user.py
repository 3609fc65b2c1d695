"""What every user tower has in common: how it is made, saved and read back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import keras

from pipeline.recipe import TowersRecipe


class UserTower(keras.Model):  # type: ignore[misc]
    """Turns a history's item vectors into shopper vectors, one after each product; kinds differ in `call`.

    Args:
        recipe: Sizes and dropout, histories are at most `recipe.history` long; a mapping of its fields when read back
            from a file.
        seed: Of the initial weights and of the dropout.
    """

    def __init__(self, recipe: TowersRecipe | dict[str, Any], seed: int = 0, **keras_options: Any) -> None:
        super().__init__(**{"name": "user_tower", **keras_options})
        self.recipe = recipe if isinstance(recipe, TowersRecipe) else TowersRecipe(**recipe)
        self.seed = seed
        self.length = self.recipe.history
        self.dropout = keras.layers.Dropout(self.recipe.dropout, seed=seed)
        self.make()

    def make(self) -> None:
        """Make the weights and layers of the kind."""

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "recipe": asdict(self.recipe), "seed": self.seed}
