"""POST /api/v1/search: products that answer a query."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ConfigDict, Field

from dashboard.api.checks import only_json, only_known
from dashboard.api.described import POSTED, problems
from dashboard.api.metrics import timed
from dashboard.api.v1.answers import Answer, Why, answer_of, told
from dashboard.api.v1.asked import STRICT, Asked, Text
from dashboard.api.v1.batch import Batch, Outcomes, outcomes
from dashboard.api.v1.opened import Opened
from dashboard.components.words import typed
from pipeline.errors import InvalidRequest
from pipeline.retrieval.engine import Mode, check_query

EXPLAINED = 3  # products of an answer whose place is explained in full: each takes as long as some searches
EXPLAINED_OF_BATCH = 10  # requests of a batch that may ask for it

router = APIRouter(
    prefix="/api/v1",
    tags=["service"],
    responses=problems(*POSTED),
    dependencies=[Depends(only_known), Depends(only_json)],
)


class SearchAsked(Asked):
    """A search."""

    model_config = ConfigDict(
        **STRICT,
        json_schema_extra={
            "examples": [
                {"query": "compact camera", "k": 5},
                {"query": "camera under 200", "filters": {"brands": ["Norvik"], "price_max": 200}, "explain": True},
            ]
        },
    )

    query: Text
    mode: Mode | None = Field(
        None, description='Without it "ranked" where the version has a search ranker, else "fused"'
    )
    explain: bool = Field(False, description="Say why each product is where it is")
    as_typed: bool = Field(False, description="Repair no spelling, and read no price")


class Searched(Answer):
    """Products that answer a query."""

    query: str
    searched: str = Field(description="The words that were searched: spelling repaired, a price limit taken out")


def search(opened: Opened, asked: SearchAsked) -> Searched:
    """Answer one search.

    Raises:
        ExplorerError: It cannot be answered.
    """
    engine, query, filters = opened(asked.version), check_query(typed(asked.query)), asked.filters.read()
    results = timed(engine.search(query, asked.k, filters, asked.mode, as_typed=asked.as_typed))
    found = Searched(
        query=query,
        searched=results.understood.words if results.understood else query,
        **answer_of(engine, results, explain=asked.explain),
    )
    if asked.explain and asked.mode in (None, "ranked", "fused") and results.understood:
        allowed = results.understood.filters  # as they were relaxed
        for each in found.products[:EXPLAINED]:
            why = engine.explain(results.understood.words, each.product_id, allowed, asked.mode, as_typed=True)
            each.why = Why.of(why)
    return found


@router.post("/search", response_model=Searched, summary="Products that answer a query")
def search_one(request: Request, asked: SearchAsked) -> Response:
    """Search by words (BM25) and by meaning (MiniLM), put in order by the version's search ranker where it has one."""
    return told(search(Opened(request), asked))


@router.post("/search/batch", response_model=Outcomes[Searched], summary="Many searches at once")
def search_many(request: Request, asked: Batch[SearchAsked]) -> Response:
    """Answer each search in its place, by its problem where it cannot be answered."""
    explained = 0

    def one(opened: Opened, each: SearchAsked) -> Searched:
        nonlocal explained
        explained += each.explain
        if each.explain and explained > EXPLAINED_OF_BATCH:
            raise InvalidRequest(
                f"Of a batch {EXPLAINED_OF_BATCH} searches are explained.", "Ask for this one in another batch."
            )
        return search(opened, each)

    return told(Outcomes[Searched](answers=outcomes(request, asked.requests, one)))
