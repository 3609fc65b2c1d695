"""One file that holds a map and all that draws it: it opens anywhere, without this server."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import assets, downloads
from dashboard.components import provenance
from dashboard.components.words import clean, day, escape
from dashboard.mapping.colouring import Codes
from dashboard.mapping.labels import cluster_name
from dashboard.mapping.view import METHODS, SPACES, Shown

STYLE = Path(__file__).parent / "client" / "map.css"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>
body {{ margin: 0; padding: 1rem 1.5rem; font-family: sans-serif; background: {ground}; color: {ink}; }}
h1 {{ font-size: 1.2rem; margin: 0 0 .5rem; }} p {{ font-size: .85rem; max-width: 60rem; }}
{style}
</style></head><body><h1>{title}</h1><div id="map"><div class="pse-map"></div></div><p>{words}</p>
<footer><p>{footer}</p></footer>
<script>{plotly}</script>
<script type="application/json" id="data">{data}</script>
<script>{script}
const data = JSON.parse(document.getElementById('data').textContent);
data.height = Math.max(400, window.innerHeight - 190);
draw({{ data, parentElement: document.getElementById('map'), setTriggerValue() {{}} }});
</script></body></html>
"""


def button(shown: Shown, data: Mapping[str, Any], codes: Codes, words: str) -> None:
    """Offer the map in view as a file; it is made when asked for."""
    st.download_button(
        "Save as HTML",
        lambda: page(shown, data, codes, words),
        f"{data['file']}.html",
        "text/html",
        key="save-html",
        type="tertiary",
        on_click="ignore",  # drawing the page again might forget what is being made
        help="One file for a slide deck: it opens without this server. The camera on the map saves a PNG.",
    )


def page(shown: Shown, data: Mapping[str, Any], codes: Codes, words: str) -> str:
    """Return the map as one HTML file.

    Args:
        shown: The map.
        data: What the browser is told of it.
        codes: uint8 [n], the group of each product.
        words: What is said below it.
    """
    catalogue, drawn = shown.engine.catalogue, shown.drawn
    table = catalogue.table
    names = [cluster_name(each) for each in drawn.described["fine"]]
    lines = zip(
        table["title"].to_pylist(),
        table["brand"].to_pylist(),
        catalogue.categories,
        drawn.clusters["fine"].tolist(),
        strict=True,
    )
    offline = {
        "places": base64.b64encode(shown.places.packed()).decode(),
        "colours": base64.b64encode(codes.tobytes()).decode(),
        "products": [
            {
                "title": clean(title, 200),
                "brand": clean(brand or "", 80),
                "category": clean(path[-1], 80) if path else "",
                "cluster": names[code] if code >= 0 else None,
            }
            for title, brand, path, code in lines
        ],
    }
    dataset = str(shown.engine.manifest.dataset.get("name", ""))
    title = escape(
        f"Map of {dataset}: {SPACES[drawn.space].lower()} vectors by {METHODS[shown.method]}, version "
        f"{shown.engine.name}, {day(shown.engine.manifest.created)}"
    )
    content = json.dumps({**data, "offline": offline}, ensure_ascii=True).replace("<", "\\u003c")
    return PAGE.format(
        title=title,
        words=escape(words),
        footer=escape(provenance.line([shown.engine.manifest], downloads.today())),
        style=STYLE.read_text("utf-8"),
        plotly=closed(assets.plotly().decode()),
        data=content,
        script=closed(re.sub(r"^export default function", "function draw", assets.script().decode(), flags=re.M)),
        **data["theme"],
    )


def closed(script: str) -> str:
    """Return a script that the page's own markup does not end."""
    return script.replace("</script", "<\\/script")
