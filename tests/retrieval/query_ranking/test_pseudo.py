"""Queries that a catalogue implies."""

from pipeline.retrieval.query_ranking.pseudo import pseudo_queries
from tests.retrieval.query_ranking import shop


def test_every_query_comes_from_the_catalogue_and_names_its_products() -> None:
    catalogue = shop.catalogue()
    made = [each for seed in range(20) for each in pseudo_queries(catalogue, 5, seed)]
    assert made
    for text, rows, gains in made:
        assert text
        assert len(rows) == len(gains) > 0
        if text == "storage":
            assert rows.tolist() == [2, 3]
            assert gains.tolist() == [3, 3]
        if text == "aldor storage":
            assert gains.tolist() == [1, 3]
    assert {"storage"} & {text for text, *_ in made}


def test_the_same_seed_makes_the_same_queries_and_each_once() -> None:
    one, other = (pseudo_queries(shop.catalogue(), 5, 3) for _ in range(2))
    assert [text for text, *_ in one] == [text for text, *_ in other]
    assert len({text for text, *_ in one}) == len(one)
