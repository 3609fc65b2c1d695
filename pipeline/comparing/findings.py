"""Tests between two versions: one per metric and slice, corrected over all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.comparing.kept import Figure, Kept
from pipeline.comparing.pairs import detectable, paired, stricter
from pipeline.evaluation.compare import Paired, holm

EVERYONE = "all"
LEVEL = 0.05  # a corrected p below this is called certain

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Finding:
    """A figure of a version against the baseline's.

    Args:
        slice: "all", or the name of a slice.
        figure: Metric and cut-off.
        baseline: Mean of the baseline.
        value: Mean of the version.
        paired: The version minus the baseline; wins are of the version.
        detectable: The smallest difference that so many users could show (see `pairs.detectable`); once corrected,
            beside so many other tests.
        n: Users or queries that have a value of both.
        holm: The p-value corrected over all tests of this comparison.
    """

    slice: str
    figure: Figure
    baseline: float
    value: float
    paired: Paired
    detectable: float
    n: int
    holm: float = 1.0

    @property
    def better(self) -> bool:
        """Whether the version is better, and chance alone would hardly show it."""
        return self.holm < LEVEL and self.paired.difference > 0

    @property
    def worse(self) -> bool:
        """Whether the version is worse, and chance alone would hardly show it."""
        return self.holm < LEVEL and self.paired.difference < 0


def finding(slice_: str, figure: Figure, baseline: Values, value: Values) -> Finding | None:
    """Return one test, uncorrected; None where no one has a value of both.

    Args:
        slice_: Its name.
        figure: Metric and cut-off.
        baseline: float64 [n], of each user, not a number where there is none.
        value: float64 [n], of the same users under the version.
    """
    known = ~(np.isnan(baseline) | np.isnan(value))
    if not known.any():
        return None
    first, second = baseline[known], value[known]
    return Finding(
        slice_,
        figure,
        float(first.mean()),
        float(second.mean()),
        paired(second, first),
        detectable(second, first),
        int(known.sum()),
    )


def of_metrics(baseline: Kept, version: Kept) -> list[Finding]:
    """Return a test per figure that both have, over everyone, uncorrected.

    Args:
        baseline: What the version is compared with.
        version: Of the same users in the same order, as `kept.aligned` returns them.
    """
    found = [
        finding(EVERYONE, figure, own, version.values[figure])
        for figure, own in baseline.values.items()
        if figure in version.values
    ]
    return [each for each in found if each is not None]


def corrected(tests: Sequence[Finding]) -> list[Finding]:
    """Return the tests with p-values, and what they could detect, corrected over all of them (Holm).

    Holm's first step asks for p below 0.05 / m: a difference that passes it, passes whatever the others say.
    """
    adjusted = holm([each.paired.p for each in tests])
    wider = stricter(len(tests))
    return [replace(each, holm=p, detectable=each.detectable * wider) for each, p in zip(tests, adjusted, strict=True)]
