"""Query sets on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import InvalidName, QuerySetError
from pipeline.workspace import query_sets
from pipeline.workspace.query_sets import QuerySets


@pytest.fixture
def sets(tmp_path: Path) -> QuerySets:
    return QuerySets(tmp_path)


def test_what_is_saved_is_there_for_the_next_process(sets: QuerySets, tmp_path: Path) -> None:
    assert sets.names() == []
    sets.save("cameras", ("camera", "三脚 6d"))
    assert QuerySets(tmp_path).names() == ["cameras"]
    assert QuerySets(tmp_path).open("cameras").queries == ("camera", "三脚 6d")
    file = tmp_path / "query_sets" / "cameras.json"
    assert json.loads(file.read_text("utf-8"))["queries"] == ["camera", "三脚 6d"]
    assert {path.name for path in file.parent.iterdir()} == {"cameras.json", ".lock"}  # nothing is left aside


def test_a_taken_name_keeps_what_it_has(sets: QuerySets) -> None:
    sets.save("a", ("camera",))
    sets.save("b", ("lens",))
    with pytest.raises(QuerySetError, match='There is a query set "a" already'):
        sets.save("a", ("other",))
    with pytest.raises(QuerySetError, match='There is a query set "b" already'):
        sets.rename("a", "b")
    assert sets.open("a").queries == ("camera",)
    assert sets.open("b").queries == ("lens",)


def test_renamed_and_deleted(sets: QuerySets) -> None:
    sets.save("a", ("camera",))
    sets.rename("a", "b")
    assert sets.names() == ["b"]
    sets.delete("b")
    assert sets.names() == []
    for gone in (lambda: sets.open("b"), lambda: sets.delete("b"), lambda: sets.rename("b", "c")):
        with pytest.raises(QuerySetError, match='There is no query set "b"'):
            gone()


@pytest.mark.parametrize("name", ["", "../a", "A b", ".hidden", "a/b", "x" * 65])
def test_a_name_cannot_leave_the_folder(sets: QuerySets, name: str) -> None:
    for act in (lambda: sets.save(name, ("a",)), lambda: sets.open(name), lambda: sets.delete(name)):
        with pytest.raises(InvalidName, match="cannot name a query set"):
            act()


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"queries": [], "saved": ""}', '{"queries": ["' + "x" * 501 + '"], "saved": ""}']
)
def test_a_damaged_file_is_said_and_can_be_deleted(sets: QuerySets, content: str) -> None:
    sets.save("a", ("camera",))
    (sets.root / "a.json").write_text(content)
    with pytest.raises(QuerySetError, match='The query set "a" is damaged'):
        sets.open("a")
    sets.delete("a")
    assert sets.names() == []


def test_there_is_an_end_to_them(sets: QuerySets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_sets, "MAX_SETS", 1)
    sets.save("a", ("camera",))
    with pytest.raises(QuerySetError, match="Delete one first"):
        sets.save("b", ("camera",))


def test_a_disk_that_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / "query_sets").write_text("in the way")
    with pytest.raises(QuerySetError, match="cannot be changed"):
        QuerySets(tmp_path).save("a", ("camera",))
