"""The live products of a version: added, replaced, removed, and there again after a restart."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import AlreadyPublished, InvalidRequest, JournalFailed, JournalFull, UnknownProduct
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.drafts.draft import Draft
from pipeline.retrieval.drafts.vectors import DraftVectors
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.live.journal import Journal
from pipeline.retrieval.live.overlay import Overlay
from pipeline.retrieval.live.store import CannotBeAdded, LiveProducts
from pipeline.versions import VersionStore, journal_of
from tests import tiny
from tests.retrieval.live.shop import CAMERA, DRONE


@pytest.fixture
def store(tmp_path: Path) -> VersionStore:
    return VersionStore(tmp_path)


@pytest.fixture
def published(store: VersionStore) -> Engine:
    return Engine.open(tiny.publish(store, item_tower=True).path)


def opened(published: Engine, tmp_path: Path, **limits: int) -> LiveProducts:
    """Open the live products as another process would."""
    return LiveProducts(published, Journal(journal_of(tmp_path, published.name), **limits))


def found(engine: Engine, text: str) -> list[str]:
    return [hit.product_id for hit in engine.search(text, mode="lexical").hits]


def test_added_replaced_and_removed(published: Engine, tmp_path: Path) -> None:
    products = opened(published, tmp_path)
    assert products.engine() is published
    assert products.put("X1", CAMERA) is True
    first = products.engine()
    assert found(first, "quokka") == ["X1"]
    assert products.engine() is first  # nothing changed since
    assert products.put("X2", DRONE) is True
    assert products.put("X1", Draft("Numbat lens")) is False
    assert found(products.engine(), "quokka") == []
    assert found(products.engine(), "numbat") == ["X1"]
    assert found(first, "quokka") == ["X1"]  # whoever holds the engine of before goes on with it
    products.remove("X1")
    assert found(products.engine(), "numbat drone") == ["X2"]
    products.remove("X2")
    assert products.engine() is published
    with pytest.raises(UnknownProduct, match='No product "X2" was added'):
        products.remove("X2")


def test_a_restart_reads_them_again_and_encodes_none(
    published: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = opened(published, tmp_path)
    before.put("X1", CAMERA)
    before.put("X2", DRONE)

    def encoded(self: DraftVectors, drafts: list[Draft]) -> np.ndarray:
        raise AssertionError("the journal holds the vectors")

    with monkeypatch.context() as patched:
        patched.setattr(DraftVectors, "text", encoded)
        after = opened(published, tmp_path).engine()
    assert found(after, "quokka drone") == found(before.engine(), "quokka drone")
    np.testing.assert_array_equal(after.text_vectors, before.engine().text_vectors)
    np.testing.assert_allclose(after.item_vectors, before.engine().item_vectors, atol=1e-6)
    assert after.catalogue.product(12) == before.engine().catalogue.product(12)


def test_another_process_sees_them(published: Engine, tmp_path: Path) -> None:
    one, other = opened(published, tmp_path), opened(published, tmp_path)
    one.put("X1", CAMERA)
    assert found(other.engine(), "quokka") == ["X1"]
    other.put("X2", DRONE)
    assert found(one.engine(), "quokka drone") == ["X2", "X1"]
    one.remove("X1")
    assert found(other.engine(), "quokka drone") == ["X2"]


def test_two_writers_at_once(published: Engine, tmp_path: Path) -> None:
    both = opened(published, tmp_path), opened(published, tmp_path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: both[n % 2].put(f"X{n}", Draft(f"Quokka {n}")), range(12)))
    for products in both:
        engine = products.engine()
        assert len(engine.catalogue) == 24
        hits = engine.search("quokka", k=24, mode="lexical").hits
        assert {hit.product_id for hit in hits} == {f"X{n}" for n in range(12)}


def test_a_product_of_the_version_stays(published: Engine, tmp_path: Path) -> None:
    products = opened(published, tmp_path)
    for change in (lambda: products.put("C1", CAMERA), lambda: products.remove("C1")):
        with pytest.raises(AlreadyPublished, match='"C1" is a product of version "tiny" itself'):
            change()
    assert not journal_of(tmp_path, "tiny").exists()


@pytest.mark.parametrize("product_id", ["", " a", "a\0", "a\n", "x" * 201, "\ud800"])
def test_ids_are_plain(published: Engine, tmp_path: Path, product_id: str) -> None:
    with pytest.raises(InvalidRequest):
        opened(published, tmp_path).put(product_id, CAMERA)


def test_the_limit(published: Engine, tmp_path: Path) -> None:
    products = opened(published, tmp_path, most=1)
    products.put("X1", CAMERA)
    with pytest.raises(JournalFull):
        products.put("X2", DRONE)
    assert found(products.engine(), "quokka drone") == ["X1"]


def test_a_version_published_anew_takes_them_over(store: VersionStore, published: Engine, tmp_path: Path) -> None:
    products = opened(published, tmp_path)
    products.put("X1", CAMERA)
    products.put("X2", DRONE)
    row = tiny.Row("X2", "Published drone", None, (), None)
    anew = Engine.open(tiny.publish(store, shop=(*tiny.SHOP, row), item_tower=True, replace=True).path)
    after = opened(anew, tmp_path).engine()  # its vectors may differ: they are made again
    assert found(after, "quokka") == ["X1"]
    assert after.catalogue.product(after.catalogue.row("X2")).title == "Published drone"
    assert len(after.catalogue) == 14


def test_a_version_that_was_deleted_leaves_nothing_to_the_next_of_its_name(
    store: VersionStore, published: Engine, tmp_path: Path
) -> None:
    products = opened(published, tmp_path)
    products.put("X1", CAMERA)
    other = Journal(journal_of(tmp_path, "tiny.2"))
    other.put("X1", {})
    journal_of(tmp_path, "tiny").with_suffix(".new").touch()  # as of a process that was killed
    store.delete("tiny")
    assert products.engine() is published  # whoever has the version open still sees it go
    left = {path.name for path in (tmp_path / "live").iterdir()}
    assert left == {"tiny.lock", "tiny.2.jsonl", "tiny.2.lock"}
    anew = Engine.open(tiny.publish(store, item_tower=True).path)
    assert opened(anew, tmp_path).engine() is anew
    assert list(other.read().records) == ["X1"]


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": 3},
        {"price": "NaN"},
        {"price": -1},
        {"category": None},
        {"title": "x" * 501},
        {"vector": "AAAA"},
        {"vector": "not base64"},
        {"vector": None},
    ],
)
def test_a_record_that_no_product_can_be_made_of_is_left_out(
    published: Engine, tmp_path: Path, change: dict, caplog: pytest.LogCaptureFixture
) -> None:
    opened(published, tmp_path).put("X1", CAMERA)
    journal = Journal(journal_of(tmp_path, "tiny"))
    journal.put("X2", {**journal.read().records["X1"], **change})
    engine = opened(published, tmp_path).engine()
    if "vector" in change:
        assert found(engine, "quokka") == ["X1", "X2"]  # the vector is made again
    else:
        assert found(engine, "quokka") == ["X1"]
        assert '"X2" was added and cannot be read' in caplog.text


def test_a_journal_that_cannot_be_read_stops_no_search(
    published: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal_of(tmp_path, "tiny").mkdir(parents=True)  # a folder in its place
    products = opened(published, tmp_path)
    assert products.engine() is published
    assert "What was added to tiny cannot be read" in caplog.text
    with pytest.raises(JournalFailed, match="nothing was changed"):
        products.put("X1", CAMERA)


def test_the_journal_holds_no_nan(published: Engine, tmp_path: Path) -> None:
    opened(published, tmp_path).put("X1", Draft("Quokka"))
    (line,) = journal_of(tmp_path, "tiny").read_text().splitlines()
    put = json.loads(line)["event"]["put"]
    assert (put["title"], put["brand"], put["category"], put["price"]) == ("Quokka", None, [], None)


def broken(self: Overlay, added: object) -> Contents:
    raise ValueError("could not broadcast")


@pytest.mark.parametrize("by_name", [False, True])
def test_towers_without_an_item_tower_take_no_products(store: VersionStore, tmp_path: Path, by_name: bool) -> None:
    published = Engine.open(tiny.publish(store, by_name=by_name).path)
    products = opened(published, tmp_path)
    with pytest.raises(CannotBeAdded, match='Version "tiny" has towers but no item tower'):
        products.put("X1", CAMERA)
    assert not journal_of(tmp_path, "tiny").exists()
    assert products.engine() is published


def test_additions_to_a_version_that_lost_its_item_tower_stop_no_search(
    store: VersionStore, published: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    opened(published, tmp_path).put("X1", CAMERA)
    anew = Engine.open(tiny.publish(store, replace=True).path)
    products = opened(anew, tmp_path)
    assert products.engine() is anew
    assert "What was added to tiny cannot be served" in caplog.text
    products.remove("X1")  # they can still be taken away
    assert not Journal(journal_of(tmp_path, "tiny")).read().records


def test_what_cannot_be_served_is_never_written_down(
    published: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    products = opened(published, tmp_path)
    products.put("X1", CAMERA)
    before = journal_of(tmp_path, "tiny").read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(Overlay, "over", broken)
        for product_id in ("X1", "X2"):
            with pytest.raises(CannotBeAdded, match='Version "tiny" cannot serve this product'):
                products.put(product_id, DRONE)
    assert journal_of(tmp_path, "tiny").read_bytes() == before
    assert found(products.engine(), "quokka drone") == ["X1"]
    products.put("X2", DRONE)
    assert found(products.engine(), "quokka drone") == ["X2", "X1"]


def test_a_journal_that_cannot_be_served_is_tried_once(
    published: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened(published, tmp_path).put("X1", CAMERA)
    products = opened(published, tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(Overlay, "over", broken)
        for _ in range(3):
            assert products.engine() is published
    assert caplog.text.count("What was added to tiny cannot be served") == 1
    products.put("X2", DRONE)  # the journal changed: it is read again
    assert found(products.engine(), "quokka drone") == ["X2", "X1"]


def test_what_was_tried_is_laid_once(published: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    products, own, laid = opened(published, tmp_path), Overlay.over, []
    monkeypatch.setattr(Overlay, "over", lambda self, added: laid.append(len(added)) or own(self, added))
    products.put("X1", CAMERA)
    products.put("X2", DRONE)
    products.put("X1", Draft("Numbat lens", price=3))
    assert laid == [1, 2, 2]
    assert found(products.engine(), "numbat drone") == ["X2", "X1"]


def test_a_full_disk_keeps_nothing_of_what_was_tried(
    published: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    products = opened(published, tmp_path)
    products.put("X1", CAMERA)

    def full(self: Journal, line: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "_append", full)
        with pytest.raises(JournalFailed):
            products.put("X2", DRONE)
    assert found(products.engine(), "quokka drone") == ["X1"]
    products.put("X3", Draft("Numbat lens"))
    for engine in (products.engine(), opened(published, tmp_path).engine()):
        assert sorted(found(engine, "quokka numbat drone")) == ["X1", "X3"]
