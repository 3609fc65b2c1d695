"""A version updated with what came since, on the tiny shop: what changes is worked out by hand, the rest stays."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pipeline.__main__ as command
import pipeline.run as line
from pipeline import report
from pipeline.comparing.comparable import obstacles
from pipeline.errors import DatasetError
from pipeline.manifest import sums
from pipeline.retrieval.drafts.draft import Draft
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.reranking.evidence import Evidence
from pipeline.retrieval.shoppers import PARTS
from pipeline.update import updating
from pipeline.versions import Version, VersionStore
from pipeline.work.carry import leaks
from tests import tiny
from tests.test_stages import no_bar
from tests.tiny_graphs import write_user_tower
from tests.updating import PRODUCTS, Shop, opened, write_csv


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return opened(tmp_path_factory.mktemp("update"))


@pytest.fixture(scope="module")
def before(shop: Shop) -> dict[str, dict[str, object]]:
    return sums(shop.store.path("tiny"))


@pytest.fixture(scope="module")
def updated(shop: Shop, before: object) -> Engine:
    (shop.folder / "products.csv").write_text(PRODUCTS)
    return shop.update(products=shop.folder / "products.csv")


def test_the_version_that_it_begins_from_is_not_touched(
    shop: Shop, before: dict[str, dict[str, object]], updated: Engine
) -> None:
    assert updated.name == "tiny-2"
    assert sums(shop.store.path("tiny")) == before
    shop.store.open("tiny")


def test_the_manifest_says_what_it_comes_from_and_what_came(shop: Shop, updated: Engine) -> None:
    said = updated.manifest.dataset["updated"]
    assert said == {
        "from": "tiny", "checksum": shop.store.manifest("tiny").checksum, "towers": "carried",
        "interactions": 6, "shoppers": 2, "products": 1, "repeats": 1, "known_products": 1,
        "older": 0, "untimed": False,
        "read": {"products": 2, "interactions": 8},
        "rejected": {"products": {}, "interactions": {"unknown product": 1}},
    }  # fmt: skip
    assert updated.manifest.notes[0].startswith("Updated from version tiny. New interactions: 6, new shoppers: 2")
    assert "not trained" in updated.manifest.notes[1]
    assert updated.manifest.dataset["name"] == "tiny-shop"
    assert updated.manifest.dataset["generated"]
    assert "another state of the same dataset" in obstacles(shop.store.manifest("tiny"), updated.manifest)[0]
    assert [each.name for each in shop.store.list()][:2] == ["tiny", "tiny-2"]


def test_histories_go_on_where_they_were(updated: Engine) -> None:
    assert updated.shoppers is not None
    ids = updated.catalogue.ids

    def history(user: str) -> list[tuple[str, str]]:
        return [(ids[item.row], item.part) for item in updated.shoppers.history(user)]  # type: ignore[union-attr]

    assert history("ann") == [
        ("C1", "train"), ("C2", "train"), ("L1", "train"), ("T1", "train"), ("C3", "valid"), ("H1", "test"),
    ]  # fmt: skip
    assert history("bob") == [("H1", "train"), ("H2", "train"), ("S1", "valid"), ("S2", "test")]
    assert history("eve") == [("C1", "train"), ("C2", "valid"), ("N1", "test")]
    assert history("fay") == [("N1", "train"), ("T1", "train")]
    first, last = updated.shoppers.history("ann")[1], updated.shoppers.history("ann")[-1]
    assert first.rating == 4.0
    assert last.rating is None
    assert last.when is not None


def test_popularity_counts_what_came(updated: Engine) -> None:
    found = dict(zip(updated.catalogue.ids, updated.catalogue.interactions.tolist(), strict=True))
    assert found == {
        "C1": 3, "C2": 1, "C3": 0, "L1": 1, "T1": 2, "B1": 0, "H1": 2, "H2": 1, "S1": 0, "S2": 0, "U1": 1, "U2": 1,
        "N1": 1,
    }  # fmt: skip


def test_what_goes_with_what_is_counted_anew(shop: Shop, updated: Engine) -> None:
    def counted(engine: Engine) -> tuple[Evidence, list[str]]:
        assert engine.shoppers is not None
        train = engine.shoppers.parts == PARTS.index("train")
        return Evidence.of(engine.shoppers, train, engine.text_vectors), engine.catalogue.ids

    old, ids = counted(Engine.open(shop.store.path("tiny")))
    now, names = counted(updated)
    # fay had T1 right after N1. ann's T1 was her validation product and is history now: it came after L1.
    following = now.counts["next"]
    assert following[names.index("N1"), names.index("T1")] == 1
    assert following[names.index("L1"), names.index("T1")] == 1
    assert old.counts["next"][ids.index("L1"), ids.index("T1")] == 0
    assert following[names.index("C1"), names.index("H1")] == old.counts["next"][ids.index("C1"), ids.index("H1")] == 1


def test_known_vectors_stay_and_a_new_product_gets_its_own(shop: Shop, updated: Engine) -> None:
    old = Engine.open(shop.store.path("tiny"))
    assert updated.catalogue.ids == [*old.catalogue.ids, "N1"]
    assert updated.catalogue.table.slice(0, 12).equals(old.catalogue.table)
    np.testing.assert_array_equal(updated.text_vectors[:-1], old.text_vectors)
    np.testing.assert_array_equal(updated.item_vectors[:-1], old.item_vectors)
    # "compact small" and "tripod stand" (twice) are axes 8 and 9; the item tower turns a text vector round.
    own = np.zeros(10, np.float32)
    own[[8, 9]] = np.array([1, 2]) / np.sqrt(5)
    np.testing.assert_allclose(updated.text_vectors[-1], own, atol=0.01)  # bfloat16, where the processor has it
    np.testing.assert_array_equal(updated.item_vectors[-1], updated.text_vectors[-1][::-1])


def test_a_new_product_is_found_and_recommended(updated: Engine) -> None:
    found = updated.search("tripod stand", k=1)
    assert [updated.catalogue.ids[hit.row] for hit in found.hits] == ["N1"]
    # T1 is "Tripod for camera": as near to it as what else stands on three legs is only a small camera.
    found = updated.recommend(history=["T1"], k=2)
    assert {updated.catalogue.ids[hit.row] for hit in found.hits} == {"C3", "N1"}
    assert updated.catalogue.product(12).title == "Small tripod stand"
    assert updated.catalogue.product(0).title == "Compact camera"  # what is known stays as it is


def test_what_is_read_changes_what_is_recommended(shop: Shop, updated: Engine) -> None:
    old = Engine.open(shop.store.path("tiny"))
    before, after = (engine.recommend(user_id="ann", k=12) for engine in (old, updated))
    ids = updated.catalogue.ids
    assert "H1" in [ids[hit.row] for hit in before.hits]
    assert "H1" not in [ids[hit.row] for hit in after.hits]  # she has it by now
    assert [ids[hit.row] for hit in before.hits] != [ids[hit.row] for hit in after.hits]
    assert updated.recommend(user_id="eve", k=3).hits


def test_the_towers_know_which_products_they_were_trained_with(shop: Shop, updated: Engine) -> None:
    assert updated.contents.item_tower is not None
    assert updated.contents.item_tower.products == 12
    # A brand that came later has no number that the tower would know; a draft of it is read as one of none.
    draft = Draft("Small tripod stand", brand="Newcomer", category=("Photo", "Tripods", "Pocket", "Folding"))
    brands, categories = updated.drafts.vocabulary.encode(pa.Table.from_pylist([draft.record()]))
    assert brands.tolist() == [0]
    assert categories.shape == (1, 2)
    assert updated.place(draft, 3).spaces[0].hits[0].row == 12
    assert (updated.contents.maps is None) or updated.contents.maps.spaces is not None
    served = onnx.load(shop.store.path("tiny-2") / "towers" / "item.onnx")
    assert {each.key: each.value for each in served.metadata_props} == {"products": "12"}


def test_figures_and_judgements_are_those_of_the_new_data(shop: Shop, updated: Engine) -> None:
    (measured,) = {row["n"] for row in updated.manifest.headline if row["task"] == "recommend"}
    assert measured == 4  # ann, bob, cem, eve
    assert {row["task"] for row in updated.metrics} == {"recommend", "search"}
    judged = pq.read_table(shop.store.path("tiny-2") / "evaluation" / "judgements.parquet")
    assert judged.num_rows == 3


def test_an_update_of_an_update_keeps_what_its_towers_know(shop: Shop, updated: Engine) -> None:
    again = shop.update("tiny-2", (("eve", "T1"), ("gil", "N1")), max_rejected=0.0)
    assert again.name == "tiny-3"
    assert again.manifest.dataset["updated"]["from"] == "tiny-2"
    assert again.contents.item_tower is not None
    assert again.contents.item_tower.products == 12
    np.testing.assert_array_equal(again.item_vectors, updated.item_vectors)


def test_a_test_target_was_never_learned_from(shop: Shop, updated: Engine) -> None:
    # dee's two interactions are train; with one more, the second of them is held out to validate, not to test. Both
    # that came are older than all that is known, and count as newer: else H1, that dee's tower read, would be tested.
    engine = shop.update("tiny", (("dee", "S1"), ("cem", "T1")), first=50, new_name="held-out")
    assert engine.manifest.dataset["updated"]["older"] == 2
    assert "are older than what was known of their shopper: 2." in engine.manifest.notes[2]
    (prepared,) = {path.parent for path in _prepared(shop, engine)}
    version = shop.store.open("tiny")
    assert leaks(version, prepared) == 0
    assert engine.shoppers is not None
    assert [item.part for item in engine.shoppers.history("dee")] == ["train", "valid", "test"]
    assert [item.part for item in engine.shoppers.history("cem")] == ["train", "train", "train", "valid", "test"]
    # The rule itself: were bob's first product a test target, it would be one leak.
    table = pq.read_table(prepared / "interactions.parquet").to_pylist()
    moved = [{**row, "part": "test"} if (row["user_id"], row["product_id"]) == ("bob", "H1") else row for row in table]
    pq.write_table(pa.Table.from_pylist(moved), shop.folder / "interactions.parquet")
    assert leaks(version, shop.folder) == 1


def _prepared(shop: Shop, engine: Engine) -> list[Path]:
    """Return the prepared interactions that a version was made from."""
    found = (shop.store.artifacts / "datasets" / "tiny-shop").glob("prepare-*/interactions.parquet")
    wanted = engine.manifest.dataset["interactions"], engine.manifest.dataset["shoppers"]
    counts = {path: json.loads((path.parent / "prepared.json").read_text())["counts"] for path in found}
    return [path for path, each in counts.items() if (each["interactions"], each["shoppers"]) == wanted]


def test_a_split_by_time_refuses_old_rows_that_would_move_what_was_learned_into_test(tmp_path: Path) -> None:
    store = VersionStore(tmp_path / "artifacts")
    tiny.publish(store, item_tower=True, split="time")
    # Of the 15 interactions known, 9 are train. With 30 that are older, the last fifth begins among what was train.
    old = write_csv(tmp_path / "old.csv", tuple((f"u{n}", "C1") for n in range(30)), first=10)
    with pytest.raises(DatasetError, match=r"learned from would be test targets.*--train"):
        updating(store, "tiny", old).execute(no_bar)
    assert store.names() == ["tiny"]
    new = write_csv(tmp_path / "new.csv", (("ann", "H1"), ("ann", "H2"), ("bob", "C1"), ("bob", "C2")), first=300)
    engine = Engine.open(updating(store, "tiny", new).execute(no_bar).path)
    assert engine.manifest.split == "time"


def test_a_killed_update_leaves_the_old_version_alone_and_goes_on(
    shop: Shop, before: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = shop.store.names()
    rows = (("hal", "C1"), ("hal", "C2"), ("hal", "L1"))

    def die(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(line, "evaluate", die)
        with pytest.raises(KeyboardInterrupt):
            shop.update("tiny", rows, new_name="goes-on")
    assert shop.store.names() == names
    assert sums(shop.store.path("tiny")) == before
    engine = shop.update("tiny", rows, new_name="goes-on")
    made = {stage["name"] for stage in engine.manifest.stages if not stage["reused"]}
    assert made == {"evaluate"}


def test_training_begins_from_the_towers_of_the_version(
    shop: Shop, before: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[object] = []

    def train(
        prepared: Path, encoded: Path, recipe: object, out: Path, progress: object, warm: Path | None = None
    ) -> None:
        begun.append(warm)
        vectors = np.load(encoded / "text_vectors.npy")
        (out / "towers").mkdir()
        write_user_tower(out / "towers" / "user.onnx", vectors.shape[1])
        np.save(out / "item_vectors.npy", vectors, allow_pickle=False)
        (out / "outcome.json").write_text('{"note": ""}')

    publish = VersionStore.publish

    def with_weights(self: VersionStore, staged: Path, *more: object, **options: object) -> Version:
        for name in ("item.keras", "user.keras"):
            (staged / "towers" / name).write_text("weights")
        return publish(self, staged, *more, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(VersionStore, "publish", with_weights)
        tiny.publish(shop.store, "with-weights", item_tower=True)
    monkeypatch.setattr(line, "train", train)
    anew = shop.update("tiny", (("kim", "C1"), ("kim", "C2")), new_name="anew", train=True)
    assert "from the beginning: version tiny has no towers" in anew.manifest.notes[1]
    warm = shop.update("with-weights", (("kim", "C1"), ("kim", "C2")), new_name="warm", train=True)
    assert "beginning from those of version with-weights" in warm.manifest.notes[1]
    assert warm.manifest.dataset["updated"]["towers"] == "trained"
    assert begun == [None, shop.store.path("with-weights")]
    assert warm.contents.item_tower is None


def test_the_command_publishes_and_tells_of_mistakes(
    shop: Shop, before: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*words: object) -> tuple[int, str]:
        monkeypatch.setattr(
            sys, "argv", ["pipeline", "update", *map(str, words), "--artifacts", str(shop.store.artifacts)]
        )
        monkeypatch.setattr(report.errors, "_file", sys.stdout)  # `file` would be put back as what stdout is now
        monkeypatch.setattr(report.console, "_file", sys.stdout)
        try:
            status = command.main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        return status, capsys.readouterr().out

    came = write_csv(shop.folder / "more.csv", (("joy", "C1"), ("joy", "H1")), first=400)
    status, told = said("tiny", "--interactions", came, "--as", "by-command")
    assert status == 0
    assert "by-command is published" in told
    assert "New interactions: 2, new shoppers: 1, new products: 0" in " ".join(told.split())
    assert said("tiny", "--interactions", came, "--as", "by-command")[0] == 1
    status, told = said("tiny", "--interactions", shop.folder / "nowhere.csv")
    assert status == 1
    assert "nowhere.csv" in told
    assert "Traceback" not in told


def test_a_version_without_towers_is_updated_too(tmp_path: Path) -> None:
    store = VersionStore(tmp_path / "artifacts")
    tiny.publish(store, towers=False)
    (tmp_path / "more.jsonl").write_text(
        '{"product_id": "N1", "title": "USB speaker", "brand": "SONARA", "category": ["Audio"]}\n'
    )
    engine = Engine.open(updating(store, "tiny", None, tmp_path / "more.jsonl").execute(no_bar).path)
    assert engine.catalogue.ids[-1] == "N1"
    assert not engine.has_towers
    assert engine.manifest.dataset["updated"]["towers"] is None
    assert engine.catalogue.product(12).brand == "Sonara"  # as three known products spell it
    assert engine.search("usb speaker", k=1).hits[0].row == 12


def test_a_description_names_columns_of_its_own(shop: Shop, before: object) -> None:
    (shop.folder / "mine.csv").write_text("who,what,seconds\nivo,C1,30000000\nivo,C2,30000001\nivo,L1,30000002\n")
    (shop.folder / "mine.toml").write_text(
        '[interactions]\npath = "mine.csv"\n'
        'columns = { user_id = "who", product_id = "what", timestamp = "seconds" }\ntimestamp_unit = "s"\n'
    )
    planned = updating(shop.store, "tiny", shop.folder / "mine.toml", new_name="described")
    engine = Engine.open(planned.execute(no_bar).path)
    assert engine.shoppers is not None
    when = engine.shoppers.history("ivo")[0].when
    assert when is not None
    assert when.timestamp() == 30_000_000
