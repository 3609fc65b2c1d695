"""A generated store as the project's own tables, written piece by piece."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.data.sample.files import (
    interactions_table,
    judgements_table,
    products_table,
    shopper_ids,
    write_description,
)
from pipeline.data.sample.interactions import Interactions
from pipeline.data.sample.products import Catalogue
from pipeline.data.sample.queries import Judgements
from pipeline.data.sample.size import Size


class Tables:
    """Parquet tables and the description that names them (`large.Layout`).

    Args:
        folder: Where to write; made if it is missing.
        size: Of the whole store.
        seed: Of the order of shoppers' ids.
    """

    def __init__(self, folder: Path, size: Size, seed: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._size = folder, size
        self._users = shopper_ids(size.shoppers, seed)
        self._open, self._writers = ExitStack(), dict[str, pq.ParquetWriter]()
        # The whole store's queries are judged by the products of one house; others would count as irrelevant.
        write_description(folder, f"sample-{size.reviews}", seed, "open" if size.houses == 1 else "judged")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def reviews(self, catalogue: Catalogue, drawn: Interactions, first: int) -> None:
        users = self._users.slice(first, int(drawn.shopper.max()) + 1)
        self._write("interactions", interactions_table(catalogue, drawn, users))

    def products(self, catalogue: Catalogue) -> None:
        self._write("products", products_table(catalogue))

    def judgements(self, catalogue: Catalogue, judgements: Judgements) -> None:
        self._write("judgements", judgements_table(catalogue, judgements))

    def _write(self, name: str, table: pa.Table) -> None:
        if name not in self._writers:
            path = self._folder / f"{name}.parquet"
            self._writers[name] = self._open.enter_context(pq.ParquetWriter(path, table.schema, compression="zstd"))
        self._writers[name].write_table(table)
