"""Why a product is where it is: who found it, and bars for what spoke for it and against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.components import reasons
from dashboard.components.words import counted, escape, figure, signed
from pipeline.retrieval.explain import Contribution, WordWorth
from pipeline.retrieval.results import ScorePart

MOST = 8  # bars of evidence; what is weaker is added up
NAMES = {"ranked": "Learned ranker", "bm25": "Words (BM25)", "minilm": "Meaning (MiniLM)"}
OWN = {"bm25": "", "minilm": "cosine "}  # the unit of a retriever's own score


@dataclass(frozen=True)
class Bar:
    """A bar of a chart around zero: its name, a muted phrase beside it, and its value."""

    name: str
    phrase: str
    value: float


def finders(parts: Sequence[ScorePart], score: float, *, adds: bool) -> str:
    """Return who found a product, its rank in each, and what each adds to the score.

    Args:
        parts: Of the score.
        score: The whole.
        adds: Whether the parts make up the score; without it only scores and ranks are shown.
    """
    head = ("Found by", "Rank there", "Own score", *(["Adds"] if adds else []))
    rows = ""
    for part in parts:
        name = f'<i class="pse-dot pse-by-{escape(part.retriever)}"></i>{_name(part)}'
        ranker = part.retriever == "ranked"
        rank = "–" if ranker else f"{part.rank:,}" if part.rank is not None else "not listed"
        own = "–" if ranker else f"{OWN.get(part.retriever, '')}{figure(part.score)}"
        cells = [name, rank, own, *([figure(part.share)] if adds else [])]
        rows += "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    if adds:
        rows += f"<tr><td>Score</td><td></td><td></td><td>{figure(score)}</td></tr>"
    heads = "".join(f'<th scope="col">{name}</th>' for name in head)
    kind = " pse-total" if adds else ""
    stack = _stack(parts, score) if adds else ""
    return f'{stack}<table class="pse-table{kind}"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _name(part: ScorePart) -> str:
    return escape(NAMES.get(part.retriever, part.retriever))


def _stack(parts: Sequence[ScorePart], score: float) -> str:
    """Return a score as one bar, a colour for each who added to it."""
    pieces = "".join(
        f'<i class="pse-by-{escape(part.retriever)}" style="width:{100 * part.share / score:.1f}%" '
        f'title="{_name(part)} adds {figure(part.share)}"></i>'
        for part in parts
        if score > 0 and part.share > 0
    )
    return f'<div class="pse-stack">{pieces}</div>'


def evidence(contributions: Sequence[Contribution], whole: float) -> str:
    """Return what a ranker weighed, from what it adds to the average candidate to what it adds to this product.

    Args:
        contributions: Strongest first; the weakest are added up in one line.
        whole: What the ranker adds to the product's score.
    """
    bars = [
        Bar(each.label[:1].upper() + each.label[1:], reasons.said(each.label, each.features), each.added)
        for each in contributions[:MOST]
    ]
    if rest := contributions[MOST:]:
        name = counted(len(rest), "weaker kind", "weaker kinds")
        bars.append(Bar(name, "together", sum(each.added for each in rest)))
    start = whole - sum(each.added for each in contributions)
    return waterfall(Bar("The average candidate", "of those that it put in order", start), bars, "The ranker adds")


def waterfall(start: Bar, bars: Sequence[Bar], total: str) -> str:
    """Return bars each of which begins where the one above it ends; names and phrases are escaped.

    Args:
        start: The first one, from 0.
        bars: What is added to it, or taken away.
        total: The name of the last bar, from 0 to where the last of them ends.
    """
    ends = [start.value]
    for bar in bars:
        ends.append(ends[-1] + bar.value)
    low, high = min(0.0, *ends), max(0.0, *ends)
    scale = 100 / (high - low or 1.0)
    rows = [_row(start, "whole", min(0.0, start.value), low, scale, figure(start.value))]
    for bar, before, after in zip(bars, ends, ends[1:], strict=False):
        kind = "against" if bar.value < 0 else "for"
        rows.append(_row(bar, kind, min(before, after), low, scale, signed(bar.value)))
    whole = Bar(total, "", ends[-1])
    rows.append(_row(whole, "whole", min(0.0, whole.value), low, scale, figure(whole.value), " pse-sum"))
    return f'<dl class="pse-reasons">{"".join(rows)}</dl>'


def worths(words: Sequence[WordWorth]) -> str:
    """Return what each word of a query is worth as bars, in the order of the query."""
    return diverging([Bar(each.word, "", each.change) for each in words])


def diverging(bars: Sequence[Bar]) -> str:
    """Return bars around one zero line, blue above zero and orange below; names and phrases are escaped."""
    low = min(0.0, min((bar.value for bar in bars), default=0.0))
    high = max(0.0, max((bar.value for bar in bars), default=0.0))
    scale = 100 / (high - low or 1.0)
    rows = [
        _row(bar, "against" if bar.value < 0 else "for", min(0.0, bar.value), low, scale, signed(bar.value))
        for bar in bars
    ]
    return f'<dl class="pse-reasons">{"".join(rows)}</dl>'


def _row(bar: Bar, kind: str, left: float, low: float, scale: float, written: str, more: str = "") -> str:
    """Return one bar with its name and its value.

    Args:
        bar: Its name, phrase and length.
        kind: for, against or whole.
        left: Where it begins.
        low: What stands at the left edge of all bars.
        scale: Percent of their width for 1.
        written: Its value as text.
        more: Classes of the row.
    """
    phrase = f"<small>{escape(bar.phrase)}</small>" if bar.phrase else ""
    return (
        f'<div class="pse-reason{more}"><dt><bdi>{escape(bar.name)}</bdi>{phrase}</dt>'
        f'<dd class="pse-track"><i class="pse-{kind}" style="left:{(left - low) * scale:.1f}%;'
        f'width:{abs(bar.value) * scale:.1f}%"></i><i class="pse-zero" style="left:{(0 - low) * scale:.1f}%"></i></dd>'
        f'<dd class="pse-number">{written}</dd></div>'
    )
