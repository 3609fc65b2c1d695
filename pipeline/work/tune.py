"""Stage `tune`: the baselines' parameters. They depend on the interactions alone, so every recipe shares them."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq

from pipeline.data.split import tuning_user
from pipeline.evaluation.protocol import evaluable
from pipeline.evaluation.tuning import tuned
from pipeline.retrieval.shoppers import Shoppers
from pipeline.work.tables import shopper_table

BASELINES = "baselines.json"


def tune(prepared: Path, out: Path) -> None:
    """Write baselines.json: what was chosen for each baseline, by system and parameter; none without interactions."""
    if not (prepared / "interactions.parquet").exists():
        return
    shoppers = Shoppers(shopper_table(prepared))
    n_products = pq.read_metadata(prepared / "products.parquet").num_rows
    chosen = tuned(shoppers, n_products, evaluable(shoppers, "valid", tuning_user(shoppers.ids)))
    (out / BASELINES).write_text(json.dumps(chosen, indent=1), "utf-8")
