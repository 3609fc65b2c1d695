"""What is said of a product that is not in the catalogue."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dashboard.api.schemas import SAYS
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

    @model_validator(mode="after")
    def _can_be_read(self) -> Drafted:
        try:
            self.read()
        except InvalidRequest as error:
            raise ValueError(str(error)) from None
        return self

    def read(self) -> Draft:
        """Return the product as the engine takes it.

        Raises:
            InvalidRequest: The title is blank, or the price negative or not a number.
        """
        return Draft(self.title, self.brand, tuple(self.category), self.price, self.description)
