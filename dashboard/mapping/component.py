"""The map itself: what the browser is told, and what it tells."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt
import streamlit as st

from dashboard import assets, downloads, map_pass, state
from dashboard.components.words import clean
from dashboard.mapping import colours
from dashboard.mapping.colouring import Colouring, ways
from dashboard.mapping.labels import labels
from dashboard.mapping.places import Outline
from dashboard.mapping.tag import tag
from dashboard.mapping.view import Shown
from pipeline.retrieval.engine import Engine

OF_SELECTION = ("queries", "versions")  # details that read the selection, and stay when it changes
HEIGHT, BESIDE = 560, 480  # pixels of a map alone, and of one beside another
# The script is fetched, so that the page carries a line of it, and the browser keeps the rest.
LOADER = """
export default async function (component) {
  const { address } = component.data.client;
  const map = await import(new URL(address, document.baseURI));
  return map.default(component);
}
"""

_mount = st.components.v2.component("product-map", html='<div class="pse-map"></div>', js=LOADER, isolate_styles=False)


@dataclass(frozen=True)
class Marks:
    """What is marked on a map.

    Args:
        product: The row of a product and those of its true neighbours.
        star: The place of a query and the rows of its results.
        shopper: The place of a shopper, the rows of what is recommended, and those of the history.
        rows: Rows that another map's selection holds.
        trails: Old x, old y and row of what moved.
    """

    product: tuple[int, Sequence[int]] | None = None
    star: tuple[float, float, Sequence[int]] | None = None
    shopper: tuple[float, float, Sequence[int], Sequence[int]] | None = None
    rows: npt.NDArray[np.int32] | None = None
    trails: Sequence[tuple[float, float, int]] = ()


def told(
    shown: Shown,
    way: str,
    colouring: Colouring,
    marks: Marks,
    *,
    off: Sequence[int] = (),
    outline: Outline = (),
    view: Sequence[float] | None = None,
    density: bool = False,
    names: bool = True,
    query: str = "",
    onto: Engine | None = None,
    extent: Sequence[float] | None = None,
    dark: bool = False,
    height: int = HEIGHT,
) -> dict[str, Any]:
    """Return what the browser needs to draw a map: addresses of bytes, and the little that is not bytes.

    Args:
        shown: The map.
        way: What it is coloured by.
        colouring: The groups of that.
        marks: What is marked.
        off: Groups that the legend has switched off; the last is that of products in none.
        outline: Of the selection.
        view: Left, right, bottom, top; None for all.
        density: Whether to show how many lie where.
        query: The query that the star stands for.
        names: Whether the clusters' names stand on it.
        onto: The version whose map this one is laid on, and whose groups it takes; that one shows the legend.
        extent: Left, right, bottom, top of the whole map, where it is to be more than its own products need.
        dark: Whether the page is dark.
        height: In pixels.
    """
    engine, drawn = shown.engine, shown.drawn
    base = base_path()
    which = {"version": engine.name, "space": drawn.space, "method": shown.method, **map_pass.parameters()}
    made_of = tag(engine, onto)
    other = {"onto": onto.name} if onto else {}
    like = {"like": onto.name} if onto else {}
    shades = colours.of_groups(len(colouring.groups), ordered=colouring.ordered, dark=dark)
    groups = [
        {"name": clean(name, 200), "colour": colour, "count": count}
        for name, colour, count in zip((*colouring.groups, colouring.rest), shades, colouring.counts(), strict=True)
    ]
    return {
        "client": {"address": assets.address(assets.MAP, base)},
        "plotly": assets.address(assets.PLOTLY, base),
        "places": {
            "address": f"{base}/api/map/places?{urlencode({**which, **other, 'v': made_of})}",
            "low": shown.places.low,
            "step": shown.places.step,
        },
        "colours": {
            "address": f"{base}/api/map/colours?{urlencode({**which, **like, 'by': way, 'v': made_of})}",
            "groups": groups,
            "by": way,
        },
        "about": f"{base}/api/map/products?{urlencode({**which, 'v': made_of})}",
        "names": [
            [each.x, each.y, each.text, each.size, each.level] for each in labels(drawn, shown.places.coordinates())
        ],
        "names_shown": names,
        "off": list(off),
        "area": [list(corner) for corner in outline],
        "view": list(view) if view else None,
        "extent": list(extent) if extent else None,
        "legend": not onto,
        "density": density,
        "mark": marks.product and {"row": marks.product[0], "near": list(marks.product[1])},
        "star": marks.star and {"x": marks.star[0], "y": marks.star[1], "rows": list(marks.star[2])},
        "shopper": marks.shopper
        and dict(zip(("x", "y", "rows", "had"), (*marks.shopper[:2], *map(list, marks.shopper[2:])), strict=True)),
        "rows": None if marks.rows is None else base64.b64encode(marks.rows.astype("<i4").tobytes()).decode(),
        "trails": [list(each) for each in marks.trails] or None,
        "theme": theme(dark=dark),
        "ramp": ramp(dark=dark),
        "height": height,
        "said": said(shown, way, query),
        "file": downloads.named("map", engine.manifest, drawn.space, shown.method, kind=""),
    }


def said(shown: Shown, way: str, query: str = "") -> dict[str, str]:
    """Return what a picture of the map has to say away from its page.

    Args:
        shown: The map.
        way: What it is coloured by.
        query: The query that is marked, "" for none.

    Returns:
        colours: What the colours say; all: that, the query, and whether the data are generated, in sentences.
    """
    by = ways(shown.engine, shown.drawn).get(way, "")
    sentences = [f"Coloured by {by}."] if by else []
    if query:
        sentences.append(f'The star is the query "{clean(query, 100)}", rings are its results.')
    if shown.engine.manifest.dataset.get("generated"):
        sentences.append("Generated data: no real products, no real shoppers.")
    return {"colours": by, "all": " ".join(sentences)}


def draw(data: Mapping[str, Any], key: str, ids: Sequence[str], *, leads: bool = True) -> None:
    """Put a map on the page; what the reader does there is written into the address.

    Args:
        data: Of `told`.
        key: Tells the maps of a page apart.
        ids: Of its products, by row.
        leads: Whether this map's part in view, groups and selection are those of the address.
    """
    st.html(f"<style>.st-key-{key} {{ min-height: {data['height']}px; }}</style>")  # its room until its script is there
    _mount(key=key, data=dict(data), on_told_change=lambda: _heed(key, ids, leads=leads))


def _heed(key: str, ids: Sequence[str], *, leads: bool) -> None:
    """Write into the address what a map tells: a product that was clicked, and where it leads the rest."""
    said = st.session_state[key].get("told")
    if not isinstance(said, dict):
        return
    event, value = said.get("event"), said.get("value")
    if event == "pick" and isinstance(value, int) and 0 <= value < len(ids):
        state.write(state.PRODUCT, ids[value])
    if not leads or not isinstance(value, list):
        return
    if event == "area":
        state.write(state.AREA, state.BETWEEN.join(f"{each:g}" for corner in value for each in corner))
        if value:
            if state.text(state.DETAIL) not in OF_SELECTION:
                state.write(state.DETAIL, None)
            state.write(state.SEGMENT, None)
    elif event == "view":
        state.write(state.VIEW, state.BETWEEN.join(f"{each:g}" for each in value))
    elif event == "off":
        state.write(state.OFF, state.BETWEEN.join(str(int(each)) for each in value))


def base_path() -> str:
    """Return the path that the dashboard is served below."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def theme(*, dark: bool) -> dict[str, str]:
    """Return ink, ground and accent of the page, as `.streamlit/config.toml` sets them."""
    ink, ground, accent = ("#E6EBF1", "#12161C", "#4FA8E0") if dark else ("#1B2430", "#FFFFFF", "#0067A0")
    return {"ink": ink, "ground": ground, "accent": accent}


def ramp(*, dark: bool) -> list[list[object]]:
    """Return the colours of the density, nothing in the page's own ground."""
    shades = [theme(dark=dark)["ground"], *colours.RAMP["dark" if dark else "light"]]
    return [[place / (len(shades) - 1), colour] for place, colour in enumerate(shades)]
