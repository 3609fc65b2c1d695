"""The words of a query that no product holds."""

import pytest

from pipeline.retrieval.understanding.missing import missing, sentence, words_held
from pipeline.text.lexical import LexicalIndex

INDEX = LexicalIndex.build(
    [
        "Sony WH-1000XM4 wireless headphones",
        "Headphone jack 3.5 mm, type X",
        "Panel 9999 for walls",
        "Playstation controller",
        "デジタルカメラ",
        "Men's watch",
    ]
)


@pytest.mark.parametrize(
    ("query", "lacking"),
    [
        ("sony wh-1000xm4", ()),
        ("wh1000xm4", ()),
        ("wh 1000xm4", ()),
        ("sony wh-9999x headphones", ("wh-9999x",)),  # "wh", "9999" and "x" are held, but not by one product
        ("3.5mm jack", ()),
        ("6.3mm jack", ("6.3mm",)),
        ("Zebra headphones for the zebra", ("zebra",)),
        ("play station", ()),
        ("カメラ", ()),
        ("men's watches", ()),
        ("for the", ()),
        ("", ()),
        ("(", ()),
        ("xm5 qd900", ("xm5", "qd900")),
    ],
)
def test_words_that_no_product_holds(query: str, lacking: tuple[str, ...]) -> None:
    assert missing(query, INDEX) == lacking


def test_they_are_named_in_a_sentence() -> None:
    rest = 'No product holds "wh-9999x"; these match the rest of the query.'
    assert sentence("sony wh-9999x", ("wh-9999x",)) == rest
    assert sentence("the wh-9999x", ("wh-9999x",)) == 'No product holds "wh-9999x"; these come nearest.'
    assert sentence("a1 b2 c3", ("b2", "c3")).startswith('No product holds "b2" or "c3";')
    assert sentence("a1 b2 c3 d4 e5", ("b2", "c3", "d4", "e5")).startswith(
        'No product holds "b2", "c3", "d4" or others;'
    )


@pytest.mark.parametrize(
    ("query", "row", "held"),
    [
        ("sony headphones", 0, (2, 2)),
        ("sony headphones", 1, (1, 2)),
        ("sony wh1000xm4", 0, (2, 2)),
        ("headphones for the headphones", 1, (1, 1)),  # a word counts once, stop words not at all
        ("zebra 3.5mm jack", 1, (2, 3)),
        ("wh-9999x", 0, (0, 1)),
        ("play station", 3, (2, 2)),
        ("カメラ", 4, (0, 0)),
        ("", 0, (0, 0)),
    ],
)
def test_words_that_one_product_holds(query: str, row: int, held: tuple[int, int]) -> None:
    assert words_held(query, row, INDEX) == held
