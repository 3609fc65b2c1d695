"""Reading Parquet and JSONL with Spark into a table of texts, row for row as the readers for DuckDB do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from pipeline.data import files
from pipeline.data.lines import LONGEST, REASONS
from pipeline.data.sources import FEATURE, Source
from pipeline.data.tabular import require
from pipeline.errors import DatasetError

IN_PARTITION = 2**33 - 1  # the bits of monotonically_increasing_id that count within a partition
# Python writes NaN and Infinity where JSON has nothing to say it with; DuckDB reads them, Spark's parser does not.
NOT_JSON = r"(?<=[:\\[,])\\s*(NaN|-?Infinity)\\s*(?=[,}\\]])"
# A line as the one element of a list: the parser would stop after a first object, and not look at what follows it.
PARSED = (
    "coalesce(try_parse_json(concat('[', line, ']')), "
    f"try_parse_json(regexp_replace(concat('[', line, ']'), '{NOT_JSON}', '\"$1\"')))"
)
MOST, TOO_LONG = 2_000_000, REASONS["LINE SIZE OVER MAXIMUM"]  # bytes of a line


def uri(path: Path) -> str:
    """Return a path as Spark takes it for a file of this machine, and not for a glob."""
    return "file:" + re.sub(r"([*?\[\]{}\\])", r"\\\1", str(path.resolve()))


def text(value: object) -> str:
    """Return a value as an SQL text literal of Spark."""
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def name_of(identifier: str) -> str:
    """Return an identifier as SQL of Spark."""
    return "`" + identifier.replace("`", "``") + "`"


def steps(value: str, separator: str | None) -> str:
    """Return the SQL that makes the list of a category path from a text."""
    path = f"array({value})" if separator is None else f"split({value}, {text(re.escape(separator))})"
    return f"CASE WHEN {value} IS NULL THEN array() ELSE {path} END"


def written(number: str) -> str:
    """Return the SQL of a double's text, whole numbers as 1600000000.0 and not as 1.6E9."""
    whole = f"concat(CAST(CAST({number} AS BIGINT) AS STRING), '.0')"
    return (
        f"CASE WHEN {number} = floor({number}) AND abs({number}) < 1e15 THEN {whole} ELSE CAST({number} AS STRING) END"
    )


class SparkFiles:
    """Reads the files of one table.

    Args:
        session: From `spark_engine.session`.
        name: products, interactions or judgements.
        source: Which column is which.

    Raises:
        DatasetError: Blocks of features are described: Spark does not cast texts to lists.
    """

    def __init__(self, session: SparkSession, name: str, source: Source) -> None:
        self.session, self.name, self.source = session, name, source
        if any(column.startswith(FEATURE) for column in source.columns):
            raise DatasetError(
                "Blocks of features are not prepared on Spark.", "Prepare with duckdb, or leave them out."
            )

    def read(self, found: Sequence[Path]) -> tuple[DataFrame, DataFrame | None, int]:
        """Return the rows (`row` and the canonical columns), the lines that are none, and how many were read.

        Raises:
            DatasetError: A named column is missing, or of a type that cannot be its canonical column.
        """
        if files.kind(found[0]) == "parquet":
            frames, total = [], 0
            for path in found:
                frame = self.session.read.parquet(uri(path))
                frames.append(self._parquet(frame, path, total))
                total += frame.count()
            return reduce(DataFrame.unionByName, frames), None, total
        return self._jsonl(found)

    def _parquet(self, frame: DataFrame, path: Path, before: int) -> DataFrame:
        require(path.name, self.source, frame.columns)
        kinds = dict(frame.dtypes)
        values = [
            f"{self._typed(canonical, column, kinds[column], path)} AS {name_of(canonical)}"
            for canonical, column in self.source.columns.items()
        ]
        return frame.selectExpr(f"{before} + _metadata.row_index + 1 AS row", *values)

    def _typed(self, canonical: str, column: str, kind: str, path: Path) -> str:
        """Return the SQL of a Parquet column's text."""
        value = name_of(column)
        plain = f"CAST({value} AS STRING)"
        if canonical == "category" and kind == "array<string>":
            return value
        if canonical == "category" and kind == "array<array<string>>":
            return f"get({value}, 0)"
        if canonical == "description" and kind == "array<string>":
            return f"array_join({value}, ' ')"
        if kind.startswith(("array", "struct", "map", "variant")):
            raise DatasetError(
                f'{path.name}: column "{column}" (named for {canonical}) is of type {kind}.',
                "It must hold plain values; flatten it, or name another column.",
            )
        if canonical == "category":
            return steps(plain, self.source.category_separator)
        if canonical == "timestamp" and kind in ("timestamp", "timestamp_ntz", "date"):
            moment = f"CAST({value} AS TIMESTAMP)"
            units = {
                "s": written(f"(unix_millis({moment}) / 1000D)"),
                "ms": f"CAST(unix_millis({moment}) AS STRING)",
                "iso": f"CAST({moment} AS STRING)",
            }
            return units[self.source.timestamp_unit]
        if canonical.endswith("_id") and kind in ("float", "double"):
            whole = f"CAST(CAST({value} AS DECIMAL(38, 0)) AS STRING)"
            return f"CASE WHEN {value} = floor({value}) THEN {whole} ELSE {plain} END"
        return written(value) if kind == "double" else plain

    def _jsonl(self, found: Sequence[Path]) -> tuple[DataFrame, DataFrame | None, int]:
        frames, total = [], 0
        for path in found:
            frame, lines = self._lines(path, total)
            frames.append(frame)
            total += lines
        parsed = reduce(DataFrame.unionByName, frames).persist()
        parsed.createOrReplaceTempView("parsed_lines")
        blank = parsed.filter("blank").count()
        # In the order of what is tried first: a line that is not UTF-8 is nothing else either.
        bad = self.session.sql(
            f"SELECT {text(self.name)} AS `table`, row, reason, CASE reason WHEN 'not a JSON object' "
            f"THEN to_json(named_struct('line', substr(trim(line), 1, {LONGEST}))) "
            f"ELSE to_json(named_struct('file', file, 'line', substr(line, 1, {LONGEST}))) END AS record "
            "FROM parsed_lines WHERE reason IS NOT NULL"
        )
        rows = self._extracted(parsed)
        self._require_keys(rows, found)
        return rows, bad, total - blank

    def _lines(self, path: Path, before: int) -> tuple[DataFrame, int]:
        """Return the numbered lines of a file, each parsed, and how many there are."""
        numbered = self.session.read.text(uri(path)).selectExpr(
            "value AS line", "spark_partition_id() AS part", f"monotonically_increasing_id() & {IN_PARTITION}L AS nth"
        )
        numbered = numbered.persist()
        sizes = dict(numbered.groupBy("part").count().collect())
        # Splits of one file come in its order, and lines in the order of their split.
        starts, start = [], before
        for part in sorted(sizes):
            starts.append(f"WHEN {part} THEN {start}L")
            start += sizes[part]
        offset = f"CASE part {' '.join(starts)} END" if starts else "0L"
        first = "row = 1" if before == 0 else f"row = {before + 1}"
        frame = (
            numbered.selectExpr(f"{offset} + nth + 1 AS row", "line")
            .selectExpr("row", f"CASE WHEN {first} THEN ltrim('\ufeff', line) ELSE line END AS line")
            .selectExpr("*", "is_valid_utf8(line) AS valid", "trim(line) = '' AS blank", f"{PARSED} AS json")
            .selectExpr(
                "row",
                f"{text(path.name)} AS file",
                "CASE WHEN valid THEN line ELSE replace(make_valid_utf8(line), '\ufffd', '?') END AS line",
                "json",
                "blank",
                f"CASE WHEN NOT valid THEN 'not UTF-8' WHEN octet_length(line) > {MOST} THEN {text(TOO_LONG)} "
                "WHEN NOT blank AND (json IS NULL OR NOT ltrim(line) LIKE '{%' "
                "OR try_variant_get(json, '$[1]', 'variant') IS NOT NULL) THEN 'not a JSON object' END AS reason",
            )
        )
        return frame, start - before

    def _extracted(self, parsed: DataFrame) -> DataFrame:
        """Return the rows: each key's value as a text or, of a category, a list of texts."""
        # Level by level: what repeats an expression makes Spark compile it as often.
        places, parts, values = [], [], []
        for at, (canonical, key) in enumerate(self.source.columns.items()):
            place = f"$[0]['{key}']" if '"' in key else f'$[0]["{key}"]'
            places.append(f"try_variant_get(json, {text(place)}, 'variant') AS v{at}")
            parts += [f"schema_of_variant(v{at}) AS kind{at}", f"try_variant_get(v{at}, '$', 'double') AS number{at}"]
            parts.append(f"try_variant_get(v{at}, '$', 'string') AS text{at}")
            # 5.0 is a decimal without a fraction to Spark, and so is an integer of more than 64 bits.
            fraction = f"kind{at} = 'DOUBLE' OR (kind{at} LIKE 'DECIMAL(%' AND abs(number{at}) < 1e15)"
            value = f"CASE WHEN {fraction} THEN {written(f'number{at}')} ELSE text{at} END"
            if canonical in ("category", "description"):
                parts += [
                    f"schema_of_variant(try_variant_get(v{at}, '$[0]', 'variant')) AS inner{at}",
                    f"try_variant_get(v{at}, '$', 'array<string>') AS list{at}",
                    f"try_variant_get(v{at}, '$[0]', 'array<string>') AS first{at}",
                ]
                many = f"CASE WHEN inner{at} LIKE 'ARRAY%' THEN first{at} ELSE list{at} END"
                if canonical == "category":
                    value = steps(f"text{at}", self.source.category_separator)
                else:
                    many = f"array_join({many}, ' ')"
                value = f"CASE WHEN kind{at} LIKE 'ARRAY%' THEN {many} ELSE {value} END"
            values.append(f"{value} AS {name_of(canonical)}")
        levels = parsed.filter("NOT blank AND reason IS NULL").selectExpr("row", *places).selectExpr("row", *parts)
        return levels.selectExpr("row", *values)

    def _require_keys(self, rows: DataFrame, found: Sequence[Path]) -> None:
        """Refuse a column that no line has; only one that is null throughout can be."""
        filled: Any = rows.selectExpr(
            "count(*)",
            *(
                f"count({f'nullif({key}, array())' if key == 'category' else name_of(key)})"
                for key in self.source.columns
            ),
        ).first()
        if filled[0] == 0 or all(filled):
            return
        keys = self.session.sql("SELECT DISTINCT explode(json_object_keys(line)) AS key FROM parsed_lines ORDER BY key")
        require(found[0].name if len(found) == 1 else self.source.path, self.source, [row[0] for row in keys.collect()])
