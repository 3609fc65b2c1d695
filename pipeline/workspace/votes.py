"""Votes of the taste test, in the workspace database: an acknowledged one is never lost, and never counted twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.errors import InvalidRequest
from pipeline.workspace.database import Database

CHOICES = ("first", "second", "tie", "bad")
LONGEST_NAME, LONGEST_REASON = 40, 500  # characters
TABLES = """
CREATE TABLE IF NOT EXISTS votes (
    ballot TEXT PRIMARY KEY, at TEXT NOT NULL, voter TEXT NOT NULL, dataset TEXT NOT NULL, first TEXT NOT NULL,
    second TEXT NOT NULL, kind TEXT NOT NULL, asked TEXT NOT NULL, design TEXT NOT NULL, choice TEXT NOT NULL
    CHECK (choice IN ('first', 'second', 'tie', 'bad')), reason TEXT NOT NULL, first_list TEXT NOT NULL,
    second_list TEXT NOT NULL, wanted TEXT NOT NULL, revoked TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS votes_of_a_pair ON votes (first, second);
"""
COLUMNS = (
    *("ballot", "at", "voter", "dataset", "first", "second", "kind", "asked", "design", "choice", "reason"),
    *("first_list", "second_list", "wanted", "revoked"),
)
LISTS = ("first_list", "second_list", "wanted")


@dataclass(frozen=True)
class Vote:
    """One person's choice between two versions' lists.

    Args:
        ballot: Names what was voted on by whom: a second vote on it does not count.
        voter: A free nickname; "" for none.
        dataset: Its name.
        first: The first version.
        second: The second one.
        kind: What was asked: query or shopper.
        asked: The query, or the shopper's id.
        design: "sides" (both lists, in random order) or "interleaved".
        choice: first, second, tie or bad.
        reason: In the voter's words; may be empty.
        first_list: Product ids of the first version's list.
        second_list: The same of the second's.
        wanted: Of an interleaved list, the products that the voter marked.
        at: UTC, ISO 8601; set when it is kept.
        revoked: When it was taken back, None where it was not.
    """

    ballot: str
    voter: str
    dataset: str
    first: str
    second: str
    kind: str
    asked: str
    design: str
    choice: str
    reason: str = ""
    first_list: tuple[str, ...] = ()
    second_list: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    at: str = ""
    revoked: str | None = None


class Votes:
    """The votes below an artifacts folder.

    Args:
        artifacts: The folder that holds the workspace database.
    """

    def __init__(self, artifacts: Path) -> None:
        self._database = Database(artifacts, TABLES)

    def cast(self, vote: Vote) -> bool:
        """Keep a vote; when this returns it is on disk.

        Returns:
            Whether it counts: False where the ballot was cast before, and not taken back.

        Raises:
            InvalidRequest: The choice is unknown, or the nickname or reason too long.
            WorkspaceError: The disk refuses.
        """
        if vote.choice not in CHOICES:
            raise InvalidRequest(f'"{vote.choice[:40]}" is no choice.', f"Choose one of {', '.join(CHOICES)}.")
        if len(vote.voter) > LONGEST_NAME or len(vote.reason) > LONGEST_REASON:
            raise InvalidRequest(
                "The nickname or the reason is too long.", f"Use up to {LONGEST_NAME} and {LONGEST_REASON} characters."
            )
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        values = [
            now if column == "at" else json.dumps(getattr(vote, column)) if column in LISTS else getattr(vote, column)
            for column in COLUMNS
        ]
        with self._database.writing() as file:
            # A vote that was taken back is kept, under another name, and its ballot may be cast again.
            file.execute(
                "UPDATE votes SET ballot = ballot || ' ' || revoked WHERE ballot = ? AND revoked IS NOT NULL",
                (vote.ballot,),
            )
            places = ", ".join("?" * len(COLUMNS))
            done = file.execute(f"INSERT OR IGNORE INTO votes ({', '.join(COLUMNS)}) VALUES ({places})", values)
            return done.rowcount == 1

    def revoke(self, ballot: str) -> bool:
        """Take a vote back: it is kept, marked, and counts no more. Returns whether there was one to take back."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._database.writing() as file:
            query = "UPDATE votes SET revoked = ? WHERE ballot = ? AND revoked IS NULL"
            return file.execute(query, (now, ballot)).rowcount == 1

    def of(self, first: str, second: str, *, revoked: bool = False) -> list[Vote]:
        """Return the votes between two versions, oldest first, those taken in the other order turned round.

        Args:
            first: A version.
            second: Another one.
            revoked: Whether to return those taken back too.
        """
        query = f"""
            SELECT {", ".join(COLUMNS)} FROM votes
            WHERE ((first = ?1 AND second = ?2) OR (first = ?2 AND second = ?1)) AND (?3 OR revoked IS NULL)
            ORDER BY at, ballot
        """
        with self._database.reading() as file:
            rows = [] if file is None else file.execute(query, (first, second, revoked)).fetchall()
        found = [_vote(row) for row in rows]
        return [vote if vote.first == first else _turned(vote) for vote in found]


def _vote(row: Sequence[str]) -> Vote:
    values: dict[str, Any] = dict(zip(COLUMNS, row, strict=True))
    return Vote(**values | {name: tuple(json.loads(values[name])) for name in LISTS})


def _turned(vote: Vote) -> Vote:
    """Return a vote with both versions in the other order."""
    other = {"first": "second", "second": "first"}
    values = {name: getattr(vote, name) for name in COLUMNS}
    values |= {"first": vote.second, "second": vote.first, "choice": other.get(vote.choice, vote.choice)}
    values |= {"first_list": vote.second_list, "second_list": vote.first_list}
    return Vote(**values)
