"""Stage `rank`: the second stage of recommendations, learned from validation."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from itertools import compress
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
import pyarrow.parquet as pq

from pipeline.data.lots import tuning_user
from pipeline.metrics import ndcg, pad, target_ranks
from pipeline.retrieval.candidates import FloatArray, Retriever
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.reranking.evidence import Evidence
from pipeline.retrieval.reranking.features import Features
from pipeline.retrieval.reranking.neighbours import Table
from pipeline.retrieval.reranking.ranker import Reranked
from pipeline.retrieval.reranking.training import Examples, fit, request_before
from pipeline.retrieval.retrievers import Towers
from pipeline.retrieval.shoppers import PARTS, Shoppers
from pipeline.stages import Progress
from pipeline.towers.features import ItemFeatures

LEARNED_FROM, TUNED_ON = 20_000, 5_000  # shoppers at most
FEWEST = 50  # shoppers whose next product is a candidate: fewer teach too little to be trusted


@dataclass(frozen=True)
class Outcome:
    """What came of the stage.

    Args:
        kept: Whether the re-ranker serves.
        why: A sentence when it does not.
        learned_from: Shoppers whose held-out product was among their candidates.
        candidates: Share of the tuning shoppers whose held-out product was among their candidates.
        towers: Validation NDCG@10 of the towers alone, on the tuning shoppers.
        reranked: The same of the re-ranker.
        trees: Of the booster.
    """

    kept: bool
    why: str = ""
    learned_from: int = 0
    candidates: float = 0.0
    towers: float = 0.0
    reranked: float = 0.0
    trees: int = 0


def rank(prepared: Path, indexed: Path, encoder: Path, split: str, seed: int, out: Path, progress: Progress) -> None:
    """Write rankers/recommend.txt and what it counts in rankers/evidence, if one can be learned; and outcome.json.

    It learns from the validation targets of 80 % of the shoppers and stops by those of the other 20 %; test is not
    read. On a split by time the evidence at test is as old as the validation window is long, and products have come
    since: half of the examples are therefore made with evidence that is older by that much.
    """
    contents = Contents.load(indexed, encoder)
    outcome = Outcome(kept=False, why="The version has no towers to re-rank.")
    if contents.shoppers and contents.user_tower:
        outcome = _learn(contents, prepared, indexed, split, seed, out, progress)
    (out / "outcome.json").write_text(json.dumps(asdict(outcome), indent=1), "utf-8")


def _learn(
    contents: Contents, prepared: Path, indexed: Path, split: str, seed: int, out: Path, progress: Progress
) -> Outcome:
    shoppers = contents.shoppers
    assert shoppers is not None
    generator = np.random.default_rng(seed)
    tuning = tuning_user(shoppers.ids)
    held = [i for i in range(len(shoppers)) if len(shoppers.within(i, "valid")) and len(shoppers.before(i, "valid"))]
    learners = generator.permutation([i for i in held if not tuning[i]])[:LEARNED_FROM]
    tuners = generator.permutation([i for i in held if tuning[i]])[:TUNED_ON]
    worlds = [_features(contents)]
    if split == "time" and shoppers.times is not None:
        until = _earlier(shoppers.times, shoppers.parts)
        worlds.append(_features_before(until, contents, prepared, indexed, worlds[0].evidence.counts["alike"]))
    progress.total(len(worlds) * (len(learners) + len(tuners)) + len(tuners))
    learning, stopping = [], []
    for world in worlds:
        learning.append(Examples.gather(world, shoppers, learners, generator, progress.advance))
        stopping.append(Examples.gather(world, shoppers, tuners, None, progress.advance))
    enough = [
        min(len(first.sizes), len(second.sizes)) >= FEWEST for first, second in zip(learning, stopping, strict=True)
    ]
    learned, stopped = (Examples.joined(list(compress(each, [True, *enough[1:]]))) for each in (learning, stopping))
    share, taught = len(stopped.sizes) / max(stopped.asked, 1), len(learning[0].sizes)
    if not enough[0]:
        return Outcome(False, "Too few shoppers have a held-out product among their candidates.", taught, share)
    booster = fit(learned, stopped, worlds[0].names, seed)
    assert contents.user_tower is not None
    systems = Towers(contents.items, contents.user_tower), Reranked(worlds[0], booster)
    before, after = (_quality(system, shoppers, tuners) for system in systems)
    progress.advance(len(tuners), f"NDCG@10 {before:.4f} -> {after:.4f}")
    found = (taught, share, before, after, booster.num_trees())
    if after <= before:
        why = f"On validation it reached NDCG@10 {after:.4f}, not more than the towers alone, {before:.4f}."
        return Outcome(False, why, *found)
    (out / "rankers" / "evidence").mkdir(parents=True)
    worlds[0].evidence.save(out / "rankers" / "evidence")
    booster.save_model(out / "rankers" / "recommend.txt")
    return Outcome(True, "", *found)


def _features(contents: Contents) -> Features:
    """Return the features with evidence of all train interactions."""
    assert contents.shoppers is not None
    assert contents.user_tower is not None
    counted = contents.shoppers.parts == PARTS.index("train")
    evidence = Evidence.of(contents.shoppers, counted, contents.text.vectors)
    return Features.of(contents.catalogue, evidence, contents.text.vectors, contents.items.vectors, contents.user_tower)


def _features_before(until: int, contents: Contents, prepared: Path, indexed: Path, alike: Table) -> Features:
    """Return the features with evidence of the train interactions before a moment (ms)."""
    shoppers = contents.shoppers
    assert shoppers is not None
    assert shoppers.times is not None
    assert contents.user_tower is not None
    counted = (shoppers.parts == PARTS.index("train")) & (shoppers.times < until)
    # Towers that were carried over from an earlier version learned from none of what came since: theirs are as old.
    carried = contents.item_tower is not None and contents.item_tower.products is not None
    vectors = contents.items.vectors if carried else _as_of(contents, prepared, indexed, shoppers.rows[counted])
    evidence = Evidence.of(shoppers, counted, contents.text.vectors, alike)
    return Features.of(contents.catalogue, evidence, contents.text.vectors, vectors, contents.user_tower)


def _earlier(times: npt.NDArray[np.int64], parts: npt.NDArray[np.int8]) -> int:
    """Return the moment (ms) as long before the validation window as that window begins before the test window.

    Never so early that nothing was counted by then.
    """
    train, valid, test = (times[parts == PARTS.index(part)].min() for part in PARTS)
    return int(max(valid - (test - valid), train + 1))


def _as_of(contents: Contents, prepared: Path, indexed: Path, known: np.ndarray) -> FloatArray:
    """Return the item vectors in which only the products in `known` have an id; the others are placed without."""
    features = ItemFeatures.of(pq.read_table(prepared / "products.parquet"), contents.text.vectors, known)
    session = onnxruntime.InferenceSession(indexed / "towers" / "item.onnx", providers=["CPUExecutionProvider"])
    (vectors,) = session.run(None, dict(features.inputs()))
    return np.asarray(vectors, dtype=np.float32)


def _quality(system: Retriever, shoppers: Shoppers, chosen: np.ndarray) -> float:
    """Return the validation NDCG@10 of a system on some shoppers, by full ranking."""
    ranks = []
    for index in chosen:
        request = request_before(shoppers, index, "valid")
        ranks.append(target_ranks(system.scores(request), shoppers.within(index, "valid"), request.history))
    return float(ndcg(pad(ranks), 10).mean())
