"""Which engine prepares: DuckDB, or Spark where it is installed."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from pipeline.data.duck_engine import DuckEngine
from pipeline.data.engine import Engine
from pipeline.errors import DatasetError, nearest

ENGINES = ("duckdb", "spark")


def open_engine(name: str, folder: Path) -> AbstractContextManager[Engine]:
    """Open an engine that may keep what it needs below `folder`.

    Raises:
        DatasetError: There is no such engine, or it is not installed.
    """
    if name == "duckdb":
        return DuckEngine.open(folder)
    if name != "spark":
        raise DatasetError(f'There is no engine "{name}".', f"Choose {' or '.join(ENGINES)}.{nearest(name, ENGINES)}")
    try:
        from pipeline.data.spark_engine import SparkEngine
    except ImportError:
        raise DatasetError(
            "Spark is not installed.", "pip install -r requirements-spark.txt, and Java 17; or prepare with duckdb."
        ) from None
    return SparkEngine.open(folder)
