"""Stage `combine`: what a version knows and what came since, together a dataset like any other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis import _

from pipeline.data import interactions as canonical_interactions
from pipeline.data import products as canonical_products
from pipeline.data.additions import described, source_of
from pipeline.data.duck_engine import DuckEngine
from pipeline.data.rejects import Rejects
from pipeline.data.sources import Split
from pipeline.data.split import PARTS
from pipeline.data.tables import EARLY, PRODUCTS
from pipeline.errors import DatasetError
from pipeline.versions import Version

COUNTS, DESCRIPTION = "combined.json", "dataset.toml"
JUDGEMENTS = "evaluation/judgements.parquet"
INTERACTIONS = pa.schema(
    [
        pa.field("user_id", pa.string()),
        pa.field("product_id", pa.string()),
        pa.field("timestamp", pa.int64()),
        pa.field("rating", pa.float32()),
        pa.field("given", pa.string()),
    ]
)


def combine(version: Version, interactions: Path | None, products: Path | None, limit: float, out: Path) -> None:
    """Write products.parquet, interactions.parquet and judgements, their description, and the rejects of what came.

    A version's products keep their rows and come first, and so do each shopper's interactions: whatever their times
    say, what came is newer than what was known.

    Args:
        version: Neither changed nor read later.
        interactions: A file of new interactions, as `additions.source_of` reads it; None where there is none.
        products: The same of new products; None takes those of a description of the interactions, where it has any.
        limit: The largest share of the new rows of a table that may be rejected, 0..1.
        out: An empty folder.

    Raises:
        DatasetError: A file cannot be read, too many rows are rejected, or times are missing.
    """
    known = pq.read_table(version.path / "products.parquet", columns=PRODUCTS.names).cast(PRODUCTS)
    before = _history(version, known)
    counts: dict[str, Any] = {
        "products": known.num_rows, "interactions": before.num_rows,
        "shoppers": len(pc.unique(before["user_id"])), "known_products": 0, "older": 0,
    }  # fmt: skip
    with DuckEngine.open(out) as engine:
        rejects = Rejects(engine, out, limit)
        if products is None and interactions is not None and described("products", interactions):
            products = interactions
        combined = known
        if products is not None:
            added, counts["known_products"] = _products(engine, products, known, rejects, out)
            combined = pa.concat_tables([known, added])
        came = INTERACTIONS.empty_table()
        if interactions is not None:
            came = _interactions(engine, interactions, version, before, combined, rejects, out)
        rejects.write()
        counts |= {"read": rejects.read, "rejected": rejects.counts()}
    counts["older"] = _older(before, came)
    counts["untimed"] = bool(
        before.num_rows and before["timestamp"].null_count and came["timestamp"].null_count < len(came)
    )
    pq.write_table(combined, out / "products.parquet", compression="zstd")
    tables = {"products": _columns(PRODUCTS.names)}
    if before.num_rows + came.num_rows:
        tables["interactions"] = _write_interactions(before, came, version, out)
    judging = version.manifest.dataset.get("judging")
    if judging and (version.path / JUDGEMENTS).exists():
        judged = pq.read_table(version.path / JUDGEMENTS)
        pq.write_table(judged, out / "judgements.parquet", compression="zstd")
        tables["judgements"] = _columns(judged.column_names) | dict(judging)
    (out / DESCRIPTION).write_text(_description(version, before, tables), "utf-8")
    (out / COUNTS).write_text(json.dumps(counts, indent=1), "utf-8")


def _history(version: Version, products: pa.Table) -> pa.Table:
    """Return the interactions of a version, shopper by shopper, each in order; `given` is the part."""
    path = version.path / "users.parquet"
    if not path.exists():
        return INTERACTIONS.empty_table()
    users = pq.read_table(path)
    columns = {name: users[name] for name in ("user_id", "timestamp", "rating")}
    columns |= {"product_id": products["product_id"].take(users["row"]), "given": users["part"]}
    return pa.table({name: columns[name] for name in INTERACTIONS.names}).cast(INTERACTIONS)


def _products(engine: DuckEngine, path: Path, known: pa.Table, rejects: Rejects, out: Path) -> tuple[pa.Table, int]:
    """Return the products that are new, and how many of the file are known: those stay as they are."""
    source = source_of(engine.connection, "products", path)
    raw = engine.read(Path(), "products", source, rejects)
    checked = canonical_products.from_products(engine, raw, source)
    rejects.add("products", checked, raw, dict(source.columns))
    rejects.check("products")
    good = checked.filter(_.reason.isnull())
    new = good.anti_join(_ids(engine, "published_products", known), "product_id")
    made = out / "added.parquet"
    written = engine.write(new.order_by("row"), PRODUCTS, made)
    added = pq.read_table(made).cast(PRODUCTS)
    made.unlink()
    return added, engine.count(good) - written


def _interactions(
    engine: DuckEngine,
    path: Path,
    version: Version,
    before: pa.Table,
    products: pa.Table,
    rejects: Rejects,
    out: Path,
) -> pa.Table:
    """Return the new interactions that can be used, oldest first."""
    source = source_of(engine.connection, "interactions", path)
    split = version.manifest.split
    if split == "given" and "split" not in source.columns:
        raise DatasetError(
            f'The parts of version "{version.manifest.name}" were given, and {path.name} has no column split.',
            f"Add one that says {', '.join(PARTS)} of each row.",
        )
    timed = before.num_rows > before["timestamp"].null_count
    if timed and "timestamp" not in source.columns:
        raise DatasetError(
            f'Version "{version.manifest.name}" knows when its interactions happened, and {path.name} does not say it.',
            "Add a column timestamp, in milliseconds since 1970.",
        )
    raw = engine.read(Path(), "interactions", source, rejects)
    known = _ids(engine, "known_products", products)
    checked = canonical_interactions.check(engine, raw, source, Split(split), known)
    rejects.add("interactions", checked, raw, dict(source.columns))
    rejects.check("interactions")
    first = "order" if "position" in source.columns else "timestamp" if "timestamp" in source.columns else "row"
    made = out / "came.parquet"
    good = checked.filter(_.reason.isnull()).mutate(given=_.given.cast("string"))
    engine.write(good.order_by([first, "row"]), INTERACTIONS, made)
    came = pq.read_table(made).cast(INTERACTIONS)
    made.unlink()
    latest, newest = (pc.max(each["timestamp"]).as_py() for each in (came, before))
    if latest is not None and latest < EARLY and newest is not None and newest >= EARLY:
        raise DatasetError(
            f"By the times in {path.name}, nothing in it happened after 1973: they are no milliseconds.",
            'Give milliseconds since 1970, or a description (TOML) with timestamp_unit = "s".',
        )
    return came


def _ids(engine: DuckEngine, name: str, products: pa.Table) -> Any:
    """Return a table of product ids in the database."""
    engine.connection.from_arrow(products.select(["product_id"])).create(name)
    return ibis.table({"product_id": "string"}, name=name)


def _older(before: pa.Table, came: pa.Table) -> int:
    """Return how many interactions came that are older than the newest that was known of their shopper."""
    newest = before.group_by("user_id").aggregate([("timestamp", "max")])
    both = came.select(["user_id", "timestamp"]).join(newest, "user_id", join_type="inner")
    return int(pc.sum(pc.less(both["timestamp"], both["timestamp_max"])).as_py() or 0)


def _write_interactions(before: pa.Table, came: pa.Table, version: Version, out: Path) -> dict[str, Any]:
    """Write the interactions, and return what their description says."""
    both = pa.concat_tables([before, came])
    # Of one shopper, a higher number is a later interaction; the numbers of different shoppers are never compared.
    both = both.append_column("position", pa.array(np.arange(both.num_rows)))
    kept = ["user_id", "product_id", "rating", "position"]
    # A time is known of all interactions or counts for none: so canonical tables are.
    if not both["timestamp"].null_count:
        kept.append("timestamp")
    both = both.rename_columns([{"given": "split"}.get(name, name) for name in both.column_names])
    if version.manifest.split == "given":
        kept.append("split")
    pq.write_table(both.select(kept), out / "interactions.parquet", compression="zstd")
    return _columns(kept) | {"timestamp_unit": "ms"}


def _columns(names: list[str]) -> dict[str, Any]:
    return {"columns": {name: name for name in names}}


def _description(version: Version, before: pa.Table, tables: dict[str, dict[str, Any]]) -> str:
    """Return the description of the combined dataset; JSON's texts, numbers and booleans are TOML's too."""
    dataset = version.manifest.dataset
    lines = [f"name = {json.dumps(dataset['name'])}", f"generated = {json.dumps(bool(dataset.get('generated')))}"]
    for name, said in tables.items():
        columns = ", ".join(f"{key} = {json.dumps(value)}" for key, value in said.pop("columns").items())
        lines += [f"[{name}]", f'path = "{name}.parquet"', f"columns = {{ {columns} }}"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in said.items()]
    lines += ["[reading]", 'rejects = "rejects.parquet"', "[split]", f"kind = {json.dumps(version.manifest.split)}"]
    if version.manifest.split == "time":
        lines.append(f"fractions = {json.dumps(_fractions(before))}")
    return "\n".join(lines) + "\n"


def _fractions(before: pa.Table) -> list[float]:
    """Return the shares of the parts: a manifest does not keep those that were asked for."""
    sizes = [int(pc.sum(pc.equal(before["given"], part)).as_py() or 0) for part in PARTS]
    shares = [round(size / max(sum(sizes), 1), 9) for size in sizes[1:]]
    return [1 - sum(shares), *shares]
