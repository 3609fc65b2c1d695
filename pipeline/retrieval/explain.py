"""Why a product is where it is: who found it, what the ranker made of it, and what each word of the query is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.results import Hit, ScorePart
from pipeline.text.encoder import Encoder
from pipeline.text.lexical import LexicalIndex

ROUNDING = 1e-6  # a share below it is what float32 leaves of a difference
MOST_WORDS = 24  # words of a query that are left out one by one


@dataclass(frozen=True)
class Contribution:
    """What one kind of evidence added to the final score.

    Args:
        label: For people: "words of the query in the title".
        added: To the final score, in its unit; below 0 it spoke against the product.
        features: {feature: its value}, NaN where the feature is unknown.
    """

    label: str
    added: float
    features: dict[str, float]


@dataclass(frozen=True)
class WordWorth:
    """What one word of the query is worth to a product.

    Args:
        word: As typed.
        change: What the product's fused score loses without the word, on the scale of the whole query; below 0 the word
            speaks against it.
    """

    word: str
    change: float


@dataclass(frozen=True)
class Explanation:
    """Why a product is where it is in the answer to a query.

    Args:
        product_id: The product.
        row: Its row in the catalogue.
        rank: Its place among the products that pass the filters; equal scores share the better one.
        score: Its final score.
        parts: What each retriever gave it: its score, its rank there and its share.
        contributions: The ranker's, strongest first; none where no ranker answered.
        words: Of the query, in order; a query of one word has none to leave out.
    """

    product_id: str
    row: int
    rank: int
    score: float
    parts: tuple[ScorePart, ...]
    contributions: tuple[Contribution, ...]
    words: tuple[WordWorth, ...]


def beside_ranker(hit: Hit, weight: float) -> Hit:
    """Return a hit whose retrievers share what the ranker's weight leaves them; the rest is the ranker's.

    Args:
        hit: Its parts share the scaled sum, its score is the final one.
        weight: 0..1, of the ranker.
    """
    # Made outright: `replace` takes several times as long, for every part of every hit.
    parts = [ScorePart(part.retriever, part.score, part.rank, (1 - weight) * part.share) for part in hit.parts]
    own = hit.score - sum(part.share for part in parts)
    own = own if own > ROUNDING else 0.0
    ranked = ScorePart("ranked", hit.score, hit.rank, own)
    return Hit(hit.rank, hit.row, hit.product_id, hit.score, (ranked, *parts))


def grouped(
    names: Sequence[str], values: FloatArray, added: FloatArray, labels: Mapping[str, str] | None = None
) -> tuple[Contribution, ...]:
    """Return contributions under readable names, strongest first; those that added nothing are left out.

    Args:
        names: Of the features.
        values: float32 [n_features].
        added: float32 [n_features].
        labels: The readable name of each feature; None for those of the search ranker.
    """
    labels = LABELS if labels is None else labels
    found: dict[str, Contribution] = {}
    for name, value, own in zip(names, values.tolist(), added.tolist(), strict=True):
        label = labels[name]
        before = found.get(label, Contribution(label, 0.0, {}))
        found[label] = Contribution(label, before.added + own, {**before.features, name: value})
    return tuple(sorted((each for each in found.values() if each.added), key=lambda each: -abs(each.added)))


def word_worths(
    text: str, encoder: Encoder, lexical: LexicalIndex, row: int, vector: FloatArray, best_cosine: float
) -> tuple[WordWorth, ...]:
    """Return how much of a product's fused score is lost when each word of a query is left out.

    Every variant is measured against the best scores of the whole query: against its own, a product that stays first
    would lose nothing by any word.

    Source: Li, Monroe and Jurafsky 2016, "Understanding neural networks through representation erasure".

    Args:
        text: The query.
        encoder: Of the query; all variants are encoded together.
        lexical: The BM25 index.
        row: Of the product.
        vector: float32 [d], its text vector, L2-normalised.
        best_cosine: Of any product with the whole query.
    """
    words = text.split()[:MOST_WORDS]
    if len(words) < 2:
        return ()
    variants = [text, *(" ".join(words[:place] + words[place + 1 :]) for place in range(len(words)))]
    encoded = encoder.encode(variants)
    found = [lexical.scores(variant) for variant in variants]
    best_bm25 = float(found[0].max())
    fused = (_over([float(own[row]) for own in found], best_bm25) + _over(encoded @ vector, best_cosine)) / 2
    return tuple(WordWorth(word, float(change)) for word, change in zip(words, fused[0] - fused[1:], strict=True))


def _over(scores: npt.ArrayLike, best: float) -> FloatArray:
    """Return scores over the best one; 0 for scores at or below zero."""
    over: FloatArray = (np.maximum(scores, 0) / (best if best > 0 else np.inf)).astype(np.float32)
    return over


def labelled(groups: dict[str, str]) -> dict[str, str]:
    return {name: label for label, names in groups.items() for name in names.split()}


# Every feature of the search ranker; a test holds that none is missing.
LABELS = labelled(
    {
        "words found by BM25": "bm25 bm25_share bm25_rank",
        "meaning (MiniLM)": "cosine cosine_share cosine_below cosine_rank",
        "words and meaning together": "sum sum_rank",
        "words of the query in the title": "title_words title_weight title_covered title_length rarest_word",
        "words of the query in brand, category, description": "beside_weight",
        "words of the query anywhere": "either_weight either_missing",
        "words side by side": "phrase bigrams",
        "what the product is": "first_place head_place head_within head_last head_behind",
        "spelling": "trigrams trigrams_both",
        "numbers, sizes and model codes": "numbers codes measures other_measures",
        "brand": "brand_named brand_same brand_other crowd_brand",
        "category": "crowd_leaf crowd_parent",
        "like the first results": "like_first",
        "popularity": "popularity",
        "price": "price_over_crowd",
        "the query itself": "query_words query_unknown query_best_cosine query_best_bm25",
    }
)
