"""The OpenAPI description: what FastAPI derives of the routes, with problem documents where answers are problems."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from dashboard.api.problem import MEDIA_TYPE, Problem

REF = {"$ref": "#/components/schemas/Problem"}
WORDS = {
    400: "The body is no JSON",
    401: "The service has a key, and it was not sent",
    403: "Products cannot be added here: PSE_LIVE_PRODUCTS is not on",
    404: "There is no such version, product, shopper or preset",
    405: "The address answers other methods",
    408: "The body took too long",
    409: "The id is one of the version's own products",
    413: "The body is too large",
    415: "The body is not sent as JSON",
    422: "Something is missing, unknown or out of range",
    503: "No version can be served, or the service is busy; Retry-After says when to ask again",
    507: "The version takes no more products",
}
READ = (401, 404, 422, 503)  # what can come where something is read
POSTED = (400, 401, 404, 408, 413, 415, 422, 503)  # and where a body is sent
SECURITY = {
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "bearer": {"type": "http", "scheme": "bearer"},
}
OPEN = ("/healthz", "/readyz")


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the description of answers that are problem documents."""
    found: dict[int | str, dict[str, Any]] = {}
    for status in statuses:
        found[status] = {"description": WORDS[status], "content": {MEDIA_TYPE: {"schema": REF}}}
        if status == 503:
            found[status]["headers"] = {
                "Retry-After": {"description": "Seconds", "required": False, "schema": {"type": "integer"}}
            }
    return found


def install(app: FastAPI) -> None:
    """Let the application describe itself so."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _described(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
    )
    components = found.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    components["securitySchemes"] = SECURITY
    for path, operations in found["paths"].items():
        for operation in operations.values():
            # FastAPI names its own form of a 422 where a route has parameters; ours is a problem document.
            if "HTTPValidationError" in str(operation["responses"].get("422", "")):
                del operation["responses"]["422"]
            # A key is needed only where the service has one: the empty requirement says that it is optional.
            operation["security"] = [] if path in OPEN else [{}, {"key": []}, {"bearer": []}]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return found
