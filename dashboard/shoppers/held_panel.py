"""What was held out from a shopper, and where every measured system ranks it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import streamlit as st

from dashboard import downloads, segment_slices
from dashboard.components import export, glossary, notes
from dashboard.components.measured import grid, served
from dashboard.components.words import escape, figure
from dashboard.shoppers.asked import FIRST, Asked

log = logging.getLogger(__name__)
Ranks = dict[str, dict[int, int]]  # by system: the rank of each held-out product, by row


def draw(asked: Asked) -> None:
    """Draw the ranks as a table, chance beside them; nothing of someone from whom nothing was measured."""
    if asked.recorded.user_id is None:
        return
    found = ranks(segment_slices.ranks(asked.engine), asked.recorded.user_id)
    if not found:
        return
    engine = asked.engine
    rows = list(dict.fromkeys(row for own in found.values() for row in own))
    among = len(engine.catalogue) - len(asked.tested_history)
    st.subheader("What was held out, under every system", anchor=False)
    st.html(
        notes.small(
            f"The rank of each held-out product among {among:,}, as the version was evaluated. Chance alone puts it at "
            f"rank {figure((among + 1) / 2)} in the mean, and among the first {FIRST} once in "
            f"{figure(max(among / FIRST, 1))} times."
        )
    )
    own = served("recommend", found)
    titles = [escape(engine.catalogue.product(row).title[:90]) or "Untitled product" for row in rows]
    heads = [f'<th scope="col" class="pse-long">{title}</th>' for title in titles]
    body = []
    for system, known in ordered(found):
        kind, served_here = (' class="pse-served"', "<small>served here</small>") if system == own else ("", "")
        cells = "".join(cell(known.get(row)) for row in rows)
        body.append(f"<tr{kind}><td>{escape(glossary.system_name(system))}{served_here}</td>{cells}</tr>")
    st.html(grid("System", heads, body))
    before = export.provenance(engine.manifest, downloads.today(), shopper=asked.name)
    lines = [
        {**before, "system": system, "product_id": engine.catalogue.ids[row], "rank": rank, "among": among}
        for system, known in ordered(found)
        for row, rank in known.items()
    ]
    downloads.button(lines, engine.manifest, "held-out", asked.name, key="held-csv")


def ordered(found: Mapping[str, Mapping[int, int]]) -> list[tuple[str, Mapping[int, int]]]:
    """Return the systems, the one that ranks best first."""
    return sorted(found.items(), key=lambda each: (min(each[1].values()), each[0]))


def cell(rank: int | None) -> str:
    """Return a rank and whether it is a hit."""
    if rank is None:
        return "<td>–</td>"
    said = f"hit: among the first {FIRST}" if rank <= FIRST else f"missed: not among the first {FIRST}"
    return f"<td>{rank:,}<small>{said}</small></td>"


def ranks(path: Path, user_id: str) -> Ranks:
    """Return the ranks that a version keeps of one shopper; none where it keeps none."""
    try:
        table = pq.read_table(path, columns=["user_id", "system", "row", "rank"])
        own = table.filter(pc.equal(table["user_id"].cast(pa.string()), user_id))
    except FileNotFoundError:
        return {}
    except (OSError, KeyError, pa.ArrowException):
        log.exception("The ranks in %s cannot be read", path)
        return {}
    found: Ranks = {}
    for each in own.to_pylist():
        found.setdefault(str(each["system"]), {})[int(each["row"])] = int(each["rank"])
    return found
