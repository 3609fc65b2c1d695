"""The words of a query, marked where a title holds them."""

from __future__ import annotations

import html
import unicodedata

from dashboard.components.words import clean
from pipeline.retrieval.held import spans, stems

__all__ = ["marked", "stems"]


def marked(text: str, wanted: frozenset[str]) -> str:
    """Return foreign text as HTML, the words that a query found it by inside <mark>; everything is escaped.

    >>> marked("Cameras & bags", stems("camera"))
    '<mark>Cameras</mark> &amp; bags'
    """
    text = unicodedata.normalize("NFC", clean(text))
    written, at = [], 0
    for start, end in spans(text, wanted):
        written += [html.escape(text[at:start]), f"<mark>{html.escape(text[start:end])}</mark>"]
        at = end
    return "".join([*written, html.escape(text[at:])])
