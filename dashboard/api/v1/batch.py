"""Batches: many requests in one, each answered in its place, all by the same view of the versions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar, get_args

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.deadline import require_time
from dashboard.api.problem import Problem, document, status_of
from dashboard.api.v1.asked import STRICT
from dashboard.api.v1.opened import Opened
from pipeline.errors import ExplorerError

MOST = 100
A = TypeVar("A", bound=BaseModel)
Q = TypeVar("Q", bound=BaseModel)


def _examples(schema: dict[str, Any], batch: type[BaseModel]) -> None:
    """Let a batch have the examples of its requests."""
    (asked,) = get_args(batch.model_fields["requests"].annotation)
    extra = getattr(asked, "model_config", {}).get("json_schema_extra", {})
    if examples := extra.get("examples"):
        schema["examples"] = [{"requests": examples}]


class Batch(BaseModel, Generic[Q]):
    """Requests to be answered one after the other."""

    model_config = ConfigDict(**STRICT, json_schema_extra=_examples)

    requests: Annotated[list[Q], Field(min_length=1, max_length=MOST, description="1 to 100 requests")]


class Outcome(BaseModel, Generic[A]):
    """The answer to one request of a batch, or what is wrong with it."""

    status: int = Field(description="As if it had been asked alone", examples=[200])
    answer: A | None = Field(description="Null where there is a problem")
    problem: Problem | None = Field(description="Null where there is an answer")


class Outcomes(BaseModel, Generic[A]):
    """The answers to a batch, in the order of its requests."""

    answers: list[Outcome[A]]


def outcomes(request: Request, asked: Sequence[Q], answer: Callable[[Opened, Q], A]) -> list[Outcome[A]]:
    """Answer requests one after the other; what one of them does wrong is said in its place.

    Raises:
        HTTPException: They take longer than a request may: nobody waits for the rest.
    """
    opened = Opened(request)
    found: list[Outcome[A]] = []
    for place, each in enumerate(asked):
        require_time(request)
        try:
            found.append(Outcome(status=200, answer=answer(opened, each), problem=None))
        except ExplorerError as error:
            status = status_of(error)
            problem = document(status, str(error), f"{request.url.path}#/requests/{place}")
            found.append(Outcome(status=status, answer=None, problem=problem))
    return found
