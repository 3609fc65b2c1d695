"""The Compare page: values on screen, and what may not be compared."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.comparing import loaded
from dashboard.comparing.lists_panel import moved_words
from pipeline.comparing.runs import import_run
from pipeline.evaluation.rows import per_unit, values_of
from pipeline.retrieval.rebalancing import Rebalance
from pipeline.versions import VersionStore
from pipeline.workspace.presets import Presets
from pipeline.workspace.segments import Segments
from tests import tiny
from tests.comparing import shop
from tests.dashboard.screens import checked, products, screen, source, visit


@pytest.fixture(autouse=True)
def published(store: VersionStore) -> None:
    """Photo shoppers gain by the second version as much as audio shoppers lose; the third is worse for all."""
    shop.publish(store, "first", photo=3, audio=1, created="2026-03-01T10:00:00Z", seed=1)
    shop.publish(store, "second", photo=1, audio=3, created="2026-03-02T10:00:00Z")
    shop.publish(store, "third", photo=7, audio=7, created="2026-03-03T10:00:00Z", seed=3)


def compare(*others: str, version: str = "first", **more: object) -> AppTest:
    return visit("compare", version=version, others=list(others), **more)


def test_without_a_second_version_it_asks_for_one() -> None:
    text = screen(visit("compare", version="first"))
    assert "Choose what to compare with." in text
    assert "first is the baseline" in text


def test_the_verdict_and_every_figure_behind_it() -> None:
    text = screen(compare("third"))
    assert "Hold third" in text
    # NDCG@10 is 0.75 under the first, 1 / log2(8) = 1 / 3 under the third.
    assert "first baseline 0.750 chance 0.0150" in text
    assert re.search(r"third 0\.333 ▼ -0\.417 -0\.4\d+ to -0\.\d+ below 0\.0002 0\.00\d+ 0 0 80 ", text)
    assert "One training seed tests" not in text
    assert "differ by their seed: a difference here is training luck" in text
    assert "MRR@20 80 measured 0.667 0.143" in text


def test_a_gain_that_some_pay_for_is_held() -> None:
    text = screen(compare("second", detail="slices", slice="category"))
    assert "Hold second" in text
    assert "certainly worse in" in text
    assert "category: Audio" in text
    assert "second is worse in" in text


def test_saved_segments_are_slices(store: VersionStore) -> None:
    assert "segment: " not in screen(compare("second", detail="slices"))
    Segments(store.artifacts).save("tiny-shop", "Loud <b>speakers</b>", ["S1", "S2"])
    text = screen(compare("second", detail="slices", slice="segment"))
    assert "segment: Loud <b>speakers</b> 40 measured 1.00 0.500" in text
    assert "<b>speakers" not in source(compare("second", detail="slices"))


def test_several_others_at_once() -> None:
    test = compare("second", "third", focus="third")
    text = screen(test)
    assert "Hold second" in text
    assert "Hold third" in text
    assert "third against first." in text
    test = checked(test.segmented_control(key="widget-focus").set_value("second").run())
    assert "focus" not in test.query_params  # the first of them needs no naming
    assert "second against first." in screen(test)


def test_a_version_of_other_data_has_no_difference_figures(store: VersionStore) -> None:
    shop.publish(store, "other", photo=1, audio=1, split="time")
    test = compare("other")
    text = screen(test)
    assert "other is not measured as first is: no differences are shown." in text
    assert 'holds products out by the split "time", not "leave-one-out"' in text
    assert re.search(r"other – – – – – – – – not comparable", text)
    assert [each for each in test.segmented_control(key="widget-detail").options] == [
        "Lists",
        "What if",
        "What differs",
        "Cost",
    ]


def test_regressions_are_listed_and_one_opened() -> None:
    test = compare("second", detail="units")
    assert "40 shoppers, worse" in screen(test)
    (table,) = test.dataframe
    assert list(table.value["Shopper"])[:2] == ["a00", "a01"]
    assert set(table.value["Difference"]) == {-0.5}
    assert "40 shoppers, better" in screen(compare("second", detail="units", change="better"))
    assert "80 shoppers, in all" in screen(compare("second", detail="units", change="all"))
    assert "0 shoppers in the box, worse" in screen(compare("second", detail="units", box="0~0.2~0~0.2"))
    opened = screen(compare("second", detail="units", unit="a00"))
    assert "Shopper a00" in opened
    assert "The wanted product. first: rank" in opened
    assert re.search(r"first and second 100 % 1\.00", opened)  # the tiny towers are the same


def test_the_lists_of_a_query_a_product_and_a_shopper() -> None:
    for kind, unit in (("query", "zoom lens"), ("product", "C1"), ("shopper", "p00")):
        text = screen(compare("second", "third", detail="lists", kind=kind, unit=unit))
        assert "Rank-biased overlap" in text
        assert "Rank under first second third" in text
    assert 'first: This version knows no shopper "nobody".' in screen(
        compare("second", detail="lists", kind="shopper", unit="nobody")
    )


def test_markup_in_a_product_or_unit_stays_text() -> None:
    html = source(compare("second", "third", detail="lists", kind="query", unit="<img src=x> bag"))
    assert "<img src=x" not in html


def test_drift_settings_and_cost() -> None:
    assert "A product keeps 100 % of its 10 nearest neighbours" in screen(compare("second", detail="drift"))
    differs = screen(compare("third", detail="recipes"))
    assert "seed recipe 1 3" in differs
    test = compare("second", detail="cost")
    (table,) = test.dataframe
    assert list(table.value["Version"]) == ["first", "second"]
    assert list(table.value["NDCG@10"]) == pytest.approx([0.75, 0.75])
    test = checked(test.button(key="measure").click().run())
    assert (test.dataframe[0].value["Answer, median ms"] >= 0).all()


def test_seeds_are_pooled_when_asked() -> None:
    text = screen(compare("second", version="third", pool="1"))
    # The three differ by their seed alone, so they are one group: nothing is left to compare.
    assert "nothing else to compare" in text


def test_pooling_is_offered_where_a_recipe_has_more_seeds(store: VersionStore) -> None:
    shop.publish(store, "wide", photo=1, audio=1, recipe="sequence", seed=4)
    assert "pool-seeds" not in [each.key for each in compare("second").button]  # one recipe: nothing would be left
    test = compare("wide")
    assert "One training seed tests shoppers, not training luck" in screen(test)
    offer = test.button(key="pool-seeds")
    assert offer.label == "Pool 2 more training seeds"
    test = checked(offer.click().run())
    assert test.query_params["pool"] == "1"
    text = screen(test)
    assert "The mean over 3 training seeds against one: the version, trained again, may differ by more" in text
    assert "first and 2 more baseline 0.611" in text  # 0.75, 0.75 and 1 / 3


def test_an_imported_run_is_compared_as_a_version_is(store: VersionStore, tmp_path: Path) -> None:
    lines = [f"{user}\t{'S2' if user.startswith('a') else 'B1'}\t1\t5.5\n" for user in shop.CROWD]
    (tmp_path / "other.run").write_text("".join(lines))
    import_run(store, tmp_path / "other.run", "solr", "first", "recommend")
    text = screen(compare("solr"))
    assert "Hold solr" in text
    assert re.search(r"solr 0\.500 ▼ -0\.250", text)  # 0.75 under the first: 0.5 and 1
    opened = source(compare("solr", detail="units", unit="a00"))
    assert "listed by the imported run" in opened
    assert "solr: rank 1" in screen(compare("solr", detail="units", unit="a00"))
    assert "An imported run has no vectors." in screen(compare("solr", detail="drift"))
    assert "The run lists nothing for this query." in screen(compare("solr", detail="lists", kind="query", unit="usb"))
    (table,) = compare("solr", detail="cost").dataframe
    assert list(table.value["Version"]) == ["first"]
    assert "imported run" in screen(compare("solr", detail="recipes"))
    assert "The candidates of this version" in screen(compare("solr", detail="what-if"))
    assert "solr" not in visit("judge", version="first").selectbox[0].options


def test_groups_hold_each_seed_once(store: VersionStore) -> None:
    manifests = [store.manifest(name) for name in ("first", "second", "third")]
    alone = loaded.group(manifests[0], manifests, pool=False)
    assert (alone.name, alone.seeds) == ("first", (1,))
    together = loaded.group(manifests[0], manifests, pool=True)
    assert (together.name, together.seeds) == ("first and 2 more", (1, 0, 3))
    tiny.publish(store, "copy", seed=1)
    assert loaded.group(manifests[0], [*manifests, store.manifest("copy")], pool=True).seeds == (1, 0, 3)


def test_movements_in_words() -> None:
    assert moved_words("abcd", "bace") == "1 improved, 1 worsened, 1 the same, 1 new, 1 gone."


def test_what_if_collects_re_orders_and_saves_a_preset(store: VersionStore) -> None:
    test = compare("second", detail="what-if")
    assert "The candidates of this version are not collected yet." in screen(test)
    test = checked(test.button(key="collect").click().run())
    assert "As served: NDCG@10" in screen(test)
    assert "over 80 shoppers" in screen(test)
    test = compare("second", detail="what-if", diversity="0.5", price="-1")
    assert "→" in screen(test)
    assert [slider.value for slider in test.slider] == [0.0, 0.5, -1.0, 0.0]
    assert test.slider[3].disabled  # the tiny shop says nothing of release
    test.text_input(key="preset-name").set_value("Cheap and varied")
    test = checked(test.button(key="save-preset").click().run())
    assert Presets(store.artifacts).open("cheap-and-varied") == Rebalance(diversity=0.5, price=-1)


def test_a_preset_puts_recommendations_in_another_order(store: VersionStore) -> None:
    Presets(store.artifacts).save("cheap", Rebalance(price=-1))
    plain = products(visit("recommend", version="first", shopper="p00"))
    cheap = products(visit("recommend", version="first", shopper="p00", preset="cheap"))
    assert set(plain) == set(cheap)
    shown = screen(visit("recommend", version="first", shopper="p00", preset="cheap"))
    assert "In the order of the preset cheap: price -1." in shown
    assert cheap.index("U1") < plain.index("U1")  # the cheapest of the shop
    assert cheap.index("H1") > plain.index("H1")  # the dearest of those left
    text = screen(visit("recommend", version="first", shopper="p00", preset="dear"))
    assert 'There is no preset "dear".' in text


def test_search_is_compared_by_query(store: VersionStore) -> None:
    """40 queries of one word and 40 of two; the second version finds what the first has in third place first."""
    queries = [f"usb{number}" for number in range(40)] + [f"zoom lens{number}" for number in range(40)]

    def writer(two_words: int) -> Callable[[Path], None]:
        def write(folder: Path) -> None:
            ranks = np.array([[1]] * 40 + [[two_words]] * 40)
            table = per_unit("query", queries, {"sum": values_of(ranks), "bm25": values_of(ranks)})
            pq.write_table(table, folder / "per_query.parquet")

        return write

    tiny.publish(store, "words", towers=False, evaluation=writer(3))
    tiny.publish(store, "more", towers=False, evaluation=writer(1))
    test = visit("compare", version="words", others=["more"], detail="slices")
    text = screen(test)
    assert "Ship more" in text
    assert "words baseline 0.750" in text
    assert "is clearly worse in none of 2 slices" in text
    test = visit("compare", version="words", others=["more"], detail="units", change="better", unit="zoom lens0")
    assert "40 queries, better" in screen(test)
    assert "Query zoom lens0" in screen(test)
