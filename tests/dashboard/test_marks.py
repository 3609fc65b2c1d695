"""The words of a query in a title."""

from __future__ import annotations

import doctest

import pytest

from dashboard.components import marks
from pipeline.retrieval import held


@pytest.mark.parametrize("module", [marks, held])
def test_the_examples_in_the_documentation_hold(module) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("title", "query", "shown"),
    [
        # The stems of the lexical index: plurals meet, stop words do not count.
        ("The cameras for the road", "camera for the", "The [cameras] for the road"),
        ("Noise-cancelling headphone", "noise canceling headphones", "[Noise]-[cancelling] [headphone]"),
        ("Café crème", "cafe", "[Café] crème"),
        ("cafe\u0301", "café", "[café]"),
        # Model codes, whole or in pieces; of letters and digits no lone one is marked.
        ("Sony WH-1000XM4", "wh1000xm4", "Sony [WH-1000XM4]"),
        ("Sony WH-1000XM4", "1000xm4", "Sony WH-[1000XM4]"),
        ("Sony WH-1000XM4", "xm4", "Sony WH-1000[XM4]"),
        ("Canon EOS 20D, LC-E6", "eos 6d", "Canon [EOS] 20D, LC-E6"),
        ("3.5mm jack", "3.5 mm", "[3.5mm] jack"),
        ("16/32/64GB", "64gb", "16/32/[64GB]"),
        ("USB-C to HDMI", "usb c to hdmi", "[USB-C] to [HDMI]"),
        ("1,440 dpi", "1440", "[1,440] dpi"),
        ("C++ and C#", "c++", "[C++] and C#"),
        # What the query has as one word and the title as two, and the other way round.
        ("Head phones", "headphones", "[Head] [phones]"),
        ("Headphones", "head phones", "[Headphones]"),
        # Scripts without spaces: each two neighbouring characters.
        ("日本語カメラcanon", "カメラ", "日本語[カメラ]canon"),
        ("日本語カメラ", "本", "日[本]語カメラ"),
        ("日本語canon", "canon", "日本語[canon]"),
        ("🎧 phones", "🎧", "🎧 phones"),
        ("", "camera", ""),
        ("Camera", "", "Camera"),
    ],
)
def test_words_are_marked(title: str, query: str, shown: str) -> None:
    html = marks.marked(title, marks.stems(query))
    assert html.replace("<mark>", "[").replace("</mark>", "]") == shown


def test_foreign_text_stays_escaped() -> None:
    found = marks.marked('<mark>a</mark> "camera" & <b>\u202ecamera', marks.stems("camera mark b amp quot"))
    assert found == (
        "&lt;<mark>mark</mark>&gt;a&lt;/<mark>mark</mark>&gt; &quot;<mark>camera</mark>&quot; &amp; "
        "&lt;<mark>b</mark>&gt;<mark>camera</mark>"
    )
