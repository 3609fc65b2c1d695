"""The scripts that pages fetch."""

from __future__ import annotations

import gzip
import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import assets


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[assets.ROUTE]))


@pytest.mark.parametrize("name", [assets.MAP, assets.PLOTLY])
def test_a_script_is_kept_under_an_address_of_its_content(client: TestClient, name: str) -> None:
    address = assets.address(name)
    assert re.fullmatch(rf"/assets/{re.escape(name)}\?v=[0-9a-f.]+", address)
    response = client.get(address)
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.content == assets.READ[name]()
    assert assets.address(name, "/shop").startswith("/shop/assets/")


def test_it_is_sent_compressed_to_those_who_can_read_it(client: TestClient) -> None:
    with client.stream("GET", assets.address(assets.MAP), headers={"accept-encoding": "gzip"}) as response:
        assert response.headers["content-encoding"] == "gzip"
        assert gzip.decompress(b"".join(response.iter_raw())) == assets.script()
    plain = client.get(assets.address(assets.MAP), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize("name", ["other.js", "..%2Fassets.py", "map.css"])
def test_no_other_file_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/assets/{name}").status_code == 404


def test_the_script_asks_no_other_host() -> None:
    assert re.findall(r"https?://", assets.script().decode()) == []
