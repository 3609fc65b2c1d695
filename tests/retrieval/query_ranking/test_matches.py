"""How the words of a query meet those of a product, counted by hand."""

import numpy as np
import pytest

from pipeline.retrieval.query_ranking.matches import Query, word_matches
from tests.retrieval.query_ranking import shop

CAMERA, BAG = np.log(1 + 3.5 / 2.5), np.log(1 + 4.5 / 1.5)  # idf: in two of five products, in one


def matches(text: str) -> dict[str, list[float]]:
    words = shop.words()
    found = word_matches(Query.of(text, words), words, shop.ROWS)
    return {name: np.broadcast_to(np.asarray(own, float), 5).tolist() for name, own in found.items()}


def test_words_and_their_places() -> None:
    found = matches("camera bag")
    assert found["title_words"] == [0.5, 1, 0, 0, 0]
    assert found["title_weight"] == pytest.approx([CAMERA / (CAMERA + BAG), 1, 0, 0, 0])
    assert found["beside_weight"] == pytest.approx([0, CAMERA / (CAMERA + BAG), 0, 0, 0])
    assert found["either_missing"] == pytest.approx([BAG, 0, CAMERA + BAG, CAMERA + BAG, CAMERA + BAG])
    assert found["title_covered"] == [1 / 4, 2 / 4, 0, 0, 0]
    assert found["rarest_word"] == [0, 1, 0, 0, 0]
    assert found["phrase"] == found["bigrams"] == [0, 1, 0, 0, 0]
    assert found["first_place"] == [2, 0, 32, 32, 32]
    # What is asked for is the bag: the last word of the query.
    assert found["head_place"] == [32, 1, 32, 32, 32]
    assert found["head_within"] == found["head_last"] == found["head_behind"] == [0, 1, 0, 0, 0]


def test_what_a_query_is_for_is_not_what_it_asks_for() -> None:
    found = matches("camera for aperio")
    assert found["head_place"] == [2, 0, 32, 32, 32]  # of "camera"
    assert found["head_last"] == [1, 1, 0, 0, 0]  # "camera bag" ends in bag, but camera is one of its last two words
    assert found["head_behind"] == [1, 2, 0, 0, 0]
    assert found["bigrams"] == [0, 0, 0, 0, 0]  # "aperio camera" is the other way round


def test_words_apart_are_no_phrase() -> None:
    found = matches("norvik camera black")
    assert found["phrase"] == [0, 0, 0, 0, 0]
    assert found["bigrams"] == [0.5, 0, 0, 0, 0]  # "camera black", not "norvik camera"


def test_sizes_agree_or_contradict() -> None:
    found = matches("memory card 16gb")
    assert found["measures"] == [0, 0, 1, 0, 0]
    assert found["other_measures"] == [0, 0, 0, 1, 0]
    assert np.isnan(matches("memory card")["measures"]).all()


def test_numbers_are_looked_for_everywhere() -> None:
    assert matches("card 32")["numbers"] == [0, 0, 0, 1, 0]
    assert np.isnan(matches("card 32")["codes"]).all()
    assert matches("hx400")["codes"] == [0, 0, 0, 0, 0]


def test_a_slip_of_the_keyboard_still_shares_letters() -> None:
    assert matches("hose")["trigrams"][4] == 1
    assert matches("hoze")["trigrams"][4] == 1 / 4
    # garden 6, hose 4, 10 and ft 2 each: 14 in the title, 4 in the query, 4 shared.
    assert matches("hose")["trigrams_both"][4] == pytest.approx(2 * 4 / (14 + 4))


def test_a_query_without_words_says_nothing() -> None:
    assert all(np.isnan(own).all() for own in matches("?!").values())
    assert np.isnan(matches("the")["title_words"]).all()
