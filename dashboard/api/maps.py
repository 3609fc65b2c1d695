"""What the map in the browser fetches: places and colours as bytes, and the products that are pointed at.

Places and colours never change under one address, which names the files they come from: a browser fetches them once,
and a new colouring sends one byte a product.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from dashboard import loading
from dashboard.api.schemas import Item
from dashboard.mapping import colouring, view
from dashboard.mapping.labels import cluster_name
from dashboard.mapping.places import placed
from pipeline.errors import InvalidRequest
from pipeline.maps.alignment import Shared
from pipeline.maps.space_map import SpaceMap
from pipeline.retrieval.engine import Engine

KEPT = {"Cache-Control": "private, max-age=31536000, immutable"}
POINTED = 50  # products told at once

router = APIRouter(prefix="/api/map", include_in_schema=False)


def asked(version: str, space: str, method: str) -> tuple[Engine, SpaceMap, str]:
    """Return the version, its map of that space, and the method.

    Raises:
        InvalidRequest: There is no such map.
    """
    engine = loading.engine(version)
    if engine.maps is None:
        raise view.no_maps(version)
    if space not in engine.maps.spaces or method not in engine.maps.spaces[space].methods:
        raise InvalidRequest("There is no such map.", "Choose a space and a method that the Map page offers.")
    return engine, engine.maps.spaces[space], method


Asked = Annotated[tuple[Engine, SpaceMap, str], Depends(asked)]


@router.get("/places")
def places(of: Asked, onto: str = "") -> Response:
    """Answer uint16 [2, n], every x, then every y (`Places.packed`)."""
    engine, drawn, method = of
    fixed = asked(onto, drawn.space, method)[0] if onto else None
    return Response(placed(engine, drawn, method, fixed).packed(), media_type="application/octet-stream", headers=KEPT)


@router.get("/colours")
def colours(of: Asked, by: str, like: str = "") -> Response:
    """Answer uint8 [n], the group of each product (`Colouring.codes`); `like` another version's groups."""
    engine, drawn, method = of
    if like:
        other, its, _ = asked(like, drawn.space, method)
        shared = Shared.of(other.catalogue.ids, engine.catalogue.ids)
        found = colouring.coloured(other, its, method, by).shared(shared, len(engine.catalogue))
    else:
        found = colouring.coloured(engine, drawn, method, by)
    return Response(found.codes.tobytes(), media_type="application/octet-stream", headers=KEPT)


@router.get("/products")
def products(of: Asked, rows: Annotated[str, Query(max_length=500, pattern=r"^\d{1,9}(,\d{1,9})*$")]) -> list[dict]:
    """Answer what is shown of the products of some rows, in that order; rows that there are not are left out."""
    engine, drawn, method = of
    said = []
    for row in [int(each) for each in rows.split(",")][:POINTED]:
        if row >= len(engine.catalogue):
            continue
        cluster = drawn.cluster_of(row)
        own = Item.of(engine.catalogue.product(row)).model_dump(mode="json")
        said.append(
            own
            | {
                "row": row,
                "cluster": cluster_name(cluster) if cluster else None,
                "faithfulness": round(float(drawn.faithfulness[method][row]), 3),
            }
        )
    return said
