"""The log: a line of JSON for each event, on stderr, that says nothing of who asked for what.

A line has no query, no shopper and no address: a request is told by its route's template, and a failure by its kind and
its place in the code, as the words of an exception may quote what was asked.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

OURS = ("dashboard", "pipeline")
EXTRA = ("event", "method", "route", "status", "ms", "version", "request_id")


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in EXTRA if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["at"] = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(record.exc_info[2])]
        return json.dumps(line, ensure_ascii=True)


def install() -> None:
    """Write what this project logs to stderr as JSON, and keep uvicorn from logging addresses with their queries."""
    for name in OURS:
        logger = logging.getLogger(name)
        if not any(isinstance(handler.formatter, JsonLines) for handler in logger.handlers):
            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(JsonLines())
            logger.addHandler(handler)
            logger.setLevel(logging.INFO)
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").addFilter(says_no_address)  # a filter that is there is not added again


def says_no_address(record: logging.LogRecord) -> bool:
    """Return whether a record of uvicorn is of no WebSocket: those say who opened it, and with what."""
    return "WebSocket" not in str(record.msg)
