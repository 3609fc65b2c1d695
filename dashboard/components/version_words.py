"""Published versions in tables and sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.components import cards, index_charts
from dashboard.components.colours import of_versions
from dashboard.components.export import Cell
from dashboard.components.facts import Fact
from dashboard.components.glossary import SPLITS, metric_name, system_name
from dashboard.components.measured import Measured, cell, of, served
from dashboard.components.words import DASH, clean, counted, day, escape, figure, milliseconds
from pipeline.comparing.cost import cost
from pipeline.manifest import Manifest

TASKS = {"recommend": "Recommend", "search": "Search"}
MIB = 2**20


def size(number: int | float) -> str:
    """Return bytes as people read them.

    >>> size(900), size(90 * 2**20), size(3 * 2**30)
    ('0.000858 MB', '90.0 MB', '3.00 GB')
    """
    return f"{figure(number / 2**30)} GB" if number >= 2**30 else f"{figure(number / MIB)} MB"


def headline(manifest: Manifest, task: str) -> tuple[str, str, Measured | None, Measured | None]:
    """Return a task's headline: the metric with its cut-off, the system that serves, its figure and chance's."""
    rows = [row for row in manifest.headline if row.get("task") == task]
    if not rows:
        return "", "", None, None
    metric, k = str(rows[0].get("metric")), rows[0].get("k")
    known = {each.system: each for each in of(rows, metric, k)}
    own = served(task, known)
    name = f"{metric_name(metric)}@{k}" if k else metric_name(metric)
    return name, own or "", known.get(own or ""), known.get("chance")


def figures(manifest: Manifest, task: str) -> str:
    """Return a cell with the headline figure of a task: value, interval, chance below it."""
    _, _, own, chance = headline(manifest, task)
    if own is None:
        return "<td>–</td>"
    beside = f"<small>chance {figure(chance.value)}</small>" if chance else ""
    return cell(own).replace("</td>", f"{beside}</td>")


def badges(name: str, aliases: Mapping[str, str]) -> str:
    """Return a badge for each alias that stands for a version."""
    return "".join(
        f" {cards.badge(alias, 'hit', f'The alias {alias} stands for this version')}"
        for alias, version in aliases.items()
        if version == name
    )


def row(manifest: Manifest, aliases: Mapping[str, str], *, chosen: bool) -> str:
    """Return a version as a row of the table of all."""
    dot = f'<i class="pse-dot" style="background:{of_versions(manifest.name)[manifest.name]}"></i>'
    data = manifest.dataset
    generated = " (generated)" if data.get("generated") else ""
    seed = manifest.recipe.get("seed")
    recipe = clean(str(manifest.recipe.get("name", DASH))) + ("" if seed is None else f", seed {seed}")
    kept = cost(manifest)
    cells = (
        f'<td class="pse-words">'
        f"{escape(str(data.get('name', DASH)))}{generated}<small>{escape(manifest.split)}</small></td>",
        f'<td class="pse-words">{escape(recipe)}</td>',
        figures(manifest, "recommend"),
        figures(manifest, "search"),
        f"<td>{size(kept.disk)}</td>",
        f"<td>{day(manifest.created)}</td>",
    )
    kind = ' class="pse-served"' if chosen else ""
    return f"<tr{kind}><td>{dot} {escape(manifest.name)}{badges(manifest.name, aliases)}</td>{''.join(cells)}</tr>"


HEADS = [
    f'<th scope="col" class="{kind}" title="{said}">{name}</th>'
    for name, said, kind in (
        ("Dataset", "And how it was split", "pse-words"),
        ("Recipe", "And its seed", "pse-words"),
        ("Recommend, NDCG@10", "Of the system that serves, with its 95 % interval and chance", ""),
        ("Search, NDCG@10", "Of the system that serves, with its 95 % interval and chance", ""),
        ("On disk", "Without the text encoder, which versions share", ""),
        ("Published", "The day", ""),
    )
]


def flat(manifest: Manifest, aliases: Mapping[str, str]) -> dict[str, Cell]:
    """Return a version as a row for a spreadsheet."""
    data, kept = manifest.dataset, cost(manifest)
    found: dict[str, Cell] = {
        "version": manifest.name,
        "aliases": " ".join(alias for alias, version in aliases.items() if version == manifest.name),
        "dataset": str(data.get("name", "")),
        "generated_data": "yes" if data.get("generated") else "no",
        "fingerprint": str(data.get("fingerprint", "")),
        "split": manifest.split,
        "recipe": str(manifest.recipe.get("name", "")),
        "seed": manifest.recipe.get("seed"),
        "published": manifest.created,
        "bytes": kept.disk,
        "seconds": kept.making,
    }
    for task in TASKS:
        name, system, own, chance = headline(manifest, task)
        found |= {
            f"{task}_metric": name,
            f"{task}_system": system,
            f"{task}_value": own.value if own else None,
            f"{task}_low": own.low if own else None,
            f"{task}_high": own.high if own else None,
            f"{task}_chance": chance.value if chance else None,
        }
    return found


def dataset_facts(manifest: Manifest) -> list[tuple[str, str]]:
    """Return what a version was made from, as pairs of words."""
    data = manifest.dataset
    counts = [
        (noun.capitalize(), f"{int(data[noun]):,}")
        for noun in ("products", "shoppers", "interactions", "queries", "judgements")
        if isinstance(data.get(noun), int) and data[noun]
    ]
    return [
        ("Dataset", f"{data.get('name', DASH)}{', generated data' if data.get('generated') else ''}"),
        ("Fingerprint", str(data.get("fingerprint", DASH))[:16]),
        *counts,
        ("Split", f"{manifest.split}: {SPLITS.get(manifest.split, manifest.split)}"),
        ("Index", index_charts.served(manifest.index) if manifest.index else DASH),
    ]


def size_facts(manifest: Manifest) -> list[tuple[str, str]]:
    """Return what a version takes on disk, as pairs of words."""
    kept = cost(manifest)
    return [
        ("On disk", f"{size(kept.disk)} in {counted(len(manifest.files), 'file')}"),
        ("Towers, rankers, indexes", size(kept.model)),
        ("Text encoder, shared", size(kept.encoder)),
    ]


def recipe_facts(recipe: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return a recipe in full, as pairs of words: "towers, dimension" and so on.

    >>> recipe_facts({"name": "history", "towers": {"dimension": 64, "kind": "history"}, "fields": ["title", "brand"]})
    [('name', 'history'), ('towers, dimension', '64'), ('towers, kind', 'history'), ('fields', 'title, brand')]
    """
    found: list[tuple[str, str]] = []
    for key, value in recipe.items():
        if isinstance(value, Mapping):
            found += [(f"{key}, {inner}", said) for inner, said in recipe_facts(value)]
        elif isinstance(value, list | tuple):
            found.append((key, ", ".join(map(str, value)) or DASH))
        else:
            found.append((key, DASH if value is None else str(value)))
    return found


def environment_facts(environment: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return what made a version: git commit, Python, libraries."""
    found = [(key, DASH if value is None else str(value)) for key, value in environment.items() if key != "libraries"]
    libraries = environment.get("libraries")
    return found + (
        [(str(key), str(each)) for key, each in libraries.items()] if isinstance(libraries, Mapping) else []
    )


def stage_facts(manifest: Manifest) -> list[Fact]:
    """Return every stage with its time and memory."""
    return [
        Fact(
            str(stage.get("name", DASH)),
            "kept from an earlier run" if stage.get("reused") else "",
            (
                milliseconds(1000 * float(stage.get("seconds", 0))),
                size(MIB * float(stage["peak_mb"])) if stage.get("peak_mb") else DASH,
            ),
        )
        for stage in manifest.stages
    ]


def figure_rows(manifest: Manifest, task: str) -> tuple[str, list[str]]:
    """Return the name of a task's headline metric, and a row of HTML for each system, best first."""
    rows = [each for each in manifest.headline if each.get("task") == task]
    if not rows:
        return "", []
    metric, k = str(rows[0].get("metric")), rows[0].get("k")
    known = of(rows, metric, k)
    own = served(task, [each.system for each in known])
    body = []
    for each in known:
        kind, here = (' class="pse-served"', "<small>served here</small>") if each.system == own else ("", "")
        body.append(f"<tr{kind}><td>{escape(system_name(each.system))}{here}</td>{cell(each)}<td>{each.n:,}</td></tr>")
    return (f"{metric_name(metric)}@{k}" if k else metric_name(metric)), body


def in_words(names: Sequence[str], broken: int, aliases: Mapping[str, str], serving: str) -> str:
    """Return how many versions there are and which one answers where none is named.

    >>> in_words(["a", "b"], 1, {"production": "a"}, "a")
    '2 versions are published, and 1 cannot be served. production stands for a. Where no version is named, a answers.'
    """
    many = f"{len(names):,} versions are published" if len(names) != 1 else "1 version is published"
    bad = f", and {broken:,} cannot be served" if broken else ""
    stands = "; ".join(f"{alias} stands for {version}" for alias, version in aliases.items())
    answers = f" Where no version is named, {serving} answers." if serving else ""
    return f"{many}{bad}. {stands or 'No alias is set'}.{answers}"
