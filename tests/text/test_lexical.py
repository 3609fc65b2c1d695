"""BM25: its terms, its formula, its files."""

import math
from pathlib import Path

import numpy as np
import pytest

from pipeline.text.lexical import LexicalIndex, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cameras for the camera", ["camera", "camera"]),
        ("WH-1000XM4", ["wh1000xm4", "wh", "1000xm4"]),
        ("USB-C to HDMI", ["usbc", "usb", "c", "hdmi"]),
        ("1/2 in", ["12", "1", "2"]),
        ("C++", ["c++"]),
        ("日本語 カメラ", ["日本語", "カメラ"]),
        ("( % 🙂", []),
        ("the", []),
        ("", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_scores_follow_the_formula() -> None:
    index = LexicalIndex.build(["red camera", "red red bag", "blue"])
    # Lucene's BM25: idf * tf / (tf + k1 (1 - b + b length / mean length)), k1 = 1.5, b = .75, mean length 2.
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    first = idf * 1 / (1 + 1.5 * (0.25 + 0.75 * 2 / 2))
    second = idf * 2 / (2 + 1.5 * (0.25 + 0.75 * 3 / 2))
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
