"""Krippendorff's alpha against the example that its author works out."""

import pytest

from pipeline.comparing.agreement import alpha

# Krippendorff 2011, example C: four observers, twelve units, None where an observer rated nothing.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
EXAMPLE = {unit: [each for each in own if each is not None] for unit, own in enumerate(zip(*OBSERVERS, strict=True))}


@pytest.mark.parametrize(("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_the_published_example(level: str, published: float) -> None:
    assert alpha(EXAMPLE, level) == pytest.approx(published, abs=5e-4)  # type: ignore[arg-type]


def test_full_agreement_and_the_opposite() -> None:
    assert alpha({"a": [0, 0], "b": [3, 3]}) == 1
    found = alpha({"a": [0, 3], "b": [3, 0]})
    assert found is not None
    assert found < 0


def test_by_hand() -> None:
    """Two judges, four units, 0 and 1: o_00 = 4, o_01 = o_10 = 1, o_11 = 2, margins 5 and 3, n = 8.

    D_o = 2, D_e = 2 x 5 x 3 / 7: alpha = 1 - 2 x 7 / 30.
    """
    assert alpha({1: [0, 0], 2: [0, 0], 3: [1, 1], 4: [0, 1]}, "nominal") == pytest.approx(1 - 14 / 30)


def test_nothing_to_agree_on() -> None:
    assert alpha({}) is None
    assert alpha({"a": [1], "b": [2]}) is None
    assert alpha({"a": [2, 2], "b": [2, 2]}) is None
