"""Every malicious or damaged version that is tried, and what comes of it: a table, one line for each case."""

# ruff: noqa: E501

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from tests.trust import harm
from tests.trust.harm import Harm, file

READ = "cannot be read"
MISFIT = "do not fit"
DAMAGED = "is damaged"
MANIFEST = "manifest .* is missing or damaged"
ANSWERS = "answers"  # what was changed cannot be told from what could have been published, or is not read at all


@dataclass(frozen=True)
class Case:
    """A harm, and what comes of it: part of the sentence by which the version is refused, or ANSWERS.

    `signed`, its sums are made to fit, so that only the reader of the file itself can refuse it.
    """

    name: str
    harm: Harm
    outcome: str
    signed: bool = True


LEXICAL = "lexical/{}.csc.index.npy"
ALIKE, RANKER, TOWER = "rankers/evidence/alike.npz", "rankers/recommend.txt", "towers/user.onnx"
F4 = "{{'descr': '<f4', 'fortran_order': False, 'shape': {}, }}\n"
NEAR = "maps/text/neighbours.npy"
HEAD = "rankers/words/head.npy"
PAYLOAD = np.array([harm.Payload()], dtype=object)

CRAFTED = [
    Case("npy: a pickle instead of an array", file(HEAD, lambda _: harm.pickled()), READ),
    Case("npy: an array of objects, which is a pickle", file(HEAD, lambda _: harm.array(PAYLOAD)), READ),
    Case("npy: text of a fixed width", file(HEAD, lambda _: harm.array(np.array(["x"] * 12))), READ),
    Case("npy: a header that claims 4 TB", file(HEAD, lambda _: harm.npy(F4.format("(1000000000000,)"))), READ),
    Case("npy: a header that claims less than nothing", file(HEAD, lambda _: harm.npy(F4.format("(-12,)"))), READ),
    Case(
        "npy: a header of 10 MB", file(HEAD, lambda _: harm.npy(" " * 10_000_000, version=(2, 0))), READ
    ),
    Case("npy: a header that is a program", file(HEAD, lambda _: harm.npy(f"__import__('os').mkdir('{harm.RAN}')")), READ),
    Case("npy: a header nested 5,000 deep", file(HEAD, lambda _: harm.npy("(" * 5000 + ")" * 5000)), READ),
    Case("npy: more bytes than it says", file(HEAD, lambda content: content + b"more"), READ),
    Case("npy: other numbers", file(HEAD, harm.values(lambda found: found.astype(np.float64))), READ),
    Case("npz: a pickle in the archive", file(ALIKE, lambda _: harm.archived({"data.npy": harm.pickled()})), READ),
    Case(
        "npz: an array of objects in the archive",
        file(ALIKE, lambda _: harm.archived({"data.npy": harm.array(PAYLOAD)})), READ,
    ),
    Case("npz: a bomb, 2 MB that unpack to 2 GB", file(ALIKE, harm.bomb), READ),
    Case(
        "npz: a member named ../../escaped.npy",
        file(ALIKE, lambda _: harm.archived({"../../escaped.npy": harm.array(np.zeros(3))})), READ,
    ),
    Case("npz: neighbours that are no products", file(ALIKE, harm.member("indices", harm.place(0, 12))), READ),
    Case("npz: rows that begin beyond their end", file(ALIKE, harm.member("indptr", harm.place(1, 10_000))), READ),
    Case("npz: a table of other products", file(ALIKE, harm.member("shape", lambda _: np.array([13, 13]))), READ),
    Case("npz: a weight that is not a number", file(ALIKE, harm.member("data", harm.place(0, np.nan))), READ),
    Case(
        "npz: times of a product that there is not",
        file("rankers/evidence/seen.npz", harm.member("rows", harm.place(0, -1))), READ,
    ),
    Case("faiss: another kind of index", file("index/text.faiss", harm.header(kind=b"IwFl")), READ),
    Case("faiss: a kind that reads another file", file("index/text.faiss", harm.header(kind=b"ilod")), READ),
    Case("faiss: a header that claims 2^40 vectors", file("index/text.faiss", harm.header(total=2**40)), READ),
    Case("faiss: fewer than no vectors", file("index/text.faiss", harm.header(total=-1)), READ),
    Case("faiss: vectors of no dimension", file("index/text.faiss", harm.header(dimension=0)), READ),
    Case(
        "faiss: dimension and number swapped, the same bytes",
        file("index/text.faiss", harm.header(dimension=12, total=10)), MISFIT,
    ),
    Case("faiss: another measure of distance", file("index/text.faiss", harm.header(metric=1)), READ),
    Case("faiss: one row too many", file("index/items.faiss", harm.vectors(lambda v: np.vstack([v, v[:1]]))), MISFIT),
    Case("faiss: one row too few", file("index/text.faiss", harm.vectors(lambda v: v[1:])), MISFIT),
    Case("faiss: text vectors of another dimension", file("index/text.faiss", harm.vectors(lambda v: v[:, :9])), MISFIT),
    Case("faiss: item vectors of another dimension", file("index/items.faiss", harm.vectors(lambda v: v[:, :9])), READ),
    *(
        Case(f"faiss: {words} in {name}", file(f"index/{name}.faiss", harm.vectors(harm.place((3, 1), value))), MISFIT)
        for name in ("text", "items")
        for words, value in (("NaN", np.nan), ("infinity", -np.inf), ("1e38", 1e38))
    ),
    Case("lexical: shorter data", file(LEXICAL.format("data"), harm.values(lambda v: v[:-1])), READ),
    Case("lexical: shorter places", file(LEXICAL.format("indices"), harm.values(lambda v: v[:-1])), READ),
    Case("lexical: a term more", file(LEXICAL.format("indptr"), harm.values(lambda v: np.append(v, v[-1]))), READ),
    Case("lexical: terms that begin beyond the end", file(LEXICAL.format("indptr"), harm.values(harm.place(3, 999))), READ),
    Case("lexical: a product that there is not", file(LEXICAL.format("indices"), harm.values(harm.place(0, 12))), READ),
    Case("lexical: a product below none", file(LEXICAL.format("indices"), harm.values(harm.place(0, -1))), READ),
    Case("lexical: a score that is not a number", file(LEXICAL.format("data"), harm.values(harm.place(0, np.nan))), READ),
    Case(
        "lexical: a term numbered 10,000",
        file("lexical/vocab.index.json", harm.said(lambda v: v.update(camera=10_000))), READ,
    ),
    Case("lexical: terms nested 200,000 deep", file("lexical/vocab.index.json", harm.deep), READ),
    Case("lexical: another number of products", file("lexical/params.index.json", harm.said(lambda v: v.update(num_docs=99))), READ),
    Case("lexical: another formula", file("lexical/params.index.json", harm.said(lambda v: v.update(method="bm25+"))), READ),
    Case(
        "lexical: a parameter that is not read",
        file("lexical/params.index.json", harm.said(lambda v: v.update(backend="numba", corpus="/etc/passwd"))), ANSWERS,
    ),
    Case("onnx: values in ../../../etc/passwd", file(TOWER, harm.graph(harm.elsewhere("../../../../../etc/passwd"))), READ),
    Case("onnx: values in /etc/passwd", file(TOWER, harm.graph(harm.elsewhere("/etc/passwd"))), READ),
    Case("onnx: values in a file beside it", file(TOWER, harm.graph(harm.elsewhere("user.onnx"))), READ),
    Case("onnx: values of the encoder elsewhere", file("model.onnx", harm.graph(harm.elsewhere("tokenizer.json"))), READ),
    Case("onnx: a tensor that claims 4 TB", file("model.onnx", harm.graph(harm.huge)), READ),
    Case("onnx: a sparse tensor of 4 TB", file("model.onnx", harm.graph(harm.sparse)), READ),
    Case("onnx: graphs nested 25 deep", file("model.onnx", harm.graph(harm.nested)), READ),
    Case(
        "onnx: an operator of a foreign library",
        file(TOWER, harm.graph(lambda m: setattr(m.graph.node[0], "domain", "evil.example"))), READ,
    ),
    Case(
        "onnx: histories of 10^12 products",
        file(TOWER, harm.graph(lambda m: m.metadata_props.add(key="history", value="1000000000000"))), READ,
    ),
    Case("onnx: a pickle", file(TOWER, lambda _: harm.pickled()), READ),
    Case("tokenizer: nested 200,000 deep", file("tokenizer.json", harm.deep), READ),
    Case("tokenizer: without words", file("tokenizer.json", harm.said(lambda v: v["model"].update(vocab={}))), READ),
    Case(
        "tokenizer: a word that the model does not have",
        file("tokenizer.json", harm.said(lambda v: v["model"]["vocab"].update(camera=9999))), READ,
    ),
    Case("tokenizer: an unknown kind", file("tokenizer.json", harm.said(lambda v: v["model"].update(type="Evil"))), READ),
    Case("ranker: cut off within a tree", file(RANKER, lambda content: content[: len(content) // 3]), READ),
    Case("ranker: a feature that there is not", file(RANKER, harm.first("split_feature", lambda v: ["9999", *v[1:]])), READ),
    Case("ranker: a feature below none", file(RANKER, harm.first("split_feature", lambda v: ["-5", *v[1:]])), READ),
    Case("ranker: a node below itself", file(RANKER, harm.first("left_child", lambda v: ["0", *v[1:]])), READ),
    Case("ranker: a child beyond the tree", file(RANKER, harm.first("left_child", lambda v: ["99999999", *v[1:]])), READ),
    Case("ranker: a leaf beyond the tree", file(RANKER, harm.first("right_child", lambda v: ["-99999999", *v[1:]])), READ),
    Case("ranker: a list too short", file(RANKER, harm.first("leaf_value", lambda v: v[:3])), READ),
    Case("ranker: a threshold that is no number", file(RANKER, harm.first("threshold", lambda v: ["camera", *v[1:]])), READ),
    Case("ranker: a value that is not finite", file(RANKER, harm.first("leaf_value", lambda v: ["nan", *v[1:]])), READ),
    Case("ranker: 2^31 leaves", file(RANKER, harm.first("num_leaves", lambda v: ["2147483647"])), READ),
    Case("ranker: sizes of trees that lie", file(RANKER, harm.text("tree_sizes=", "tree_sizes=9")), READ),
    Case("ranker: categories without sets", file(RANKER, harm.first("decision_type", lambda v: ["1", *v[1:]])), READ),
    Case("ranker: linear leaves", file(RANKER, harm.sized(harm.text("is_linear=0", "is_linear=1"))), READ),
    Case("ranker: an unknown objective", file(RANKER, harm.text("objective=regression", "objective=evil")), READ),
    Case("ranker: other features", file(RANKER, harm.text("feature_names=linked_last", "feature_names=linked_lost")), READ),
    Case("ranker: a weight that is not a number", file("rankers/search.json", harm.said(lambda v: v.update(weight=float("nan")))), READ),
    Case("words: a trigram beyond the table", file("rankers/words/trigrams.npy", harm.values(harm.place((0, 0), 2**30))), READ),
    Case("words: a term that there is not", file("rankers/words/title.npy", harm.values(harm.place((0, 0), 2**30))), READ),
    Case("words: a narrower table", file("rankers/words/title.npy", harm.values(lambda v: v[:, :5].copy())), READ),
    Case("parquet: prices as text", file("products.parquet", harm.column("price", lambda v: ["1"] * len(v), pa.string())), READ),
    Case("parquet: a title missing", file("products.parquet", harm.column("title", lambda v: [None, *v[1:]])), READ),
    Case("parquet: an id twice", file("products.parquet", harm.column("product_id", lambda v: [v[1], *v[1:]])), READ),
    Case("parquet: an infinite price", file("products.parquet", harm.column("price", lambda v: [np.inf, *v[1:]])), READ),
    Case(
        "parquet: a day that no calendar has",
        file("products.parquet", harm.column("released", lambda v: pa.array([2**31 - 1] * len(v), pa.int32()).cast(pa.date32()))), READ,
    ),
    Case("parquet: a gap in a category", file("products.parquet", harm.column("category", lambda v: [["a", None], *v[1:]])), READ),
    Case("parquet: one product too few", file("products.parquet", harm.table(lambda t: t.slice(1))), MISFIT),
    Case("parquet: no titles", file("products.parquet", harm.table(lambda t: t.drop_columns(["title"]))), READ),
    Case("parquet: a bomb, kilobytes that unpack to 8 GB", harm.many_products, READ),
    Case("parquet: a shopper of a product that there is not", file("users.parquet", harm.column("row", lambda v: [12, *v[1:]])), READ),
    Case("parquet: a shopper of a product below none", file("users.parquet", harm.column("row", lambda v: [-1, *v[1:]])), READ),
    Case("parquet: a part that there is not", file("users.parquet", harm.column("part", lambda v: ["evil", *v[1:]])), READ),
    Case("parquet: a time in the year 290 million", file("users.parquet", harm.column("timestamp", lambda v: [2**62, *v[1:]])), READ),
    Case("parquet: the interactions of a shopper apart", file("users.parquet", harm.column("user_id", lambda v: [v[-1], *v[1:]])), READ),
    Case("map: a cluster of another number", file("maps/text/map.json", harm.said(lambda v: v["clusters"]["fine"][0].update(code=7))), READ),
    Case("map: nested 200,000 deep", file("maps/text/map.json", harm.deep), READ),
    Case("map: of another space", file("maps/text/map.json", harm.said(lambda v: v.update(space="../../x"))), READ),
    Case("map: a neighbour that there is not", file(NEAR, harm.values(harm.place((0, 0), 12))), MISFIT),
    Case("map: a pickle", file(NEAR, lambda _: harm.pickled()), READ),
    Case("metrics: nested 200,000 deep", file("evaluation/metrics.json", harm.deep), "cannot be served"),
    Case("metrics: no rows", file("evaluation/metrics.json", lambda _: b'["x"]'), "cannot be served"),
    Case("keras: a zip with a program in it, which nothing opens", lambda v: (v / "towers/item.keras").write_bytes(harm.archived({"config.json": b"{}", "x.pkl": harm.pickled()})), ANSWERS),
    Case("manifest: ../../outside among the files", harm.listed("../../outside"), MANIFEST, signed=False),
    Case("manifest: /etc/passwd among the files", harm.listed("/etc/passwd"), MANIFEST, signed=False),
    Case("manifest: a file that is not there", harm.listed("index/more.faiss"), DAMAGED, signed=False),
    Case("manifest: 5 MB", file("manifest.json", lambda content: content + b" " * 5_000_000), MANIFEST, signed=False),
    Case("manifest: nested 200,000 deep", file("manifest.json", harm.deep), MANIFEST, signed=False),
    Case("manifest: an encoder in ../..", file("manifest.json", harm.text('"bad-encoder"', '"../../etc"')), MANIFEST, signed=False),
    Case("manifest: changed by hand", file("manifest.json", harm.text('"tiny-shop"', '"best-shop"')), MANIFEST, signed=False),
    Case("link: a file that is one", harm.linked, "contains a link", signed=False),
    Case("link: a folder that is one", harm.linked_folder, "contains a link", signed=False),
    Case("link: a dangling one beside the files", lambda v: (v / "more").symlink_to("/nowhere"), "contains a link", signed=False),
    Case("a pipe among the files, which never ends", lambda v: os.mkfifo(v / "more"), DAMAGED, signed=False),
]  # fmt: skip


WAYS = {"cut in half": harm.truncated, "emptied": lambda _: b"", "one byte turned": harm.flipped}


def stale(files: list[str]) -> list[Case]:
    """Return every file cut in half, emptied and with its middle byte turned; its sums as they were."""
    return [
        Case(f"{name}: {words}, stale sums", file(name, change), DAMAGED, signed=False)
        for name in files
        for words, change in WAYS.items()
    ]


def swept(files: list[str]) -> list[Case]:
    """Return the same, with sums that fit."""
    return [
        Case(
            f"{name}: {words}, sums made to fit",
            file(name, change),
            ANSWERS if words in UNNOTICED.get(name, ()) else "cannot be|do not fit",
        )
        for name in files
        for words, change in WAYS.items()
    ]


ALL = ("cut in half", "emptied", "one byte turned")
# Pages that read a file of an evaluation say that they cannot; search and recommendations need none of them.
# One byte turned within a number makes another number, in a title another title: nothing but a sum can tell.
TURNED = ("one byte turned",)
UNNOTICED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("index/items.faiss", "index/text.faiss", "lexical/data.csc.index.npy", "model.onnx"), TURNED),
    **dict.fromkeys(("rankers/evidence/seen.npz", "users.parquet"), TURNED),
    **dict.fromkeys((f"rankers/words/{name}.npy" for name in ("idf", "sizes", "units")), TURNED),
    "evaluation/judgements.parquet": ALL,
    "evaluation/per_user.parquet": ALL,
    "evaluation/products.parquet": ALL,
    "evaluation/ranks.parquet": ALL,
}


def folder_of(path: Path) -> list[str]:
    """Return the names of the files below a folder, and of the encoder's."""
    found = [each.relative_to(path).as_posix() for each in sorted(path.rglob("*")) if each.is_file()]
    return [each for each in found if each != "manifest.json"] + ["model.onnx", "tokenizer.json"]
