"""POST /api/v1/similar: the products nearest to one."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ConfigDict, Field

from dashboard.api.checks import only_json, only_known
from dashboard.api.described import POSTED, problems
from dashboard.api.metrics import timed
from dashboard.api.v1.answers import Answer, answer_of, told
from dashboard.api.v1.asked import STRICT, Asked, ProductId
from dashboard.api.v1.batch import Batch, Outcomes, outcomes
from dashboard.api.v1.opened import Opened
from pipeline.retrieval.engine import Space

router = APIRouter(
    prefix="/api/v1",
    tags=["service"],
    responses=problems(*POSTED),
    dependencies=[Depends(only_known), Depends(only_json)],
)


class SimilarAsked(Asked):
    """A product to compare with."""

    model_config = ConfigDict(**STRICT, json_schema_extra={"examples": [{"product_id": "E257318", "k": 5}]})

    product_id: ProductId
    space: Space = Field("text", description="What the words say (text), or what shoppers do (towers)")


def similar(opened: Opened, asked: SimilarAsked) -> Answer:
    """Answer one request.

    Raises:
        ExplorerError: It cannot be answered.
    """
    engine = opened(asked.version)
    results = timed(engine.similar(asked.product_id, asked.k, asked.filters.read(), asked.space))
    return Answer(**answer_of(engine, results))


@router.post("/similar", response_model=Answer, summary="The products nearest to one")
def similar_one(request: Request, asked: SimilarAsked) -> Response:
    """Compare a product's vector with those of the others; a version without towers compares by text."""
    return told(similar(Opened(request), asked))


@router.post("/similar/batch", response_model=Outcomes[Answer], summary="The products nearest to each of many")
def similar_many(request: Request, asked: Batch[SimilarAsked]) -> Response:
    """Answer each request in its place, by its problem where it cannot be answered."""
    return told(Outcomes[Answer](answers=outcomes(request, asked.requests, similar)))
