"""Rankers are read from LightGBM's text as LightGBM reads it, where every line is what it must be."""

from pathlib import Path

import lightgbm
import numpy as np
import pytest

from pipeline.retrieval.boosters import read_booster
from pipeline.retrieval.query_ranking.files import SHIPPED
from tests.retrieval.reranking.boosters import by_feature


def test_the_shipped_ranker_says_what_lightgbm_says_it_does() -> None:
    own, other = read_booster(SHIPPED), lightgbm.Booster(model_file=SHIPPED)
    values = np.random.default_rng(1).normal(size=(50, other.num_feature()))
    np.testing.assert_array_equal(own.predict(values, num_threads=1), other.predict(values, num_threads=1))
    assert own.feature_name() == other.feature_name()


def test_a_tree_of_one_leaf_and_missing_values_are_read(tmp_path: Path) -> None:
    values = np.array([[np.nan, 1.0], [2.0, 1.0]] * 40)
    settings = {"num_leaves": 4, "min_data_in_leaf": 2, "verbose": -1, "num_threads": 1}
    for name, labels in (("leaf", np.ones(80)), ("missing", np.tile([0.0, 1.0], 40))):
        trained = lightgbm.train(settings, lightgbm.Dataset(values, labels), 3)
        trained.save_model(tmp_path / f"{name}.txt")
        found = read_booster(tmp_path / f"{name}.txt")
        np.testing.assert_array_equal(found.predict(values), trained.predict(values))


@pytest.mark.parametrize("cut", ["", "tree", "tree\nversion=v4\n\n"])
def test_what_is_no_ranker_is_refused(tmp_path: Path, cut: str) -> None:
    (tmp_path / "r.txt").write_text(cut)
    with pytest.raises(ValueError, match="ends too early"):
        read_booster(tmp_path / "r.txt")


def test_a_line_that_is_not_known_is_refused(tmp_path: Path) -> None:
    by_feature(("a", "b"), "a").save_model(tmp_path / "r.txt")
    text = (tmp_path / "r.txt").read_text()
    (tmp_path / "r.txt").write_text(text.replace("tree\n", "tree\nforcedsplits_filename=/etc/passwd\n", 1))
    with pytest.raises(ValueError, match="not known"):
        read_booster(tmp_path / "r.txt")
