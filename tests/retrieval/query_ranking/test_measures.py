"""Numbers with a unit, and words that are model codes."""

import pytest

from pipeline.retrieval.query_ranking.measures import has_number, is_code, measures


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('USB hub 4-port, 17" x 1,5 Meters', [("4", "port"), ("17", "in"), ("1.5", "m")]),
        ("1/2 in. x 10 ft.", [("1/2", "in"), ("10", "ft")]),
        ("1-1/2 inch pipe", [("1-1/2", "in")]),
        ("500GB drive", [("500", "gb")]),
        ("500 gigabytes", [("500", "gb")]),
        ("wh-1000xm4", []),  # the number is inside a word
        ("2 x 4", []),  # x is between two numbers, and no unit
        ("", []),
    ],
)
def test_measures(text: str, found: list[tuple[str, str]]) -> None:
    assert measures(text) == found


def test_codes_mix_letters_and_digits() -> None:
    assert [is_code(word) for word in ("hx400", "16gb", "4k", "2110", "camera")] == [True, True, False, False, False]
    assert has_number("16gb")
    assert not has_number("camera")
