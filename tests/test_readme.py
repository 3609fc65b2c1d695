"""The README names every command, flag, environment variable and dependency that there is."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from pipeline.__main__ import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def commands(group: Any, before: str = "") -> dict[str, Any]:
    """Return every command by what is typed for it; one with commands of its own stands for these."""
    found = {}
    for name, each in group.commands.items():
        found |= commands(each, f"{before}{name} ") if hasattr(each, "commands") else {before + name: each}
    return found


COMMANDS = commands(typer.main.get_command(app))
FLAGS = {flag for each in COMMANDS.values() for option in each.params for flag in option.opts if "-" in flag}
REQUIRED = [
    re.match(r"[A-Za-z0-9_.-]+", line)[0]  # type: ignore[index]
    for file in ("requirements-serve.txt", "requirements.txt", "requirements-dev.txt")
    for line in (ROOT / file).read_text().splitlines()
    if line and not line.startswith(("#", "-r"))
]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_named(name: str) -> None:
    assert f"python -m pipeline {name}" in README


@pytest.mark.parametrize(
    "flag",
    sorted({flag for each in COMMANDS.values() for option in each.params for flag in option.opts if "-" in flag}),
)
def test_every_flag_is_named(flag: str) -> None:
    assert f"`{flag}`" in README


@pytest.mark.parametrize("flag", sorted(set(re.findall(r"`(--[a-z-]+)`", README))))
def test_every_flag_that_is_named_exists(flag: str) -> None:
    assert flag in FLAGS


@pytest.mark.parametrize("package", REQUIRED)
def test_every_dependency_has_its_reason(package: str) -> None:
    assert re.search(rf"\b{re.escape(package)}\b", README)


def test_every_dependency_is_pinned_once() -> None:
    assert len(REQUIRED) == len(set(REQUIRED))
    for file in ("requirements-serve.txt", "requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / file).read_text().splitlines():
            assert not line or line.startswith(("#", "-r")) or "==" in line, line


@pytest.mark.parametrize("target", re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
def test_every_make_target_is_named(target: str) -> None:
    assert f"make {target}" in README
