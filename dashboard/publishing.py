"""What may be done to published versions from a page: verify always; switch aliases and delete where enabled."""

from __future__ import annotations

import os
from collections.abc import Callable

from dashboard.loading import versions
from pipeline.aliases import ALIASES
from pipeline.errors import AliasError, ExplorerError, InvalidRequest
from pipeline.remote import RemoteStore
from pipeline.versions import Version

PROMOTE, DELETE = "PSE_ALLOW_PROMOTE", "PSE_ALLOW_DELETE"
ON = ("1", "on")


def may(what: str) -> str:
    """Return why something must not be done from a page, "" where it may.

    Args:
        what: PROMOTE or DELETE, the variable of the environment that enables it.
    """
    if isinstance(versions().store, RemoteStore):
        return "The versions lie at an address that nothing here writes to."
    if os.environ.get(what, "").strip().lower() not in ON:
        return f"Off: set {what}=1 in the environment of the dashboard to enable it."
    return ""


def aliases() -> dict[str, str]:
    """Return {alias: version}, production first.

    Raises:
        AliasError: The aliases cannot be read.
    """
    versions().store.refresh()
    found = versions().aliases.all()
    return {alias: found[alias] for alias in ALIASES if alias in found}


def pinned() -> str:
    """Return the version or alias that the environment's PSE_VERSION says serves; "" for none."""
    return os.environ.get("PSE_VERSION", "")


def verify(name: str, told: Callable[[int], None] = lambda done: None) -> Version:
    """Check every file of a version against its manifest.

    Args:
        name: Of the version.
        told: Called with the bytes of every file that was found whole.

    Raises:
        VersionNotFound: Nothing is published under that name.
        VersionBroken: A file is missing, added or changed.
    """
    return versions().store.open(name, told)


def promote(alias: str, name: str) -> None:
    """Let an alias stand for a version, which is verified first.

    Raises:
        InvalidRequest: It is not enabled.
        VersionNotFound, VersionBroken: The version cannot be served; the alias stays as it is.
        AliasError: The aliases are damaged.
    """
    _require(PROMOTE)
    verify(name)
    versions().aliases.set(alias, name)


def demote(alias: str) -> None:
    """Let an alias stand for nothing.

    Raises:
        InvalidRequest: It is not enabled.
        AliasError: The aliases are damaged.
    """
    _require(PROMOTE)
    versions().aliases.remove(alias)


def held_by(name: str) -> str:
    """Return why a version must not be deleted, as a sentence; "" where nothing stands for it."""
    try:
        for alias, version in aliases().items():
            if version == name:
                return f"The alias {alias} stands for it: let it stand for another version first."
    except AliasError as error:  # then no one knows what they stand for
        return str(error)
    return "The environment's PSE_VERSION names it." if pinned() == name else ""


def delete(name: str, typed: str) -> None:
    """Remove a version for good.

    Args:
        name: Of the version.
        typed: The same name, as the reader typed it.

    Raises:
        InvalidRequest: It is not enabled, something stands for the version, or what was typed is another name.
        VersionNotFound: Nothing is published under that name.
    """
    _require(DELETE)
    if held := held_by(name):
        raise InvalidRequest(f'Version "{name}" cannot be deleted.', held)
    if typed != name:
        raise InvalidRequest("What was typed is not the name of the version.", f"Type {name}.")
    versions().store.delete(name)


def told(error: ExplorerError) -> str:
    """Return an error as it is shown after the page was drawn anew."""
    return f"{error.problem} {error.remedy}".strip()


def _require(what: str) -> None:
    if why := may(what):
        raise InvalidRequest("This cannot be done from a page.", why)
