"""MiniLM in the batch and at query time: the vectors of sentence-transformers, whichever way they are made."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.quiet import quiet
from pipeline.text import batch, minilm
from pipeline.text.encoder import Encoder

TEXTS = ["a red camera", "a digital camera in red", "garden hose", "", "カメラ", "word " * 1000]


@pytest.fixture(scope="module")
def encoder(encoder_folder) -> Encoder:  # type: ignore[no-untyped-def]
    return Encoder(encoder_folder)


def test_the_graph_gives_what_sentence_transformers_gives(encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(minilm.folder(), device="cpu")
    model.max_seq_length = 128
    expected = model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(encoder.encode(TEXTS), expected, atol=1e-5)


def test_another_model_is_exported_and_gives_what_sentence_transformers_gives(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    shape = BertConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    folder, out = str(tmp_path / "model"), tmp_path / "exported"
    out.mkdir()
    with quiet():
        BertModel(shape).save_pretrained(folder)
        AutoTokenizer.from_pretrained(minilm.folder()).save_pretrained(folder)
        minilm.export(out, folder)
        model = SentenceTransformer(folder, device="cpu")
    model.max_seq_length = 128
    expected = model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(Encoder(out).encode(TEXTS), expected, atol=1e-5)


def test_batch_and_query_time_agree(encoder: Encoder, encoder_folder) -> None:  # type: ignore[no-untyped-def]
    found, query = batch.encode(TEXTS, encoder_folder).vectors, encoder.encode(TEXTS)
    assert found.dtype == query.dtype == np.float32
    assert found.shape == query.shape == (len(TEXTS), 384)
    assert (found * query).sum(axis=1).min() > 0.999


def test_vectors_have_length_one_and_meaning(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    assert vectors[0] @ vectors[1] > 0.7 > 0.3 > vectors[0] @ vectors[2]


def test_a_text_does_not_depend_on_its_batch(encoder: Encoder) -> None:
    np.testing.assert_allclose(encoder.encode_query("a red camera"), encoder.encode(TEXTS)[0], atol=1e-6)


def test_weights_that_are_not_the_published_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(minilm.RecipeError, match="not those of"):
        minilm.folder()
