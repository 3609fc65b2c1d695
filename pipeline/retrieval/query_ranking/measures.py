"""Numbers with a unit, as titles and queries write them: `1/2 in.`, `500GB`, `6-Light`, `17"`."""

from __future__ import annotations

import re

# A number, whole, decimal or a fraction, and the word or mark right behind it.
MEASURE = re.compile(r"(?<![\w.])(?<![a-zA-Z]-)(\d+(?:[.,/]\d+|-\d+/\d+)*)[\s-]*([a-zA-Zµ°]+|[\"”'%])?")
NUMBER = re.compile(r"\d")
SAME = {
    "inch": "in", "inches": "in", '"': "in", "”": "in",
    "foot": "ft", "feet": "ft", "'": "ft",
    "gallon": "gal", "gallons": "gal", "ounce": "oz", "ounces": "oz", "pound": "lb", "pounds": "lb", "lbs": "lb",
    "liter": "l", "litre": "l", "liters": "l", "litres": "l", "quart": "qt", "quarts": "qt",
    "yard": "yd", "yards": "yd",
    "watt": "w", "watts": "w", "volt": "v", "volts": "v", "amps": "amp", "ampere": "amp", "hertz": "hz",
    "gigabyte": "gb", "gigabytes": "gb", "terabyte": "tb", "terabytes": "tb", "megabyte": "mb", "megabytes": "mb",
    "meter": "m", "metre": "m", "meters": "m", "metres": "m", "kilogram": "kg", "kilograms": "kg", "gram": "g",
    "grams": "g", "piece": "pk", "pieces": "pk", "pc": "pk", "pcs": "pk", "pack": "pk", "count": "pk", "ct": "pk",
    "percent": "%",
}  # fmt: skip
NOT_UNITS = frozenset(("x", "by", "and", "to", "or", "for", "with", "the", "in1"))


def measures(text: str) -> list[tuple[str, str]]:
    """Return (number, unit) for every number of a text that a unit follows, in order.

    What follows a number counts as its unit, whatever it is: `4 port` and `8 megapixel` work without a list. Spellings
    of common units are one.

    >>> measures('USB hub 4-port, 17" x 1,5 Meters')
    [('4', 'port'), ('17', 'in'), ('1.5', 'm')]
    """
    found = []
    for number, unit in MEASURE.findall(text):
        unit = unit.lower()
        unit = SAME.get(unit, unit)
        if unit and unit not in NOT_UNITS:
            found.append((number.replace(",", "."), unit))
    return found


def has_number(term: str) -> bool:
    """Whether a term holds a digit."""
    return NUMBER.search(term) is not None


def is_code(term: str) -> bool:
    """Whether a term mixes letters and digits, at least four of them, as model codes do.

    >>> is_code("wh1000xm4"), is_code("16gb"), is_code("camera"), is_code("2110")
    (True, True, False, False)
    """
    return len(term) >= 4 and has_number(term) and any(letter.isalpha() for letter in term)
