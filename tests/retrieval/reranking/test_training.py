"""What the re-ranker learns from, and that it learns."""

import lightgbm
import numpy as np
import pytest

from pipeline.retrieval.reranking.training import NEGATIVES, SETTINGS, Examples, fit, request_before
from pipeline.retrieval.shoppers import Shoppers
from tests.evaluation.test_tuning import shoppers_of
from tests.retrieval.reranking import shop


def shoppers(test_of_ann: int = 4) -> Shoppers:
    """Return three shoppers: bob's validation product is one he has already, so that none of his candidates was."""
    return shoppers_of(
        [
            ("ann", 0, "train"), ("ann", 1, "train"), ("ann", 2, "valid"), ("ann", test_of_ann, "test"),
            ("bob", 0, "train"), ("bob", 0, "valid"), ("bob", 5, "test"),
            ("cem", 1, "train"), ("cem", 3, "valid"), ("cem", 5, "valid"),
        ]
    )  # fmt: skip


class TestExamples:
    def test_labels_are_the_validation_products_of_each_shopper(self) -> None:
        found = Examples.gather(shop.features(), shoppers(), [0, 2])
        assert found.sizes.tolist() == [4, 5]
        # ann's candidates are 2 3 4 5, of which 2 was held out; cem's 0 2 3 4 5, of which 3 and 5 were. What was held
        # out comes last: LightGBM breaks ties by the order of rows, and they must not favour it.
        assert found.labels.tolist() == [0, 0, 0, 1, 0, 0, 0, 1, 1]
        assert found.values.shape == (9, len(shop.features().names))
        assert found.asked == 2

    def test_who_had_none_of_the_candidates_teaches_nothing_and_is_counted(self) -> None:
        found = Examples.gather(shop.features(), shoppers(), [0, 1])
        assert found.sizes.tolist() == [4]
        assert found.asked == 2

    def test_the_history_is_what_came_before_validation(self) -> None:
        made = shop.features()
        found = Examples.gather(made, shoppers(), [0])
        np.testing.assert_array_equal(found.values, made.propose(shop.request(0, 1)).values[[1, 2, 3, 0]])
        assert request_before(shoppers(), 0, "valid").history.tolist() == [0, 1]
        assert request_before(shoppers(), 0, "test").history.tolist() == [0, 1, 2]

    def test_test_products_are_never_read(self) -> None:
        # Were the test product a label, or part of the history, another one would make other examples.
        one, other = (Examples.gather(shop.features(), shoppers(row), [0]) for row in (4, 5))
        np.testing.assert_array_equal(one.labels, other.labels)
        np.testing.assert_array_equal(one.values, other.values)
        assert one.labels.sum() == 1

    def test_thinning_keeps_every_held_out_product_and_repeats_with_its_seed(self) -> None:
        chosen = [0, 2] * 50
        whole = Examples.gather(shop.features(), shoppers(), chosen)
        first, second = (
            Examples.gather(shop.features(), shoppers(), chosen, np.random.default_rng(3)) for _ in range(2)
        )
        assert first.labels.sum() == whole.labels.sum() == 150
        assert (whole.labels == 0).sum() * (NEGATIVES - 0.15) < (first.labels == 0).sum()
        assert (first.labels == 0).sum() < (whole.labels == 0).sum() * (NEGATIVES + 0.15)
        assert first.sizes.sum() == len(first.labels)
        np.testing.assert_array_equal(first.values, second.values)

    def test_what_is_learned_from_is_in_an_order_of_chance(self) -> None:
        found = Examples.gather(shop.features(), shoppers(), [0] * 60, np.random.default_rng(3))
        first = found.labels[np.cumsum(found.sizes) - found.sizes]
        assert 0 < first.sum() < 60

    def test_no_one_to_ask(self) -> None:
        found = Examples.gather(shop.features(), shoppers(), [])
        assert (len(found.values), len(found.labels), len(found.sizes), found.asked) == (0, 0, 0, 0)

    def test_joined_in_order(self) -> None:
        first, second = (Examples.gather(shop.features(), shoppers(), [who]) for who in (0, 2))
        joined = Examples.joined([first, second])
        both = Examples.gather(shop.features(), shoppers(), [0, 2])
        np.testing.assert_array_equal(joined.values, both.values)
        assert joined.labels.tolist() == both.labels.tolist()
        assert joined.sizes.tolist() == both.sizes.tolist()
        assert joined.asked == 2

    def test_progress_counts_every_shopper(self) -> None:
        told: list[int] = []
        Examples.gather(shop.features(), shoppers(), [0, 1, 2], None, told.append)
        assert sum(told) == 3


def groups(seed: int, n: int = 150, size: int = 20) -> Examples:
    """Return candidates of which the one with the highest first feature was held out; the second is noise."""
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(n * size, 2)).astype(np.float32)
    labels = np.zeros(n * size, np.int8)
    labels[values[:, 0].reshape(n, size).argmax(axis=1) + np.arange(n) * size] = 1
    return Examples(values, labels, np.full(n, size, np.int64), n)


@pytest.fixture(scope="module")
def booster() -> lightgbm.Booster:
    return fit(groups(0), groups(1), ("plain", "noise"), seed=0)


class TestFit:
    def test_an_obvious_rule_is_learned(self, booster: lightgbm.Booster) -> None:
        unseen = groups(2)
        scores = np.asarray(booster.predict(unseen.values)).reshape(-1, 20)
        labels = unseen.labels.reshape(-1, 20)
        above = (scores > scores[labels == 1][:, None]).sum(axis=1)
        assert (above < 3).mean() > 0.8  # by chance 3 of 20
        assert booster.feature_name() == ["plain", "noise"]
        plain, noise = booster.feature_importance("gain")
        assert plain > 10 * noise

    def test_the_same_seed_makes_the_same_model(self, booster: lightgbm.Booster) -> None:
        again = fit(groups(0), groups(1), ("plain", "noise"), seed=0)
        assert again.model_to_string() == booster.model_to_string()

    def test_what_is_saved_answers_alike(self, booster: lightgbm.Booster) -> None:
        read = lightgbm.Booster(model_str=booster.model_to_string())
        values = groups(3).values
        np.testing.assert_array_equal(read.predict(values), booster.predict(values))

    def test_it_stops_where_the_others_say(self) -> None:
        # What holds among the learners is turned round among the others: the first tree is the least harmful.
        learning, turned = groups(0), groups(1)
        turned = Examples(-turned.values, turned.labels, turned.sizes, turned.asked)
        assert fit(learning, turned, ("plain", "noise"), seed=0).num_trees() < 10
        assert SETTINGS["deterministic"]
