"""One run of the pipeline: a dataset and a recipe in, a published version out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from pipeline import environment
from pipeline.assembly import Made, gather, headline, told
from pipeline.assembly import read as read_json
from pipeline.data.amazon.raw import RawFiles
from pipeline.data.dataset import Dataset
from pipeline.data.prepare import Prepared
from pipeline.manifest import Manifest, sha256
from pipeline.names import check_name
from pipeline.recipe import Recipe
from pipeline.retrieval.contents import Contents
from pipeline.retrieval.index_choice import described, memory_budget
from pipeline.retrieval.query_ranking.files import SHIPPED
from pipeline.stages import Runner, Timing
from pipeline.versions import Version, VersionStore
from pipeline.work.encode import encode, encoder_holds, encoder_of
from pipeline.work.evaluate import evaluate
from pipeline.work.index import index
from pipeline.work.map import VECTORS, map_libraries, map_space
from pipeline.work.prepare import generate, prepare
from pipeline.work.profile import profile
from pipeline.work.rank import rank
from pipeline.work.rank_search import rank_search
from pipeline.work.read import CODE as READING
from pipeline.work.read import read
from pipeline.work.train import train, trainable
from pipeline.work.tune import tune


@dataclass(frozen=True)
class Run:
    """What to run.

    Args:
        dataset: The path of a dataset description, "sample", or, beside raw files, what they are called.
        recipe: What to train.
        name: The version to publish.
        artifacts: Where versions, encoders and stage results lie.
        replace: Whether a published version of that name gives way.
        max_rejected: Share of a table's rows that may be unusable, 0..1.
        split: A kind of split instead of the description's own.
        raw: Raw files of reviews and metadata, read instead of a described dataset.
        k_core: A k-core of the interactions instead of the description's own.
        engine: What prepares the data: duckdb or spark. Both give the same tables.
    """

    dataset: str
    recipe: Recipe
    name: str
    artifacts: Path
    replace: bool = False
    max_rejected: float = 0.05
    split: str | None = None
    raw: RawFiles | None = None
    k_core: int | None = None
    engine: str = "duckdb"

    def execute(self, bar: Callable[[str], Any]) -> Version:
        """Run every stage that no earlier run has finished, and publish.

        Args:
            bar: Called with a stage's name; returns a context manager that yields its `Progress`.

        Raises:
            ExplorerError: The name is taken, or the dataset or the recipe cannot be used.
        """
        store = VersionStore(self.artifacts)
        store.require_free(self.name, replace=self.replace)
        with self._runner(bar) as (dataset, runner):
            return self._line(store, dataset, runner)

    def _line(self, store: VersionStore, dataset: Dataset, runner: Runner) -> Version:
        """Run the stages in their order, each on what the earlier ones made."""
        memory = memory_budget()
        prepared = self._prepare(dataset, runner)
        profiled = runner.run(
            "profile",
            {"prepared": prepared.folder.name},
            ("work/profile.py", "profile"),
            lambda out, progress: profile(prepared, out),
        )
        encoded = self._encode(prepared, runner)
        text = asdict(self.recipe.text)
        trained = self._train(prepared, encoded, runner)
        serving = encoder_of(encoded, self.artifacts)
        indexed = runner.run(
            "index",
            {
                "prepared": prepared.folder.name,
                "encoded": encoded.name,
                "trained": trained and trained.name,
                "text": text,
                "memory": memory,
            },
            (
                "work/index.py",
                "work/tables.py",
                "text/encoder.py",
                "text/lexical.py",
                "text/words.py",
                "text/product_text.py",
                "retrieval/vectors.py",
                "retrieval/index_choice.py",
                "retrieval/ivf.py",
                "retrieval/ivf_file.py",
            ),
            lambda out, progress: index(
                prepared.folder, encoded, trained, self.recipe.text, memory, serving, out, progress
            ),
        )
        mapped = self._map(indexed, runner, ("text", "towers") if trained else ("text",))
        tuned = runner.run(
            "tune",
            {"prepared": prepared.folder.name, "encoded": encoded.name},
            (
                "work/tune.py",
                "work/tables.py",
                "evaluation/tuning.py",
                "evaluation/baselines.py",
                "retrieval/candidates.py",
                "retrieval/shoppers.py",
                "retrieval/copurchase.py",
                "retrieval/ease.py",
                "retrieval/retrievers.py",
                "retrieval/vectors.py",
                "retrieval/reranking/neighbours.py",
                "data/lots.py",
                "metrics.py",
            ),
            lambda out, progress: tune(prepared.folder, encoded, out),
        )
        ranked = runner.run(
            "rank",
            {"indexed": indexed.name, "split": prepared.split["kind"], "seed": self.recipe.seed},
            (
                "work/rank.py",
                "retrieval/reranking",
                "retrieval/shoppers.py",
                "retrieval/candidates.py",
                "retrieval/catalogue.py",
                "retrieval/contents.py",
                "retrieval/retrievers.py",
                "retrieval/vectors.py",
                "towers/features.py",
                "data/lots.py",
                "metrics.py",
            ),
            lambda out, progress: rank(
                prepared.folder, indexed, serving, prepared.split["kind"], self.recipe.seed, out, progress
            ),
        )
        searching = runner.run(
            "rank-search",
            {
                "prepared": prepared.folder.name,
                "searched": _searched(indexed),  # versions whose towers differ alone share what is learned here
                "encoder": serving.name,
                "seed": self.recipe.seed,
                "shipped": sha256(SHIPPED),
            },
            (
                "work/rank_search.py",
                "work/evaluate.py",
                "work/tables.py",
                "evaluation/queries.py",
                "retrieval/query_ranking",
                "retrieval/reranking/attributes.py",
                "retrieval/candidates.py",
                "retrieval/catalogue.py",
                "retrieval/contents.py",
                "retrieval/fusion.py",
                "retrieval/vectors.py",
                "text",
                "metrics.py",
            ),
            lambda out, progress: rank_search(prepared, indexed, serving, self.recipe.seed, out, progress),
        )
        evaluated = runner.run(
            "evaluate",
            {
                "indexed": indexed.name,
                "ranked": ranked.name,
                "searching": searching.name,
                "tuned": tuned.name,
                "prepared": prepared.folder.name,
                "generated": dataset.generated,
            },
            ("work/evaluate.py", "work/tables.py", "evaluation", "retrieval", "text", "data/lots.py", "metrics.py"),
            lambda out, progress: evaluate(
                prepared, indexed, ranked, searching, tuned, serving, out, progress, later=not dataset.generated
            ),
        )
        with runner.bar("publish"):
            made = Made(profiled, encoded, trained, indexed, mapped, ranked, searching, evaluated)
            return self._publish(store, dataset, prepared, made, runner.timings)

    @contextmanager
    def _runner(self, bar: Callable[[str], Any]) -> Iterator[tuple[Dataset, Runner]]:
        """Yield the dataset and the runner that keeps its stages; the sample is generated first, raw files are read."""
        described = None if self.raw or self.dataset == "sample" else Dataset.load(Path(self.dataset))
        if described:
            described = self._changed(described)
        name = described.name if described else self.raw.name if self.raw else "sample"
        context = environment.describe()["libraries"]
        runner = Runner(self.artifacts / "datasets" / check_name(name, "dataset"), bar, context)
        with runner.alone():
            if described is None:
                source = self._source(runner)
                described = Dataset.load(source / "dataset.toml")
                described = self._changed(described)
            yield described, runner

    def _source(self, runner: Runner) -> Path:
        """Return the folder of a dataset that a stage makes."""
        if raw := self.raw:
            return runner.run("read", raw.inputs(), READING, lambda out, progress: read(raw, out, progress))
        return runner.run("generate", {}, ("data/sample",), lambda out, progress: generate(out))

    def _changed(self, described: Dataset) -> Dataset:
        """Return the dataset as this run would have it."""
        if self.split:
            described = described.divided(self.split)
        return described if self.k_core is None else described.cored(self.k_core)

    def _prepare(self, dataset: Dataset, runner: Runner) -> Prepared:
        folder = runner.run(
            "prepare",
            {"fingerprint": dataset.fingerprint(), "max_rejected": self.max_rejected},
            ("work/prepare.py", "data"),
            lambda out, progress: prepare(dataset, out, self.max_rejected, self.engine),
        )
        return Prepared.load(folder)

    def _encode(self, prepared: Prepared, runner: Runner) -> Path:
        return runner.run(
            "encode",
            {"products": sha256(prepared.folder / "products.parquet"), "text": asdict(self.recipe.text)},
            (
                "work/encode.py",
                "text/minilm.py",
                "text/bert.py",
                "text/batch.py",
                "text/encoder.py",
                "text/product_text.py",
            ),
            lambda out, progress: encode(prepared.folder, self.recipe.text, self.artifacts, out, progress),
            holds=lambda folder: encoder_holds(folder, self.artifacts),
        )

    def _train(self, prepared: Prepared, encoded: Path, runner: Runner, warm: Version | None = None) -> Path | None:
        """Return trained towers, None where there can be none; training begins from those of `warm`, if any."""
        if self.recipe.towers.kind == "none" or not trainable(prepared.folder):
            return None
        settings = {key: self.recipe.as_dict()[key] for key in ("seed", "towers", "training")}
        begun = {"warm": warm.manifest.checksum} if warm else {}
        beginning = {"warm": warm.path} if warm else {}
        return runner.run(
            "train",
            {"prepared": prepared.folder.name, "encoded": encoded.name, "recipe": settings, **begun},
            ("work/train.py", "work/tables.py", "towers", "data/lots.py", "metrics.py"),
            lambda out, progress: train(prepared.folder, encoded, self.recipe, out, progress, **beginning),
        )

    def _origin(self, dataset: Dataset, prepared: Prepared) -> tuple[Mapping[str, Any], Sequence[str]]:
        """Return what the manifest says beside the counts of where the data comes from, and notes on it."""
        return {}, ()

    def _map(self, indexed: Path, runner: Runner, spaces: Sequence[str]) -> dict[str, Path]:
        """Map each space in a stage of its own: text vectors are the same whatever was trained on them."""
        inputs = {"products": sha256(indexed / "products.parquet"), "libraries": map_libraries()}
        return {
            space: runner.run(
                f"map-{space}",
                {**inputs, "vectors": sha256(indexed / VECTORS[space])},
                ("work/map.py", "maps", "evaluation/categories.py"),
                partial(map_space, indexed, space),
            )
            for space in spaces
        }

    def _publish(
        self, store: VersionStore, dataset: Dataset, prepared: Prepared, made: Made, timings: Sequence[Timing]
    ) -> Version:
        """Assemble the version aside, write its manifest, and publish it."""
        staged = store.staging(self.name)
        gather(made, prepared, staged)
        metrics = read_json(staged / "evaluation" / "metrics.json")
        Contents.load(staged, encoder_of(made.encoded, self.artifacts))  # nothing is published that cannot be served
        origin, origin_notes = self._origin(dataset, prepared)
        manifest = Manifest(
            name=self.name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            dataset={
                "name": dataset.name,
                "generated": dataset.generated,
                "fingerprint": dataset.fingerprint(),
                "judging": prepared.judging,
                **prepared.counts,
                **origin,
            },
            split=prepared.split["kind"],
            recipe=self.recipe.as_dict(),
            encoder=read_json(made.encoded / "encoder.json"),
            environment=environment.describe(),
            stages=[asdict(timing) for timing in timings],
            headline=headline(metrics),
            notes=[
                *origin_notes,
                *(dataset.reading.notes if dataset.reading else ()),
                *told(made, prepared, self.recipe, metrics, staged),
            ],
            index=described(staged),
        )
        return store.publish(staged, manifest, replace=self.replace)


def _searched(indexed: Path) -> dict[str, str]:
    """Return the checksums of what answers queries."""
    files = [indexed / "products.parquet", indexed / "index" / "text.faiss", *sorted((indexed / "lexical").rglob("*"))]
    return {path.relative_to(indexed).as_posix(): sha256(path) for path in files if path.is_file()}
