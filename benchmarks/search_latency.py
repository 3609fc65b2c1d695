"""How long the parts of a search take over a generated store, beside a substring match with a full sort.

    python -m benchmarks.search_latency [--products N] [--rounds N] [--encoder FOLDER]

The store is the built-in sample's, drawn larger. Text vectors are random: what they say changes no timing, and
encoding every title would take minutes. Every query is new to the encoder's cache. Times are milliseconds, median and
95th percentile, all from one run.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import pyarrow.parquet as pq

from benchmarks.latency import queries, show, timed
from pipeline.data.dataset import Dataset
from pipeline.data.prepare import prepare
from pipeline.data.sample import generate
from pipeline.manifest import Manifest
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.facets import FacetCounter
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.query_ranking.features import QueryFeatures
from pipeline.retrieval.query_ranking.files import shipped
from pipeline.retrieval.query_ranking.ranker import Ranked
from pipeline.retrieval.query_ranking.words import Words
from pipeline.retrieval.retrievers import Lexical, Semantic
from pipeline.retrieval.understanding.understand import Understanding
from pipeline.retrieval.vectors import VectorIndex
from pipeline.text import minilm
from pipeline.text.encoder import Encoder
from pipeline.text.lexical import LexicalIndex
from pipeline.text.product_text import lexical_texts

FIELDS = ("title", "brand", "category", "description")


def store(folder: Path, products: int) -> Catalogue:
    """Return a generated catalogue."""
    description = generate(folder / "sample", products=products, shoppers=1000, interactions=5000, queries=10)
    (folder / "prepared").mkdir()
    prepare(Dataset.load(description), folder / "prepared")
    return Catalogue(pq.read_table(folder / "prepared" / "products.parquet"))


def misspelt(query: str, generator: np.random.Generator) -> str:
    """Return a query whose longest word has two neighbouring letters swapped."""
    word = max(query.split(), key=len)
    at = int(generator.integers(1, max(len(word) - 1, 2)))
    return query.replace(word, word[: at - 1] + word[at : at + 1] + word[at - 1] + word[at + 1 :])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--products", type=int, default=48_629)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--encoder", type=Path, help="holds model.onnx and tokenizer.json; exported when not given")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        catalogue = store(Path(folder), given.products)
        if given.encoder is None:
            minilm.export(Path(folder))
        encoder = Encoder(given.encoder or Path(folder))
    began = perf_counter()
    lexical = LexicalIndex.build(lexical_texts(catalogue.table, FIELDS))
    print(f"{len(catalogue):,} products; BM25 index built in {perf_counter() - began:.1f} s")
    generator = np.random.default_rng(0)
    vectors = generator.standard_normal((len(catalogue), 384), dtype=np.float32)
    index = VectorIndex.build(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    manifest = Manifest(
        name="generated",
        created="",
        dataset={},
        split="",
        recipe={},
        encoder={},
        environment={},
        stages=[],
        headline=[],
        notes=[],
    )
    chosen, features = shipped(), QueryFeatures(catalogue, Words.of(catalogue), index.vectors)
    retrievers = Lexical(lexical), Semantic(encoder, index)
    ranked = Ranked(features, chosen.booster, chosen.weight, *retrievers, chosen.words)
    engine = Engine(manifest, Contents(catalogue, None, encoder, lexical, index, index, None, ranked=ranked), [], {})
    understanding = Understanding(catalogue, lexical)
    for name in ("speller", "names"):
        began = perf_counter()
        getattr(understanding, name)
        print(f"{name} made in {(perf_counter() - began) * 1e3:.0f} ms")

    asked = queries(engine, 8 * (given.rounds + 10), seed=0)
    alone, plain, fused, worded, filtered, explained, wrong, counted = (asked[part::8] for part in range(8))
    wrong = [misspelt(query, generator) for query in wrong]
    low, high = np.quantile(catalogue.price, [0.5, 0.51])
    narrow = Filters(price_min=float(low), price_max=float(high))
    mask = narrow.mask(catalogue)
    assert mask is not None
    titles = [title.lower() for title in catalogue.table["title"].to_pylist()]
    counter, found = FacetCounter(catalogue), [lexical.scores(query) > 0 for query in counted]

    best = [catalogue.ids[int(lexical.scores(query).argmax())] for query in explained]

    def substring(query: str) -> None:
        scores = np.array([sum(word in title for word in query.split()) for title in titles])
        np.argsort(-scores)

    works: dict[str, Callable[[int], object]] = {
        "encode the query alone": lambda turn: encoder.encode([alone[turn]]),
        "substring match and sort": lambda turn: substring(alone[turn]),
        "search": lambda turn: engine.search(plain[turn]),
        "search, fused": lambda turn: engine.search(fused[turn], mode="fused"),
        "search by words": lambda turn: engine.search(worded[turn], mode="lexical"),
        "search within 1 %": lambda turn: engine.search(filtered[turn], filters=narrow),
        "explain the best": lambda turn: engine.explain(explained[turn], best[turn]),
        "search, misspelt": lambda turn: engine.search(wrong[turn]),
        "read the query": lambda turn: understanding.read(plain[turn], Filters()),
        "read it, misspelt": lambda turn: understanding.read(wrong[turn], Filters()),
        "facets past retrieval": lambda turn: counter.count(found[turn], narrow),
        "scan of all": lambda turn: index.scores(index.vectors[turn]),
        "nearest of 1 %": lambda turn: index.search(index.vectors[turn], 10, mask),
    }
    show(timed(works, given.rounds))


if __name__ == "__main__":
    main()
