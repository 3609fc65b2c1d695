"""A generated store as raw files in the layout of Amazon Reviews 2023: reviews and product metadata, JSON lines, gzip.

The fields and their types are those of the published files (https://amazon-reviews-2023.github.io). Every product,
shopper and sentence is invented, and says so: ids begin with letters that real ones do not begin with (products G,
shoppers GEN), the main category is "Generated Electronics", and a README.txt lies beside the files.
"""

from __future__ import annotations

import gzip
import io
import json
from base64 import b32encode
from contextlib import ExitStack
from datetime import date
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np

from pipeline.data.amazon.formats import INVENTED
from pipeline.data.sample.interactions import Interactions
from pipeline.data.sample.phrases import FEELINGS, OPENINGS, REMARKS
from pipeline.data.sample.products import Catalogue, Product
from pipeline.data.sample.queries import Judgements
from pipeline.data.sample.size import Size

REVIEWS, META, README = "Generated_Electronics.jsonl.gz", "meta_Generated_Electronics.jsonl.gz", "README.txt"
MAIN_CATEGORY = "Generated Electronics"
LEVEL = 4  # of gzip: twice as fast as 6, and 5 % larger
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VARIANT = 0.3  # share of the reviews of another variant of a product, whose asin is not the parent's
VERIFIED = 0.93
EPOCH = date(1970, 1, 1).toordinal()
SAID = """\
Generated data: {reviews:,} reviews of {products:,} products by {shoppers:,} shoppers (seed {seed}).
Every product, brand, shopper and sentence is invented; the fields are those of Amazon Reviews 2023, and nothing is
Amazon's.
{review_file} holds the reviews, {meta_file} the products.
"""


class Amazon2023:
    """Raw files of reviews and of metadata (`large.Layout`); queries are not judged there.

    Args:
        folder: Where to write; made if it is missing.
        size: Of the whole store.
        seed: Of what reviews say, and of shoppers' ids.
    """

    def __init__(self, folder: Path, size: Size, seed: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        numbers = {"reviews": size.reviews, "products": size.products, "shoppers": size.shoppers}
        said = SAID.format(**numbers, seed=seed, review_file=REVIEWS, meta_file=META)
        (folder / README).write_text(said, "utf-8")
        self._open = ExitStack()
        self._reviews, self._meta = (self._opened(folder / name) for name in (REVIEWS, META))
        self._seed, self._rng = seed, np.random.default_rng([seed, 8])
        self._stars, self._times = np.zeros(0), np.zeros(0, np.int64)  # by product of the house that is being written

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def reviews(self, catalogue: Catalogue, drawn: Interactions, first: int) -> None:
        if len(self._times) != len(catalogue):
            self._stars, self._times = np.zeros(len(catalogue)), np.zeros(len(catalogue), np.int64)
        self._times += np.bincount(drawn.product, minlength=len(catalogue))
        self._stars += np.bincount(drawn.product, weights=drawn.rating, minlength=len(catalogue))
        rng, n = self._rng, len(drawn.product)
        asins = [asin(each) for each in catalogue.product_ids]
        users = [shopper_id(self._seed, first + place) for place in range(int(drawn.shopper.max()) + 1)]
        things = [json.dumps(catalogue.vocabulary.leaves[leaf].path[-1].lower())[1:-1] for leaf in catalogue.leaf]
        titles = [json.dumps(product.title, ensure_ascii=False)[1:-1] for product in catalogue.products]
        columns = zip(
            drawn.shopper.tolist(), drawn.product.tolist(), drawn.time.tolist(), drawn.rating.astype(int).tolist(),
            (rng.random(n) < VARIANT).tolist(), rng.geometric(0.6, n).tolist(), (rng.random(n) < VERIFIED).tolist(),
            rng.integers(1 << 30, size=n).tolist(), strict=True,
        )  # fmt: skip
        write = self._reviews.write
        for shopper, product, time, stars, variant, votes, verified, drawn_words in columns:
            opening, feeling = OPENINGS[stars], FEELINGS[stars]
            heading = opening[drawn_words % len(opening)]
            felt = feeling[(drawn_words >> 5) % len(feeling)].replace("{thing}", things[product])
            remark = REMARKS[(drawn_words >> 10) % len(REMARKS)]
            parent = asins[product]
            own = f"G1{parent[2:]}" if variant else parent
            write(
                f'{{"rating": {stars}.0, "title": "{heading}", "text": "{felt} {remark} ({titles[product]})", '
                f'"images": [], "asin": "{own}", "parent_asin": "{parent}", "user_id": "{users[shopper]}", '
                f'"timestamp": {time}, "helpful_vote": {votes - 1}, "verified_purchase": '
                f"{'true' if verified else 'false'}}}\n"
            )

    def products(self, catalogue: Catalogue) -> None:
        for row, product in enumerate(catalogue.products):
            times = int(self._times[row]) if len(self._times) else 0
            mean = round(float(self._stars[row]) / times, 1) if times else None
            line = json.dumps(_metadata(catalogue, row, product, mean, times), ensure_ascii=False)
            self._meta.write(f"{line}\n")
        self._stars, self._times = np.zeros(0), np.zeros(0, np.int64)

    def judgements(self, catalogue: Catalogue, judgements: Judgements) -> None:
        """Write nothing: raw files have no judged queries."""

    def _opened(self, path: Path) -> IO[str]:
        """Open a gzip file for writing; its name and the time stay out of it, so that its bytes repeat."""
        file = self._open.enter_context(path.open("wb"))
        zipped = self._open.enter_context(gzip.GzipFile("", "wb", LEVEL, file, mtime=0))
        buffered = io.BufferedWriter(zipped, 1 << 20)
        return self._open.enter_context(io.TextIOWrapper(buffered, encoding="utf-8", newline="\n"))


def asin(product_id: str) -> str:
    """Return a product's id as ten letters and digits, as Amazon writes them: "E123456" becomes "G00002N9C0"."""
    number, digits = int(product_id[1:]), ""
    while number:
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return f"G0{digits:0>8}"


def shopper_id(seed: int, number: int) -> str:
    """Return an id of 28 letters and digits, as Amazon writes them; it begins with GEN."""
    return INVENTED + b32encode(blake2b(f"{seed} {number}".encode(), digest_size=16).digest()).decode()[:25]


def _metadata(catalogue: Catalogue, row: int, product: Product, mean: float | None, times: int) -> dict[str, Any]:
    leaf = catalogue.vocabulary.leaves[product.leaf]
    released = date.fromordinal(EPOCH + product.released)
    brand = catalogue.brands[product.brand].name
    features = [
        f"{name.replace('_', ' ').capitalize()}: {attribute.values[value]}"
        for (name, attribute), value in zip(leaf.attributes.items(), product.values, strict=True)
    ]
    return {
        "main_category": MAIN_CATEGORY,
        "title": product.title,
        "average_rating": mean,
        "rating_number": times,
        "features": features,
        "description": [product.description],
        "price": round(product.price, 2),
        "images": [],
        "videos": [],
        "store": brand,
        "categories": ["Electronics", *leaf.path],
        "details": {
            "Brand": brand,
            "Date First Available": f"{released:%B} {released.day}, {released.year}",
            "Data": "generated",
        },
        "parent_asin": asin(catalogue.product_ids[row]),
        "bought_together": None,
    }
