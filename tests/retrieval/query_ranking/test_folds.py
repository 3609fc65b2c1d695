"""Folds of queries."""

from pipeline.retrieval.query_ranking.folds import FOLDS, folds_of


def test_queries_of_the_same_words_share_a_fold() -> None:
    assert len(set(folds_of(["aa battery", "Battery AA", "aa batteries", "battery, aa aa"]).tolist())) == 1


def test_folds_do_not_depend_on_what_else_is_asked_and_are_all_used() -> None:
    queries = [f"query {number}" for number in range(200)]
    found = folds_of(queries)
    assert folds_of(queries[50:60]).tolist() == found[50:60].tolist()
    assert set(found.tolist()) == set(range(FOLDS))
    assert folds_of(["?", "!"]).shape == (2,)  # without words, the text itself
