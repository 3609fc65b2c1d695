"""Search rankers on disk, and the shipped one."""

from pathlib import Path

from pipeline.retrieval.query_ranking import files
from pipeline.retrieval.query_ranking.crossvalidation import Chosen
from tests.retrieval.query_ranking import shop
from tests.retrieval.query_ranking.test_ranker import PAIR
from tests.retrieval.reranking.boosters import by_feature


def test_the_shipped_ranker_knows_the_features_of_any_catalogue() -> None:
    shipped = files.shipped()
    assert tuple(shipped.booster.feature_name()) == shop.features().names
    assert 0 < shipped.weight <= 1
    assert shipped.kind == "shipped"


def test_a_ranker_survives_a_file(tmp_path: Path) -> None:
    features = shop.features()
    assert files.load(tmp_path, shop.catalogue(), shop.VECTORS, *PAIR) is None
    files.write(Chosen(by_feature(features.names, "cosine"), 0.3, "regression", 0.25), tmp_path, queries=7)
    (tmp_path / files.WORDS).mkdir()
    features.words.save(tmp_path / files.WORDS)
    again = files.load(tmp_path, shop.catalogue(), shop.VECTORS, *PAIR)
    assert again is not None
    assert (again.weight, again.shares, again.names) == (0.3, (0.25, 0.75), features.names)
    assert files.read(tmp_path).kind == "regression"
