"""The engine: one published version, answering search, similar and recommend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from pipeline import stored
from pipeline.errors import InvalidRequest, VersionBroken
from pipeline.manifest import Manifest
from pipeline.retrieval.candidates import FloatArray, Request, Retriever, RowArray, no_rows
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.drafts.draft import Draft
from pipeline.retrieval.drafts.place import Placed, Placer
from pipeline.retrieval.drafts.vectors import DraftVectors
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.hits import rebalanced, reranked_hits, single_hits
from pipeline.retrieval.limits import MAX_HISTORY, MAX_K, MAX_QUERY, check_k, check_query
from pipeline.retrieval.reading import AsOf, Whom
from pipeline.retrieval.rebalancing import POOL, Rebalance, Traits
from pipeline.retrieval.reranking.ranker import Reranked
from pipeline.retrieval.results import Results
from pipeline.retrieval.retrievers import KnownShoppers, Popularity, Text, Towers
from pipeline.retrieval.search_engine import Mode, SearchEngine
from pipeline.retrieval.steps import Steps
from pipeline.versions import VersionStore

__all__ = ["MAX_HISTORY", "MAX_K", "MAX_QUERY", "AsOf", "Engine", "Mode", "Space", "check_k", "check_query"]

Space = Literal["towers", "text"]


class Engine(SearchEngine):
    """Answers from one version. Read-only and thread-safe: many sessions share one.

    Args:
        manifest: The version's manifest.
        contents: Its opened files.
        metrics: The rows of its `evaluation/metrics.json`.
        tuned: Parameters of the retrievers that have any, by name: its `evaluation/baselines.json`.
    """

    def __init__(
        self,
        manifest: Manifest,
        contents: Contents,
        metrics: list[dict[str, Any]],
        tuned: Mapping[str, Mapping[str, float]],
    ) -> None:
        super().__init__(contents)
        self.manifest, self.contents, self.tuned = manifest, contents, tuned
        self.shoppers = contents.shoppers
        self.metrics = metrics
        self.maps = contents.maps
        self._text = Text(contents.text, **tuned.get(Text.name, {}))
        self._items = contents.items
        self._towers: Towers | KnownShoppers | None = None
        if contents.user_tower:
            self._towers = Towers(contents.items, contents.user_tower)
        elif contents.user_vectors is not None:
            self._towers = KnownShoppers(contents.items, contents.user_vectors)
            # Such item vectors differ in length, and the longest would be everyone's neighbour: compare by cosine.
            self._items = contents.items.normalised()
        self._reranked = contents.reranked
        self._popularity = Popularity(contents.catalogue.interactions)
        self.drafts = DraftVectors(contents.catalogue, contents.encoder, manifest.recipe, contents.item_tower)

    @classmethod
    def open(cls, path: Path) -> Engine:
        """Open the version in `path` (`artifacts/versions/<name>`) after checking its files.

        Raises:
            VersionNotFound: There is no such folder.
            VersionBroken: A file is missing, changed or unreadable.
        """
        version = VersionStore(path.parent.parent).open(path.name)
        contents = Contents.load(version.path, version.encoder_path)
        try:
            metrics, tuned = (_read(version.path / "evaluation" / name) for name in ("metrics.json", "baselines.json"))
            if metrics is not None and not all(isinstance(row, dict) for row in metrics):
                raise ValueError("the metrics are no rows")
            engine = cls(version.manifest, contents, metrics or [], tuned or {})
            # The first calls allocate, and make the speller and the tables of the second stage; no one should wait.
            contents.encoder.encode(["warm up"])
            engine._understanding.warm_up()
            engine.recommend(history=engine.catalogue.ids[:1])
        except Exception as error:  # what cannot answer now cannot answer later either
            raise VersionBroken(
                f'Version "{path.name}" cannot be served ({type(error).__name__}).', "Publish it again with --replace."
            ) from error
        return engine

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def has_towers(self) -> bool:
        return self._towers is not None

    @property
    def dimension(self) -> int:
        """The length of an item vector."""
        return int(self._items.vectors.shape[1])

    @property
    def item_vectors(self) -> FloatArray:
        """float32 [n_products, d], what products are compared by; not to be written to."""
        return self._items.vectors

    def similar(self, product_id: str, k: int = 10, filters: Filters | None = None, space: Space = "text") -> Results:
        """Return the products nearest to one.

        Args:
            product_id: The product to compare with; it is not among the results.
            k: 1 to 100.
            filters: Which products may be returned.
            space: "text" (what the words say) or "towers" (what shoppers do; falls back to text without towers).

        Raises:
            UnknownProduct: The version holds no such product.
            InvalidRequest: k or space is out of range.
        """
        check_k(k)
        if space not in ("text", "towers"):
            raise InvalidRequest(f'There is no space "{space}".', "Use text or towers.")
        row = self.catalogue.row(product_id)
        steps = Steps()
        allowed = self._without(filters, np.array([row], np.int32))
        index = self._items if space == "towers" else self._texts
        with steps("nearest"):
            found = index.search(index.vectors[row], k, allowed)
        notes = [] if space == "text" or self.has_towers else ["This version has no towers; text vectors are used."]
        name = "towers" if space == "towers" and self.has_towers else "text"
        return Results(single_hits(self.catalogue.ids, found, name), steps.done(), int(allowed.sum()), tuple(notes))

    def recommend(
        self,
        user_id: str | None = None,
        history: Sequence[str] | None = None,
        k: int = 10,
        filters: Filters | None = None,
        as_of: AsOf = "now",
        rebalance: Rebalance | None = None,
        exclude: Sequence[str] = (),
        without: Sequence[str] = (),
        added: Sequence[str] = (),
    ) -> Results:
        """Return the products a shopper is most likely to want next; what the history holds is left out.

        Args:
            user_id: A known shopper, or None.
            history: Product ids, oldest first, instead of a known shopper (a basket); may be empty.
            k: 1 to 100.
            filters: Which products may be returned.
            as_of: For a known shopper: "now" reads the whole history, "test" and "valid" hide that part and later ones.
            rebalance: Puts the best 100 candidates in another order before they are cut; None keeps theirs.
            exclude: Product ids that shall not be returned; those that the version does not hold are left out anyway.
            without: Product ids that the history is read without; they may be returned.
            added: Product ids put at the end of the history, as if interacted with at its newest time.

        Raises:
            UnknownShopper: The version knows no such shopper.
            UnknownProduct: The history, or what is added to it, names a product that the version does not hold.
            InvalidRequest: Both or neither of user_id and history are given, or a limit is passed.
        """
        check_k(k)
        steps = Steps()
        with steps("history"):
            rows, held_out, times = Whom.of(user_id, history, as_of, without, added).read(self.catalogue, self.shoppers)
            shopper = None if user_id is None or self.shoppers is None else self.shoppers.index(user_id)
            unwanted = [self.catalogue.row(each) for each in exclude if each in self.catalogue]
            allowed = self._without(filters, np.concatenate([rows, np.array(unwanted, np.int32)]))
            request = Request(history=rows, allowed=allowed, shopper=shopper, times=times)
        retriever, notes = self._recommender(shopper)
        if not len(rows):
            retriever = self._popularity
            notes = ["There is no history to read; these are the most popular products."]
        with steps(retriever.name):
            depth = k if rebalance is None or rebalance.neutral else max(k, POOL)
            if isinstance(retriever, Reranked):
                hits = reranked_hits(self.catalogue.ids, *retriever.explained(request, depth))
            else:
                hits = single_hits(self.catalogue.ids, retriever.retrieve(request, depth), retriever.name)
        if rebalance is not None and not rebalance.neutral:
            with steps("rebalance"):
                hits = rebalanced(hits, rebalance, self.traits, self.text_vectors, k)
        hidden = tuple(self.catalogue.ids[row] for row in held_out)
        among = len(self.catalogue) if request.allowed is None else int(request.allowed.sum())
        return Results(hits, steps.done(), among, tuple(notes), hidden)

    def place(self, draft: Draft, k: int = 10, filters: Filters | None = None) -> Placed:
        """Return where a product that is not in the catalogue belongs, by its text and, with towers, its item vector.

        The item tower knows nothing of its id, as of any product without interactions. Its price is read by neither.

        Args:
            draft: The product.
            k: How many of the nearest products to list in each space, 1 to 100.
            filters: Which products may be listed; its likely cluster and its place on the maps heed all.

        Raises:
            InvalidRequest: k is out of range.
        """
        check_k(k)
        placer = Placer(self.drafts, self.catalogue.ids, self.catalogue.published, self._texts, self._items, self.maps)
        return placer.place(draft, k, self._without(filters, no_rows()))

    @property
    def recommender(self) -> Retriever:
        """What recommends to known shoppers, as it was measured."""
        return self._reranked or self._towers or self._text

    @cached_property
    def traits(self) -> Traits:
        """What products are re-ordered by."""
        return Traits.of(self.catalogue)

    @property
    def text_vectors(self) -> FloatArray:
        """float32 [n_products, d], rows L2-normalised; not to be written to."""
        return self._texts.vectors

    def nearest(
        self,
        user_id: str | None = None,
        history: Sequence[str] | None = None,
        k: int = 16,
        space: Space = "towers",
        as_of: AsOf = "now",
        without: Sequence[str] = (),
        added: Sequence[str] = (),
    ) -> Results:
        """Return the products whose vectors are nearest to a shopper's, those of the history among them.

        Unlike `recommend` it leaves nothing out and puts nothing in order anew: it says where in the space a shopper
        is. Without a vector there, of an empty basket say, it returns none.

        Args:
            user_id: A known shopper, or None.
            history: Product ids, oldest first, instead of a known shopper (a basket).
            k: 1 to 100.
            space: "towers" (of a version without towers, and of shoppers whom they do not know, text) or "text".
            as_of, without, added: As in `recommend`.

        Raises:
            UnknownShopper, UnknownProduct, InvalidRequest: As in `recommend`.
        """
        check_k(k)
        steps = Steps()
        rows, _, times = Whom.of(user_id, history, as_of, without, added).read(self.catalogue, self.shoppers)
        shopper = None if user_id is None or self.shoppers is None else self.shoppers.index(user_id)
        request = Request(history=rows, shopper=shopper, times=times)
        vector, index, name = None, self._items, "towers"
        if space == "towers" and self._towers is not None:
            vector = self._towers.vector(request)
        if vector is None:
            vector, index, name = self._text.vector(request), self._texts, "text"
        hits = () if vector is None else single_hits(self.catalogue.ids, index.search(vector, k), name)
        return Results(hits, steps.done(), len(self.catalogue))

    def profile(self, request: Request) -> FloatArray | None:
        """Return a shopper's vector, float32 [d], in the space of the item vectors; None of one who has none there."""
        return (self._towers or self._text).vector(request)

    def _recommender(self, shopper: int | None) -> tuple[Retriever, list[str]]:
        """Return who recommends to a known shopper, or to a basket (None), and what the reader should know of it."""
        if self._towers is None:
            return self._text, ["This version has no towers; recommendations come from product text."]
        if isinstance(self._towers, KnownShoppers) and not self._towers.knows(shopper):
            whom = "baskets" if shopper is None else "this one, who has no interactions to train on"
            note = (
                f"This version's towers know shoppers by name, and not {whom}; recommendations come from product text."
            )
            return self._text, [note]
        return self._reranked or self._towers, []

    def _without(self, filters: Filters | None, rows: RowArray) -> np.ndarray:
        """Return bool [n_products]: what the filters allow, less `rows`."""
        mask = (filters or Filters()).mask(self.catalogue)
        allowed = np.ones(len(self.catalogue), dtype=bool) if mask is None else mask
        allowed[rows] = False
        return allowed


def _read(path: Path) -> Any:
    """Return what a JSON file says, None where there is none."""
    return stored.said(path) if path.exists() else None
