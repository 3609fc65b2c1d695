"""Vectors of many texts on Spark: each Python worker opens the exported encoder once, and encodes its share.

The vectors are those of query time (`encoder.Encoder`, float32), so that what a cluster encoded and what one machine
encodes can be searched together. Workers need this package, onnxruntime, tokenizers and pandas, and the encoder's
folder under the same path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame

BATCH = 64  # texts


def encode(texts: DataFrame, folder: Path) -> DataFrame:
    """Return each distinct text and its vector.

    Args:
        texts: Has the column `text`.
        folder: Holds `model.onnx` and `tokenizer.json`, as `minilm.export` writes them.

    Returns:
        Columns text and vector (array of float, L2-normalised), in no order: join them by text.
    """
    distinct = texts.select("text").where("text IS NOT NULL").distinct()
    return distinct.mapInPandas(worker(str(folder)), "text string, vector array<float>")


def worker(folder: str) -> Callable[[Iterator[pd.DataFrame]], Iterator[pd.DataFrame]]:
    """Return what a Python worker runs over the batches of its share."""

    def encoded(batches: Iterator[Any]) -> Iterator[Any]:
        from pipeline.text.encoder import Encoder

        encoder = Encoder.shared(Path(folder))
        for batch in batches:
            # Similar lengths share a call, so that little of it is padding.
            by_length = batch.loc[batch["text"].str.len().sort_values().index]
            for start in range(0, len(by_length), BATCH):
                part = by_length.iloc[start : start + BATCH][["text"]]
                yield part.assign(vector=list(encoder.encode(part["text"].tolist())))

    return encoded
