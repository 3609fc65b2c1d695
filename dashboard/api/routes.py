"""The routes. They are plain functions, not coroutines: each runs in a worker thread, off the event loop."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from dashboard import loading
from dashboard.api.problem import MEDIA_TYPE, Problem
from dashboard.api.schemas import (
    SEPARATOR,
    CategoryCount,
    Found,
    Health,
    Item,
    Recommendation,
    Recommendations,
    Stats,
    VersionHealth,
)
from dashboard.components.words import clean, listing, typed
from pipeline.errors import InvalidRequest, UnknownProduct
from pipeline.retrieval.catalogue import Product
from pipeline.retrieval.engine import MAX_K, MAX_QUERY, Engine, check_query
from pipeline.workspace.presets import Presets

WORDS = {
    404: "No such version or product",
    422: "A parameter is missing or out of range",
    503: "No version is published, or it is damaged",
}
PROBLEMS: dict[int | str, dict[str, object]] = {
    status: {"model": Problem, "description": words, "content": {MEDIA_TYPE: {}}} for status, words in WORDS.items()
}

SEARCH = ("q", "limit", "version")  # the parameters of a search

router = APIRouter(responses=PROBLEMS)


def chosen(
    response: Response,
    version: Annotated[
        str | None, Query(description="A published version; without it, the newest with towers", examples=["beauty"])
    ] = None,
) -> Engine:
    """Return the engine that answers; headers name it and mark generated data."""
    engine = loading.engine(version)
    response.headers["X-Version"] = engine.name
    if engine.manifest.dataset.get("generated"):
        response.headers["X-Generated-Data"] = "true"
    return engine


def only_known(request: Request) -> None:
    """Refuse what a search would ignore: an answer without the filter that was asked for is a wrong answer.

    Raises:
        InvalidRequest: The address has a parameter that a search does not have.
    """
    for name in request.query_params:
        if name not in SEARCH:
            raise InvalidRequest(
                f'There is no parameter "{clean(name, 40)}" here.', f"The parameters are {listing(SEARCH)}."
            )


Chosen = Annotated[Engine, Depends(chosen)]
Text = Annotated[str, Query(max_length=MAX_QUERY, description="1 to 500 characters", examples=["compact camera"])]
Preset = Annotated[
    str | None, Query(max_length=64, description="A re-ranking preset, saved on the page Compare", examples=["fresh"])
]
Limit = Annotated[int, Query(ge=1, le=MAX_K, description="How many products, 1 to 100")]


@router.get("/api/recommend", summary="Products for someone who looked at one")
def recommend(engine: Chosen, q: Text, top_k: Limit = 10, preset: Preset = None) -> Recommendations:
    """Match `q` to a product (by its id, else the best search result) and recommend others from it.

    A version with towers answers with what shoppers of that product want next; one without answers with the
    products whose text is nearest. A preset puts the recommendations of a version with towers in another order.
    """
    wish = Presets(loading.versions().store.artifacts).open(preset) if preset else None
    query = check_query(typed(q))
    product = match(engine, query)
    if engine.has_towers:
        results = engine.recommend(history=[product.product_id], k=top_k, rebalance=wish)
    else:
        results = engine.similar(product.product_id, k=top_k)
    found = [
        Recommendation(rank=hit.rank, score=hit.score, **Item.of(engine.catalogue.product(hit.row)).model_dump())
        for hit in results.hits
    ]
    return Recommendations(query=query, query_item=Item.of(product), recommendations=found, total=len(found))


@router.get("/api/search", summary="Products that answer a query", dependencies=[Depends(only_known)])
def search(engine: Chosen, q: Text, limit: Limit = 10) -> Found:
    """Search by words (BM25) and by meaning (MiniLM), joined into one ranking."""
    query = check_query(typed(q))
    results = engine.search(query, k=limit)
    items = [Item.of(engine.catalogue.product(hit.row)) for hit in results.hits]
    words = results.understood.words if results.understood else query
    return Found(query=query, total=len(items), items=items, searched=words, notes=list(results.notes))


@router.get("/api/stats", summary="The size of a version")
def stats(engine: Chosen) -> Stats:
    """Count products, brands and categories."""
    leaves = Counter(path for path in engine.catalogue.categories if path)
    return Stats(
        total_items=len(engine.catalogue),
        embedding_dim=engine.dimension,
        unique_brands=len(engine.catalogue.brands),
        unique_categories=len(leaves),
        top_categories=[
            CategoryCount(category=SEPARATOR.join(path), count=count)
            for path, count in sorted(leaves.items(), key=lambda each: (-each[1], each[0]))[:10]
        ],
    )


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", summary="Whether the process is up, and what it can serve", responses={})
def health() -> Health:
    """Answer at once, whatever state the versions are in."""
    return Health(
        status="ok",
        versions=[
            VersionHealth(name=listed.name, loaded=listed.loaded, error=listed.reason)
            for listed in loading.versions().listing()
        ],
    )


def match(engine: Engine, query: str) -> Product:
    """Return the product with the id `query`, else the best search result for it.

    Raises:
        UnknownProduct: There is neither.
    """
    if query in engine.catalogue:
        return engine.catalogue.product(engine.catalogue.row(query))
    hits = engine.search(query, k=1).hits
    if not hits:
        raise UnknownProduct(f'No product matches "{query[:80]}".', "Try other words.")
    return engine.catalogue.product(hits[0].row)
