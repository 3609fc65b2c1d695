"""Search in tower space: the item tower reads the query as a product of which nothing but its text is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime

from pipeline.graphs import open_graph
from pipeline.retrieval.candidates import Candidates, FloatArray, Request
from pipeline.retrieval.vectors import VectorIndex
from pipeline.text.encoder import Encoder


class ItemTower:
    """The exported item tower, asked about a text alone.

    Args:
        path: `item.onnx`, as `towers.export.export_item_tower` writes it.
    """

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 1
        self._session = open_graph(path, options)
        # 0 is "none" to every table, and zeros are "no features" to every block.
        self._nothing = {
            each.name: np.zeros((1, *each.shape[1:]), np.int32 if "int32" in each.type else np.float32)
            for each in self._session.get_inputs()
        }

    def of_text(self, vector: FloatArray) -> FloatArray:
        """Return float32 [d], L2-normalised, for the text vector float32 [d_text] of something without id or brand."""
        (found,) = self._session.run(None, {**self._nothing, "text": vector[None]})
        own: FloatArray = found[0] / max(float(np.linalg.norm(found[0])), 1e-12)
        return own


class TowerSearch:
    """Cosine between the item tower's vector of the query's text and each product's.

    Args:
        encoder: Of the query's text.
        tower: Of the same version as the index.
        index: The item vectors, rows L2-normalised.
    """

    name = "towers"

    def __init__(self, encoder: Encoder, tower: ItemTower, index: VectorIndex) -> None:
        self._encoder, self._tower, self._index = encoder, tower, index

    def retrieve(self, request: Request, k: int) -> Candidates:
        return self._index.search(self._vector(request), k, request.allowed)

    def scores(self, request: Request) -> FloatArray:
        return self._index.scores(self._vector(request))

    def _vector(self, request: Request) -> FloatArray:
        return self._tower.of_text(self._encoder.encode_query(request.text))
