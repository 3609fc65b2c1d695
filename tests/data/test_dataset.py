"""Dataset descriptions: what they mean, and the sentence for each mistake."""

from __future__ import annotations

import re
import shutil

import pytest

from pipeline.data.dataset import Dataset, Split
from pipeline.errors import DatasetError
from tests.data.folder import ABC, INTERACTIONS, JUDGEMENTS, PRODUCTS, THREE, Folder


def test_a_full_description(folder: Folder) -> None:
    dataset = folder.describe(
        "generated = true\n",
        PRODUCTS + 'category_separator = " > "\nprice_scale = 0.01\n',
        '[interactions]\npath = "i/*.csv"\ntimestamp_unit = "ms"\n'
        'columns = { user_id = "u", product_id = "p", timestamp = "t" }\n',
        JUDGEMENTS + 'protocol = "judged"\ngain = "linear"\nmin_grade = 1\n',
        '[split]\nkind = "time"\nfractions = [0.7, 0.2, 0.1]\n',
    )
    assert (dataset.name, dataset.generated, dataset.folder) == ("tiny", True, folder.path)
    assert dataset.products is not None
    assert (dataset.products.category_separator, dataset.products.price_scale) == (" > ", 0.01)
    assert dataset.interactions is not None
    assert (dataset.interactions.path, dataset.interactions.timestamp_unit) == ("i/*.csv", "ms")
    assert dataset.interactions.columns == {"user_id": "u", "product_id": "p", "timestamp": "t"}
    assert dataset.judgements is not None
    assert (dataset.judgements.protocol, dataset.judgements.gain, dataset.judgements.min_grade) == (
        "judged", "linear", 1.0,
    )  # fmt: skip
    assert dataset.split == Split("time", (0.7, 0.2, 0.1))


def test_what_may_be_left_out(folder: Folder) -> None:
    dataset = folder.describe(PRODUCTS, JUDGEMENTS)
    assert (dataset.generated, dataset.interactions, dataset.split) == (False, None, Split())
    assert dataset.judgements is not None
    assert (dataset.judgements.protocol, dataset.judgements.gain, dataset.judgements.min_grade) == (
        "open", "exponential", 0.0,
    )  # fmt: skip


TIMED = INTERACTIONS.replace(" }", ', timestamp = "t" }')


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('name = "x"\n[products\n', "dataset.toml is not valid TOML: Expected ']' at the end of a table declaration"),
        ('name = "X Y"\n' + PRODUCTS, 'dataset.toml: "X Y" cannot name a dataset. Use 1 to 64'),
        (PRODUCTS, "dataset.toml: the dataset has no name. Add a first line"),
        ("name = 5\n" + PRODUCTS, "dataset.toml: name must be a text in quotes, not 5."),
        ('name = "x"\ngenerated = "no"\n' + PRODUCTS, "generated must be true or false, not 'no'"),
        ('name = "x"\n', "no products are described. Add a [products] section"),
        ('name = "x"\n[product]\n', 'unknown key "product". Known here: name, generated, products'),
        ('name = "x"\n[product]\n', 'Did you mean "products"?'),
        ('name = "x"\nproducts = 3\n', "products must be a table, not 3"),
        ('name = "x"\n' + PRODUCTS + "price_scal = 0.1\n", 'unknown key "price_scal" in [products]'),
        ('name = "x"\n' + PRODUCTS + "price_scal = 0.1\n", 'Did you mean "price_scale"?'),
        ('name = "x"\n' + PRODUCTS + "price_scale = 0\n", "[products] price_scale must be above 0"),
        ('name = "x"\n' + PRODUCTS + 'price_scale = "1"\n', "[products] price_scale must be a number, not '1'"),
        ('name = "x"\n' + PRODUCTS + 'category_separator = ""\n', "[products] category_separator is empty"),
        ('name = "x"\n' + PRODUCTS.replace("title =", "titel ="), 'unknown key "titel" in [products] columns'),
        ('name = "x"\n' + PRODUCTS.replace('"title"', '""'), "[products] columns: title is empty"),
        ('name = "x"\n' + PRODUCTS.replace('"title"', "7"), "[products] columns title must be a text in quotes, not 7"),
        ('name = "x"\n' + PRODUCTS.replace(', title = "title"', ""), "does not say which column is the title"),
        ('name = "x"\n' + PRODUCTS.replace('path = "products.csv"', ""), "[products] names no path"),
        ('name = "x"\n' + PRODUCTS + '[interactions]\npath = "i.csv"\n', "does not say which column is the user_id"),
        ('name = "x"\n' + INTERACTIONS, "[interactions] columns does not say which column is the title"),
        ('name = "x"\n' + PRODUCTS + INTERACTIONS.replace(" }", ', brand = "b" }'), 'unknown key "brand"'),
        (
            'name = "x"\n' + PRODUCTS + TIMED + 'timestamp_unit = "sec"\n',
            'timestamp_unit = "sec" is unknown. Choose s,',
        ),
        ('name = "x"\n' + PRODUCTS + JUDGEMENTS.replace(', grade = "grade"', ""), "which column is the grade"),
        ('name = "x"\n' + PRODUCTS + JUDGEMENTS + 'protocol = "opn"\n', 'protocol = "opn" is unknown'),
        ('name = "x"\n' + PRODUCTS + JUDGEMENTS + 'protocol = "opn"\n', 'Did you mean "open"?'),
        ('name = "x"\n' + PRODUCTS + JUDGEMENTS + 'gain = "log"\n', '[judgements] gain = "log" is unknown'),
        ('name = "x"\n[reading]\nrepeats = 1\n' + PRODUCTS, "[reading] needs rejects, a path"),
        ('name = "x"\n' + PRODUCTS + '[split]\nkind = "random"\n', '[split] kind = "random" is unknown'),
        ('name = "x"\n' + PRODUCTS + INTERACTIONS + '[split]\nkind = "time"\n', "names no timestamp"),
        ('name = "x"\n' + PRODUCTS + INTERACTIONS + '[split]\nkind = "given"\n', "names no split"),
        ('name = "x"\n' + PRODUCTS + "[split]\nfractions = [0.8, 0.1, 0.1]\n", 'belong to kind = "time"'),
        ('name = "x"\n' + PRODUCTS + TIMED + '[split]\nkind = "time"\nfractions = [0.8, 0.1]\n', "add up to 1"),
        ('name = "x"\n' + PRODUCTS + TIMED + '[split]\nkind = "time"\nfractions = [0.8, 0.1, 0.2]\n', "add up to 1"),
    ],
)
def test_mistakes_are_told_in_a_sentence(folder: Folder, text: str, sentence: str) -> None:
    with pytest.raises(DatasetError, match=re.escape(sentence)):
        folder.describe(name=text)


def test_a_missing_description(folder: Folder) -> None:
    with pytest.raises(DatasetError, match=r"none\.toml cannot be read: No such file or directory"):
        Dataset.load(folder.path / "none.toml")


def test_the_fingerprint_follows_the_meaning_and_the_bytes(folder: Folder) -> None:
    folder.file("products.csv", ABC)
    folder.file("interactions.csv", THREE)
    first = folder.describe(PRODUCTS, INTERACTIONS).fingerprint()
    assert re.fullmatch("[0-9a-f]{64}", first)
    assert folder.describe(INTERACTIONS, PRODUCTS).fingerprint() == first
    assert folder.describe(PRODUCTS, INTERACTIONS, '[split]\nkind = "leave-one-out"\n').fingerprint() == first
    assert folder.describe(PRODUCTS + "price_scale = 0.01\n", INTERACTIONS).fingerprint() != first
    assert folder.describe(PRODUCTS).fingerprint() != first
    folder.file("interactions.csv", THREE + "v,a\n")
    assert folder.describe(PRODUCTS, INTERACTIONS).fingerprint() != first


def test_the_fingerprint_does_not_depend_on_the_place(folder: Folder) -> None:
    folder.file("products.csv", ABC)
    first = folder.describe(PRODUCTS).fingerprint()
    elsewhere = folder.path / "elsewhere"
    elsewhere.mkdir()
    for name in ("products.csv", "dataset.toml"):
        shutil.copy(folder.path / name, elsewhere)
    assert Dataset.load(elsewhere / "dataset.toml").fingerprint() == first


def test_the_fingerprint_of_a_missing_source(folder: Folder) -> None:
    with pytest.raises(DatasetError, match=r'"products\.csv": no file matches'):
        folder.describe(PRODUCTS).fingerprint()
