"""Whether versions may be compared, and what differs."""

from dataclasses import replace

from pipeline.comparing.comparable import differences, obstacles, same_but_seed
from pipeline.comparing.cost import cost, latency
from pipeline.manifest import Manifest

FIRST = Manifest(
    name="first",
    created="2026-01-01T00:00:00Z",
    dataset={"name": "shop", "fingerprint": "aa", "products": 12, "read": {"products": 13}},
    split="leave-one-out",
    recipe={"name": "history", "seed": 1, "towers": {"kind": "history", "hidden": 128}, "text": {"fields": ["title"]}},
    encoder={"id": "e", "files": {"model.onnx": {"bytes": 90}}},
    environment={"git": "abc", "libraries": {"numpy": "2.4"}},
    stages=[
        {"name": "prepare", "seconds": 1.5, "peak_mb": 10.0},
        {"name": "train", "seconds": 20.0, "peak_mb": 50.0},
        {"name": "rank", "seconds": 4.0, "peak_mb": 30.0},
    ],
    headline=[],
    files={"towers/user.onnx": {"bytes": 5}, "index/items.faiss": {"bytes": 7}, "products.parquet": {"bytes": 100}},
)
SECOND = replace(FIRST, name="second", recipe={**FIRST.recipe, "seed": 2})


def test_the_same_data_and_split_may_be_compared() -> None:
    assert obstacles(FIRST, SECOND) == []
    assert same_but_seed(FIRST, SECOND)


def test_other_data_or_another_split_may_not() -> None:
    other = replace(SECOND, dataset={"name": "store", "fingerprint": "bb"}, split="time")
    assert obstacles(FIRST, other) == [
        'second was made from the dataset "store", not "shop".',
        'second holds products out by the split "time", not "leave-one-out".',
    ]
    later = replace(SECOND, dataset={**FIRST.dataset, "fingerprint": "bb"})
    assert obstacles(FIRST, later) == ["second was made from another state of the same dataset."]
    assert not same_but_seed(FIRST, later)


def test_only_what_differs_is_listed() -> None:
    second = replace(
        SECOND,
        recipe={
            "name": "wide",
            "seed": 1,
            "towers": {"kind": "history", "hidden": 256},
            "text": {"fields": ("title",)},
        },
        environment={"git": "abc", "libraries": {"numpy": "2.5", "faiss": "1"}},
    )
    found = [(each.part, each.name, each.values) for each in differences([FIRST, second])]
    assert found == [
        ("recipe", "name", ("history", "wide")),
        ("recipe", "towers.hidden", (128, 256)),
        ("program", "libraries.numpy", ("2.4", "2.5")),
        ("program", "libraries.faiss", (None, "1")),
    ]
    assert not same_but_seed(FIRST, second)


def test_the_cost_is_what_the_manifest_says() -> None:
    found = cost(FIRST)
    assert (found.training, found.making, found.peak) == (24, 25.5, 50)
    assert (found.model, found.disk, found.encoder) == (12, 112, 90)
    nothing = cost(replace(FIRST, stages=[], files={}))
    assert (nothing.training, nothing.making, nothing.peak, nothing.disk) == (None, None, None, 0)


def test_latency_asks_the_first_request_once_more() -> None:
    asked: list[int] = []
    found = latency(asked.append, [1, 2, 3])
    assert asked == [1, 1, 2, 3]
    assert found.n == 3
    assert 0 <= found.median <= found.high
