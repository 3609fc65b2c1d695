"""Writing the description of a dataset (TOML) from what was mapped on a page."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pipeline.data.dataset import Dataset
from pipeline.data.sources import Source
from pipeline.durable import sync
from pipeline.errors import DatasetError
from pipeline.names import check_name

FOLDER = "descriptions"  # below the artifacts folder
ORDER = ("products", "interactions", "judgements")


def toml(name: str, tables: Mapping[str, Source]) -> str:
    """Return a description.

    Args:
        name: The dataset's.
        tables: products, interactions and judgements, those that there are; paths as they are to be written.

    Raises:
        InvalidName: The dataset cannot be called so.
        DatasetError: A column or a path has half a character, which no file can keep.
    """
    lines = [f"name = {_text(check_name(name, 'dataset'))}"]
    for table in ORDER:
        if (source := tables.get(table)) is None:
            continue
        columns = ", ".join(f"{key} = {_text(column)}" for key, column in source.columns.items())
        lines += ["", f"[{table}]", f"path = {_text(source.path)}", f"columns = {{ {columns} }}"]
        if source.category_separator and "category" in source.columns:
            lines.append(f"category_separator = {_text(source.category_separator)}")
        if source.price_scale != 1 and "price" in source.columns:
            lines.append(f"price_scale = {source.price_scale!r}")
        if table == "interactions" and "timestamp" in source.columns:
            lines.append(f"timestamp_unit = {_text(source.timestamp_unit)}")
    interactions = tables.get("interactions")
    if interactions is not None:
        kind = "given" if "split" in interactions.columns else "leave-one-out"
        lines += ["", "[split]", f"kind = {_text(kind)}"]
    return "\n".join(lines) + "\n"


def path_from(artifacts: Path, file: Path) -> str:
    """Return the path of a file as a description below the artifacts folder names it.

    What lies below the artifacts folder is named from there, so that the folder may move; anything else from the root.
    """
    if file.is_relative_to(artifacts):
        return Path(os.path.relpath(file, artifacts / FOLDER)).as_posix()
    return file.as_posix()


def save(artifacts: Path, name: str, text: str, *, replace: bool = False) -> Path:
    """Keep a description below the artifacts folder, once it has been read as a run reads it.

    Returns:
        Where it lies.

    Raises:
        InvalidName: The dataset cannot be called so.
        DatasetError: The description cannot be used, or there is one of that name and `replace` is False.
    """
    folder = artifacts / FOLDER
    final = folder / f"{check_name(name, 'dataset')}.toml"
    if final.exists() and not replace:
        raise DatasetError(f'There is a description "{name}" already.', "Choose another name, or replace it.")
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{name}.{os.getpid()}.toml"
    try:
        with aside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Dataset.load(aside)
        aside.replace(final)
    except DatasetError as error:
        raise DatasetError(error.problem.replace(aside.name, final.name), error.remedy) from None
    finally:
        aside.unlink(missing_ok=True)
    sync(folder, files=False)
    return final


def _text(value: str) -> str:
    """Return a text as a TOML basic string: https://toml.io/en/v1.0.0#string."""
    marks = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise DatasetError("A column's name is not valid Unicode.", "Save the file as UTF-8.") from None
    return '"' + "".join(marks.get(each) or (f"\\u{ord(each):04X}" if _control(each) else each) for each in value) + '"'


def _control(character: str) -> bool:
    return ord(character) < 32 or ord(character) == 127
