"""The versions as one request sees them."""

from __future__ import annotations

from fastapi import Request

from dashboard import loading
from dashboard.api.answered_by import note
from pipeline.retrieval.engine import Engine


def published(request: Request, name: str | None) -> Engine:
    """Return the engine of a version as it was published, without what was added since; the answer names it.

    Raises:
        ExplorerError: It cannot be served.
    """
    _require_here(name)
    return note(request, loading.published(name))


def _require_here(name: str | None) -> None:
    if name:
        loading.versions().require_here(name)


class Opened:
    """Opens versions for one request: an alias that is switched meanwhile does not mix two versions in its answer.

    Args:
        request: Is told which versions answer it.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._view = loading.versions().view()

    def __call__(self, name: str | None) -> Engine:
        """Return the engine of a version, of the one that an alias stands for, or of the default one.

        Raises:
            ExplorerError: It cannot be served.
        """
        _require_here(name)
        return note(self._request, loading.with_added(self._view.engine(name)))
