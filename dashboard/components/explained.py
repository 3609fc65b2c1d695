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


def evidence(contributions: Sequence[Contribution]) -> str:
    """Return what a ranker weighed as bars, strongest first; the weakest are added up in one line."""
    bars = [
        Bar(each.label[:1].upper() + each.label[1:], reasons.said(each.label, each.features), each.added)
        for each in contributions[:MOST]
    ]
    if rest := contributions[MOST:]:
        name = counted(len(rest), "weaker kind", "weaker kinds")
        bars.append(Bar(name, "together", sum(each.added for each in rest)))
    return diverging(bars)


def worths(words: Sequence[WordWorth]) -> str:
    """Return what each word of a query is worth as bars, in the order of the query."""
    return diverging([Bar(each.word, "", each.change) for each in words])


def diverging(bars: Sequence[Bar]) -> str:
    """Return bars around one zero line, blue above zero and orange below; names and phrases are escaped."""
    low = min(0.0, min((bar.value for bar in bars), default=0.0))
    high = max(0.0, max((bar.value for bar in bars), default=0.0))
    span = high - low or 1.0
    zero = 100 * abs(low) / span
    rows = []
    for bar in bars:
        width = 100 * abs(bar.value) / span
        left = zero - width if bar.value < 0 else zero
        phrase = f"<small>{escape(bar.phrase)}</small>" if bar.phrase else ""
        kind = "against" if bar.value < 0 else "for"
        rows.append(
            f'<div class="pse-reason"><dt><bdi>{escape(bar.name)}</bdi>{phrase}</dt>'
            f'<dd class="pse-track"><i class="pse-{kind}" style="left:{left:.1f}%;width:{width:.1f}%"></i>'
            f'<i class="pse-zero" style="left:{zero:.1f}%"></i></dd>'
            f'<dd class="pse-number">{signed(bar.value)}</dd></div>'
        )
    return f'<dl class="pse-reasons">{"".join(rows)}</dl>'
