"""The candidates of every evaluation user, kept so that they can be re-ordered at once.

They lie outside the version, in a cache that may be deleted at any time: `artifacts/cache/candidates/<checksum>/`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import numpy.typing as npt

from pipeline.durable import sync
from pipeline.evaluation.protocol import measured_shoppers
from pipeline.retrieval.candidates import FloatArray, Request, Retriever, RowArray, scores_of_many, top_k
from pipeline.retrieval.rebalancing import POOL
from pipeline.retrieval.shoppers import Shoppers

FOLDER = "cache/candidates"
CHUNK = 64  # shoppers asked at once
BLOCK = 256  # shoppers whose cosines are computed at once
STEPS = 127  # a cosine is kept in one byte, to 1 / 127


@dataclass(frozen=True)
class Pool:
    """Candidates of n shoppers, best first.

    Args:
        rows: int32 [n, c], products; 0 where there are fewer.
        scores: float32 [n, c]; -inf where there are fewer.
        wanted: bool [n, c], whether the candidate is held out.
        relevant: int64 [n], how many products are held out.
        cosines: int8 [n, c, c], 127 x the cosine of the text vectors of two candidates; mapped from disk.
    """

    rows: RowArray
    scores: FloatArray
    wanted: npt.NDArray[np.bool_]
    relevant: npt.NDArray[np.int64]
    cosines: npt.NDArray[np.int8]

    def save(self, folder: Path) -> None:
        """Write the arrays into a new folder: it is whole or absent."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(mkdtemp(prefix=".partial-", dir=folder.parent))
        for name in ("rows", "scores", "wanted", "relevant", "cosines"):
            np.save(aside / f"{name}.npy", getattr(self, name))
        sync(aside)
        try:
            aside.rename(folder)
        except OSError:  # another process was faster
            shutil.rmtree(aside)

    @classmethod
    def load(cls, folder: Path) -> Pool | None:
        """Return what is kept, None where nothing is."""
        try:
            arrays = {
                name: np.load(folder / f"{name}.npy", allow_pickle=False)
                for name in ("rows", "scores", "wanted", "relevant")
            }
            return cls(**arrays, cosines=np.load(folder / "cosines.npy", mmap_mode="r", allow_pickle=False))
        except (OSError, ValueError):
            return None


def folder_of(artifacts: Path, checksum: str) -> Path:
    """Return where the candidates of a version are kept, by the checksum of its manifest."""
    return artifacts / FOLDER / checksum[:32]


def collect(
    retriever: Retriever,
    shoppers: Shoppers,
    vectors: FloatArray,
    advance: Callable[[int, int], None] = lambda done, whole: None,
    pool: int = POOL,
) -> Pool:
    """Ask for the candidates of every shopper with a held-out product, as they are asked when a version is measured.

    Args:
        retriever: What the version serves.
        shoppers: All shoppers.
        vectors: float32 [n_products, d], text vectors, rows L2-normalised.
        advance: Called with the number of shoppers done, and of all.
        pool: Candidates of each.
    """
    users = measured_shoppers(shoppers, "test", len(vectors))
    c = min(pool, len(vectors))
    rows = np.zeros((len(users), c), np.int32)
    scores = np.full((len(users), c), -np.inf, np.float32)
    wanted = np.zeros((len(users), c), bool)
    relevant = np.zeros(len(users), np.int64)
    for start in range(0, len(users), CHUNK):
        places = range(start, min(start + CHUNK, len(users)))
        asked = [_request(shoppers, users[place]) for place in places]
        for place, request, every in zip(places, asked, scores_of_many(retriever, asked), strict=True):
            allowed = np.ones(len(vectors), bool)
            allowed[request.history] = False
            best = top_k(every, c, allowed)
            targets = shoppers.within(users[place], "test")
            rows[place, : len(best.rows)], scores[place, : len(best.rows)] = best.rows, best.scores
            wanted[place, : len(best.rows)] = np.isin(best.rows, targets)
            relevant[place] = len(targets)
        advance(places[-1] + 1, len(users))
    return Pool(rows, scores, wanted, relevant, cosines(rows, vectors))


def cosines(rows: RowArray, vectors: FloatArray) -> npt.NDArray[np.int8]:
    """Return int8 [n, c, c], 127 x the cosine of each two candidates of a shopper."""
    found = np.empty((*rows.shape, rows.shape[1]), np.int8)
    for start in range(0, len(rows), BLOCK):
        own = vectors[rows[start : start + BLOCK]]
        found[start : start + BLOCK] = np.rint(STEPS * np.clip(own @ own.transpose(0, 2, 1), -1, 1))
    return found


def _request(shoppers: Shoppers, index: int) -> Request:
    return Request(history=shoppers.before(index, "test"), shopper=index, times=shoppers.times_before(index, "test"))
