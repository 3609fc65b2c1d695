"""How training goes about a dataset of some size: which softmax, how large a step, how many epochs."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.recipe import Recipe

WHOLE = 10**10  # products x training positions up to which every step's softmax is over the whole catalogue
LOGITS = 10**8  # positions x products in a step, at most: 400 MB a copy
STEPS = 100  # of an epoch, at least: a small dataset takes smaller steps, not fewer
FEWEST = 32  # positions in a step, but for the bound on memory
# Beyond WHOLE every epoch is long, and the validation figure stops rising after few of them.
LARGE_TOTAL = 12 * 10**6  # positions read in all epochs together
LARGE_EPOCHS = 3  # at least, however large
LARGE_PATIENCE = 2


@dataclass(frozen=True)
class Plan:
    """What training does.

    Args:
        sampled: Whether the softmax is over drawn negatives instead of the whole catalogue.
        step: Training positions in a step, about.
        epochs: At most.
        patience: Epochs without a better validation figure before training stops.
        why: What differs from the recipe because of the size, as a sentence; empty where nothing does.
    """

    sampled: bool
    step: int
    epochs: int
    patience: int
    why: str = ""

    @classmethod
    def of(cls, recipe: Recipe, n_products: int, positions: int) -> Plan:
        """Plan the training of `positions` training positions over a catalogue.

        Up to 10^10 products x positions the recipe's own step, epochs and patience hold.
        """
        settings, pairs = recipe.training, n_products * positions
        large = settings.softmax == "auto" and pairs > WHOLE
        sampled = large or settings.softmax == "sampled"
        competing = settings.negatives if sampled else n_products
        step = max(1, min(settings.positions, LOGITS // competing, max(positions // STEPS, FEWEST)))
        if not large:
            return cls(sampled, step, settings.epochs, settings.patience)
        epochs = min(settings.epochs, max(LARGE_TOTAL // positions, LARGE_EPOCHS))
        patience = min(settings.patience, LARGE_PATIENCE)
        why = (
            f"{n_products:,} products x {positions:,} training positions are more than 10^10: the towers were trained "
            f"by sampled softmax with {settings.negatives:,} negatives a step, for at most {epochs} epochs with "
            f"patience {patience}."
        )
        return cls(True, step, epochs, patience, why)
