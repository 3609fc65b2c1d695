"""Price limits in a query: "laptop under 500", "between $50 and $100", "over 80 euros"."""

from __future__ import annotations

import re

from pipeline.retrieval.understanding.understood import ReadPrice

SIGN = r"[$€£¥]"
# No "pounds": they are a weight as often as a price.
CURRENCY = r"(?:dollars?|usd|bucks?|euros?|eur|gbp|quid|yen|jpy)"
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3})+,\d{1,2}|\d{1,9}(?:[.,]\d{1,2})?"
THOUSAND = r"(?:k(?!\w))?"  # only where a sign or a currency says that it is money: 4k is a television
EVEN = r"(?:[.,]-)?"  # 500.- and 500,-: no cents
# Behind a bare number nothing may follow but a pause: "under 50 mm" and "over 12 volts" are no prices.
PAUSE = r"(?=\s*(?:$|[,;.!?](?:\s|$))|\s+(?:with|without|for|and|or|that|which|please|only|each)\b)"
BELOW = r"under|below|less\s+than|cheaper\s+than|no\s+more\s+than|not\s+more\s+than|<=?"
ABOVE = r"over|above|more\s+than|>=?"
# These need a sign or a currency beside the number: "up to 8 hours", "at least 2 ports", "from 3 years".
BELOW_SAID = rf"{BELOW}|up\s+to|at\s+most|max(?:imum)?|within"
ABOVE_SAID = rf"{ABOVE}|at\s+least|min(?:imum)?|from|starting\s+(?:at|from)"


def _said(name: str) -> str:
    """Return the pattern of an amount with its sign or currency."""
    return (
        rf"(?:(?:{SIGN}|\b{CURRENCY})\s?(?P<{name}>(?:{NUMBER}){THOUSAND})(?:\s?{CURRENCY})?"
        rf"|(?P<{name}_>(?:{NUMBER}){THOUSAND})\s?(?:{SIGN}|{CURRENCY})|(?P<{name}__>{NUMBER})[.,]-){EVEN}(?![\w%])"
    )


def _either(name: str) -> str:
    """Return the pattern of an amount; its sign or currency may be missing."""
    return rf"(?:{SIGN}\s?)?(?P<{name}>{NUMBER})(?:\s?(?:{SIGN}|{CURRENCY}))?(?![\w%])"


START = r"(?<![\w$€£¥.,-])"
# What makes a number before it a measure, a count or an age: "under 50 mm lens", "over 40 years", "under 5 pounds".
UNIT = (
    r"(?:[cdkm]?m|in|inch(?:es)?|f(?:oo|ee)?t|yards?|miles?|mph|sq\w*|square|[km]?w|watts?|[km]?v|volts?|m?ah?|amps?"
    r"|[km]?g|grams?|kilos?|lbs?|pounds?|oz|ounces?|tons?|m?l|lit(?:er|re)s?|gal(?:lons?)?|cups?|[kmgt]b|[kmgt]bps"
    r"|[kmg]?hz|fps|rpm|psi|btu|dpi|db|lumens?|lm|mp|megapixels?|pixels?|p|k|x|degrees?|percent|calories|kcal"
    r"|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|days?|weeks?|months?|years?|yrs?|year-olds?|nights?|times?"
    r"|ports?|players?|people|persons?|pieces?|pcs?|packs?|counts?|ct|channels?|speeds?|threads?|cores?|seats?"
    r"|sheets?|pages?|stars?|ratings?|reviews?)"
)
# A query that begins with its price ("under 500 laptop"): what follows the bare number must be what is wanted.
THING = rf"(?=\s+(?!{UNIT}(?![^\W_]))[^\W\d_])"
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{START}(?:between|from)\s+{_either('low')}\s*(?:and|to|-)\s*{_said('high')}",
        rf"{START}(?:between|from)\s+{_said('low')}\s*(?:and|to|-)\s*{_either('high')}",
        rf"{START}between\s+(?P<low>{NUMBER})\s*(?:and|to|-)\s*(?P<high>{NUMBER}){PAUSE}",
        rf"^\s*between\s+(?P<low>{NUMBER})\s*(?:and|to|-)\s*(?P<high>{NUMBER}){THING}",
        rf"{START}{_either('low')}\s*(?:-|to)\s*{_said('high')}",
        rf"{START}{_said('low')}\s*(?:-|to)\s*{_either('high')}",
        rf"{START}(?:{BELOW_SAID})\s*{_said('high')}",
        rf"{START}(?:{ABOVE_SAID})\s*{_said('low')}",
        rf"{START}(?:{BELOW})\s*(?P<high>{NUMBER}){PAUSE}",
        rf"{START}(?:{ABOVE})\s*(?P<low>{NUMBER}){PAUSE}",
        rf"{START}{_said('high')}\s+or\s+(?:less|under|below|cheaper)\b",
        rf"{START}{_said('low')}\s+or\s+(?:more|over|above)\b",
        rf"{START}(?P<high>{NUMBER})\s+or\s+(?:less|under|below|cheaper){PAUSE}",
        rf"^\s*(?:{BELOW})\s*(?P<high>{NUMBER}){THING}",
        rf"^\s*(?:{ABOVE})\s*(?P<low>{NUMBER}){THING}",
    )
)
DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212", "------")


# Not to be repaired into another word where no product holds them.
# fmt: off
PRICE_WORDS = frozenset((
    "about", "above", "approximately", "around", "below", "between", "cheap", "cheaper", "less", "maximum", "minimum",
    "most", "over", "price", "priced", "under",
))
# fmt: on


def read_price(text: str) -> tuple[ReadPrice | None, str]:
    """Return the price limits that a query says, and the query without them.

    >>> read_price("laptop under $1,500 with ssd")
    (ReadPrice(said='under $1,500', low=None, high=1500.0, unused=''), 'laptop with ssd')
    >>> read_price("under armour 50 mm")
    (None, 'under armour 50 mm')
    """
    first, rest = _read(text)
    if first is None or (first.low is not None and first.high is not None):
        return first, rest
    second, without = _read(rest)
    if second is None or (first.low is None) == (second.low is None) or (first.high is None) == (second.high is None):
        return first, rest
    low, high = sorted(each for each in (first.low, first.high, second.low, second.high) if each is not None)
    in_order = sorted((first.said, second.said), key=text.find)
    return ReadPrice(" ".join(in_order), low, high), without


def _read(text: str) -> tuple[ReadPrice | None, str]:
    told = text.translate(DASHES)
    for pattern in PATTERNS:
        if found := pattern.search(told):
            low, high = (_amount(found, name) for name in ("low", "high"))
            if low is not None and high is not None and low > high:
                low, high = high, low
            rest = " ".join((text[: found.start()] + " " + text[found.end() :]).split())
            return ReadPrice(text[found.start() : found.end()].strip(), low, high), rest
    return None, text


def _amount(found: re.Match[str], name: str) -> float | None:
    groups = found.groupdict()
    written = next((groups[each] for each in (name, f"{name}_", f"{name}__") if groups.get(each)), None)
    if written is None:
        return None
    times = 1000.0 if written[-1] in "kK" else 1.0
    written = written.rstrip("kK")
    if re.search(r",\d{1,2}$", written):  # a comma before one or two digits divides cents
        return float(written.replace(".", "").replace(",", "."))
    return times * float(written.replace(",", ""))
