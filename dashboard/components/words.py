"""Numbers, dates and foreign text as people read them."""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime

DASH = "–"
# Marks that turn the writing direction of whatever follows them. Joiners stay: scripts and emoji need them.
DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!:$~<>|&^])")


def clean(text: str, limit: int = 2000) -> str:
    """Return one line without control characters or marks that turn the writing direction of what follows."""
    kept = "".join(
        " " if character.isspace() else character
        for character in text[:limit]
        if character.isspace() or (character not in DIRECTION and unicodedata.category(character) not in ("Cc", "Cs"))
    )
    return " ".join(kept.split())


def typed(text: str) -> str:
    """Return what a reader typed with control characters as blanks: they say nothing.

    >>> typed("a\\tb\\0")
    'a b '
    """
    return "".join(" " if unicodedata.category(character) == "Cc" else character for character in text)


def escape(text: str) -> str:
    """Return foreign text for use in HTML, attributes included."""
    return html.escape(clean(text), quote=True)


def isolate(text: str) -> str:
    """Return foreign text as HTML that keeps its own writing direction to itself."""
    return f"<bdi>{escape(text)}</bdi>"


def plain(text: str) -> str:
    """Return foreign text for a label that reads Markdown."""
    return MARKDOWN.sub(r"\\\1", clean(text))


def figure(value: float | None) -> str:
    """Return three significant digits, thousands separated; a dash for what is not known.

    >>> figure(0.48123), figure(12.345), figure(48629), figure(None)
    ('0.481', '12.3', '48,629', '–')
    """
    if value is None or not math.isfinite(value):
        return DASH
    if value == 0:
        return "0"
    if abs(value) >= 999.5:
        return f"{value:,.0f}"
    digits = 2 - math.floor(math.log10(abs(float(f"{value:.2e}"))))
    return f"{value:.{max(digits, 0)}f}"


def signed(value: float) -> str:
    """Return a difference with its sign.

    >>> signed(0.01234), signed(-0.5), signed(0.0)
    ('+0.0123', '-0.500', '0')
    """
    return ("+" if value > 0 else "") + figure(value)


def milliseconds(value: float) -> str:
    """Return a time in ms below a second, in s above.

    >>> milliseconds(6.2149), milliseconds(1500)
    ('6.21 ms', '1.50 s')
    """
    return f"{figure(value)} ms" if value < 1000 else f"{figure(value / 1000)} s"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun.

    >>> counted(1, "product"), counted(1200, "query", "queries")
    ('1 product', '1,200 queries')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listing(words: Sequence[str]) -> str:
    """Return words as they are listed in a sentence.

    >>> listing(["text"]), listing(["text", "brand"]), listing(["text", "brand", "category"])
    ('text', 'text and brand', 'text, brand and category')
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def money(value: float) -> str:
    """Return a price; the tables name no currency."""
    return f"{value:,.2f}"


def amount(value: float) -> str:
    """Return a price bound: cents only where it has some.

    >>> amount(1500), amount(9.5)
    ('1,500', '9.50')
    """
    return money(value).removesuffix(".00")


def day(when: date | datetime | str | None) -> str:
    """Return a date as 1 Mar 2026; a dash for what is not known."""
    if isinstance(when, str):
        try:
            when = datetime.fromisoformat(when)
        except ValueError:
            return DASH
    return f"{when.day} {when:%b %Y}" if when else DASH
