"""Which baselines there are, and that they are tuned on validation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipeline.evaluation import baselines
from pipeline.evaluation.baselines import best, chosen_parameters, recommenders, tuned_following, tuned_knn
from pipeline.retrieval.candidates import Request
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.copurchase import ItemKnn, ItemKnnTransitions
from pipeline.retrieval.shoppers import Shoppers
from pipeline.versions import VersionStore
from tests import tiny


def shoppers_of(entries: list[tuple[str, int, str]]) -> Shoppers:
    nothing = pa.nulls(len(entries))
    return Shoppers(
        pa.table(
            {
                "user_id": [entry[0] for entry in entries],
                "row": pa.array([entry[1] for entry in entries], pa.int32()),
                "timestamp": nothing.cast(pa.int64()),
                "rating": nothing.cast(pa.float32()),
                "part": [entry[2] for entry in entries],
            }
        )
    )


def train_of(shoppers: Shoppers) -> tuple[np.ndarray, np.ndarray]:
    train = shoppers.parts == 0
    return shoppers.owners()[train], shoppers.rows[train]


def test_the_decay_that_finds_the_held_out_product_is_chosen() -> None:
    # Row 5 was kept with row 0, the oldest of the history, by ten shoppers; row 6 with row 3, the newest, by six. Only
    # a decay of .95 leaves .95 ** 3 * 10 > 6 (.8 ** 3 * 10 is 5.12).
    entries = [("watched", row, "train") for row in (0, 1, 2, 3)] + [("watched", 5, "valid")]
    entries += [(f"a{i}", row, "train") for i in range(10) for row in (0, 5)]
    entries += [(f"b{i}", row, "train") for i in range(6) for row in (3, 6)]
    shoppers = shoppers_of(entries)
    plain = ItemKnn(*train_of(shoppers), 8, decay=0.8, asked=0.0, offered=0.0)
    watched = [shoppers.index("watched")]
    decays = [plain.tuned_to(decay=decay) for decay in baselines.DECAYS]
    assert best(decays, shoppers, watched).decay == 0.95
    assert best(decays, shoppers, [], plain).decay == 0.8
    assert best(decays, shoppers, []).decay == baselines.DECAYS[0]


def test_the_power_that_finds_the_held_out_product_is_chosen() -> None:
    # Three shoppers had rows 0 and 1, but everyone has row 1; two had rows 0 and 2, and no one else has row 2.
    entries = [("watched", 0, "train"), ("watched", 2, "valid")]
    entries += [(f"a{i}", row, "train") for i in range(3) for row in (0, 1)]
    entries += [(f"b{i}", row, "train") for i in range(2) for row in (0, 2)]
    entries += [(f"c{i}", row, "train") for i in range(40) for row in (1, 3)]
    shoppers = shoppers_of(entries)
    knn = ItemKnn(*train_of(shoppers), 4, asked=1.0, offered=0.0)
    assert knn.scores(Request(history=np.array([0], np.int32))).argmax() == 1
    tuned = tuned_knn(knn, shoppers, [shoppers.index("watched")])
    # 3 / 43 ** b < 2 / 2 ** b from b = log(1.5) / log(21.5) = .13: .25 is the first of the grid.
    assert (tuned.asked, tuned.offered) == (0.25, 0.25)
    assert tuned.scores(Request(history=np.array([0], np.int32))).argmax() == 2


def test_the_weight_of_transitions_is_chosen() -> None:
    # Row 1 came with row 0 three times but before it; row 2 came right after it twice.
    entries = [("watched", 0, "train"), ("watched", 2, "valid")]
    entries += [(f"a{i}", row, "train") for i in range(3) for row in (1, 0)]
    entries += [(f"b{i}", row, "train") for i in range(2) for row in (0, 2)]
    shoppers = shoppers_of(entries)
    knn = ItemKnnTransitions(*train_of(shoppers), 3, following=0.0, asked=0.0, offered=0.0)
    asked = Request(history=np.array([0], np.int32))
    assert knn.scores(asked).argmax() == 1
    tuned = tuned_following(knn, shoppers, [shoppers.index("watched")])
    assert tuned.following == 0.5  # 2 / log 3 + 0.5 * 2 > 3 / log 3
    assert tuned.scores(asked).argmax() == 2


def test_all_systems_are_there_and_say_what_was_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = tiny.publish(VersionStore(tmp_path))
    contents = Contents.load(version.path, tmp_path / "encoders" / tiny.ENCODER)
    shoppers = contents.shoppers
    assert shoppers is not None
    systems = recommenders(contents, shoppers, [0, 1])
    names = ["popularity", "item-knn", "item-knn+transitions", "ease", "text", "towers"]
    assert [system.name for system in systems] == names
    chosen = chosen_parameters(systems)
    assert chosen["item-knn"]["decay"] in baselines.DECAYS
    assert chosen["item-knn+transitions"]["following"] in baselines.FOLLOWING
    assert chosen["ease"]["l2"] in baselines.L2
    monkeypatch.setattr(baselines, "EASE_PRODUCTS", len(tiny.SHOP) - 1)
    assert "ease" not in [system.name for system in recommenders(contents, shoppers, [])]


def test_a_second_stage_is_measured_after_the_towers(tmp_path: Path) -> None:
    version = tiny.publish(VersionStore(tmp_path), reranked=True)
    contents = Contents.load(version.path, version.encoder_path)
    assert contents.shoppers is not None
    assert [system.name for system in recommenders(contents, contents.shoppers, [])][-2:] == ["towers", "reranked"]
