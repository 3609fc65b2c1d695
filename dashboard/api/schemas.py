"""What the REST API answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from pipeline.names import NAME
from pipeline.retrieval.catalogue import Product
from pipeline.retrieval.engine import MAX_K, MAX_QUERY

SEPARATOR = " > "
SAYS = r"[^\s\x00-\x1f\x7f-\x9f]"  # some character that is neither blank nor control
# These stand in the description alone: what refuses a name or an empty query says so in a sentence of its own.
NAMED = {"pattern": f"^{NAME.pattern}$"}
NAMED_OR_NOT = {"pattern": f"^({NAME.pattern})?$"}  # in an address an empty one counts as none
VersionParameter = Annotated[
    str | None,
    Query(
        description="A published version or an alias; without it production, else the newest with towers",
        examples=["sample-history"],
        json_schema_extra=NAMED_OR_NOT,
    ),
]


class Item(BaseModel):
    """A product."""

    asin: str = Field(description="The product's id in its dataset", examples=["E257318"])
    title: str = Field(examples=["Compact camera, 20 megapixels"])
    brand: str = Field(description="Empty where the dataset does not say", examples=["Norvik"])
    category: str = Field(description="From general to specific", examples=["Cameras > Compact cameras"])

    @classmethod
    def of(cls, product: Product) -> Item:
        return cls(
            asin=product.product_id,
            title=product.title,
            brand=product.brand or "",
            category=SEPARATOR.join(product.category),
        )


class Recommendation(Item):
    """A recommended product."""

    rank: int = Field(examples=[1])
    score: float = Field(description="Higher is better; compares within one list", examples=[0.731])


class Recommendations(BaseModel):
    """Products for someone who looked at the query product."""

    query: str
    query_item: Item = Field(description="The product that the query was matched to")
    recommendations: list[Recommendation] = Field(description="Best first")
    total: int = Field(description="How many recommendations there are here", examples=[10])


class Found(BaseModel):
    """Products that answer a query."""

    query: str
    total: int = Field(description="How many items there are here", examples=[10])
    items: list[Item] = Field(description="Best first")
    searched: str = Field(description="The words that were searched: spelling repaired, a price limit taken out")
    notes: list[str] = Field(description="What a reader should know: what was repaired, read as a limit or left out")


class CategoryCount(BaseModel):
    """How many products a category holds."""

    category: str
    count: int


class Stats(BaseModel):
    """The size of a version."""

    total_items: int = Field(examples=[48629])
    embedding_dim: int = Field(description="Length of an item vector", examples=[64])
    unique_brands: int
    unique_categories: int
    top_categories: list[CategoryCount] = Field(description="The ten largest, largest first")


class VersionHealth(BaseModel):
    """Whether a version can be served."""

    name: str
    loaded: bool = Field(description="Whether it is open in this process")
    error: str | None = Field(None, description="Why it cannot be served")


class Health(BaseModel):
    """The process is up."""

    status: str = Field(examples=["ok"])
    versions: list[VersionHealth]


class Ready(BaseModel):
    """The version that answers by default is open."""

    status: str = Field(examples=["ready"])


class Wanted(BaseModel):
    """A product, by the words that name it."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"product_name": "compact camera", "top_k": 5}]}
    )

    product_name: str = Field(
        max_length=MAX_QUERY,
        description="Words of a title, or a product's id; 1 to 500 characters",
        json_schema_extra={"pattern": SAYS},
    )
    top_k: int = Field(10, ge=1, le=MAX_K, description="How many names, 1 to 100")


class Names(BaseModel):
    """The names of recommended products."""

    recommendations: list[str] = Field(description="Titles, best first", examples=[["Zoom lens", "Camera bag"]])
