"""The verdict on a version: ship, hold or can't tell, with the reason in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.comparing.findings import EVERYONE, Finding
from pipeline.comparing.kept import Figure

Answer = Literal["ship", "hold", "unsure"]
NAMES: dict[Answer, str] = {"ship": "Ship", "hold": "Hold", "unsure": "Can't tell"}
STATUS: dict[Answer, int] = {"ship": 0, "hold": 10, "unsure": 11}  # exit status of the command line
NAMED = 3  # slices named in a sentence


@dataclass(frozen=True)
class Verdict:
    """What to do with a version, and why."""

    answer: Answer
    reason: str


def verdict(tests: Sequence[Finding], figure: Figure, who: str) -> Verdict:
    """Return the verdict that corrected tests of one version against the baseline support.

    Ship: the chosen figure is certainly better over everyone, and nothing tested is certainly worse. Hold: something
    is certainly worse. Can't tell: anything else.

    Args:
        tests: As `findings.corrected` returns them: over everyone and, if wanted, over slices.
        figure: The one that decides.
        who: The plural noun of those measured, "shoppers" or "queries".

    Raises:
        ValueError: The figure was not tested.
    """
    chosen = next((each for each in tests if each.slice == EVERYONE and each.figure == figure), None)
    if chosen is None:
        raise ValueError(f"{figure} was not tested")
    name = _figure(figure)
    moved = f"{chosen.paired.difference:+.2g} ({_share(chosen)})"
    others = [each for each in tests if each is not chosen]
    worse_figures = [each for each in others if each.slice == EVERYONE and each.worse]
    worse_slices = sorted((each for each in others if each.slice != EVERYONE and each.worse), key=lambda t: -t.n)
    if chosen.worse:
        where = f" Worst hit: {_named(worse_slices)}." if worse_slices else ""
        return Verdict("hold", f"{name} is lower by more than chance explains: {moved}.{where}")
    if worse_figures or worse_slices:
        first = f"{name} is higher: {moved}, but" if chosen.better else f"{name} does not settle it, {moved}, and"
        what = ", ".join(_figure(each.figure) for each in worse_figures[:NAMED])
        where = "; ".join(filter(None, [what, _named(worse_slices)]))
        return Verdict("hold", f"{first} it is certainly worse in {where}.")
    if chosen.better:
        return Verdict("ship", f"{name} is higher by more than chance explains: {moved}. Nothing tested is worse.")
    if not (chosen.paired.wins or chosen.paired.losses):
        return Verdict("unsure", f"{name} is the same for all {chosen.n:,} {who}: there is no difference to judge.")
    if chosen.detectable == chosen.detectable:
        room = (
            f" So many {who} show a difference of {chosen.detectable:.2g} or more in four of five cases, beside "
            f"{len(tests):,} tests."
        )
    else:
        room = ""
    return Verdict("unsure", f"{name} differs by {moved}, which chance alone could well do.{room}")


def luck(seeds: Sequence[int], baseline_seeds: Sequence[int], who: str, *, same_recipe: bool = False) -> str:
    """Return what the tests say of training luck: nothing, or little.

    Args:
        seeds: Of the version's trainings.
        baseline_seeds: Of the baseline's.
        who: The plural noun of those measured.
        same_recipe: Whether the two differ by their seed alone.
    """
    if same_recipe:
        return (
            "Both are trainings of one recipe that differ by their seed: a difference here is training luck. It says "
            f"which of these two serves the {who} better, nothing of the recipe."
        )
    least, most = sorted((len(seeds), len(baseline_seeds)))
    if most == 1:
        return (
            f"One training seed tests {who}, not training luck: trained again, either version may differ by more. "
            "Versions of several seeds can be pooled."
        )
    if least == 1:
        lone = "the version" if len(seeds) == 1 else "the baseline"
        return (
            f"The mean over {most} training seeds against one: {lone}, trained again, may differ by more than this "
            f"test of {who} says."
        )
    return f"The mean over {len(seeds)} against {len(baseline_seeds)} training seeds: luck of one training is averaged."


def luck_of_run(who: str) -> str:
    """Return what the tests say of training luck where an imported run is compared."""
    return f"The test is of these {who}, one list each. How the run came about, and by what luck, is not known here."


def _figure(figure: Figure) -> str:
    return f"{'Recall' if figure[0] == 'recall' else figure[0].upper()}@{figure[1]}"


def _share(chosen: Finding) -> str:
    if chosen.baseline == 0:
        return "from 0"
    return f"{100 * chosen.paired.difference / chosen.baseline:+.1f} %"


def _named(slices: Sequence[Finding]) -> str:
    names = [each.slice for each in slices[:NAMED]]  # a name may hold a comma
    more = len(slices) - len(names)
    return "; ".join(names) + (f" and {more} more" if more > 0 else "")
