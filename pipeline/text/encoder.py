"""MiniLM at query time: ONNX Runtime and the tokenizers library, neither torch nor tensorflow."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from pipeline.graphs import open_graph
from pipeline.text.query_vectors import QueryVectors

MAX_TOKENS = 128
CACHED_QUERIES = 4096  # of 1.5 kB each: 6 MB


class Encoder:
    """Turns texts into vectors.

    Args:
        folder: Holds `model.onnx` and `tokenizer.json`, as `minilm.export` writes them.
    """

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # As NumPy and FAISS do: a server that answers many at once sets it to 1. 0 takes every core.
        said = os.environ.get("OMP_NUM_THREADS", "")
        options.intra_op_num_threads = int(said) if said.isdecimal() else 0
        # Threads that spin after their work would hold the cores that the scan of the vectors needs next.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = open_graph(folder / "model.onnx", options)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        self._check()
        self.queries = QueryVectors(self.encode, CACHED_QUERIES)

    def _check(self) -> None:
        """Ask the model for its last word, so that no query can name one that it does not have.

        Raises:
            ValueError, onnxruntime's own exceptions: Tokens and model do not belong together.
        """
        last = max(self._tokenizer.get_vocab(with_added_tokens=True).values(), default=-1)
        if last < 0:
            raise ValueError("the tokenizer has no words")
        tokens = {"input_ids": np.array([[last]], np.int64), "attention_mask": np.ones((1, 1), np.int64)}
        self._session.run(["vector"], tokens)

    @classmethod
    @lru_cache(maxsize=4)
    def shared(cls, folder: Path) -> Encoder:
        """Return the one encoder of a folder: versions that name the same encoder share its 90 MB."""
        return cls(folder)

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return float32 [len(texts), d], rows L2-normalised."""
        tokens = self._tokenizer.encode_batch(list(texts))
        (vectors,) = self._session.run(
            ["vector"],
            {
                "input_ids": np.array([encoding.ids for encoding in tokens], dtype=np.int64),
                "attention_mask": np.array([encoding.attention_mask for encoding in tokens], dtype=np.int64),
            },
        )
        return np.asarray(vectors, dtype=np.float32)

    def encode_query(self, text: str) -> npt.NDArray[np.float32]:
        """Return float32 [d] for one query; the vectors of recent queries are remembered."""
        found: npt.NDArray[np.float32] = self.queries([text])[0]
        return found
