"""An embedding table whose training step costs what it reads, not what it holds."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="towers")
class Table(keras.layers.Embedding):  # type: ignore[misc]
    """An embedding that, in training, gathers its rows from the variable itself.

    Keras reads the variable first, and TensorFlow copies a table that is read whole and written in rows.
    """

    def call(self, codes: Any, training: bool = False) -> Any:
        """Return float32 [..., d], the rows of `codes`, int32 [...]."""
        return tf.gather(self._embeddings.value, codes) if training else super().call(codes)
