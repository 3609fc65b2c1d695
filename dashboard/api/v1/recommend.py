"""POST /api/v1/recommend: what a shopper, or whoever holds a basket, is most likely to want next."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ConfigDict, Field, model_validator

from dashboard import loading
from dashboard.api.checks import only_json, only_known
from dashboard.api.described import POSTED, problems
from dashboard.api.metrics import timed
from dashboard.api.v1.answers import Answer, answer_of, told
from dashboard.api.v1.asked import STRICT, Asked, History, Preset, ProductId, UserId, described_one_of, one_of
from dashboard.api.v1.batch import Batch, Outcomes, outcomes
from dashboard.api.v1.opened import Opened
from pipeline.retrieval.engine import AsOf
from pipeline.workspace.presets import Presets

router = APIRouter(
    prefix="/api/v1",
    tags=["service"],
    responses=problems(*POSTED),
    dependencies=[Depends(only_known), Depends(only_json)],
)


class RecommendAsked(Asked):
    """A shopper, or a history: one of the two."""

    model_config = ConfigDict(
        **STRICT,
        json_schema_extra={
            "examples": [
                {"history": ["E257318", "E352746"], "k": 5, "exclude": ["E523995"]},
                {"user_id": "S000000", "as_of": "test"},
            ],
            **described_one_of(user_id="string", history="array"),
        },
    )

    user_id: UserId | None = None
    history: History | None = Field(
        None, description="A basket as it is now, oldest first; an empty one is answered with what is popular"
    )
    exclude: Annotated[list[ProductId], Field(max_length=1000)] = Field(
        default_factory=list, description="Product ids that shall not be returned"
    )
    preset: Preset = None
    as_of: AsOf = Field("now", description='"test" and "valid" hide those products of a shopper and later ones')

    @model_validator(mode="after")
    def _whom(self) -> RecommendAsked:
        one_of(self, ("user_id", "history"))
        return self


class Recommended(Answer):
    """What a shopper is most likely to want next."""

    held_out: list[str] = Field(description="Product ids hidden from the history by as_of")


def recommend(opened: Opened, asked: RecommendAsked) -> Recommended:
    """Answer one request.

    Raises:
        ExplorerError: It cannot be answered.
    """
    engine = opened(asked.version)
    wish = Presets(loading.versions().store.artifacts).open(asked.preset) if asked.preset is not None else None
    results = engine.recommend(
        asked.user_id, asked.history, asked.k, asked.filters.read(), asked.as_of, wish, asked.exclude
    )
    return Recommended(held_out=list(results.held_out), **answer_of(engine, timed(results)))


@router.post("/recommend", response_model=Recommended, summary="What a shopper is most likely to want next")
def recommend_one(request: Request, asked: RecommendAsked) -> Response:
    """Recommend to a known shopper, or from a history that is sent along: it changes the answer at once."""
    return told(recommend(Opened(request), asked))


@router.post("/recommend/batch", response_model=Outcomes[Recommended], summary="Recommendations for many shoppers")
def recommend_many(request: Request, asked: Batch[RecommendAsked]) -> Response:
    """Answer each request in its place, by its problem where it cannot be answered."""
    return told(Outcomes[Recommended](answers=outcomes(request, asked.requests, recommend)))
