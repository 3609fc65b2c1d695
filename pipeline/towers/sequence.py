"""The user tower of recipe `sequence`: a small causal transformer over the history's item vectors."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import keras
from keras import ops
from keras.initializers import GlorotUniform

from pipeline.towers.user import UserTower


class Attention(keras.layers.Layer):  # type: ignore[misc]
    """Causal self-attention whose only notion of place is the age of one product relative to another.

    A bias per head and age is learned and added to the scores, so that a history of any length is read the same way
    from its newest product back. Source: Vaswani et al. 2017, "Attention is all you need", with the relative bias of
    Raffel et al. 2020, "Exploring the limits of transfer learning", one bucket per age.

    Args:
        heads: Attention heads; the width must divide by it.
        length: Ages beyond it share the last bias.
        dropout: Share of attention weights dropped in training.
        seeds: Of the initial weights and of the dropout; three are taken.
    """

    def __init__(self, heads: int, length: int, dropout: float, seeds: Iterator[int]) -> None:
        super().__init__()
        self.heads, self.length = heads, length
        self.kernels = [GlorotUniform(next(seeds)), GlorotUniform(next(seeds))]
        self.dropout = keras.layers.Dropout(dropout, seed=next(seeds))

    def build(self, shape: tuple[int | None, ...]) -> None:
        width = int(shape[-1] or 0)
        self.mixed = keras.layers.Dense(3 * width, use_bias=False, kernel_initializer=self.kernels[0])
        self.mixed.build(shape)
        self.out = keras.layers.Dense(width, use_bias=False, kernel_initializer=self.kernels[1])
        self.out.build(shape)
        self.age_bias = self.add_weight(shape=(self.heads, self.length), initializer="zeros", name="age_bias")

    def call(self, x: Any, training: bool = False) -> Any:
        """Return float32 [batch, length, d] from the same shape; place i reads places 0..i."""
        batch, length, width = ops.shape(x)[0], ops.shape(x)[1], x.shape[-1]
        split = ops.reshape(self.mixed(x), (batch, length, 3, self.heads, width // self.heads))
        query, key, value = (ops.transpose(split[:, :, part], (0, 2, 1, 3)) for part in range(3))
        places = ops.arange(length)
        age = places[:, None] - places[None, :]
        scores = ops.matmul(query, ops.transpose(key, (0, 1, 3, 2))) / float(width // self.heads) ** 0.5
        scores = scores + ops.take(self.age_bias, ops.clip(age, 0, self.length - 1), axis=1)
        scores = ops.where(age >= 0, scores, -1e9)
        # Written out: Keras warns of a softmax over a history of one product, which is right here.
        weights = ops.exp(scores - ops.max(scores, axis=-1, keepdims=True))
        weights = weights / ops.sum(weights, axis=-1, keepdims=True)
        read = ops.matmul(self.dropout(weights, training=training), value)
        return self.out(ops.reshape(ops.transpose(read, (0, 2, 1, 3)), (batch, length, width)))


@keras.saving.register_keras_serializable(package="towers")
class SequenceTower(UserTower):
    """Reads a shopper as a sequence: what followed what matters, not only what is in the history.

    Pre-norm transformer blocks over the item vectors; the vector at a place is the shopper as known by then.
    Source: Kang and McAuley 2018, "Self-attentive sequential recommendation".
    """

    def make(self) -> None:
        recipe = self.recipe
        self.scale = float(recipe.dimension) ** 0.5
        self.attentions, self.mlps, self.norms = [], [], []
        # One seed would start all kernels from the same numbers, so every layer has its own.
        own = itertools.count(self.seed, 1000)
        for _ in range(recipe.layers):
            self.attentions.append(Attention(recipe.heads, recipe.history, recipe.dropout, own))
            self.mlps.append(
                keras.Sequential(
                    [
                        keras.layers.Dense(2 * recipe.dimension, "silu", kernel_initializer=GlorotUniform(next(own))),
                        keras.layers.Dropout(recipe.dropout, seed=next(own)),
                        keras.layers.Dense(recipe.dimension, kernel_initializer=GlorotUniform(next(own))),
                    ]
                )
            )
            self.norms += [keras.layers.LayerNormalization(), keras.layers.LayerNormalization()]
        self.final_norm = keras.layers.LayerNormalization()

    def call(self, history: Any, training: bool = False) -> Any:
        """Return float32 [batch, length, d]: after each product of the history, the shopper as known by then.

        Args:
            history: float32 [batch, length, d], item vectors, oldest first, filled up at the end.
            training: Whether dropout is on.
        """
        x = self.dropout(history * self.scale, training=training)
        for block, (attention, mlp) in enumerate(zip(self.attentions, self.mlps, strict=True)):
            before, between = self.norms[2 * block], self.norms[2 * block + 1]
            x = x + self.dropout(attention(before(x), training=training), training=training)
            x = x + self.dropout(mlp(between(x), training=training), training=training)
        return ops.normalize(self.final_norm(x), axis=-1)
