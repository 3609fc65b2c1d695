"""Reading TREC run files: what another engine answered."""

from __future__ import annotations

import gzip
import math
import zlib
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InvalidRequest

FIELDS = {6: (0, 2, 3, 4), 4: (0, 1, 2, 3)}  # where query, product, rank and score stand, by how many there are
REMEDY = (
    "A line is: query Q0 product rank score tag, or: query product rank score; with tabs where queries hold blanks."
)


@dataclass(frozen=True)
class RunFile:
    """What a run file says.

    Args:
        lists: Product ids by what was asked, best first, each once.
        scores: Of the same, in the same order.
        repeated: Lines left out because the product was listed for the same query before.
    """

    lists: dict[str, list[str]]
    scores: dict[str, list[float]]
    repeated: int


def read_run(path: Path, topics: Path | None = None) -> RunFile:
    """Read a run file, `.gz` too: best score first, equal scores by rank (trec_eval reads scores alone).

    Source: https://github.com/usnistgov/trec_eval, the format of results files.

    Args:
        path: Lines of six fields (query Q0 product rank score tag) or four (query product rank score), apart by tabs
            or, where a file holds none, by blanks.
        topics: Lines of a query's id, a tab and its text, where the run names queries by id.

    Raises:
        InvalidRequest: A line is something else, or the file holds none.
        OSError: A file cannot be read.
    """
    named = _topics(topics) if topics else None
    found: dict[str, list[tuple[float, int, str]]] = {}
    for number, fields in _lines(path):
        places = FIELDS.get(len(fields))
        try:
            if places is None:
                raise ValueError
            asked, product = fields[places[0]], fields[places[1]]
            rank, score = int(fields[places[2]]), float(fields[places[3]])
            if not math.isfinite(score) or not asked or not product:
                raise ValueError
        except ValueError:
            raise InvalidRequest(f"Line {number} of {path.name} is no line of a run.", REMEDY) from None
        if named is not None:
            if asked not in named:
                raise InvalidRequest(
                    f'Line {number} of {path.name} names the query "{asked[:40]}", which the topics lack.',
                    "Give the topics file of this run.",
                )
            asked = named[asked]
        found.setdefault(asked, []).append((-score, rank, product))
    if not found:
        raise InvalidRequest(f"{path.name} holds no line.", REMEDY)
    lists: dict[str, list[str]] = {}
    scores: dict[str, list[float]] = {}
    repeated = 0
    for asked, lines in found.items():
        best: dict[str, float] = {}
        for negative, _, product in sorted(lines):
            best.setdefault(product, -negative)
        lists[asked], scores[asked] = list(best), list(best.values())
        repeated += len(lines) - len(best)
    return RunFile(lists, scores, repeated)


def _topics(path: Path) -> dict[str, str]:
    found = {}
    for number, fields in _lines(path, tabs=True):
        if len(fields) != 2:
            raise InvalidRequest(f"Line {number} of {path.name} is no topic.", "A line is: id, a tab, the query.")
        found[fields[0]] = fields[1]
    return found


def _lines(path: Path, *, tabs: bool | None = None) -> list[tuple[int, list[str]]]:
    """Return the fields of each line that holds something, with its number."""
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InvalidRequest(f"{path.name} is cut off or no gzip file.", "Copy it again.") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidRequest(f"{path.name} is not UTF-8 text.", "Save it as UTF-8.") from None
    separator = "\t" if tabs or "\t" in text else None
    return [
        (number, [field.strip() for field in line.split(separator)])
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
