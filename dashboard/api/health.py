"""Whether the process is up, whether it can answer, and what it counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from anyio import CapacityLimiter, move_on_after, to_thread
from fastapi import APIRouter, Request, Response

from dashboard import loading
from dashboard.api import metrics
from dashboard.api.described import problems
from dashboard.api.problem import respond
from dashboard.api.schemas import Health, Ready, VersionHealth
from pipeline.errors import ExplorerError

PATIENCE = 0.5  # seconds for a look at the versions: a disk or an address that hangs is no sign of a dead process

T = TypeVar("T")
router = APIRouter(tags=["health"])


class Look(Generic[T]):
    """Looks at the versions in threads of its own, as those of the service may all be at work.

    Args:
        look: What is called.
        first: What is answered until a look has ended.
    """

    def __init__(self, look: Callable[[], T], first: T) -> None:
        self._look = look
        self._last = first
        self._threads = CapacityLimiter(1)

    async def __call__(self) -> T:
        """Return what is seen now or, where that takes long, what was seen last."""
        with move_on_after(PATIENCE):
            self._last = await to_thread.run_sync(self._look, abandon_on_cancel=True, limiter=self._threads)
        return self._last


def _versions() -> list[VersionHealth]:
    try:
        listing = loading.versions().listing()
    except ExplorerError:  # an address that cannot be read: /readyz says so
        return []
    return [VersionHealth(name=listed.name, loaded=listed.loaded, error=listed.reason) for listed in listing]


listed = Look[list[VersionHealth]](_versions, [])
missing = Look(lambda: loading.versions().missing(), "Where the versions lie has not answered yet.")


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", summary="Whether the process is up, and what it can serve")
async def health() -> Health:
    """Answer at once, whatever state the versions are in."""
    return Health(status="ok", versions=await listed())


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", summary="Whether the version that answers by default is open", responses=problems(503))
async def ready(request: Request) -> Ready:
    """Answer 503 until the default version is open, and say what is missing; it is opened meanwhile."""
    if said := await missing():
        return respond(request, 503, said, {"Retry-After": "1"})  # type: ignore[return-value]
    return Ready(status="ready")


@router.get(
    "/metrics",
    summary="Counts for Prometheus",
    response_class=Response,
    responses={200: {"content": {metrics.MEDIA_TYPE: {"schema": {"type": "string"}}}}, **problems(401)},
)
def counted() -> Response:
    """Answer the counts of this process in Prometheus' text format."""
    return Response(metrics.text(), media_type=metrics.CONTENT_TYPE)
