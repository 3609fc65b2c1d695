"""Beyond accuracy: what the lists are like, whoever wanted what.

Lists are int32 [n, k], product rows, best first, -1 where there are fewer; values are float64 [n], one per user, not
a number where a user has none. Coverage and Gini are of all lists together: one number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.retrieval.candidates import FloatArray, RowArray

Values = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
SMOOTHING = 0.01  # alpha of calibration


def coverage(lists: RowArray, n_products: int) -> float:
    """Return the share of the catalogue that is in anyone's list, 0..1.

    coverage = |union of all lists| / products.
    Source: Ge, Delgado-Battenfeld and Jannach 2010, "Beyond accuracy: evaluating recommender systems by coverage and
    serendipity" (catalogue coverage).
    """
    return len(np.unique(lists[lists >= 0])) / n_products


def gini(lists: RowArray, n_products: int) -> float:
    """Return how unequally products are shown: 0 when all are shown as often, 1 when only one ever is.

    G = sum over j of (2j - n - 1) p_j / (n - 1), p_j the share of all places that go to the product that stands j-th
    when products are sorted by that share, least first.
    Source: Shani and Gunawardana 2011, "Evaluating recommendation systems", section 8.3.
    """
    shown = np.sort(np.bincount(lists[lists >= 0], minlength=n_products)).astype(np.float64)
    if n_products < 2 or not shown.any():
        return 0.0
    places = np.arange(1, n_products + 1)
    return float(((2 * places - n_products - 1) * shown).sum() / (shown.sum() * (n_products - 1)))


def novelty(lists: RowArray, interactions: npt.NDArray[np.int64], n_shoppers: int) -> Values:
    """Return the mean self-information of the list in bits: higher when fewer shoppers know its products.

    novelty = mean of log2((shoppers + 1) / (c_i + 1)), c_i the train shoppers of a product; the added ones keep
    products that nobody knows finite.
    Source: Zhou et al. 2010, "Solving the apparent diversity-accuracy dilemma of recommender systems"; Castells,
    Vargas and Wang 2011, "Novelty and diversity metrics for recommender systems".

    Args:
        lists: As above.
        interactions: int64 [n_products], train interactions of each product, one per shopper.
        n_shoppers: Shoppers with train interactions.
    """
    return _mean(np.log2((n_shoppers + 1) / (interactions[lists] + 1)), lists >= 0)


def diversity(lists: RowArray, vectors: FloatArray) -> Values:
    """Return 1 - the mean cosine of all pairs of the list: 0 when all are the same.

    Summed without pairs: the sum over pairs is (|sum of vectors|^2 - number of vectors) / 2.
    Source: Ziegler et al. 2005, "Improving recommendation lists through topic diversification" (intra-list
    similarity); Smyth and McClave 2001, "Similarity vs. diversity" (1 - similarity, mean over pairs).

    Args:
        lists: As above.
        vectors: float32 [n_products, d], text vectors, rows L2-normalised.
    """
    found = np.full(len(lists), np.nan)
    for user, rows in enumerate(lists):
        own = vectors[rows[rows >= 0]].astype(np.float64)
        if len(own) > 1:
            pairs = len(own) * (len(own) - 1)
            found[user] = 1 - ((own.sum(axis=0) ** 2).sum() - (own**2).sum()) / pairs
    return found


def distinct(lists: RowArray, codes: Codes) -> Values:
    """Return the number of distinct categories or brands of the list, divided by its length.

    As the replaced system reports them (category and brand diversity). Products without one are left out of both
    numbers; a list in which no product has one has no value.

    Args:
        lists: As above.
        codes: int32 [n_products], the category or brand of each product, -1 where it has none.
    """
    found = np.where(lists >= 0, codes[lists], -1)
    ordered = np.sort(found, axis=1)
    fresh = (ordered >= 0) & np.concatenate([np.ones((len(found), 1), bool), ordered[:, 1:] != ordered[:, :-1]], axis=1)
    return _ratio(fresh.sum(axis=1), (found >= 0).sum(axis=1))


def popularity_lift(lists: RowArray, histories: list[RowArray], interactions: npt.NDArray[np.int64]) -> Values:
    """Return how much more popular the list is than the history: 0 when as much, 1 when twice as much.

    lift = (mean popularity of the list - mean popularity of the history) / mean popularity of the history.
    Source: Abdollahpouri et al. 2020, "The connection between popularity bias, calibration, and fairness in
    recommendation" (there for groups of users, here for each).

    Args:
        lists: As above.
        histories: Product rows of each user.
        interactions: int64 [n_products], train interactions of each product.
    """
    listed = _mean(interactions[lists].astype(np.float64), lists >= 0)
    known = np.array([interactions[history].mean() if len(history) else np.nan for history in histories])
    return _ratio(listed - known, known)


def calibration(lists: RowArray, histories: list[RowArray], codes: Codes) -> Values:
    """Return how far the categories of the list are from those of the history: 0 when they have the same shares.

    C = sum over categories of p log(p / q'), q' = (1 - 0.01) q + 0.01 p, with p their shares in the history and q in
    the list; natural logarithm, so that -log 0.01 = 4.6 means that no category is shared.
    Source: Steck 2018, "Calibrated recommendations", equations 4 and 5, products weighing the same.

    Args:
        lists: As above.
        histories: Product rows of each user.
        codes: int32 [n_products], the category of each product, -1 where it has none.
    """
    n_codes = int(codes.max(initial=-1)) + 1
    if not n_codes:
        return np.full(len(lists), np.nan)
    wanted = _shares(histories, codes, n_codes)
    shown = _shares([rows[rows >= 0] for rows in lists], codes, n_codes)
    users = np.repeat(np.arange(len(lists)), np.diff(wanted.indptr))
    p = wanted.data
    # Only the categories of the history count; the list's share of each is looked up.
    q = np.asarray(shown[users, wanted.indices]).ravel()
    divergence = np.bincount(users, p * np.log(p / ((1 - SMOOTHING) * q + SMOOTHING * p)), minlength=len(lists))
    empty = (np.diff(wanted.indptr) == 0) | (np.diff(shown.indptr) == 0)
    return np.where(empty, np.nan, np.maximum(divergence, 0.0))


def serendipity(lists: RowArray, targets: RowArray, expected: RowArray) -> Values:
    """Return the share of the list that the user wanted and that the list of popular products would not have shown.

    serendipity = |list, wanted, not in the expected list| / |list|.
    Source: Ge, Delgado-Battenfeld and Jannach 2010, "Beyond accuracy: evaluating recommender systems by coverage and
    serendipity", after Murakami, Mori and Orihara 2008; the primitive model is popularity.

    Args:
        lists: As above.
        targets: int32 [n, r], rows of the held-out products, -1 where there are fewer.
        expected: int32 [n, k], the list of popular products, the user's own history left out.
    """
    there = lists >= 0
    return _ratio((there & _among(lists, targets) & ~_among(lists, expected)).sum(axis=1), there.sum(axis=1))


def category_separation(vectors: FloatArray, codes: Codes) -> float | None:
    """Return the mean cosine of two products of one category minus that of two products of different ones.

    As the replaced system reports it: -2..2, 0 for vectors that know nothing of categories. It is a mean over all
    pairs, nearly all of them far apart: `maps.separation.neighbour_purity` asks of those that are near. None where
    there is only one category or no two products share one.

    Args:
        vectors: float32 [n_products, d], rows L2-normalised.
        codes: int32 [n_products], the category of each product, -1 where it has none (left out).
    """
    found = within_and_between(vectors, codes)
    return None if found is None else found[0] - found[1]


def within_and_between(vectors: FloatArray, codes: Codes) -> tuple[float, float] | None:
    """Return the mean cosine of two products of one category, and that of two products of different ones.

    Exact over all pairs, by sums of vectors: the products of a category with sum s have |s|^2 - m pair cosines in
    total, m their number, counted in both orders. Arguments and None as in `category_separation`.
    """
    known = codes >= 0
    own, codes = vectors[known].astype(np.float64), codes[known]
    members = np.bincount(codes)
    within_pairs = int((members * (members - 1)).sum())
    all_pairs = len(codes) * (len(codes) - 1)
    if not within_pairs or within_pairs == all_pairs:
        return None
    sums = sparse.csr_matrix((np.ones(len(codes)), (codes, np.arange(len(codes))))) @ own
    squares = (own**2).sum()
    within_sum = (sums**2).sum() - squares
    all_sum = (own.sum(axis=0) ** 2).sum() - squares
    return float(within_sum / within_pairs), float((all_sum - within_sum) / (all_pairs - within_pairs))


def _shares(rows: list[RowArray], codes: Codes, n_codes: int) -> sparse.csr_matrix:
    """Return CSR float64 [n, n_codes]: the share of each category among each user's products that have one."""
    users = np.repeat(np.arange(len(rows)), [len(each) for each in rows])
    found = codes[np.concatenate(rows)] if len(users) else np.empty(0, np.int32)
    known = found >= 0
    shape = (len(rows), n_codes)
    counts = sparse.csr_matrix((np.ones(int(known.sum())), (users[known], found[known])), shape=shape)
    totals = np.asarray(counts.sum(axis=1)).ravel()
    return sparse.csr_matrix(sparse.diags(1 / np.maximum(totals, 1)) @ counts)


def _among(lists: RowArray, others: RowArray) -> npt.NDArray[np.bool_]:
    """Return bool [n, k]: whether a user's product is among the user's others."""
    return np.stack([(column[:, None] == others).any(axis=1) for column in lists.T], axis=1)


def _mean(values: Values, there: npt.NDArray[np.bool_]) -> Values:
    return _ratio(np.where(there, values, 0).sum(axis=1), there.sum(axis=1))


def _ratio(above: npt.NDArray[Any], below: npt.NDArray[Any]) -> Values:
    """Return float64 above / below, not a number where `below` is 0."""
    found: Values = np.full(len(above), np.nan)
    np.divide(above, below, out=found, where=below > 0)
    return found
