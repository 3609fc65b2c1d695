"""From a described dataset to the canonical tables, with an account of every row that was left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ibis import _

from pipeline.data import interactions, judgements, products, spellings, split
from pipeline.data.dataset import Dataset
from pipeline.data.engine import Engine
from pipeline.data.engines import open_engine
from pipeline.data.rejects import Rejects
from pipeline.data.tables import INTERACTIONS, JUDGEMENTS
from pipeline.errors import DatasetError

FILE = "prepared.json"


@dataclass(frozen=True)
class Prepared:
    """The canonical tables in a folder: products, interactions and judgements (where described), and rejects.

    Args:
        folder: Where `products.parquet` and the others lie.
        counts: products, interactions, shoppers, judgements, queries; parts {part: interactions}; read {table: rows};
            rejected {table: {reason: rows}}; repeats (interactions) and repeated_judgements that were left out;
            emptied {table.column: values that could not be read}; shortened {table.column: values that were cut};
            where blocks of features are described, missing {table.column: products without}; where there are any,
            duplicates (those among the repeats that are alike in every column); where there are any,
            respelled and placeholders {table.column: products}: see `spellings.normalised`; where one is asked for,
            k_core, with what it left out: see `kcore.core`.
        split: kind and fractions.
        judging: protocol, gain and min_grade; None without judgements.
    """

    folder: Path
    counts: Mapping[str, Any]
    split: Mapping[str, Any]
    judging: Mapping[str, Any] | None = None

    @classmethod
    def load(cls, folder: Path) -> Prepared:
        """Open what `prepare` wrote.

        Raises:
            DatasetError: It is missing or damaged.
        """
        try:
            return cls(folder=folder, **json.loads((folder / FILE).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            raise DatasetError(f"{folder} holds no prepared dataset.", "Prepare it again.") from None


def prepare(dataset: Dataset, out: Path, *, max_rejected: float = 0.05, engine: str = "duckdb") -> Prepared:
    """Write the canonical tables of a dataset.

    Args:
        dataset: The description.
        out: An empty folder; gets products.parquet, interactions.parquet and judgements.parquet where described,
            rejects.parquet and, last, prepared.json.
        max_rejected: The largest share of a table's rows that may be rejected, 0..1.
        engine: duckdb (this machine, bounded memory) or spark (optional); both give the same tables.

    Returns:
        Where the tables lie, and the counts.

    Raises:
        DatasetError: There is no such engine or it is not installed, a file or column is missing, too many rows are
            rejected (`rejects.parquet` then tells which), a table is left empty, or the split leaves a part empty.
    """
    if not 0 <= max_rejected <= 1:
        raise DatasetError(
            f"The share of rows that may be rejected must lie in 0..1, not {max_rejected:g}.",
            "For five per cent write --max-rejected 0.05.",
        )
    with open_engine(engine, out) as opened:
        counts = _Preparation(opened, dataset, out, max_rejected).run()
    described = dataset.judgements
    prepared = Prepared(
        out,
        counts,
        {"kind": dataset.split.kind, "fractions": list(dataset.split.fractions)},
        {"protocol": described.protocol, "gain": described.gain, "min_grade": described.min_grade}
        if described
        else None,
    )
    fields = {"counts": counts, "split": prepared.split, "judging": prepared.judging}
    (out / FILE).write_text(json.dumps(fields, indent=1), "utf-8")
    return prepared


def summary(counts: Mapping[str, Any]) -> list[str]:
    """Return what was read, kept and left out according to `Prepared.counts`, one line for each table and reason."""
    lines = []
    for name, read in counts["read"].items():
        reasons = counts["rejected"][name]
        lines.append(f"{name}: {counts[name]:,} from {read:,} rows, {sum(reasons.values()):,} rejected")
        lines += [f"  rejected, {reason}: {rows:,}" for reason, rows in reasons.items()]
    for what, repeats in (("interactions", counts["repeats"]), ("judgements", counts["repeated_judgements"])):
        if repeats:
            lines.append(f"repeated {what}, left out: {repeats:,}")
    if duplicates := counts.get("duplicates"):
        lines.append(f"  of them alike in every column: {duplicates:,}")
    if core := counts.get("k_core"):
        lines.append(
            f"{core['k']}-core, left out in {core['rounds']:,} rounds: {core['interactions']:,} interactions, "
            f"{core['shoppers']:,} shoppers; products that lost all theirs, and stay as cold ones: {core['products']:,}"
        )
    lines += [f"{column}, unreadable and left empty: {rows:,}" for column, rows in counts["emptied"].items()]
    lines += [f"{column}, cut to their first characters: {rows:,}" for column, rows in counts["shortened"].items()]
    for what, said in (
        ("respelled", "another spelling is more frequent"),
        ("placeholders", "a placeholder, left empty"),
    ):
        lines += [f"{column}, {said}: {rows:,}" for column, rows in counts.get(what, {}).items()]
    lines += [f"{column}, missing and read as zeros: {rows:,}" for column, rows in counts.get("missing", {}).items()]
    return lines


class _Preparation:
    """One run of `prepare`: the tables in their order, and the counts as they come."""

    def __init__(self, engine: Engine, dataset: Dataset, out: Path, max_rejected: float) -> None:
        self.engine = engine
        self.dataset = dataset
        self.out = out
        self.rejects = Rejects(engine, out, max_rejected)
        self.counts: dict[str, Any] = {
            "products": 0, "interactions": 0, "shoppers": 0, "judgements": 0, "queries": 0, "parts": {},
            "repeats": 0, "repeated_judgements": 0, "emptied": {}, "shortened": {},
        }  # fmt: skip

    def run(self) -> dict[str, Any]:
        dataset = self.dataset
        merged = None
        if dataset.products is None:
            merged = self.read("interactions")
        known = self.products(merged)
        if dataset.interactions is not None:
            self.interactions(self.read("interactions") if merged is None else merged, known)
        if dataset.judgements is not None:
            self.judgements(self.read("judgements"), known)
        self.rejects.write()
        return self.counts | {"read": self.rejects.read, "rejected": self.rejects.counts()}

    def products(self, merged: Any) -> Any:
        """Write the products; return the good rows."""
        source = self.dataset.products or self.dataset.interactions
        assert source is not None  # a description without either is refused
        if merged is None:
            raw = self.read("products")
            checked = products.from_products(self.engine, raw, source)
        else:
            raw = merged
            checked = products.from_interactions(self.engine, raw, source)
            self.rejects.read = {"products": self.count(checked)} | self.rejects.read
        self.rejects.add("products", checked, raw, dict(source.columns))
        self.check("products", checked)
        good, spelled = spellings.normalised(self.engine, checked.filter(_.reason.isnull()))
        self.counts |= spelled
        self.counts["products"] = self.write("products", good.order_by("row"), products.schema(source))
        for column in products.features(source):
            if rows := self.count(good.filter(_[column].isnull())):
                self.counts.setdefault("missing", {})[f"products.{column}"] = rows
        for kind, flag, column in (
            ("emptied", "no_price", "price"),
            ("emptied", "no_released", "released"),
            ("shortened", "shortened", "title"),
        ):
            if rows := self.count(good.filter(_[flag])):
                self.counts[kind][f"products.{column}"] = rows
        return good

    def interactions(self, raw: Any, known: Any) -> None:
        source, kind = self.dataset.interactions, self.dataset.split
        assert source is not None
        checked = interactions.check(self.engine, raw, source, kind, known)
        self.rejects.add("interactions", checked, raw, dict(source.columns))
        self.check("interactions", checked)
        kept, left_out = interactions.without_repeats(self.engine, checked, source)
        divided = split.assign(self.engine, kept, kind)
        self.counts["parts"] = split.counts(self.engine, divided, kind)
        self.counts["interactions"] = self.write("interactions", divided.order_by("user_id", "position"), INTERACTIONS)
        self.counts["shoppers"] = self.engine.rows(divided.agg(users=_.user_id.nunique()))[0][0]
        repeats = self.count(checked.filter(_.reason.isnull())) - self.counts["interactions"]
        if left_out:
            repeats -= left_out["interactions"]
            self.counts["k_core"] = left_out
        if repeats and (duplicates := interactions.duplicates(self.engine, checked, kept)):
            self.counts["duplicates"] = duplicates
        if self.dataset.reading:
            self.rejects.read["interactions"] += self.dataset.reading.repeats
            repeats += self.dataset.reading.repeats
        self.counts["repeats"] = repeats

    def judgements(self, raw: Any, known: Any) -> None:
        source = self.dataset.judgements
        assert source is not None
        checked = judgements.check(self.engine, raw, source, known)
        self.rejects.add("judgements", checked, raw, dict(source.columns))
        self.check("judgements", checked)
        kept = judgements.without_repeats(self.engine, checked)
        self.counts["judgements"] = self.write("judgements", kept.order_by("row"), JUDGEMENTS)
        self.counts["queries"] = self.engine.rows(kept.agg(queries=_.query.nunique()))[0][0]
        self.counts["grades"] = list(self.engine.rows(kept.agg(low=_.grade.min(), high=_.grade.max()))[0])
        self.counts["repeated_judgements"] = self.count(checked.filter(_.reason.isnull())) - self.counts["judgements"]

    def read(self, name: str) -> Any:
        source = self.dataset.tables[name]
        table = self.engine.read(self.dataset.folder, name, source, self.rejects)
        if reading := self.dataset.reading:
            self.rejects.take(name, self.dataset.folder / reading.rejects)
        return table

    def check(self, name: str, checked: Any) -> None:
        """Stop when too many rows of a table are rejected, or all are."""
        self.rejects.check(name)
        if not self.count(checked.filter(_.reason.isnull())):
            self.rejects.write()
            raise DatasetError(
                f"Not one row of {name} can be used.", f"The reasons are in {self.out / 'rejects.parquet'}."
            )

    def count(self, table: Any) -> int:
        return self.engine.count(table)

    def write(self, name: str, table: Any, schema: Any) -> int:
        return self.engine.write(table, schema, self.out / f"{name}.parquet")
