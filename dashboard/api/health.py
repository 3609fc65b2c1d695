"""Whether the process is up, whether it can answer, and what it counts."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from dashboard import loading
from dashboard.api import metrics
from dashboard.api.described import problems
from dashboard.api.problem import respond
from dashboard.api.schemas import Health, Ready, VersionHealth
from pipeline.errors import ExplorerError

router = APIRouter(tags=["health"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", summary="Whether the process is up, and what it can serve")
def health() -> Health:
    """Answer at once, whatever state the versions are in."""
    try:
        listing = loading.versions().listing()
    except ExplorerError:  # an address that cannot be read: /readyz says so
        listing = []
    return Health(
        status="ok",
        versions=[VersionHealth(name=listed.name, loaded=listed.loaded, error=listed.reason) for listed in listing],
    )


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", summary="Whether the version that answers by default is open", responses=problems(503))
def ready(request: Request) -> Ready:
    """Answer 503 until the default version is open, and say what is missing; it is opened meanwhile."""
    if missing := loading.versions().missing():
        return respond(request, 503, missing, {"Retry-After": "1"})  # type: ignore[return-value]
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
