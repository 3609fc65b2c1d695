"""From texts as they were read to values: Ibis expressions, null where a text cannot be read."""

from __future__ import annotations

import sys
from typing import Any

import ibis

END_OF_TIME = 4_133_980_800_000  # 2101-01-01 in milliseconds: times outside 1970..2100 are mistakes, mostly of the unit
# Regular expressions that RE2 (DuckDB) and Java (Spark) read alike: \z for the end, no \v, no groups in what replaces.
UNTIDY = r"\p{Cc}|^\p{Z}|\p{Z}\z"  # control characters; white space around the text
DIGITS = "[0-9eE.+-]+"  # what may be in a number: else Spark reads 1d and 0x1p3 as numbers too, and DuckDB 1_000
LARGEST = sys.float_info.max


def text(value: Any) -> Any:
    """Tidy a text: line breaks and tabs become spaces, other control characters go, ends are trimmed; '' is null."""
    spaced = value.re_replace(r"[\t\n\x0B\f\r]+", " ").re_replace(r"\p{Cc}+", "")
    # Most texts are tidy, and to search is three times faster than to replace.
    return ibis.cases((value.re_search(UNTIDY), spaced.re_replace(r"^\p{Z}+|\p{Z}+\z", "")), else_=value).nullif("")


def path(steps: Any) -> Any:
    """Tidy the steps of a category path, and leave out the empty ones; null is the empty path."""
    tidied = steps.map(lambda step: text(step)).filter(lambda step: step.notnull())
    return ibis.coalesce(tidied, ibis.literal([], type="array<string>"))


def number(value: Any) -> Any:
    """Read a finite number; null where there is none."""
    return _finite(text(value).re_extract(rf"^{DIGITS}\z", 0))


def _finite(written: Any) -> Any:
    read = written.try_cast("float64")
    return ibis.cases((read.abs() <= LARGEST, read), else_=None)


def vector(value: Any) -> Any:
    """Read a list of finite numbers such as [0.5, -1]; null where there is none, or where one of them is no number."""
    read = value.try_cast("array<float32>")
    odd = read.filter(lambda number: number.isnull() | number.isnan() | number.isinf())
    return ibis.cases(((read.length() > 0) & (odd.length() == 0), read), else_=None)


def price(value: Any, scale: float) -> Any:
    """Read a price such as 12.5, $1,234.50 or EUR 12, times `scale`; null where unreadable or negative.

    A comma is read as dividing thousands only: "12,50" may be either, and so is neither.
    """
    sign = r"(\p{Sc}|[A-Z]{3}|[A-Z]{1,2}\$)"
    plain = text(value).re_replace(rf"^{sign} ?| ?{sign}\z", "").strip()
    read = _finite(plain.re_extract(rf"^(\d{{1,3}}(,\d{{3}})+(\.\d+)?|{DIGITS})\z", 0).replace(",", ""))
    scaled = read if scale == 1 else (read * scale).round(6)  # 115 cents are 1.15, not 1.1500000000000001
    return ibis.cases((read >= 0, scaled), else_=None)


def date(value: Any) -> Any:
    """Read the day of an ISO date or date-time, as it is written there, or the first day of a year."""
    written = text(value)
    day = ibis.cases(
        (written.re_search(r"^[12]\d{3}-\d{2}-\d{2}([T ].*)?\z"), written.substr(0, 10)),
        (written.re_search(r"^[12]\d{3}(\.0)?\z"), written.substr(0, 4).concat("-01-01")),
        else_=None,
    )
    return day.try_cast("date")


def milliseconds(value: Any, unit: str) -> Any:
    """Read a time as milliseconds since 1970, UTC; null where unreadable.

    Args:
        value: A text.
        unit: s or ms (numbers, also with decimals), or iso (a date or date-time; UTC unless it bears a zone).
    """
    if unit == "iso":
        written = text(value)
        dated = ibis.cases((written.re_search(r"^\d{4}-\d{1,2}-\d{1,2}"), written), else_=None)
        moment = dated.try_cast("timestamp('UTC')").cast("timestamp")
        return moment.truncate("s").epoch_seconds() * 1000 + moment.millisecond().cast("int64")
    read = number(value) * (1000 if unit == "s" else 1)
    # Far outside, a number does not fit an integer: hold it where it is still recognised as outside.
    return read.clip(lower=-1, upper=END_OF_TIME).floor().cast("int64")
