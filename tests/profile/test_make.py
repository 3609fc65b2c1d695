"""The whole profile: from a dataset's files to a version's, and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.data.prepare import Prepared
from pipeline.profile import kept
from pipeline.profile.figures import Changed, Profile, Read, Reason, Sizes
from pipeline.profile.rejects import LONGEST, read_tables, sample
from pipeline.work.profile import profile
from tests.data.folder import Folder
from tests.profile import shop


@pytest.fixture
def version(prepared: Prepared, tmp_path: Path) -> Path:
    (tmp_path / "version" / "data").mkdir(parents=True)
    profile(prepared, tmp_path / "version" / "data")
    return tmp_path / "version"


def test_it_is_read_as_it_was_written(version: Path) -> None:
    found = kept.load(version)
    assert found is not None
    assert json.loads((version / "data" / "profile.json").read_text()) == json.loads(json.dumps(asdict(found)))
    assert found.sizes == (
        Sizes("", 10, 4, 5), Sizes("train", 5, 3, 2), Sizes("valid", 2, 2, 1), Sizes("test", 3, 3, 3)
    )  # fmt: skip
    assert found.read == (
        Read("products", 6, 5, (Reason("no title", 1),)),
        Read("interactions", 15, 10, (Reason("unknown product", 2), Reason("no time", 1))),
    )
    assert found.changed == (
        Changed("repeats", "", 2),
        Changed("k_core_interactions", "", 3),
        Changed("k_core_shoppers", "", 3),
        Changed("emptied", "products.price", 1),
    )
    assert found.samples == 4


def test_rows_that_were_left_out_are_sampled_and_cut(version: Path, prepared: Prepared) -> None:
    rows = kept.samples(version).to_pylist()
    assert [(each["table"], each["row"], each["reason"]) for each in rows] == [each[:3] for each in shop.REJECTED]
    assert rows[0]["record"] == shop.MARKUP
    assert len(rows[-1]["record"]) == LONGEST
    few = sample(prepared.folder / "rejects.parquet", most=3)
    assert few["row"].to_pylist() == [6, 2, 3]  # the first of each reason
    assert sample(prepared.folder / "nothing.parquet").num_rows == 0


def test_reasons_without_end_are_cut() -> None:
    counts = shop.COUNTS | {
        "rejected": {"products": {"x" * 5000: 1}, "interactions": {str(at): 1 for at in range(500)}}
    }
    products, interactions = read_tables(counts)
    assert len(products.rejected[0].reason) == 200
    assert len(interactions.rejected) == 100


def test_a_dataset_from_files_without_interactions(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.file("products.csv", "id,title\na,Apple\nb,Bread\n,Cake\n")
    prepared = folder.prepare('[products]\npath = "products.csv"\ncolumns = { product_id = "id", title = "title" }\n')
    (tmp_path / "version" / "data").mkdir(parents=True)
    profile(prepared, tmp_path / "version" / "data")
    found = kept.load(tmp_path / "version")
    assert found is not None
    assert (found.products, found.sizes, found.long_tail.gini, found.drift) == (2, (), None, ())
    assert found.leakage.held_out == ()
    assert (found.coverage[0].column, found.coverage[0].rows) == ("title", 2)
    assert found.read[0].rejected == (Reason("no product id", 1),)


def test_a_version_without_one(tmp_path: Path) -> None:
    assert kept.load(tmp_path) is None


HARM: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a field that is missing": lambda said: said.pop("leakage"),
    "a field too many": lambda said: said.update(more=1),
    "text for a number": lambda said: said.update(products="5"),
    "a truth for a number": lambda said: said.update(products=True),
    "a number beyond all": lambda said: said.update(products=10**400),
    "a fraction for a count": lambda said: said["sizes"][0].update(interactions=0.5),
    "a list for a record": lambda said: said.update(long_tail=[]),
    "a record for a list": lambda said: said.update(sizes={}),
    "a list without end": lambda said: said.update(sizes=said["sizes"] * 1000),
    "a text without end": lambda said: said["duplicates"]["largest"][0].update(title="x" * 10_000),
    "not a number": lambda said: said["drift"][0].update(distance=float("nan")),
    "nothing for a number": lambda said: said["drift"][0].update(distance=None),
    "another layout": lambda said: said.update(schema=2),
}


@pytest.mark.parametrize("what", HARM)
def test_a_profile_that_was_tampered_with_is_refused(version: Path, what: str) -> None:
    path = version / "data" / "profile.json"
    said = json.loads(path.read_text())
    HARM[what](said)
    path.write_text(json.dumps(said))
    with pytest.raises(ValueError, match=r".+"):
        kept.load(version)


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 200_000, b"[]", b"null", b"\xff", b'"x"'])
def test_bytes_that_are_no_profile_are_refused(version: Path, content: bytes) -> None:
    (version / "data" / "profile.json").write_bytes(content)
    with pytest.raises(ValueError, match=r".+"):
        kept.load(version)


def test_samples_that_are_something_else_are_refused(version: Path) -> None:
    path = version / "data" / "rejects.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["reason"]), path)
    with pytest.raises(ValueError, match="reason"):
        kept.samples(version)
    path.write_bytes(b"PAR1")
    with pytest.raises(ValueError, match=r".+"):
        kept.samples(version)


def test_figures_are_records(version: Path) -> None:
    found = kept.load(version)
    assert isinstance(found, Profile)
    assert replace(found, products=6) != found
