"""Versions in a bucket."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from dashboard.open_versions import Versions
from pipeline.errors import ExplorerError, Unreachable, VersionNotFound
from pipeline.remote import RemoteStore
from pipeline.versions import VersionStore
from tests import tiny

ROOT = Path(__file__).parents[1]


@pytest.fixture
def published(tmp_path: Path) -> VersionStore:
    return tiny.two(tmp_path / "published")


class TestS3:
    """Against moto's S3, on this machine's loopback."""

    @pytest.fixture
    def bucket(self, monkeypatch: pytest.MonkeyPatch, published: VersionStore, tmp_path: Path) -> Iterator[str]:
        from moto.server import ThreadedMotoServer

        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("PSE_CACHE", str(tmp_path / "cache"))
        fsspec.filesystem("s3").clear_instance_cache()
        files = fsspec.filesystem("s3")
        files.mkdir("shop")
        files.put(str(published.artifacts), "shop/artifacts", recursive=True)
        try:
            yield "s3://shop/artifacts"
        finally:
            files.rm("shop", recursive=True)  # the server's memory outlives it
            fsspec.filesystem("s3").clear_instance_cache()
            server.stop()

    def test_a_version_is_fetched_and_serves(self, bucket: str, published: VersionStore) -> None:
        store = RemoteStore(bucket, fresh=0)
        assert store.names() == ["one", "two"]
        versions = Versions(store)
        assert versions.engine("one").search("camera").hits
        tiny.publish(published, "one", towers=False, evaluated=False, shop=tiny.SHOP[:6], replace=True)
        files = fsspec.filesystem("s3")
        files.rm("shop/artifacts/versions/one", recursive=True)
        files.put(str(published.root / "one"), "shop/artifacts/versions/one", recursive=True)
        assert len(versions.engine("one").catalogue) == 6
        with pytest.raises(VersionNotFound):
            store.open("three")

    def test_the_command_line_reads_it(self, bucket: str) -> None:
        for words, told in ((["verify", "one"], "one is whole"), (["versions"], "two")):
            done = subprocess.run(
                [sys.executable, "-m", "pipeline", *words, "--artifacts", bucket],
                cwd=ROOT, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            assert told in done.stdout

    def test_what_cannot_be_read_is_one_sentence(self, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(Unreachable, match="no bucket at s3://nowhere-at-all"):
            RemoteStore("s3://nowhere-at-all/x").names()
        with pytest.raises(Unreachable, match="no versions at s3://shop/empty"):
            RemoteStore("s3://shop/empty").names()
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        fsspec.filesystem("s3").clear_instance_cache()
        with pytest.raises(Unreachable, match="does not answer"):
            RemoteStore(bucket).names()
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
        monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
        fsspec.filesystem("s3").clear_instance_cache()
        with pytest.raises(ExplorerError, match=r"is denied|does not answer"):
            RemoteStore(bucket).names()
