"""The product card: the same on every page."""

from __future__ import annotations

import os
from collections.abc import Sequence

from dashboard.components import marks
from dashboard.components.colours import tint
from dashboard.components.words import clean, counted, escape, figure, isolate, listing, money
from pipeline.retrieval.catalogue import Product
from pipeline.retrieval.results import Hit, ScorePart

SHARES = {"ranked": "ranker", "bm25": "words", "minilm": "meaning"}  # the names of a fused score's parts
# Why a list with a single score holds a product, in a shopper's words.
REASONS = {
    "towers": "wanted by similar shoppers",
    "minilm": "near in meaning",
    "text": "near in meaning",
    "popularity": "popular with all shoppers",
    "item-knn": "chosen together",
    "run": "listed by the imported run",
}
UNKNOWN = "new: no shopper knew it yet"
# Who proposed a product to the re-ranker.
SOURCES = {
    "towers": "towers",
    "linked": "chosen together",
    "near": "chosen soon after",
    "share": "chosen next",
    "alike": "similar text",
    "cold": "new, similar text",
    "new": "new, of a fitting brand or category",
}


def card(
    product: Product,
    *,
    rank: int | None = None,
    score: str = "",
    why: str = "",
    badge: str = "",
    found_by: frozenset[str] = frozenset(),
) -> str:
    """Return a product as HTML; whatever the dataset says is escaped.

    Args:
        product: The product.
        rank: Its place in a list.
        score: HTML of `bar`.
        why: Escaped text, one line on why it is here.
        badge: HTML of `badge`.
        found_by: `marks.stems` of the query; the words that have them are marked in the title.
    """
    title = escape(product.title) or "Untitled product"
    shown = marks.marked(product.title, found_by) or title
    place = f'<div class="pse-rank">{rank}</div>' if rank is not None else ""
    side = f'<div class="pse-side">{score}{badge}</div>' if score or badge else ""
    reason = f'<div class="pse-why" title="{why}">{why}</div>' if why else ""
    return (
        f'<article class="pse-card" data-product="{escape(product.product_id)}">{place}{picture(product)}'
        f'<div class="pse-body"><div class="pse-title" dir="auto" title="{title}">{shown}</div>'
        f'<div class="pse-meta">{facts(product)}</div>{reason}</div>{side}</article>'
    )


def picture(product: Product) -> str:
    """Return the product's picture over its drawn stand-in: the category's tint and first letters, or the title's.

    Where the picture cannot be loaded, the stand-in is what is seen. No picture is asked for where the environment's
    PSE_PICTURES is "off": its host learns who looks at what.
    """
    letters = clean(product.category[-1] if product.category else product.title)[:2]
    url = clean(product.image_url or "")
    image = ""
    if url.lower().startswith(("https://", "http://")) and os.environ.get("PSE_PICTURES", "").lower() != "off":
        image = f'<img src="{escape(url)}" alt="" loading="lazy" decoding="async">'
    return (
        f'<div class="pse-picture pse-tint-{tint(product.category)}" aria-hidden="true">{escape(letters)}{image}</div>'
    )


def facts(product: Product) -> str:
    """Return brand, category leaf, price and rating, those that are known."""
    known = [isolate(product.brand)] if product.brand else []
    if product.category:
        path = escape(" > ".join(product.category))
        known.append(f'<span title="{path}">{isolate(product.category[-1])}</span>')
    if product.price is not None:
        known.append(f'<span class="pse-price" title="Price">{money(product.price)}</span>')
    if product.rating is not None:
        rated = counted(product.ratings, "rating")
        known.append(f'<span class="pse-price" title="{rated}">★ {product.rating:.1f} ({product.ratings:,})</span>')
    return '<span class="pse-dotsep">·</span> '.join(known)  # a line may break after a dot, not before


def bar(score: float, best: float, told: str = "") -> str:
    """Return a score with a bar whose full length is the best score of the list; `told` says what a score is."""
    share = 100 * max(0.0, min(1.0, score / best if best > 0 else 0.0))
    return (
        f'<div class="pse-score" title="Score {figure(score)}; the bar compares it with the best of this list. '
        f'{escape(told)}">'
        f'<span class="pse-number">{figure(score)}</span>'
        f'<span class="pse-bar"><i style="width:{share:.0f}%"></i></span></div>'
    )


def badge(words: str, kind: str = "", title: str = "") -> str:
    """Return a small label; `kind` is new, up, down, gone, hit or ""."""
    return f'<span class="pse-badge pse-badge-{kind or "plain"}" title="{escape(title)}">{escape(words)}</span>'


def why(hit: Hit, product: Product, held: tuple[int, int] = (0, 0)) -> str:
    """Return one line on where a score comes from, as text.

    A fused score adds shares: "words 0.480 (#1) + meaning 0.500 (#3)", a learned order the ranker's too; of what adds
    nothing the rank is said: "ranker 1.00, #3 by words". A re-ranked list says who proposed the product, three at
    most, best rank first; popularity alone proposes what no one else did. A single score says what it means; for a
    product that no shopper in training knew, not what shoppers did.

    Args:
        hit: The product's place in a list.
        product: The product.
        held: How many words of the query it holds, of how many; (0, 0) where there are none to count.
    """
    if hit.parts[0].retriever == "reranked":
        proposed = [f"{SOURCES.get(part.retriever, part.retriever)} (rank {part.rank:,})" for part in hit.parts[1:]]
        popular = REASONS["popularity"] if product.interactions else UNKNOWN
        return " + ".join(proposed[:3]) or popular
    if len(hit.parts) == 1:
        retriever = hit.parts[0].retriever
        if not product.interactions and retriever == "towers":
            known = ["text", *(["brand"] if product.brand else []), *(["category"] if product.category else [])]
            return f"new: placed by its {listing(known)}"
        if not product.interactions and retriever == "popularity":
            return UNKNOWN
        return _words(*held) if retriever == "bm25" else REASONS.get(retriever, retriever)
    adding = " + ".join(_share(part) for part in hit.parts if part.share)
    rest = [part for part in hit.parts if not part.share and part.retriever != "ranked"]
    others = (f"{_rank(part)} by {SHARES.get(part.retriever, part.retriever)}" for part in rest)
    return ", ".join(filter(None, (adding, *others)))


def _words(held: int, of: int) -> str:
    """Return how many words of a query a product holds; what holds none of several pieces of one holds a part."""
    if held < of:
        return f"contains {held} of {of} words" if held else "contains a part of a word"
    return "contains the word" if of == 1 else "contains the words"


def _share(part: ScorePart) -> str:
    if part.retriever == "ranked":  # its rank is that of the list
        return f"{SHARES[part.retriever]} {figure(part.share)}"
    return f"{SHARES.get(part.retriever, part.retriever)} {figure(part.share)} ({_rank(part)})"


def _rank(part: ScorePart) -> str:
    return f"#{part.rank:,}" if part.rank is not None else "not listed"


def parts_table(hit: Hit) -> str:
    """Return the parts of a score as an HTML table."""
    names = {"bm25": "Words (BM25)", "minilm": "Meaning (MiniLM cosine)", "towers": "Towers (cosine)"}
    rows = [
        (
            names.get(part.retriever, part.retriever.capitalize()),
            figure(part.score),
            f"{part.rank:,}" if part.rank is not None else "–",
            figure(part.share),
        )
        for part in hit.parts
    ]
    return table(("Part", "Own score", "Own rank", "Adds"), [*rows, ("Score", "", "", figure(hit.score))], total=True)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, total: bool = False) -> str:
    """Return a small table, first column words, the others numbers; `total` sets the last row apart."""
    cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    kind = " pse-total" if total else ""
    return f'<table class="pse-table{kind}"><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>'


def listed(cards: Sequence[str], *, even: bool = False) -> str:
    """Return cards below each other; `even` gives them one height, so that ranks align across lists."""
    return f'<div class="pse-list{" pse-even" if even else ""}">{"".join(cards)}</div>'
