"""BM25: its terms, its formula, its files."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.lexical import LexicalIndex, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cameras for the camera", ["camera", "camera"]),
        ("WH-1000XM4", ["wh1000xm4", "wh", "1000xm4", "1000", "xm", "4"]),
        ("USB-C to HDMI", ["usbc", "usb", "c", "hdmi"]),
        ("EOS 6D", ["eo", "6d", "6", "d"]),
        ("1/2 in", ["1/2inch", "1/2", "inch"]),
        ("16/32/64gb", ["16", "32", "64gb", "64", "gb"]),
        ("3.5mm", ["3.5mm", "3.5", "mm"]),
        ("1,000 W", ["1000", "w"]),
        ("2-in-1", ["2in1", "2", "1"]),
        ("2 in 1", ["2", "1"]),
        ("6' cord", ["6ft", "6", "ft", "cord"]),
        ("5's", ["5s", "5", "s"]),
        ("C++ C# C", ["c++", "c#", "c"]),
        ("Café ＣＡＦÉ Größe", ["cafe", "cafe", "gross"]),
        ("Core™2 12½", ["core", "2", "12", "1/2"]),
        ("日本語 カメラSONY", ["日本", "本語", "カメ", "メラ", "soni"]),
        ("傘", ["傘"]),
        ("( % 🙂", []),
        ("the", []),
        ("", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize("size", ['55"', "55in", "55 in.", "55 inch", "55-inch", "55 Inches", "55”", "55''"])
def test_inches_are_written_in_many_ways(size: str) -> None:
    assert terms(f"TV {size}") == ["tv", "55inch", "55", "inch"]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("wh-1000xm4", "Sony WH1000XM4"),
        ("wh1000xm4", "Sony WH-1000XM4"),
        ("wh 1000xm4", "Sony WH1000XM4"),
        ("usb c", "USB-C cord"),
        ("3.5mm", "Plug 3.5 mm"),
        ("head phones", "Headphones"),
        ("cafe", "Café table"),
        ("カメラ", "デジタルカメラ用バッグ"),
        ("傘", "折りたたみ傘"),
        ('1/2"', "Pipe 1/2 in."),
    ],
)
def test_two_spellings_meet(query: str, title: str) -> None:
    scores = LexicalIndex.build([title, "Lamp"]).scores(query)
    assert scores[0] > 0
    assert scores[1] == 0


def test_what_others_write_as_one_word_is_found_under_it() -> None:
    index = LexicalIndex.build(["USB C cord", "USB-C hub", "Lamp"])
    assert (index.scores("usbc") > 0).tolist() == [True, True, False]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
def test_no_text_fails_and_a_text_finds_itself(text: str) -> None:
    scores = LexicalIndex.build([text, "Lamp"]).scores(text)
    assert np.isfinite(scores).all()
    assert bool(scores[0] > 0) == bool(terms(text))


def test_scores_follow_the_formula() -> None:
    index = LexicalIndex.build(["red camera", "red red bag", "blue"])
    # Lucene's BM25: idf * tf / (tf + k1 (1 - b + b length / mean length)), k1 = 1.2, b = .75, mean length 2.
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    first = idf * 1 / (1 + 1.2 * (0.25 + 0.75 * 2 / 2))
    second = idf * 2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 2))
    np.testing.assert_allclose(index.scores("Red"), [first, second, 0], rtol=1e-5)


def test_unknown_words_score_zero_everywhere() -> None:
    index = LexicalIndex.build(["red camera", "blue bag"])
    assert index.scores("zebra").tolist() == [0, 0]
    assert index.scores("%").tolist() == [0, 0]


def test_saved_and_loaded_it_answers_the_same(tmp_path: Path) -> None:
    index = LexicalIndex.build(["red camera", "blue bag", "bag"])
    index.save(tmp_path / "lexical")
    again = LexicalIndex.load(tmp_path / "lexical", 3)
    np.testing.assert_array_equal(index.scores("blue bag"), again.scores("blue bag"))


def test_a_catalogue_without_a_single_word() -> None:
    assert LexicalIndex.build(["!!!", ""]).scores("camera").tolist() == [0, 0]
