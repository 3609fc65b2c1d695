"""The k-core: worked out by hand, round by round."""

from __future__ import annotations

import pytest

from pipeline.data.prepare import summary
from pipeline.errors import DatasetError
from tests.data.folder import INTERACTIONS, PRODUCTS, Folder

CATALOGUE = "id,title\n" + "".join(f"{name},{name}\n" for name in "abcdef")
# x has only d, so x goes first; that leaves d with w alone, and d goes; then w with c alone; then c with v alone.
# What is left is everyone who has a, b and e: u and v.
CHAIN = {"u": "abe", "v": "abec", "w": "cd", "x": "d"}
ROWS = "user,id\n" + "".join(f"{user},{product}\n" for user, products in CHAIN.items() for product in products)


def cored(k: int) -> str:
    return INTERACTIONS + f"k_core = {k}\n"


def test_the_core_is_taken_until_nothing_more_goes(folder: Folder) -> None:
    folder.file("products.csv", CATALOGUE)
    folder.file("interactions.csv", ROWS + "v,c\n")  # a repeat is no second interaction
    prepared = folder.prepare(PRODUCTS, cored(2))
    assert folder.rows("interactions", "user_id", "product_id", "position", "part") == [
        ("u", "a", 0, "train"), ("u", "b", 1, "valid"), ("u", "e", 2, "test"),
        ("v", "a", 0, "train"), ("v", "b", 1, "valid"), ("v", "e", 2, "test"),
    ]  # fmt: skip
    assert prepared.counts["k_core"] == {"k": 2, "rounds": 4, "interactions": 4, "shoppers": 2, "products": 2}
    assert (prepared.counts["interactions"], prepared.counts["shoppers"], prepared.counts["repeats"]) == (6, 2, 1)
    assert folder.rows("products", "product_id") == list("abcdef")  # those without interactions stay
    assert (
        "2-core, left out in 4 rounds: 4 interactions, 2 shoppers; products that lost all theirs, and stay as cold "
        "ones: 2"
    ) in summary(prepared.counts)


def test_a_core_that_everything_belongs_to(folder: Folder) -> None:
    folder.file("products.csv", CATALOGUE)
    folder.file("interactions.csv", "user,id\n" + "".join(f"{user},{at}\n" for user in "uvw" for at in "abc"))
    prepared = folder.prepare(PRODUCTS, cored(3))
    assert prepared.counts["k_core"] == {"k": 3, "rounds": 0, "interactions": 0, "shoppers": 0, "products": 0}
    assert prepared.counts["interactions"] == 9


def test_an_empty_core_is_refused(folder: Folder) -> None:
    folder.file("products.csv", CATALOGUE)
    folder.file("interactions.csv", ROWS)
    with pytest.raises(DatasetError, match=r"No interaction is left in the 3-core.*Give a smaller k_core"):
        folder.prepare(PRODUCTS, cored(3))


@pytest.mark.parametrize("value", ["1", "true", "2.5", '"5"'])
def test_a_core_is_a_whole_number_from_two(folder: Folder, value: str) -> None:
    with pytest.raises(DatasetError, match="k_core must be"):
        folder.describe(PRODUCTS, INTERACTIONS + f"k_core = {value}\n")


def test_the_fingerprint_tells_the_core(folder: Folder) -> None:
    folder.file("products.csv", CATALOGUE)
    folder.file("interactions.csv", ROWS)
    plain = folder.describe(PRODUCTS, INTERACTIONS)
    assert plain.cored(2).fingerprint() == folder.describe(PRODUCTS, cored(2)).fingerprint()
    assert len({plain.fingerprint(), plain.cored(2).fingerprint(), plain.cored(3).fingerprint()}) == 3
    with pytest.raises(DatasetError, match="Give --k-core 2 or more"):
        plain.cored(1)
    with pytest.raises(DatasetError, match=r'"tiny" has no interactions'):
        folder.describe(PRODUCTS).cored(2)
