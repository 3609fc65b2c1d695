"""From the columns of a generation to the SQL that reads them from JSON lines."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.data import duck
from pipeline.data.amazon.lines import SHOWN

POINTER = re.compile(r"\{(/[^{}]*)\}")
OBJECT = "damage IS NULL AND json_valid(line) AND (starts_with(line, '{') OR ltrim(line) LIKE '{%')"
SPACE = "' ' || chr(9) || chr(10) || chr(13)"


def select(columns: Mapping[str, str], wrong: Mapping[str, str], lines: str, broken: str) -> str:
    """Return SQL that yields number, broken (why a line is no record; null in one), text (of a line that is none), and
    the columns; blank lines are left out.

    Args:
        columns: {name: SQL with {/json/pointers}}.
        wrong: {what is wrong with a record: the condition, over pointers and columns}.
        lines: The table of lines, with the columns of `lines.SCHEMA`.
        broken: What is said of a line that is no JSON object.
    """
    pointers = list(
        dict.fromkeys(pointer for each in (*columns.values(), *wrong.values()) for pointer in POINTER.findall(each))
    )

    def filled(expression: str) -> str:
        return POINTER.sub(lambda pointer: f"found[{pointers.index(pointer[1]) + 1}]", expression)

    paths = ", ".join(map(duck.text, pointers))
    values = ", ".join(f"{filled(each)} AS {name}" for name, each in columns.items())
    reasons = "".join(f" WHEN {filled(condition)} THEN {duck.text(reason)}" for reason, condition in wrong.items())
    # Every value of a line in one pass; CASE keeps the extraction from lines that are no JSON, which would stop it.
    return (
        f"SELECT number, broken, CASE WHEN broken IS NOT NULL THEN trim(left(line, {SHOWN}), {SPACE}) END AS text, "
        f"{', '.join(columns)} FROM (SELECT number, line, {values}, "
        f"CASE WHEN found IS NULL THEN CASE WHEN damage IS NOT NULL THEN damage "
        f"WHEN trim(line, {SPACE}) <> '' THEN {duck.text(broken)} ELSE '' END{reasons} END AS broken "
        f"FROM (SELECT number, line, damage, CASE WHEN {OBJECT} THEN json_extract_string(line, [{paths}]) END AS found "
        f"FROM {lines})) WHERE broken IS DISTINCT FROM ''"
    )
