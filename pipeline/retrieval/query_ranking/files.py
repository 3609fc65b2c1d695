"""A search ranker on disk: in a version, and the one that is shipped."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline import stored
from pipeline.retrieval.boosters import read_booster
from pipeline.retrieval.candidates import FloatArray, Retriever
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.query_ranking.blending import EVEN
from pipeline.retrieval.query_ranking.crossvalidation import Chosen
from pipeline.retrieval.query_ranking.features import QueryFeatures
from pipeline.retrieval.query_ranking.ranker import Ranked
from pipeline.retrieval.query_ranking.words import Words

HERE = Path(__file__).parent
SHIPPED = HERE / "default.txt"
BOOSTER, WORDS = "search.txt", "words"
FOLDS = "folds"  # where the rankers lie that figures are computed with


def shipped() -> Chosen:
    """Return the ranker that needs no judgements: learned from generated shops, by `make_default`."""
    return read(SHIPPED.parent, SHIPPED.stem)


def read(folder: Path, name: str = "search") -> Chosen:
    """Return the ranker that lies in a folder as <name>.txt (LightGBM's text format) and <name>.json.

    Raises:
        OSError, ValueError, KeyError, TypeError, AttributeError: A file is missing or damaged.
    """
    said = stored.said(folder / f"{name}.json")
    weight, words = float(said["weight"]), float(said.get("words", EVEN))
    if not (0 <= weight <= 1 and 0 <= words <= 1):
        raise ValueError("the weights of a search ranker are no shares")
    return Chosen(read_booster(folder / f"{name}.txt"), weight, str(said["kind"]), words)


def write(chosen: Chosen, folder: Path, name: str = "search", **more: object) -> None:
    """Write <name>.txt and <name>.json, with whatever else is to be said of it."""
    chosen.booster.save_model(folder / f"{name}.txt")
    said = {"weight": chosen.weight, "kind": chosen.kind, "words": chosen.words, **more}
    (folder / f"{name}.json").write_text(json.dumps(said, indent=1), "utf-8")


def load(
    folder: Path, catalogue: Catalogue, vectors: FloatArray, words: Retriever, meaning: Retriever
) -> Ranked | None:
    """Return the ranker of a version, None where it has none.

    Args:
        folder: Its `rankers`.
        catalogue: Its products.
        vectors: float32 [n, d], its text vectors.
        words: BM25.
        meaning: Cosine of text vectors.

    Raises:
        ValueError: The files are of other products or other features.
    """
    if not (folder / BOOSTER).exists():
        return None
    chosen = read(folder)
    features = QueryFeatures(catalogue, Words.load(folder / WORDS, len(catalogue)), vectors)
    return Ranked(features, chosen.booster, chosen.weight, words, meaning, chosen.words)
