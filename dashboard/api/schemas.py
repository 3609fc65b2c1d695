"""What the REST API answers."""

from __future__ import annotations

from pydantic import BaseModel, Field

from pipeline.retrieval.catalogue import Product

SEPARATOR = " > "


class Item(BaseModel):
    """A product."""

    asin: str = Field(description="The product's id in its dataset", examples=["B00004U9V2"])
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
