"""The FastAPI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread

from fastapi import FastAPI

from dashboard.api import maps, problem
from dashboard.api.routes import router
from dashboard.api.v1 import place, products
from dashboard.loading import warm


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    Thread(target=warm, daemon=True).start()
    yield


# The interactive documentation pages fetch their scripts from a foreign host; the description itself is served.
app = FastAPI(
    title="Product Search Explorer",
    description="Search and recommendations from published versions. Errors are problem documents (RFC 9457).",
    version="1",
    openapi_url="/api/openapi.json",
    docs_url=None,
    redoc_url=None,
    lifespan=lifespan,
)
app.include_router(router)
app.include_router(maps.router)
for each in (place.router, products.router):
    app.include_router(each)
problem.install(app)
