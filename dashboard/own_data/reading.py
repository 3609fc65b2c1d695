"""Looking into files, and what was seen lately: a page is drawn again with every click.

Reading data takes libraries that serving does without: they are imported when they are first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.batches import Recent
from pipeline.errors import DatasetError, ExplorerError

if TYPE_CHECKING:
    from pipeline.own_data.head import Head
    from pipeline.own_data.preview import Preview

REMEMBERED = 32
_seen: Recent[tuple[Any, ...], Any] = Recent(REMEMBERED)


def look(path: Path) -> Head:
    """Return the first rows of a file.

    Raises:
        DatasetError: It cannot be read, or nothing here can read files.
    """

    def ask() -> Head:
        from pipeline.own_data.head import look

        return look(path)

    found: Head = _remembered(("look", *_identity(path)), ask)
    return found


def preview(table: str, source: Any, path: Path, catalogue: tuple[Any, Path] | None) -> Preview:
    """Return what a mapping makes of the first rows of a file: see `own_data.preview`.

    Raises:
        DatasetError: A file cannot be read, or nothing here can read files.
    """

    def ask() -> Preview:
        from pipeline.own_data.preview import preview

        return preview(table, source, path, catalogue)

    beside = (repr(catalogue[0]), *_identity(catalogue[1])) if catalogue else ()
    found: Preview = _remembered((table, repr(source), *_identity(path), *beside), ask)
    return found


def _remembered(key: tuple[Any, ...], ask: Callable[[], Any]) -> Any:
    """Return what was answered before, or ask; a failure is remembered too."""
    if (found := _seen.get(key)) is None:
        try:
            found = ask()
        except ImportError:
            raise DatasetError(
                "This server cannot read data: what it takes is not installed.",
                "Install requirements.txt, or describe the data by hand.",
            ) from None
        except ExplorerError as error:
            found = error
        _seen.put(key, found)
    if isinstance(found, ExplorerError):
        raise type(found)(found.problem, found.remedy)
    return found


def _identity(path: Path) -> tuple[str, int, int]:
    told = path.stat()
    return str(path), told.st_mtime_ns, told.st_size
