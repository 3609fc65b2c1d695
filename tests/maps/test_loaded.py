"""The maps of a version as a reader opens them."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import VersionBroken
from pipeline.maps.loaded import Maps
from pipeline.maps.space_map import SpaceMap
from pipeline.retrieval.contents import Contents
from pipeline.versions import Version, VersionStore
from tests import tiny
from tests.maps.drawn import circle, save

N = len(tiny.SHOP)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def version(tmp_path: Path) -> Version:
    return tiny.publish(VersionStore(tmp_path))


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    drawn = circle(7)
    drawn.save(tmp_path)
    found = SpaceMap.load(tmp_path)
    assert found is not None
    assert found.space == "text"
    assert found.methods == ("umap", "tsne")
    for method in drawn.methods:
        np.testing.assert_array_equal(found.coordinates[method], drawn.coordinates[method])
        np.testing.assert_array_equal(found.faithfulness[method], drawn.faithfulness[method])
        assert found.coordinates[method].dtype == found.faithfulness[method].dtype == np.float32
    np.testing.assert_array_equal(found.clusters["fine"], [0, 0, 0, 0, 1, 1, 1])
    np.testing.assert_array_equal(found.neighbours, drawn.neighbours)
    np.testing.assert_array_equal(found.occurrences, drawn.occurrences)
    np.testing.assert_array_equal(found.duplicates, [[0, 1]])
    np.testing.assert_allclose(found.likeness, [0.99])
    assert found.described == drawn.described
    assert found.facts["measured"] == drawn.facts["measured"]
    assert found.fits(7)
    assert not found.fits(8)


def test_the_cluster_of_a_product() -> None:
    drawn = circle(8)
    cluster = drawn.cluster_of(1)
    assert cluster is not None
    assert cluster.words == ("camera", "zoom")
    apart = replace(drawn, clusters={**drawn.clusters, "fine": np.full(8, -1, np.int32)})
    assert apart.cluster_of(1) is None


def test_a_version_opens_with_its_maps(version: Version) -> None:
    assert Contents.load(version.path, version.encoder_path).maps is None
    save(version.path, circle(N), circle(N, "towers"))
    maps = Contents.load(version.path, version.encoder_path).maps
    assert maps is not None
    assert tuple(maps.spaces) == ("towers", "text")


def test_a_space_that_was_not_drawn_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "maps" / "text").mkdir(parents=True)
    (tmp_path / "maps" / "text" / "map.json").write_text('{"space": "text", "notes": ["There is no map."]}')
    assert Maps.load(tmp_path) is None
    save(tmp_path, circle(5, "towers"))
    maps = Maps.load(tmp_path)
    assert maps is not None
    assert tuple(maps.spaces) == ("towers",)


@pytest.mark.parametrize("wrong", ["short", "infinite", "cluster", "neighbour", "central", "pair"])
def test_maps_that_do_not_fit_the_catalogue(version: Version, wrong: str) -> None:
    drawn = circle(N)
    fine = drawn.described["fine"]
    made = {
        "short": circle(N - 1),
        "infinite": replace(drawn, coordinates={"umap": np.full((N, 2), np.inf, np.float32)}),
        "cluster": replace(drawn, clusters={**drawn.clusters, "fine": np.full(N, 2, np.int32)}),
        "neighbour": replace(drawn, neighbours=np.full((N, 2), N, np.int32)),
        "central": replace(drawn, described={**drawn.described, "fine": (replace(fine[0], central=(N,)), fine[1])}),
        "pair": replace(drawn, duplicates=np.array([[0, N]], np.int32)),
    }
    save(version.path, made[wrong])
    with pytest.raises(VersionBroken, match=r"maps of version .* do not fit"):
        Contents.load(version.path, version.encoder_path)


def test_a_map_that_cannot_be_read(version: Version) -> None:
    save(version.path, circle(N))
    (version.path / "maps" / "text" / "neighbours.npy").write_bytes(b"nothing")
    with pytest.raises(VersionBroken, match="cannot be read"):
        Contents.load(version.path, version.encoder_path)


def test_reading_needs_nothing_that_draws() -> None:
    script = """
import sys
import pipeline.maps.alignment, pipeline.maps.loaded
heavy = {"umap", "openTSNE", "igraph", "sklearn", "numba", "tensorflow", "torch"} & set(sys.modules)
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
