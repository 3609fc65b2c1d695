"""What a version folder holds, opened: tables, indexes and towers, each checked against the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import lightgbm
import numpy as np
import onnxruntime
import pyarrow.parquet as pq

from pipeline.errors import VersionBroken
from pipeline.maps.loaded import Maps
from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.query_ranking import files as query_ranking
from pipeline.retrieval.query_ranking.ranker import Ranked
from pipeline.retrieval.reranking.evidence import Evidence
from pipeline.retrieval.reranking.features import Features
from pipeline.retrieval.reranking.ranker import Reranked
from pipeline.retrieval.retrievers import Lexical, Semantic
from pipeline.retrieval.shoppers import PARTS, Shoppers
from pipeline.retrieval.tower_search import ItemTower
from pipeline.retrieval.vectors import VectorIndex
from pipeline.text.encoder import Encoder
from pipeline.text.lexical import LexicalIndex

HISTORY = 50  # products that a tower reads where its file does not say


class UserTower:
    """The exported user tower: a history's item vectors -> the shopper's vector."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        self.length = int(self._session.get_modelmeta().custom_metadata_map.get("history", HISTORY))

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
            products = pq.read_table(folder / "products.parquet")
            shoppers = Shoppers(pq.read_table(users)) if users.exists() else None
            contents = cls(
                catalogue=Catalogue(products, *train_statistics(shoppers, products.num_rows)),
                shoppers=shoppers,
                encoder=Encoder.shared(encoder),
                lexical=LexicalIndex.load(folder / "lexical", products.num_rows),
                text=VectorIndex.load(folder / "index" / "text.faiss"),
                items=VectorIndex.load(folder / "index" / "items.faiss"),
                user_tower=UserTower(tower) if tower.exists() else None,
                user_vectors=np.load(vectors, allow_pickle=False) if vectors.exists() else None,
                maps=Maps.load(folder),
                item_tower=ItemTower(item_tower) if item_tower.exists() else None,
            )
            contents = replace(contents, reranked=_reranked(contents, rankers or folder / "rankers"))
            pair = Lexical(contents.lexical), Semantic(contents.encoder, contents.text)
            ranked = query_ranking.load(folder / "rankers", contents.catalogue, contents.text.vectors, *pair)
            contents = replace(contents, ranked=ranked)
        except Exception as error:  # each library fails in its own way; all of them mean the same here
            raise VersionBroken(
                f'Version "{folder.name}" cannot be read ({type(error).__name__}).', "Publish it again with --replace."
            ) from error
        for index in (contents.text, contents.items):
            if len(index.vectors) != len(contents.catalogue) or not np.isfinite(index.vectors).all():
                raise VersionBroken(
                    f'The vectors of version "{folder.name}" do not fit its products.',
                    "Publish it again with --replace.",
                )
        if contents.maps and not contents.maps.fits(len(contents.catalogue)):
            raise VersionBroken(
                f'The maps of version "{folder.name}" do not fit its products.', "Publish it again with --replace."
            )
        expected = (len(contents.shoppers) if contents.shoppers else 0, contents.items.vectors.shape[1])
        known = contents.user_vectors
        if known is not None and not (
            known.dtype == np.float32 and known.shape == expected and np.isfinite(known).all()
        ):
            raise VersionBroken(
                f'The vectors of version "{folder.name}" do not fit its shoppers.', "Publish it again with --replace."
            )
        return contents


def _reranked(contents: Contents, folder: Path) -> Reranked | None:
    """Return the second stage of recommendations, None where the version has none."""
    if contents.user_tower is None or not (folder / "recommend.txt").exists():
        return None
    evidence = Evidence.load(folder / "evidence", len(contents.catalogue))
    features = Features.of(
        contents.catalogue, evidence, contents.text.vectors, contents.items.vectors, contents.user_tower
    )
    return Reranked(features, lightgbm.Booster(model_str=(folder / "recommend.txt").read_text("utf-8")))


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
