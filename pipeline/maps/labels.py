"""What a cluster is about, in words that are frequent in it and rare elsewhere, and in its central and odd products."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy import sparse

from pipeline.maps.neighbours import FloatArray, RowArray
from pipeline.text.lexical import terms

WORD = r"(?u)\b(?=\w*[^\W\d_])\w\w+\b"  # two signs or more, one of them a letter


def label_words(
    texts: Sequence[str], codes: RowArray, n_words: int, brands: Sequence[str] | None = None
) -> list[list[str]]:
    """Return the words that tell each cluster from the others, best first, by class-based TF-IDF.

    weight(t, c) = tf(t, c) * log(1 + A / tf(t)), tf(t, c) the products of cluster c whose text has the word t, tf(t)
    those of all clusters, and A the mean number of such words of a cluster. A word counts once a product, so that a
    title that repeats itself weighs no more. English stop words are left out, and so is a word whose stem the label
    has already. So is a word that names a brand, unless a cluster has no other: one that at least half of the products
    whose text has it have in their brand, so that "hair" stays a word although a brand calls itself by it.
    Source: Grootendorst 2022, "BERTopic: neural topic modeling with a class-based TF-IDF procedure", equation 2.

    Args:
        texts: One per product: its title and the words of its category.
        codes: int32 [n], the cluster of each product, 0 to the highest; none is empty.
        n_words: Words per cluster; fewer come back where fewer are known.
        brands: The brand of each product, "" where it has none; without them no word names one.
    """
    from sklearn.feature_extraction.text import CountVectorizer  # slow to import, and never at query time

    n_clusters = int(codes.max()) + 1
    counter = CountVectorizer(token_pattern=WORD, stop_words="english", binary=True, dtype=np.float64)
    try:
        words = counter.fit_transform(texts)
    except ValueError:  # no text has a word
        return [[] for _ in range(n_clusters)]
    names = counter.get_feature_names_out()
    branded = np.zeros(len(names), dtype=bool)
    if brands is not None:
        counts = np.asarray(words.multiply(counter.transform(brands)).sum(axis=0)).ravel()
        branded = 2 * counts >= np.asarray(words.sum(axis=0)).ravel()
    member = sparse.csr_matrix((np.ones(len(codes)), (codes, np.arange(len(codes)))), shape=(n_clusters, len(codes)))
    frequency = sparse.csr_matrix(member @ words)
    rarity = np.log1p(frequency.sum() / n_clusters / np.asarray(frequency.sum(axis=0)).ravel())
    weights = sparse.csr_matrix(frequency @ sparse.diags(rarity))
    weights.sort_indices()
    found = []
    for begin, end in pairwise(weights.indptr):
        own, weight = weights.indices[begin:end], weights.data[begin:end]
        best = own[np.argsort(-weight, kind="stable")]  # equal ones in alphabetical order
        best = best[~branded[best]] if not branded[best].all() else best
        found.append(_distinct([str(names[word]) for word in best[: 4 * n_words]], n_words))
    return found


def central_and_odd(vectors: FloatArray, codes: RowArray, k: int) -> list[tuple[list[int], list[int]]]:
    """Return, per cluster, the rows of the k products nearest to its mean, nearest first, and of the k farthest.

    The farthest come farthest first; equal ones are in row order, and no product is in both lists.

    Args:
        vectors: float32 [n, d], rows L2-normalised.
        codes: int32 [n], as above.
        k: Rows in each list of a cluster; fewer where it is smaller, central ones taken first.
    """
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(int(codes.max()) + 2))
    found = []
    for begin, end in pairwise(bounds):
        rows = order[begin:end]
        near = vectors[rows] @ vectors[rows].mean(axis=0)
        central = np.argsort(-near, kind="stable")[:k]
        others = np.setdiff1d(np.arange(len(rows)), central)
        odd = others[np.argsort(near[others], kind="stable")[:k]]
        found.append((rows[central].tolist(), rows[odd].tolist()))
    return found


def _distinct(words: list[str], n: int) -> list[str]:
    """Return the first n words, less those that differ from an earlier one only in their ending."""
    kept: dict[tuple[str, ...], str] = {}
    for word in words:
        kept.setdefault(tuple(terms(word)) or (word,), word)
    return list(kept.values())[:n]
