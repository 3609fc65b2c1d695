"""Whatever is typed has a sensible answer or clearly none, never an error."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from pipeline.retrieval import search_engine
from pipeline.retrieval.engine import Engine, Mode
from pipeline.versions import VersionStore
from tests import tiny

ODD = (
    "canon eos 6d battery",
    "noice canceling headphones",
    "usb c to hdmi",
    "laptop under 500",
    "c++",
    "(",
    "%",
    "ソニー ワイヤレス ヘッドホン WH-1000XM4",
    "🎧",
    "x" * 500,
    "camera " * 71,
    "<script>alert(1)</script>",
    "camera</mark><b>",
    "\u202ecamera",
    "'; drop table products; --",
    "under 0",
    "under 500",
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine.open(tiny.publish(VersionStore(tmp_path_factory.mktemp("artifacts")), ranked=0.5).path)


@pytest.mark.parametrize("mode", get_args(Mode))
@pytest.mark.parametrize("query", ODD)
def test_every_mode_answers(engine: Engine, query: str, mode: Mode) -> None:
    found = engine.search(query, mode=mode)
    assert found.understood is not None
    assert bool(found.hits) == (found.among > 0)
    assert found.hits or mode == "lexical"  # only words can be in no product
    facets = engine.facets(query, mode=mode)
    assert facets.among <= len(engine.catalogue)
    if mode in ("ranked", "fused"):
        told = engine.explain(found.understood.words, "U1", found.understood.filters, mode, as_typed=True)
        assert told.product_id == "U1"


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("noice canceling headphones", {"H1", "H2"}),  # "noice" is nothing here, headphones are
        ("headfones", {"H1", "H2"}),
        ("usb c to hdmi", {"U1", "U2"}),
        ("canon eos 6d battery camera", {"C1", "C2", "C3", "T1", "B1"}),
        ("speaker under 100", {"S1"}),
        ("camera </b>", {"C1", "C2", "C3", "T1", "B1"}),
    ],
)
def test_what_is_known_of_a_query_is_found(engine: Engine, query: str, first: set[str]) -> None:
    assert engine.search(query, mode="fused").hits[0].product_id in first


@pytest.mark.parametrize("query", ["(", "%", "🎧", "c++"])
def test_what_no_product_holds_is_said(engine: Engine, query: str) -> None:
    assert engine.search(query, mode="lexical").hits == ()
    (note,) = engine.search(query).notes
    assert note.endswith("these are the nearest in meaning.")


def test_what_means_nothing_here_is_clearly_empty(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_engine, "NEAR", 0.97)  # the tiny encoder gives unknown words .96
    for mode in ("ranked", "fused"):
        found = engine.search("( 🎧", mode=mode)
        assert (found.hits, found.among, found.notes) == ((), 0, (search_engine.NOTHING_FOUND,))
        assert engine.facets("( 🎧", mode=mode).among == 0
        assert engine.search("( camera", mode=mode).hits  # words are held
        # Products that were given to be put in order are.
        assert len(engine.search("( 🎧", mode=mode, within=np.array([1, 4], np.int32)).hits) == 2
    assert len(engine.search("( 🎧", k=3, mode="semantic").hits) == 3


@pytest.mark.parametrize(
    ("mode", "words", "cosine", "nothing"),
    [
        ("fused", 0.0, 0.34, True),
        ("ranked", 0.0, 0.34, True),
        ("ranked", 0.0, 0.36, False),
        ("ranked", 0.1, 0.34, False),
    ],
)
def test_nothing_is_meant_where_neither_words_nor_meaning_are_near(
    mode: Mode, words: float, cosine: float, nothing: bool
) -> None:
    scores = [np.array([0, words], np.float32), np.array([-0.5, cosine], np.float32)]
    assert search_engine.means_nothing(mode, scores) is nothing
