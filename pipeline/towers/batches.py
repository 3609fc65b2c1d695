"""Training sequences, batched."""

from __future__ import annotations

import keras
import numpy as np

from pipeline.towers.features import IntArray


class Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """Training sequences in random order, those of like length together so that little of a batch is padding."""

    def __init__(self, sequences: list[IntArray], positions: int, seed: int) -> None:
        super().__init__()
        self._sequences = sequences
        self._positions = positions
        self._generator = np.random.default_rng(seed)
        self.on_epoch_end()
        self._show_lengths()

    def _show_lengths(self) -> None:
        """Let the first two batches differ in length where any do.

        Keras reads the shape of every batch from those two, and refuses another length where they have the same.
        """
        lengths = [max(len(self._sequences[place]) for place in batch) for batch in self._batches]
        other = next((place for place, length in enumerate(lengths) if length != lengths[0]), 0)
        if other > 1:
            self._batches[1], self._batches[other] = self._batches[other], self._batches[1]

    def on_epoch_end(self) -> None:
        lengths = np.array([len(sequence) - 1 for sequence in self._sequences])
        order = np.lexsort((self._generator.random(len(lengths)), lengths))
        batches = np.split(order, np.flatnonzero(np.diff(np.cumsum(lengths[order]) // self._positions)) + 1)
        self._batches = [batches[place] for place in self._generator.permutation(len(batches))]

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> tuple[IntArray, IntArray]:
        """Return histories and the products that followed, both int32 [batch, length], row + 1, 0 beyond the end."""
        chosen = [self._sequences[place] for place in self._batches[index]]
        inputs = np.zeros((len(chosen), max(map(len, chosen)) - 1), dtype=np.int32)
        targets = np.zeros_like(inputs)
        for place, sequence in enumerate(chosen):
            inputs[place, : len(sequence) - 1] = sequence[:-1] + 1
            targets[place, : len(sequence) - 1] = sequence[1:] + 1
        return inputs, targets
