"""Products that are added to the tiny shop."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.retrieval.drafts.draft import Draft
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.live.added import Added, Adder
from pipeline.retrieval.live.engine import LiveEngine
from pipeline.retrieval.live.overlay import Overlay

# A near twin of C1 and C3, dearer than all others; a brand and a category that no published product has.
CAMERA = Draft("Quokka compact camera", "Aldor", ("Photo", "Cameras"), 999.0)
DRONE = Draft("Zorblax drone", "Zorbco", ("Toys", "Drones"), 59.0, "It flies.")


def added(engine: Engine, products: Mapping[str, Draft]) -> list[Added]:
    return Adder(engine.contents, engine.drafts).make(products)


def live(engine: Engine, products: Mapping[str, Draft]) -> LiveEngine:
    """Return an engine with products added to it."""
    return LiveEngine(engine, Overlay(engine.contents).over(added(engine, products)))
