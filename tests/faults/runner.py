"""Runs the pipeline on the tiny shop in processes that are killed, or whose disk is full: `... runner FOLDER`.

Each process is a fork of this one, which has imported everything: a run takes a second. Writes one line of JSON for
each case: its name, what the store shows afterwards, what was said, and whether the next run went on from there.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import pipeline.__main__ as command
import pipeline.run as run_of_pipeline
from pipeline import report, versions
from pipeline.retrieval.engine import Engine
from pipeline.stages import Runner
from pipeline.text import batch, minilm
from pipeline.text.encoder import Encoder
from pipeline.versions import VersionStore
from tests import tiny
from tests.tiny_graphs import write_item_tower, write_user_tower

NAME = "shop"
STAGES = (
    "prepare", "profile", "encode", "train", "index", "map-text", "map-towers", "tune", "rank", "rank-search",
    "evaluate",
)  # fmt: skip
Setup = Callable[[], None]


def write_shop(folder: Path) -> Path:
    """Write the tiny shop as a dataset; returns its description."""
    folder.mkdir()
    rows = [f"{each.product_id},{each.title.replace(',', ' ')},{each.brand or ''}" for each in tiny.SHOP]
    (folder / "products.csv").write_text("id,title,brand\n" + "\n".join(rows).replace('"', "") + "\n")
    told = [f"{user},{product}" for user, history in tiny.HISTORIES.items() for product in history]
    (folder / "interactions.csv").write_text("user,id\n" + "\n".join(told) + "\n")
    (folder / "judgements.csv").write_text("query,id,grade\ncamera,C1,1\ncamera,H1,0\nheadphones,H1,1\nspeaker,S1,1\n")
    (folder / "dataset.toml").write_text(
        'name = "tiny"\n[products]\npath = "products.csv"\n'
        'columns = { product_id = "id", title = "title", brand = "brand" }\n'
        '[interactions]\npath = "interactions.csv"\ncolumns = { user_id = "user", product_id = "id" }\n'
        '[judgements]\npath = "judgements.csv"\ncolumns = { query = "query", product_id = "id", grade = "grade" }\n'
    )
    return folder / "dataset.toml"


def use_tiny_encoder(folder: Path) -> None:
    """Let the tiny encoder stand for MiniLM, which takes half a minute to export."""
    encoder = tiny.write_encoder(folder)
    batch.encode = lambda texts, *_more: batch.Encoded(Encoder(encoder).encode(list(texts)), "float32")
    minilm.export = lambda out, model: shutil.copytree(encoder, out, dirs_exist_ok=True) and None


def use_tiny_towers() -> None:
    """Let towers worked out by hand stand for trained ones, which take TensorFlow and half a minute."""

    def train(prepared: Path, encoded: Path, recipe: object, out: Path, progress: object) -> None:
        vectors = np.load(encoded / "text_vectors.npy")
        (out / "towers").mkdir()
        write_user_tower(out / "towers" / "user.onnx", vectors.shape[1])
        write_item_tower(out / "towers" / "item.onnx", vectors.shape[1])
        np.save(out / "item_vectors.npy", np.ascontiguousarray(vectors[:, ::-1]), allow_pickle=False)
        pq.write_table(pa.table({"epoch": [1.0], "loss": [0.5]}), out / "curves.parquet")
        (out / "outcome.json").write_text('{"note": ""}')

    run_of_pipeline.train = train  # type: ignore[assignment]


def forked(act: Callable[[StringIO], int]) -> tuple[int, str]:
    """Do something in a fork; returns its status (negative: the signal that killed it) and what it wrote."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        told = StringIO()
        status = 70
        try:
            signal.alarm(20)
            with redirect_stdout(told):
                status = act(told)
        except BaseException as error:
            told.write(f"Traceback: {type(error).__name__}: {error}")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            os.write(writing, told.getvalue().encode()[-12_000:])
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told_there = pipe.read().decode(errors="replace")  # its first character may be cut
    _, status = os.waitpid(child, 0)
    return (-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)), told_there


def run(dataset: Path, artifacts: Path, setup: Setup) -> tuple[int, str]:
    """Run the command line with a fault."""

    def act(told: StringIO) -> int:
        sys.argv = ["pipeline", "run", "--dataset", str(dataset), "--recipe", "history", "--name", NAME]
        sys.argv += ["--artifacts", str(artifacts), "--replace"]
        report.errors.file = report.console.file = told
        setup()
        try:
            return command.main()
        except SystemExit as ended:
            return int(ended.code or 0)

    return forked(act)


def die(*_arguments: Any, **_options: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_at(stage: str, moment: str) -> Setup:
    """Die in the middle of a stage's work, when it is done and not yet renamed into place, or right after that."""

    def setup() -> None:
        original = Path.rename

        def rename(self: Path, target: Any) -> Path:
            ours = self.name.startswith(f".{stage}-") and self.name.endswith(".partial")
            if ours and moment == "before the rename":
                die()
            done = original(self, target)
            if ours and moment == "after the rename":
                die()
            return done

        Path.rename = rename
        if moment == "at work":
            whole = Runner.run

            def one(self: Runner, name: str, inputs: Any, code: Any, work: Any, **more: Any) -> Path:
                def half(out: Path, progress: Any) -> None:
                    (out / "half").write_bytes(b"h" * 1000)
                    die()

                return whole(self, name, inputs, code, half if name == stage else work, **more)

            Runner.run = one

    return setup


# What publishing does once everything is assembled, in its order.
STEPS = (
    "the sums", "the manifest", "the files are on disk", "what an earlier one left is gone", "the old one is aside",
    "the new one is in place", "the folder is on disk", "the old one is gone",
)  # fmt: skip


def killed_publishing(step: int, after: bool) -> Setup:
    """Die before or after one step of publishing."""

    def setup() -> None:
        left = [step]
        publish = VersionStore.publish

        def counted(act: Callable[..., Any]) -> Callable[..., Any]:
            def wrapped(*arguments: Any, **options: Any) -> Any:
                left[0] -= 1
                if left[0] == 0 and not after:
                    die()
                found = act(*arguments, **options)
                if left[0] == 0 and after:
                    die()
                return found

            return wrapped

        def patched(self: VersionStore, *arguments: Any, **options: Any) -> Any:
            versions.sums, versions.sync = counted(versions.sums), counted(versions.sync)
            Path.rename, Path.write_text = counted(Path.rename), counted(Path.write_text)
            versions.shutil.rmtree = counted(versions.shutil.rmtree)
            return publish(self, *arguments, **options)

        VersionStore.publish = patched

    return setup


def full_in(stage: str) -> Setup:
    """Let every write beyond some bytes fail while a stage works: the system refuses them, in C++ as in Python."""

    def setup() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        if stage == "publish":
            staging = VersionStore.staging

            def limited(self: VersionStore, name: str) -> Path:
                path = staging(self, name)
                resource.setrlimit(resource.RLIMIT_FSIZE, (64, resource.RLIM_INFINITY))
                return path

            VersionStore.staging = limited
            return
        whole = Runner.run

        def one(self: Runner, name: str, inputs: Any, code: Any, work: Any, **more: Any) -> Path:
            def limited_work(out: Path, progress: Any) -> None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (8, resource.RLIM_INFINITY))
                work(out, progress)

            return whole(self, name, inputs, code, limited_work if name == stage else work, **more)

        Runner.run = one

    return setup


def nothing() -> None:
    """No fault."""


def shown(artifacts: Path) -> str:
    """Return what the store shows: old, new, or what is wrong with it. Everything that it lists is opened."""

    def act(told: StringIO) -> int:
        store = VersionStore(artifacts)
        assert store.names() == [NAME], store.names()
        engine = Engine.open(store.root / NAME)
        assert engine.search("camera").hits
        told.write("old" if engine.manifest.dataset["name"] == "tiny-shop" else "new")
        return 0

    return forked(act)[1]


def said_of(name: str, dataset: Path, artifacts: Path, setup: Setup) -> None:
    """Run with a fault, look at the store, run without it, look again, and write down what was seen."""
    status, told = run(dataset, artifacts, setup)
    afterwards = shown(artifacts)
    print(json.dumps({"name": name, "status": status, "told": told[-8000:], "store": afterwards}), flush=True)


def old_version(artifacts: Path) -> None:
    """Publish the version that is there before."""
    shutil.rmtree(artifacts / "versions", ignore_errors=True)
    status, told = forked(lambda _: tiny.publish(VersionStore(artifacts), NAME) and 0)
    assert status == 0, told


def main() -> None:
    room = Path(sys.argv[1])
    dataset, artifacts = write_shop(room / "shop"), room / "artifacts"
    use_tiny_encoder(room / "encoder")
    use_tiny_towers()
    old_version(artifacts)
    # One chain: each run goes on where the one before it died, so that all of them together make one version.
    for stage in STAGES:
        for moment in ("at work", "before the rename", "after the rename"):
            said_of(f"killed: {stage}, {moment}", dataset, artifacts, killed_at(stage, moment))
    said_of("next run: everything killed above", dataset, artifacts, nothing)
    for step, what in enumerate(STEPS, start=1):
        for moment in ("before", "after"):
            old_version(artifacts)
            name = f"killed: publish, {moment} {what}"
            said_of(name, dataset, artifacts, killed_publishing(step, after=moment == "after"))
            said_of(f"next run: {name}", dataset, artifacts, nothing)
    old_version(artifacts)
    said_of("disk full: publish", dataset, artifacts, full_in("publish"))
    said_of("next run: disk full: publish", dataset, artifacts, nothing)
    old_version(artifacts)
    shutil.rmtree(artifacts / "datasets")
    for stage in STAGES:
        said_of(f"disk full: {stage}", dataset, artifacts, full_in(stage))
    said_of("next run: disk full in every stage", dataset, artifacts, nothing)


if __name__ == "__main__":
    main()
