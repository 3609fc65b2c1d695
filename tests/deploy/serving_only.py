"""Run as a program: visit every page and ask the API, in a Python that holds what serving installs and nothing else.

Every package of this environment that `requirements-serve.txt` does not bring is refused on import, as in an image
that never had it. Fails where a page or an answer would.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib.machinery import ModuleSpec
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path
from types import ModuleType

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PAGES = [path.stem for path in sorted((ROOT / "dashboard" / "app_pages").glob("*.py"))]


def pinned(file: Path) -> dict[str, str]:
    """Return the version of every package that a requirements file pins itself."""
    lines = [re.fullmatch(r"([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==(\S+)", line) for line in file.read_text().splitlines()]
    return {canonicalize_name(found[1]): found[2] for found in lines if found}


def closure(names: Iterable[str]) -> set[str]:
    """Return the packages that pip installs for `names`, as far as they are installed here."""
    found: set[str] = set()
    todo = [canonicalize_name(name) for name in names]
    while todo:
        if (name := todo.pop()) in found:
            continue
        found.add(name)
        try:
            needed = [Requirement(each) for each in requires(name) or []]
        except PackageNotFoundError:
            continue
        todo += [canonicalize_name(each.name) for each in needed if not each.marker or each.marker.evaluate()]
    return found


class Refusal:
    """Refuses modules of packages that serving does not install.

    Args:
        served: The packages that it does install.
    """

    def __init__(self, served: set[str]) -> None:
        self._refused = {
            module
            for module, packages in packages_distributions().items()
            if not (ROOT / module).is_dir()  # a package that brings its tests as `tests` is not meant
            and not {canonicalize_name(package) for package in packages} & served
        }

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.split(".")[0] in self._refused:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def import_all() -> None:
    """Import every module of the dashboard; pages and the entry are run instead."""
    import dashboard

    for module in pkgutil.walk_packages(dashboard.__path__, "dashboard."):
        if not module.name.startswith(("dashboard.app_pages", "dashboard.main")):
            importlib.import_module(module.name)


def ask() -> None:
    """Ask the API of both halves of the engine, and of the map."""
    from starlette.testclient import TestClient

    from dashboard.api import app

    client = TestClient(app)
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/api/search", params={"q": "compact camera"}).json()["total"] == 10
    assert client.get("/api/recommend", params={"q": "compact camera"}).json()["total"] == 10
    assert client.get("/api/map/places", params={"version": "tiny", "space": "text", "method": "umap"}).content


def visit_all() -> None:
    """Run every page, and what takes a click to reach."""
    from tests.dashboard.screens import products, screen, visit

    assert products(visit("search", q="compact camera", why="C1"))
    assert products(visit("recommend", shopper="ann"))
    assert products(visit("recommend", **{"for": "basket"}, basket=["C1", "H1"]))
    for page in PAGES:
        for parameters in ({}, {"version": "tiny", "against": "other", "others": "other", "q": "camera"}):
            text = screen(visit(page, **parameters))
            assert "could not be shown" not in text, (page, text)


def main() -> None:
    sys.meta_path.insert(0, Refusal(closure(pinned(ROOT / "requirements-serve.txt"))))
    with suppress(ModuleNotFoundError):
        importlib.import_module("torch")
        raise SystemExit("nothing was refused")
    import_all()
    ask()
    visit_all()


if __name__ == "__main__":
    main()
