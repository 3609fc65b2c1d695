"""Reading a dataset description (TOML), key by key: an unknown or missing key is an error that says so."""

from __future__ import annotations

import re
import tomllib
from math import isfinite
from pathlib import Path
from typing import Any

from pipeline.data.sources import (
    FEATURE,
    INTERACTION_COLUMNS,
    JUDGEMENT_COLUMNS,
    PRODUCT_COLUMNS,
    SPLITS,
    JudgementsSource,
    Reading,
    Source,
    Split,
)
from pipeline.errors import DatasetError, InvalidName, nearest
from pipeline.names import check_name


class Description:
    """The description in a TOML file, read part by part; whatever is wrong with it is a `DatasetError`.

    Args:
        path: The TOML file.

    Raises:
        DatasetError: The file is missing or no TOML.
    """

    def __init__(self, path: Path) -> None:
        self.file = path.name
        try:
            self.tree: dict[str, Any] = tomllib.loads(path.read_text("utf-8-sig"))
        except OSError as error:
            raise DatasetError(
                f"The dataset description {path} cannot be read: {error.strerror}.", "Check the path."
            ) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DatasetError(f"{path.name} is not valid TOML: {error}.", "Correct that line.") from None

    def parts(self) -> dict[str, Any]:
        """Return name, generated, products, interactions, judgements, split and reading.

        Raises:
            DatasetError: A key is unknown, missing or of a wrong value.
        """
        tree = self.tree
        self._known(tree, ("name", "generated", "products", "interactions", "judgements", "split", "reading"), "")
        name = self._value(tree, "name", str, "", None)
        if name is None:
            raise self._error("the dataset has no name", 'Add a first line such as name = "beauty".')
        try:
            check_name(name, "dataset")
        except InvalidName as error:
            raise DatasetError(f"{self.file}: {error.problem}", error.remedy) from None
        products = self._products()
        interactions = self._interactions(merged=products is None)
        if products is None and interactions is None:
            raise self._error(
                "no products are described",
                "Add a [products] section, or name the title among the columns of [interactions].",
            )
        return {
            "name": name,
            "generated": self._value(tree, "generated", bool, "", False),
            "products": products,
            "interactions": interactions,
            "judgements": self._judgements(),
            "split": self._split(interactions),
            "reading": self._reading(),
        }

    def table(self, name: str) -> Source | None:
        """Return what the section [products] or [interactions] describes by itself; None where there is none.

        Raises:
            DatasetError: A key of it is unknown, missing or of a wrong value.
        """
        return self._products() if name == "products" else self._interactions(merged=False)

    def _products(self) -> Source | None:
        section = self._section("products", ("features", "category_separator", "price_scale"))
        if section is None:
            return None
        columns = self._columns(section, "products", PRODUCT_COLUMNS, ("product_id", "title"))
        columns |= self._features(section)
        return Source(columns=columns, **self._common(section, "products"))

    def _features(self, section: dict[str, Any]) -> dict[str, str]:
        """Return {feature:<block>: column of the source}, blocks in the order of their names."""
        blocks = self._value(section, "features", dict, "[products]", {})
        for block in blocks:
            if not re.fullmatch(r"[a-z][a-z0-9_]{0,29}", block):
                raise self._error(
                    f'[products] features: "{block}" cannot name a block',
                    "Use a lower-case letter, then up to 29 lower-case letters, digits or _.",
                )
            if not self._value(blocks, block, str, "[products] features", ""):
                raise self._error(
                    f"[products] features: {block} is empty", "Name a column of lists of numbers, or leave it out."
                )
        return {f"{FEATURE}{block}": blocks[block] for block in sorted(blocks)}

    def _interactions(self, *, merged: bool) -> Source | None:
        extra = ("category_separator", "price_scale") if merged else ()
        section = self._section("interactions", ("timestamp_unit", "k_core", *extra))
        if section is None:
            return None
        allowed = INTERACTION_COLUMNS + (PRODUCT_COLUMNS[1:] if merged else ())
        needed = ("user_id", "product_id", "title") if merged else ("user_id", "product_id")
        columns = self._columns(section, "interactions", allowed, needed)
        unit = self._choice(section, "timestamp_unit", ("s", "ms", "iso"), "[interactions]")
        k_core = self._value(section, "k_core", int, "[interactions]", None)
        if k_core is not None and (isinstance(k_core, bool) or k_core < 2):
            raise self._error(
                "[interactions] k_core must be 2 or more",
                "Write k_core = 5, or leave it out to keep every interaction.",
            )
        return Source(columns=columns, timestamp_unit=unit, k_core=k_core, **self._common(section, "interactions"))

    def _judgements(self) -> JudgementsSource | None:
        section = self._section("judgements", ("protocol", "gain", "min_grade"))
        if section is None:
            return None
        return JudgementsSource(
            path=self._path(section, "judgements"),
            columns=self._columns(section, "judgements", JUDGEMENT_COLUMNS, JUDGEMENT_COLUMNS),
            protocol=self._choice(section, "protocol", ("open", "judged"), "[judgements]"),
            gain=self._choice(section, "gain", ("exponential", "linear"), "[judgements]"),
            min_grade=self._number(section, "min_grade", 0.0, "[judgements]"),
        )

    def _split(self, interactions: Source | None) -> Split:
        section = self._value(self.tree, "split", dict, "", {})
        self._known(section, ("kind", "fractions"), "[split]")
        kind = self._choice(section, "kind", tuple(SPLITS), "[split]")
        columns = interactions.columns if interactions else {}
        needed = SPLITS[kind]
        if needed and interactions and needed not in columns:
            raise self._error(
                f'[split] is of kind "{kind}", but [interactions] columns names no {needed}',
                f"Name that column, or choose another kind of split.{nearest(needed, columns)}",
            )
        if "fractions" not in section:
            return Split(kind)
        fractions = section["fractions"]
        if kind != "time":
            raise self._error('[split] fractions belong to kind = "time"', "Remove them, or change the kind.")
        if not (
            isinstance(fractions, list)
            and len(fractions) == 3
            and all(_is_number(part) and part > 0 for part in fractions)
            and abs(sum(fractions) - 1) < 1e-6
        ):
            raise self._error(
                "[split] fractions must be three shares above 0 that add up to 1",
                "For example: fractions = [0.8, 0.1, 0.1].",
            )
        return Split(kind, (float(fractions[0]), float(fractions[1]), float(fractions[2])))

    def _reading(self) -> Reading | None:
        """Return what reading set aside; the reader of raw files writes this section, people need none."""
        section = self._value(self.tree, "reading", dict, "", None)
        if section is None:
            return None
        self._known(section, ("rejects", "repeats", "notes"), "[reading]")
        rejects, repeats = self._value(section, "rejects", str, "[reading]", ""), section.get("repeats", 0)
        notes = section.get("notes", [])
        if not rejects or not isinstance(repeats, int) or not isinstance(notes, list):
            raise self._error("[reading] needs rejects, a path; repeats is a number, notes are texts", "Correct it.")
        return Reading(str(rejects), repeats, tuple(map(str, notes)))

    def _common(self, section: dict[str, Any], name: str) -> dict[str, Any]:
        """Return the keys that products and interactions share."""
        separator = self._value(section, "category_separator", str, f"[{name}]", None)
        if separator == "":
            raise self._error(
                f"[{name}] category_separator is empty", 'Leave it out, or give one such as category_separator = " > ".'
            )
        scale = self._number(section, "price_scale", 1.0, f"[{name}]")
        if scale <= 0:
            raise self._error(f"[{name}] price_scale must be above 0", "Write 0.01 where prices are cents.")
        return {"path": self._path(section, name), "category_separator": separator, "price_scale": scale}

    def _path(self, section: dict[str, Any], name: str) -> str:
        path = self._value(section, "path", str, f"[{name}]", "")
        if not path:
            raise self._error(
                f"[{name}] names no path", "Give a file, a folder or a glob, relative to the description."
            )
        return str(path)

    def _columns(
        self, section: dict[str, Any], name: str, allowed: tuple[str, ...], needed: tuple[str, ...]
    ) -> dict[str, str]:
        columns = self._value(section, "columns", dict, f"[{name}]", {})
        self._known(columns, allowed, f"[{name}] columns")
        for key in columns:
            if not self._value(columns, key, str, f"[{name}] columns", ""):
                raise self._error(f"[{name}] columns: {key} is empty", "Name a column of the source, or leave it out.")
        missing = [key for key in needed if key not in columns]
        if missing:
            raise self._error(
                f"[{name}] columns does not say which column is the {missing[0]}",
                f'Add {missing[0]} = "<column of the source>"; {" and ".join(needed)} are needed.',
            )
        # In the order of the canonical table, whatever the order of writing: so equal meanings read equally.
        return {key: columns[key] for key in allowed if key in columns}

    def _section(self, name: str, extra: tuple[str, ...]) -> dict[str, Any] | None:
        section: dict[str, Any] | None = self._value(self.tree, name, dict, "", None)
        if section is not None:
            self._known(section, ("path", "columns", *extra), f"[{name}]")
        return section

    def _known(self, table: dict[str, Any], allowed: tuple[str, ...], where: str) -> None:
        for key in table:
            if key not in allowed:
                raise self._error(
                    f'unknown key "{key}"' + (f" in {where}" if where else ""),
                    f"Known here: {', '.join(allowed)}.{nearest(key, allowed)}",
                )

    def _choice(self, section: dict[str, Any], key: str, choices: tuple[str, ...], where: str) -> str:
        chosen = str(self._value(section, key, str, where, choices[0]))
        if chosen not in choices:
            raise self._error(
                f'{where} {key} = "{chosen}" is unknown', f"Choose {', '.join(choices)}.{nearest(chosen, choices)}"
            )
        return chosen

    def _number(self, section: dict[str, Any], key: str, default: float, where: str) -> float:
        value = section.get(key, default)
        if not _is_number(value):
            raise self._error(f"{where} {key} must be a number, not {value!r}", "Write it without quotes.")
        return float(value)

    def _value(self, table: dict[str, Any], key: str, kind: type, where: str, default: Any) -> Any:
        value = table.get(key, default)
        if key in table and not isinstance(value, kind):
            words = {str: "a text in quotes", bool: "true or false", int: "a whole number", dict: "a table"}[kind]
            raise self._error(f"{where} {key} must be {words}, not {value!r}".lstrip(), "Correct that line.")
        return value

    def _error(self, problem: str, remedy: str) -> DatasetError:
        return DatasetError(f"{self.file}: {problem}.", remedy)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
