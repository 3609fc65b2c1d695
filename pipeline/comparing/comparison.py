"""A comparison of published versions: everything that is tested, corrected together, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.comparing.findings import EVERYONE, Finding, corrected, of_metrics
from pipeline.comparing.kept import Figure, Kept, aligned, pooled, read
from pipeline.comparing.query_slices import Queries, by_products, by_words
from pipeline.comparing.sliced import Sides, families, of_queries, of_slices
from pipeline.comparing.verdict import Verdict, verdict
from pipeline.errors import InvalidRequest
from pipeline.evaluation.answers import Answers
from pipeline.evaluation.judgements import Judgements
from pipeline.evaluation.kept import answers_of
from pipeline.evaluation.slices import Slice
from pipeline.manifest import Manifest
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.contents import train_statistics
from pipeline.retrieval.shoppers import PARTS, Shoppers

WHO = {"recommend": "shoppers", "search": "queries"}
DECIDES: Figure = ("ndcg", 10)  # the figure that decides where no one says otherwise

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Member:
    """A version, or several of different seeds, on one task.

    Args:
        kept: A value per shopper or query.
        ids: The shoppers who were asked, in the order of the answers.
        answers: Of each training: whom and what was asked, and the ranks; none of search, or where no ranks are kept.
    """

    kept: Kept
    ids: tuple[str, ...] = ()
    answers: tuple[Answers, ...] = ()


@dataclass(frozen=True)
class Ground:
    """What the versions of one dataset and split share.

    Args:
        catalogue: The products.
        shoppers: None where there are none.
        slices: Of the held-out products, as in `sliced.families`.
        queries: By slice, as in `query_slices.by_products`.
    """

    catalogue: Catalogue
    shoppers: Shoppers | None
    slices: Sequence[Slice] = ()
    queries: Mapping[str, Queries] = field(default_factory=dict)


@dataclass(frozen=True)
class Comparison:
    """One version against the baseline.

    Args:
        metrics: A test per figure over everyone, corrected.
        slices: A test per slice of the figure that decides, corrected over both.
        verdict: What to do, and why.
    """

    metrics: list[Finding]
    slices: list[Finding]
    verdict: Verdict = field(repr=False)


def member(folders: Mapping[str, Path], seeds: Sequence[int], task: str, name: str = "") -> Member:
    """Read a version, or several to pool.

    Args:
        folders: Their folders by name.
        seeds: The seed of each.
        task: recommend or search.
        name: What to call several together.

    Raises:
        VersionBroken: One keeps no values of the task.
    """
    kept = [read(folder, own, task, seed) for (own, folder), seed in zip(folders.items(), seeds, strict=True)]
    whole = kept[0] if len(kept) == 1 else pooled(name, kept)
    if task == "search":
        return Member(whole)
    found = [_answers(folder, each.system) for folder, each in zip(folders.values(), kept, strict=True)]
    known = [each for each in found if each is not None]
    if len(known) < len(found) or any(ids != known[0][0] for ids, _ in known):
        return Member(whole)
    return Member(whole, tuple(known[0][0]), tuple(answers for _, answers in known))


def _answers(folder: Path, system: str) -> tuple[list[str], Answers] | None:
    """Return who was asked and the ranks of one system, None where the version keeps none."""
    ranks, users = folder / "evaluation" / "ranks.parquet", folder / "users.parquet"
    if not ranks.exists() or not users.exists():
        return None
    table = pq.read_table(ranks, filters=pc.field("system") == system)
    n_products = pq.read_metadata(folder / "products.parquet").num_rows
    return answers_of(table, Shoppers(pq.read_table(users)), n_products) if table.num_rows else None


def ground(
    folder: Path, manifest: Manifest, baseline: Member, segments: Mapping[str, Sequence[str]] | None = None
) -> Ground:
    """Read what the versions of a dataset and split share, from the baseline's files.

    Args:
        folder: The baseline's.
        manifest: Its manifest.
        baseline: As `member` returns it.
        segments: Product ids of the saved segments, by name.
    """
    products, users = pq.read_table(folder / "products.parquet"), folder / "users.parquet"
    shoppers = Shoppers(pq.read_table(users)) if users.exists() else None
    catalogue = Catalogue(products, *train_statistics(shoppers, products.num_rows))
    masks = {name: np.isin(catalogue.ids, list(ids)) for name, ids in (segments or {}).items()}
    if baseline.kept.task == "search":
        judgements = Judgements.load(folder, manifest, catalogue.ids)
        return Ground(catalogue, shoppers, (), by_products(judgements.queries if judgements else (), catalogue, masks))
    if shoppers is None or not baseline.answers:
        return Ground(catalogue, shoppers)
    train = shoppers.parts == PARTS.index("train")
    trained = np.bincount(shoppers.owners()[train], minlength=len(shoppers))
    return Ground(catalogue, shoppers, families(baseline.answers[0], catalogue, trained, masks))


def compare(baseline: Member, version: Member, shared: Ground, figure: Figure = DECIDES) -> Comparison:
    """Test a version against the baseline on every metric and slice, corrected over all of them.

    Args:
        baseline: What the version is compared with.
        version: On the same task, of the same dataset and split.
        shared: What both share.
        figure: The one that decides, and that slices are tested by.

    Raises:
        InvalidRequest: They share no shopper or query, or one lacks the figure.
    """
    first, second = aligned([baseline.kept, version.kept])
    metrics = of_metrics(first, second)
    if figure not in [each.figure for each in metrics]:
        raise InvalidRequest(f"Not every version was measured by {figure[0]}@{figure[1]}.", "Choose another metric.")
    if first.task == "search":
        values = first.values[figure], second.values[figure]
        slices = of_queries(_of_queries(first.ids, shared), *values, figure)
    else:
        slices = of_slices(shared.slices, _sides(baseline, version), figure) if same_ranks(baseline, version) else []
    tests = corrected([*metrics, *slices])
    everyone = [each for each in tests if each.slice == EVERYONE]
    return Comparison(
        everyone,
        [each for each in tests if each.slice != EVERYONE],
        verdict(tests, figure, WHO[first.task]),
    )


def _of_queries(queries: Sequence[str], shared: Ground) -> dict[str, Mask]:
    held = {name: np.array([query in own for query in queries], bool) for name, own in shared.queries.items()}
    return by_words(queries) | held


def same_ranks(baseline: Member, version: Member) -> bool:
    """Return whether both keep ranks of the same held-out products, as slices need."""
    if not baseline.answers or not version.answers or baseline.ids != version.ids:
        return False
    targets = baseline.answers[0].targets
    return all(np.array_equal(targets, each.targets) for each in (*baseline.answers, *version.answers))


def _sides(baseline: Member, version: Member) -> Sides:
    return Sides(*([each.ranks[own.kept.system] for each in own.answers] for own in (baseline, version)))
