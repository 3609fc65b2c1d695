"""Which version answers: names, aliases and the default, each resolved once for an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock, Thread

from pipeline.aliases import PRODUCTION
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

    def answered(self, alias: str, name: str) -> None:
        """Remember who answers while an alias is not set: it goes on where the alias leads to a broken one."""
        self._served.setdefault(alias, name)

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
        resolve: Opens the version that a name stands for, given the aliases.
        newest: Opens the newest version.
        aliases: {alias: version}.
        pinned: The name that serves where none is given, "" to leave it to the aliases.
    """

    def __init__(
        self,
        resolve: Callable[[str, dict[str, str]], Engine],
        newest: Callable[[], Engine],
        aliases: dict[str, str],
        pinned: str = "",
    ) -> None:
        self._resolve = resolve
        self._newest = newest
        self._aliases = aliases
        self._pinned = pinned
        self._engines: dict[str, Engine] = {}

    def engine(self, name: str | None = None) -> Engine:
        """Return the engine of a version, of the one that an alias stands for, or of the default one.

        Raises:
            InvalidName: The name is not allowed.
            VersionNotFound: Nothing is published under it.
            VersionBroken: It is damaged.
        """
        name = name or ""
        if name not in self._engines:
            self._engines[name] = self._resolve(name, self._aliases) if name else self._default()
        return self._engines[name]

    def _default(self) -> Engine:
        """Return the engine that answers where no version is named."""
        if self._pinned:
            return self.engine(self._pinned)
        if PRODUCTION not in self._aliases:
            return self._newest()
        try:
            return self.engine(PRODUCTION)  # as one who names it is answered
        except VersionNotFound as error:  # whoever named nothing did not ask for what is not there
            remedy = f"Let it stand for another one: python -m pipeline alias {PRODUCTION} VERSION"
            raise VersionBroken(f"The alias {PRODUCTION} cannot be followed. {error.problem}", remedy) from None
