"""Errors as RFC 9457 problem JSON, with a plain sentence in the member `error`."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from dashboard.loading import NothingPublished
from pipeline.errors import (
    ExplorerError,
    UnknownPreset,
    UnknownProduct,
    UnknownShopper,
    VersionBroken,
    VersionNotFound,
)

MEDIA_TYPE = "application/problem+json"

log = logging.getLogger(__name__)


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
    """Return the problem document for a sentence."""
    problem = Problem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=sentence,
        error=sentence,
        instance=request.url.path,
    )
    return ProblemResponse(problem.model_dump(), status, headers=headers)


def status_of(error: ExplorerError) -> int:
    """Return the HTTP status of an expected failure."""
    if isinstance(error, (NothingPublished, VersionBroken)):
        return 503
    if isinstance(error, (VersionNotFound, UnknownProduct, UnknownShopper, UnknownPreset)):
        return 404
    return 422


def sentence_of(wrong: dict[str, Any]) -> str:
    """Return one validation error, as FastAPI reports it, in words."""
    name = wrong["loc"][-1]
    limits = wrong.get("ctx", {})
    match wrong["type"]:
        case "missing":
            return f'The parameter "{name}" is missing. Add it to the address, for example ?{name}=camera'
        case "greater_than_equal" | "less_than_equal":
            return f'"{name}" is {str(wrong["input"])[:40]}; it must be from 1 to 100.'
        case "int_parsing" | "int_from_float" | "int_parsing_size":
            return f'"{name}" is not a whole number from 1 to 100.'
        case "string_too_long":
            return f'"{name}" has {len(wrong["input"]):,} characters; at most {limits["max_length"]} are read.'
        case "string_too_short":
            return f'"{name}" is empty.'
    return f'"{name}": {wrong["msg"]}.'


def install(app: FastAPI) -> None:
    """Make every error of the application a problem document."""

    @app.exception_handler(ExplorerError)
    def expected(request: Request, error: ExplorerError) -> ProblemResponse:
        return respond(request, status_of(error), str(error))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> ProblemResponse:
        return respond(request, 422, " ".join(sentence_of(wrong) for wrong in error.errors()))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> ProblemResponse:
        sentences = {
            404: "There is nothing at this address. The routes are listed at /api/openapi.json",
            405: f"{request.method[:20]} is not answered here. Use GET.",
        }
        return respond(request, error.status_code, sentences.get(error.status_code, str(error.detail)), error.headers)

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> ProblemResponse:
        log.error("%s failed", request.url.path, exc_info=error)
        return respond(request, 500, "The server could not answer this request. The reason is in its log.")
