"""POST /api/v1/compare: the lists of two to four versions side by side, and how alike they are."""

from __future__ import annotations

from itertools import combinations
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from dashboard.api.checks import only_json, only_known
from dashboard.api.described import POSTED, problems
from dashboard.api.metrics import timed
from dashboard.api.v1.answers import Answer, answer_of, told
from dashboard.api.v1.asked import (
    STRICT,
    FilterSet,
    History,
    K,
    Name,
    ProductId,
    Text,
    UserId,
    described_one_of,
    one_of,
)
from dashboard.api.v1.batch import Batch, Outcomes, outcomes
from dashboard.api.v1.opened import Opened
from dashboard.components.words import typed
from pipeline.comparing.overlap import overlap, rank_biased_overlap
from pipeline.errors import ExplorerError
from pipeline.retrieval.engine import AsOf, Engine, Mode, Space, check_query
from pipeline.retrieval.results import Results

FEWEST, MOST = 2, 4
WHAT = ("query", "user_id", "history", "product_id")

router = APIRouter(
    prefix="/api/v1",
    tags=["service"],
    responses=problems(*POSTED),
    dependencies=[Depends(only_known), Depends(only_json)],
)


class CompareAsked(BaseModel):
    """Versions, and one of: a query, a shopper, a history, a product."""

    model_config = ConfigDict(
        **STRICT,
        json_schema_extra={
            "examples": [{"versions": ["sample-history", "sample-text"], "query": "compact camera", "k": 5}],
            **described_one_of(query="string", user_id="string", history="array", product_id="string"),
        },
    )

    versions: Annotated[
        list[Name],
        Field(min_length=FEWEST, max_length=MOST, description="2 to 4 published versions or aliases"),
    ]
    query: Text | None = None
    user_id: UserId | None = None
    history: History | None = None
    product_id: ProductId | None = None
    k: K = 10
    filters: FilterSet = Field(default_factory=FilterSet)
    mode: Mode | None = Field(None, description="Of a search; without it each version's own")
    space: Space = Field("text", description="Of what is similar to a product")
    as_of: AsOf = "now"

    @model_validator(mode="after")
    def _what(self) -> CompareAsked:
        one_of(self, WHAT)
        return self


class Pair(BaseModel):
    """How alike the lists of two versions are."""

    first: str = Field(description="A version")
    second: str = Field(description="Another")
    overlap: float = Field(description="Share of the first k that both list, 0 to 1, whatever the order")
    rank_biased_overlap: float = Field(description="0 disjoint, 1 the same; the first ranks count most (p = 0.9)")


class Compared(BaseModel):
    """The lists of versions, and how alike they are."""

    lists: list[Answer] = Field(description="In the order of the request")
    pairs: list[Pair] = Field(description="Every two of them")


def compare(opened: Opened, asked: CompareAsked) -> Compared:
    """Answer one request.

    Raises:
        ExplorerError: It cannot be answered by each of the versions.
    """
    engines = [opened(name) for name in asked.versions]
    found = []
    for engine in engines:
        try:
            found.append(timed(_one(engine, asked)))
        except ExplorerError as error:
            raise type(error)(f'Version "{engine.name}": {error.problem}', error.remedy) from None
    lists = [[hit.product_id for hit in results.hits] for results in found]
    return Compared(
        lists=[Answer(**answer_of(engine, results)) for engine, results in zip(engines, found, strict=True)],
        pairs=[
            Pair(
                first=engines[one].name,
                second=engines[other].name,
                overlap=overlap(lists[one], lists[other], asked.k),
                rank_biased_overlap=rank_biased_overlap(lists[one], lists[other]),
            )
            for one, other in combinations(range(len(engines)), 2)
        ],
    )


def _one(engine: Engine, asked: CompareAsked) -> Results:
    filters = asked.filters.read()
    if asked.query is not None:
        return engine.search(check_query(typed(asked.query)), asked.k, filters, asked.mode)
    if asked.product_id is not None:
        return engine.similar(asked.product_id, asked.k, filters, asked.space)
    return engine.recommend(asked.user_id, asked.history, asked.k, filters, asked.as_of)


@router.post("/compare", response_model=Compared, summary="The lists of two to four versions side by side")
def compare_one(request: Request, asked: CompareAsked) -> Response:
    """Ask each version the same, and say how alike their lists are."""
    return told(compare(Opened(request), asked))


@router.post("/compare/batch", response_model=Outcomes[Compared], summary="Many comparisons at once")
def compare_many(request: Request, asked: Batch[CompareAsked]) -> Response:
    """Answer each request in its place, by its problem where it cannot be answered."""
    return told(Outcomes[Compared](answers=outcomes(request, asked.requests, compare)))
