"""Words of a text, spelled one way: the same word is the same string however it was typed."""

from __future__ import annotations

import re
import unicodedata

MARKS = "-./'&"  # they join words into model codes and sizes: wh-1000xm4, 1/2, usb-c, at&t
WORD = re.compile(rf"[^\W_]+(?:[{re.escape(MARKS)}][^\W_]+)*(?:\+\+|#)?")
# Scripts that put no spaces between words: Han, Hiragana, Katakana and Hangul.
UNSPACED = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
UNSPACED_RUN = re.compile(f"[{UNSPACED}]+")
ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")  # after NFKD, and behind a Latin letter only
FRACTION = re.compile("(?=[\u00bc-\u00be\u2150-\u215e])")
# Letters and marks that no Unicode normalisation brings to the plain ones.
SPELLED = str.maketrans(
    {
        **dict.fromkeys("®™©", " "),
        **dict.fromkeys("\u2018\u2019\u2032", "'"),  # quotation marks, primes
        **dict.fromkeys("\u201c\u201d\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"),  # hyphens, dashes, minus
        **{"\u2014": " ", "\u2044": "/", "×": "x"},  # long dash, fraction slash
        **{"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "\u0131": "i"},
    }
)
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
NUMBER = r"\d+(?:[./]\d+)?"
# 2-in-1 is no length, and neither is the "in" of "2 in 1"; 1/2 in. x 4 in. has two.
MEASURE = re.compile(
    rf"(?<![^\W_])({NUMBER})(?:"
    r"[ -]?(?P<inch>in(?:\.(?![^\W_])|(?![^\W_]|-| ?\d))|inch(?:es)?(?![^\W_]))"
    r"|[ -]?(?P<foot>(?:ft|foot|feet)(?![^\W_]))"
    r"|(?P<inches>\"|'')|(?P<feet>'(?![^\W_])))"
)


def plain(text: str) -> str:
    """Return a text in lower case, compatibility forms and Latin accents folded.

    >>> plain("Café, 2,000 m²")
    'cafe, 2000 m2'
    """
    text = text.lower()
    if not text.isascii():
        text = FRACTION.sub(" ", text.translate(SPELLED))
        text = ACCENTS.sub("", unicodedata.normalize("NFKD", text))
        text = unicodedata.normalize("NFC", text).translate(SPELLED)
        text = UNSPACED_RUN.sub(r" \g<0> ", text)
    return THOUSANDS.sub("", text) if "," in text else text


def words(text: str) -> list[str]:
    """Return the words of a text, in order, joined words whole; inches and feet are written behind their number.

    >>> words('Sony WH-1000XM4, 55" TV')
    ['sony', 'wh-1000xm4', '55inch', 'tv']
    """
    return WORD.findall(MEASURE.sub(_measure, plain(text)))


def pieces(word: str) -> list[str]:
    """Return what a joined word is joined of; a fraction or a decimal number stays whole.

    >>> pieces("wh-1000xm4"), pieces("1-1/2"), pieces("16/32/64gb")
    (['wh', '1000xm4'], ['1', '1/2'], ['16', '32', '64gb'])
    """
    found = []
    for piece in re.split(r"[-'&]|(?<!\d)[./]|[./](?!\d)", word):
        found += re.split("[./]", piece) if piece.count("/") + piece.count(".") > 1 else [piece]
    return found


def parts(text: str) -> list[str]:
    """Return the pieces of all words of a text, in order.

    >>> parts("USB-C for AT&T")
    ['usb', 'c', 'for', 'at', 't']
    """
    return [piece for word in words(text) for piece in pieces(word)]


def letters_and_numbers(piece: str) -> list[str]:
    """Return the runs of letters and the numbers of a piece.

    >>> letters_and_numbers("1000xm4"), letters_and_numbers("3.5mm")
    (['1000', 'xm', '4'], ['3.5', 'mm'])
    """
    return re.findall(rf"{NUMBER}|[^\W\d_]+", piece)


def is_unspaced(word: str) -> bool:
    """Return whether a word is a run of a script that puts no spaces between words."""
    return UNSPACED_RUN.match(word) is not None


def _measure(found: re.Match[str]) -> str:
    return f" {found[1]}{'inch' if found['inch'] or found['inches'] else 'ft'} "
