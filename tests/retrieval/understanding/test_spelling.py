"""Spelling repair: distances by hand, and which words are repaired."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.retrieval.understanding.spelling import Speller, count_words, distances

TITLES = [
    "Noise cancelling headphones",
    "Noise cancelling headphones, black",
    "Bluetooth speaker",
    "Gaming mouse WH-1000XM4",
    "Wireless camera",
    "Nose clip",
    "カメラ Café",
]


@pytest.fixture(scope="module")
def speller() -> Speller:
    counts = count_words(TITLES)
    return Speller(counts, lambda word: word in counts or word == "held")


def of(word: str, *others: str) -> list[int]:
    lengths = np.array([len(other) for other in others])
    letters = np.array(others).view(np.uint32).reshape(len(others), -1)
    return distances(word, letters, lengths).tolist()


def test_distances() -> None:
    # Substitution, insertion, deletion, neighbours swapped; f -> ph is a substitution and an insertion.
    assert of("noice", "noise", "noices", "noie", "nocie", "noice") == [1, 1, 1, 1, 0]
    assert of("headfones", "headphones") == [2]
    assert of("kitten", "sitting", "") == [3, 6]
    # No part is edited twice: ca -> ac -> abc is not counted as two edits.
    assert of("ca", "abc") == [3]


@given(st.text("abc", min_size=1, max_size=6), st.lists(st.text("abc", max_size=6), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_distances_agree_with_the_recursion(word: str, others: list[str]) -> None:
    def slow(a: str, b: str) -> int:
        if not a or not b:
            return len(a) + len(b)
        best = min(slow(a[:-1], b) + 1, slow(a, b[:-1]) + 1, slow(a[:-1], b[:-1]) + (a[-1] != b[-1]))
        if a[-2:] == b[-2:][::-1] and len(a) > 1 and len(b) > 1:
            best = min(best, slow(a[:-2], b[:-2]) + 1)
        return best

    if any(others):
        assert of(word, *others) == [slow(word, other) for other in others]


def test_words_are_letters_alone() -> None:
    counts = count_words(TITLES)
    assert counts["noise"] == counts["headphones"] == 2
    assert counts["cafe"] == 1
    assert not {"xm", "1000xm4", "カメラ"} & set(counts)


@pytest.mark.parametrize(
    ("query", "repairs"),
    [
        ("noice canceling headphones", [("noice", "noise"), ("canceling", "cancelling")]),
        ("Headfones", [("headfones", "headphones")]),
        ("head phones", [("head phones", "headphones")]),
        ("blue tooth speaker", [("blue tooth", "bluetooth")]),
        ("gamingmouse", [("gamingmouse", "gaming mouse")]),
        ("wirless-camra", [("wirless", "wireless"), ("camra", "camera")]),
        ("caemra", [("caemra", "camera")]),
        ("camera held", []),
        ("wh-1000xm5 1000xm5 zh-1000xm4", []),
        ("mous", [("mous", "mouse")]),
        ("mse", []),
        ("zebra crossing", []),
        ("カメワ", []),
        ("the with", []),
        ("( % 🙂", []),
        ("x" * 400, []),
    ],
)
def test_repairs(speller: Speller, query: str, repairs: list[tuple[str, str]]) -> None:
    assert speller.repair(query) == repairs


def test_the_commoner_word_wins_among_equals() -> None:
    counts = {"cases": 9, "cakes": 2, "vases": 50}
    assert Speller(counts, counts.__contains__).repair("capes") == [("capes", "cases")]
    # What begins alike comes first, however common the other is.
    assert Speller({"cakes": 1, "vases": 50}, counts.__contains__).repair("cazes") == [("cazes", "cakes")]


def test_four_letters_are_only_completed() -> None:
    counts = {"mold": 9, "caulk": 1, "sod": 9}
    assert [Speller(counts, counts.__contains__).repair(word) for word in ("meld", "cauk", "scod")] == [
        [],
        [("cauk", "caulk")],
        [],
    ]


def test_what_is_rare_in_a_large_catalogue_is_no_model() -> None:
    counts = {"horizontal": 300_000, "horizantal": 1}
    assert Speller(counts, counts.__contains__).repair("horizantel") == [("horizantel", "horizontal")]
    assert Speller({"horizantal": 1}, counts.__contains__).repair("horizantel") == [("horizantel", "horizantal")]


def test_a_catalogue_without_words() -> None:
    assert Speller({}, lambda word: False).repair("camera") == []


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=40))
def test_any_text_is_repaired_to_words_of_the_catalogue(speller: Speller, text: str) -> None:
    for _, used in speller.repair(text):
        assert set(used.split()) <= set(count_words(TITLES))
