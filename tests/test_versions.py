"""The version store: whole or absent, whatever happens; damage is found and told."""

import contextlib
import json
from pathlib import Path

import pytest

from pipeline.errors import InvalidName, VersionBroken, VersionExists, VersionNotFound
from pipeline.manifest import BrokenVersion, Manifest, sha256, sums
from pipeline.versions import VersionStore


def manifest(name: str, store: VersionStore, note: str = "") -> Manifest:
    encoder = store.artifacts / "encoders" / "e1"
    encoder.mkdir(parents=True, exist_ok=True)
    (encoder / "model.onnx").write_bytes(b"encoder")
    return Manifest(
        name=name, created="2026-01-01T00:00:00+00:00", dataset={"name": "d"}, split="leave-one-out", recipe={},
        encoder={"id": "e1", "files": sums(encoder)}, environment={}, stages=[], headline=[], notes=[note],
    )  # fmt: skip


def publish(store: VersionStore, name: str, content: str = "one", *, replace: bool = False) -> None:
    staged = store.staging(name)
    (staged / "index").mkdir()
    (staged / "index" / "items.faiss").write_text(content)
    (staged / "products.parquet").write_text("products")
    store.publish(staged, manifest(name, store, content), replace=replace)


@pytest.fixture
def store(tmp_path: Path) -> VersionStore:
    return VersionStore(tmp_path / "artifacts")


def test_a_published_version_opens_and_lists_every_file(store: VersionStore) -> None:
    publish(store, "v1")
    version = store.open("v1")
    assert set(version.manifest.files) == {"index/items.faiss", "products.parquet"}
    assert version.manifest.files["products.parquet"]["sha256"] == sha256(version.path / "products.parquet")
    assert store.names() == ["v1"]


def test_an_empty_store_says_what_to_run(store: VersionStore) -> None:
    assert store.names() == []
    assert store.list() == []
    with pytest.raises(VersionNotFound, match="python -m pipeline demo"):
        store.open("v1")


def test_a_misspelt_name_gets_the_nearest(store: VersionStore) -> None:
    publish(store, "beauty-history")
    with pytest.raises(VersionNotFound, match='Did you mean "beauty-history"'):
        store.open("beauty-histroy")


@pytest.mark.parametrize("name", ["", "../v1", "V1", "a/b", ".hidden", "a" * 65, "v1\n", "-v", "v 1", "ü"])
def test_names_that_could_leave_the_store_are_refused(store: VersionStore, name: str) -> None:
    for act in (store.open, store.staging, lambda each: store.require_free(each, replace=True)):
        with pytest.raises(InvalidName):
            act(name)


def test_a_taken_name_needs_replace(store: VersionStore) -> None:
    publish(store, "v1", "one")
    with pytest.raises(VersionExists, match="--replace"):
        publish(store, "v1", "two")
    assert store.open("v1").manifest.notes == ["one"]
    publish(store, "v1", "two", replace=True)
    assert store.open("v1").manifest.notes == ["two"]
    assert sorted(path.name for path in store.root.iterdir()) == [".lock", "v1"]


def change(path: Path, old: str, new: str) -> None:
    content = path.read_text()
    assert old in content
    path.write_text(content.replace(old, new))


def damage_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda folder: damage_byte(folder / "index" / "items.faiss"), "items.faiss differs"),
        (lambda folder: (folder / "products.parquet").unlink(), "products.parquet is missing"),
        (lambda folder: (folder / "extra.npy").write_text("x"), "extra.npy does not belong"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "manifest"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "manifest"),
        (lambda folder: (folder / "manifest.json").unlink(), "manifest"),
        (lambda folder: change(folder / "manifest.json", '"name": "d"', '"name": "e"'), "manifest"),
        (lambda folder: (folder / "link").symlink_to("/etc/passwd"), "link"),
        (lambda folder: damage_byte(folder.parent.parent / "encoders" / "e1" / "model.onnx"), "model.onnx differs"),
    ],
)
def test_damage_is_told_and_the_others_stay_up(store: VersionStore, harm, told: str) -> None:  # type: ignore[no-untyped-def]
    publish(store, "v1")
    harm(store.root / "v1")
    with pytest.raises(VersionBroken, match=told):
        store.open("v1")
    if "encoder" not in told and "model.onnx" not in told:
        publish(store, "v2")
        assert store.open("v2").manifest.name == "v2"


def test_a_manifest_that_points_outside_is_refused(store: VersionStore) -> None:
    publish(store, "v1")
    path = store.root / "v1" / "manifest.json"
    content = json.loads(path.read_text())
    content["files"]["../../secret"] = {"bytes": 1, "sha256": "0"}
    path.write_text(json.dumps(content))
    assert isinstance(store.list()[0], BrokenVersion)
    with pytest.raises(VersionBroken):
        store.open("v1")


class Killed(BaseException):
    """Stands for the process dying at that instruction."""


@pytest.mark.parametrize("moment", range(1, 8))
def test_dying_while_replacing_leaves_the_old_or_the_new(
    store: VersionStore, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    publish(store, "v1", "old")
    with monkeypatch.context() as patched:
        left = [moment]

        def dying(act):  # type: ignore[no-untyped-def]
            def wrapped(*arguments, **options):  # type: ignore[no-untyped-def]
                left[0] -= 1
                if left[0] == 0:
                    raise Killed
                return act(*arguments, **options)

            return wrapped

        patched.setattr(Path, "rename", dying(Path.rename))
        patched.setattr("pipeline.versions.shutil.rmtree", dying(__import__("shutil").rmtree))
        patched.setattr("pipeline.versions.sync", dying(lambda *_arguments, **_options: None))
        with contextlib.suppress(Killed):
            publish(store, "v1", "new", replace=True)
    assert store.names() == ["v1"]
    assert store.open("v1").manifest.notes in (["old"], ["new"])
    publish(store, "v1", "newer", replace=True)
    assert store.open("v1").manifest.notes == ["newer"]


def test_delete(store: VersionStore) -> None:
    publish(store, "v1")
    store.delete("v1")
    assert store.names() == []
    assert not (store.artifacts / "live").exists()
    with pytest.raises(VersionNotFound):
        store.delete("v1")
