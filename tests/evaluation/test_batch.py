"""A list of queries answered and measured, with figures worked out by hand."""

from __future__ import annotations

from math import log2
from pathlib import Path

import pytest

from pipeline.evaluation.batch import Answer, answers, by_chance, compared, summary
from pipeline.evaluation.judgements import Judgements
from pipeline.retrieval.engine import Engine
from pipeline.versions import VersionStore
from tests import tiny

# "zoom lens" is in L1 and, beside another word, in C2; C1 is relevant and not found. A camera is in none.
JUDGED = {"zoom lens": {"C2": 2, "L1": 1, "C1": 2}, "usb": {"U1": 1, "H1": 0, "C1": 1}, "bag": {"B1": 0}}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VersionStore:
    return VersionStore(tmp_path_factory.mktemp("artifacts"))


def opened(store: VersionStore, name: str, **more: object) -> tuple[Engine, Judgements]:
    version = tiny.publish(store, name, judged=JUDGED, **more)
    engine = Engine.open(version.path)
    judgements = Judgements.load(version.path, version.manifest, engine.catalogue.ids)
    assert judgements is not None
    return engine, judgements


def run(engine: Engine, judgements: Judgements | None, *queries: str, mode: str = "lexical") -> list[Answer]:
    return list(answers(engine, queries, mode, judgements))


def test_figures_of_the_list_that_is_shown(store: VersionStore) -> None:
    engine, judgements = opened(store, "open")
    zoom, usb, bag, other = run(engine, judgements, "zoom  lens", "usb", "bag", "tripod")
    assert zoom.ids == ("L1", "C2")
    assert zoom.among == 2
    # Gains are 2^grade - 1: 1 for L1, 3 for C2, and 3 for C1, which is not found.
    ideal = 3 + 3 / log2(3) + 1 / log2(4)
    assert zoom.value("ndcg", 10) == pytest.approx((1 + 3 / log2(3)) / ideal)
    assert zoom.value("mrr", 10) == 1
    assert zoom.value("recall", 10) == pytest.approx(2 / 3)
    assert zoom.value("unjudged", 10) == 0
    assert usb.ids == ("U1", "U2")
    assert usb.value("ndcg", 10) == pytest.approx(1 / (1 + 1 / log2(3)))
    assert usb.value("unjudged", 10) == 0.5  # U2
    assert bag.values is None  # judged, but nothing is relevant
    assert other.values is None
    assert other.value("ndcg", 10) is None


def test_under_the_protocol_judged_only_judged_products_are_ranked(store: VersionStore) -> None:
    engine, judgements = opened(store, "judged", protocol="judged")
    (usb,) = run(engine, judgements, "usb", mode="semantic")
    assert len(usb.ids) == 10  # what is shown is the whole answer
    # Nearest among U1, H1 and C1 is U1; the other two know neither word, and keep the order of their rows: C1, H1.
    assert usb.value("ndcg", 10) == 1
    assert usb.value("recall", 5) == 1
    assert usb.value("unjudged", 10) is None  # everything that may be listed was judged


def test_the_same_figures_as_the_evaluation_of_the_whole_ranking(store: VersionStore) -> None:
    """The list of the first hundred holds every product of the tiny shop, so both must agree."""
    from pipeline.evaluation.queries import evaluate_queries
    from pipeline.retrieval.contents import Contents
    from pipeline.retrieval.retrievers import Lexical

    engine, judgements = opened(store, "both")
    path = store.root / "both"
    lexical = Lexical(Contents.load(path, store.artifacts / "encoders" / tiny.ENCODER).lexical)
    wanted = evaluate_queries([lexical], judgements.queries, len(engine.catalogue), "open").rows
    found = {(row.metric, row.k): row for row in summary({"bm25": run(engine, judgements, *JUDGED)})}
    for row in wanted:
        # C1 is not found by the words: the whole ranking has it at some rank, a list has it nowhere.
        if row.system == "bm25" and row.metric in ("mrr", "zero_result", "unjudged"):
            assert (found[row.metric, row.k].value, row.n) == pytest.approx((row.value, 2))


def test_means_are_over_judged_queries_and_differences_over_those_judged_for_both(store: VersionStore) -> None:
    engine, judgements = opened(store, "means")
    own = run(engine, judgements, "zoom lens", "usb", "tripod")
    rows = {(row.system, row.metric, row.k): row for row in summary({"a": own, "b": run(engine, None, "usb")})}
    ndcg = [own[0].value("ndcg", 10), own[1].value("ndcg", 10)]
    assert rows["a", "ndcg", 10].value == pytest.approx(sum(ndcg) / 2)
    assert rows["a", "ndcg", 10].n == 2
    assert ("b", "ndcg", 10) not in rows
    other = run(engine, judgements, "zoom lens", "usb", "tripod", mode="semantic")
    difference, n = compared(own, other) or (None, 0)
    assert n == 2
    assert difference.difference == pytest.approx(
        sum(ndcg) / 2 - (other[0].value("ndcg", 10) + other[1].value("ndcg", 10)) / 2
    )
    assert compared(own, run(engine, None, "zoom lens", "usb", "tripod")) is None


def test_a_version_without_judgements_has_none(store: VersionStore, tmp_path: Path) -> None:
    version = tiny.publish(store, "unjudged")
    assert Judgements.load(version.path, version.manifest, [row.product_id for row in tiny.SHOP]) is None


def test_whether_the_ranker_learned_from_them_is_known(store: VersionStore) -> None:
    version = tiny.publish(store, "shipped", judged=JUDGED, ranked=0.5)
    ids = [row.product_id for row in tiny.SHOP]
    assert not Judgements.load(version.path, version.manifest, ids).learned
    version = tiny.publish(store, "learned", judged=JUDGED, ranked=0.5, learned=True)
    assert Judgements.load(version.path, version.manifest, ids).learned


def test_judgements_of_products_that_are_not_there_are_refused(store: VersionStore) -> None:
    version = tiny.publish(store, "strange", judged=JUDGED)
    with pytest.raises(ValueError, match="not in the catalogue"):
        Judgements.load(version.path, version.manifest, ["C1"])


def test_chance_is_what_a_random_order_reaches(store: VersionStore) -> None:
    engine, judgements = opened(store, "chance", protocol="judged")
    queries = ("usb", "bag", "tripod")
    (usb,) = by_chance(queries, len(engine.catalogue), judgements)  # of the others nothing good was judged
    # Of three judged products two are good: the first one is at once with 2/3, else in second place.
    assert usb.value("mrr", 10) == pytest.approx(2 / 3 + 1 / 3 / 2)
    assert usb.value("ndcg", 10) == pytest.approx(2 / 3 * (1 + 1 / log2(3) + 1 / 2) / (1 + 1 / log2(3)))
    engine, judgements = opened(store, "chance-open")
    (usb,) = by_chance(queries, len(engine.catalogue), judgements)
    assert usb.value("recall", 10) == pytest.approx(10 / 12)
    row, *_ = summary({"chance": [usb, usb]}, exact=("chance",))
    assert row.low == row.value
