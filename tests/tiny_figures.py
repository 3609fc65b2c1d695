"""The figures of tiny versions, as the files of an evaluation hold them: made up, so that tests know them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def metrics(towers: bool) -> list[dict[str, object]]:
    """Return rows as `evaluation/metrics.json` holds them."""
    rows: list[dict[str, object]] = []
    strength = {"chance": 0.02, "popularity": 0.11, "item-knn": 0.2} | (
        {"towers": 0.3123} if towers else {"text": 0.15}
    )
    for task, systems in (
        ("recommend", strength),
        ("search", {"chance": 0.01, "bm25": 0.41, "minilm": 0.38, "rrf": 0.46, "sum": 0.47}),
    ):
        for system, base in systems.items():
            for metric, factor in (("recall", 1.0), ("ndcg", 0.6), ("mrr", 0.5)):
                for place, k in enumerate((5, 10, 20)):
                    value = base * factor * (1 + 0.25 * place)
                    rows.append(
                        {
                            "task": task,
                            "split": "leave-one-out" if task == "recommend" else "queries",
                            "slice": "all",
                            "system": system,
                            "metric": metric,
                            "k": k,
                            "value": value,
                            "low": max(value - 0.01, 0.0),
                            "high": value + 0.01,
                            "n": 1234 if task == "recommend" else 56,
                        }
                    )
    return rows + (details() if towers else [])


def headline(towers: bool) -> list[dict[str, object]]:
    """Return the rows that a manifest keeps to be shown in lists."""
    return [row for row in metrics(towers) if (row["slice"], row["metric"], row["k"]) == ("all", "ndcg", 10)]


SLICES = {"products: cold (0)": (0.2, 400), "products: warm (1+)": (1.2, 900), "category: Photo & <b>": (0.8, 300)}
PER_SHOPPER = {"chance": (0, 0, 0, 0), "item-knn": (0.5, 0.5, 0, 0.25), "towers": (1, 0.5, 0.25, 0)}


def details() -> list[dict[str, object]]:
    """Return the rows of slices, of figures beyond accuracy and of the replaced protocol."""

    def row(slice_: str, system: str, metric: str, k: int | None, value: float, n: int) -> dict[str, object]:
        wide = 0.0 if system == "chance" else 0.02
        place = {"task": "recommend", "split": "leave-one-out", "slice": slice_, "system": system}
        return {**place, "metric": metric, "k": k, "value": value, "low": value - wide, "high": value + wide, "n": n}

    rows = []
    for system, base in {"chance": 0.02, "item-knn": 0.2, "towers": 0.3123}.items():
        for name, (factor, n) in SLICES.items():
            rows += [row(name, system, metric, 10, base * factor, n) for metric in ("recall", "ndcg")]
        rows += [row("all", system, metric, 10, base + 0.5, 1234) for metric in ("coverage", "calibration")]
        rows += [row("all", system, "auc", None, base + 0.48, 1234), row("all", system, "sampled_hit", 10, 0.196, 1234)]
    return rows


def write_per_user(path: Path, users: Collection[str]) -> None:
    """Write a value of NDCG@10 for each shopper and system."""
    columns = [
        (user, system, float(value))
        for system, values in PER_SHOPPER.items()
        for user, value in zip(users, values, strict=True)
    ]
    owners, systems, values = zip(*columns, strict=True)
    pq.write_table(pa.table({"user_id": owners, "system": systems, "ndcg@10": pa.array(values, pa.float32())}), path)


SHOWN = {"C1": 3, "H1": 2, "S2": 2, "U1": 1}  # in how many shoppers' lists; the others are in none
HELD_OUT, FOUND = {"C3": 1, "S2": 1, "C1": 1}, {"S2": 1, "C1": 1}


RANKS = {"towers": {"ann": 1, "bob": 4, "cem": 12}, "item-knn": {"ann": 11, "bob": 2, "cem": 2}}


def write_ranks(path: Path, ids: Sequence[str], histories: Mapping[str, Sequence[str]]) -> None:
    """Write the rank of each held-out product: of the last one of a history that is long enough."""
    rows = [
        {"user_id": user, "system": system, "row": ids.index(histories[user][-1]), "rank": rank}
        for system, ranks in RANKS.items()
        for user, rank in ranks.items()
    ]
    pq.write_table(pa.Table.from_pylist(rows), path)


def write_exposure(path: Path, ids: Sequence[str]) -> None:
    """Write how often each product is shown and found; chance shows each once."""
    counts = {"chance": (dict.fromkeys(ids, 1), {}), "towers": (SHOWN, FOUND)}
    rows = [
        {
            "system": system,
            "product_id": each,
            "shown": shown.get(each, 0),
            "held_out": HELD_OUT.get(each, 0),
            "found": found.get(each, 0) if found else None,
        }
        for system, (shown, found) in counts.items()
        for each in ids
    ]
    pq.write_table(pa.Table.from_pylist(rows), path)
