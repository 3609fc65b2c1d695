"""What people make: segments of products."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InvalidRequest
from pipeline.workspace import MOST, Segment, Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_nothing_is_made_until_something_is_saved(workspace: Workspace) -> None:
    assert workspace.segments("beauty") == []
    workspace.delete("beauty", "none")
    assert not workspace.path.exists()


def test_a_segment_is_kept_with_its_products_in_order(workspace: Workspace) -> None:
    assert workspace.save("beauty", "  Nail \n polish ", ["B2", "B1", "B2"]) == "Nail polish"
    again = Workspace(workspace.path.parent)
    assert again.products("beauty", "Nail polish") == ["B2", "B1", "B2"]
    (own,) = again.segments("beauty")
    assert own == Segment("Nail polish", 3, own.created)
    assert again.segments("shoes") == []


def test_a_segment_of_the_same_name_gives_way(workspace: Workspace) -> None:
    workspace.save("beauty", "nails", ["B1", "B2"])
    workspace.save("shoes", "nails", ["S1"])
    workspace.save("beauty", "nails", ["B3"])
    assert workspace.products("beauty", "nails") == ["B3"]
    assert workspace.products("shoes", "nails") == ["S1"]


def test_a_segment_can_be_forgotten(workspace: Workspace) -> None:
    workspace.save("beauty", "nails", ["B1"])
    workspace.delete("beauty", "nails")
    assert workspace.segments("beauty") == []
    with pytest.raises(InvalidRequest, match='There is no segment "nails"'):
        workspace.products("beauty", "nails")


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\0b"])
def test_names_that_are_none(workspace: Workspace, name: str) -> None:
    with pytest.raises(InvalidRequest, match="needs a name"):
        workspace.save("beauty", name, ["B1"])


@pytest.mark.parametrize("products", [[], ["B1"] * (MOST + 1)])
def test_sizes_that_are_none(workspace: Workspace, products: list[str]) -> None:
    with pytest.raises(InvalidRequest, match="1 to 200,000"):
        workspace.save("beauty", "nails", products)
    assert workspace.segments("beauty") == []
