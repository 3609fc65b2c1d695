"""Which version answers: names, aliases and the default, each resolved once for an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock, Thread

from pipeline.errors import ExplorerError, VersionBroken, VersionNotFound
from pipeline.retrieval.engine import Engine

log = logging.getLogger(__name__)


class Switch:
    """Follows aliases from one version to the next.

    A version takes seconds to open. When an alias is switched, the version before answers until the new one is open,
    and goes on where the new one cannot be served. Safe to share between threads.

    Args:
        version: Opens a version by its name.
        is_open: Whether it is open already; raises as `version` does where it is known not to be servable.
    """

    def __init__(self, version: Callable[[str], Engine], is_open: Callable[[str], bool]) -> None:
        self._version = version
        self._is_open = is_open
        self._served: dict[str, str] = {}  # the version that each alias was last answered with
        self._aside: set[str] = set()  # versions that are being opened while others answer
        self._lock = Lock()

    def engine(self, alias: str, target: str) -> Engine:
        """Return the engine that answers for an alias.

        Raises:
            VersionNotFound: Nothing is published under the name, and no version answered before.
            VersionBroken: It is damaged, and no version answered before.
        """
        before = self._served.get(alias, target)
        try:
            if before != target and not self._is_open(target):
                self.open_aside(target)
                return self._version(before)
            engine = self._version(target)
        except (VersionBroken, VersionNotFound):
            if before == target:
                raise
            return self._version(before)
        self._served[alias] = target
        return engine

    def answers(self, alias: str, target: str) -> str:
        """Return the name of the version that answers for an alias."""
        return self._served.get(alias, target)

    def open_aside(self, name: str) -> None:
        """Open a version in a thread of its own, unless one does already."""
        with self._lock:
            if name in self._aside:
                return
            self._aside.add(name)
        Thread(target=self._open, args=(name,), daemon=True).start()

    def _open(self, name: str) -> None:
        try:
            self._version(name)
        except ExplorerError as error:
            log.warning("%s", error)
        finally:
            self._aside.discard(name)


class View:
    """The versions as one answer sees them: the aliases are read once, and each name is resolved once.

    Args:
        resolve: Opens the version that a name stands for, None for the default one, given the aliases.
        aliases: {alias: version}.
    """

    def __init__(self, resolve: Callable[[str | None, dict[str, str]], Engine], aliases: dict[str, str]) -> None:
        self._resolve = resolve
        self._aliases = aliases
        self._engines: dict[str | None, Engine] = {}

    def engine(self, name: str | None = None) -> Engine:
        """Return the engine of a version, of the one that an alias stands for, or of the default one.

        Raises:
            InvalidName: The name is not allowed.
            VersionNotFound: Nothing is published under it.
            VersionBroken: It is damaged.
        """
        if name not in self._engines:
            self._engines[name] = self._resolve(name, self._aliases)
        return self._engines[name]
