"""A version whose vectors lie in lists answers what it answers by exact search, where all lists are read."""

from __future__ import annotations

import pytest

from pipeline.retrieval.drafts.draft import Draft
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.ivf import IvfIndex
from pipeline.retrieval.results import Results
from pipeline.versions import VersionStore
from tests import tiny


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, Engine]:
    """The version by lists, and the same one by exact search."""
    store = VersionStore(tmp_path_factory.mktemp("artifacts"))
    pair = (tiny.publish(store, name, approximate=name == "lists", mapped=True, item_tower=True, reranked=True,
                         ranked=0.3) for name in ("lists", "flat"))  # fmt: skip
    lists, flat = (Engine.open(version.path) for version in pair)
    return lists, flat


def listed(results: Results) -> tuple[list[float], set[tuple[str, float]]]:
    """Return the scores, and the products that no equal one below the cut could replace.

    Products of one score come in row order but for rounding, which differs where sums are made in another order.
    """
    scored = [(hit.product_id, round(hit.score, 4)) for hit in results.hits]
    return [score for _, score in scored], {each for each in scored if each[1] > scored[-1][1]}


def test_the_version_is_of_lists_and_its_manifest_says_so(engines: tuple[Engine, Engine]) -> None:
    lists, flat = engines
    assert isinstance(lists.contents.items, IvfIndex)
    assert isinstance(lists.contents.text, IvfIndex)
    assert lists.manifest.index["items"]["kind"] == "ivf-flat"
    assert not isinstance(flat.contents.items, IvfIndex)
    assert flat.manifest.index == {}


@pytest.mark.parametrize("space", ["towers", "text"])
@pytest.mark.parametrize("filters", [None, Filters(brands=("Sonara",)), Filters(price_max=50.0)])
def test_similar(engines: tuple[Engine, Engine], space: str, filters: Filters | None) -> None:
    for product in ("C1", "H2", "U1"):
        own, other = (each.similar(product, 5, filters, space=space) for each in engines)  # type: ignore[arg-type]
        assert listed(own) == listed(other)
        assert product not in [hit.product_id for hit in own.hits]


@pytest.mark.parametrize("mode", ["ranked", "fused", "semantic", "lexical"])
def test_search(engines: tuple[Engine, Engine], mode: str) -> None:
    own, other = (each.search("camera with zoom", 12, mode=mode) for each in engines)  # type: ignore[arg-type]
    assert listed(own) == listed(other)


def test_recommend_leaves_out_and_filters(engines: tuple[Engine, Engine]) -> None:
    for asked in ({"user_id": "ann"}, {"user_id": "bob", "as_of": "test"}, {"history": ["U1"], "exclude": ["U2"]}):
        own, other = (each.recommend(k=8, **asked) for each in engines)  # type: ignore[arg-type]
        assert listed(own) == listed(other)


def test_place_and_nearest(engines: tuple[Engine, Engine]) -> None:
    draft = Draft("Wireless camera", "Norvik", ("Photo", "Cameras"))
    own, other = (each.place(draft, 5) for each in engines)
    for one, two in zip(own.spaces, other.spaces, strict=True):
        assert [hit.score for hit in one.hits] == pytest.approx([hit.score for hit in two.hits], abs=1e-5)
        assert one.likely is not None
        assert two.likely is not None
        assert one.likely.cluster == two.likely.cluster
    lists, flat = engines
    assert listed(lists.nearest("ann", k=6)) == listed(flat.nearest("ann", k=6))
