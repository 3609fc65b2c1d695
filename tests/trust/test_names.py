"""Names that people give: kept as they are told, or refused with a sentence; none leaves its folder."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.errors import ExplorerError, InvalidName
from pipeline.names import check_name
from pipeline.retrieval.rebalancing import Rebalance
from pipeline.versions import VersionStore
from pipeline.workspace.presets import Presets
from pipeline.workspace.queries import MAX_QUERIES, from_file, from_text
from pipeline.workspace.query_sets import QuerySets
from pipeline.workspace.segments import Segments

ANY = st.text(st.characters(), max_size=80)  # every character, halves of surrogate pairs among them
ODD = st.sampled_from(
    ["", ".", "..", "../x", "/etc/passwd", "a/b", "a\\b", "a\x00b", "a\nb", "con", "a" * 64, "a" * 65, "\uff41", "İ",
     "\u202ea", "'; DROP TABLE presets; --", "<script>", "%2e%2e", "-rf", "~", "a.json", "\ud800"]
)  # fmt: skip
NAMES = ODD | ANY | st.from_regex(r"[a-z0-9][a-z0-9._-]{0,63}", fullmatch=True)
FIRST, REST = string.ascii_lowercase + string.digits, string.ascii_lowercase + string.digits + "._-"
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def allowed(name: str) -> bool:
    """Say the rule anew, character by character."""
    return 1 <= len(name) <= 64 and name[0] in FIRST and all(each in REST for each in name)


def below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@settings(max_examples=500, deadline=None)
@given(NAMES)
@example("a\n")
def test_a_name_is_allowed_by_the_rule_alone(name: str) -> None:
    if allowed(name):
        assert check_name(name) == name
    else:
        with pytest.raises(InvalidName, match="cannot name a version"):
            check_name(name)


@quick
@given(NAMES)
def test_a_version_is_looked_for_in_its_folder_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside").mkdir(exist_ok=True)
    store = VersionStore(tmp_path / "artifacts")
    for act in (store.path, store.open, store.delete, store.manifest):
        with pytest.raises(ExplorerError):
            act(name)
    assert {each for each in below(tmp_path) if not each.startswith("artifacts")} == {"outside"}


@quick
@given(NAMES)
def test_a_preset_is_kept_under_its_name_or_refused(tmp_path: Path, name: str) -> None:
    presets, wish = Presets(tmp_path), Rebalance(popularity=0.5)
    if allowed(name):
        presets.save(name, wish)
        assert presets.open(name) == wish
        presets.delete(name)
        assert name not in presets.names()
    else:
        for act in (lambda: presets.save(name, wish), lambda: presets.open(name)):
            with pytest.raises(InvalidName):
                act()


@quick
@given(NAMES)
def test_a_query_set_is_kept_under_its_name_or_refused(tmp_path: Path, name: str) -> None:
    sets = QuerySets(tmp_path / "artifacts")
    if allowed(name):
        sets.save(name, ("camera", name))
        assert sets.open(name).queries == tuple(dict.fromkeys(("camera", name)))
        sets.delete(name)
    else:
        for act in (sets.open, sets.delete, lambda each: sets.save(each, ("camera",))):
            with pytest.raises(InvalidName):
                act(name)
    assert {path.split("/")[0] for path in below(tmp_path)} <= {"artifacts"}


@quick
@given(dataset=NAMES, name=NAMES, ids=st.lists(ANY, max_size=5))
def test_a_segment_is_kept_or_refused_with_a_sentence(tmp_path: Path, dataset: str, name: str, ids: list[str]) -> None:
    segments = Segments(tmp_path)
    try:
        kept = segments.save(dataset, name, ids)
    except ExplorerError:
        return
    assert segments.products(dataset, kept) == ids
    assert kept in [each.name for each in segments.of(dataset)]
    segments.delete(dataset, kept)
    with pytest.raises(ExplorerError, match="There is no segment"):
        segments.products(dataset, kept)


@settings(max_examples=300, deadline=None)
@given(content=st.binary(max_size=300) | ANY.map(lambda text: text.encode("utf-8", "surrogatepass")), csv=st.booleans())
@example(content=b'query\n"open', csv=True)
@example(content=b"\xff\xfe", csv=False)
def test_a_file_of_queries_gives_queries_or_a_sentence(content: bytes, csv: bool) -> None:
    try:
        queries = from_file("q.csv" if csv else "q.txt", content)
    except ExplorerError:
        return
    assert 1 <= len(queries) <= MAX_QUERIES
    assert len(set(queries)) == len(queries)
    for query in queries:
        assert query == " ".join(query.split())
        assert from_text(query) == (query,)  # what was cleaned stays as it is


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"[" * 100_000, b'{"queries": 3}', b'{"queries": [], "saved": ""}']
)
def test_a_damaged_query_set_is_told(tmp_path: Path, content: bytes) -> None:
    sets = QuerySets(tmp_path)
    sets.save("mine", ("camera",))
    (path,) = tmp_path.rglob("mine.json")
    path.write_bytes(content)
    with pytest.raises(ExplorerError, match='"mine" is damaged'):
        sets.open("mine")
    sets.delete("mine")
