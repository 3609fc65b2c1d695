"""Lines between two lists, their places worked out by hand."""

from __future__ import annotations

import doctest
import re
from urllib.parse import unquote
from xml.etree import ElementTree

from dashboard.components import linked
from dashboard.components.linked import COLOURS, Line

SVG = "{http://www.w3.org/2000/svg}"


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(linked).failed == 0


def test_a_line_goes_from_the_middle_of_one_row_to_the_middle_of_the_other() -> None:
    svg = ElementTree.fromstring(linked.drawing(["a", "b", "c"], ["c", "b", "x", "a"]))
    assert svg.get("viewBox") == "0 0 64 4"  # as many rows as the longer list
    assert [(path.get("d"), path.get("stroke")) for path in svg.iter(f"{SVG}path")] == [
        ("M0 0.5C32 0.5 32 3.5 64 3.5", COLOURS["down"]),
        ("M0 1.5C32 1.5 32 1.5 64 1.5", COLOURS["same"]),
        ("M0 2.5C32 2.5 32 0.5 64 0.5", COLOURS["up"]),
    ]


def test_lists_of_different_lengths() -> None:
    assert linked.lines(["a"], ["x", "y", "a"]) == [Line(0, 2)]
    assert linked.lines(["x", "y", "a"], ["a"]) == [Line(2, 0)]
    assert 'viewBox="0 0 64 3"' in linked.drawing(["a"], ["x", "y", "a"])
    assert linked.drawing(["a"], ["b"]) == linked.drawing([], []) == linked.drawing(["a"], []) == ""


def test_the_lines_are_an_ornament_as_tall_as_the_lists() -> None:
    html = linked.image(["a", "b"], ["b"])
    (image,) = re.findall("<img [^>]*>", html)
    assert 'alt=""' in image
    assert 'aria-hidden="true"' in image
    assert "--pse-rows:2" in image
    assert unquote(image.split("svg+xml,")[1].split('"')[0]) == linked.drawing(["a", "b"], ["b"])
    assert "<script" not in html


def test_where_nothing_is_joined_there_is_no_image() -> None:
    assert linked.image([], ["b"]) == linked.image(["a"], ["b"]) == ""
