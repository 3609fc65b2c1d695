"""Labels worked out by hand."""

import numpy as np

from pipeline.maps.labels import central_and_odd, label_words

TEXTS = ["red camera", "blue camera", "red bag", "green bag", "the bag 2000"]
CODES = np.array([0, 0, 1, 1, 1], np.int32)


def test_words_by_class_based_tf_idf() -> None:
    # 4 words in the first cluster and 5 in the second, so A = 4.5. Camera 2 log(1 + 4.5 / 2) = 2.36, blue
    # log(1 + 4.5) = 1.70, red, which both have, log(1 + 4.5 / 2) = 1.18. Bag 3 log(1 + 4.5 / 3) = 2.75.
    # "the" is a stop word, and what has no letter is no word.
    assert label_words(TEXTS, CODES, 5) == [["camera", "blue", "red"], ["bag", "green", "red"]]
    assert label_words(TEXTS, CODES, 1) == [["camera"], ["bag"]]


def test_a_word_that_a_title_repeats_counts_once() -> None:
    texts = ["lens lens lens lens camera", "camera", "bag"]
    assert label_words(texts, np.array([0, 0, 1], np.int32), 2)[0] == ["camera", "lens"]


def test_two_forms_of_a_word_are_one() -> None:
    texts = ["camera cameras zoom", "camera cameras", "bag"]
    assert label_words(texts, np.array([0, 0, 1], np.int32), 3) == [["camera", "zoom"], ["bag"]]


def test_the_words_of_brands_are_left_out_unless_nothing_else_remains() -> None:
    texts = ["larchmere hair oil", "larchmere oil", "hair wax", "hair gel", "canto larchmere", "canto"]
    brands = ["Larchmere", "Larchmere", "Hair & Co", "", "Canto", "Canto"]
    codes = np.array([0, 0, 1, 1, 2, 2], np.int32)
    # Two of three texts with "larchmere" are of that brand, one of three with "hair"; the last cluster has only brands.
    assert label_words(texts, codes, 3, brands) == [["oil", "hair"], ["hair", "gel", "wax"], ["canto", "larchmere"]]
    assert label_words(texts, codes, 3)[0] == ["oil", "larchmere", "hair"]


def test_texts_without_words_give_no_label() -> None:
    assert label_words(["12 34", "5"], np.array([0, 1], np.int32), 3) == [[], []]


def test_central_products_are_the_nearest_to_the_mean_and_odd_ones_the_farthest() -> None:
    # Of directions 0, 10 and 40 degrees, the mean lies near 17: 10 first, then 0, then 40.
    angles = np.array([0, 10, 40, 90]) * np.pi / 180
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    codes = np.array([0, 0, 0, 1], np.int32)
    assert central_and_odd(vectors, codes, 2) == [([1, 0], [2]), ([3], [])]
    assert central_and_odd(vectors, codes, 9) == [([1, 0, 2], []), ([3], [])]
