"""What the re-ranker knows of a candidate, worked out by hand on the shop of six products."""

from itertools import pairwise

import numpy as np
import pytest

from pipeline.retrieval.candidates import Request
from pipeline.retrieval.reranking import features as features_module
from pipeline.retrieval.reranking.attributes import Attributes
from pipeline.retrieval.reranking.evidence import Evidence
from pipeline.retrieval.reranking.features import FROM_TOWERS, NEW, POPULAR, PROPOSING, READ, RECENT, SOURCES, Features
from pipeline.retrieval.reranking.neighbours import Entries
from pipeline.retrieval.reranking.timeline import DAY
from tests.retrieval.reranking import shop
from tests.retrieval.reranking.shop import described, request

TIMED = ("days_30", "days_90", "days_365", "since_first", "since_latest")
THREE, TWO = 1 / np.log(4), 1 / np.log(3)  # what ann, who has three products, and bob, who has two, count together


def cosine(first: int, second: int) -> float:
    return float(np.cos(shop.ANGLES[first] - shop.ANGLES[second]))


@pytest.fixture(scope="module")
def made() -> Features:
    return shop.features()


class TestColumns:
    def test_names_are_unique_and_one_for_each_column(self, made: Features) -> None:
        assert len(set(made.names)) == len(made.names)
        proposal = made.propose(request(0, 1, days=[40, 50]))
        assert proposal.values.shape == (4, len(made.names))
        assert proposal.values.dtype == np.float32

    def test_names_stand_in_the_order_of_the_columns(self, made: Features) -> None:
        # Whatever the request, the columns are made in one order; else a ranker would read one feature as another.
        history = np.array([0], np.int32)
        entries = {table: Entries.of(made.evidence.tables[table], history) for table in READ}
        rows, towers = np.array([2, 3], np.int32), made.items @ made.items[0]
        found = made._columns(history, None, rows, towers, made._following(history, towers), entries, {})
        assert tuple(found) == made.names

    def test_no_column_tells_which_product_it_is(self) -> None:
        # Two products of one text, brand, category and price that no one had look the same, whatever their rows.
        text = np.concatenate([shop.TEXT, shop.TEXT[-1:]])
        counted = Evidence.count(shop.USERS, shop.ROWS, shop.TIMES, text)
        stock = shop.catalogue(
            brand=[*shop.BRANDS, shop.BRANDS[-1]],
            category=[list(path) for path in (*shop.CATEGORIES, shop.CATEGORIES[-1])],
            price=[*shop.PRICES, shop.PRICES[-1]],
        )
        items = np.ascontiguousarray(text[:, ::-1])
        twins = Features(counted, Attributes.of(stock), text, items, lambda history: items[history[-1]], items)
        known = described(twins, request(0, 2))
        differ = {name for name in twins.names if not np.isclose(known[5][name], known[6][name], equal_nan=True)}
        assert differ <= {f"{source}_rank" for source in SOURCES}  # one of two equals comes first


class TestCandidates:
    @pytest.mark.parametrize("history", [(0,), (2, 0), (0, 1, 2), (3,), (5, 4, 3, 2, 1)])
    def test_nothing_of_the_history_is_proposed(self, made: Features, history: tuple[int, ...]) -> None:
        rows = made.propose(request(*history)).rows
        assert not set(history) & set(rows.tolist())
        assert (np.diff(rows) > 0).all()
        assert rows.dtype == np.int32

    def test_only_what_is_allowed_is_proposed(self, made: Features) -> None:
        assert made.propose(request(0, allowed=[0, 3, 5])).rows.tolist() == [3, 5]
        assert made.propose(request(0, allowed=[])).rows.tolist() == []
        assert made.propose(request(0, allowed=[])).values.shape == (0, len(made.names))

    def test_the_request_is_left_as_it_is(self, made: Features) -> None:
        asked = request(0, allowed=[0, 3, 5])
        made.propose(asked)
        assert asked.allowed is not None
        assert asked.allowed.tolist() == [True, False, False, True, False, True]

    def test_a_history_of_the_whole_catalogue_leaves_nothing(self, made: Features) -> None:
        assert made.propose(request(0, 1, 2, 3, 4, 5)).rows.tolist() == []

    def test_a_product_that_no_one_had_is_proposed_and_said_to_be_new(self, made: Features) -> None:
        new = described(made, request(0, days=[40]))[5]
        assert new["seen"] == new["days_30"] == new["linked_last"] == new["near_three"] == 0
        assert np.isnan([new["since_first"], new["since_latest"], new["linked_rank"], new["near_rank"]]).all()
        assert new["cold_fading"] == pytest.approx(cosine(0, 5))
        assert new["cold_rank"] == 1

    def test_a_history_of_any_length_is_read_by_its_newest_products(self) -> None:
        generator = np.random.default_rng(0)
        users, rows = np.repeat(np.arange(40), 5), generator.integers(0, 200, 200).astype(np.int32)
        text = generator.normal(size=(200, 8)).astype(np.float32)
        text /= np.linalg.norm(text, axis=1, keepdims=True)
        stock = shop.catalogue(brand=["a"] * 200, category=[["x"]] * 200, price=[1.0] * 200)
        made = Features(
            Evidence.count(users, rows, None, text), Attributes.of(stock), text, text, lambda own: text[own[-1]], text
        )
        long = generator.permutation(200)[: RECENT + 30].astype(np.int32)
        whole = made.propose(Request(history=long))
        assert not set(long.tolist()) & set(whole.rows.tolist())  # the older ones are not proposed either
        mask = np.ones(200, dtype=bool)
        mask[long] = False
        newest = made.propose(Request(history=long[-RECENT:], allowed=mask))
        np.testing.assert_array_equal(whole.rows, newest.rows)
        np.testing.assert_array_equal(whole.values, newest.values)

    def test_the_towers_read_as_far_back_as_they_do_alone(self) -> None:
        read: list[int] = []

        def tower(history: np.ndarray) -> np.ndarray:
            read.append(len(history))
            return shop.ITEMS[history[-1]]

        made = Features(shop.evidence(), Attributes.of(shop.catalogue()), shop.TEXT, shop.ITEMS, tower, shop.ITEMS)
        made.propose(Request(history=np.array([0, 1] * RECENT, np.int32)))
        assert read == [2 * RECENT]

    def test_lists_are_as_long_as_they_are_said_to_be(self) -> None:
        n = 600
        generator = np.random.default_rng(1)
        text = np.abs(generator.normal(size=(n, 4))).astype(np.float32)
        text /= np.linalg.norm(text, axis=1, keepdims=True)
        stock = shop.catalogue(brand=[None] * n, category=[[]] * n, price=[None] * n)
        nothing = np.empty(0, np.int64)
        counted = Evidence.count(nothing, nothing.astype(np.int32), None, text)
        made = Features(counted, Attributes.of(stock), text, text, lambda own: text[own[-1]], text)
        known = described(made, request_of(7))
        listed = {
            source: sorted(each[f"{source}_rank"] for each in known.values() if each[f"{source}_rank"] > 0)
            for source in SOURCES
        }
        assert listed["towers"] == list(range(1, FROM_TOWERS + 1))
        assert listed["alike"] == list(range(1, PROPOSING["alike"][1] + 1))
        assert listed["cold"] == list(range(1, PROPOSING["cold"][1] + 1))
        assert listed["new"] == list(range(1, NEW + 1))
        assert listed["linked"] == listed["near"] == listed["share"] == []
        assert len(known) <= FROM_TOWERS + 60 + NEW + POPULAR


def request_of(*history: int) -> Request:
    return Request(history=np.array(history, np.int32))


class TestValues:
    def test_links_by_hand(self, made: Features) -> None:
        # Two shoppers have rows 0 and 2, of whom one had 1 between; every product was seen twice.
        known = described(made, request(1, 0))
        assert known[2]["linked_last"] == pytest.approx((THREE + TWO + 1) / 2**0.65, rel=1e-5)
        assert known[2]["linked_half"] == pytest.approx(((THREE + TWO + 1) + 0.5 * (THREE + 1)) / 2**0.65, rel=1e-5)
        assert known[2]["share_last"] == pytest.approx(0.5)
        assert known[2]["share_fading"] == pytest.approx(0.5 + 0.8 * 1)
        assert known[2]["near_last"] == pytest.approx(1.5 / 2)
        assert known[2]["near_three"] == pytest.approx(1.5 / 2 + 1 / 2)
        assert known[2]["pairs_all"] == pytest.approx(THREE + TWO + THREE, rel=1e-5)
        assert known[2]["linked_rank"] == known[2]["share_rank"] == 1

    def test_new_products_of_what_comes_next_by_hand(self, made: Features) -> None:
        # One step leads from brand a to itself and 2.5 to b; the same from category x > y to itself and to x > z.
        known = described(made, request(0))
        to_itself, to_b = 1 / (3.5 + 5) + 0.05, 2.5 / (3.5 + 5) + 0.05
        near = {row: np.exp((cosine(0, row) - 1) / 0.1) for row in (2, 3, 4, 5)}
        assert known[5]["new"] == pytest.approx(near[5] * to_itself * to_itself, rel=1e-4)
        assert known[4]["new"] == pytest.approx(near[4] * to_b * 0.05, rel=1e-4)
        assert known[3]["new"] == pytest.approx(near[3] * 0.05 * 0.05, rel=1e-4)
        assert known[2]["new"] == pytest.approx(near[2] * to_b * to_b, rel=1e-4)
        assert [known[row]["new_rank"] for row in (5, 4, 3)] == [1, 2, 3]
        assert np.isnan(known[2]["new_rank"])  # shoppers know it

    def test_likeness_by_hand(self, made: Features) -> None:
        known = described(made, request(0, 2))[5]
        assert known["text_last"] == pytest.approx(cosine(2, 5), rel=1e-5)
        assert known["text_nearest"] == pytest.approx(max(cosine(2, 5), cosine(0, 5)), rel=1e-5)
        assert known["text_mean"] == pytest.approx((cosine(2, 5) + 0.8 * cosine(0, 5)) / 1.8, rel=1e-5)
        assert known["item_last"] == pytest.approx(cosine(2, 5), rel=1e-5)
        assert known["last_alike"] == pytest.approx((1 + cosine(0, 2)) / 2, rel=1e-5)

    def test_towers_by_hand(self, made: Features) -> None:
        # The tower reads the newest product, row 1 at 10 degrees: row 0 is 10 away, 2 is 20, 5 30, 3 85 and 4 90.
        known = described(made, request(3, 1))
        scores = {row: cosine(1, row) for row in (0, 2, 4, 5)}
        assert set(known) == set(scores)
        for row, rank in ((0, 1), (2, 2), (5, 3), (4, 4)):
            assert known[row]["towers"] == pytest.approx(scores[row], abs=1e-6)
            assert known[row]["towers_gap"] == pytest.approx(scores[row] - scores[0], abs=1e-6)
            assert known[row]["towers_rank"] == rank
        shares = {row: np.exp((score - scores[0]) / 0.07) for row, score in scores.items()}
        assert known[2]["towers_share"] == pytest.approx(shares[2] / sum(shares.values()), rel=1e-4)
        assert sum(each["towers_share"] for each in known.values()) == pytest.approx(1)

    def test_groups_by_hand(self, made: Features) -> None:
        known = described(made, request(0, 2))  # brands a, b; the newest weighs 1, the older .8
        assert known[5]["brand_share"] == pytest.approx(0.8 / 1.8)
        assert known[4]["brand_share"] == pytest.approx(1 / 1.8)
        assert known[5]["brand_last"] == 0
        assert known[4]["brand_last"] == 1
        assert known[1]["brand_seen"] == 4  # rows 0, 1 and 5: two, two, none
        assert known[1]["parent_share"] == pytest.approx(1)
        # near: a to a 1, a to b 1.5 + 1: of 3.5 links from a, and from b none.
        assert known[4]["brand_after"] == pytest.approx(0.8 / 1.8 * 2.5 / (3.5 + 5), rel=1e-5)
        assert known[4]["brand_after_last"] == 0

    def test_prices_by_hand(self, made: Features) -> None:
        known = described(made, request(0, 2))  # 10 and 40
        assert known[1]["price_last"] == pytest.approx(np.log(20 / 40), rel=1e-5)
        assert known[1]["price_mean"] == pytest.approx(np.log(20) - (np.log(10) + np.log(40)) / 2, abs=1e-6)

    def test_standing_by_hand(self, made: Features) -> None:
        # Row 2 was had on days 45 and 50, row 1 on days 10 and 60.
        known = described(made, request(0, days=[47]))
        assert known[2]["seen"] == 2
        assert known[2]["days_30"] == 1
        assert known[2]["since_first"] == known[2]["since_latest"] == 2
        assert known[1]["days_30"] == 0
        assert known[1]["days_90"] == 1
        assert known[1]["since_latest"] == 37

    def test_shoppers_by_hand(self, made: Features) -> None:
        known = described(made, request(0, 1, 2, 5, days=[10, 30, 40, 40]))
        (length,) = {each["length"] for each in known.values()}
        assert length == 4
        assert known[3]["same_day"] == 2
        assert known[3]["days_since_before"] == 10
        assert known[3]["days_in_all"] == 30
        assert known[3]["taste_seen"] == pytest.approx(3 * np.log(3) / 4, rel=1e-5)
        assert known[3]["last_seen"] == 0

    def test_a_history_of_one_product(self, made: Features) -> None:
        known = described(made, request(0, days=[40]))
        assert {each["length"] for each in known.values()} == {1}
        assert np.isnan(known[1]["days_since_before"])
        assert known[1]["days_in_all"] == 0
        for name in ("linked", "near"):
            assert known[2][f"{name}_last"] == known[2][f"{name}_three"] == known[2][f"{name}_fading"]
        assert known[1]["text_last"] == known[1]["text_nearest"] == pytest.approx(known[1]["text_mean"])


class Reversing:
    """Stands for a user tower whose vector is the mirror image of the newest product's."""

    def __call__(self, history: np.ndarray) -> np.ndarray:
        return history[-1, ::-1]

    def many(self, histories: np.ndarray) -> np.ndarray:
        return histories[:, -1, ::-1]


def test_the_newest_product_alone_is_read_by_the_tower(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features_module, "ALONE", 4)  # six products in two batches
    made = Features.of(shop.catalogue(), shop.evidence(), shop.TEXT, shop.ITEMS, Reversing())
    np.testing.assert_array_equal(made.alone, shop.ITEMS[:, ::-1])
    known = described(made, request(0, 2))
    assert known[5]["towers_newest"] == pytest.approx(float(shop.ITEMS[5] @ shop.ITEMS[2, ::-1]), rel=1e-5)
    assert known[5]["towers"] == known[5]["towers_newest"] != pytest.approx(cosine(2, 5))


class TestMissing:
    def test_without_times_of_the_history(self, made: Features) -> None:
        known = described(made, request(0, 1))[2]
        assert np.isnan([known[name] for name in ("same_day", "days_since_before", "days_in_all")]).all()
        # The past is then read as of the last train interaction, on day 60.
        assert known["since_latest"] == 10

    def test_without_any_times(self) -> None:
        known = described(shop.features(shop.evidence(None)), request(0, 1))
        for each in known.values():
            assert np.isnan([each[name] for name in ("since_first", "since_latest", "same_day", "days_in_all")]).all()

    def test_without_brand_category_and_price(self) -> None:
        bare = shop.catalogue(brand=[None] * 6, category=[[]] * 6, price=[None] * 6)
        for known in described(shop.features(shop=bare), request(0, 1)).values():
            shares = [f"{group}_{of}" for group in ("brand", "leaf", "parent", "top") for of in ("share", "last")]
            assert np.isnan([known[name] for name in (*shares, "price_last", "price_mean")]).all()

    def test_a_candidate_without_a_group_or_a_price(self, made: Features) -> None:
        known = described(made, request(0, 1))
        assert np.isnan([known[3][name] for name in ("brand_share", "parent_last", "price_last")]).all()
        assert np.isnan([known[4][name] for name in ("leaf_share", "top_share")]).all()
        assert np.isnan([known[3][name] for name in ("brand_seen", "brand_after", "brand_lift", "parent_seen")]).all()
        assert known[4]["brand_share"] == 0


class TestMoments:
    def test_the_future_of_a_history_is_not_read(self, made: Features) -> None:
        # What later interactions add to the columns of time cannot be seen on an earlier day.
        early = described(made, request(0, days=[5]))
        assert all(np.isnan(known["since_first"]) and known["days_365"] == 0 for known in early.values())
        for day, later in pairwise((5, 15, 47, 60)):
            first, second = (described(made, request(0, days=[each])) for each in (day, later))
            assert all(first[row]["days_365"] <= second[row]["days_365"] for row in first)

    def test_other_evidence_changes_what_is_counted_and_nothing_else(self, made: Features) -> None:
        fewer = Evidence.count(shop.USERS[:3], shop.ROWS[:3], shop.TIMES[:3], shop.TEXT)
        before, after = (described(each, request(0, days=[60])) for each in (made, made.counting(fewer)))
        assert (before[2]["seen"], after[2]["seen"]) == (2, 1)
        assert after[2]["since_latest"] == 0  # of these the last was on day 50, and nothing is known after it
        assert before[2]["text_last"] == after[2]["text_last"]
        assert made.counting(fewer).names == made.names
        assert made.evidence.seen[2] == 2


def test_sources_say_who_proposed_best_rank_first(made: Features) -> None:
    proposal = made.propose(request(1, 0))
    (place,) = np.flatnonzero(proposal.rows == 2)
    found = made.sources(proposal.values[place])
    assert {source: rank for source, (_, rank) in found.items()} == {
        "towers": 1, "linked": 1, "near": 1, "share": 1, "alike": 1,
    }  # fmt: skip
    assert found["near"][0] == pytest.approx(1.5 / 2 + 0.8 / 2)
    (place,) = np.flatnonzero(proposal.rows == 5)
    found = made.sources(proposal.values[place])
    assert next(iter(found)) == "cold"
    assert [rank for _, rank in found.values()] == sorted(rank for _, rank in found.values())


def test_times_are_milliseconds() -> None:
    assert DAY == 24 * 60 * 60 * 1000
