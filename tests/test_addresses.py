"""Addresses of versions: what is one, and which cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import addresses
from pipeline.errors import Unreachable
from pipeline.remote import RemoteStore, open_store
from pipeline.versions import VersionStore


def test_what_is_an_address() -> None:
    assert addresses.is_address("s3://bucket/prefix")
    assert addresses.is_address("memory://x")
    assert not addresses.is_address("/srv/artifacts")
    assert not addresses.is_address("C:\\artifacts")
    assert type(open_store("/srv/artifacts")) is VersionStore


def test_addresses_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PSE_CACHE", str(tmp_path))
    for address, told in (
        (f"file://{tmp_path}/nothing", "There are no versions at"),
        ("gopher-of-old://x", "Versions cannot be read from"),
        ("s3://key:secret@bucket/x", "holds no credentials"),
    ):
        with pytest.raises(Unreachable, match=told) as error:
            RemoteStore(address).names()
        assert "secret" not in str(error.value)


@pytest.mark.parametrize(("address", "told"), [("s3://", "names no place"), ("ftp://127.0.0.1:1/x", "does not answer")])
def test_an_address_of_nothing_is_one_sentence(address: str, told: str) -> None:
    with pytest.raises(Unreachable, match=told):
        RemoteStore(address)
