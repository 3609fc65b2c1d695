"""The pooled tower taken apart, by weights that are easy to reckon with."""

import numpy as np

from pipeline.retrieval.pool import Pool

# Ages 0 and 1 weigh 3 to 1; two dimensions, one hidden unit that reads the first and speaks for the second.
POOL = Pool(
    ages=np.log([3.0, 1.0]),
    first=np.array([[2.0], [0.0]]),
    first_bias=np.array([0.0]),
    second=np.array([[0.0, 1.0]]),
    second_bias=np.array([0.0, 0.1]),
)
HISTORY = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]], np.float32)  # the first is older than what is read


def vector(history: np.ndarray) -> np.ndarray:
    """Return what such a tower says: the pool and its MLP, by their own formula."""
    assert history.shape[1] == 2, "an exported tower refuses what does not fit it"
    read = history[-2:]
    pool = (np.array([0.25, 0.75]) if len(read) == 2 else np.ones(1)) @ read
    hidden = 2 * pool[0]
    whole = pool + np.array([0.0, hidden / (1 + np.exp(-hidden)) + 0.1])
    return whole / np.linalg.norm(whole)


def weights() -> dict[str, np.ndarray]:
    made = (POOL.ages, POOL.first, POOL.first_bias, POOL.second, POOL.second_bias)
    return {str(place): each.astype(np.float32) for place, each in enumerate(made)}


def test_the_parts_are_worked_out_by_hand() -> None:
    # The pool is (0.25, 0.75), the hidden unit sees 0.5, its gate is 0.6225, and it says 0.3112 for the second.
    parts, rest = POOL.parts(HISTORY)
    norm = np.linalg.norm([0.25, 0.75 + 0.3112 + 0.1])
    np.testing.assert_allclose(parts[0], [0, 0])
    np.testing.assert_allclose(parts[1], [0.25 / norm, 0.3112 / norm], atol=1e-4)
    np.testing.assert_allclose(parts[2], [0, 0.75 / norm], atol=1e-4)
    np.testing.assert_allclose(rest, [0, 0.1 / norm], atol=1e-4)


def test_they_add_up_to_the_vector() -> None:
    for length in (1, 2, 3):
        parts, rest = POOL.parts(HISTORY[:length])
        np.testing.assert_allclose(parts.sum(axis=0) + rest, vector(HISTORY[:length]), atol=1e-9)


def test_it_is_found_whatever_the_weights_are_called() -> None:
    # Read backwards, the second layer looks like a first one of a tower of another width.
    found = Pool.of(dict(reversed(weights().items())), 2, 2, vector)
    assert found is not None
    np.testing.assert_allclose(found.first, POOL.first)


def test_a_tower_that_says_something_else_is_none() -> None:
    assert Pool.of(weights(), 2, 2, lambda history: -vector(history)) is None
    assert Pool.of({"ages": np.zeros(2, np.float32)}, 2, 2, vector) is None
