"""Brands that a query names."""

from pipeline.retrieval.query_ranking.naming import BrandNames
from pipeline.text.lexical import terms


def test_brands_are_found_as_whole_names() -> None:
    names = BrandNames(["Aldor", "Aldor Home", "Norvik", "The", "No Such Brand Can Be Found Here"])
    assert names.named(terms("norvik camera")).tolist() == [2]
    assert names.named(terms("ALDOR home cinema")).tolist() == [0, 1]
    assert names.named(terms("home aldor")).tolist() == [0]
    assert names.named(terms("the camera")).tolist() == []  # nothing is left of a brand that is a stop word
