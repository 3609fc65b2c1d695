"""The floors of the house: no import runs upward, no two files import each other."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Each floor may import itself and those below it; top to bottom.
FLOORS = [
    ["__main__"],
    ["commands"],
    ["report", "run", "update", "assembly", "bench", "notes"],
    ["work"],
    ["stages", "environment"],
    ["comparing"],
    ["evaluation"],
    ["workspace"],
    ["retrieval"],
    ["jobs", "own_data"],
    ["versions", "remote", "seen", "fetching", "source", "towers", "maps", "profile"],
    ["text", "data", "recipe", "metrics"],
    ["aliases", "addresses"],
    ["names", "cores", "quiet", "manifest", "durable", "stored", "graphs", "events", "memory", "readable"],
    ["errors"],
]
DASHBOARD_MAY = {
    "comparing",
    "retrieval",
    "evaluation",
    "maps",
    "versions",
    "workspace",
    "errors",
    "names",
    "manifest",
    "aliases",
    "remote",
    "addresses",
    "jobs",
    "own_data",
    "readable",
    "data.sources",
    "data.tables",
    "profile.figures",
    "profile.kept",
}
FILES = sorted((ROOT / "pipeline").rglob("*.py"))


def floor(module: str) -> int:
    (found,) = [level for level, names in enumerate(FLOORS) if module.split(".")[0] in names]
    return found


def imported(path: Path) -> set[str]:
    """Return the modules of `pipeline` that a file imports, without that prefix."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "pipeline":
            package = node.module.removeprefix("pipeline").removeprefix(".")
            for alias in node.names:
                inner = f"{package}.{alias.name}".strip(".")
                is_module = (ROOT / "pipeline" / inner.replace(".", "/")).with_suffix(".py").exists()
                is_package = (ROOT / "pipeline" / inner.replace(".", "/")).is_dir()
                found.add(inner if is_module or is_package else package)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "dashboard":
            found.add("dashboard")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_import_runs_upward(path: Path) -> None:
    module = path.relative_to(ROOT / "pipeline").with_suffix("").as_posix().replace("/", ".")
    if module == "__init__":
        return
    for other in imported(path):
        assert other != "dashboard", "the pipeline knows nothing of the dashboard"
        assert floor(other) >= floor(module), f"{module} imports {other}, which stands above it"


def test_no_two_files_import_each_other() -> None:
    graph = {
        path.relative_to(ROOT / "pipeline").with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__"):
        imported(path)
        for path in FILES
    }  # fmt: skip
    for start in graph:
        seen, todo = set(), [other for other in graph[start] if other in graph]
        while todo:
            module = todo.pop()
            assert module != start, f"{start} imports itself by way of others"
            if module not in seen:
                seen.add(module)
                todo += [other for other in graph[module] if other in graph]


@pytest.mark.parametrize("path", sorted((ROOT / "dashboard").rglob("*.py")), ids=lambda path: path.name)
def test_the_dashboard_stands_on_what_serves(path: Path) -> None:
    for other in imported(path) - {"dashboard"}:
        assert other in DASHBOARD_MAY or other.split(".")[0] in DASHBOARD_MAY, f"{path.name} imports {other}"


@pytest.mark.parametrize("path", sorted((ROOT / "dashboard" / "app_pages").glob("*.py")), ids=lambda path: path.name)
def test_pages_hold_no_model_code(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"^\s*(import|from) (numpy|faiss|keras|tensorflow|onnxruntime)\b", text, re.MULTILINE)
