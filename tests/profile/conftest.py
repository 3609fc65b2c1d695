from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.data.prepare import Prepared
from pipeline.profile.tables import Tables, read
from tests.profile import shop


@pytest.fixture
def prepared(tmp_path: Path) -> Prepared:
    return shop.write(tmp_path / "prepared")


@pytest.fixture
def tables(prepared: Prepared) -> Tables:
    return read(prepared.folder)
