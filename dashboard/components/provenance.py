"""Where a saved file comes from: its name and its last line say version, data and both days. The one place for both."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from dashboard.components.words import DASH, clean, day
from pipeline.manifest import Manifest

SHORT = 12  # characters of a fingerprint: enough to tell the data sets of a lifetime apart
LONGEST = 200  # characters of a file's name; systems take 255 bytes
MOST = 2  # versions whose days a file's name holds; how many more there are is said

Part = str | Manifest


def fingerprint(manifest: Manifest) -> str:
    """Return the beginning of the fingerprint of a version's data, "" where it keeps none."""
    return re.sub(r"[^0-9a-z]", "", str(manifest.dataset.get("fingerprint", "")).lower())[:SHORT]


def plain_name(*parts: str) -> str:
    """Return a few words as every file system takes them, cut to 60 characters each.

    >>> plain_name("icecat", "usb-c / HDMI?", "三脚", "2026-03-01")
    'icecat-usb-c-hdmi-2026-03-01'
    """
    ascii_ = (unicodedata.normalize("NFKD", part).encode("ascii", "ignore").decode() for part in parts)
    words = (re.sub(r"[^a-z0-9.]+", "-", part.casefold()).strip("-.")[:60].strip("-.") for part in ascii_)
    return "-".join(word for word in words if word)


def stem(*parts: Part, when: date) -> str:
    """Return a file's name without its kind: what it holds, then its data, and when it was published and saved.

    Args:
        parts: What it holds. A manifest stands for its version, and says data and day of publishing.
        when: The day of saving.
    """
    manifests = list({each.checksum or each.name: each for each in parts if isinstance(each, Manifest)}.values())
    named = plain_name(*(each.name if isinstance(each, Manifest) else each for each in parts))
    tail = []
    if prints := list(dict.fromkeys(filter(None, map(fingerprint, manifests)))):
        tail += ["data", *_few(prints)]
    if manifests:
        tail += ["published", *_few(list(dict.fromkeys(each.created[:10] for each in manifests)))]
    end = plain_name(*tail, "saved", when.isoformat())
    return f"{named[: LONGEST - len(end)].rstrip('-.')}-{end}".lstrip("-")


def file_name(*parts: Part, when: date, kind: str = "csv") -> str:
    """Return a file's name, as `stem` makes it, with its kind."""
    return f"{stem(*parts, when=when)}.{kind}"


def columns(manifests: Sequence[Manifest], when: date) -> dict[str, str]:
    """Return the last columns of every row of a saved table: versions, fingerprints of their data, day of saving."""
    if not manifests:
        return {}
    prints = dict.fromkeys(filter(None, map(fingerprint, manifests)))
    names = dict.fromkeys(each.name for each in manifests)
    return {"of_version": " ".join(names), "data_fingerprint": " ".join(prints), "saved_on": when.isoformat()}


def line(manifests: Sequence[Manifest], when: date) -> str:
    """Return the last line of a saved page: versions, data, when each was published, and when it was saved."""
    said = [_said(each) for each in {each.checksum or each.name: each for each in manifests}.values()]
    return " ".join([*said, f"Saved on {day(when)}."])


def _said(manifest: Manifest) -> str:
    name = clean(str(manifest.dataset.get("name", ""))) or DASH
    made = " (generated)" if manifest.dataset.get("generated") else ""
    return (
        f"Version {manifest.name}, published {day(manifest.created)}; dataset {name}{made}, fingerprint "
        f"{fingerprint(manifest) or DASH}."
    )


def _few(words: Sequence[str]) -> list[str]:
    more = len(words) - MOST
    return [*words[:MOST], *([f"and {more} more"] if more > 0 else [])]
