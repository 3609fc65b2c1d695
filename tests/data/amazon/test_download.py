"""Fetching a category from a server on this machine: whole, resumed, changed, cut off, missing, unreachable."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.__main__ import app
from pipeline.data.amazon import download as module
from pipeline.data.amazon.download import download
from pipeline.errors import DatasetError
from tests.data.amazon.shop import Bar

REVIEWS = "/raw/review_categories/All_Beauty.jsonl.gz"
META = "/raw/meta_categories/meta_All_Beauty.jsonl.gz"
BYTES = gzip.compress(bytes(range(256)) * 40, 0, mtime=0)  # about 10,000 bytes


class Server(ThreadingHTTPServer):
    """Serves `files`; can do without ranges or sizes, break off, or tag its files."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = {REVIEWS: BYTES, META: BYTES}
        self.ranges = self.sizes = True
        self.tag = '"one"'
        self.breaks_after: list[int] = []  # bytes, one per answer
        self.asked: list[tuple[str, str | None]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers["Range"]
        self.server.asked.append((self.path, asked))
        content = self.server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        start = 0
        if asked and self.server.ranges and self.headers["If-Range"] in (None, self.server.tag):
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start and start >= len(content):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(content)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if self.server.sizes:
            self.send_header("Content-Length", str(len(content) - start))
        self.send_header("ETag", self.server.tag)
        self.end_headers()
        stop = start + self.server.breaks_after.pop(0) if self.server.breaks_after else None
        self.wfile.write(content[start:stop])

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(module, "WAIT", 0)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@contextmanager
def bar(name: str) -> Iterator[Bar]:
    yield Bar()


def fetched(server: Server, out: Path) -> list[str]:
    found = download("All_Beauty", out, server.address, bar)
    assert [each.path.read_bytes() for each in found] == [server.files[REVIEWS], server.files[META]]
    assert sorted(path.name for path in out.iterdir()) == ["All_Beauty.jsonl.gz", "meta_All_Beauty.jsonl.gz"]
    return [each.checked for each in found]


def test_both_files_come_and_are_kept(server: Server, tmp_path: Path) -> None:
    assert fetched(server, tmp_path / "new") == 2 * ["size, read to its end; no checksum is published"]
    assert fetched(server, tmp_path / "new") == 2 * ["it was there already, of the same size; read to its end"]


def test_a_connection_that_breaks_is_taken_up_where_it_was(server: Server, tmp_path: Path) -> None:
    server.breaks_after = [3_000, 2_000]
    fetched(server, tmp_path)
    assert [asked for path, asked in server.asked if path == REVIEWS] == [None, "bytes=3000-", "bytes=5000-"]


def test_a_run_goes_on_where_an_earlier_one_stopped(server: Server, tmp_path: Path) -> None:
    server.breaks_after = [1_000, 0, 0, 0]
    with pytest.raises(DatasetError, match=r"broke after 0.0 MB: .* it goes on where it stopped"):
        download("All_Beauty", tmp_path, server.address, bar)
    server.asked.clear()
    fetched(server, tmp_path)
    assert server.asked[0] == (REVIEWS, "bytes=1000-")


def test_a_file_that_changed_meanwhile_is_begun_anew(server: Server, tmp_path: Path) -> None:
    server.breaks_after = [1_000, 0, 0, 0]
    with pytest.raises(DatasetError, match="broke"):
        download("All_Beauty", tmp_path, server.address, bar)
    server.tag, server.files[REVIEWS] = '"two"', gzip.compress(b"other", mtime=0)
    fetched(server, tmp_path)


def test_a_server_without_ranges_begins_anew(server: Server, tmp_path: Path) -> None:
    server.ranges, server.breaks_after = False, [3_000]
    fetched(server, tmp_path)


def test_a_part_that_is_whole_or_longer_than_the_file(server: Server, tmp_path: Path) -> None:
    for name, content in (("All_Beauty", BYTES), ("meta_All_Beauty", BYTES + b"more")):
        (tmp_path / f"{name}.jsonl.gz.part").write_bytes(content)
        (tmp_path / f"{name}.jsonl.gz.part.tag").write_text(server.tag)
    fetched(server, tmp_path)
    assert [asked for path, asked in server.asked if path == META] == [f"bytes={len(BYTES) + 4}-", None]


def test_a_server_that_tells_no_size(server: Server, tmp_path: Path) -> None:
    server.sizes = False
    assert fetched(server, tmp_path) == 2 * ["the server tells no size, read to its end; no checksum is published"]


def test_checksums_where_they_are_published(server: Server, tmp_path: Path) -> None:
    server.files[REVIEWS + ".sha256"] = f"{hashlib.sha256(BYTES).hexdigest()}  All_Beauty.jsonl.gz\n".encode()
    server.tag = f'"{hashlib.md5(BYTES).hexdigest()}"'
    assert fetched(server, tmp_path / "a") == ["size, SHA-256", "size, MD5 (the server's tag)"]
    server.files[META + ".sha256"] = b"0" * 64
    with pytest.raises(DatasetError, match="another SHA-256 than the published one"):
        download("All_Beauty", tmp_path / "b", server.address, bar)
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["All_Beauty.jsonl.gz"]


def test_half_a_file_is_refused_though_the_server_calls_it_whole(server: Server, tmp_path: Path) -> None:
    for sizes in (True, False):
        server.sizes = sizes
        server.files = dict.fromkeys((REVIEWS, META), BYTES[: len(BYTES) // 2])
        with pytest.raises(DatasetError, match="ends early"):
            fetched(server, tmp_path)
        assert list(tmp_path.glob("*.jsonl.gz")) == []
    server.files = dict.fromkeys((REVIEWS, META), BYTES)
    assert len(fetched(server, tmp_path)) == 2


def test_an_older_file_of_another_size_is_replaced(server: Server, tmp_path: Path) -> None:
    (tmp_path / "All_Beauty.jsonl.gz").write_bytes(gzip.compress(b"older", mtime=0))
    assert fetched(server, tmp_path)[0] == "size, read to its end; no checksum is published"


def test_a_page_instead_of_a_file_is_refused(server: Server, tmp_path: Path) -> None:
    server.files[REVIEWS] = b"<html>Please log in</html>"
    with pytest.raises(DatasetError, match=r"something that is no \.gz"):
        download("All_Beauty", tmp_path, server.address, bar)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there(server: Server, tmp_path: Path) -> None:
    del server.files[META]
    with pytest.raises(DatasetError, match=r"meta_All_Beauty\.jsonl\.gz is not there \(404\)"):
        download("All_Beauty", tmp_path, server.address, bar)


def test_no_room(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 5_000}))
    with pytest.raises(DatasetError, match=r"needs 0\.0 MB, but only 0\.0 MB are free\. Make room"):
        download("All_Beauty", tmp_path, server.address, bar)


def test_no_network(server: Server, tmp_path: Path) -> None:
    address = server.address
    server.shutdown()
    server.server_close()
    with pytest.raises(DatasetError, match=r"cannot be reached: .* Check the network and the proxy settings"):
        download("All_Beauty", tmp_path, address, bar)


@pytest.mark.parametrize(
    ("category", "base", "told"),
    [
        ("all beauty", None, 'Did you mean "All_Beauty"'),
        ("Elektronics", None, 'Did you mean "Electronics"'),
        ("../x", "http://127.0.0.1:9", "cannot name a file"),
        ("All_Beauty", "ftp://x", "Begin it with https://"),
    ],
)
def test_a_mistake_is_found_before_anything_is_fetched(
    tmp_path: Path, category: str, base: str | None, told: str
) -> None:
    with pytest.raises(DatasetError, match=told):
        download(category, tmp_path, base, bar)


def test_the_command_says_what_comes_next(server: Server, tmp_path: Path) -> None:
    words = ["download", "All_Beauty", "--out", str(tmp_path / "raw"), "--from", server.address + "/"]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0
    reviews, meta = tmp_path / "raw" / "All_Beauty.jsonl.gz", tmp_path / "raw" / "meta_All_Beauty.jsonl.gz"
    assert f"{reviews}: {len(BYTES):,} bytes; checked: size, read to its end; no checksum is published." in done.output
    assert f"Next: python -m pipeline run --reviews {reviews} --meta {meta} --name all-beauty" in done.output
