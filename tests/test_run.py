"""The pipeline end to end on a small generated shop: killed, resumed, published, refused, served."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.data.amazon.raw import RawFiles
from pipeline.data.prepare import Prepared
from pipeline.data.sample import generate
from pipeline.errors import VersionBroken, VersionExists
from pipeline.evaluation.judgements import Judgements
from pipeline.metrics import METRICS
from pipeline.notes import notes
from pipeline.recipe import Recipe
from pipeline.retrieval.engine import Engine
from pipeline.run import Run
from pipeline.versions import VersionStore
from tests.data.amazon.shop import write_shop
from tests.test_stages import no_bar

ROOT = Path(__file__).parents[1]
BASELINES = ("chance", "popularity", "item-knn", "item-knn+transitions", "ease")
SECOND = ("towers", "reranked")  # made-up data is not also measured with validation counted
SHORT = "[training]\nepochs = 2\n"
LONG = "[training]\nepochs = 500\npatience = 500\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("shop"), products=400, shoppers=600, interactions=6000, queries=20)


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("artifacts")


def recipe(folder: Path, name: str, content: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(content)
    return path


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "pipeline", *map(str, words)]


@pytest.fixture(scope="module")
def published(shop: Path, artifacts: Path) -> Engine:
    """A version whose run was killed in training, then started again to its end, from the command line."""
    endless = recipe(artifacts, "endless", LONG)
    words = ["run", "--dataset", shop, "--name", "small", "--artifacts", artifacts]
    killed = subprocess.Popen(
        command(*words, "--recipe", endless), cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
    )
    stages = artifacts / "datasets" / "sample"
    deadline = time.monotonic() + 900  # a machine that is busy with other work gets there too
    try:
        while not list(stages.glob(".train-*.partial")):
            assert killed.poll() is None, "the run ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        if killed.poll() is None:
            os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    assert VersionStore(artifacts).names() == []
    encoded = next(stages.glob("encode-*"))
    made = encoded.stat().st_mtime_ns
    short = recipe(artifacts, "short", SHORT)
    done = subprocess.run(
        command(*words, "--recipe", short), cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "kept from an earlier run" in done.stdout
    assert encoded.stat().st_mtime_ns == made
    return Engine.open(artifacts / "versions" / "small")


def test_a_killed_run_goes_on_without_encoding_again(published: Engine) -> None:
    reused = {stage["name"]: stage["reused"] for stage in published.manifest.stages}
    assert reused == {
        "prepare": True, "profile": True, "encode": True, "train": False, "index": False, "map-text": False,
        "map-towers": False, "tune": False, "rank": False, "rank-search": False, "evaluate": False,
    }  # fmt: skip


def test_the_version_holds_what_the_design_names(published: Engine, artifacts: Path) -> None:
    files = set(published.manifest.files)
    assert {
        "products.parquet", "users.parquet", "item_vectors.npy", "text_vectors.npy", "index/items.faiss",
        "index/text.faiss", "index/choice.json",
        "towers/item.keras", "towers/item.onnx", "towers/user.keras", "towers/user.onnx",
        "evaluation/metrics.json", "evaluation/validation.json", "evaluation/per_user.parquet",
        "evaluation/per_query.parquet", "evaluation/curves.parquet", "evaluation/ranks.parquet",
        "evaluation/products.parquet", "evaluation/baselines.json", "rankers/recommend.txt",
        "evaluation/roc.parquet", "evaluation/calibration.parquet",
        "rankers/evidence/seen.npz", "rankers/search.txt", "rankers/search.json", "rankers/words/terms.txt",
        "maps/text/map.parquet", "maps/towers/map.parquet", "maps/towers/map.json", "data/profile.json",
        "data/rejects.parquet",
    } <= files  # fmt: skip
    assert any(name.startswith("lexical/") for name in files)
    assert not any("pkl" in name or "pickle" in name for name in files)
    manifest = published.manifest
    assert manifest.dataset["generated"] is True
    assert manifest.dataset["products"] == len(published.catalogue) == 400
    assert {name: (own["kind"], own["recall"]) for name, own in manifest.index.items()} == {
        "items": ("flat", 1.0),
        "text": ("flat", 1.0),
    }
    assert manifest.recipe["training"]["epochs"] == 2
    assert published.dimension == 64


def test_every_system_is_measured_beside_chance(published: Engine) -> None:
    systems = {(row["task"], row["system"]) for row in published.metrics}
    assert systems == {
        *(("recommend", name) for name in (*BASELINES, "text", *SECOND)),
        *(("search", name) for name in ("chance", "bm25", "minilm", "towers", "rrf", "sum", "ranked")),
    }
    for row in published.metrics:
        assert set(row) == {"task", "split", "slice", "system", "metric", "k", "value", "low", "high", "n"}
        assert row["low"] <= row["value"] <= row["high"]
        if row["metric"] in METRICS:
            assert row["low"] >= 0
            assert row["high"] <= 1
    recall = {
        row["k"]: row["value"] for row in published.metrics if (row["system"], row["metric"]) == ("sum", "recall")
    }
    assert recall[5] <= recall[10] <= recall[20]


def test_a_version_keeps_the_judgements_that_its_figures_rest_on(published: Engine, artifacts: Path) -> None:
    judgements = Judgements.load(artifacts / "versions" / "small", published.manifest, published.catalogue.ids)
    assert judgements is not None
    assert len(judgements.queries) == published.manifest.dataset["queries"]
    (measured,) = {row["n"] for row in published.metrics if row["metric"] == "ndcg" and row["task"] == "search"}
    assert measured == sum(bool(each.gains.any()) for each in judgements.queries)


def test_what_is_served_is_re_ranked_and_was_better_on_validation(published: Engine, artifacts: Path) -> None:
    (made,) = (artifacts / "datasets" / "sample").glob("rank-[0-9a-f]*/outcome.json")  # not those of rank-search
    outcome = json.loads(made.read_text())
    assert outcome["kept"]
    assert outcome["reranked"] > outcome["towers"]
    assert published.shoppers is not None
    first = published.recommend(user_id=published.shoppers.ids[0], k=100)
    assert len(first.hits) == 100
    assert {hit.parts[0].retriever for hit in first.hits} == {"reranked"}
    assert first.hits[0].score == 1


def test_the_stored_vectors_are_what_is_searched(published: Engine, artifacts: Path) -> None:
    import numpy as np

    items = np.load(artifacts / "versions" / "small" / "item_vectors.npy", allow_pickle=False)
    np.testing.assert_array_equal(items, published._items.vectors)
    row = 7
    found = published.similar(published.catalogue.ids[row], k=3, space="towers")
    cosines = items @ items[row]
    cosines[row] = -2
    assert [hit.row for hit in found.hits] == np.argsort(-cosines)[:3].tolist()


def test_both_spaces_are_mapped(published: Engine) -> None:
    assert published.maps is not None
    assert tuple(published.maps.spaces) == ("towers", "text")
    for drawn in published.maps.spaces.values():
        assert drawn.methods == ("umap", "tsne")
        assert len(drawn.coordinates["umap"]) == 400
        assert 1 < len(drawn.described["coarse"]) < len(drawn.described["fine"])
        for method in drawn.methods:
            measured = drawn.facts["measured"][method]
            assert measured["faithfulness"] > 3 * measured["chance"]
    # What the map takes for neighbours is what the engine lists as similar.
    towers, row = published.maps.spaces["towers"], 7
    found = published.similar(published.catalogue.ids[row], k=5, space="towers")
    assert [hit.row for hit in found.hits] == towers.neighbours[row, :5].tolist()


def test_a_taken_name_is_refused_before_any_work(shop: Path, artifacts: Path, published: Engine) -> None:
    with pytest.raises(VersionExists, match="--replace"):
        Run(str(shop), Recipe.load("text"), "small", artifacts).execute(no_bar)


def test_a_recipe_without_towers_reuses_the_vectors_and_says_what_it_lacks(
    shop: Path, artifacts: Path, published: Engine
) -> None:
    version = Run(str(shop), Recipe.load("text"), "small-text", artifacts).execute(no_bar)
    engine = Engine.open(version.path)
    assert not engine.has_towers
    assert "trains no towers" in engine.manifest.notes[0]
    assert [stage["name"] for stage in engine.manifest.stages if stage["reused"]] == [
        "prepare", "profile", "encode", "map-text", "tune"
    ]  # fmt: skip
    assert engine.maps is not None
    assert tuple(engine.maps.spaces) == ("text",)
    assert engine.recommend(history=[engine.catalogue.ids[0]]).hits


def test_a_damaged_encoder_is_found_and_made_again(shop: Path, artifacts: Path, published: Engine) -> None:
    store = VersionStore(artifacts)
    (model,) = (artifacts / "encoders").glob("*/model.onnx")
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    with pytest.raises(VersionBroken, match=r"model\.onnx differs"):
        store.open("small")
    Run(str(shop), Recipe.load("text"), "small-text", artifacts, replace=True).execute(no_bar)
    assert store.open("small-text").encoder_path == store.open("small").encoder_path


def test_histories_too_short_to_learn_from_give_a_version_without_towers(tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_text("id,title\n" + "".join(f"{i},red camera {i}\n" for i in range(6)))
    rows = [f"u{user},{(user + place) % 6}\n" for user in range(8) for place in range(3)]
    (tmp_path / "interactions.csv").write_text("user,id\n" + "".join(rows))
    (tmp_path / "dataset.toml").write_text(
        'name = "short"\n[products]\npath = "products.csv"\ncolumns = { product_id = "id", title = "title" }\n'
        '[interactions]\npath = "interactions.csv"\ncolumns = { user_id = "user", product_id = "id" }\n'
    )
    run = Run(str(tmp_path / "dataset.toml"), Recipe.load("history"), "short", tmp_path / "a")
    engine = Engine.open(run.execute(no_bar).path)
    assert not engine.has_towers
    assert "no towers could be trained" in engine.manifest.notes[0]
    assert engine.manifest.notes[-1].startswith("There is no map of the text vectors")
    assert engine.maps is None
    assert engine.recommend(user_id="u0", as_of="test").hits
    assert {row["system"] for row in engine.metrics} == {*BASELINES, "text"}


def test_raw_files_are_read_first_and_the_manifest_says_as_what(tmp_path: Path, artifacts: Path) -> None:
    raw = RawFiles.find(*write_shop(tmp_path, "2018"))
    version = Run(raw.name, Recipe.load("text"), "raw", artifacts, max_rejected=0.3, raw=raw).execute(no_bar)
    manifest = version.manifest
    assert manifest.stages[0]["name"] == "read"
    assert manifest.notes[0] == (
        "Read as Amazon Reviews 2018 (detected): reviews Shop.json; metadata meta_Shop.json.gz."
    )
    assert manifest.dataset["name"] == "shop"
    assert manifest.dataset["rejected"]["interactions"] == {"unknown product": 2}
    assert Engine.open(version.path).search("tripod", k=1).hits[0].row == 2


def test_serving_needs_neither_torch_nor_tensorflow(artifacts: Path, published: Engine) -> None:
    script = """
import os, sys
from fastapi.testclient import TestClient
from dashboard.api import app
client = TestClient(app)
stats = client.get("/api/stats").json()
search = client.get("/api/search", params={"q": "camera"}).json()
recommended = client.get("/api/recommend", params={"q": "camera"}).json()
placed = client.post("/api/v1/place", json={"title": "Compact camera", "category": ["Cameras"]}).json()
assert [each["space"] for each in placed["spaces"]] == ["towers", "text"], placed
assert stats["total_items"] == 400 and search["total"] == 10 and recommended["total"] == 10, (stats, search)
heavy = {"torch", "tensorflow", "keras", "sentence_transformers", "transformers", "umap", "openTSNE"} & set(sys.modules)
assert not heavy, heavy
"""
    environment = {**os.environ, "PSE_ARTIFACTS": str(artifacts), "PSE_VERSION": "small"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_catalogue_too_large_for_ease_is_said(shop: Path, artifacts: Path, published: Engine) -> None:
    prepared = Prepared.load(next((artifacts / "datasets" / "sample").glob("prepare-*")))
    without = [row for row in published.metrics if row["system"] != "ease"]
    recipe = Recipe.load("history")
    kept = {"kept": True, "why": ""}
    told = "The baseline EASE is left out: it is run on at most 15,000 products."
    assert notes(recipe, prepared, without, kept)[0] == told
    assert not any("EASE" in note for note in notes(recipe, prepared, published.metrics, kept))


def test_on_how_many_shoppers_it_is_measured_is_said_when_they_are_not_all(artifacts: Path, published: Engine) -> None:
    prepared = Prepared.load(next((artifacts / "datasets" / "sample").glob("prepare-*")))
    asked = (Recipe.load("history"), prepared, published.metrics, {"kept": True, "why": ""})
    told = (
        "Recommendations are measured on 20,000 of the 51,234 shoppers with a history and a held-out product, "
        "drawn by a hash of their ids."
    )
    assert told in notes(*asked, {"measured": 20_000, "of": 51_234})
    assert not any("measured on" in note for note in notes(*asked, {"measured": 51_234, "of": 51_234}))
    assert not any("measured on" in note for note in published.manifest.notes)


def test_why_recommendations_are_not_re_ranked_is_said(artifacts: Path, published: Engine) -> None:
    prepared = Prepared.load(next((artifacts / "datasets" / "sample").glob("prepare-*")))
    why = {"kept": False, "why": "Too few."}
    (first, *_) = notes(Recipe.load("history"), prepared, published.metrics, why)
    assert first == "Recommendations are not re-ranked. Too few."
    # Where there are no towers that read histories, there is nothing to re-rank, and other notes say so.
    for name in ("text", "seed"):
        assert not any("re-ranked" in note for note in notes(Recipe.load(name), prepared, published.metrics, why))
    assert not published.manifest.notes[0].startswith("Recommendations are not re-ranked")
