"""What the towers read."""

import numpy as np
import pyarrow as pa

from pipeline.towers.features import Histories, ItemFeatures, Vocabulary, windows

PRODUCTS = pa.table(
    {
        "brand": ["Acme", None, "Bolt", "Acme"],
        "category": [["Home", "Lamps"], ["Garden", "Lamps"], [], ["Home"]],
    }
)


def test_codes_follow_brands_and_every_level_of_the_category_path() -> None:
    brands, categories = Vocabulary.of(PRODUCTS).encode(PRODUCTS)
    assert brands.tolist() == [1, 0, 2, 1]
    # Home 1, Home > Lamps 2, Garden 3, Garden > Lamps 4: the two Lamps are not the same.
    assert categories.tolist() == [[1, 2], [3, 4], [0, 0], [1, 0]]


def test_unknown_brands_and_deeper_paths_of_a_new_product_are_read_as_far_as_known() -> None:
    new = pa.table({"brand": ["Newcomer"], "category": [["Home", "Lamps", "Desk lamps"]]})
    brands, categories = Vocabulary.of(PRODUCTS).encode(new)
    assert brands.tolist() == [0]
    assert categories.tolist() == [[1, 2]]


def test_no_brands_and_no_categories_at_all() -> None:
    bare = pa.table(
        {"brand": pa.array([None, None], pa.string()), "category": pa.array([[], []], pa.list_(pa.string()))}
    )
    brands, categories = Vocabulary.of(bare).encode(bare)
    assert brands.tolist() == [0, 0]
    assert categories.tolist() == [[0], [0]]


def test_a_product_without_train_interactions_has_no_id() -> None:
    features = ItemFeatures.of(PRODUCTS, np.zeros((4, 2), np.float32), np.array([0, 3, 3], np.int32))
    assert features.ids.tolist() == [1, 0, 0, 4]


def test_every_product_but_the_first_is_a_target_once() -> None:
    histories = Histories(np.arange(8, dtype=np.int32), np.array([0, 1, 1, 8]))  # of 1, 0 and 7 products
    assert [window.tolist() for window in windows(histories, 3)] == [[1, 2, 3, 4], [4, 5, 6, 7]]
    assert [window.tolist() for window in windows(histories, 50)] == [[1, 2, 3, 4, 5, 6, 7]]


def test_blocks_are_zeros_where_a_product_has_none() -> None:
    lists = pa.chunked_array([[[1.0, 2.0], None], [None, [3.0, 4.0]]], pa.list_(pa.float32()))
    products = PRODUCTS.append_column("feature:image", lists)
    features = ItemFeatures.of(products, np.zeros((4, 2), np.float32), np.array([0], np.int32))
    assert features.blocks["image"].dtype == np.float32
    assert features.blocks["image"].tolist() == [[1, 2], [0, 0], [0, 0], [3, 4]]
    assert list(features.inputs()) == ["id", "brand", "category", "text", "feature_image"]
    sliced = ItemFeatures.of(products.slice(1), np.zeros((3, 2), np.float32), np.array([0], np.int32))
    assert sliced.blocks["image"].tolist() == [[0, 0], [0, 0], [3, 4]]
