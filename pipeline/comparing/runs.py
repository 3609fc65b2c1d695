"""Runs of other engines: their answers, measured as a version's are, so that they can be compared with it.

A run lies in `artifacts/runs/<name>/` and looks like a version without a model: a manifest with sums, the values per
shopper or query in `evaluation/`, the lists in `run.parquet`. It is measured once, on the held-out products or
judgements of a version, and needs that version no more.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.comparing.trec import RunFile, read_run
from pipeline.errors import InvalidRequest, VersionExists
from pipeline.evaluation.judgements import JUDGEMENTS, Judgements
from pipeline.evaluation.protocol import measured_shoppers
from pipeline.evaluation.queries import SEARCHED, UNLISTED, values_of_list
from pipeline.evaluation.rows import per_unit, values_of
from pipeline.manifest import Manifest
from pipeline.metrics import pad
from pipeline.retrieval.shoppers import Shoppers
from pipeline.versions import VersionStore

SYSTEM = "run"  # what the values of a run are called, as those of a version are "towers" or "ranked"
LISTS = "run.parquet"
NO_ENCODER = {"id": "none", "files": {}}


class RunStore(VersionStore):
    """The imported runs below an artifacts folder."""

    def __init__(self, artifacts: Path) -> None:
        super().__init__(artifacts)
        self.root = artifacts / "runs"


@dataclass(frozen=True)
class Imported:
    """What came of an import.

    Args:
        manifest: The run's.
        measured: Shoppers or queries that were measured.
        unanswered: Of these, those the run says nothing of: they count as answered by an empty list.
        unknown: What the run answers but the version does not measure: left out.
        repeated: Lines that name a product again: left out.
    """

    manifest: Manifest
    measured: int
    unanswered: int
    unknown: int
    repeated: int = 0


def is_run(manifest: Manifest) -> bool:
    """Return whether a manifest is an imported run's."""
    return manifest.encoder.get("id") == NO_ENCODER["id"]


def find(store: VersionStore, name: str) -> tuple[Path, Manifest]:
    """Return the folder and manifest of a version or, where none has that name, of a run.

    Raises:
        VersionNotFound: Neither is there.
        VersionBroken: Its manifest cannot be read.
    """
    runs = RunStore(store.artifacts)
    chosen = runs if name not in store.names() and name in runs.names() else store
    return chosen.path(name), chosen.manifest(name)


def manifests(store: VersionStore) -> list[Manifest]:
    """Return the manifests of the runs that can be read, oldest first; a version of the same name hides a run."""
    taken = store.names()
    found = [each for each in RunStore(store.artifacts).list() if isinstance(each, Manifest) and each.name not in taken]
    return sorted(found, key=lambda each: each.created)


def import_run(
    store: VersionStore,
    file: Path,
    name: str,
    version: str,
    task: str,
    topics: Path | None = None,
    *,
    replace: bool = False,
) -> Imported:
    """Measure a run file on what a version was measured on, and keep it.

    Products that the catalogue lacks keep their ranks and are worth nothing; products of a shopper's own history are
    taken out, as they are for every version.

    Args:
        store: The published versions.
        file: The run (see `trec.read_run`).
        name: What to call it.
        version: The version whose held-out products or judgements it is measured on.
        task: recommend (the run answers shoppers) or search (it answers queries).
        topics: Texts of the queries, where the run names them by id.
        replace: Whether a run of that name gives way.

    Raises:
        InvalidRequest: The file is no run, answers nothing that can be measured, or the version cannot measure it.
        VersionExists: The name is taken.
        VersionNotFound: There is no such version.
    """
    if task not in ("recommend", "search"):
        raise InvalidRequest(f'"{task[:40]}" is no task.', "Use recommend or search.")
    if name in store.names():
        raise VersionExists(f'A version "{name}" is published.', "Choose another name for the run.")
    runs = RunStore(store.artifacts)
    runs.require_free(name, replace=replace)
    folder, manifest = store.path(version), store.manifest(version)
    said = read_run(file, topics)
    staged = runs.staging(name)
    (staged / "evaluation").mkdir()
    try:
        measure = _shoppers if task == "recommend" else _queries
        measured, answered = measure(folder, manifest, said, staged)
        asked = list(said.lists)
        table = {
            "asked": pa.array(
                np.repeat(np.array(asked, object), [len(said.lists[each]) for each in asked]), pa.string()
            ),
            "product_id": pa.array([product for each in asked for product in said.lists[each]], pa.string()),
            "score": pa.array([score for each in asked for score in said.scores[each]], pa.float64()),
        }
        pq.write_table(pa.table(table), staged / LISTS)
        made = Manifest(
            name=name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            dataset=manifest.dataset,
            split=manifest.split,
            recipe={"name": "imported run", "file": file.name, "task": task},
            encoder=NO_ENCODER,
            environment={},
            stages=[],
            headline=[],
            notes=[f"{said.repeated} repeated lines were left out."] if said.repeated else [],
        )
        kept = runs.publish(staged, made, replace=replace)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return Imported(kept.manifest, measured, measured - answered, len(asked) - answered, said.repeated)


def lists(folder: Path, asked: str) -> list[tuple[str, float]]:
    """Return product ids and scores that a run lists for a query or shopper, best first; none where it says nothing."""
    table = pq.read_table(folder / LISTS, filters=pc.field("asked") == asked)
    return list(zip(table["product_id"].to_pylist(), table["score"].to_pylist(), strict=True))


def _shoppers(folder: Path, manifest: Manifest, said: RunFile, staged: Path) -> tuple[int, int]:
    """Write values and ranks per shopper; return how many were measured, and how many of them the run answers."""
    if not (folder / "users.parquet").exists():
        raise InvalidRequest(f'Version "{manifest.name}" knows no shoppers.', "Name one with interactions.")
    for file in ("users.parquet", "products.parquet"):  # slices are made of them
        shutil.copyfile(folder / file, staged / file)
    shoppers = Shoppers(pq.read_table(staged / "users.parquet"))
    products = pq.read_table(staged / "products.parquet", columns=["product_id"])["product_id"].to_pylist()
    row_of = {product: row for row, product in enumerate(products)}
    chosen = measured_shoppers(shoppers, "test", len(products))
    ids = [shoppers.ids[index] for index in chosen]
    answered = _some(sum(user in said.lists for user in ids))
    targets, ranks = [], []
    for index, user in zip(chosen, ids, strict=True):
        own = {products[row] for row in shoppers.before(index, "test")}
        held = shoppers.within(index, "test")
        wanted = {products[row] for row in held}
        # A product bought again is held out and in the history; it may be found, as it may by a version.
        listed = [each for each in said.lists.get(user, ()) if each not in own or each in wanted]
        place = {row_of[each]: rank for rank, each in enumerate(listed, start=1) if each in row_of}
        targets.append(held)
        ranks.append(np.array([place.get(int(row), UNLISTED) for row in held], np.int64))
    padded = pad(ranks)
    pq.write_table(per_unit("user_id", ids, {SYSTEM: values_of(padded)}), staged / "evaluation" / "per_user.parquet")
    counts = [len(each) for each in targets]
    table = {
        "user_id": pa.array(np.repeat(np.array(ids, object), counts), pa.string()).dictionary_encode(),
        "system": pa.repeat(SYSTEM, sum(counts)),
        "row": pa.array(np.concatenate(targets).astype(np.int32)),
        "rank": pa.array(np.concatenate(ranks)),
    }
    pq.write_table(pa.table(table), staged / "evaluation" / "ranks.parquet")
    return len(ids), answered


def _queries(folder: Path, manifest: Manifest, said: RunFile, staged: Path) -> tuple[int, int]:
    """Write values per judged query; return how many were measured, and how many of them the run answers."""
    for file in ("products.parquet", f"evaluation/{JUDGEMENTS}"):  # slices are made of them
        if (folder / file).exists():
            shutil.copyfile(folder / file, staged / file)
    products = pq.read_table(folder / "products.parquet", columns=["product_id"])["product_id"].to_pylist()
    judgements = Judgements.load(folder, manifest, products)
    if judgements is None:
        raise InvalidRequest(f'Version "{manifest.name}" has no judgements.', "Name one whose dataset has some.")
    row_of = {product: row for row, product in enumerate(products)}
    kept = [each for each in judgements.queries if each.gains.any()]
    by_text = {" ".join(asked.split()): own for asked, own in said.lists.items()}
    found = [by_text.get(" ".join(each.query.split()), []) for each in kept]
    answered = _some(sum(map(bool, found)))
    values = []
    for judged, listed in zip(kept, found, strict=True):
        gain_of = dict(zip(judged.rows.tolist(), judged.gains.tolist(), strict=True))
        rows = [row_of.get(each, -1) for each in listed]
        if judgements.protocol == "judged":  # only what was judged may be returned
            rows = [row for row in rows if row in gain_of]
        gains = np.array([gain_of.get(row, 0.0) for row in rows])
        seen: npt.NDArray[np.bool_] = np.array([row in gain_of for row in rows[:10]], bool)
        values.append(values_of_list(gains, judged.gains, seen, complete=judgements.protocol == "judged"))
    table = per_unit("query", [each.query for each in kept], {SYSTEM: np.stack(values)}, SEARCHED)
    pq.write_table(table, staged / "evaluation" / "per_query.parquet")
    return len(kept), answered


def _some(answered: int) -> int:
    if not answered:
        raise InvalidRequest(
            "The run answers nothing that the version was measured on.",
            "Its first column must hold the version's shopper ids or judged queries.",
        )
    return answered
