"""One file that holds a comparison: it opens anywhere, without this server, and runs no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import downloads
from dashboard.comparing import loaded, units_panel, verdict_panel
from dashboard.comparing.chosen import Chosen
from dashboard.comparing.loaded import Group
from dashboard.components import compare_tables, document, drawn, notes
from dashboard.components.compare_charts import Dot
from dashboard.components.measured import grid
from dashboard.components.words import counted, day, escape, figure, signed
from pipeline.comparing import cost
from pipeline.comparing.comparable import differences, seed_of
from pipeline.comparing.comparison import Comparison
from pipeline.comparing.runs import is_run
from pipeline.comparing.sliced import weakest
from pipeline.comparing.units import changed, pairs
from pipeline.manifest import Manifest

WEAKEST, REGRESSIONS = 12, 10  # that are listed


def button(chosen: Chosen, found: Mapping[str, Comparison]) -> None:
    """Offer the comparison as a file; it is made when asked for."""
    st.download_button(
        "Save as HTML",
        lambda: page(chosen, found),
        downloads.named(*(each.manifest for each in (chosen.baseline, *chosen.fair)), "comparison", kind="html"),
        "text/html",
        key="handout",
        type="tertiary",
        on_click="ignore",
        help="The whole comparison as one file for a meeting: it opens and prints without this server.",
    )


def page(chosen: Chosen, found: Mapping[str, Comparison]) -> str:
    """Return the comparison as one HTML file.

    Args:
        chosen: What is compared.
        found: What was found of each version that may be compared, by name.
    """
    title = f"{', '.join(each.name for each in chosen.others)} against {chosen.baseline.name}"
    groups = [chosen.baseline, *chosen.others]
    generated = notes.generated(*(each.manifest for each in groups))
    parts = [
        f"<h1>{escape(title)}</h1>",
        notes.row(generated),
        verdicts(chosen, found),
        "<h2>Measured on</h2>",
        ground(chosen),
    ]
    for each in chosen.fair:
        if each.name in found:
            parts += [f"<h2>{escape(each.name)}</h2>", *about(chosen, each, found[each.name])]
    told = differences([each.manifest for each in groups])
    names = [each.manifest.name for each in groups]
    parts += [
        "<h2>What differs</h2>",
        compare_tables.settings(names, told) if told else notes.sentence("Nothing: recipe, data and program."),
        "<h2>Cost</h2>",
        costs([each.manifest for each in groups if not each.is_run]),
        "<h2>How it was tested</h2>",
        notes.definitions(list(compare_tables.HELP.items())),
    ]
    manifests = [each for group in groups for each in group.manifests]
    return document.page(title, parts, manifests, downloads.today())


def ground(chosen: Chosen) -> str:
    """Return what was measured on: dataset, fingerprint, split, and which versions exactly."""
    manifest = chosen.baseline.manifest
    data = manifest.dataset
    counts = [
        counted(int(data[each]), each[:-1]) for each in ("products", "shoppers", "interactions") if data.get(each)
    ]
    said = [
        ("Dataset", str(data.get("name", ""))),
        ("Fingerprint", str(data.get("fingerprint", ""))),
        ("Holds", ", ".join(counts)),
        ("Split", manifest.split),
        ("Measured by", f"{chosen.label}, {chosen.plural}"),
        ("Written", day(downloads.today())),
        *(
            (each.name, f"{day(each.created)}, {made(each)}, checksum {each.checksum[:16]}")
            for group in (chosen.baseline, *chosen.others)
            for each in group.manifests
        ),
    ]
    return notes.definitions(said)


def made(manifest: Manifest) -> str:
    return "imported run" if is_run(manifest) else f"recipe {manifest.recipe['name']}, seed {seed_of(manifest)}"


def verdicts(chosen: Chosen, found: Mapping[str, Comparison]) -> str:
    """Return each verdict in words, the table of them, and the differences as a picture."""
    words = [verdict_panel.sentence(chosen, each, found[each.name]) for each in chosen.fair if each.name in found]
    hindered = [
        notes.message(f"{name} may not be compared: no differences are given.", " ".join(why))
        for name, why in chosen.obstacles.items()
        if why
    ]
    decided = {name: verdict_panel.decisive(one, chosen) for name, one in found.items()}
    rows = [(name, one) for name, one in decided.items() if one]
    picture = drawn.differences(rows, f"Difference in {chosen.label} of each version, with its 95 % interval")
    return "".join([*hindered, *words, verdict_panel.table(chosen, found), picture])


def about(chosen: Chosen, each: Group, one: Comparison) -> list[str]:
    """Return every metric, the slices, and who changed most, of one version."""
    tested = len(one.metrics) + len(one.slices)
    words = f"p is corrected (Holm) over all {counted(tested, 'test')}: metrics and slices."
    parts = [notes.small(words), compare_tables.findings("Metric", one.metrics)]
    weak = weakest(one.slices)
    if one.slices:
        clear = f"Worse in {len(weak)} of {counted(len(one.slices), 'slice')}" if weak else "No slice is clearly worse"
        parts.append(f"<h3>{escape(clear)}</h3>")
    if weak:
        parts += [
            notes.small(f"Those that touch most {chosen.plural} first. ▼ stands after the correction for many tests."),
            compare_tables.findings("Slice", weak[:WEAKEST], {}),
        ]
    if one.slices:
        ordered = sorted(one.slices, key=lambda slice_: slice_.paired.difference)
        said = f"Differences in {chosen.label} by slice, the worst first"
        parts += [notes.small(said + "."), drawn.differences([(own.slice, own) for own in ordered], said)]
    first, second = (loaded.member(group, chosen.task).kept for group in (chosen.baseline, each))
    units = pairs(first, second, chosen.figure)
    dots = [Dot(*values, count) for values, count in units_panel.counts(units).items()]
    axes = (f"{chosen.label}, {chosen.baseline.name}", f"{chosen.label}, {each.name}")
    noun = (chosen.who, chosen.plural)
    parts += [
        f"<h3>Each {escape(chosen.who)} under both</h3>",
        drawn.scatter(dots, axes, noun, f"{chosen.label} of each {chosen.who}: below the dashed line it is worse"),
    ]
    worst = changed(units, "worse")[:REGRESSIONS]
    if worst:
        heads = [f'<th scope="col">{words}</th>' for words in ("Baseline", "Version", "Difference")]
        body = [
            f"<tr><td>{escape(unit.name)}</td><td>{figure(unit.first)}</td><td>{figure(unit.second)}</td>"
            f"<td>{signed(unit.difference)}</td></tr>"
            for unit in worst
        ]
        parts += [notes.small("The largest regressions."), grid(chosen.who.capitalize(), heads, body)]
    return parts


def costs(manifests: Sequence[Manifest]) -> str:
    """Return what each version cost to make and keeps, as its manifest says."""
    rows = compare_tables.costs([each.name for each in manifests], [cost.cost(each) for each in manifests], {})
    names = [name for name in compare_tables.COST_HELP if not name.startswith("Answer")]
    heads = [f'<th scope="col" title="{escape(compare_tables.COST_HELP[name])}">{escape(name)}</th>' for name in names]
    body = [
        f"<tr><td>{escape(str(row['Version']))}</td>"
        + "".join(f"<td>{figure(row[name])}</td>" for name in names)  # type: ignore[arg-type]
        + "</tr>"
        for row in rows
    ]
    return grid("Version", heads, body)
