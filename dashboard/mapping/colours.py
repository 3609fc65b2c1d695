"""The colours of a map's groups, for a light and for a dark page.

Kinds wear the Okabe-Ito set, its yellow darkened and its black lightened where the page asks for it; magnitudes wear a
ramp of one hue, the greatest standing out most.
"""

from __future__ import annotations

from dashboard.components.colours import CATEGORIES

YELLOW = {"light": "#B9A400", "dark": "#F0E442"}
INK = {"light": "#1B2430", "dark": "#F4F6F8"}
RAMP = {
    "light": ("#86B9DD", "#63A4D2", "#4389BF", "#296FA6", "#12548A", "#06365C"),
    "dark": ("#2A5A7C", "#37759F", "#4A91C2", "#6DAEDC", "#9DCBED", "#D6ECFA"),
}
REST = {"light": "#C3CAD2", "dark": "#5F6B79"}  # 1.7 and 3.3 in contrast from the page
UNKNOWN = {"light": "#DCDCDC", "dark": "#3A3A3A"}  # beside a ramp: no hue at all, 1.5 in contrast from its first step


def of_groups(n: int, *, ordered: bool, dark: bool) -> list[str]:
    """Return the colours of n groups, and last that of the products in none."""
    theme = "dark" if dark else "light"
    if not ordered:
        return [*(*CATEGORIES, YELLOW[theme], INK[theme])[:n], REST[theme]]
    ramp = RAMP[theme]
    if n < 2:
        return [*ramp[3 : 3 + n], UNKNOWN[theme]]
    return [*(ramp[round(place * (len(ramp) - 1) / (n - 1))] for place in range(n)), UNKNOWN[theme]]
