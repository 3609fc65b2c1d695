"""Stage `tune`: the baselines' parameters. They depend on interactions and text alone: recipes share them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from pipeline.data.lots import tuning_user
from pipeline.evaluation.protocol import evaluable
from pipeline.evaluation.tuning import tuned
from pipeline.retrieval.retrievers import Text
from pipeline.retrieval.shoppers import Shoppers
from pipeline.retrieval.vectors import VectorIndex
from pipeline.work.tables import shopper_table

BASELINES = "baselines.json"


def tune(prepared: Path, encoded: Path, out: Path) -> None:
    """Write baselines.json: what was chosen for each baseline, by system and parameter; none without interactions."""
    if not (prepared / "interactions.parquet").exists():
        return
    shoppers = Shoppers(shopper_table(prepared))
    n_products = pq.read_metadata(prepared / "products.parquet").num_rows
    text = Text(VectorIndex.build(np.load(encoded / "text_vectors.npy", allow_pickle=False)))
    chosen = tuned(shoppers, text, n_products, evaluable(shoppers, "valid", tuning_user(shoppers.ids)))
    (out / BASELINES).write_text(json.dumps(chosen, indent=1), "utf-8")
