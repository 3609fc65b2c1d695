"""Lazy Adam: the rows of a batch take Adam's step, all others and their slots stay as they are."""

import numpy as np
import pytest

from pipeline.quiet import quiet

with quiet():
    import keras
    import tensorflow as tf

    from pipeline.towers.optimizer import LazyAdam, Settle

ROWS, WIDTH, RATE = 6, 3, 0.1


def table(values: np.ndarray) -> keras.Variable:
    return keras.Variable(values, name="embeddings")


def sparse(rows: list[int], values: np.ndarray) -> tf.IndexedSlices:
    return tf.IndexedSlices(tf.constant(values), tf.constant(rows), dense_shape=(ROWS, WIDTH))


@pytest.fixture
def start() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(ROWS, WIDTH)).astype(np.float32)


def test_rows_of_every_step_move_as_in_dense_adam_and_repeats_are_summed(start: np.ndarray) -> None:
    generator = np.random.default_rng(1)
    dense, lazy = table(start), table(start)
    reference, optimizer = keras.optimizers.Adam(RATE), LazyAdam(RATE)
    for _ in range(20):
        values = generator.normal(size=(4, WIDTH)).astype(np.float32)
        whole = np.zeros((ROWS, WIDTH), np.float32)
        whole[1], whole[4], whole[5] = values[0] + values[2], values[1], values[3]
        reference.apply_gradients([(tf.constant(whole), dense)])
        optimizer.apply_gradients([(sparse([1, 4, 1, 5], values), lazy)])
    np.testing.assert_allclose(lazy.numpy()[[1, 4, 5]], dense.numpy()[[1, 4, 5]], atol=1e-6)
    np.testing.assert_array_equal(lazy.numpy()[[0, 2, 3]], start[[0, 2, 3]])
    assert np.abs(lazy.numpy()[[1, 4, 5]] - start[[1, 4, 5]]).min() > 1e-3


def test_a_row_that_is_not_read_keeps_its_slots(start: np.ndarray) -> None:
    weights, optimizer = table(start), LazyAdam(RATE)
    ones = np.ones((1, WIDTH), np.float32)
    optimizer.apply_gradients([(sparse([2], ones), weights)])
    momentum, velocity = (slots[0] for slots in (optimizer._momentums, optimizer._velocities))
    # By hand: m = 0.1 g, v = 0.001 g^2, and the first step's bias correction makes the move the learning rate.
    np.testing.assert_allclose(momentum.numpy()[2], 0.1, rtol=1e-5)
    np.testing.assert_allclose(velocity.numpy()[2], 0.001, rtol=1e-4)
    np.testing.assert_allclose(weights.numpy()[2], start[2] - RATE, rtol=1e-4)
    optimizer.apply_gradients([(sparse([3], ones), weights)])
    np.testing.assert_allclose(momentum.numpy()[2], 0.1, rtol=1e-5)
    np.testing.assert_allclose(velocity.numpy()[2], 0.001, rtol=1e-4)
    np.testing.assert_allclose(weights.numpy()[2], start[2] - RATE, rtol=1e-4)
    assert not momentum.numpy()[[0, 1, 4, 5]].any()
    assert not velocity.numpy()[[0, 1, 4, 5]].any()


def test_a_dense_gradient_takes_the_ordinary_step(start: np.ndarray) -> None:
    dense, lazy = table(start), table(start)
    reference, optimizer = keras.optimizers.Adam(RATE), LazyAdam(RATE)
    for step in range(3):
        gradient = tf.constant(start * step)
        reference.apply_gradients([(gradient, dense)])
        optimizer.apply_gradients([(gradient, lazy)])
    np.testing.assert_array_equal(lazy.numpy(), dense.numpy())


@pytest.mark.parametrize("steps", [[[0, 1], [1], [2, 1], [1], [0]], [[5]], [[0], None, [0]]])
def test_averages_are_those_of_all_steps(start: np.ndarray, steps: list[list[int] | None]) -> None:
    generator = np.random.default_rng(2)
    weights, other = table(start), keras.Variable(np.ones(2, np.float32), name="kernel")
    optimizer = LazyAdam(RATE, use_ema=True, ema_momentum=0.9)
    average = other_average = None
    for rows in steps:
        values = generator.normal(size=(ROWS if rows is None else len(rows), WIDTH)).astype(np.float32)
        gradient = tf.constant(values) if rows is None else sparse(rows, values)
        optimizer.apply_gradients([(gradient, weights), (tf.constant([1.0, -1.0]), other)])
        now, other_now = weights.numpy(), other.numpy()
        average = now if average is None else 0.9 * average + 0.1 * now
        other_average = other_now if other_average is None else 0.9 * other_average + 0.1 * other_now
    optimizer.settle()
    optimizer.settle()  # nothing more to do
    found, other_found = (each.numpy() for each in optimizer._model_variables_moving_average)
    np.testing.assert_allclose(found, average, atol=1e-6)
    np.testing.assert_allclose(other_found, other_average, atol=1e-6)


def test_it_runs_under_the_training_loop_of_keras() -> None:
    """An embedding read in part: its gradient arrives sparse, and the average is what is validated and kept."""
    keras.utils.set_random_seed(0)
    layer = keras.layers.Embedding(ROWS, 1)
    model = keras.Sequential([layer, keras.layers.Flatten()])
    model.compile(LazyAdam(RATE, use_ema=True, ema_momentum=0.5), loss="mse")
    model.build((None, 1))
    before = layer.embeddings.numpy().copy()
    rows, wanted = np.array([[0], [1], [1], [3]]), np.array([[1.0], [2.0], [2.0], [3.0]])
    callbacks = [Settle(), keras.callbacks.SwapEMAWeights(swap_on_epoch=True)]
    model.fit(rows, wanted, batch_size=2, epochs=150, verbose=0, callbacks=callbacks)
    after = layer.embeddings.numpy()
    np.testing.assert_array_equal(after[[2, 4, 5]], before[[2, 4, 5]])
    np.testing.assert_allclose(after[[0, 1, 3], 0], [1, 2, 3], atol=0.05)
