"""What is said of a product that is not in the catalogue, and the words that its routes share."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dashboard import loading
from dashboard.api.problem import MEDIA_TYPE, Problem
from dashboard.components.words import clean
from pipeline.errors import InvalidRequest
from pipeline.retrieval.drafts.draft import (
    MAX_BRAND,
    MAX_DESCRIPTION,
    MAX_PRICE,
    MAX_STEP,
    MAX_STEPS,
    MAX_TITLE,
    Draft,
)
from pipeline.retrieval.engine import Engine

SAYS = r"[^\s\x00-\x1f\x7f-\x9f]"  # some character that is neither blank nor control
WORDS = {
    400: "The body cannot be read",
    401: "The service has a key, and it was not sent",
    403: "Products cannot be added here: PSE_LIVE_PRODUCTS is not on",
    404: "There is no such version or product",
    409: "The id is one of the version's own products",
    413: "The body is too large",
    415: "The body is not sent as JSON",
    422: "Something is missing, unknown or out of range",
    503: "No version can be served, or the change cannot be written down",
    507: "The version takes no more products",
}

Version = Annotated[
    str | None, Query(description="A published version; without it, the default one", examples=["beauty"])
]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the description of answers that are problem documents."""
    return {
        status: {"model": Problem, "description": WORDS[status], "content": {MEDIA_TYPE: {}}} for status in statuses
    }


class Drafted(BaseModel):
    """A product that is not in the catalogue: its title, and what else is known."""

    # What the title and the price may be stands in the description alone: what refuses them says so in a sentence.
    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {"title": "Compact camera, 20 megapixels", "brand": "Norvik", "category": ["Cameras"], "price": 199.0}
            ]
        },
    )

    title: Annotated[
        str,
        Field(
            max_length=MAX_TITLE,
            description="1 to 500 characters",
            examples=["Compact camera, 20 megapixels"],
            json_schema_extra={"minLength": 1, "pattern": SAYS},
        ),
    ]
    brand: Annotated[str, Field(max_length=MAX_BRAND)] | None = None
    category: list[Annotated[str, Field(max_length=MAX_STEP)]] = Field(
        default_factory=list, max_length=MAX_STEPS, description="From general to specific"
    )
    price: Annotated[float, Field(json_schema_extra={"minimum": 0, "maximum": MAX_PRICE})] | None = None
    description: Annotated[str, Field(max_length=MAX_DESCRIPTION)] | None = None

    def read(self) -> Draft:
        """Return the product as the engine takes it.

        Raises:
            InvalidRequest: The title is blank, or the price negative or not a number.
        """
        return Draft(self.title, self.brand, tuple(self.category), self.price, self.description)


def only_version(request: Request) -> None:
    """Refuse parameters of the address that there are not.

    Raises:
        InvalidRequest: There is one.
    """
    for name in request.query_params:
        if name != "version":
            raise InvalidRequest(f'There is no parameter "{clean(name, 40)}" here.', "The parameter is version.")


def published(version: str | None, response: Response) -> Engine:
    """Return the engine of a version as it was published; headers name it and mark generated data."""
    engine = loading.published(version)
    response.headers["X-Version"] = engine.name
    if engine.manifest.dataset.get("generated"):
        response.headers["X-Generated-Data"] = "true"
    return engine
