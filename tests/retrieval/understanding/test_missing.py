"""The words of a query that no product holds."""

import pytest

from pipeline.retrieval.understanding.missing import missing, sentence
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
