"""Every file that is saved says where it comes from."""

from __future__ import annotations

import ast
import doctest
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from dashboard import downloads
from dashboard.components import document, provenance
from pipeline.manifest import Manifest

DASHBOARD = Path(__file__).parents[2] / "dashboard"
DAY = date(2026, 11, 22)
ONE = Manifest(
    name="beauty-2",
    created="2026-03-01T10:00:00+00:00",
    dataset={"name": "Beauty <b>", "fingerprint": "d7486f0cedc2bf99" * 4, "generated": True},
    split="time",
    recipe={"name": "history"},
    encoder={},
    environment={},
    stages=[],
    headline=[],
    checksum="1",
)


OF_NO_VERSION = {"own_data", "running", "runs.py"}  # runs, and what is made of one's own files


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(provenance).failed == 0


def test_a_name_says_version_data_and_both_days() -> None:
    name = provenance.file_name(ONE, "search", "usb / HDMI?", when=DAY)
    assert name == "beauty-2-search-usb-hdmi-data-d7486f0cedc2-published-2026-03-01-saved-2026-11-22.csv"
    assert provenance.stem("votes", when=DAY) == "votes-saved-2026-11-22"


def test_versions_of_one_dataset_say_it_once() -> None:
    other = replace(ONE, name="beauty-3", created="2026-04-02T00:00:00+00:00", checksum="2")
    assert provenance.stem(ONE, "words", other, "words", when=DAY) == (
        "beauty-2-words-beauty-3-words-data-d7486f0cedc2-published-2026-03-01-2026-04-02-saved-2026-11-22"
    )
    third = replace(other, name="c", created="2026-05-02T00:00:00+00:00", checksum="3", dataset={"fingerprint": "00ff"})
    assert provenance.stem(ONE, other, third, when=DAY).endswith(
        "-data-d7486f0cedc2-00ff-published-2026-03-01-2026-04-02-and-1-more-saved-2026-11-22"
    )
    bare = replace(ONE, dataset={})
    assert provenance.stem(bare, when=DAY) == "beauty-2-published-2026-03-01-saved-2026-11-22"


@pytest.mark.parametrize("parts", [("../..", "a/b\\c:d*", "x" * 100), (ONE, *["y" * 80] * 9), ("三脚",)])
def test_a_name_is_one_that_every_system_takes(parts: tuple[provenance.Part, ...]) -> None:
    name = provenance.file_name(*parts, when=DAY)
    assert len(name) <= 205
    assert name[0].isalnum()
    assert not set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789.-")
    assert name.endswith("-saved-2026-11-22.csv") or name == "saved-2026-11-22.csv"


def test_every_row_of_a_file_says_version_data_and_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "today", lambda: DAY)
    other = replace(ONE, name="other", checksum="2")
    text = downloads.content([{"a": 1}, {"a": 2}], ONE, "words", other, ONE).decode("utf-8-sig")
    assert text.splitlines() == [
        "a,of_version,data_fingerprint,saved_on",
        "1,beauty-2 other,d7486f0cedc2,2026-11-22",
        "2,beauty-2 other,d7486f0cedc2,2026-11-22",
    ]
    assert downloads.content([{"a": 1}], "words").decode("utf-8-sig") == "a\r\n1\r\n"


def test_the_last_line_of_a_page() -> None:
    said = provenance.line([ONE, ONE], DAY)
    assert said == (
        "Version beauty-2, published 1 Mar 2026; dataset Beauty <b> (generated), fingerprint d7486f0cedc2. "
        "Saved on 22 Nov 2026."
    )
    html = document.page("A <title>", ["<p>body</p>"], [ONE], DAY)
    assert "<title>A &lt;title&gt;</title>" in html
    assert "dataset Beauty &lt;b&gt; (generated)" in html


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def calls(path: Path, name: str) -> list[ast.Call]:
    tree = parsed(path)
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name
    ]


def test_every_file_that_is_saved_is_named_in_one_place() -> None:
    files = sorted(DASHBOARD.rglob("*.py"))
    saved = [(path, call) for path in files for call in calls(path, "download_button")]
    drawn = [(path, call) for path in files for call in calls(path, "config")]
    named = [
        (path, next((each.value for each in call.keywords if each.arg == "file_name"), None) or call.args[2])
        for path, call in saved
    ]
    named += [(path, call.args[1]) for path, call in drawn if ast.unparse(call.func) == "charts.config"]
    assert len(named) > 10
    for path, name in named:
        if OF_NO_VERSION & set(path.parts):
            continue
        assert "named(" in ast.unparse(name) or "data['file']" in ast.unparse(name), f"{path.name}:{name.lineno}"
    kept = [
        (path, call) for path in files for call in calls(path, "button") if ast.unparse(call.func) == "downloads.button"
    ]
    assert len(kept) > 10
    for path, call in kept:
        if OF_NO_VERSION & set(path.parts) or "set-aside" in ast.unparse(call):
            continue
        # A version's manifest is among what names the file, or several are.
        told = [each for each in call.args[1:] if "manifest" in ast.unparse(each) or isinstance(each, ast.Starred)]
        assert told, f"{path.name}:{call.lineno}"
