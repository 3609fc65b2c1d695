"""What the search ranker saw of a product, in a shopper's words."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from dashboard.components.words import counted, figure
from pipeline.retrieval.query_ranking.features import CANDIDATES
from pipeline.retrieval.query_ranking.words import TITLE

Features = Mapping[str, float]


def said(label: str, features: Features) -> str:
    """Return one phrase on what a contribution is made of; "" for a kind that has none.

    Args:
        label: Of the contribution.
        features: {feature: its value}, NaN where it is unknown.
    """
    phrase = PHRASES.get(label)
    return phrase(lambda name: features.get(name, math.nan)) if phrase else ""


Of = Callable[[str], float]


def _found(of: Of) -> str:
    return "holds none of them" if of("bm25") == 0 else _rank(of("bm25_rank"))


def _near(of: Of) -> str:
    return f"cosine {figure(of('cosine'))}, {_rank(of('cosine_rank'))}"


def _rank(log_rank: float) -> str:
    """Return a rank in words; features hold log(1 + how many are better), counted up to 200."""
    if math.isnan(log_rank):
        return "rank not known"
    better = round(math.expm1(log_rank))
    return f"rank {better + 1:,} of all" if better < CANDIDATES else f"not among the first {CANDIDATES}"


def _title(of: Of) -> str:
    return f"{_share(of('title_words'))} of them"


def _beside(of: Of) -> str:
    return f"{_share(of('beside_weight'))} of them, rare words counting more"


def _anywhere(of: Of) -> str:
    return f"{_share(of('either_weight'))} of them, rare words counting more"


def _side(of: Of) -> str:
    if of("phrase") == 1:
        return "the whole query, in its order"
    share = of("bigrams")
    return "a query of one word" if math.isnan(share) else f"{_share(share)} of the neighbouring pairs"


def _what(of: Of) -> str:
    place = of("head_place")
    if math.isnan(place):
        return ""
    if place >= TITLE:
        return "the title lacks the word for it"
    return "the title names it" if of("head_within") == 1 else "the title names it only aside"


def _spelling(of: Of) -> str:
    share = of("trigrams")
    return "" if math.isnan(share) else f"{_share(share)} of the letters, three by three"


def _numbers(of: Of) -> str:
    known = [of(name) for name in ("numbers", "codes", "measures") if not math.isnan(of(name))]
    if not known:
        return "the query has none"
    if of("other_measures") > 0:
        return "another size than asked for"
    share = sum(known) / len(known)
    return "all of the query's match" if share == 1 else "none of the query's matches" if share == 0 else "some match"


def _brand(of: Of) -> str:
    if of("brand_named") == 1:
        return "as the query names" if of("brand_same") == 1 else "another than the query names"
    return _crowd(of("crowd_brand"), "brand")


def _category(of: Of) -> str:
    return _crowd(of("crowd_leaf"), "category")


def _crowd(share: float, noun: str) -> str:
    return f"no {noun} known" if math.isnan(share) else f"shared by {100 * share:.0f} % of the first results"


def _like(of: Of) -> str:
    return f"cosine {figure(of('like_first'))} to their mean"


def _popularity(of: Of) -> str:
    seen = of("popularity")
    return "not known" if math.isnan(seen) else counted(round(math.expm1(seen)), "interaction")


def _price(of: Of) -> str:
    over = of("price_over_crowd")
    if math.isnan(over):
        return "no price to compare"
    times = math.exp(over)
    return "about that of the first results" if 0.95 < times < 1.05 else f"{figure(times)} times the first results'"


def _query(of: Of) -> str:
    number = of("query_words")
    return "" if math.isnan(number) else counted(round(number), "word")


def _share(share: float) -> str:
    """Return a share in words.

    >>> _share(0.0), _share(0.25), _share(1.0)
    ('none', '25 %', 'all')
    """
    if math.isnan(share):
        return "none"
    return "none" if share <= 0 else "all" if share >= 0.9995 else f"{100 * share:.0f} %"


PHRASES: dict[str, Callable[[Of], str]] = {
    "words found by BM25": _found,
    "meaning (MiniLM)": _near,
    "words and meaning together": lambda of: _rank(of("sum_rank")),
    "words of the query in the title": _title,
    "words of the query in brand, category, description": _beside,
    "words of the query anywhere": _anywhere,
    "words side by side": _side,
    "what the product is": _what,
    "spelling": _spelling,
    "numbers, sizes and model codes": _numbers,
    "brand": _brand,
    "category": _category,
    "like the first results": _like,
    "popularity": _popularity,
    "price": _price,
    "the query itself": _query,
}
