"""Fetching the published files of a category of Amazon Reviews 2023: resumed where it stopped, and checked."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import time
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from pipeline.data.amazon.salvage import MAGIC
from pipeline.errors import DatasetError, nearest

HOST = "https://mcauleylab.ucsd.edu/public_datasets/data/amazon_2023/"
FILES = ("raw/review_categories/{}.jsonl.gz", "raw/meta_categories/meta_{}.jsonl.gz")
CATEGORIES = (
    *("All_Beauty", "Amazon_Fashion", "Appliances", "Arts_Crafts_and_Sewing", "Automotive", "Baby_Products"),
    *("Beauty_and_Personal_Care", "Books", "CDs_and_Vinyl", "Cell_Phones_and_Accessories"),
    *("Clothing_Shoes_and_Jewelry", "Digital_Music", "Electronics", "Gift_Cards", "Grocery_and_Gourmet_Food"),
    *("Handmade_Products", "Health_and_Household", "Health_and_Personal_Care", "Home_and_Kitchen"),
    *("Industrial_and_Scientific", "Kindle_Store", "Magazine_Subscriptions", "Movies_and_TV", "Musical_Instruments"),
    *("Office_Products", "Patio_Lawn_and_Garden", "Pet_Supplies", "Software", "Sports_and_Outdoors"),
    *("Subscription_Boxes", "Tools_and_Home_Improvement", "Toys_and_Games", "Unknown", "Video_Games"),
)
ATTEMPTS = 4  # of a connection that breaks
PIECE = 1 << 20  # bytes unpacked at once
WAIT = 2.0  # seconds before the second attempt, doubled before each further one
ELSEWHERE = "Files fetched elsewhere are read with run --reviews and --meta; --from names another copy."

Bar = Callable[[str], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Fetched:
    """A file that is there now.

    Args:
        path: Where it lies.
        size: Bytes.
        checked: What its content was compared with, in words.
    """

    path: Path
    size: int
    checked: str


def download(category: str, out: Path, base: str | None, bar: Bar) -> list[Fetched]:
    """Fetch the reviews and the metadata of a category; a file that is there whole is kept.

    Args:
        category: As the files are named: All_Beauty.
        out: The folder; made where it is missing.
        base: The address below which `FILES` lie; None for where they are published.
        bar: Called with a file's name; returns a context manager that yields its `Progress`, in bytes.

    Raises:
        DatasetError: There is no such category or file, the network or the server fails, or what came is not what was
            announced.
    """
    if base is None and category not in CATEGORIES:
        known = {each.lower(): each for each in CATEGORIES}
        same = known.get(re.sub(r"\W+", "_", category.lower()))
        hint = f' Did you mean "{same}"?' if same else nearest(category, CATEGORIES)
        raise DatasetError(f'There is no category "{category}".{hint}', f"There are {', '.join(CATEGORIES)}.")
    if not re.fullmatch(r"\w[\w.-]*", category):
        raise DatasetError(f'"{category}" cannot name a file.', "Use letters, digits and _ as in All_Beauty.")
    address = (base or HOST).rstrip("/") + "/"
    if not address.startswith(("http://", "https://")):
        raise DatasetError(f"{base} is no address.", "Begin it with https://.")
    out.mkdir(parents=True, exist_ok=True)
    found = []
    headers = {"Accept-Encoding": "identity"}  # the packed file itself is wanted
    with httpx.Client(headers=headers, timeout=httpx.Timeout(60, connect=15), follow_redirects=True) as client:
        for file in FILES:
            url = address + file.format(category)
            with bar(url.rpartition("/")[2]) as progress:
                found.append(_File(client, url, out / url.rpartition("/")[2], progress).fetch())
    return found


class _File:
    """One file on its way: `<name>.part` until it is whole, and `<name>.part.tag`, which tells a changed file."""

    def __init__(self, client: httpx.Client, url: str, path: Path, progress: Any) -> None:
        self.client = client
        self.url = url
        self.path = path
        self.part = path.with_name(path.name + ".part")
        self.tag = path.with_name(path.name + ".part.tag")
        self.progress = progress
        self.shown = 0

    def fetch(self) -> Fetched:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._try()
            except (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError) as error:
                if attempt == ATTEMPTS or (isinstance(error, httpx.ConnectError) and not self._size()):
                    raise self._broken(error) from None
                time.sleep(WAIT * 2 ** (attempt - 1))
            except httpx.HTTPError as error:
                raise DatasetError(f"{self.url} cannot be fetched: {error}.", "Check the address.") from None
        raise AssertionError("an attempt returns or raises")

    def _try(self) -> Fetched:
        begun = self._size()
        headers = {"Range": f"bytes={begun}-", "If-Range": self.tag.read_text()} if begun and self.tag.exists() else {}
        with self.client.stream("GET", self.url, headers=headers) as response:
            total = _total(response)
            if response.status_code == 416 and total != begun:  # the part is longer than the file
                self._forget()
                return self._try()
            if response.status_code not in (200, 206, 416):
                raise self._refused(response.status_code)
            if self.path.exists() and total in (None, self.path.stat().st_size) and _ends_well(self.path):
                self._show(self.path.stat().st_size, total)
                same = "of the same size" if total else "the server tells no size"
                return Fetched(self.path, self.path.stat().st_size, f"it was there already, {same}; read to its end")
            if response.status_code != 416:
                self._receive(response, begun if response.status_code == 206 else 0, total)
        return self._finish(total)

    def _receive(self, response: httpx.Response, begun: int, total: int | None) -> None:
        """Write what comes behind the bytes that are there; a server without ranges begins anew."""
        room = shutil.disk_usage(self.part.parent).free
        if total and total - begun > room:
            raise DatasetError(
                f"{self.url} needs {_megabytes(total - begun)}, but only {_megabytes(room)} are free.",
                "Make room, or choose another folder with --out.",
            )
        tag = response.headers.get("ETag", "")
        mark = tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified", "")
        if begun == 0:
            self.tag.unlink(missing_ok=True)
            if mark:
                self.tag.write_text(mark)
        with self.part.open("r+b" if begun else "wb") as file:
            file.seek(begun)
            file.truncate()
            self._show(begun, total)
            for piece in response.iter_raw():
                file.write(piece)
                self._show(file.tell(), total)

    def _finish(self, total: int | None) -> Fetched:
        """Compare the whole file with what is known of it, and give it its name."""
        size = self._size()
        if total is not None and size != total:
            if size > total:
                self._forget()
            raise DatasetError(
                f"{self.url}: {size:,} of {total:,} bytes came.", "Run the command again: it goes on where it stopped."
            )
        with self.part.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                self._forget()
                raise DatasetError(f"{self.url} answers with something that is no .gz.", ELSEWHERE)
        checked = self._checked("size" if total is not None else "the server tells no size")
        self.part.rename(self.path)
        self.tag.unlink(missing_ok=True)
        return Fetched(self.path, size, checked)

    def _checked(self, by_size: str) -> str:
        """Compare the file with a published SHA-256, if there is one; an ETag that is its MD5 confirms it too."""
        answer = self.client.get(self.url + ".sha256")
        published = re.match(r"\s*([0-9a-fA-F]{64})\b", answer.text) if answer.status_code == 200 else None
        if published:
            if _digest(self.part, "sha256") != published[1].lower():
                self._forget()
                raise DatasetError(
                    f"{self.url} came with another SHA-256 than the published one.", "Run the command again."
                )
            return f"{by_size}, SHA-256"
        tag = self.tag.read_text().strip('"') if self.tag.exists() else ""
        # Some stores tag a file with its MD5; a tag that is not it says nothing.
        if re.fullmatch(r"[0-9a-f]{32}", tag) and _digest(self.part, "md5") == tag:
            return f"{by_size}, MD5 (the server's tag)"
        if not _ends_well(self.part):
            self._forget()
            raise DatasetError(f"{self.url} came as a .gz that ends early or is damaged.", "Run the command again.")
        return f"{by_size}, read to its end; no checksum is published"

    def _size(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _forget(self) -> None:
        self.part.unlink(missing_ok=True)
        self.tag.unlink(missing_ok=True)

    def _show(self, done: int, total: int | None) -> None:
        if total and not self.shown:
            self.progress.total(total)
        whole = f" of {_megabytes(total)}" if total else ""
        self.progress.advance(done - self.shown, f"{_megabytes(done)}{whole}")
        self.shown = done

    def _refused(self, status: int) -> DatasetError:
        if status == 404:
            return DatasetError(f"{self.url} is not there (404).", f"Check the category. {ELSEWHERE}")
        return DatasetError(f"{self.url} answers with status {status}.", f"Try later. {ELSEWHERE}")

    def _broken(self, error: Exception) -> DatasetError:
        if isinstance(error, httpx.ConnectError):
            return DatasetError(
                f"{self.url} cannot be reached: {error}.", f"Check the network and the proxy settings. {ELSEWHERE}"
            )
        why = str(error) or "no answer in time"
        return DatasetError(
            f"The connection to {self.url} broke after {_megabytes(self._size())}: {why}.",
            "Run the command again: it goes on where it stopped.",
        )


def _total(response: httpx.Response) -> int | None:
    """Return how many bytes the whole file has, where the server tells."""
    told = re.search(r"/(\d+)$", response.headers.get("Content-Range", ""))
    if told:
        return int(told[1])
    length = response.headers.get("Content-Length", "")
    return int(length) if response.status_code == 200 and length.isdigit() else None


def _ends_well(path: Path) -> bool:
    """Return whether a .gz can be unpacked to its end, where it keeps a checksum of its own."""
    try:
        with gzip.open(path) as file:
            while file.read(PIECE):
                pass
    except (OSError, EOFError, zlib.error):
        return False
    return True


def _digest(path: Path, kind: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
