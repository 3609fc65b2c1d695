"""Segments of products, kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InvalidRequest, WorkspaceError
from pipeline.workspace.segments import MOST, Segment, Segments


@pytest.fixture
def segments(tmp_path: Path) -> Segments:
    return Segments(tmp_path)


def test_nothing_is_made_until_something_is_saved(segments: Segments, tmp_path: Path) -> None:
    assert segments.of("beauty") == []
    segments.delete("beauty", "none")
    assert list(tmp_path.iterdir()) == []


def test_a_segment_is_kept_with_its_products_in_order(segments: Segments, tmp_path: Path) -> None:
    assert segments.save("beauty", "  Nail \n polish ", ["B2", "B1", "B2"]) == "Nail polish"
    again = Segments(tmp_path)
    assert again.products("beauty", "Nail polish") == ["B2", "B1", "B2"]
    (own,) = again.of("beauty")
    assert own == Segment("Nail polish", 3, own.created)
    assert again.of("shoes") == []


def test_a_segment_of_the_same_name_gives_way(segments: Segments) -> None:
    segments.save("beauty", "nails", ["B1", "B2"])
    segments.save("shoes", "nails", ["S1"])
    segments.save("beauty", "nails", ["B3"])
    assert segments.products("beauty", "nails") == ["B3"]
    assert segments.products("shoes", "nails") == ["S1"]


def test_a_segment_can_be_forgotten(segments: Segments) -> None:
    segments.save("beauty", "nails", ["B1"])
    segments.delete("beauty", "nails")
    assert segments.of("beauty") == []
    with pytest.raises(InvalidRequest, match='There is no segment "nails"'):
        segments.products("beauty", "nails")


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\0b"])
def test_names_that_are_none(segments: Segments, name: str) -> None:
    with pytest.raises(InvalidRequest, match="needs a name"):
        segments.save("beauty", name, ["B1"])


@pytest.mark.parametrize("products", [[], ["B1"] * (MOST + 1)])
def test_sizes_that_are_none(segments: Segments, products: list[str]) -> None:
    with pytest.raises(InvalidRequest, match="1 to 200,000"):
        segments.save("beauty", "nails", products)
    assert segments.of("beauty") == []


@pytest.mark.parametrize(("dataset", "product"), [("\ud800", "B1"), ("beauty", "B\ud800")])
def test_half_a_character_is_refused(segments: Segments, dataset: str, product: str) -> None:
    with pytest.raises(InvalidRequest, match="not valid Unicode"):
        segments.save(dataset, "nails", ["B2", product])
    assert segments.of("beauty") == []


def test_a_damaged_file_is_told_in_a_sentence(segments: Segments, tmp_path: Path) -> None:
    (tmp_path / "workspace.sqlite").write_bytes(b"not a database at all, but long enough to look at")
    with pytest.raises(WorkspaceError, match="damaged"):
        segments.of("beauty")
