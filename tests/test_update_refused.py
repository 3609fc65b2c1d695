"""What cannot be updated, or updated with: a sentence, and no version."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import DatasetError, RecipeError, VersionExists, VersionNotFound
from pipeline.update import updating
from pipeline.work import combine
from tests import tiny
from tests.test_stages import no_bar
from tests.updating import Shop, opened


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return opened(tmp_path_factory.mktemp("update"))


@pytest.mark.parametrize(
    ("name", "options", "error", "told"),
    [
        ("nothing", {}, VersionNotFound, "No version"),
        ("tiny", {"new_name": "tiny"}, VersionExists, "never replaces"),
        ("tiny", {"new_name": "taken"}, VersionExists, "--as"),
        ("by-name", {}, RecipeError, "--train"),
    ],
)
def test_what_cannot_be_updated_is_refused_before_any_work(
    shop: Shop, name: str, options: dict[str, str], error: type[Exception], told: str
) -> None:
    if "taken" not in shop.store.names():
        tiny.publish(shop.store, "taken", evaluated=False)
        tiny.publish(shop.store, "by-name", by_name=True, recipe="seed", evaluated=False)
    with pytest.raises(error, match=told):
        updating(shop.store, name, shop.folder / "came.csv", **options)  # type: ignore[arg-type]
    with pytest.raises(DatasetError, match="--interactions"):
        updating(shop.store, "tiny", None)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f"user_id,product_id,timestamp\nann,C1,{tiny.DAY * 500}\n", "nothing new came"),
        (f"user_id,product_id,timestamp\nann,XX,{tiny.DAY * 500}\n", r"unknown product.*--max-rejected 1"),
        ("user_id,product_id\nann,H1\n", "Add a column timestamp"),
        ("user_id,product_id,timestamp\nann,H1,1700000000\n", "they are no milliseconds"),
        ("user,product_id,timestamp\nann,H1,1700000000\n", r'no column "user_id"'),
    ],
)
def test_what_came_is_refused_with_a_sentence(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, told: str
) -> None:
    names = shop.store.names()
    monkeypatch.setattr(combine, "EARLY", tiny.DAY * 100)  # the tiny shop had its first shopper on that day of 1970
    (tmp_path / "came.csv").write_text(content)
    with pytest.raises(DatasetError, match=told):
        updating(shop.store, "tiny", tmp_path / "came.csv", new_name="refused").execute(no_bar)
    assert shop.store.names() == names
