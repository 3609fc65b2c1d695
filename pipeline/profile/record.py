"""Records from JSON: what does not have exactly their fields, of their types, is refused."""

from __future__ import annotations

import math
from dataclasses import fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

LONGEST = 2_000  # characters of a text
MOST = 2_000  # records in a list
LARGEST = 2**53  # beyond it not every whole number can be told apart in JSON

Kind = TypeVar("Kind")


def record(kind: type[Kind], value: Any) -> Kind:
    """Return a frozen dataclass of whole numbers, finite numbers, texts, other such records and tuples of them.

    Args:
        kind: The dataclass.
        value: What a JSON file says in its place.

    Raises:
        ValueError: It says something else.
    """
    hints = _hints(kind)  # type: ignore[arg-type]  # a class can be hashed; mypy does not see it in a type variable
    if not isinstance(value, dict) or value.keys() != hints.keys():
        raise ValueError(f"{kind.__name__} does not have the fields it should")
    return kind(**{name: _value(hint, value[name], f"{kind.__name__}.{name}") for name, hint in hints.items()})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    known = get_type_hints(kind)
    return {each.name: known[each.name] for each in fields(kind)}


def _value(hint: Any, value: Any, where: str) -> Any:
    if isinstance(hint, UnionType):  # only `X | None` is used
        if value is None:
            return None
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    if get_origin(hint) is tuple:
        if not isinstance(value, list) or len(value) > MOST:
            raise ValueError(f"{where} is no list, or too long")
        return tuple(_value(get_args(hint)[0], each, where) for each in value)
    if hint is str:
        if not isinstance(value, str) or len(value) > LONGEST:
            raise ValueError(f"{where} is no text, or too long")
        return value
    if hint in (int, float):
        fits = isinstance(value, int) or (hint is float and isinstance(value, float) and math.isfinite(value))
        if isinstance(value, bool) or not fits or abs(value) > LARGEST:
            raise ValueError(f"{where} is no number that it can be")
        return hint(value)
    return record(hint, value)
