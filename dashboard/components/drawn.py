"""Pictures of a comparison as SVG that needs no script: for a file that is opened without this server."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.components.colours import BLUE, GREY, VERMILLION
from dashboard.components.compare_charts import Dot
from dashboard.components.words import clean, counted, escape, figure, signed
from pipeline.comparing.findings import Finding

WIDTH, ROW, HEAD = 900, 26, 34  # of a picture of differences, in pixels
NAMED, TOLD = 300, 690  # where names end, and where figures begin
LONGEST = 44  # characters of a name
SIDE, EDGE = 440, 64  # of a scatter, and its margin
FONT = 'font-family="sans-serif" font-size="12" fill="currentColor"'


def differences(rows: Sequence[tuple[str, Finding]], said: str) -> str:
    """Return differences with their intervals below each other, 0 as a line; "" where there is none.

    Args:
        rows: A name and a finding each, top to bottom.
        said: What the picture shows, for who cannot see it.
    """
    if not rows:
        return ""
    ends = [end for _, each in rows for end in (each.paired.low, each.paired.high, each.paired.difference)]
    most = max(map(abs, ends)) or 1.0
    middle, half = (NAMED + TOLD) / 2, (TOLD - NAMED) / 2 - 14
    height = HEAD + ROW * len(rows)
    parts = [
        f'<line x1="{middle}" x2="{middle}" y1="{HEAD - 8}" y2="{height}" stroke="currentColor" opacity=".45"/>',
        f'<text x="{middle}" y="{HEAD - 14}" text-anchor="middle" {FONT}>0</text>',
        f'<text x="{middle - half}" y="{HEAD - 14}" text-anchor="middle" {FONT}>{signed(-most)}</text>',
        f'<text x="{middle + half}" y="{HEAD - 14}" text-anchor="middle" {FONT}>{signed(most)}</text>',
    ]
    for place, (name, each) in enumerate(rows):
        y = HEAD + ROW * (place + 0.5)
        low, value, high = (
            middle + half * end / most for end in (each.paired.low, each.paired.difference, each.paired.high)
        )
        colour = BLUE if each.better else VERMILLION if each.worse else GREY
        short = clean(name) if len(clean(name)) <= LONGEST else clean(name)[: LONGEST - 1] + "…"
        interval = f"({signed(each.paired.low)} to {signed(each.paired.high)})"
        parts += [
            f'<text x="{NAMED - 10}" y="{y + 4}" text-anchor="end" {FONT}>{escape(short)}</text>',
            f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2.5"/>',
            f'<circle cx="{value:.1f}" cy="{y}" r="4.5" fill="{colour}"/>',
            f'<text x="{TOLD}" y="{y + 4}" {FONT}>{signed(each.paired.difference)}'
            f'<tspan opacity=".7" font-size="11" dx="5">{interval}</tspan></text>',
        ]
    return _svg(WIDTH, height, said, parts)


def scatter(dots: Sequence[Dot], axes: tuple[str, str], noun: tuple[str, str], said: str) -> str:
    """Return a dot per pair of values, its area by how many have it; below the dashed line the version is worse.

    Args:
        dots: The pairs.
        axes: What is written along each axis: the baseline's, and the version's.
        noun: One of those measured, and more.
        said: What the picture shows, for who cannot see it.
    """
    top = max((max(each.first, each.second) for each in dots), default=1.0) or 1.0
    most = max((each.count for each in dots if each.first != each.second), default=1)
    room = SIDE - 2 * EDGE

    def at(x: float, y: float) -> tuple[float, float]:
        return EDGE + room * x / top, SIDE - EDGE - room * y / top

    start, end = at(0, 0), at(top, top)
    parts = [
        f'<rect x="{EDGE}" y="{EDGE}" width="{room}" height="{room}" fill="none" stroke="currentColor" opacity=".25"/>',
        f'<line x1="{start[0]}" y1="{start[1]}" x2="{end[0]}" y2="{end[1]}" stroke="{GREY}" stroke-dasharray="5 4"/>',
    ]
    for value in (0, top / 2, top):
        (x, _), (_, y) = at(value, 0), at(0, value)
        parts += [
            f'<text x="{x:.1f}" y="{SIDE - EDGE + 18}" text-anchor="middle" {FONT}>{figure(value)}</text>',
            f'<text x="{EDGE - 8}" y="{y + 4:.1f}" text-anchor="end" {FONT}>{figure(value)}</text>',
        ]
    for each in sorted(dots, key=lambda one: -one.count):
        x, y = at(each.first, each.second)
        colour = BLUE if each.second > each.first else VERMILLION if each.second < each.first else GREY
        told = f"{counted(each.count, *noun)}: {figure(each.first)}, then {figure(each.second)}"
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{max(3.0, 15 * min(each.count / most, 1) ** 0.5):.1f}" '
            f'fill="{colour}" fill-opacity=".7"><title>{escape(told)}</title></circle>'
        )
    x_name, y_name = (escape(each[-60:]) for each in axes)
    parts += [
        f'<text x="{SIDE / 2}" y="{SIDE - 16}" text-anchor="middle" {FONT}>{x_name}</text>',
        f'<text transform="translate(12 {SIDE / 2}) rotate(-90)" text-anchor="middle" {FONT}>{y_name}</text>',
    ]
    return _svg(SIDE, SIDE, said, parts)


def _svg(width: int, height: float, said: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}" width="{width}" role="img" '
        f'aria-label="{escape(said)}">{"".join(parts)}</svg>'
    )
