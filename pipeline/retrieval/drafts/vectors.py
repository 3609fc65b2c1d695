"""Vectors of products that are not in the catalogue, made as those of its products were; no torch, no tensorflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.recipe import TextRecipe
from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.drafts.draft import Draft, table
from pipeline.retrieval.tower_search import ItemTower
from pipeline.text.encoder import Encoder
from pipeline.text.product_text import lexical_texts, vector_texts
from pipeline.towers.features import Vocabulary

BATCH = 32  # texts that are encoded at once, to bound memory


class DraftVectors:
    """Makes text and item vectors of drafts.

    The encoder serves in float32; the batch held its weights in bfloat16, so that the vectors of one text agree to a
    cosine of about 0.9999.

    Args:
        catalogue: The version's products, as they were published: they number its brands and categories.
        encoder: The version's.
        recipe: The version's, as its manifest holds it; says which fields are read.
        tower: The item tower; None where the version has none.
    """

    def __init__(
        self, catalogue: Catalogue, encoder: Encoder, recipe: Mapping[str, Any], tower: ItemTower | None
    ) -> None:
        self._catalogue, self._encoder, self._tower = catalogue, encoder, tower
        said = {**TextRecipe().__dict__, **recipe.get("text", {})}
        self._fields, self._lexical = tuple(said["fields"]), tuple(said["lexical"])

    @property
    def has_tower(self) -> bool:
        return self._tower is not None

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The numbers of brands and category paths that the item tower was trained with; made when first asked for."""
        known = self._tower.products if self._tower else None
        return Vocabulary.of(self._catalogue.table.slice(0, known))

    def text(self, drafts: Sequence[Draft]) -> FloatArray:
        """Return float32 [n, d_text], rows L2-normalised."""
        texts = self.texts(table(drafts))
        parts = [self._encoder.encode(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
        return np.concatenate(parts)

    def texts(self, products: pa.Table) -> list[str]:
        """Return the text that the encoder reads of each product of a canonical table."""
        return vector_texts(products, self._fields)

    def words(self, drafts: Sequence[Draft]) -> list[str]:
        """Return the text that the lexical index reads of each."""
        return lexical_texts(table(drafts), self._lexical)

    def published_words(self, rows: Sequence[int]) -> list[str]:
        """Return the text that the lexical index read of some published products."""
        return lexical_texts(self._catalogue.table.take(pa.array(rows, pa.int64())), self._lexical)

    def items(self, drafts: Sequence[Draft], text: FloatArray) -> FloatArray:
        """Return float32 [n, d], what the item tower says of products whose id it does not know.

        Their scale is the tower's own: of two towers that read histories, rows are L2-normalised. Without a tower they
        are the text vectors, as everywhere in such a version.

        Args:
            drafts: At least one.
            text: float32 [n, d_text], their text vectors.
        """
        return self.of_products(table(drafts), text)

    def of_products(self, products: pa.Table, text: FloatArray) -> FloatArray:
        """Return what `items` does, for products of a canonical table."""
        if self._tower is None:
            return text
        brands, categories = self.vocabulary.encode(products)
        return self._tower.of_products(text, brands, categories)

    def unknown(self, draft: Draft) -> list[str]:
        """Return a sentence on what of a draft the version has never seen."""
        notes = []
        if draft.brand and draft.brand not in self._catalogue.brand_counts:
            notes.append(f'No product here is of the brand "{draft.brand}"; it is read as words alone.')
        if draft.category and draft.category not in self._catalogue.category_counts:
            known = next(
                (
                    draft.category[:depth]
                    for depth in range(len(draft.category) - 1, 0, -1)
                    if draft.category[:depth] in self._catalogue.category_counts
                ),
                (),
            )
            path, above = " > ".join(draft.category), " > ".join(known)
            rest = f'only "{above}" of it is known.' if known else "it is read as words alone."
            notes.append(f'No product here is of the category "{path}"; {rest}')
        return notes
