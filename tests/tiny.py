"""Tiny versions for tests: a shop of a dozen products whose right answers can be worked out by hand.

The text encoder is a real ONNX graph over a real tokenizer, but knows only a few words: each word has an axis, and
words that mean the same share one. The user tower is the mean of the history.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.data.tables import JUDGEMENTS, PRODUCTS
from pipeline.manifest import Manifest, sha256
from pipeline.maps.space_map import SpaceMap
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.index_choice import Choice, described, inverted, write
from pipeline.retrieval.ivf import IvfIndex
from pipeline.retrieval.query_ranking import files
from pipeline.retrieval.query_ranking.crossvalidation import Chosen
from pipeline.retrieval.query_ranking.features import QueryFeatures
from pipeline.retrieval.query_ranking.words import Words
from pipeline.retrieval.reranking.attributes import Attributes
from pipeline.retrieval.reranking.evidence import Evidence
from pipeline.retrieval.reranking.features import Features
from pipeline.retrieval.shoppers import PARTS
from pipeline.retrieval.vectors import VectorIndex
from pipeline.text.encoder import Encoder
from pipeline.text.lexical import LexicalIndex
from pipeline.versions import Version, VersionStore
from tests import tiny_figures
from tests.maps.drawn import circle, save
from tests.retrieval.reranking.boosters import by_feature
from tests.tiny_graphs import write_encoder, write_item_tower, write_user_tower

ENCODER = "tiny-encoder"
MARKUP = "<img src=x onerror=alert(1)> **bold** [link](http://evil.example) camera bag"


@dataclass(frozen=True)
class Row:
    """A product of the tiny shop."""

    product_id: str
    title: str
    brand: str | None
    category: tuple[str, ...]
    price: float | None


SHOP = (
    Row("C1", "Compact camera", "Norvik", ("Photo", "Cameras"), 199.0),
    Row("C2", "Zoom lens camera", "Norvik", ("Photo", "Cameras"), 449.5),
    Row("C3", "Small photo camera", "Aldor", ("Photo", "Cameras"), 99.0),
    Row("L1", "Zoom lens", "Aldor", ("Photo", "Lenses"), 259.0),
    Row("T1", "Tripod for camera", None, ("Photo", "Tripods"), 35.0),
    Row("B1", MARKUP, "Evil & <b>Co</b>", ("Photo", "Bags"), 25.0),
    Row("H1", "Wireless headphones", "Sonara", ("Audio", "Headphones"), 129.0),
    Row("H2", "Headphones with cable", "Sonara", ("Audio", "Headphones"), 49.0),
    Row("S1", "Bluetooth speaker", "Sonara", ("Audio", "Speakers"), 79.0),
    Row("S2", "Wireless loudspeaker", None, ("Audio", "Speakers"), None),
    Row("U1", "USB cable", "Corda", ("Accessories", "Cables"), 7.99),
    Row("U2", "Long USB cord", "Corda", (), 9.99),
)
# Histories, oldest first; the last product is the test part, the one before it the validation part.
HISTORIES = {
    "ann": ("C1", "C2", "L1", "T1", "C3"),
    "bob": ("H1", "H2", "S1", "S2"),
    "cem": ("U1", "U2", "H2", "C1"),
    "dee": ("C1", "H1"),  # too short for a held-out product
}
DAY = 86_400_000  # milliseconds


def publish(
    store: VersionStore,
    name: str = "tiny",
    *,
    towers: bool = True,
    by_name: bool = False,
    evaluated: bool = True,
    evaluation: Callable[[Path], None] | None = None,
    histories: Mapping[str, tuple[str, ...]] = HISTORIES,
    seed: int | None = None,
    generated: bool = True,
    created: str = "2026-03-01T10:00:00Z",
    shop: tuple[Row, ...] = SHOP,
    split: str = "leave-one-out",
    reranked: bool = False,
    ranked: float = 0.0,
    judged: Mapping[str, Mapping[str, float]] | None = None,
    protocol: str = "open",
    learned: bool = False,
    dataset: str = "tiny-shop",
    mapped: bool = False,
    drawn: Sequence[SpaceMap] = (),
    replace: bool = False,
    recipe: str = "history",
    item_tower: bool = False,
    approximate: bool = False,
    data: Callable[[Path], None] | None = None,
) -> Version:
    """Publish a tiny version; without towers it has no shoppers either; `by_name`, its towers know shoppers by name.

    `reranked`, it has a second stage that goes by price alone: of the candidates, the dearest comes first. `ranked` is
    the weight of a search ranker that goes against meaning: the lower the cosine, the better; 0 for none. `judged` are
    grades by query and product, with exponential gains; `learned` says that the search ranker learned from them.
    `evaluation` and `data` write into the folders of those names; `seed` is said to be the recipe's.
    `mapped`, its products lie on a circle, in the order of the shop, on the map of either space; or on those `drawn`.
    `item_tower`, it has one: the text vector the other way round, as all item vectors here are.
    `approximate`, its vectors lie in four lists, of which all are read.
    """
    encoder = write_encoder(store.artifacts / "encoders" / ENCODER)
    folder = store.staging(name)
    table = {field.name: [getattr(row, field.name, None) for row in shop] for field in PRODUCTS}
    table["category"] = [list(row.category) for row in shop]
    pq.write_table(pa.table(table, schema=PRODUCTS), folder / "products.parquet")
    vectors = Encoder(encoder).encode([row.title for row in shop])
    (folder / "index").mkdir()
    VectorIndex.build(vectors).save(folder / "index" / "text.faiss")
    # Item vectors differ from text vectors, so that a test can tell which of them answered.
    items = np.ascontiguousarray(vectors[:, ::-1]) if towers else vectors
    if by_name:
        items = items * np.linspace(1, 3, len(items), dtype=np.float32)[:, None]  # such vectors differ in length
    VectorIndex.build(items).save(folder / "index" / "items.faiss")
    if approximate:
        write_lists(folder, vectors, items)
    LexicalIndex.build([row.title for row in shop]).save(folder / "lexical")
    if towers:
        (folder / "towers").mkdir()
        if by_name:
            np.save(folder / "towers" / "users.npy", known_vectors(items, [row.product_id for row in shop]))
        else:
            write_user_tower(folder / "towers" / "user.onnx", vectors.shape[1])
        if item_tower:
            write_item_tower(folder / "towers" / "item.onnx", vectors.shape[1])
        write_users(folder / "users.parquet", [row.product_id for row in shop], histories)
    if reranked:
        write_ranker(folder, encoder)
    if mapped:
        drawn = [circle(len(shop), space) for space in (("text", "towers") if towers else ("text",))]
    save(folder, *drawn)
    if ranked:
        write_search_ranker(folder, encoder, ranked, "own" if learned else "shipped")
    if evaluated:
        (folder / "evaluation").mkdir()
        (folder / "evaluation" / "metrics.json").write_text(json.dumps(tiny_figures.metrics(towers)))
        if towers:
            tiny_figures.write_per_user(folder / "evaluation" / "per_user.parquet", HISTORIES)
            if shop == SHOP:
                tiny_figures.write_ranks(
                    folder / "evaluation" / "ranks.parquet", [row.product_id for row in shop], HISTORIES
                )
            tiny_figures.write_exposure(folder / "evaluation" / "products.parquet", [row.product_id for row in shop])
        if evaluation:
            evaluation(folder / "evaluation")
    if judged:
        write_judgements(folder / "evaluation", judged)
    if data:
        (folder / "data").mkdir()
        data(folder / "data")
    manifest = Manifest(
        name=name,
        created=created,
        dataset={
            "name": dataset,
            "fingerprint": "0123456789abcdef" * 4,
            "generated": generated,
            "judging": {"protocol": protocol, "gain": "exponential", "min_grade": 0} if judged else None,
            "products": len(shop),
            "shoppers": len(histories) if towers else 0,
            "interactions": sum(map(len, histories.values())) if towers else 0,
        },
        split=split,
        recipe={"name": recipe if towers else "text", "text": {"fields": ["title"], "lexical": ["title"]}}
        | ({} if seed is None else {"seed": seed}),
        encoder={
            "id": ENCODER,
            "files": {
                path.name: {"bytes": path.stat().st_size, "sha256": sha256(path)} for path in sorted(encoder.iterdir())
            },
        },
        environment={},
        stages=[],
        headline=list(tiny_figures.headline(towers)) if evaluated else [],
        notes=[] if towers else ["There are no interactions, so there are no towers and no shoppers."],
        index=described(folder),
    )
    return store.publish(folder, manifest, replace=replace)


def two(folder: Path) -> VersionStore:
    """Publish two small versions, as they are copied to an address."""
    store = VersionStore(folder)
    publish(store, "one", towers=False, evaluated=False, created="2026-01-01T00:00:00Z")
    publish(store, "two", towers=False, evaluated=False, created="2026-02-01T00:00:00Z")
    return store


def write_lists(folder: Path, text: np.ndarray, items: np.ndarray) -> None:
    """Write inverted files in place of flat indexes, and what they need beside them."""
    choices = {}
    for name, file, vectors in (("text", "text", text), ("items", "item", items)):
        np.save(folder / f"{file}_vectors.npy", vectors)
        made = inverted(vectors, coded=False, lists=4)
        IvfIndex(made._index, vectors, 4).save(folder / "index" / f"{name}.faiss")
        n, width = vectors.shape
        choices[name] = Choice("ivf-flat", "Lists, to try them.", n, width, 100, 4, 4, 0, 0.987, 12)
    write(choices, folder / "index")


def write_judgements(folder: Path, judged: Mapping[str, Mapping[str, float]]) -> None:
    """Write what was judged of each query."""
    folder.mkdir(exist_ok=True)
    rows = [
        {"query": query, "product_id": product_id, "grade": grade}
        for query, grades in judged.items()
        for product_id, grade in grades.items()
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=JUDGEMENTS), folder / "judgements.parquet")


def known_vectors(items: np.ndarray, ids: list[str]) -> np.ndarray:
    """Return float32 [n_shoppers, d]: a shopper's first product; zeros for the last shopper, as if never trained on."""
    first = [items[ids.index(history[0])] for history in HISTORIES.values()]
    return np.array([*first[:-1], np.zeros(items.shape[1])], dtype=np.float32)


def damage(version: Version, file: str = "products.parquet") -> None:
    """Change one byte in the middle of a file, keeping its size."""
    path = version.path / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def write_users(path: Path, ids: list[str], histories: Mapping[str, tuple[str, ...]] = HISTORIES) -> None:
    """Write `users.parquet`: one day between interactions, every other one rated."""
    rows = [
        (user, ids.index(product), DAY * (100 + place), 4.0 if place % 2 else None, part_of(place, len(history)))
        for user, history in histories.items()
        for place, product in enumerate(history)
    ]
    columns = list(zip(*rows, strict=True))
    types = (pa.string(), pa.int32(), pa.int64(), pa.float32(), pa.string())
    names = ("user_id", "row", "timestamp", "rating", "part")
    pq.write_table(pa.table({n: pa.array(c, t) for n, c, t in zip(names, columns, types, strict=True)}), path)


def part_of(place: int, length: int) -> str:
    """Return the part of the interaction at `place` under leave-one-out."""
    if length < 3 or place < length - 2:
        return "train"
    return "valid" if place == length - 2 else "test"


def write_ranker(folder: Path, encoder: Path) -> None:
    """Write `rankers/`, for the files of a version with towers."""
    contents = Contents.load(folder, encoder)
    shoppers, text = contents.shoppers, contents.text.vectors
    assert shoppers is not None
    evidence = Evidence.of(shoppers, shoppers.parts == PARTS.index("train"), text)
    (folder / "rankers" / "evidence").mkdir(parents=True)
    evidence.save(folder / "rankers" / "evidence")
    features = Features(
        evidence, Attributes.of(contents.catalogue), text, text, lambda history: text[history[-1]], text
    )
    booster = by_feature(features.names, "price_last", low=-8.0, high=8.0)
    booster.save_model(folder / "rankers" / "recommend.txt")


def write_search_ranker(folder: Path, encoder: Path, weight: float, kind: str) -> None:
    """Write `rankers/search.txt` and what it needs, for the files of a version."""
    contents = Contents.load(folder, encoder)
    words = Words.of(contents.catalogue)
    features = QueryFeatures(contents.catalogue, words, contents.text.vectors)
    (folder / "rankers" / files.WORDS).mkdir(parents=True)
    words.save(folder / "rankers" / files.WORDS)
    booster = by_feature(features.names, "cosine_below", low=0.0, high=1.0)
    files.write(Chosen(booster, weight, kind), folder / "rankers")
