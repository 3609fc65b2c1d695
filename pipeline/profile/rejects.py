"""What was left out of the data: counts and reasons, and a sample of the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.data.tables import REJECTS
from pipeline.profile.figures import Changed, Read, Reason

SAMPLES = 1_000  # rows
REASONS = 100  # of a table, the most frequent ones
NAME = 200  # characters of a reason or the name of a column
LONGEST = 1_000  # characters of a row; lines of a source may be megabytes long
BATCH = 1_000  # rows read at once, for the same reason
WHOLE_ROWS = ("repeats", "duplicates", "repeated_judgements")
VALUES = ("emptied", "shortened", "respelled", "placeholders", "missing")


def read_tables(counts: Mapping[str, Any]) -> tuple[Read, ...]:
    """Return what was read of each table, kept and rejected, from the counts of `Prepared`."""
    return tuple(
        Read(table, int(read), int(counts[table]), _reasons(counts["rejected"][table]))
        for table, read in counts["read"].items()
    )


def _reasons(found: Mapping[str, int]) -> tuple[Reason, ...]:
    return tuple(Reason(reason[:NAME], int(rows)) for reason, rows in list(found.items())[:REASONS])


def changes(counts: Mapping[str, Any]) -> tuple[Changed, ...]:
    """Return what preparing did to sound rows, from the counts of `Prepared`; what never happened is left out."""
    found = [Changed(what, "", int(counts.get(what, 0))) for what in WHOLE_ROWS]
    if core := counts.get("k_core"):
        found += [Changed(f"k_core_{what}", "", int(core[what])) for what in ("interactions", "shoppers", "products")]
    for what in VALUES:
        found += [Changed(what, column[:NAME], int(rows)) for column, rows in counts.get(what, {}).items()]
    return tuple(each for each in found if each.rows)


def sample(path: Path, most: int = SAMPLES) -> pa.Table:
    """Return the first rejected rows of every table and reason, as many of each; their records cut.

    Args:
        path: The rejects as `prepare` wrote them.
        most: Rows, at most, unless there are more reasons than that.
    """
    if not path.exists():
        return REJECTS.empty_table()
    keys = pq.read_table(path, columns=["table", "reason"], read_dictionary=["table", "reason"]).unify_dictionaries()
    reasons = keys.group_by(["table", "reason"]).aggregate([]).num_rows
    each = max(most // max(reasons, 1), 1)
    seen: Counter[tuple[str, str]] = Counter()
    kept = []
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(BATCH, columns=REJECTS.names):
            pairs = list(zip(batch["table"].to_pylist(), batch["reason"].to_pylist(), strict=True))
            chosen = []
            for at, pair in enumerate(pairs):
                if seen[pair] < each:
                    seen[pair] += 1
                    chosen.append(at)
            if chosen:
                kept.append(batch.take(pa.array(chosen)))
            if len(seen) == reasons and min(seen.values()) == each:
                break
    found = pa.Table.from_batches(kept, REJECTS) if kept else REJECTS.empty_table()
    for name, length in (("reason", NAME), ("record", LONGEST)):
        cut = pc.utf8_slice_codeunits(found[name], 0, length)
        found = found.set_column(REJECTS.get_field_index(name), REJECTS.field(name), cut)
    return found
