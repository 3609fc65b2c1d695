"""What a version costs: time to make, bytes to keep, and time to answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from pipeline.manifest import Manifest

TRAINING = ("train", "rank", "rank-search")  # the stages in which something is learned
MODEL = ("towers/", "rankers/", "index/")  # the files that answer


@dataclass(frozen=True)
class Cost:
    """What a version's manifest says of its cost.

    Args:
        training: Seconds of the stages in which something is learned; None where the manifest does not say.
        making: Seconds of all stages, those reused from an earlier run included.
        peak: MiB, the largest of any stage.
        model: Bytes of towers, rankers and indexes.
        disk: Bytes of the whole version.
        encoder: Bytes of the text encoder, which versions share.
    """

    training: float | None
    making: float | None
    peak: float | None
    model: int
    disk: int
    encoder: int


@dataclass(frozen=True)
class Latency:
    """Milliseconds of n requests, one after the other: the median, and what 95 of 100 stay below."""

    median: float
    high: float
    n: int


def cost(manifest: Manifest) -> Cost:
    """Return what a version costs to make and to keep."""
    stages = {str(each["name"]): each for each in manifest.stages}
    learned = [float(own["seconds"]) for name, own in stages.items() if name in TRAINING]
    sizes = {path: int(own["bytes"]) for path, own in manifest.files.items()}
    return Cost(
        training=sum(learned) if learned else None,
        making=sum(float(own["seconds"]) for own in stages.values()) if stages else None,
        peak=max((float(own["peak_mb"]) for own in stages.values()), default=None),
        model=sum(size for path, size in sizes.items() if path.startswith(MODEL)),
        disk=sum(sizes.values()),
        encoder=sum(int(own["bytes"]) for own in manifest.encoder["files"].values()),
    )


def latency(ask: Callable[[Any], object], requests: Sequence[Any]) -> Latency:
    """Return how long requests take here and now, one after the other.

    Args:
        ask: Answers one request.
        requests: At least one; the first is asked once before, unmeasured.
    """
    ask(requests[0])
    taken = []
    for request in requests:
        start = perf_counter()
        ask(request)
        taken.append(1000 * (perf_counter() - start))
    median, high = np.quantile(taken, [0.5, 0.95])
    return Latency(float(median), float(high), len(taken))
