"""What every request of the service may say: a version, how many products, and filters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from dashboard.api.schemas import NAMED, SAYS
from dashboard.components.words import typed
from pipeline.errors import InvalidName
from pipeline.names import check_name
from pipeline.retrieval.engine import MAX_HISTORY, MAX_K, MAX_QUERY
from pipeline.retrieval.filters import BEST_RATING, Filters

STRICT = ConfigDict(extra="forbid", strict=True)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOST_PRICE = 1e12


def day(value: object) -> object:
    """Let through a day as text alone: numbers would be read as seconds since 1970.

    Raises:
        ValueError: It is something else.
    """
    if value is None or (isinstance(value, str) and DAY.fullmatch(value)):
        return value
    raise ValueError("write it as year-month-day")


def whole(value: object) -> object:
    """Return a number without a fraction as the integer that it is in JSON, whatever way it is written."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def named(what: str) -> AfterValidator:
    """Return what lets names of versions or presets through."""

    def check(name: str) -> str:
        try:
            return check_name(name, what)
        except InvalidName as error:
            # pydantic cannot hold half of a pair of surrogates, which the name that is quoted may be.
            raise ValueError(str(error).encode("utf-8", "replace").decode()) from None

    return AfterValidator(check)


def says(text: str) -> str:
    """Let through a query that says something.

    Raises:
        ValueError: It is blank, or holds control characters alone.
    """
    if not typed(text).strip():
        raise ValueError("It is empty.")
    return text


def one_of(asked: BaseModel, names: Sequence[str]) -> None:
    """Let through a request that gives one of some things.

    Raises:
        ValueError: It gives none of them, or several.
    """
    given = [name for name in names if getattr(asked, name) is not None]
    if len(given) != 1:
        raise ValueError(f"Give one of {', '.join(names)}, not {len(given)} of them.")


def described_one_of(**types: str) -> dict[str, Any]:
    """Return how a description says `one_of`: {name: its JSON type}."""
    return {"oneOf": [{"required": [name], "properties": {name: {"type": kind}}} for name, kind in types.items()]}


Text = Annotated[
    str,
    Field(
        max_length=MAX_QUERY,
        description="1 to 500 characters",
        examples=["compact camera"],
        json_schema_extra={"pattern": SAYS},
    ),
    AfterValidator(says),
]
Name = Annotated[str, named("version"), Field(json_schema_extra=NAMED)]
Version = Annotated[
    Name | None,
    Field(
        description="A published version or an alias (production, candidate); without it the one in production, else "
        "the newest with towers"
    ),
]
Preset = Annotated[
    Annotated[str, named("preset"), Field(json_schema_extra=NAMED)] | None,
    Field(description="A re-ranking preset, saved on the page Compare"),
]
K = Annotated[int, BeforeValidator(whole), Field(ge=1, le=MAX_K, description="How many products, 1 to 100")]
ProductId = Annotated[str, Field(min_length=1, max_length=200)]
UserId = Annotated[str, Field(min_length=1, max_length=200, description="A shopper of the version")]
History = Annotated[list[ProductId], Field(max_length=MAX_HISTORY, description="Product ids, oldest first")]
Price = Annotated[float, Field(ge=0, le=MOST_PRICE, allow_inf_nan=False)]


class FilterSet(BaseModel):
    """Which products may be returned; what is left out filters nothing."""

    model_config = STRICT

    brands: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        default_factory=list, max_length=50, description="Any of these brands"
    )
    category: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        default_factory=list, max_length=10, description="A path from the root; products below it match"
    )
    price_min: Price | None = Field(default=None, description="Inclusive; products without a price do not match")
    price_max: Price | None = Field(default=None, description="Inclusive, and not below price_min")
    rating_min: Annotated[float, Field(ge=0, le=BEST_RATING, allow_inf_nan=False)] | None = Field(
        default=None, description="Lowest mean rating, inclusive"
    )
    since: Annotated[date | None, Field(strict=False), BeforeValidator(day)] = Field(
        default=None, description="First day of release, inclusive"
    )

    def read(self) -> Filters:
        """Return the filters as the engine takes them.

        Raises:
            InvalidRequest: The lowest price is above the highest.
        """
        return Filters(
            brands=tuple(self.brands),
            category=tuple(self.category),
            price_min=self.price_min,
            price_max=self.price_max,
            rating_min=self.rating_min,
            since=self.since,
        )


class Asked(BaseModel):
    """What every request may say."""

    model_config = STRICT

    k: K = 10
    version: Version = None
    filters: FilterSet = Field(default_factory=FilterSet)
