"""What versions keep of one product."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.comparing.reach import Measured, grades, measured, own_queries
from pipeline.versions import VersionStore
from tests import tiny

JUDGED = {"zoom  lens": {"C2": 2, "L1": 1}, "usb": {"U1": 1, "C2": 0}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.publish(VersionStore(tmp_path_factory.mktemp("artifacts")), judged=JUDGED).path


def test_what_the_evaluation_kept(folder: Path) -> None:
    assert measured(folder, "C1", 0) == Measured("towers", 3, 3, {"cem": 12})
    assert measured(folder, "S2", 9) == Measured("towers", 3, 2, {"bob": 4})
    assert measured(folder, "C2", 1) == Measured("towers", 3, 0, {})


def test_what_an_evaluation_writes_can_be_read(folder: Path, tmp_path: Path) -> None:
    # Names are written once each, as `answers.rank_table` and `exposure_table` write them.
    (tmp_path / "evaluation").mkdir()
    for name in ("ranks.parquet", "products.parquet"):
        table = pq.read_table(folder / "evaluation" / name)
        for column in {"user_id", "system"} & set(table.column_names):
            place = table.column_names.index(column)
            table = table.set_column(place, column, table[column].dictionary_encode())
        pq.write_table(table, tmp_path / "evaluation" / name)
    assert measured(tmp_path, "C1", 0) == measured(folder, "C1", 0)


def test_the_grades_of_a_product(folder: Path) -> None:
    assert grades(folder, "C2") == {"zoom lens": 2.0, "usb": 0.0}
    assert grades(folder, "H1") == {}


def test_a_version_that_kept_nothing(tmp_path: Path) -> None:
    version = tiny.publish(VersionStore(tmp_path), towers=False, evaluated=False)
    assert measured(version.path, "C1", 0) is None
    assert grades(version.path, "C1") == {}


def test_queries_of_its_own_words() -> None:
    assert own_queries("Zoom lens for camera", "Aldor", ("Photo", "Lenses")) == (
        "Zoom lens for camera",
        "Zoom lens for",
        "Aldor Lenses",
        "Lenses",
        "Zoom lens",
        "Zoom",
        "lens",
        "camera",
    )
    assert own_queries("&&", None, ()) == ()
    assert len(own_queries(" ".join(f"word{n}" for n in range(60)), None, ())) == 24
    assert all(len(each) <= 500 for each in own_queries("x" * 900, None, ()))
