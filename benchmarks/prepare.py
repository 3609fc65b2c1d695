"""How long preparing takes and how much memory, as the data grows: generated reviews as gzipped JSONL.

    python -m benchmarks.prepare --scratch FOLDER > benchmarks/PREPARE.md

The files have the layout of Amazon Reviews 2023 (48,629 products, 180,000 shoppers, a long tail of popularity, one
review in fifty a repeat). Each size is prepared in a fresh process, whose peak memory the kernel tells (VmHWM), and
its files are deleted before the next. Processor time stands beside the clock: other work on the machine slows the one
and not the other.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np

PRODUCTS, SHOPPERS = 48_629, 180_000
DESCRIPTION = """name = "reviews"
generated = true
[products]
path = "meta.jsonl.gz"
columns = { product_id = "parent_asin", title = "title", brand = "store", category = "categories", price = "price" }
[interactions]
path = "reviews.jsonl.gz"
columns = { user_id = "user_id", product_id = "parent_asin", timestamp = "timestamp", rating = "rating" }
timestamp_unit = "ms"
"""
META = """
SELECT 'B' || lpad(product::VARCHAR, 9, '0') AS parent_asin, 'Brand ' || (chance(product, 1) % 3000) AS store,
    'Product ' || product || ' of ' || pick(said, product, 2) AS title, 'Electronics' AS main_category,
    ['Electronics', 'Group ' || (product % 20), 'Shelf ' || (product % 300)] AS categories,
    CASE WHEN product % 3 > 0 THEN round(5 + chance(product, 3) % 50000 / 100, 2) END AS price
FROM range({products}) AS numbers (product), words
"""
# Cubes of uniform numbers make a long tail: the most popular product has nearly 3 % of the reviews.
REVIEWS = """
SELECT (1 + chance(review, 1) % 5)::DOUBLE AS rating, pick(said, review, 2) AS title,
    pick(said, review, 3) || '. ' || pick(said, review, 4) || ', "'
    || pick(said, review, 5) || '" ' || pick(said, review, 6) AS text,
    'B' || lpad((product + 7)::VARCHAR, 9, '0') AS asin, 'B' || lpad(product::VARCHAR, 9, '0') AS parent_asin,
    'A' || upper(md5(shopper::VARCHAR)[:27]) AS user_id,
    1300000000000 + chance(review, 7) % 390000000000 AS timestamp,
    chance(review, 8) % 10 AS helpful_vote, review % 4 > 0 AS verified_purchase
FROM (
    SELECT review, floor({products} * pow(chance(review, 9) / 18446744073709551616, 3))::BIGINT AS product,
        floor({shoppers} * pow(chance(review, 10) / 18446744073709551616, 1.5))::BIGINT AS shopper
    FROM (SELECT CASE WHEN nth % 50 = 49 THEN nth - 1 ELSE nth END AS review FROM range({reviews}) AS numbers (nth))
), words
"""


def generate(folder: Path, reviews: int) -> Path:
    """Stream reviews, products and their description below `folder`; return the description's path."""
    rng = np.random.default_rng(7)
    letters = np.array([*"aaeeiioourstnlmdk"])
    words = ["".join(rng.choice(letters, rng.integers(2, 9))) for _ in range(400)]
    said = [" ".join(rng.choice(words, 8)) for _ in range(2000)]
    with duckdb.connect(config={"memory_limit": "1GB", "temp_directory": str(folder)}) as connection:
        connection.execute("CREATE TABLE words AS SELECT ?::VARCHAR[] AS said", [said])
        connection.execute("CREATE MACRO chance(row, seed) AS hash(16 * row + seed)")
        connection.execute("CREATE MACRO pick(list, row, seed) AS list[1 + (chance(row, seed) % len(list))::BIGINT]")
        for name, sql in (("meta", META), ("reviews", REVIEWS)):
            query = sql.format(products=PRODUCTS, shoppers=SHOPPERS, reviews=reviews)
            connection.execute(f"COPY ({query}) TO '{folder}/{name}.jsonl.gz' (FORMAT json, COMPRESSION gzip)")
    path = folder / "dataset.toml"
    path.write_text(DESCRIPTION, "utf-8")
    return path


def measure(description: Path) -> dict[str, float]:
    """Prepare in this process; return seconds by the clock and of the processors, peak memory, and rows."""
    from pipeline.data.dataset import Dataset
    from pipeline.data.prepare import prepare

    with TemporaryDirectory(dir=description.parent) as out:
        clock, processor = time.perf_counter(), time.process_time()
        counts = prepare(Dataset.load(description), Path(out)).counts
        found = {"seconds": time.perf_counter() - clock, "processor": time.process_time() - processor}
    status = Path("/proc/self/status").read_text("utf-8")
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return {**found, "peak": peak / 1e6 * 1.024, "interactions": counts["interactions"], "repeats": counts["repeats"]}


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """Return the slope of log time over log size by least squares: 1 is linear."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure preparing at size.")
    parser.add_argument("--scratch", type=Path, required=True, help="an existing folder for the generated files")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000, 3_000_000, 10_000_000])
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure)))
        return
    rows = []
    for size in given.sizes:
        with TemporaryDirectory(dir=given.scratch) as folder:
            description = generate(Path(folder), size)
            megabytes = sum(path.stat().st_size for path in Path(folder).glob("*.gz")) / 1e6
            command = [sys.executable, "-m", "benchmarks.prepare", "--scratch", folder, "--measure", str(description)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            rows.append((size, megabytes, json.loads(done.stdout.splitlines()[-1])))
            print(f"{size:,} done", file=sys.stderr)
    print(report(rows))


def report(rows: list[tuple[int, float, dict[str, float]]]) -> str:
    """Return the measurements as Markdown."""
    lines = [
        "# Preparing at size",
        "",
        f"`python -m benchmarks.prepare`, {os.cpu_count()} cores, Python {platform.python_version()}, DuckDB "
        f"{duckdb.__version__}; generated reviews as gzipped JSONL, a fresh process for each size.",
        "",
        "| reviews | gzipped | kept | time | per million | processor | peak memory |",
        "|---|---|---|---|---|---|---|",
    ]
    for size, megabytes, found in rows:
        lines.append(
            f"| {size:,} | {megabytes:,.0f} MB | {found['interactions']:,.0f} | {found['seconds']:.1f} s | "
            f"{found['seconds'] / size * 1e6:.1f} s | {found['processor']:.1f} s | {found['peak']:.2f} GB |"
        )
    if len(rows) > 1:
        sizes = [size for size, _, _ in rows]
        for name, what in (("seconds", "time"), ("processor", "processor time")):
            power = exponent(sizes, [found[name] for _, _, found in rows])
            lines += ["", f"{what.capitalize()} grows as the size to the power of {power:.2f} (1 is linear)."]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
