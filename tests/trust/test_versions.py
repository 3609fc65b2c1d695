"""Malicious and damaged versions: refused with one sentence, while the version that is served stays up."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import VersionBroken
from pipeline.versions import VersionStore
from tests import tiny
from tests.trust import harm
from tests.trust.cases import ANSWERS, CRAFTED, Case, folder_of, stale, swept

ROOT = Path(__file__).parents[2]
FILES = [
    *(f"evaluation/{name}" for name in ("judgements.parquet", "metrics.json", "per_user.parquet")),
    *(f"evaluation/{name}" for name in ("products.parquet", "ranks.parquet")),
    "index/items.faiss", "index/text.faiss",
    *(f"lexical/{name}.csc.index.npy" for name in ("data", "indices", "indptr")),
    "lexical/params.index.json", "lexical/vocab.index.json",
    *(
        f"maps/{space}/{name}"
        for space in ("text", "towers")
        for name in ("duplicates.parquet", "map.json", "map.parquet", "neighbours.npy")
    ),
    "products.parquet",
    *(f"rankers/evidence/{name}.npz" for name in ("alike", "cold", "near", "next", "seen", "together")),
    "rankers/recommend.txt", "rankers/search.json", "rankers/search.txt",
    *(f"rankers/words/{name}.npy" for name in ("head", "idf", "other", "sizes")),
    "rankers/words/terms.txt",
    *(f"rankers/words/{name}.npy" for name in ("title", "trigrams", "units")),
    "towers/user.onnx", "users.parquet", "model.onnx", "tokenizer.json",
]  # fmt: skip
CASES = CRAFTED + swept(FILES)


def build(artifacts: Path) -> VersionStore:
    """Publish `good`, which is served, and `bad`, which has every file that a version can have."""
    store = VersionStore(artifacts)
    tiny.publish(store, "good")
    bad = tiny.publish(store, "bad", reranked=True, mapped=True, ranked=0.3, judged={"camera": {"C1": 1, "H1": 0}})
    shutil.copytree(bad.encoder_path, artifacts / "encoders" / "bad-encoder")
    harm.signed(bad.path)
    return store


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What came of each case, tried once each."""
    folder = tmp_path_factory.mktemp("trust")
    build(folder / "store")
    Path(harm.RAN).unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "tests.trust.runner", str(folder / "store"), str(folder / "room")],
        cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {each["name"]: each["outcome"] for each in found}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name} -> {case.outcome}")
def test_it_is_refused_with_a_sentence_and_the_running_version_stays_up(outcomes: dict[str, str], case: Case) -> None:
    found = outcomes[case.name]
    if case.outcome == ANSWERS:
        assert found == ANSWERS
    else:
        assert re.search(case.outcome, found), found
        assert found.endswith("."), found
        assert '"bad"' in found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> VersionStore:
    """The same store, unharmed."""
    return build(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("case", stale(FILES), ids=lambda case: f"{case.name} -> {case.outcome}")
def test_a_file_that_differs_from_its_sum_is_named(whole: VersionStore, tmp_path: Path, case: Case) -> None:
    for name in ("versions/bad", "encoders/bad-encoder"):
        shutil.copytree(whole.artifacts / name, tmp_path / name)
    case.harm(tmp_path / "versions" / "bad")
    with pytest.raises(VersionBroken, match=case.outcome) as told:
        VersionStore(tmp_path).open("bad")
    assert case.name.split(":")[0] in str(told.value)


def test_every_file_of_a_version_was_swept(outcomes: dict[str, str]) -> None:
    assert set(outcomes) == {case.name for case in CASES}


def test_every_file_that_a_version_can_have_is_there(whole: VersionStore) -> None:
    assert sorted(folder_of(whole.root / "bad")) == sorted(FILES)


def test_no_pickle_ran(outcomes: dict[str, str]) -> None:
    assert not Path(harm.RAN).exists()
