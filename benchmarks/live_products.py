"""What it costs to add a product to a version that serves, and to search over it.

    python -m benchmarks.live_products [--version PATH | --products N --encoder FOLDER] [--rounds N] [--held N ...]

Without a version the store is the one of `benchmarks.search_latency`: generated, with random text vectors, a search
ranker and no towers. Added products are its own under other ids. Times are milliseconds of the processor, median and
95th percentile, all from one run: a machine that does other things changes them little.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np

from benchmarks.latency import queries
from benchmarks.search_latency import FIELDS, store
from pipeline.manifest import Manifest
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.drafts.draft import Draft
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.live.journal import Journal
from pipeline.retrieval.live.store import LiveProducts, _record
from pipeline.retrieval.query_ranking.features import QueryFeatures
from pipeline.retrieval.query_ranking.files import shipped
from pipeline.retrieval.query_ranking.ranker import Ranked
from pipeline.retrieval.query_ranking.words import Words
from pipeline.retrieval.retrievers import Lexical, Semantic
from pipeline.retrieval.vectors import VectorIndex
from pipeline.text.encoder import Encoder
from pipeline.text.lexical import LexicalIndex
from pipeline.text.product_text import lexical_texts


def generated(folder: Path, products: int, encoder: Encoder) -> Engine:
    """Return an engine over a generated store."""
    catalogue = store(folder, products)
    lexical = LexicalIndex.build(lexical_texts(catalogue.table, FIELDS))
    vectors = np.random.default_rng(0).standard_normal((len(catalogue), 384), dtype=np.float32)
    index = VectorIndex.build(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    manifest = Manifest("generated", "", {}, "", {}, {}, {}, [], [], checksum="generated")
    chosen, features = shipped(), QueryFeatures(catalogue, Words.of(catalogue), index.vectors)
    ranked = Ranked(features, chosen.booster, chosen.weight, Lexical(lexical), Semantic(encoder, index), chosen.words)
    return Engine(manifest, Contents(catalogue, None, encoder, lexical, index, index, None, ranked=ranked), [], {})


def drafts(engine: Engine, n: int) -> list[Draft]:
    """Return n drafts of a catalogue's own products, each with a word of its own."""
    generator, found = np.random.default_rng(1), []
    for number, row in enumerate(generator.integers(len(engine.catalogue), size=n).tolist()):
        own = engine.catalogue.product(row)
        said = (own.description or "")[:5000]
        found.append(Draft(f"{own.title[:480]} nr{number}", (own.brand or "")[:100], own.category, own.price, said))
    return found


def milliseconds(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return (process_time() - began) * 1e3


def show(name: str, works: Iterable[Callable[[], object]]) -> None:
    """Print median and 95th percentile of some works."""
    taken = [milliseconds(work) for work in works]
    print(f"{name:44}{np.median(taken):9.1f}{np.quantile(taken, 0.95):9.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--version", type=Path)
    parser.add_argument("--products", type=int, default=48_629)
    parser.add_argument("--encoder", type=Path, help="holds model.onnx and tokenizer.json")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--held", type=int, nargs="*", default=[0, 1000])
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        if given.version:
            published = Engine.open(given.version)
        else:
            published = generated(Path(folder), given.products, Encoder(given.encoder))
            published._understanding.warm_up()
            published.recommend(history=published.catalogue.ids[:1])
        print(f"{published.name}: {len(published.catalogue):,} products\n{'':44}{'p50 ms':>9}{'p95 ms':>9}")
        for held in given.held:
            measure(published, Path(folder) / f"{held}.jsonl", given.rounds, held)


def measure(published: Engine, path: Path, rounds: int, held: int) -> None:
    """Print what additions and searches cost with so many products held before."""
    fill(path, published, held)
    products, own = LiveProducts(published, Journal(path)), drafts(published, rounds + 1)
    show(f"opened with {held:,} held", [products.engine])
    show("  first addition", [partial(products.put, "first", own[-1])])
    show("  addition", [partial(products.put, f"new-{number}", own[number]) for number in range(rounds)])
    show("    of that: encode", [partial(published.drafts.text, [each]) for each in own])
    record, aside = _record(own[0], published.text_vectors[0], ""), Journal(path.with_suffix(".aside"))
    show("    of that: write and force to disk", [partial(aside.put, "a", record)] * rounds)
    show("  replacement", [partial(products.put, "new-0", own[number]) for number in range(5)])
    show("  removal", [partial(products.remove, f"new-{number}") for number in range(5, 10)])
    live, asked = products.engine(), queries(published, 2 * rounds, seed=2)
    basket = published.catalogue.ids[:3]
    show("  search, published", [partial(published.search, each) for each in asked[:rounds]])
    show("  search, with added", [partial(live.search, each) for each in asked[rounds:]])
    show("  recommend, published", [partial(published.recommend, history=basket)] * rounds)
    show("  recommend, with added", [partial(live.recommend, history=basket)] * rounds)


def fill(path: Path, published: Engine, n: int) -> None:
    """Write a journal of n products, with vectors that are near some of the catalogue's."""
    journal = Journal(path)
    for number, draft in enumerate(drafts(published, n)):
        vector = published.text_vectors[number % len(published.text_vectors)]
        journal.put(f"held-{number}", _record(draft, vector, published.manifest.checksum))


if __name__ == "__main__":
    main()
