"""The routes of the two systems that this one replaces, as their clients know them.

They are plain functions, not coroutines: each runs in a worker thread, off the event loop.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from dashboard import loading
from dashboard.api.checks import only_json, only_known
from dashboard.api.described import POSTED, READ, problems
from dashboard.api.metrics import timed
from dashboard.api.schemas import (
    NAMED_OR_NOT,
    SAYS,
    SEPARATOR,
    CategoryCount,
    Found,
    Item,
    Names,
    Recommendation,
    Recommendations,
    Stats,
    VersionParameter,
    Wanted,
)
from dashboard.api.v1.opened import Opened
from dashboard.components.words import typed
from pipeline.errors import UnknownProduct
from pipeline.retrieval.catalogue import Product
from pipeline.retrieval.engine import MAX_K, MAX_QUERY, Engine, check_query
from pipeline.retrieval.rebalancing import Rebalance
from pipeline.retrieval.results import Results
from pipeline.workspace.presets import Presets

router = APIRouter(responses=problems(*READ), dependencies=[Depends(only_known)], tags=["as before"])


def chosen(request: Request, version: VersionParameter = None) -> Engine:
    """Return the engine that answers."""
    return Opened(request)(version)


Chosen = Annotated[Engine, Depends(chosen)]
Text = Annotated[
    str,
    Query(
        max_length=MAX_QUERY,
        description="1 to 500 characters",
        examples=["compact camera"],
        json_schema_extra={"pattern": SAYS},
    ),
]
Preset = Annotated[
    str | None,
    Query(description="A re-ranking preset, saved on the page Compare", json_schema_extra=NAMED_OR_NOT),
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
    results = from_product(engine, product, top_k, wish)
    found = [
        Recommendation(rank=hit.rank, score=hit.score, **Item.of(engine.catalogue.product(hit.row)).model_dump())
        for hit in results.hits
    ]
    return Recommendations(query=query, query_item=Item.of(product), recommendations=found, total=len(found))


@router.get("/api/search", summary="Products that answer a query")
def search(engine: Chosen, q: Text, limit: Limit = 10) -> Found:
    """Search by words (BM25) and by meaning (MiniLM), joined into one ranking."""
    query = check_query(typed(q))
    results = timed(engine.search(query, k=limit))
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


@router.post(
    "/recommend",
    summary="Names of products for someone who looked at one",
    dependencies=[Depends(only_json)],
    responses=problems(*POSTED),
)
def recommend_names(request: Request, wanted: Wanted) -> Names:
    """Match the name to a product (by its id, else the best search result) and recommend others from it."""
    engine = Opened(request)(None)
    product = match(engine, check_query(typed(wanted.product_name)))
    results = from_product(engine, product, wanted.top_k)
    return Names(recommendations=[engine.catalogue.title(hit.row) for hit in results.hits])


def from_product(engine: Engine, product: Product, k: int, wish: Rebalance | None = None) -> Results:
    """Return what shoppers of a product want next; of a version without towers the products of nearest text."""
    if engine.has_towers:
        return timed(engine.recommend(history=[product.product_id], k=k, rebalance=wish))
    return timed(engine.similar(product.product_id, k=k))


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
