"""The pooled user tower taken apart: what each product of a history adds to the shopper's vector, exactly.

vector = normalise(pool + MLP(pool)), pool = sum over the history of w(age) * item vector. The hidden layer's SiLU is
x * sigmoid(x): with the sigmoids as they are for this history, everything before the normalisation is linear in the
pool, and so a sum over its products. What belongs to no product is the MLP's biases.
Source: Ali et al. 2022, "XAI for transformers: better explanations through conservative propagation", which holds gates
fixed likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import FloatArray

TENSORS = 5  # weights of ages, and two layers with a bias each
AGREES = 1e-4  # how far the sum may be from what the tower itself says, at most
TRIED = 3  # products of the history that the tower is compared on

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pool:
    """The weights of a pooled tower, read from its file.

    Args:
        ages: float64 [length], before the softmax; 0 is the newest product.
        first, first_bias: float64 [d, hidden], [hidden].
        second, second_bias: float64 [hidden, d], [d].
    """

    ages: Float64
    first: Float64
    first_bias: Float64
    second: Float64
    second_bias: Float64

    @classmethod
    def of(
        cls,
        weights: Mapping[str, FloatArray],
        length: int,
        dimension: int,
        tower: Callable[[FloatArray], FloatArray],
    ) -> Pool | None:
        """Return the pool among a tower's weights; None where it is a tower of another kind.

        Names of tensors are an exporter's own affair, so shapes say which is which, and the tower itself whether that
        is right: the sum must be its vector.

        Args:
            weights: float32, by name.
            length: How many products it reads.
            dimension: Of an item vector.
            tower: Reads a history, float32 [any, dimension], oldest first.
        """
        found = [each for each in weights.values() if each.ndim in (1, 2)]
        if len(found) != TENSORS:
            return None
        for order in permutations(found):
            ages, first, first_bias, second, second_bias = order
            if first.ndim != 2 or second.ndim != 2:
                continue
            d, hidden = first.shape
            if (ages.shape, first_bias.shape, d) != ((length,), (hidden,), dimension):
                continue
            if (second.shape, second_bias.shape) != ((hidden, d), (d,)):
                continue
            pool = cls(*(each.astype(np.float64) for each in order))
            history = np.random.default_rng(0).standard_normal((TRIED, d)).astype(np.float32)
            parts, rest = pool.parts(history)
            if np.abs(parts.sum(axis=0) + rest - tower(history)).max() < AGREES:
                return pool
        return None

    def parts(self, history: FloatArray) -> tuple[Float64, Float64]:
        """Return what each product adds to the shopper's vector, and what belongs to none; together they are it.

        Args:
            history: float32 [n, d], item vectors, oldest first; what is older than the tower reads adds nothing.

        Returns:
            float64 [n, d] and float64 [d].
        """
        read = history[-len(self.ages) :].astype(np.float64)
        weights = np.exp(self.ages[: len(read)][::-1])
        weights /= weights.sum()
        pool = weights @ read
        gates = 1 / (1 + np.exp(-(pool @ self.first + self.first_bias)))
        linear = np.eye(len(pool)) + (self.first * gates) @ self.second
        rest = (self.first_bias * gates) @ self.second + self.second_bias
        norm = max(float(np.linalg.norm(pool @ linear + rest)), 1e-12)
        parts = np.zeros(history.shape, np.float64)
        parts[len(history) - len(read) :] = weights[:, None] * (read @ linear) / norm
        return parts, rest / norm
