"""The training loss: softmax over the whole catalogue."""

from __future__ import annotations

from typing import Any

from keras import ops


def full_softmax(users: Any, items: Any, targets: Any, cold: Any, temperature: float) -> Any:
    """Return the mean cross-entropy of the product that followed, among all products with train interactions.

    Nothing is sampled, so no correction for sampling is needed.

    Args:
        users: float32 [n, d], rows L2-normalised.
        items: float32 [n_products, d], rows L2-normalised.
        targets: int32 [n], the row of the product that followed.
        cold: bool [n_products], products without train interactions: never a target, so never a negative either.
        temperature: Scores are cosine / temperature.
    """
    logits = ops.matmul(users, ops.transpose(items)) / temperature
    logits = ops.where(cold[None, :], -1e9, logits)
    return ops.mean(ops.sparse_categorical_crossentropy(targets, logits, from_logits=True))
