"""Stage `encode`: product texts to vectors, and the encoder to the place where versions find it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from pipeline.data.tables import PRODUCTS
from pipeline.durable import sync
from pipeline.manifest import sha256, sums
from pipeline.quiet import quiet
from pipeline.recipe import TextRecipe
from pipeline.stages import Progress
from pipeline.text import batch, minilm
from pipeline.text.product_text import vector_texts


def encode(prepared: Path, text: TextRecipe, artifacts: Path, out: Path, progress: Progress) -> None:
    """Write text_vectors.npy and encoder.json, and the encoder itself to `artifacts/encoders/<id>/`.

    Vectors are kept in `artifacts/text_vectors/<id>/`, for later runs and other datasets with the same texts.
    """
    exported = out / "encoder"
    exported.mkdir()
    with quiet():
        minilm.export(exported, text.model)
    encoder: dict[str, Any] = {"id": sha256(exported / "model.onnx"), "files": sums(exported)}
    (out / "encoder.json").write_text(json.dumps(encoder), "utf-8")
    home = encoder_of(out, artifacts)
    if not encoder_holds(out, artifacts):  # absent, or damaged since an earlier run wrote it
        sync(exported)
        home.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(home, ignore_errors=True)
        exported.rename(home)
    shutil.rmtree(exported, ignore_errors=True)
    texts = vector_texts(pq.read_table(prepared / "products.parquet", columns=PRODUCTS.names), text.fields)
    progress.total(len(texts))
    encoded = batch.encode(texts, home, artifacts / "text_vectors" / encoder["id"], progress.advance)
    np.save(out / "text_vectors.npy", encoded.vectors, allow_pickle=False)
    encoder |= {"precision": encoded.precision}
    if encoded.why:
        encoder["note"] = f"Text vectors were made in float32: {encoded.why}"
    (out / "encoder.json").write_text(json.dumps(encoder), "utf-8")


def encoder_of(encoded: Path, artifacts: Path) -> Path:
    """Return the folder of the encoder that made the vectors in `encoded`."""
    return artifacts / "encoders" / str(json.loads((encoded / "encoder.json").read_text("utf-8"))["id"])


def encoder_holds(encoded: Path, artifacts: Path) -> bool:
    """Return whether that folder still holds what was written there."""
    files = json.loads((encoded / "encoder.json").read_text("utf-8"))["files"]
    return bool(sums(encoder_of(encoded, artifacts)) == files)
