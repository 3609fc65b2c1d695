"""Product words as rows of numbers."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.retrieval.query_ranking.words import NOTHING, TITLE, UNKNOWN, Words, head_of, trigrams
from tests.retrieval.query_ranking import shop


def test_titles_are_read_in_order_and_filled_up() -> None:
    words = shop.words()
    assert [words.vocabulary[number] for number in words.title[0, :4]] == ["norvik", "aperio", "camera", "black"]
    assert (words.title[0, 4:] == NOTHING).all()
    assert words.title.shape == (5, TITLE)
    # Brand, path and description, each term once; "to" and "a" are stop words.
    assert [words.vocabulary[n] for n in words.other[1] if n >= 0] == [
        "aldor",
        "photo",
        "sack",
        "canva",
        "carri",
        "camera",
    ]


def test_what_comes_before_an_aside_is_the_head() -> None:
    assert shop.words().head.tolist() == [3, 2, 6, 6, 5]  # "10 ft." has three terms: 10ft, 10, ft
    assert head_of("Power bank 20,000 mAh, black") == 4  # power, bank, 20000, mah
    assert head_of("for cameras") == 1  # all that there is
    assert head_of("") == 0


def test_idf_counts_products() -> None:
    words = shop.words()
    camera, bag, nothing = words.weights(words.numbers(["camera", "bag", "sofa"]))
    assert camera == pytest.approx(np.log(1 + 3.5 / 2.5))  # in two of five
    assert bag == pytest.approx(np.log(1 + 4.5 / 1.5))
    assert nothing == pytest.approx(np.log(1 + 5.5 / 0.5))
    assert words.numbers(["sofa"]).tolist() == [UNKNOWN]


def test_trigrams_are_of_words_with_their_edges() -> None:
    assert len(trigrams("hose")) == 4  # " ho", "hos", "ose", "se "
    assert trigrams("Hose hose") == trigrams("hose")
    assert len(set(trigrams("hose")) & set(trigrams("hoze"))) == 1  # " ho"


def test_words_survive_a_file_and_refuse_other_products(tmp_path: Path) -> None:
    words = shop.words()
    words.save(tmp_path)
    again = Words.load(tmp_path, 5)
    assert again.vocabulary == list(words.vocabulary)
    for name in ("title", "other", "head", "trigrams", "units", "sizes", "idf"):
        assert np.array_equal(getattr(again, name), getattr(words, name))
    with pytest.raises(ValueError, match="of shape"):
        Words.load(tmp_path, 6)
    (tmp_path / "terms.txt").write_text("one\ntwo")
    with pytest.raises(ValueError, match="of shape"):
        Words.load(tmp_path, 5)
