"""`python -m pipeline compare`: what it prints, and its exit status."""

import json
import sys
from pathlib import Path

import pytest

from pipeline import __main__ as line
from pipeline.versions import VersionStore
from tests.comparing import shop


@pytest.fixture
def store(tmp_path: Path) -> VersionStore:
    made = VersionStore(tmp_path)
    shop.publish(made, "first", photo=3, audio=3, seed=1)
    shop.publish(made, "again", photo=3, audio=3, seed=2)
    shop.publish(made, "better", photo=1, audio=1, recipe="sequence", seed=1)
    shop.publish(made, "better-2", photo=2, audio=1, recipe="sequence", seed=2)
    shop.publish(made, "worse", photo=9, audio=3)
    return made


@pytest.fixture
def run(store: VersionStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Return exit status, output and errors of a command."""

    def typed(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["pipeline", *words, "--artifacts", str(store.artifacts)])
        try:
            status = line.main()
        except SystemExit as end:
            status = int(end.code or 0)
        said = capsys.readouterr()
        return status, said.out, " ".join(said.err.split())

    return typed


def test_the_exit_status_is_the_verdict(run) -> None:
    assert [run("compare", "first", name)[0] for name in ("better", "worse", "again")] == [0, 10, 11]


def test_what_a_person_reads(run) -> None:
    _, out, _ = run("compare", "first", "worse")
    assert "Hold worse in place of first" in out
    assert "NDCG@10 is lower by more than chance explains" in out
    assert "category: Photo" in out
    assert "Differ in: seed" in out


def test_json_for_a_job(run) -> None:
    status, out, _ = run("compare", "first", "better", "--json", "--metric", "recall@5", "--task", "recommend")
    found = json.loads(out)
    assert (status, found["status"], found["decides"]) == (11, 11, "recall@5")  # every rank is among the first five
    ndcg = next(each for each in found["metrics"] if each["metric"] == "ndcg@10")
    assert (ndcg["baseline"], ndcg["value"], ndcg["difference"]) == (0.5, 1, 0.5)


def test_seeds_are_pooled(run) -> None:
    _, out, _ = run("compare", "better", "first", "--json")
    found = json.loads(out)
    assert found["seeds"] == {"baseline": [1], "version": [1]}
    assert found["training_luck"].startswith("One training seed tests shoppers, not training luck")
    _, out, _ = run("compare", "better", "first", "--json", "--pool")
    found = json.loads(out)
    assert found["seeds"] == {"baseline": [1, 2], "version": [1, 2, 0]}  # first, again, worse
    assert found["training_luck"].startswith("The mean over 3 against 2 training seeds")
    mrr = next(each for each in found["metrics"] if each["metric"] == "mrr@10")
    assert mrr["baseline"] == pytest.approx((1 + 1 + 0.5 + 1) / 4)  # photo and audio shoppers, two seeds each
    assert mrr["value"] == pytest.approx((1 / 3 + 1 / 3 + (1 / 9 + 1 / 3) / 2) / 3)
    status, _, err = run("compare", "first", "worse", "--json", "--pool")
    assert status == 1  # they differ by their seed alone
    assert "Both are trainings of one recipe" in err


def test_an_error_is_a_sentence_and_status_1(run) -> None:
    status, _, err = run("compare", "first", "gone")
    assert (status, err.startswith('No version "gone" is published.')) == (1, True)
    status, _, err = run("compare", "first", "worse", "--metric", "map@7")
    assert (status, err.startswith('"map@7" is no metric that versions keep.')) == (1, True)


def test_a_damaged_evaluation_is_one_sentence(store: VersionStore, run) -> None:
    (store.root / "better" / "evaluation" / "per_user.parquet").write_bytes(b"PAR1 nothing PAR1")
    status, _, told = run("compare", "first", "better")
    assert status == 1
    assert 'What version "better" keeps of its evaluation cannot be read' in " ".join(told.split())
