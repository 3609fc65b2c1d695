"""Keeping libraries' start-up chatter off the terminal, where it would hide what the run says."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Silence Python warnings, INFO logs and what native code writes to standard error, for a library call.

    An exception passes through, so nothing that matters is lost.
    """
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    os.dup2(nowhere, 2)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
        logging.disable(before)
