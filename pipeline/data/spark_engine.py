"""Spark as the engine that prepares data: this machine's, or a cluster's where the program was submitted to one.

Every worker must see the files of the dataset, and the driver's output folder, under the same paths.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from py4j.protocol import Py4JError
from pyspark import SparkConf
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from pipeline.data import duck, files, tabular
from pipeline.data.duck_engine import DuckEngine
from pipeline.data.rejects import Rejects
from pipeline.data.sources import Source
from pipeline.data.spark_files import SparkFiles, name_of, uri
from pipeline.data.tables import REJECTS
from pipeline.errors import DatasetError

LOCAL = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.maxPlanStringLength": "1000",
}  # where no cluster is given


def session() -> SparkSession:
    """Return a session that runs Ibis expressions as DuckDB does: times in UTC, nulls kept in JSON.

    It is of the cluster that `spark-submit` gave, or of this machine, and leaves other sessions' settings alone.

    Raises:
        DatasetError: Java is missing.
    """
    try:
        builder = SparkSession.builder.appName("product-search-explorer")
        if not SparkConf().contains("spark.master"):
            builder = builder.master("local[*]")
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # else whatever python3 comes first
            for key, value in LOCAL.items():
                builder = builder.config(key, value)
        opened = builder.getOrCreate().newSession()
    except (PySparkException, FileNotFoundError, OSError):
        raise DatasetError("Spark does not start.", "Install Java 17, or prepare with duckdb.") from None
    ibis.pyspark.connect(opened)  # also makes Ibis know what its Spark compiler needs
    opened.sparkContext.setLogLevel("ERROR")
    opened.conf.set("spark.sql.jsonGenerator.ignoreNullFields", "false")
    return opened


def _cause(error: Exception) -> str:
    """Return the innermost reason that Java gives, without the class of its exception."""
    reasons = [line for line in str(error).splitlines() if line.startswith("Caused by: ")]
    return re.sub(r"^(Caused by: )?([\w.$]+: )*", "", (reasons or str(error).splitlines())[-1 if reasons else 0])


class SparkEngine:
    """See `engine.Engine`.

    Args:
        session: From `session`.
        scratch: A folder, which every worker sees, for the tables.
    """

    def __init__(self, session: SparkSession, scratch: Path) -> None:
        self.session = session
        self.scratch = scratch
        self.held: dict[str, list[Path]] = {}

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[SparkEngine]:
        """Open a session with a scratch folder below `folder`; both are given back at the end."""
        with TemporaryDirectory(prefix=".spark-", dir=folder) as scratch:
            engine = cls(session(), Path(scratch))
            try:
                yield engine
            finally:
                for name in list(engine.held):
                    engine.drop(name)

    def read(self, folder: Path, name: str, source: Source, rejects: Any) -> Any:
        """Read Parquet and JSONL on the workers; CSV on the driver, by DuckDB: its lines cannot be read apart."""
        found = files.find(folder, source.path)
        if files.kind(found[0]) == "csv":
            return self._read_here(folder, name, source, rejects)
        reader = SparkFiles(self.session, name, source)
        try:
            rows, bad, read = reader.read(found)
        except (PySparkException, Py4JError) as error:
            raise files.unreadable(folder / source.path, _cause(error)) from None
        if bad is not None:
            self._add("rejects", bad)
        if not read:
            raise DatasetError(f'"{source.path}" ({name}) has no rows.', "Put the table there, or correct the path.")
        rejects.read[name] = read
        self._hold(f"raw_{name}", rows)
        types = {key: "array<string>" if key == "category" else "string" for key in source.columns}
        return ibis.table({"row": "int64", **types}, name=f"raw_{name}")

    def _read_here(self, folder: Path, name: str, source: Source, rejects: Any) -> Any:
        with duck.connect(self.scratch) as connection:
            own = Rejects(DuckEngine(connection), self.scratch, 1)
            table = tabular.read(connection, folder, name, source, own)
            raw, bad = self.scratch / f"{name}.parquet", self.scratch / f"{name}-bad.parquet"
            duck.write(connection, table, table.schema().to_pyarrow(), raw)
            if duck.write(connection, own.table, REJECTS, bad):
                self._add("rejects", self.session.read.parquet(uri(bad)))
        rejects.read[name] = own.read[name]
        self._hold(f"raw_{name}", self.session.read.parquet(uri(raw)))
        return table

    def empty(self, name: str, schema: pa.Schema) -> Any:
        self._hold(name, self.session.createDataFrame(schema.empty_table()))
        return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)

    def hold(self, name: str, path: Path, schema: pa.Schema) -> Any:
        try:
            self._hold(name, self.session.read.parquet(uri(path)))
        except (PySparkException, Py4JError) as error:
            raise files.unreadable(path, _cause(error)) from None
        return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)

    def create(self, name: str, expression: Any) -> Any:
        self._hold(name, self._run(expression))
        return ibis.table(expression.schema(), name=name)

    def drop(self, name: str) -> None:
        self.session.catalog.dropTempView(name)
        for folder in self.held.pop(name):
            shutil.rmtree(folder)

    def append(self, name: str, expression: Any) -> None:
        self._add(name, self._run(expression))

    def rows(self, expression: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._run(expression).collect()]

    def count(self, expression: Any) -> int:
        return int(self.rows(expression.agg(rows=expression.count()))[0][0])

    def write(self, expression: Any, schema: pa.Schema, path: Path) -> int:
        """Let the workers write parts in the order of the expression, and make one file of them, part by part."""
        parts = self.scratch / f"{path.stem}-parts"
        self._run(expression.select(*schema.names)).write.mode("overwrite").parquet(uri(parts))
        written = 0
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for part in sorted(parts.glob("part-*.parquet")):
                for batch in pq.ParquetFile(part).iter_batches(duck.BATCH):
                    writer.write_table(pa.Table.from_batches([batch]).cast(schema))
                    written += batch.num_rows
        return written

    def _run(self, expression: Any) -> DataFrame:
        # Each step a query of its own: made into one, they repeat each other's expressions, and plans become huge.
        fused, ibis.options.sql.fuse_selects = ibis.options.sql.fuse_selects, False
        try:
            return self.session.sql(str(ibis.to_sql(expression, dialect="pyspark", pretty=False)))
        finally:
            ibis.options.sql.fuse_selects = fused

    def _hold(self, name: str, frame: DataFrame) -> None:
        """Keep a table on disk: were it kept by its plan, each plan would hold those of all tables before it."""
        self.held[name] = []
        self._add(name, frame)

    def _add(self, name: str, frame: DataFrame) -> None:
        # An empty list has no type of its own; here lists are of texts.
        frame = frame.selectExpr(
            *(
                f"CAST({name_of(column)} AS ARRAY<STRING>) AS {name_of(column)}"
                if kind == "array<void>"
                else name_of(column)
                for column, kind in frame.dtypes
            )
        )
        folder = self.scratch / f"{name}-{len(self.held[name])}"
        frame.write.parquet(uri(folder))
        self.held[name].append(folder)
        kept = self.session.read.schema(frame.schema).parquet(*map(uri, self.held[name]))
        kept.createOrReplaceTempView(name)
