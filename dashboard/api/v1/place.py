"""POST /api/v1/place: where a product that is not in the catalogue belongs."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from dashboard.api.checks import only_json, only_known
from dashboard.api.described import POSTED, problems
from dashboard.api.metrics import timed
from dashboard.api.v1.answers import told
from dashboard.api.v1.asked import K, Version
from dashboard.api.v1.batch import Batch, Outcomes, outcomes
from dashboard.api.v1.drafted import Drafted
from dashboard.api.v1.opened import Opened
from pipeline.maps.placing import Placement
from pipeline.retrieval.catalogue import Product
from pipeline.retrieval.drafts.place import Likely

router = APIRouter(
    prefix="/api/v1",
    tags=["service"],
    responses=problems(*POSTED),
    dependencies=[Depends(only_known), Depends(only_json)],
)


class PlaceAsked(Drafted):
    """A product that is not in the catalogue, and how many of its nearest products to tell."""

    k: K = 10
    version: Version = None


class Near(BaseModel):
    """A product near the draft."""

    rank: int = Field(examples=[1])
    cosine: float = Field(description="1 is the same direction", examples=[0.93])
    product_id: str = Field(examples=["E257318"])
    title: str
    brand: str | None
    category: list[str]
    price: float | None

    @classmethod
    def of(cls, rank: int, cosine: float, product: Product) -> Near:
        return cls(
            rank=rank,
            cosine=cosine,
            product_id=product.product_id,
            title=product.title,
            brand=product.brand,
            category=list(product.category),
            price=product.price,
        )


class LikelyCluster(BaseModel):
    """The cluster that the draft most likely belongs to."""

    number: int = Field(description="1 is the largest of the space", examples=[7])
    words: list[str] = Field(description="What tells it from the others", examples=[["tripod", "carbon"]])
    size: int = Field(description="Products in it")
    share: float = Field(description="Of the weight of the nearest products, 0 to 1", examples=[0.82])

    @classmethod
    def of(cls, found: Likely) -> LikelyCluster:
        own = found.cluster
        return cls(number=own.code + 1, words=list(own.words), size=own.size, share=found.share)


class OnMap(BaseModel):
    """Where the draft comes to lie on a map, which is centred and has a radius of 1."""

    method: str = Field(examples=["umap"])
    x: float
    y: float
    spread: float = Field(description="How far its nearest products lie from there; near 1, the place means little")

    @classmethod
    def of(cls, method: str, found: Placement) -> OnMap:
        return cls(method=method, x=found.x, y=found.y, spread=found.spread)


class InSpace(BaseModel):
    """Where the draft belongs in one space."""

    space: str = Field(description="towers (what shoppers do) or text (what the words say)", examples=["towers"])
    products: list[Near] = Field(description="Nearest first")
    cluster: LikelyCluster | None = Field(description="Null where the version has no map of the space")
    places: list[OnMap]


class Placed(BaseModel):
    """Where a product that is not in the catalogue belongs."""

    version: str = Field(description="The version that answered")
    spaces: list[InSpace] = Field(description="towers first, where the version has an item tower")
    among: int = Field(description="How many products the nearest were chosen from")
    notes: list[str] = Field(description="What is unknown here, or missing in the version")
    timings: dict[str, float] = Field(description="Milliseconds of each step; total is the last")


def place(opened: Opened, asked: PlaceAsked) -> Placed:
    """Place one product.

    Raises:
        ExplorerError: It cannot be placed.
    """
    engine = opened(asked.version)
    found = timed(engine.place(asked.read(), asked.k))
    return Placed(
        version=engine.name,
        spaces=[
            InSpace(
                space=each.space,
                products=[Near.of(hit.rank, hit.score, engine.catalogue.product(hit.row)) for hit in each.hits],
                cluster=LikelyCluster.of(each.likely) if each.likely else None,
                places=[OnMap.of(method, where) for method, where in each.places.items()],
            )
            for each in found.spaces
        ],
        among=found.among,
        notes=list(found.notes),
        timings=dict(found.timings),
    )


@router.post("/place", response_model=Placed, summary="Where a product that is not in the catalogue belongs")
def place_one(request: Request, asked: PlaceAsked) -> Response:
    """Make its vectors as the version's own were made, and tell its nearest products, likely cluster and place on maps.

    The item tower knows nothing of its id, as of any product without interactions. The price moves nothing.
    """
    return told(place(Opened(request), asked))


@router.post("/place/batch", response_model=Outcomes[Placed], summary="Where each of many products belongs")
def place_many(request: Request, asked: Batch[PlaceAsked]) -> Response:
    """Place each product in its turn, by its problem where it cannot be placed."""
    return told(Outcomes[Placed](answers=outcomes(request, asked.requests, place)))
