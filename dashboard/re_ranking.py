"""Re-ranking presets on pages: which there are, and the one that the URL names."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict

from dashboard import state
from dashboard.loading import versions
from pipeline.errors import WorkspaceError
from pipeline.retrieval.rebalancing import Rebalance
from pipeline.workspace.presets import Presets


def presets() -> Presets:
    """Return the presets beside the versions in view."""
    return Presets(versions().store.artifacts)


def names() -> list[str]:
    """Return the names of the presets; none where the workspace cannot be read, as a page can do without."""
    with suppress(WorkspaceError):
        return presets().names()
    return []


def told(wish: Rebalance) -> str:
    """Return in a sentence how the preset that the URL names puts recommendations in order."""
    weights = [f"{name} {value:+g}" for name, value in asdict(wish).items() if value]
    return f"In the order of the preset {state.text(state.PRESET)}: {', '.join(weights) or 'as served'}."


def chosen() -> Rebalance | None:
    """Return the weights of the preset that the URL names, None where it names none.

    Raises:
        UnknownPreset: There is none of that name.
    """
    name = state.text(state.PRESET)
    return presets().open(name) if name else None
