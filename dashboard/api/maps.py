"""What the map in the browser fetches: places and colours as bytes, and the products that are pointed at.

An address has a tag `v` of what its bytes are made of (`tag`): the files of the version drawn, those of the version
that it is laid on or coloured like, and the code. Under the tag of now, places and colours may be kept for good: a
browser fetches them once, and a new colouring sends one byte a product. Under any other, or none, they are not kept.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from dashboard import loading
from dashboard.api.schemas import Item
from dashboard.components.words import clean
from dashboard.mapping import colouring
from dashboard.mapping.absent import no_maps
from dashboard.mapping.labels import cluster_name
from dashboard.mapping.places import placed
from dashboard.mapping.tag import tag
from pipeline.errors import InvalidRequest
from pipeline.maps.alignment import Shared
from pipeline.maps.space_map import SpaceMap
from pipeline.retrieval.engine import Engine

FRESH = {"Cache-Control": "no-store"}
KEPT = {"Cache-Control": "private, max-age=31536000, immutable"}
SHOWN = 300  # characters of a title beside the pointer
POINTED = 50  # products told at once
ROWS = re.compile(r"\d{1,9}(,\d{1,9})*", re.ASCII)

router = APIRouter(prefix="/api/map", include_in_schema=False)


def asked(version: str, space: str, method: str) -> tuple[Engine, SpaceMap, str]:
    """Return the version, its map of that space, and the method.

    Raises:
        InvalidRequest: There is no such map.
    """
    engine = loading.published(version)
    if engine.maps is None:
        raise no_maps(version)
    if space not in engine.maps.spaces or method not in engine.maps.spaces[space].methods:
        raise InvalidRequest("There is no such map.", "Choose a space and a method that the Map page offers.")
    return engine, engine.maps.spaces[space], method


Asked = Annotated[tuple[Engine, SpaceMap, str], Depends(asked)]


def answer(content: bytes, v: str, engine: Engine, onto: Engine | None) -> Response:
    """Answer bytes, which a browser may keep where `v` is their tag."""
    headers = KEPT if v == tag(engine, onto) else FRESH
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.get("/places")
def places(of: Asked, onto: str = "", v: str = "") -> Response:
    """Answer uint16 [2, n], every x, then every y (`Places.packed`); `onto` lays them on another version's map."""
    engine, drawn, method = of
    fixed = asked(onto, drawn.space, method)[0] if onto else None
    return answer(placed(engine, drawn, method, fixed).packed(), v, engine, fixed)


@router.get("/colours")
def colours(of: Asked, by: str, like: str = "", v: str = "") -> Response:
    """Answer uint8 [n], the group of each product (`Colouring.codes`); `like` another version's groups."""
    engine, drawn, method = of
    other, its, _ = asked(like, drawn.space, method) if like else (None, drawn, method)
    known = colouring.ways(other or engine, its)
    if by not in known:
        raise InvalidRequest(f'"{by[:40]}" is nothing to colour by.', f"There are: {', '.join(known)}.")
    if other is not None:
        shared = Shared.of(other.catalogue.ids, engine.catalogue.ids)
        found = colouring.coloured(other, its, method, by).shared(shared, len(engine.catalogue))
    else:
        found = colouring.coloured(engine, drawn, method, by)
    return answer(found.codes.tobytes(), v, engine, other)


@router.get("/products")
def products(of: Asked, rows: Annotated[str, Query(max_length=500)]) -> list[dict[str, object]]:
    """Answer what is shown of the products of some rows, in that order; rows that there are not are left out."""
    engine, drawn, method = of
    if not ROWS.fullmatch(rows):
        raise InvalidRequest(f'"{rows[:40]}" is no list of rows.', "Write whole numbers from 0 up, as in 3,14,15.")
    said = []
    for row in [int(each) for each in rows.split(",")][:POINTED]:
        if row >= len(engine.catalogue):
            continue
        cluster = drawn.cluster_of(row)
        own = Item.of(engine.catalogue.product(row)).model_dump(mode="json")
        own |= {name: clean(own[name], SHOWN) for name in ("title", "brand", "category")}
        said.append(
            own
            | {
                "row": row,
                "cluster": cluster_name(cluster) if cluster else None,
                "faithfulness": round(float(drawn.faithfulness[method][row]), 3),
            }
        )
    return said
