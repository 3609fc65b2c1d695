"""The generations of Amazon Reviews: which keys tell them apart, and what each calls the canonical columns.

Reviews and metadata as described on https://amazon-reviews-2023.github.io and on the pages of its predecessors. In the
SQL, `{/a/b}` is the text at the JSON pointer /a/b of a line (RFC 6901), null where there is none; the functions are
those of `macros.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

REVIEWS, PRODUCTS = "interactions", "products"  # the canonical tables that the two kinds of file become
KINDS = {REVIEWS: "reviews", PRODUCTS: "metadata"}

# A text this long that the same shopper gave on the same day to several products was written once: its product has
# variants, each with an id of its own. Shorter ones ("Works great") may well be meant for each.
WRITTEN_ONCE = 50  # characters

UNREADABLE_TIME, UNREADABLE_RATING = "unreadable time", "rating is not a number"

_OLD_TIME = "coalesce({/unixReviewTime}, seconds_of({/reviewTime}))"  # whole days
_NEW_TIME = "coalesce({/timestamp}, {/sort_timestamp}, {/sortTimestamp})"
_OLD_REVIEWS = {
    "user_id": "{/reviewerID}",
    "product_id": "{/asin}",
    "timestamp": f"milliseconds_of({_OLD_TIME}, 1000)",
    "rating": "TRY_CAST({/overall} AS FLOAT)",
    "said": f"CASE WHEN length({{/reviewText}}) >= {WRITTEN_ONCE} THEN hash({{/reviewText}}) END",
}
_NEW_REVIEWS = {
    "user_id": "{/user_id}",
    "product_id": "coalesce(nullif({/parent_asin}, ''), {/asin})",  # the product; asin is one of its variants
    "timestamp": f"milliseconds_of({_NEW_TIME}, 1)",
    "rating": "TRY_CAST({/rating} AS FLOAT)",
    "said": "NULL::UBIGINT",  # variants share their parent_asin
}


def _unreadable(time: str, rating: str) -> dict[str, dict[str, str]]:
    """Return what can be wrong with a review: a value that is there and is no number."""
    return {
        REVIEWS: {
            UNREADABLE_TIME: f"timestamp IS NULL AND nullif({time}, '') IS NOT NULL",
            UNREADABLE_RATING: f"rating IS NULL AND nullif({rating}, '') IS NOT NULL",
        },
        PRODUCTS: {},
    }


@dataclass(frozen=True)
class Generation:
    """One generation of the files.

    Args:
        title: What it is called.
        telling: For reviews and metadata, the keys by which a line is known as of this generation: any of them.
        columns: For reviews and metadata, {canonical column: SQL}; of reviews, also `said`, a hash of a long text.
        wrong: For reviews and metadata, {what is wrong with a record: SQL of the condition}.
        literals: Whether metadata are Python dict literals.
    """

    title: str
    telling: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, Mapping[str, str]]
    wrong: Mapping[str, Mapping[str, str]]
    literals: bool = False


GENERATIONS = {
    "2014": Generation(
        "Amazon Reviews 2014",
        {REVIEWS: ("helpful",), PRODUCTS: ("imUrl", "salesRank", "related", "categories")},
        {
            REVIEWS: _OLD_REVIEWS,
            PRODUCTS: {
                "product_id": "{/asin}",
                "title": "title_of({/title})",
                "brand": "brand_of({/brand})",
                # A list of paths: the first.
                "category": "CASE WHEN {/categories/0} LIKE '[%' THEN path_of({/categories/0}) "
                "ELSE path_of({/categories}) END",
                "price": "price_of({/price})",
                "image_url": "{/imUrl}",
                "description": "paragraphs_of({/description})",
            },
        },
        _unreadable(_OLD_TIME, "{/overall}"),
        literals=True,
    ),
    "2018": Generation(
        "Amazon Reviews 2018",
        {
            REVIEWS: ("verified", "vote", "style", "image"),
            PRODUCTS: ("category", "main_cat", "also_buy", "also_view", "similar_item", "imageURL", "tech1"),
        },
        {
            REVIEWS: _OLD_REVIEWS,
            PRODUCTS: {
                "product_id": "{/asin}",
                "title": "title_of({/title})",
                "brand": "brand_of({/brand})",
                "category": "path_or(path_of({/category}), {/main_cat})",
                "price": "price_of({/price})",
                "released": "day_of({/date})",
                "image_url": "coalesce({/imageURLHighRes/0}, {/imageURL/0}, {/image/0})",
                "description": "coalesce(paragraphs_of({/description}), paragraphs_of({/feature}))",
            },
        },
        _unreadable(_OLD_TIME, "{/overall}"),
    ),
    "2023": Generation(
        "Amazon Reviews 2023",
        {REVIEWS: ("user_id",), PRODUCTS: ("parent_asin",)},
        {
            REVIEWS: _NEW_REVIEWS,
            PRODUCTS: {
                "product_id": "{/parent_asin}",
                "title": "title_of({/title})",
                "brand": "coalesce(brand_of({/store}), brand_of({/details/Brand}), "
                "brand_of(inside({/details}, '/Brand')))",
                "category": "path_or(path_of({/categories}), {/main_category})",
                "price": "price_of({/price})",
                "released": "coalesce(day_of({/details/Date First Available}), "
                "day_of(inside({/details}, '/Date First Available')))",
                # A list of objects; in some copies an object of lists.
                "image_url": "coalesce({/images/0/hi_res}, {/images/0/large}, {/images/hi_res/0}, {/images/large/0})",
                "description": "coalesce(paragraphs_of({/description}), paragraphs_of({/features}))",
            },
        },
        _unreadable(_NEW_TIME, "{/rating}"),
    ),
}
INVENTED = "GEN"  # begins the ids of shoppers in the raw files that `sample` writes: their data is generated
MERGED = "merged"
MERGED_COLUMNS = ("reviewerID", "asin", "overall", "unixReviewTime", "title", "brand", "categories")
FORMATS = (*GENERATIONS, MERGED)


def told_by(keys: Collection[str]) -> tuple[str, str] | None:
    """Return (table, generation) of a line with these keys; None where they tell nothing.

    A review of 2014 or 2018 without the keys that differ counts as of 2018: both are read alike.
    """
    if "user_id" in keys and ("asin" in keys or "parent_asin" in keys):
        return REVIEWS, "2023"
    if "reviewerID" in keys:
        told = [name for name in ("2018", "2014") if any(key in keys for key in GENERATIONS[name].telling[REVIEWS])]
        return REVIEWS, (told or ["2018"])[0]
    if "parent_asin" in keys:
        return PRODUCTS, "2023"
    if "asin" in keys:
        told = [name for name in ("2018", "2014") if any(key in keys for key in GENERATIONS[name].telling[PRODUCTS])]
        return (PRODUCTS, told[0]) if told else None
    return None
