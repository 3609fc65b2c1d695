"""Importing what another engine answered."""

import gzip
from pathlib import Path

import pytest

from pipeline.comparing import comparison, runs
from pipeline.comparing.gate import compared
from pipeline.comparing.runs import import_run
from pipeline.comparing.trec import read_run
from pipeline.errors import InvalidRequest, VersionExists
from pipeline.versions import VersionStore
from tests import tiny
from tests.comparing import shop


@pytest.fixture
def store(tmp_path: Path) -> VersionStore:
    return VersionStore(tmp_path / "artifacts")


def written(folder: Path, *lines: str, name: str = "other.run") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_a_run_is_ordered_by_score_as_trec_eval_does(tmp_path: Path) -> None:
    found = read_run(
        written(
            tmp_path,
            "q1 Q0 a 1 0.5 tag",
            "q1 Q0 b 2 0.9 tag",
            "q1 Q0 c 4 0.1 tag",
            "q1 Q0 d 3 0.1 tag",
            "q2 Q0 a 1 1 tag",
        )
    )
    assert found.lists == {"q1": ["b", "a", "d", "c"], "q2": ["a"]}
    assert found.scores["q1"] == [0.9, 0.5, 0.1, 0.1]


def test_tabs_let_a_query_hold_blanks_and_topics_name_it(tmp_path: Path) -> None:
    packed = tmp_path / "tabs.run.gz"
    packed.write_bytes(gzip.compress(b"zoom lens\tL1\t1\t3\nzoom lens\tL1\t2\t2\n", mtime=0))
    found = read_run(packed)
    assert (found.lists, found.repeated) == ({"zoom lens": ["L1"]}, 1)
    by_id = written(tmp_path, "7 L1 1 3.5", "8 U1 1 2")
    topics = written(tmp_path, "7\tzoom lens", "8\tusb", name="topics.tsv")
    assert read_run(by_id, topics).lists == {"zoom lens": ["L1"], "usb": ["U1"]}


@pytest.mark.parametrize("line", ["q1 a 1", "q1 Q0 a first 0.5 tag", "q1 a 1 nan", "q1 a b c d"])
def test_what_is_no_run_is_said_with_its_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(InvalidRequest, match=r"Line 2 of other\.run is no line of a run"):
        read_run(written(tmp_path, "q1 a 1 0.5", line))
    with pytest.raises(InvalidRequest, match="holds no line"):
        read_run(written(tmp_path, "", ""))
    with pytest.raises(InvalidRequest, match="which the topics lack"):
        read_run(written(tmp_path, "q1 a 1 0.5"), written(tmp_path, "q2\tusb", name="t.tsv"))


def test_a_file_that_is_cut_off_is_said(tmp_path: Path) -> None:
    whole = gzip.compress(b"usb Q0 U1 1 9 other\n" * 200, mtime=0)
    for name, content in (("cut.gz", whole[:-20]), ("plain.gz", b"usb Q0 U1 1 9 other")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InvalidRequest, match="is cut off or no gzip file"):
            read_run(tmp_path / name)


def test_a_run_of_shoppers_is_measured_as_a_version_is(store: VersionStore, tmp_path: Path) -> None:
    """Photo shoppers (held out: C3) after C1, C2, L1; audio shoppers (S2) after H1, H2, S1."""
    shop.publish(store, "first", photo=1, audio=1)
    lines = []
    for user in shop.CROWD:
        if user == "p00":
            continue  # not answered
        own = ["C1", "B1", "not-in-the-shop", "C3"] if user.startswith("p") else ["U1", "S2"]  # C1 is in the history
        lines += [f"{user} Q0 {product} {rank} {10 - rank} other" for rank, product in enumerate(own, start=1)]
    made = import_run(store, written(tmp_path, *lines, "stranger Q0 C1 1 1 other"), "other", "first", "recommend")
    assert (made.measured, made.unanswered, made.unknown) == (80, 1, 1)
    found = compared(store, "first", "other")
    mrr = next(each for each in found["metrics"] if each["metric"] == "mrr@10")
    assert mrr["value"] == pytest.approx((39 / 3 + 40 / 2) / 80)
    assert (found["verdict"], mrr["losses"]) == ("hold", 80)
    assert "category: Audio" in found["weakest"]
    assert found["differences"][0] == {"part": "recipe", "name": "name", "values": ("history", "imported run")}
    folder, manifest = runs.find(store, "other")
    assert runs.is_run(manifest)
    assert runs.lists(folder, "a00") == [("U1", 9.0), ("S2", 8.0)]
    assert [each.name for each in runs.manifests(store)] == ["other"]


def test_a_run_of_queries_is_measured_on_the_judgements(store: VersionStore, tmp_path: Path) -> None:
    judged = {"zoom lens": {"C2": 2, "L1": 1, "C1": 2}, "usb": {"U1": 1, "C1": 1}, "empty": {"T1": 0}}
    tiny.publish(store, "open", towers=False, judged=judged)
    file = written(tmp_path, "zoom  lens\tB1\t1\t9", "zoom  lens\tL1\t2\t8", "camera\tC1\t1\t1")
    made = import_run(store, file, "solr", "open", "search")
    assert (made.measured, made.unanswered, made.unknown) == (2, 1, 1)
    kept = comparison.member({"solr": runs.find(store, "solr")[0]}, [0], "search").kept
    assert kept.ids == ("zoom lens", "usb")
    gained, ideal = 1 / 1.5849625, 3 + 3 / 1.5849625 + 1 / 2
    assert kept.values["ndcg", 10].tolist() == pytest.approx([gained / ideal, 0])
    assert kept.values["mrr", 10].tolist() == [0.5, 0]
    own = comparison.ground(*runs.find(store, "solr"), comparison.Member(kept)).queries
    assert own["category: Photo"] == {"zoom lens", "usb"}  # of "usb" one product of two
    assert (own["brand: Norvik"], own["brand: Corda"]) == ({"zoom lens", "usb"}, {"usb"})
    tiny.publish(store, "judged", towers=False, judged=judged, protocol="judged")
    import_run(store, file, "solr-judged", "judged", "search")  # B1 was not judged: it may not be listed
    kept = comparison.member({"x": runs.find(store, "solr-judged")[0]}, [0], "search").kept
    assert kept.values["mrr", 10].tolist() == [1, 0]


def test_what_cannot_be_imported_is_refused_and_leaves_nothing(store: VersionStore, tmp_path: Path) -> None:
    shop.publish(store, "first", photo=1, audio=1)
    file = written(tmp_path, "nobody Q0 C1 1 1 other")
    with pytest.raises(InvalidRequest, match="answers nothing that the version was measured on"):
        import_run(store, file, "other", "first", "recommend")
    with pytest.raises(InvalidRequest, match="has no judgements"):
        import_run(store, file, "other", "first", "search")
    with pytest.raises(VersionExists):
        import_run(store, file, "first", "first", "recommend")
    with pytest.raises(InvalidRequest, match="no task"):
        import_run(store, file, "other", "first", "sing")
    assert runs.manifests(store) == []
    assert not [each for each in (store.artifacts / "runs").iterdir() if each.is_dir()]
