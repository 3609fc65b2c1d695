"""GET, PUT and DELETE /api/v1/products/{id}: any product is told; where that is on, products are added and removed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from pydantic import BaseModel, Field

from dashboard import live, loading
from dashboard.api.checks import only_json, only_known
from dashboard.api.described import problems
from dashboard.api.schemas import VersionParameter
from dashboard.api.v1.drafted import Drafted
from dashboard.api.v1.opened import Opened, published
from pipeline.errors import AlreadyPublished, JournalFailed, JournalFull
from pipeline.retrieval.drafts.draft import MAX_ID
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.live.store import CannotBeAdded

OFF = "Products cannot be added here. Start the service with PSE_LIVE_PRODUCTS=on."
ALLOWED = {"Allow": "DELETE, GET, PUT"}
OTHERS = ["HEAD", "OPTIONS", "PATCH", "POST", "QUERY", "TRACE"]
STATUS = {AlreadyPublished: 409, CannotBeAdded: 409, JournalFailed: 503, JournalFull: 507}

# An id may hold slashes: whatever stands behind the prefix is the id.
router = APIRouter(prefix="/api/v1", tags=["service"], dependencies=[Depends(only_known)])

Id = Annotated[str, Path(description="The product's id", max_length=MAX_ID, examples=["E257318"])]


class Told(BaseModel):
    """A product."""

    version: str = Field(description="The version that it is told of")
    product_id: str = Field(examples=["E257318"])
    title: str = Field(examples=["Compact camera, 20 megapixels"])
    brand: str | None
    category: list[str] = Field(description="From general to specific")
    price: float | None
    description: str | None
    released: date | None
    image_url: str | None
    rating: float | None = Field(description="Mean of its ratings in training, 0 to 5")
    ratings: int
    interactions: int = Field(description="That the version learned from")
    added: bool = Field(description="Whether it was added after the version was published")

    @classmethod
    def of(cls, engine: Engine, product_id: str) -> Told:
        """Return a product of a version.

        Raises:
            UnknownProduct: There is none of that id.
        """
        product = engine.catalogue.product(engine.catalogue.row(product_id))
        own = {name: getattr(product, name) for name in cls.model_fields if hasattr(product, name)}
        added = product.row >= engine.catalogue.published
        return cls(version=engine.name, added=added, **own | {"category": list(product.category)})


def switched_on() -> None:
    """Refuse changes where they are off.

    Raises:
        HTTPException: They are.
    """
    if not live.on():
        raise HTTPException(403, OFF)


@contextmanager
def told() -> Iterator[None]:
    """Give what can go wrong with a change its status."""
    try:
        yield
    except tuple(STATUS) as error:
        raise HTTPException(STATUS[type(error)], str(error)) from None


@router.get("/products/{product_id:path}", summary="A product", responses=problems(401, 404, 422, 503))
def tell(request: Request, product_id: Id, version: VersionParameter = None) -> Told:
    """Tell a product of the version, published or added."""
    return Told.of(Opened(request)(version), product_id)


@router.put(
    "/products/{product_id:path}",
    summary="Add a product, or replace one that was added",
    dependencies=[Depends(switched_on), Depends(only_json)],
    responses={
        201: {"model": Told, "description": "It was added"},
        **problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 503, 507),
    },
)
def put(request: Request, response: Response, product_id: Id, asked: Drafted, version: VersionParameter = None) -> Told:
    """Add a product to a version: at once it is found by its words and its meaning, and recommended as a new one is.

    It is on disk before this is answered, and there again after a restart. What the version was published with, its
    metrics and its maps stay as they are; no product of its own can be replaced. A version with towers but no item
    tower takes none.
    """
    products = loading.added(published(request, version))
    with told():
        new = products.put(product_id, asked.read())
    response.status_code = 201 if new else 200
    return Told.of(products.engine(), product_id)


@router.delete(
    "/products/{product_id:path}",
    summary="Remove a product that was added",
    status_code=204,
    dependencies=[Depends(switched_on)],
    responses=problems(401, 403, 404, 409, 422, 503),
)
def remove(request: Request, product_id: Id, version: VersionParameter = None) -> None:
    """Remove a product that was added; it is gone at once, and on disk before this is answered."""
    with told():
        loading.added(published(request, version)).remove(product_id)


@router.api_route("/products/{product_id:path}", methods=OTHERS, include_in_schema=False)
def refuse(product_id: str) -> None:
    """Refuse other methods by naming all that there are: of several routes at an address, the first would answer."""
    raise HTTPException(405, "Use DELETE, GET or PUT.", ALLOWED)
