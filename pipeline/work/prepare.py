"""Stages `generate` and `prepare`: from a dataset to the canonical tables."""

from __future__ import annotations

from pathlib import Path

from pipeline.data.dataset import Dataset
from pipeline.data.prepare import prepare as prepare_tables
from pipeline.data.sample import generate as generate_sample


def generate(out: Path) -> None:
    """Write the built-in sample: its tables and their description."""
    generate_sample(out)


def prepare(dataset: Dataset, out: Path, max_rejected: float, engine: str = "duckdb") -> None:
    """Write the canonical tables, the rejects and the counts."""
    prepare_tables(dataset, out, max_rejected=max_rejected, engine=engine)
