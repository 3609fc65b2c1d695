"""Groups, coverage and same titles."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.profile import groups
from pipeline.profile.figures import Coverage, Group, SameTitle
from pipeline.profile.groups import coded, coverage, duplicates, grouping
from pipeline.profile.tables import Tables, read
from tests.profile import shop


def test_categories_of_both_levels_and_brands(tables: Tables) -> None:
    category, subcategory, brand = (grouping(tables, each) for each in coded(tables))
    assert category.groups == (Group("Home", 3, 5, 0, 2), Group("Light", 1, 0, 2, 0))
    assert category.none == Group("", 1, 0, 0, 1)
    assert [(each.name, each.products) for each in subcategory.groups] == [
        ("Home > Cups", 2),
        ("Home > Plates", 1),
        ("Light", 1),
    ]
    assert (brand.distinct, brand.groups[0]) == (2, Group("Aldor", 2, 5, 0, 1))
    assert brand.others == Group("", 0, 0, 0, 0)


def test_groups_beyond_those_listed_are_one(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "LISTED", 1)
    found = grouping(tables, coded(tables)[1])
    assert [each.name for each in found.groups] == ["Home > Cups"]
    assert found.others == Group("", 2, 2, 2, 1)


def test_paths_of_one_step_have_no_second_level(tmp_path: Path) -> None:
    catalogue = [("a", "A", None, ["Home"], None), ("b", "B", None, [], None)]
    tables = read(shop.write(tmp_path, catalogue=catalogue, deeds=None).folder)
    assert [each.kind for each in coded(tables)] == ["category", "brand"]
    assert grouping(tables, coded(tables)[1]).distinct == 0


def test_coverage_by_rows_and_by_interactions(tables: Tables) -> None:
    found = {each.column: each for each in coverage(tables)}
    assert found["price"] == Coverage("products", "price", 4, 5, 9, 10)
    assert found["brand"] == Coverage("products", "brand", 4, 5, 8, 10)
    assert found["category"] == Coverage("products", "category", 4, 5, 9, 10)
    assert found["description"].rows == 0
    assert found["rating"] == Coverage("interactions", "rating", 6, 10, 6, 10)
    assert "product_id" not in found


def test_titles_that_differ_in_case_and_spaces_are_the_same(tables: Tables) -> None:
    found = duplicates(tables)
    assert (found.products, found.titles) == (2, 1)
    assert found.largest == (SameTitle("Red cup", 2, 6),)
