"""Values from texts, one case a line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.data import cleaning, duck


@pytest.fixture
def connection(tmp_path: Path) -> Iterable[duck.Connection]:
    with duck.connect(tmp_path) as opened:
        opened.execute("CREATE TABLE t (value VARCHAR, list VARCHAR[])")
        yield opened


def one(connection: duck.Connection, value: Any, make: Any) -> Any:
    """Apply a cleaning function to one value in DuckDB."""
    name, kind = ("list", "array<string>") if isinstance(value, list) else ("value", "string")
    connection.execute("DELETE FROM t")
    connection.execute(f"INSERT INTO t ({name}) VALUES (?)", [value])
    table = duck.table("t", {name: kind})
    return duck.rows(connection, table.select(made=make(table[name])))[0][0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain  text", "plain  text"),
        (" \u00a0ends\u3000\t", "ends"),
        ("two\r\nlines", "two lines"),
        ("a\x00b\x1fc\x85d\x7f", "abcd"),
        ("\n", None),
        ("", None),
        (None, None),
        ("é ½ 🙂", "é ½ 🙂"),
    ],
)
def test_text(connection: duck.Connection, value: str | None, expected: str | None) -> None:
    assert one(connection, value, cleaning.text) == expected


def test_path(connection: duck.Connection) -> None:
    assert one(connection, [" A ", "", None, "B\n", " "], cleaning.path) == ["A", "B"]
    assert one(connection, [], cleaning.path) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12.5", 12.5), ("$1,234.50", 1234.5), ("1,234,567", 1234567), ("€ 12", 12), ("12 €", 12), ("EUR 12.00", 12),
        ("US$ 5", 5), ("0", 0), (".99", 0.99), ("1e2", 100), (" 7 ", 7),
        ("12,50", None), ("1,23,456", None), ("-1", None), ("$-1", None), ("from 14.99", None), ("$1 - $2", None),
        ("free", None), ("nan", None), ("inf", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_price(connection: duck.Connection, value: str | None, expected: float | None) -> None:
    assert one(connection, value, lambda text: cleaning.price(text, 1)) == expected


def test_cents(connection: duck.Connection) -> None:
    assert one(connection, "115", lambda text: cleaning.price(text, 0.01)) == 1.15


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2009-12-10", date(2009, 12, 10)), ("2009-12-10T23:30:00-05:00", date(2009, 12, 10)),
        ("2009-12-10 00:00:00", date(2009, 12, 10)), ("2009", date(2009, 1, 1)), ("2009.0", date(2009, 1, 1)),
        ("2009-13-01", None), ("2009-02-30", None), ("0000-00-00", None), ("9999", None), ("10/12/2009", None),
        ("2009-12-10x", None), ("soon", None), (None, None),
    ],
)  # fmt: skip
def test_date(connection: duck.Connection, value: str | None, expected: date | None) -> None:
    assert one(connection, value, cleaning.date) == expected


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("1318896000", "s", 1318896000000),
        ("1318896000.25", "s", 1318896000250),
        ("1318896000.0", "s", 1318896000000),
        ("1318896000123", "ms", 1318896000123),
        ("1318896000123", "s", cleaning.END_OF_TIME),
        ("1e300", "s", cleaning.END_OF_TIME),
        ("-0.5", "s", -1),
        ("-5", "ms", -1),
        ("0", "s", 0),
        ("2020-01-02", "s", None),
        ("2020-01-02", "iso", 1577923200000),
        ("2020-01-02T03:04:05.678Z", "iso", 1577934245678),
        ("2020-01-02T05:04:05.678+02:00", "iso", 1577934245678),
        ("2020-01-02 03:04:05.6789", "iso", 1577934245678),
        ("1969-12-31T23:59:59.5Z", "iso", -500),
        ("2020-13-02", "iso", None),
        ("1318896000", "iso", None),
        ("epoch", "iso", None),
        ("soon", "ms", None),
        (None, "s", None),
    ],
)
def test_milliseconds(connection: duck.Connection, value: str | None, unit: str, expected: int | None) -> None:
    assert one(connection, value, lambda text: cleaning.milliseconds(text, unit)) == expected
