"""Many drafts from a CSV file: what can be read, and what is set aside with the reason."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.errors import InvalidRequest
from pipeline.retrieval.drafts.draft import Draft

MAX_DRAFTS = 200
MAX_BYTES = 2**20
COLUMNS = ("title", "brand", "category", "price", "description")
DELIMITERS = ",;\t"
CLOSE = "Close it behind the text, and write a quote within a quoted text twice."
STEP = " > "  # between the steps of a category, from general to specific


@dataclass(frozen=True)
class Rejected:
    """A row that was set aside.

    Args:
        line: Of the file, counted from 1.
        reason: Why, in a sentence or two.
        text: What the row says, its first 200 characters.
    """

    line: int
    reason: str
    text: str


@dataclass(frozen=True)
class Read:
    """What came of a file.

    Args:
        drafts: By the line where each ends, in order.
        rejected: In order.
    """

    drafts: Mapping[int, Draft]
    rejected: tuple[Rejected, ...]


def read(content: bytes | str) -> Read:
    """Read drafts from CSV: a column `title`, and any of brand, category, price and description.

    Args:
        content: UTF-8, with or without a byte order mark, its columns apart by comma, semicolon or tab.

    Raises:
        InvalidRequest: It is no such file, is larger than 1 MB, or holds more than 200 rows or none.
    """
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1  # the line where the row that is read begins
    drafts: dict[int, Draft] = {}
    rejected: list[Rejected] = []
    try:
        names = [name.strip().casefold() for name in next(reader, [])]
        if "title" not in names:
            said = ", ".join(f'"{name[:40]}"' for name in names[:5]) or "nothing"
            raise InvalidRequest(
                f'There is no column "title"; the first line says {said}.', "Begin with the line of the template."
            )
        if twice := [name for name in COLUMNS if names.count(name) > 1]:
            raise InvalidRequest(f'The column "{twice[0]}" stands twice.', "Leave one of the two out.")
        begins = reader.line_num + 1
        for cells in reader:
            begins = reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(drafts) + len(rejected) == MAX_DRAFTS:
                raise InvalidRequest(f"There are more than {MAX_DRAFTS} products.", "Split the file.")
            try:
                drafts[reader.line_num] = _draft(names, cells)
            except InvalidRequest as error:
                rejected.append(Rejected(reader.line_num, str(error), delimiter.join(cells)[:200]))
    except csv.Error as error:
        raise _unreadable(str(error), begins) from None
    if not drafts and not rejected:
        raise InvalidRequest("There is no product.", "Give at least one, on a line below the names of the columns.")
    return Read(drafts, tuple(rejected))


def _unreadable(said: str, line: int) -> InvalidRequest:
    """Return what is wrong with a row that the reader gave up, from what it said.

    Args:
        said: By the reader of the standard library.
        line: Where the row begins, counted from 1.
    """
    if "end of data" in said:
        return InvalidRequest(f"A quote that opens on line {line} is never closed.", CLOSE)
    if "expected after" in said:
        return InvalidRequest(f"A quoted text on line {line} goes on behind its closing quote.", CLOSE)
    return InvalidRequest("The file cannot be read as CSV.", "Save it again as CSV.")


def _decoded(content: bytes | str) -> str:
    if len(content) > MAX_BYTES:
        raise InvalidRequest("The file is larger than 1 MB.", "Split it.")
    if isinstance(content, bytes):
        try:
            content = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise InvalidRequest("The file is not UTF-8 text.", 'Save it as "CSV UTF-8".') from None
    if "\0" in content:
        raise InvalidRequest("The file is not text.", "Use a CSV file.")
    return content.removeprefix("\ufeff")


def _draft(names: list[str], cells: list[str]) -> Draft:
    """Return what a row says.

    Raises:
        InvalidRequest: It says more than it has names for, or what no draft may say.
    """
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        raise InvalidRequest("There are more cells than columns.", "Put texts that hold the delimiter into quotes.")
    said = dict(zip(names, cells, strict=False))
    steps = tuple(said.get("category", "").split(STEP.strip()))
    return Draft(
        said.get("title", ""), said.get("brand"), steps, price_of(said.get("price", "")), said.get("description")
    )


def price_of(text: str) -> float | None:
    """Return a price as people write it, None of a blank.

    >>> price_of("1,299.50"), price_of("1.299,50"), price_of("12,5"), price_of(" ")
    (1299.5, 1299.5, 12.5, None)

    Raises:
        InvalidRequest: It is not a number, or is negative.
    """
    written = text.strip().replace(" ", "").replace("\u00a0", "")
    if not written:
        return None
    point, comma = written.rfind("."), written.rfind(",")
    # The last mark sets off the cents where both stand, or where a comma has fewer than three figures behind it.
    if comma > point and (point >= 0 or len(written) - comma - 1 != 3):
        written = written.replace(".", "").replace(",", ".")
    else:
        written = written.replace(",", "")
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0 or not written.replace(".", "").isascii() or "_" in written:
        raise InvalidRequest(f'"{text.strip()[:40]}" is not a price.', "Write it as 199.00, or leave it out.")
    return value
