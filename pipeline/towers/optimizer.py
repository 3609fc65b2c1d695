"""Adam that touches only the rows of an embedding table which a batch has read."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import ops

TABLE = "embeddings"  # the name that Keras gives the table of an Embedding layer


@keras.saving.register_keras_serializable(package="towers")
class LazyAdam(keras.optimizers.Adam):  # type: ignore[misc]
    """Adam whose step on an embedding table moves the rows of the batch, and leaves the others and their slots alone.

    Dense Adam sweeps whole tables: every row's moments fade, and every row moves by them, in every step. Here a row's
    moments fade only when it is read, as in the "lazy" Adam of TensorFlow Addons; the bias correction counts all
    steps. On a row that every step reads, both are the same.

    A gradient is sparse (`tf.IndexedSlices`) when a table was only ever gathered from; everything else, and a table
    that was also read whole, takes the ordinary step. The moving average of the weights (`use_ema`) is exact on tables
    too: a row that was not read has not changed, so its average is brought up to date when it is next read or, for
    all rows, by `settle`.
    """

    def build(self, variables: list[Any]) -> None:
        if self.built:
            return
        super().build(variables)
        # The step after which a row's average was last brought up to date; 0 = the row is as it was made.
        self._averaged: list[Any] = [
            self.add_variable((variable.shape[0],), dtype="int64", name="averaged")
            if self.use_ema and variable.name == TABLE
            else None
            for variable in variables
        ]

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        place = self._get_variable_index(variable)
        averages = self.use_ema and self._averaged[place] is not None
        if not isinstance(gradient, tf.IndexedSlices):
            before = tf.identity(variable) if averages else None
            super().update_step(gradient, variable, learning_rate)
            if averages:
                self._average_rows(place, tf.range(variable.shape[0]), before, tf.identity(variable))
            return
        rows, repeats = tf.unique(gradient.indices)
        summed = tf.math.unsorted_segment_sum(gradient.values, repeats, tf.size(rows))
        before = tf.gather(variable, rows)
        momentum, velocity = self._momentums[place].value, self._velocities[place].value
        step = tf.cast(self.iterations + 1, variable.dtype)
        rate = learning_rate * tf.sqrt(1 - self.beta_2**step) / (1 - self.beta_1**step)
        old_m, old_v = tf.gather(momentum, rows), tf.gather(velocity, rows)
        m = old_m + (summed - old_m) * (1 - self.beta_1)
        v = old_v + (tf.square(summed) - old_v) * (1 - self.beta_2)
        after = before - rate * m / (tf.sqrt(v) + self.epsilon)
        momentum.scatter_update(tf.IndexedSlices(m, rows))
        velocity.scatter_update(tf.IndexedSlices(v, rows))
        variable.scatter_update(tf.IndexedSlices(after, rows))
        if averages:
            self._average_rows(place, rows, before, after)

    def _average_rows(self, place: int, rows: Any, before: Any, after: Any) -> None:
        """Bring the averages of `rows` up to the step before this one, then take this step's values in."""
        average, averaged = self._model_variables_moving_average[place].value, self._averaged[place].value
        known = self._caught_up(tf.gather(average, rows), before, tf.gather(averaged, rows), self.iterations)
        momentum = self.ema_momentum * tf.cast(self.iterations > 0, after.dtype)  # Keras starts from the first step's
        average.scatter_update(tf.IndexedSlices(momentum * known + (1 - momentum) * after, rows))
        averaged.scatter_update(tf.IndexedSlices(tf.fill(tf.shape(rows), self.iterations + 1), rows))

    def _caught_up(self, average: Any, weights: Any, averaged: Any, step: Any) -> Any:
        """Return the averages after `step` of rows that have stood still at `weights` since step `averaged`."""
        faded = tf.pow(tf.cast(self.ema_momentum, weights.dtype), tf.cast(step - averaged, weights.dtype))
        faded = tf.where(averaged > 0, faded, 0.0)  # a row never read has been its own average all along
        return weights + (average - weights) * faded[:, None]

    def settle(self) -> None:
        """Bring the averages of all rows of all tables up to the last step; call it before the averages are read."""
        step = self.iterations.value
        for place, averaged in enumerate(self._averaged):
            if averaged is None:
                continue
            average, weights = self._model_variables_moving_average[place], self._trainable_variables[place]
            average.assign(self._caught_up(average.value, weights.value, averaged.value, step))
            averaged.assign(ops.full(averaged.shape, step, dtype="int64"))

    def _update_model_variables_moving_average(self, trainable_variables: list[Any]) -> None:
        """Average everything but the tables, whose rows were averaged as they were read."""
        if not self.use_ema:
            return
        momentum = self.ema_momentum * ops.cast(self.iterations > 0, "float32")
        averages = zip(trainable_variables, self._model_variables_moving_average, self._averaged, strict=True)
        for variable, average, averaged in averages:
            if averaged is None:
                average.assign(momentum * average + (1 - momentum) * variable)


class Settle(keras.callbacks.Callback):  # type: ignore[misc]
    """Settles the averages of a `LazyAdam` after every epoch; stands before the callback that reads them."""

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.model.optimizer.settle()
