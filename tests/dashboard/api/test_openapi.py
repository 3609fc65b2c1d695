"""The service against its own description: generated requests, and what the description says must come of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
import schemathesis
from schemathesis import Config

from dashboard import loading
from dashboard.api.application import build
from dashboard.api.settings import Settings
from pipeline.versions import VersionStore
from tests import tiny

# Every check that schemathesis has, on generated requests that keep to the description and on such that do not. What a
# version can do is not in the description (its modes, its shoppers, prices in order): such requests may be refused.
CONFIG = {
    "seed": 20261122,
    "dictionaries": {"shop": {"values": ["C1", "H1", "ann", "towers", "ranked", "production", "Photo", "zoom lens"]}},
    "generation": {
        "deterministic": True,
        "max-examples": 60,
        "no-shrink": True,
        "database": "none",
        "dictionaries": {"string": {"dictionary": "shop", "probability": 0.3}},
    },
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]}},
}
asked: Counter[int] = Counter()


app = build(Settings())
schema = schemathesis.openapi.from_dict(app.openapi(), config=Config.from_dict(CONFIG))
schema.app = app


@pytest.fixture(scope="module", autouse=True)
def _published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Two tiny versions to answer from, one with towers and one with a search ranker."""
    artifacts = tmp_path_factory.mktemp("artifacts")
    store = VersionStore(artifacts)
    tiny.publish(store, "towers")
    tiny.publish(store, "ranked", towers=False, ranked=0.5, created="2025-01-01T00:00:00Z")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PSE_ARTIFACTS", str(artifacts))
        environment.delenv("PSE_VERSION", raising=False)
        environment.setenv("PSE_LIVE_PRODUCTS", "on")
        loading._live.cache_clear()
        loading._versions.cache_clear()
        loading.versions().default()
        yield
        loading._versions.cache_clear()


@schema.parametrize()
def test_every_answer_is_as_described(case: schemathesis.Case) -> None:
    response = case.call_and_validate()
    asked[response.status_code] += 1


def test_enough_was_asked() -> None:
    print(asked)
    assert asked.total() >= 1000
    assert not [status for status in asked if status >= 500]
