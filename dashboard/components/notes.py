"""Chips, sentences and messages as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.components.words import day, escape, isolate
from pipeline.manifest import Manifest


def question(words: str) -> str:
    """Return the sentence under a page's title."""
    return f'<p class="pse-question">{escape(words)}</p>'


def chip(manifest: Manifest, colour: str) -> str:
    """Return a version's name, dataset and date."""
    dataset = isolate(str(manifest.dataset.get("name", "")))
    return (
        f'<span class="pse-chip" title="The version that answers"><i class="pse-dot" style="background:{colour}"></i>'
        f"<b>{escape(manifest.name)}</b><span>{dataset}</span><span>{day(manifest.created)}</span></span>"
    )


def generated(*manifests: Manifest) -> str:
    """Return a warning where a version in view was made from generated data."""
    if not any(manifest.dataset.get("generated") for manifest in manifests):
        return ""
    title = "A demonstration: no real products, no real shoppers"
    return f'<span class="pse-chip pse-generated" title="{title}">generated data</span>'


def row(*pieces: str) -> str:
    """Return pieces of HTML beside each other."""
    return f'<div class="pse-row">{"".join(pieces)}</div>'


def message(problem: str, remedy: str = "", kind: str = "problem") -> str:
    """Return what is wrong and what to do; `kind` is problem, empty or note."""
    role = "alert" if kind == "problem" else "status"
    advice = f"<p>{escape(remedy)}</p>" if remedy else ""
    return f'<div class="pse-message pse-{kind}" role="{role}"><p><b>{escape(problem)}</b></p>{advice}</div>'


def remarks(words: Sequence[str]) -> str:
    """Return what a reader should know, sentence after sentence, in a box that takes little room."""
    return f'<div class="pse-message pse-note pse-remarks" role="status"><p>{escape(" ".join(words))}</p></div>'


def sentence(words: str) -> str:
    """Return a line of plain text."""
    return f'<p class="pse-sentence">{escape(words)}</p>'


def line(words: str) -> str:
    """Return a line of plain text as tall as a row of controls, so that what is beside it stays level."""
    return f'<p class="pse-line">{escape(words)}</p>'


def stage(place: str, title: str, note: str) -> str:
    """Return where one is on a tour, what is in view there and what to look at."""
    return (
        f'<div class="pse-stage" role="status"><p><span class="pse-muted">{escape(place)}</span> '
        f"<b>{escape(title)}</b></p>{small(note) if note else ''}</div>"
    )


def pin(place: str, title: str, note: str, about: str, changed: str) -> str:
    """Return a pinned view: its place, title and note, where it comes from, and what has changed since."""
    lines = "".join(sentence(line) for line in note.splitlines() if line.strip())
    told = f'<p class="pse-small pse-warn">{escape(changed)}</p>' if changed else ""
    return f'<div class="pse-pin"><p><b>{escape(place)} {escape(title)}</b></p>{lines}{small(about)}{told}</div>'


def small(words: str) -> str:
    """Return a remark in small type."""
    return f'<p class="pse-small">{escape(words)}</p>'


def headline(words: str) -> str:
    """Return the answer in words, above its detail."""
    return f'<p class="pse-headline">{escape(words)}</p>'


def definitions(pairs: list[tuple[str, str]]) -> str:
    """Return terms with what they mean; a pair is two texts."""
    body = "".join(f"<dt>{escape(term)}</dt><dd>{escape(meaning)}</dd>" for term, meaning in pairs)
    return f'<dl class="pse-definitions">{body}</dl>'


def list_name(words: str) -> str:
    """Return the name of a list; it is seen where the lists have no room beside each other."""
    return f'<p class="pse-list-name">{escape(words)}</p>'


def nothing(words: str) -> str:
    """Return what to say in place of a list without cards."""
    return f'<p class="pse-nothing">{escape(words)}</p>'
