"""The report of the search benchmark: Markdown, every figure computed from the versions' files."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.bench.markdown import NONE, interval, number, table
from pipeline.bench.report import header
from pipeline.bench.runs import Outcome
from pipeline.bench.search_results import FIGURES, SYSTEMS, SearchResult, Taken, Tested, paired_tests
from pipeline.bench.search_timing import MOST
from pipeline.bench.sections import made_table
from pipeline.evaluation.compare import PERMUTATIONS

READING = f"""\
- **Protocol**: a dataset says whether the whole catalogue is ranked for a query (open: what was not judged gains
  nothing) or only the query's judged products (judged). Queries without any gain are left out. Ties count against the
  better product.
- **Systems**: chance (exact), bm25 (words), minilm (meaning), towers (the item tower, which learned from interactions,
  fed with the query as text only), rrf (bm25 and minilm, by reciprocal ranks), sum (both, by scaled scores), ranked (a
  learned order, blended with sum). Nothing but ranked learned from judgements; – stands for what a version lacks.
- **Ranked is cross-validated by query**: each fifth of the queries is answered by a ranker that learned from the other
  four, its kind, its weight and the share of words in the sum chosen among these four. Queries of the same words share
  a fold. The shipped ranker, one of the kinds, learned from generated shops only. What a version serves learned from
  all queries.
- **Intervals** are 95 %, by the bootstrap over queries. **Paired tests**: Fisher's randomisation over queries,
  {PERMUTATIONS:,} sign flips; p cannot be lower than 1/{PERMUTATIONS + 1:,}. "p, Holm" is corrected over all rows of
  its table. Better, same and worse count queries.
- **Zero results**: share of queries for which a system finds nothing. **Unjudged in ten**: share of the first ten
  products that no one has judged; the higher, the less is known of a system.
- **Latency**: the version's default search for its own judged queries, {MOST} at most, evenly spaced, one after the
  other, none asked before; wall time on this machine, whatever else it was doing."""


def search_document(outcomes: Sequence[Outcome[SearchResult]], command: str, notes: Sequence[str] = ()) -> str:
    """Return the report.

    Args:
        outcomes: What came of every run.
        command: What was typed.
        notes: What a reader should know of how the versions were made.
    """
    parts = ["# Search, measured", header(outcomes, command, notes), READING]
    if missing := [f"- {each.trial.name}: failed. {each.error}" for each in outcomes if each.error]:
        parts += ["## Not measured", "\n".join(missing)]
    results = [each.result for each in outcomes if each.result]
    if results:
        parts += ["## At a glance", _glance(results)]
    parts += [_section(result) for result in results]
    return "\n\n".join(parts) + "\n"


def _glance(results: Sequence[SearchResult]) -> str:
    """Return NDCG@10 of every system by version."""
    rows = []
    for system in SYSTEMS:
        means = [result.interval(system, "ndcg@10") if system in result.values else None for result in results]
        rows.append([system, *(number(mean and mean[0]) for mean in means)])
    return table(["NDCG@10", *(_named(result) for result in results)], rows)


def _named(result: SearchResult) -> str:
    return f"{result.manifest.dataset['name']}, {result.manifest.recipe['name']}"


def _section(result: SearchResult) -> str:
    manifest = result.manifest
    mark = "**Generated data: a demonstration, no measure of quality.** " if manifest.dataset["generated"] else ""
    served = "no learned order serves"
    if result.weight is not None:
        served = f"weight of the ranker served {result.weight:g}, share of words in the sum {result.words:g}"
    said = [
        f"{mark}{manifest.dataset['products']:,} products, {manifest.dataset['judgements']:,} judgements; "
        f"{len(result.queries):,} queries with a gain; {served}. "
        f"Fingerprint `{str(manifest.dataset['fingerprint'])[:12]}`.",
        *(f"Note: {note}" for note in manifest.notes),
        *([] if "towers" in result.values else ["System towers is not measured: this version has no towers."]),
    ]
    latency = ["### Latency", _latency(result.taken)] if result.taken else []
    return "\n\n".join(
        [
            f"## Dataset {_named(result)}",
            *said,
            "### Systems",
            _systems(result),
            "### Paired tests",
            _tests(paired_tests(result)),
            *latency,
            "### Version",
            made_table([manifest], [None]),
        ]
    )


def _systems(result: SearchResult) -> str:
    """Return every figure of every system; NDCG@10 and MRR@10 with their intervals."""
    columns = ["system"]
    for heading in FIGURES.values():
        columns += [heading, "95 % interval"]
    rows = []
    for system in result.values:
        row = [system]
        for figure in FIGURES:
            found = result.interval(system, figure)
            row += [NONE, NONE] if found is None else [number(found[0]), _interval(system, *found[1:])]
        rows.append(row)
    return table(columns, rows)


def _latency(found: Sequence[Taken]) -> str:
    rows = [[each.step, number(each.p50, 1), number(each.p95, 1)] for each in found]
    return table(["step", "p50 ms", "p95 ms"], rows)


def _interval(system: str, low: float, high: float) -> str:
    return "exact" if system == "chance" else interval(low, high)


def _tests(found: Sequence[Tested]) -> str:
    columns = ["first", "second", "figure", "difference", "95 % interval", "p", "p, Holm", "better", "same", "worse"]
    rows = [
        [
            each.first,
            each.second,
            FIGURES[each.figure],
            f"{each.found.difference:+.4f}",
            f"{each.found.low:+.4f} to {each.found.high:+.4f}",
            number(each.found.p),
            number(each.holm),
            *(f"{count:,}" for count in (each.found.wins, each.found.ties, each.found.losses)),
        ]
        for each in found
    ]
    return table(columns, rows, left=3)
