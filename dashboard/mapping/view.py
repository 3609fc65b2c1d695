"""What the address says of the map: which map, its colours, the part in view, the selection."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dashboard import state
from dashboard.mapping.absent import no_maps
from dashboard.mapping.colouring import Colouring
from dashboard.mapping.places import Outline, Places, placed
from pipeline.maps.neighbours import FloatArray, RowArray
from pipeline.maps.placing import Placement, place
from pipeline.maps.space_map import SpaceMap
from pipeline.retrieval.engine import Engine

CORNERS = 100  # of an outline, at most
SPACES = {"towers": "Shoppers", "text": "Text"}
METHODS = {"umap": "UMAP", "tsne": "t-SNE"}
DRAWN_ON = (state.AREA, state.VIEW)  # say nothing of another drawing


@dataclass(frozen=True)
class Shown:
    """The map in view.

    Args:
        engine: The version.
        drawn: Its map.
        method: How it is drawn.
        places: Where its products lie.
    """

    engine: Engine
    drawn: SpaceMap
    method: str
    places: Places

    def place(self, rows: RowArray, cosines: FloatArray) -> Placement | None:
        """Return where something lies by its nearest products in the original space; None where none has a place.

        Args:
            rows: int32 [k], the nearest products, nearest first.
            cosines: float32 [k], their cosines.
        """
        there = self.drawn.neighbours[rows, 0] >= 0  # what has no place cannot give one
        return place(self.places.coordinates().astype(np.float32), rows[there], cosines[there])

    @classmethod
    def of(cls, engine: Engine, other: Engine | None = None) -> Shown:
        """Return the map that the address names, or the version's standard one.

        Args:
            engine: The version.
            other: The one beside it.

        Raises:
            InvalidRequest: The version has no maps.
        """
        if engine.maps is None:
            raise no_maps(engine.name)
        spaces = engine.maps.spaces
        said = state.text(state.SPACE)
        drawn = spaces[said if said in spaces else standard_space(engine, other)]
        said = state.text(state.METHOD)
        method = said if said in drawn.methods else drawn.methods[0]
        return cls(engine, drawn, method, placed(engine, drawn, method))


def standard_space(engine: Engine, other: Engine | None) -> str:
    """Return the first space of a version's maps, of those that the one beside it has too; it must have maps."""
    assert engine.maps is not None
    shared = [] if other is None or other.maps is None else list(other.maps.spaces)
    own = list(engine.maps.spaces)
    return next((each for each in own if each in shared), own[0])


def switch(parameter: str, value: str) -> None:
    """Choose another drawing; outlines and the part in view are in the coordinates of the one before."""
    state.write(parameter, value)
    state.forget_all(DRAWN_ON)


def pin(shown: Shown) -> None:
    """Name the drawing in the address where it holds an outline or a part in view: they belong to no other."""
    if any(state.text(each) for each in DRAWN_ON):
        state.write(state.SPACE, shown.drawn.space)
        state.write(state.METHOD, shown.method)


def switched_off(groups: Colouring) -> list[int]:
    """Return the groups that the address switches off; the one after the last is that of products in none."""
    wanted = {int(each) for each in state.text(state.OFF).split(state.BETWEEN) if each.isdecimal() and len(each) < 3}
    return sorted(each for each in wanted if each <= len(groups.groups))


def numbers(parameter: str) -> list[float]:
    """Return the numbers that the address lists; none where it does not, or lists other things."""
    said = state.text(parameter)
    try:
        found = [float(each) for each in said.split(state.BETWEEN)] if 0 < len(said) < 40 * CORNERS else []
    except ValueError:
        return []
    return found if all(math.isfinite(each) and abs(each) < 1e6 for each in found) else []


def area() -> Outline:
    """Return the outline of the selection; empty where nothing is selected."""
    found = numbers(state.AREA)
    if len(found) < 6 or len(found) % 2 or len(found) > 2 * CORNERS:
        return ()
    return tuple(zip(found[::2], found[1::2], strict=True))


def view() -> list[float] | None:
    """Return left, right, bottom and top of the part in view; None for the whole map."""
    found = numbers(state.VIEW)
    return found if len(found) == 4 and found[0] < found[1] and found[2] < found[3] else None


def row_of(engine: Engine) -> int | None:
    """Return the row of the marked product; None where none is.

    Raises:
        UnknownProduct: The version does not hold it.
    """
    said = state.text(state.PRODUCT)
    return engine.catalogue.row(said) if said else None
