"""Stage `rank search`: the second stage of search, learned from judged queries where there are enough."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from pipeline.data.prepare import Prepared
from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.query_ranking import files
from pipeline.retrieval.query_ranking.blending import EVEN, MIXES, WEIGHTS
from pipeline.retrieval.query_ranking.crossvalidation import RANKERS, CrossValidated, crossvalidate
from pipeline.retrieval.query_ranking.features import QueryFeatures
from pipeline.retrieval.query_ranking.folds import FOLDS, folds_of
from pipeline.retrieval.query_ranking.gathering import gather
from pipeline.retrieval.query_ranking.training import Example
from pipeline.retrieval.query_ranking.words import Words
from pipeline.stages import Progress
from pipeline.work.evaluate import judged_queries

ENOUGH = 20  # judged queries with a gain: fewer cannot tell a ranker that helps from one that does not
MOST = 10_000  # judged queries that are learned from
AT_ONCE = 64  # queries encoded together


@dataclass(frozen=True)
class SearchOutcome:
    """What came of the stage.

    Args:
        kept: Whether the ranker serves.
        why: What it learned from, or why it does not serve; a sentence.
        queries: Judged queries that chose it and its weight; 0 where there were not enough, and the shipped one serves.
        weight: Of the ranker beside the scaled sum.
        words: Share of words in the scaled sum, beside meaning.
        kind: Which one it is: shipped, or how it learned from the dataset's own judgements.
        sum: NDCG@10 of the scaled sum on the judged queries; None where there are not enough.
        ranked: The same of rankers that had not seen them, as chosen in each fold among the others.
        folds: What each fold chose, by the queries of the others: the ranker's kind, its weight, and the share of
            words; [] where there are not enough queries.
    """

    kept: bool
    why: str
    queries: int = 0
    weight: float = 0.0
    words: float = EVEN
    kind: str = "shipped"
    sum: float | None = None
    ranked: float | None = None
    folds: tuple[dict[str, object], ...] = ()


def rank_search(prepared: Prepared, indexed: Path, encoder: Path, seed: int, out: Path, progress: Progress) -> None:
    """Write rankers/search.txt, search.json and words, unless nothing helps; folds/ to measure by; and outcome.json.

    With enough judged queries, cross-validation over queries chooses between the shipped ranker and those that learned
    from them, and how much the chosen one counts. Otherwise the shipped ranker serves with its own weight.
    """
    contents = Contents.load(indexed, encoder)
    words = Words.of(contents.catalogue)
    features = QueryFeatures(contents.catalogue, words, contents.text.vectors)
    chosen = files.shipped()
    examples = _examples(prepared, contents, features, progress)
    outcome = SearchOutcome(
        True,
        "Search is put in order by the shipped ranker, which learned from generated shops: it takes "
        f"{ENOUGH} judged queries of different words to tell anything of this catalogue.",
        weight=chosen.weight,
    )
    if len(examples) >= ENOUGH and len(set(folds_of([each.query for each in examples]))) == FOLDS:
        found = crossvalidate(examples, features.names, chosen.booster, seed, progress.advance)
        chosen = found.served
        outcome = _told(examples, found)
        (out / files.FOLDS).mkdir()
        for number, fold in enumerate(found.folds):
            files.write(fold, out / files.FOLDS, str(number))
    if outcome.kept:
        words.save(_made(out / "rankers" / files.WORDS))
        files.write(chosen, out / "rankers", queries=outcome.queries, folds=outcome.folds)
    (out / "outcome.json").write_text(json.dumps(asdict(outcome), indent=1), "utf-8")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _told(examples: Sequence[Example], found: CrossValidated) -> SearchOutcome:
    """Say what cross-validation chose, and what its choices reach."""
    queries, served = len(examples), found.served
    fold = folds_of([each.query for each in examples])
    cells = [(RANKERS.index(own.kind), MIXES.index(own.words), WEIGHTS.index(own.weight)) for own in found.folds]
    reached = float(np.mean([found.values[place, *cells[own]] for place, own in enumerate(fold)]))
    chosen = tuple({"kind": own.kind, "weight": own.weight, "words": own.words} for own in found.folds)
    plain = float(found.values[:, 0, 0, 0].mean())
    figures = (queries, served.weight, served.words, served.kind, plain, reached, chosen)
    if not served.weight and served.words == EVEN:
        why = f"On {queries:,} judged queries no ranker was clearly better than the scaled sum."
        return SearchOutcome(False, f"Search is not re-ranked. {why}", *figures)
    if not served.weight:
        share = f"words for {100 * served.words:.0f} %"
        told = f"Search is a sum of words and meaning, {share}, as {queries:,} judged queries say."
    elif served.kind == RANKERS[0]:
        told = f"Search is put in order by the shipped ranker, its weight chosen on {queries:,} judged queries."
    else:
        told = f"Search is put in order by a ranker that learned from {queries:,} judged queries ({served.kind})."
    return SearchOutcome(True, told, *figures)


def _examples(prepared: Prepared, contents: Contents, features: QueryFeatures, progress: Progress) -> list[Example]:
    """Return what there is to learn from; of very many queries, those that a hash of chance names."""
    queries = [query for query in judged_queries(prepared) if query.gains.any()]
    if len(queries) < ENOUGH or prepared.judging is None:
        return []
    if len(queries) > MOST:
        kept = np.random.default_rng(0).permutation(len(queries))[:MOST]
        queries = [queries[place] for place in sorted(kept)]
    progress.total(len(queries) + 1 + FOLDS + FOLDS * (FOLDS - 1) // 2)
    asked = [(query.query, query.rows, query.gains) for query in queries]
    scores = _scores(contents, [query.query for query in queries])
    return gather(features, asked, scores, prepared.judging["protocol"], progress.advance)


def _scores(contents: Contents, queries: Sequence[str]) -> Callable[[str], tuple[FloatArray, FloatArray]]:
    """Return what scores each of some queries, whose vectors are made together."""
    vectors: dict[str, FloatArray] = {}
    for start in range(0, len(queries), AT_ONCE):
        batch = queries[start : start + AT_ONCE]
        vectors |= zip(batch, contents.encoder.encode(batch), strict=True)
    return lambda query: (contents.lexical.scores(query), contents.text.scores(vectors[query]))
