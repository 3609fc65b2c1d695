"""Every error that a user can meet: one sentence on what is wrong, one on what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ExplorerError(Exception):
    """An expected failure, told to the user as it stands.

    Args:
        problem: What is wrong and where, one sentence.
        remedy: What to do about it, one sentence; may be empty.
    """

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy


class InvalidName(ExplorerError):
    """A version, dataset or alias name outside `[a-z0-9][a-z0-9._-]{0,63}`."""


class DatasetError(ExplorerError):
    """A dataset description, or a file that it names, cannot be used."""


class RecipeError(ExplorerError):
    """A recipe is unknown, misspelt or inconsistent."""


class VersionNotFound(ExplorerError):
    """No version of that name is published."""


class VersionExists(ExplorerError):
    """A version of that name is already published."""


class VersionBroken(ExplorerError):
    """A published version is damaged or incomplete and cannot be served."""


class Unreachable(VersionBroken):
    """Where versions lie cannot be read, or a version cannot be fetched from there."""


class AliasError(ExplorerError):
    """The aliases cannot be read."""


class Busy(ExplorerError):
    """Another process holds what this one needs."""


class JobError(ExplorerError):
    """A run that was started from a page cannot be found or read."""


class InvalidRequest(ExplorerError):
    """A query, limit or filter is outside what can be answered."""


class UnknownProduct(ExplorerError):
    """The version holds no product with that id."""


class AlreadyPublished(ExplorerError):
    """A product of the version itself cannot be added, replaced or removed."""


class JournalFull(ExplorerError):
    """No more products can be added to a version."""


class JournalFailed(ExplorerError):
    """What was added to a version cannot be written down."""


class UnknownShopper(ExplorerError):
    """The version holds no shopper with that id."""


class QuerySetError(ExplorerError):
    """A query set, or a list of queries for one, cannot be used or kept."""


class WorkspaceError(ExplorerError):
    """What people made on a page cannot be found, used or kept."""


class UnknownPreset(WorkspaceError):
    """There is no re-ranking preset of that name."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint such as ' Did you mean "title"?', or '' when nothing is close."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f' Did you mean "{close[0]}"?' if close else ""
