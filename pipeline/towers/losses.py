"""The training losses: softmax over the whole catalogue, and its estimate from a sample."""

from __future__ import annotations

from typing import Any

import keras_rs
from keras import ops

NEVER = -1e9  # the logit of a product that does not compete


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
    logits = ops.where(cold[None, :], NEVER, logits)
    return ops.mean(ops.sparse_categorical_crossentropy(targets, logits, from_logits=True))


def sampled_softmax(
    users: Any,
    items: Any,
    targets: Any,
    negatives: Any,
    log_expected: Any,
    temperature: float,
    hard_negatives: int = 0,
) -> Any:
    """Return the mean cross-entropy of the product that followed, among itself and the negatives.

    loss = log(exp(s_t) + sum over draws of a product other than t of exp(s_i) / expected_i) - s_t: the sum over draws
    expects the sum over all other products, so this estimates the full softmax. The product that followed is there for
    certain, and its logit is left alone. keras-rs' `SamplingProbabilityCorrection` corrects it as well where it is one
    of the candidates, and its `RemoveAccidentalHits` (0.4.0) adds 1e-40 where it should take a lot away.
    Source: Yi et al. 2019, "Sampling-bias-corrected neural modeling for large corpus item recommendations"; that the
    positive is no draw, and so bears no correction: Khrylchenko et al. 2025, "Correcting the LogQ correction" (their
    weight per example is not used here).

    Args:
        users: float32 [n, d], rows L2-normalised.
        items: float32 [m, d], rows L2-normalised.
        targets: int32 [n], the row in `items` of the product that followed.
        negatives: int32 [k], the rows in `items` of the draws, which all of `users` share.
        log_expected: float32 [k], log of how often each draw's product is expected among the k.
        temperature: Scores are cosine / temperature.
        hard_negatives: Keep only so many negatives of each position, those of the highest logits; 0 keeps all. The
            loss is then no estimate of the full softmax any more, but its steepest part.
    """
    drawn = ops.matmul(users, ops.transpose(ops.take(items, negatives, axis=0))) / temperature - log_expected[None, :]
    drawn = ops.where(negatives[None, :] == targets[:, None], NEVER, drawn)
    positive = ops.sum(users * ops.take(items, targets, axis=0), axis=-1, keepdims=True) / temperature
    logits = ops.concatenate([positive, drawn], axis=-1)
    labels = ops.concatenate([ops.ones_like(positive), ops.zeros_like(drawn)], axis=-1)
    if hard_negatives:
        logits, labels = keras_rs.layers.HardNegativeMining(hard_negatives)(logits, labels)
    return ops.mean(ops.categorical_crossentropy(labels, logits, from_logits=True))
