"""What a version folder holds, opened: tables, indexes and towers, each checked against the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnxruntime

from pipeline import stored
from pipeline.data.tables import PRODUCTS
from pipeline.errors import VersionBroken
from pipeline.graphs import open_graph, weights
from pipeline.maps.loaded import Maps
from pipeline.retrieval import index_choice
from pipeline.retrieval.boosters import read_booster
from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.pool import Pool
from pipeline.retrieval.query_ranking import files as query_ranking
from pipeline.retrieval.query_ranking.ranker import Ranked
from pipeline.retrieval.reranking.evidence import Evidence
from pipeline.retrieval.reranking.features import Features
from pipeline.retrieval.reranking.ranker import Reranked
from pipeline.retrieval.retrievers import Lexical, Semantic
from pipeline.retrieval.shoppers import PARTS, USERS, Shoppers
from pipeline.retrieval.tower_search import ItemTower
from pipeline.retrieval.vectors import VectorIndex
from pipeline.text.encoder import Encoder
from pipeline.text.lexical import LexicalIndex

HISTORY = 50  # products that a tower reads where its file does not say
LONGEST = 10_000  # products that a tower may say it reads
LARGEST = 1e6  # of the numbers of a vector: the square of a longer one would leave float32
BLOCK = 65_536  # vectors looked at once
UNIT = 1.01  # how long a text vector is, at most


class UserTower:
    """The exported user tower: a history's item vectors -> the shopper's vector.

    `pool` takes a tower of recipe `history` apart; of another one it is None.
    """

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 1
        self._session = open_graph(path, options)
        (given,) = self._session.get_inputs()
        self._input, dimension = given.name, given.shape[-1]
        self.length = int(self._session.get_modelmeta().custom_metadata_map.get("history", HISTORY))
        if not 1 <= self.length <= LONGEST:
            raise ValueError("a tower reads histories of an impossible length")
        self.pool = Pool.of(weights(path), self.length, dimension, self) if isinstance(dimension, int) else None

    def __call__(self, history: FloatArray) -> FloatArray:
        """Return float32 [d], L2-normalised, for float32 [any, d], oldest first; the newest `length` are read."""
        vector: FloatArray = self.many(history[None])[0]
        return vector

    def many(self, histories: FloatArray) -> FloatArray:
        """Return float32 [n, d] for n histories of one length, float32 [n, any, d]."""
        (vectors,) = self._session.run(None, {self._input: histories[:, -self.length :]})
        found: FloatArray = vectors
        return found


@dataclass(frozen=True)
class Contents:
    """An opened version folder; what it does not have is None.

    Args:
        shoppers: None where the version has no interactions.
        user_tower: Reads a history; None where the version has none.
        user_vectors: float32 [n_shoppers, d], where the towers know shoppers by name instead; zeros for one who was
            not trained on.
        reranked: The second stage of recommendations; None where the version has none.
        ranked: The second stage of search; None where the version has none.
        maps: Where each product lies by its vector; None where the version has no maps.
        item_tower: Places products that are not in the catalogue; None where the version has none.
    """

    catalogue: Catalogue
    shoppers: Shoppers | None
    encoder: Encoder
    lexical: LexicalIndex
    text: VectorIndex
    items: VectorIndex
    user_tower: UserTower | None
    user_vectors: FloatArray | None = None
    reranked: Reranked | None = None
    ranked: Ranked | None = None
    maps: Maps | None = None
    item_tower: ItemTower | None = None

    @classmethod
    def load(cls, folder: Path, encoder: Path, rankers: Path | None = None) -> Contents:
        """Open the files of a version, published or staged.

        Args:
            folder: The version's files.
            encoder: Holds the text encoder's `model.onnx` and `tokenizer.json`.
            rankers: Where the re-rankers lie; None means below the folder.

        Raises:
            VersionBroken: A file is missing, unreadable, or does not fit the catalogue.
        """
        try:
            users, tower = folder / "users.parquet", folder / "towers" / "user.onnx"
            item_tower = folder / "towers" / "item.onnx"
            vectors = folder / "towers" / "users.npy"
            # Vectors take room in their file: who claims many products has to bring as many vectors.
            text = index_choice.load(folder, "text")
            n_products = len(text.vectors)
            products = stored.table(folder / "products.parquet", PRODUCTS)
            if products.num_rows != n_products:
                raise _Misfit("vectors", "products")
            shoppers = Shoppers(stored.table(users, USERS)) if users.exists() else None
            if shoppers:
                stored.within(shoppers.rows, 0, n_products, "the products of shoppers")
            contents = cls(
                catalogue=Catalogue(products, *train_statistics(shoppers, n_products)),
                shoppers=shoppers,
                encoder=Encoder.shared(encoder),
                lexical=LexicalIndex.load(folder / "lexical", n_products),
                text=text,
                items=index_choice.load(folder, "items"),
                user_tower=UserTower(tower) if tower.exists() else None,
                user_vectors=stored.array(vectors, np.float32, (None, None)) if vectors.exists() else None,
                maps=Maps.load(folder),
                item_tower=ItemTower(item_tower) if item_tower.exists() else None,
            )
            contents._check()
            contents = replace(contents, reranked=_reranked(contents, rankers or folder / "rankers"))
            pair = Lexical(contents.lexical), Semantic(contents.encoder, contents.text)
            ranked = query_ranking.load(folder / "rankers", contents.catalogue, contents.text.vectors, *pair)
            contents = replace(contents, ranked=ranked)
        except _Misfit as error:
            raise VersionBroken(
                f'The {error.what} of version "{folder.name}" do not fit its {error.whose}.',
                "Publish it again with --replace.",
            ) from None
        except Exception as error:  # each library fails in its own way; all of them mean the same here
            raise VersionBroken(
                f'Version "{folder.name}" cannot be read ({type(error).__name__}).', "Publish it again with --replace."
            ) from error
        return contents

    def _check(self) -> None:
        """Refuse parts that do not fit each other.

        Raises:
            _Misfit: They do not.
        """
        n_products, dimension = len(self.catalogue), self.items.vectors.shape[1]
        for index in (self.text, self.items):
            # Extremes are not a number where one of them is not.
            small = (
                some.max(initial=0) <= LARGEST and some.min(initial=0) >= -LARGEST for some in _blocks(index.vectors)
            )
            if len(index.vectors) != n_products or not all(small):
                raise _Misfit("vectors", "products")
        longest = [np.einsum("ij,ij->i", some, some).max() for some in _blocks(self.text.vectors)]
        if not all(each <= UNIT for each in longest):
            raise _Misfit("vectors", "products")
        query = self.encoder.encode(["a"])
        if query.shape != (1, self.text.vectors.shape[1]) or not np.isfinite(query).all():
            raise _Misfit("text vectors", "encoder")
        if self.maps and not self.maps.fits(n_products):
            raise _Misfit("maps", "products")
        if self.user_tower and n_products:
            profile = self.user_tower.many(self.items.vectors[:1, None])
            if profile.shape != (1, dimension) or profile.dtype != np.float32 or not np.isfinite(profile).all():
                raise _Misfit("towers", "vectors")
        expected = (len(self.shoppers) if self.shoppers else 0, dimension)
        if self.user_vectors is not None and self.user_vectors.shape != expected:
            raise _Misfit("vectors", "shoppers")


def _blocks(vectors: FloatArray) -> Iterator[FloatArray]:
    """Yield vectors in blocks: those of a large catalogue lie on disk, and not all of them shall be in memory."""
    return (vectors[begin : begin + BLOCK] for begin in range(0, len(vectors), BLOCK))


class _Misfit(Exception):
    """Parts of a version, each readable, that do not belong together."""

    def __init__(self, what: str, whose: str) -> None:
        super().__init__(what, whose)
        self.what, self.whose = what, whose


def _reranked(contents: Contents, folder: Path) -> Reranked | None:
    """Return the second stage of recommendations, None where the version has none."""
    if contents.user_tower is None or not (folder / "recommend.txt").exists():
        return None
    interactions = len(contents.shoppers.rows) if contents.shoppers else 0
    evidence = Evidence.load(folder / "evidence", len(contents.catalogue), interactions)
    features = Features.of(
        contents.catalogue, evidence, contents.text.vectors, contents.items.vectors, contents.user_tower
    )
    return Reranked(features, read_booster(folder / "recommend.txt"))


def train_statistics(shoppers: Shoppers | None, n_products: int) -> tuple[np.ndarray, ...]:
    """Return per product: train interactions, mean train rating (NaN where unrated), number of train ratings."""
    if shoppers is None:
        return ()
    train = shoppers.parts == PARTS.index("train")
    rows, ratings = shoppers.rows[train], shoppers.ratings[train]
    rated = ~np.isnan(ratings)
    n_ratings = np.bincount(rows[rated], minlength=n_products)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(rows[rated], weights=ratings[rated], minlength=n_products) / n_ratings
    return np.bincount(rows, minlength=n_products), mean, n_ratings
