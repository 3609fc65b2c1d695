"""A shop of which versions are updated with what came since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.retrieval.engine import Engine
from pipeline.update import updating
from pipeline.versions import VersionStore
from tests import tiny
from tests.test_stages import no_bar

# ann's goes on, eve and fay are new, a repeat, and a product that nobody knows.
CAME = (
    ("ann", "H1"), ("eve", "C1"), ("eve", "C2"), ("eve", "N1"), ("fay", "N1"), ("fay", "T1"), ("ann", "C1"),
    ("bob", "XX"),
)  # fmt: skip
PRODUCTS = (
    "product_id,title,brand,category,price\n"
    "N1,Small tripod stand,Newcomer,Photo > Tripods > Pocket > Folding,19.5\n"
    "C1,Another title for a known product,Norvik,,1\n"
)
JUDGED = {"camera": {"C1": 1.0, "H1": 0.0}, "speaker": {"S1": 1.0}}


def times(first: int, rows: int) -> list[int]:
    return [tiny.DAY * (first + row) for row in range(rows)]


def write_csv(path: Path, rows: tuple[tuple[str, str], ...], first: int = 200) -> Path:
    told = [f"{user},{product},{when}" for (user, product), when in zip(rows, times(first, len(rows)), strict=True)]
    path.write_text("user_id,product_id,timestamp\n" + "\n".join(told) + "\n")
    return path


@dataclass(frozen=True)
class Shop:
    store: VersionStore
    folder: Path

    def update(
        self, name: str = "tiny", rows: tuple[tuple[str, str], ...] = CAME, first: int = 200, **more: object
    ) -> Engine:
        came = write_csv(self.folder / "came.csv", rows, first)
        options = {"max_rejected": 0.2, **more}
        planned = updating(self.store, name, came, **options)  # type: ignore[arg-type]
        return Engine.open(planned.execute(no_bar).path)


def opened(folder: Path) -> Shop:
    """Publish the version that the tests update, into an empty folder."""
    store = VersionStore(folder / "artifacts")
    tiny.publish(store, item_tower=True, judged=JUDGED)
    return Shop(store, folder)
