"""Search in tower space: the item tower reads the query as a product of which nothing but its text is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from pipeline.graphs import open_graph
from pipeline.retrieval.candidates import Candidates, FloatArray, Request
from pipeline.retrieval.vectors import VectorIndex
from pipeline.text.encoder import Encoder

KNOWN = "products"  # in the file of a tower: with how many of the version's products, the first, it was trained


class ItemTower:
    """The exported item tower, asked about a text alone, or about products whose id it does not know.

    Args:
        path: `item.onnx`, as `towers.export.export_item_tower` writes it, or `work.carry` after it.
    """

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 1
        self._session = open_graph(path, options)
        # Of a version that was updated since its towers were trained, the products that came later are not known to
        # them, nor are their brands and categories. None means that the tower was trained with all.
        said = self._session.get_modelmeta().custom_metadata_map.get(KNOWN)
        self.products = None if said is None else int(said)
        if self.products is not None and self.products < 0:
            raise ValueError("a tower knows an impossible number of products")
        # 0 is "none" to every table, and zeros are "no features" to every block.
        self._nothing = {
            each.name: np.zeros((1, *each.shape[1:]), np.int32 if "int32" in each.type else np.float32)
            for each in self._session.get_inputs()
        }

    @property
    def inputs(self) -> tuple[str, ...]:
        """What the tower reads, by name."""
        return tuple(self._nothing)

    def of_text(self, vector: FloatArray) -> FloatArray:
        """Return float32 [d], L2-normalised, for the text vector float32 [d_text] of something without id or brand."""
        (found,) = self._session.run(None, {**self._nothing, "text": vector[None]})
        own: FloatArray = found[0] / max(float(np.linalg.norm(found[0])), 1e-12)
        return own

    def of_products(
        self, text: FloatArray, brands: npt.NDArray[np.int32], categories: npt.NDArray[np.int32]
    ) -> FloatArray:
        """Return float32 [n, d] for products of no known id and without further features, as the tower scales them.

        Args:
            text: float32 [n, d_text], their text vectors.
            brands: int32 [n], codes (`towers.features.Vocabulary`), 0 for none.
            categories: int32 [n, levels], codes, 0 for none.
        """
        given = {"text": text, "brand": brands, "category": categories}
        nothing = {name: np.repeat(values, len(text), axis=0) for name, values in self._nothing.items()}
        (found,) = self._session.run(None, nothing | {name: given[name] for name in given if name in nothing})
        vectors: FloatArray = found
        return vectors


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
