"""Errors as RFC 9457 problem JSON, with a plain sentence in the member `error`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from dashboard.components.words import clean
from dashboard.open_versions import NothingPublished, NotYet
from pipeline.errors import (
    ExplorerError,
    UnknownPreset,
    UnknownProduct,
    UnknownShopper,
    VersionBroken,
    VersionNotFound,
    WorkspaceError,
)

MEDIA_TYPE = "application/problem+json"
RETRY = {"Retry-After": "1"}
COUNTS = ("k", "limit", "top_k")
MOST = 3  # mistakes told at once


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field("about:blank", description="The kind of problem, as a URI")
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=['"top_k" is 0; it must be from 1 to 100.'])
    error: str = Field(description="The same sentence, for readers that look for `error`")
    instance: str = Field(examples=["/api/recommend"])


class ProblemResponse(JSONResponse):
    media_type = MEDIA_TYPE


def respond(request: Request, status: int, sentence: str, headers: Any = None) -> ProblemResponse:
    """Return the problem document for a sentence, as an answer."""
    problem = document(status, sentence, clean(request.scope["path"], 200))
    return ProblemResponse(problem.model_dump(), status, headers=headers)


def document(status: int, sentence: str, instance: str) -> Problem:
    """Return the problem document for a sentence; what of it is no character (half of a pair) becomes a mark."""
    sentence = sentence.encode("utf-8", "replace").decode()
    return Problem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=sentence,
        error=sentence,
        instance=instance,
    )


def status_of(error: ExplorerError) -> int:
    """Return the HTTP status of an expected failure."""
    if isinstance(error, NothingPublished):
        return 503
    if isinstance(error, (VersionNotFound, UnknownProduct, UnknownShopper, UnknownPreset)):
        return 404
    if isinstance(error, (VersionBroken, WorkspaceError)):
        return 503
    return 422


def sentence_of(wrong: dict[str, Any]) -> str:
    """Return one validation error, as FastAPI reports it, in words."""
    where, *steps = wrong["loc"]
    name = clean(".".join(map(str, steps or ["the body"])), 80)
    limits = wrong.get("ctx", {})
    match wrong["type"]:
        case "missing" if where == "query":
            return f'The parameter "{name}" is missing. Add it to the address, for example ?{name}=camera'
        case "missing":
            return f'"{name}" is missing.'
        case "extra_forbidden":
            return f'There is no "{name}" here.'
        case "greater_than_equal" | "less_than_equal" if steps[-1:] and steps[-1] in COUNTS:
            return f'"{name}" is {str(wrong["input"])[:40]}; it must be from 1 to 100.'
        case "int_parsing" | "int_from_float" | "int_parsing_size" | "int_type" if steps[-1:] and steps[-1] in COUNTS:
            return f'"{name}" is not a whole number from 1 to 100.'
        case "string_too_long":
            return f'"{name}" has {len(wrong["input"]):,} characters; at most {limits["max_length"]} are read.'
        case "string_too_short" | "string_pattern_mismatch":
            return f'"{name}" is empty.'
        case "value_error" if not steps:
            return str(limits.get("error", wrong["msg"]))[:300]
        case "value_error":
            return f'"{name}": {str(limits.get("error", wrong["msg"]))[:300]}'
    return f'"{name}": {str(wrong["msg"])[:200].rstrip(".")}.'


def install(app: FastAPI) -> None:
    """Make every error of the application a problem document."""

    @app.exception_handler(ExplorerError)
    def expected(request: Request, error: ExplorerError) -> ProblemResponse:
        return respond(request, status_of(error), str(error), RETRY if isinstance(error, NotYet) else None)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> ProblemResponse:
        found = error.errors()
        if found[0]["type"] == "json_invalid":
            return respond(request, 400, f"The body is no JSON: it goes wrong at character {found[0]['loc'][-1]}.")
        return respond(request, 422, " ".join(sentence_of(wrong) for wrong in found[:MOST]))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> ProblemResponse:
        sentence = str(error.detail)
        if error.status_code == 404:
            sentence = "There is nothing at this address. The routes are listed at /api/openapi.json"
        elif error.status_code == 405:
            allowed = " or ".join(sorted((error.headers or {}).get("Allow", "GET").split(", ")))
            sentence = f"{clean(request.method, 20)} is not answered here. Use {allowed}."
        elif error.status_code == 400:
            sentence = "The body cannot be read. Send JSON that is not nested deeply."
        return respond(request, error.status_code, sentence, error.headers)
