"""What the service answers: ranked products, who found them, and how long each step took."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import Response
from pydantic import BaseModel, Field

from pipeline.retrieval.catalogue import Product
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.explain import Explanation
from pipeline.retrieval.results import Hit, Results, ScorePart


class Part(BaseModel):
    """One retriever's share in a result."""

    retriever: str = Field(examples=["bm25"])
    score: float = Field(description="Its own score, in its own unit")
    rank: int | None = Field(description="1 is its best product; null where it did not list the product")
    share: float = Field(description="What it added to the final score")

    @classmethod
    def of(cls, part: ScorePart) -> Part:
        return cls(retriever=part.retriever, score=part.score, rank=part.rank, share=part.share)


class Evidence(BaseModel):
    """What one kind of evidence added to the score of the search ranker."""

    label: str = Field(examples=["words of the query in the title"])
    added: float = Field(description="Below 0 it spoke against the product")


class Worth(BaseModel):
    """What one word of the query is worth to a product."""

    word: str
    change: float = Field(description="What the product's score loses without the word")


class Why(BaseModel):
    """Why a product is where it is."""

    parts: list[Part] = Field(description="Who found it")
    evidence: list[Evidence] = Field(description="The ranker's, strongest first; empty where none answered")
    words: list[Worth] = Field(description="Of the query; empty where it is one word")

    @classmethod
    def of(cls, found: Explanation) -> Why:
        return cls(
            parts=[Part.of(each) for each in found.parts],
            evidence=[Evidence(label=each.label, added=each.added) for each in found.contributions],
            words=[Worth(word=each.word, change=each.change) for each in found.words],
        )


class Found(BaseModel):
    """A product of an answer."""

    rank: int = Field(examples=[1])
    score: float = Field(description="Higher is better; compares within one list", examples=[0.731])
    product_id: str = Field(examples=["E257318"])
    title: str = Field(examples=["Compact camera, 20 megapixels"])
    brand: str | None = Field(description="Null where the dataset does not say")
    category: list[str] = Field(description="From general to specific", examples=[["Cameras", "Compact cameras"]])
    price: float | None
    rating: float | None = Field(description="Mean of the ratings in training, 0 to 5")
    released: date | None
    image_url: str | None
    why: Why | None = Field(None, description="Where the request asks to explain; full for the first three")

    @classmethod
    def of(cls, hit: Hit, product: Product, *, explain: bool = False) -> Found:
        return cls(
            rank=hit.rank,
            score=hit.score,
            product_id=product.product_id,
            title=product.title,
            brand=product.brand,
            category=list(product.category),
            price=product.price,
            rating=product.rating,
            released=product.released,
            image_url=product.image_url,
            why=Why(parts=[Part.of(each) for each in hit.parts], evidence=[], words=[]) if explain else None,
        )


class Answer(BaseModel):
    """Ranked products of one version."""

    version: str = Field(description="The version that answered")
    products: list[Found] = Field(description="Best first")
    among: int = Field(description="How many products the list was chosen from")
    notes: list[str] = Field(description="What a reader should know: what was repaired, relaxed or is not there")
    timings: dict[str, float] = Field(description="Milliseconds of each step; total is the last")


def told(answer: BaseModel) -> Response:
    """Return an answer as JSON: it is made of what the description says, and need not be checked against it again."""
    return Response(answer.model_dump_json(), media_type="application/json")


def answer_of(engine: Engine, results: Results, *, explain: bool = False) -> dict[str, Any]:
    """Return the members of an `Answer`."""
    products = engine.catalogue.products([hit.row for hit in results.hits])
    return {
        "version": engine.name,
        "products": [
            Found.of(hit, product, explain=explain) for hit, product in zip(results.hits, products, strict=True)
        ],
        "among": results.among,
        "notes": list(results.notes),
        "timings": dict(results.timings),
    }
