"""Versions at an address: fetched whole or not at all, and served on when the address fails."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from unittest.mock import Mock

import fsspec
import pytest

from dashboard.open_versions import NotYet, Versions
from pipeline import fetching
from pipeline.aliases import Aliases
from pipeline.errors import InvalidRequest, Unreachable, VersionBroken, VersionNotFound
from pipeline.manifest import MANIFEST, Manifest
from pipeline.remote import RemoteStore
from pipeline.source import Source
from pipeline.versions import VersionStore
from tests import tiny

ROOT = Path(__file__).parents[1]


@pytest.fixture
def published(tmp_path: Path) -> VersionStore:
    return tiny.two(tmp_path / "published")


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, published: VersionStore) -> RemoteStore:
    """The same behind an address of another file system, read anew at every look."""
    monkeypatch.setenv("PSE_CACHE", str(tmp_path / "cache"))
    return RemoteStore(f"file://{published.artifacts}", fresh=0)


def resigned(folder: Path, **changes: object) -> None:
    manifest = replace(Manifest(**json.loads((folder / MANIFEST).read_text())), **changes)
    (folder / MANIFEST).write_text(json.dumps(asdict(replace(manifest, checksum=manifest.sum()))))


def test_a_version_is_fetched_when_it_is_asked_for_and_its_encoder_is_shared(away: RemoteStore) -> None:
    assert away.names() == ["one", "two"]
    assert [each.name for each in away.list()] == ["one", "two"]
    assert not away.root.exists()  # lists need no files
    assert not away.here("one")
    assert away.open("one").manifest.name == "one"
    assert away.here("one")
    assert sorted(path.name for path in away.root.iterdir()) == ["one"]
    encoder = away.artifacts / "encoders" / tiny.ENCODER / "model.onnx"
    before = encoder.stat().st_ino
    away.open("two")
    assert encoder.stat().st_ino == before
    with pytest.raises(VersionNotFound, match='Did you mean "one"'):
        away.open("onne")


def test_pages_and_api_open_it_like_any_other(away: RemoteStore, published: VersionStore) -> None:
    versions = Versions(away)
    assert [each.loaded for each in versions.listing()] == [False, False]
    assert versions.default().name == "two"
    assert {each.name: each.loaded for each in versions.listing()} == {"one": False, "two": True}
    assert versions.engine("two") is versions.engine("two")
    assert versions.engine("two").search("camera").hits
    tiny.publish(published, "two", towers=False, evaluated=False, shop=tiny.SHOP[:6], replace=True)
    assert len(versions.engine("two").catalogue) == 6  # changed there, fetched anew


def test_aliases_come_with_the_versions(away: RemoteStore, published: VersionStore) -> None:
    away.names()
    assert Aliases(away.artifacts).all() == {}
    Aliases(published.artifacts).set("production", "one")
    assert Versions(away).default().name == "one"
    (published.artifacts / "aliases.json").write_text('{"production": "../x"}')
    away.names()
    assert Aliases(away.artifacts).all() == {"production": "one"}  # damaged ones are not taken over
    (published.artifacts / "aliases.json").unlink()
    away.names()
    assert Aliases(away.artifacts).all() == {}


def test_aliases_that_may_not_be_read_stay_as_they_were(
    away: RemoteStore, published: VersionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As S3 tells of a file that is not there to whoever may not list it."""
    Aliases(published.artifacts).set("production", "one")
    away.names()
    read = Source.read

    def denied(source: Source, path: str, limit: int) -> bytes:
        if path == "aliases.json":
            raise PermissionError(path)
        return read(source, path, limit)

    monkeypatch.setattr(Source, "read", denied)
    assert away.names() == ["one", "two"]
    assert Aliases(away.artifacts).all() == {"production": "one"}
    assert away.open("two").manifest.name == "two"


@pytest.mark.parametrize("kept", [[], ["tokenizer.json"], ["model.onnx", "tokenizer.json"]])
def test_no_version_takes_the_encoder_of_another_away(
    away: RemoteStore, published: VersionStore, kept: list[str]
) -> None:
    """Its files are named by the sum of the model: another version that says the same name would put its own there."""
    away.open("one")
    manifest = published.open("two").manifest
    files = {name: {**manifest.encoder["files"][name], "sha256": "0" * 64} for name in kept}
    resigned(published.root / "two", encoder={**manifest.encoder, "files": files})
    with pytest.raises(VersionBroken, match="text encoder"):
        away.open("two")
    assert Versions(away).engine("one").search("camera").hits


def test_an_encoder_that_is_lost_here_is_fetched_again(away: RemoteStore) -> None:
    away.open("one")
    shutil.rmtree(away.artifacts / "encoders" / tiny.ENCODER)
    assert not away.here("one")
    assert away.open("one").manifest.name == "one"
    assert away.here("one")


def test_a_version_that_is_damaged_there_is_not_told_as_on_its_way(away: RemoteStore, published: VersionStore) -> None:
    tiny.damage(VersionStore(published.artifacts).open("one"))
    versions = Versions(away)
    with pytest.raises(VersionBroken):
        versions.engine("one")
    with pytest.raises(VersionBroken, match="differs from its manifest"):
        versions.require_here("one")


def test_wrong_bytes_are_never_served(away: RemoteStore, published: VersionStore) -> None:
    tiny.damage(VersionStore(published.artifacts).open("one"))
    with pytest.raises(VersionBroken, match=r"products\.parquet differs from its manifest"):
        away.open("one")
    assert not (away.root / "one").exists()
    with pytest.raises(VersionBroken, match=r"products\.parquet differs"):
        away.open("one")  # said again without fetching it again
    assert away.open("two").manifest.name == "two"


def test_a_damaged_replacement_leaves_the_old_one_serving(away: RemoteStore, published: VersionStore) -> None:
    versions = Versions(away)
    versions.engine("one")
    tiny.publish(published, "one", towers=False, evaluated=False, shop=tiny.SHOP[:6], replace=True)
    tiny.damage(published.open("one"))
    assert len(versions.engine("one").catalogue) == 12
    assert away.manifest("one").dataset["products"] == 12


def test_a_fetch_that_was_cut_off_goes_on_with_what_it_has(
    away: RemoteStore, monkeypatch: pytest.MonkeyPatch, published: VersionStore
) -> None:
    fetched: list[str] = []
    original = Source.download

    def dying(self, source, target, expected, name):
        if len(fetched) == 6:
            raise KeyboardInterrupt
        fetched.append(target.name)
        original(self, source, target, expected, name)

    with monkeypatch.context() as patched:
        patched.setattr(Source, "download", dying)
        with pytest.raises(KeyboardInterrupt):
            away.open("one")
    staged = away.root / ".one.fetching"
    kept = sorted(path for path in staged.rglob("*") if path.is_file())
    assert len(kept) == 4  # two of the six were the encoder's
    kept[0].write_bytes(b"half")
    (staged / "left over").write_text("of another version")
    open_file = Mock(side_effect=away._source.files.open)
    monkeypatch.setattr(away._source.files, "open", open_file)
    assert away.names() == ["one", "two"]  # a staged version is none yet
    again = RemoteStore(away.address, fresh=0)
    assert again._source.files is away._source.files
    version = again.open("one")
    names = [call.args[0].rsplit("/", 1)[-1] for call in open_file.call_args_list]
    assert kept[0].name in names
    assert not {path.name for path in kept[1:]} & set(names) - {kept[0].name}
    assert len(version.manifest.files) == len([path for path in version.path.rglob("*") if path.is_file()]) - 1


@pytest.mark.parametrize("hanging", ["names", "read", "download"])
def test_nobody_waits_for_an_address_that_hangs_once_anything_is_known(
    away: RemoteStore, published: VersionStore, monkeypatch: pytest.MonkeyPatch, hanging: str
) -> None:
    store = RemoteStore(away.address, fresh=0.001)
    before = store.open("one").manifest.checksum
    go, plain = Event(), getattr(Source, hanging)

    def hangs(*arguments: object) -> object:
        assert go.wait(30)
        return plain(*arguments)

    monkeypatch.setattr(Source, hanging, hangs)
    tiny.publish(published, "one", towers=False, evaluated=False, shop=tiny.SHOP[:6], replace=True)
    for _ in range(20):  # it is looked at again, and hangs in a thread of its own
        sleep(0.002)
        assert store.names() == ["one", "two"]
        assert store.here("one")
        assert store.manifest("one").checksum == before
        assert store.path("one") == store.root / "one"
    go.set()
    until = monotonic() + 30
    while store.manifest("one").checksum == before and monotonic() < until:
        sleep(0.01)
    assert store.open("one").manifest.checksum == published.open("one").manifest.checksum != before


def test_a_request_for_a_version_that_is_elsewhere_keeps_no_place(
    away: RemoteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions, go, plain = Versions(away), Event(), Source.download

    def hangs(*arguments: object) -> object:
        assert go.wait(30)
        return plain(*arguments)

    monkeypatch.setattr(Source, "download", hangs)
    for _ in range(3):
        with pytest.raises(NotYet, match='Version "one" is being fetched'):
            versions.require_here("one")
    go.set()
    until = monotonic() + 30
    while not away.here("one") and monotonic() < until:
        sleep(0.01)
    versions.require_here("one")
    assert versions.engine("one").name == "one"
    with pytest.raises(VersionNotFound):
        versions.require_here("onne")


def test_two_stores_may_fetch_at_once(away: RemoteStore) -> None:
    stores = [RemoteStore(away.address) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda store: store.open("one").manifest.checksum, stores))
    assert len(set(found)) == 1
    assert sorted(path.name for path in away.root.iterdir()) == ["one"]


def test_an_address_that_fails_later_leaves_what_was_fetched(away: RemoteStore, published: VersionStore) -> None:
    versions = Versions(away)
    versions.engine("one")
    published.artifacts.rename(published.artifacts.with_name("gone"))
    assert versions.engine("one").search("camera").hits
    assert versions.default().name == "one"
    again = Versions(RemoteStore(away.address))  # a new process, while the network is down
    assert again.engine("one").search("camera").hits


@pytest.mark.parametrize(
    "name",
    ["../outside", "/etc/passwd", "a/../../b", "a//b", ".hidden", "a\\b", "a\nb", "manifest.json", "a" * 101, "ü"],
)
def test_names_in_a_manifest_are_not_trusted(away: RemoteStore, published: VersionStore, name: str) -> None:
    files = {**published.manifest("one").files, name: {"bytes": 1, "sha256": "0" * 64}}
    resigned(published.root / "one", files=files)
    with pytest.raises(VersionBroken, match="manifest"):
        away.open("one")
    assert not away.root.exists()


def test_names_in_a_listing_are_not_trusted(away: RemoteStore, published: VersionStore) -> None:
    for odd in ("UPPER", "with space", "..evil", "x" * 65, ".staging", "ü"):
        (published.root / odd).mkdir()
    assert away.names() == ["one", "two"]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({f"f{number}": {"bytes": 0, "sha256": "0" * 64} for number in range(10_001)}, "too much"),
        ({"big.bin": {"bytes": 10**14, "sha256": "0" * 64}}, "too much"),
        ({"big.bin": {"bytes": -5, "sha256": "0" * 64}}, "damaged"),
        ({"big.bin": {"bytes": "many", "sha256": "0" * 64}}, "damaged"),
        ({"big.bin": {"bytes": 3}}, "damaged"),
    ],
    ids=["too many files", "too large", "less than nothing", "no number", "no sum"],
)
def test_limits_hold_before_anything_is_fetched(
    away: RemoteStore, published: VersionStore, files: dict[str, object], told: str
) -> None:
    resigned(published.root / "one", files=files)
    with pytest.raises(VersionBroken, match=told):
        away.open("one")
    assert not (away.root / ".one.fetching").exists()


def test_a_disk_without_room_is_told_before_and_while_fetching(
    away: RemoteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(away.artifacts.parents[2])
    with monkeypatch.context() as patched:
        patched.setattr(fetching.shutil, "disk_usage", lambda _: usage._replace(free=fetching.SPARE))
        with pytest.raises(Unreachable, match="has room for"):
            away.open("one")
    with monkeypatch.context() as patched:
        patched.setattr(Source, "download", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(Unreachable, match="The disk is full"):
            RemoteStore(away.address).open("one")
    assert not (away.root / ".one.fetching").exists()
    assert RemoteStore(away.address).open("one").manifest.name == "one"


def test_writing_needs_a_local_folder(away: RemoteStore) -> None:
    for act in (lambda: away.staging("x"), lambda: away.delete("one"), lambda: away.publish(None, None)):
        with pytest.raises(InvalidRequest, match="not written to file://"):
            act()
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "run", "--dataset", "sample", "--name", "x", "--artifacts", "s3://b/x"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "not written to s3://b/x" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_memory_is_an_address_too(published: VersionStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PSE_CACHE", str(tmp_path / "cache"))
    files = fsspec.filesystem("memory")
    files.put(str(published.artifacts), "/shop", recursive=True)
    try:
        assert RemoteStore("memory://shop").open("one").manifest.name == "one"
    finally:
        files.rm("/shop", recursive=True)


def test_access_denied_is_one_sentence(away: RemoteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_arguments: object, **_options: object) -> None:
        raise PermissionError("Forbidden")

    monkeypatch.setattr(type(away._source.files), "ls", denied)
    with pytest.raises(Unreachable, match=r"Access to file://.* is denied. Check the credentials"):
        away.names()
