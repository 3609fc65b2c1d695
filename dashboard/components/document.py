"""A page as one file: it opens and prints anywhere, without this server, and runs no script."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from dashboard.components import provenance
from dashboard.components.words import escape
from pipeline.manifest import Manifest

STYLE = Path(__file__).parent / "look.css"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0 auto; max-width: 62rem; padding: 2rem 1.5rem 4rem; font: 15px/1.5 sans-serif;
  color: #1F2328; background: #FFFFFF; }}
h1 {{ font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }}
h2 {{ font-size: 1.15rem; margin: 2.2rem 0 .6rem; overflow-wrap: anywhere; }}
h3 {{ font-size: 1rem; margin: 1.4rem 0 .4rem; }} footer {{ margin-top: 3rem; }} a {{ color: LinkText; }}
svg {{ max-width: 100%; height: auto; display: block; margin: .6rem 0; }} .pse-small {{ margin: .2rem 0 .5rem; }}
@media (prefers-color-scheme: dark) {{ body {{ color: #E6EAF0; background: #12161C; }} }}
@media print {{ body {{ max-width: none; padding: 0; }} }}
{style}
</style></head><body>
{body}
<footer><p class="pse-small">{footer}</p></footer>
</body></html>
"""


def page(title: str, parts: Sequence[str], manifests: Sequence[Manifest], when: date) -> str:
    """Return the file's text.

    Args:
        title: As plain text.
        parts: What it holds, as HTML.
        manifests: Of the versions that it tells of; its last line says them, their data and their days.
        when: The day of saving.
    """
    footer = escape(provenance.line(manifests, when))
    style = STYLE.read_text("utf-8")
    return PAGE.format(title=escape(title), style=style, body="\n".join(parts), footer=footer)
