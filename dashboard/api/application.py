"""The FastAPI application, and what stands around its routes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from dashboard.allocator import keep_freed_memory
from dashboard.api import described, health, logs, maps, problem, replaced, v1
from dashboard.api.answered_by import AnsweredBy
from dashboard.api.body import BodyLimit
from dashboard.api.deadline import Deadline
from dashboard.api.failures import Failures
from dashboard.api.gate import Gate
from dashboard.api.key import ApiKey
from dashboard.api.nodelay import set_nodelay
from dashboard.api.observed import Observed
from dashboard.api.request_id import RequestIds
from dashboard.api.settings import Settings
from dashboard.headers import SERVICE, SafeHeaders
from dashboard.loading import warm


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    logs.install()
    set_nodelay()
    keep_freed_memory()
    Thread(target=warm, daemon=True).start()
    yield


def build(settings: Settings) -> FastAPI:
    """Return the application."""
    # The interactive documentation pages fetch their scripts from a foreign host; the description itself is served.
    app = FastAPI(
        title="Product Search Explorer",
        description="Search and recommendations from published versions. Errors are problem documents (RFC 9457).",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # it would lead to whatever host the request names
        lifespan=lifespan,
    )
    for router in (*v1.routers, replaced.router, health.router, maps.router):
        app.include_router(router)
    problem.install(app)
    described.install(app)
    # From the route outwards: what is added later stands further out.
    app.add_middleware(Failures)
    app.add_middleware(Gate, at_work=settings.at_work, waiting=settings.waiting, patience=settings.patience)
    app.add_middleware(Deadline, seconds=settings.timeout)
    app.add_middleware(BodyLimit, most=settings.body)
    app.add_middleware(ApiKey, key=settings.key)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"],
            expose_headers=["X-Version", "X-Generated-Data", "X-Request-ID", "Retry-After"],
        )
    app.add_middleware(AnsweredBy)
    app.add_middleware(Observed)
    app.add_middleware(SafeHeaders, headers=SERVICE)
    app.add_middleware(RequestIds)
    return app


app = build(Settings.read())
