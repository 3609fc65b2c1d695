"""The built-in sample: a generated electronics store, so that the first command works with no download.

It is a demonstration: products, brands, shoppers and judgements are invented, and no claim of quality rests on them.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.data.sample.assortment import make_catalogue
from pipeline.data.sample.files import write_sample
from pipeline.data.sample.interactions import make_interactions
from pipeline.data.sample.large import LAYOUTS, generate_at
from pipeline.data.sample.queries import make_judgements
from pipeline.data.sample.shoppers import FEWEST, make_shoppers
from pipeline.data.sample.size import BUILT_IN, MOST, SMALLEST, Size
from pipeline.data.sample.vocabulary import vocabulary
from pipeline.errors import DatasetError

__all__ = ["BUILT_IN", "LAYOUTS", "Size", "generate", "generate_at"]


def generate(
    folder: Path,
    *,
    products: int = 6000,
    shoppers: int = 7000,
    interactions: int = 70_000,
    queries: int = 120,
    seed: int = 7,
) -> Path:
    """Write the sample as a dataset: three Parquet tables and the description that names them.

    The same arguments give the same bytes.

    Args:
        folder: Where to write; made if it is missing.
        products: How many products, at least 200.
        shoppers: How many shoppers, at least 1.
        interactions: How many reviews, 3 to 30 a shopper; slightly fewer come out where the catalogue is tiny.
        queries: How many judged queries, fewer where the catalogue is too small to answer as many.
        seed: Of every random draw.

    Returns:
        The path of `dataset.toml`.

    Raises:
        DatasetError: The numbers do not make a store.

    Example:
        >>> description = generate(Path("artifacts/datasets/sample"))
    """
    if products < SMALLEST or shoppers < 1 or not FEWEST * shoppers <= interactions <= MOST * shoppers or queries < 0:
        raise DatasetError(
            f"The sample cannot have {products} products, {shoppers} shoppers, {interactions} interactions "
            f"and {queries} queries.",
            f"Ask for at least {SMALLEST} products and for {FEWEST} to {MOST} interactions a shopper.",
        )
    words = vocabulary()
    catalogue = make_catalogue(words, products, seed)
    people = make_shoppers(words, shoppers, interactions, seed)
    reviews = make_interactions(catalogue, people, seed)
    judgements = make_judgements(catalogue, queries, seed)
    return write_sample(folder, catalogue, reviews, judgements, shoppers=shoppers, seed=seed)
