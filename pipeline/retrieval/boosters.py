"""Reading LightGBM's text format. Its own parser aborts the process on some malformed trees, so that every line is
checked here first; only what was checked is handed on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import lightgbm
import numpy as np
import numpy.typing as npt

LIMIT = 64 * 2**20  # bytes
LEAVES = 65_536  # of one tree
END = "end of trees"
HEADER = ("version", "num_class", "num_tree_per_iteration", "label_index", "max_feature_idx", "objective",
          "feature_names", "feature_infos", "tree_sizes")  # fmt: skip
FIXED = {"version": "v4", "num_class": "1", "num_tree_per_iteration": "1", "label_index": "0"}
OBJECTIVES = ("regression", "lambdarank")
WHOLE = ("split_feature", "decision_type", "left_child", "right_child")  # one for each inner node, whole numbers
SPLITS = (*WHOLE, "split_gain", "threshold", "internal_value", "internal_weight", "internal_count")
UNBOUNDED = ("split_gain", "threshold")  # infinite where only what is not known goes the other way
OF_LEAVES = ("leaf_value", "leaf_weight", "leaf_count")
PLAIN = {"num_cat": "0", "is_linear": "0"}
NUMBER = r"-?(?:\d+(?:\.\d*)?(?:e[-+]?\d{1,3})?|inf)"
NUMBERS = re.compile(rf"{NUMBER}(?: {NUMBER})*", re.ASCII)
INTEGERS = re.compile(r"-?\d{1,9}(?: -?\d{1,9})*", re.ASCII)
NAMES = re.compile(r"[\w.%-]+(?: [\w.%-]+)*", re.ASCII)
INFOS = re.compile(r"(?:none|\[[-+\d.einf]+:[-+\d.einf]+\])(?: (?:none|\[[-+\d.einf]+:[-+\d.einf]+\]))*", re.ASCII)
CATEGORICAL = 1  # the bit of a decision that asks for a category


def read_booster(path: Path) -> lightgbm.Booster:
    """Return the ranker of a file in LightGBM's text format: plain trees over numbers, of one output.

    What follows the trees (importances, parameters of training) is not read.

    Raises:
        OSError, ValueError: It cannot be read, or is anything else.
    """
    if path.stat().st_size > LIMIT:
        raise ValueError(f"{path.name} is too large")
    text = path.read_text("utf-8")
    checked, ended, _ = text.partition(f"\n{END}\n")
    if not ended:
        raise ValueError(f"{path.name} ends too early")
    _check(checked + "\n")
    return lightgbm.Booster(model_str=f"{checked}\n{END}\n")


def _check(text: str) -> None:
    """Refuse text that is not one header and the trees it counts, each of the size it says."""
    head, blank, rest = text.partition("\n\n")
    lines = head.split("\n")
    said = _pairs(lines[1:], HEADER)
    if lines[0] != "tree" or not blank or set(said) != set(HEADER) or any(said[key] != FIXED[key] for key in FIXED):
        raise ValueError("the header of a ranker is not one of ours")
    if said["objective"].split(" ")[0] not in OBJECTIVES or not NAMES.fullmatch(said["objective"].replace(":", ".")):
        raise ValueError("a ranker has an unknown objective")
    if not NAMES.fullmatch(said["feature_names"]) or not INFOS.fullmatch(said["feature_infos"]):
        raise ValueError("the features of a ranker have no names")
    n_features = said["feature_names"].count(" ") + 1
    if said["max_feature_idx"] != str(n_features - 1) or said["feature_infos"].count(" ") + 1 != n_features:
        raise ValueError("a ranker has another number of features than it says")
    sizes = _integers(said["tree_sizes"]) if said["tree_sizes"] else np.empty(0, np.int64)
    if len(rest) != sizes.sum() or (sizes <= 0).any() or not rest.isascii():
        raise ValueError("the trees of a ranker are not as long as it says")
    at = 0
    for number, size in enumerate(sizes.tolist()):
        _check_tree(rest[at : at + size], number, n_features)
        at += size


def _check_tree(text: str, number: int, n_features: int) -> None:
    """Refuse a tree whose lines do not make one: each node below one other, each leaf below one node."""
    lines = text.rstrip("\n").split("\n")
    if lines[0] != f"Tree={number}":
        raise ValueError("the trees of a ranker are out of order")
    said = _pairs(lines[1:], (*SPLITS, *OF_LEAVES, *PLAIN, "num_leaves", "shrinkage"))
    if any(said.get(key) != value for key, value in PLAIN.items()):
        raise ValueError("a tree of a ranker is not a plain one")
    (n_leaves,) = _integers(said.get("num_leaves", ""), 1)
    if not 1 <= n_leaves <= LEAVES:
        raise ValueError("a tree of a ranker has too many leaves")
    _numbers(said.get("shrinkage", ""), 1)
    _numbers(said.get("leaf_value", ""), int(n_leaves))
    if n_leaves == 1:
        if {key for key in (*SPLITS, *OF_LEAVES[1:]) if said.get(key)}:
            raise ValueError("a tree of one leaf has splits")
        return
    for key in (*SPLITS, *OF_LEAVES):
        length = int(n_leaves) - (key in SPLITS)
        if key in WHOLE:
            _integers(said.get(key, ""), length)
        else:
            _numbers(said.get(key, ""), length, finite=key not in UNBOUNDED)
    feature, decision, left, right = (_integers(said[key]) for key in WHOLE)
    if not ((feature >= 0) & (feature < n_features)).all():
        raise ValueError("a tree of a ranker asks for a feature that there is not")
    if (decision & CATEGORICAL).any() or not ((decision >= 0) & (decision < 16)).all():
        raise ValueError("a tree of a ranker asks for a category")
    children = np.concatenate([left, right])
    parents = np.tile(np.arange(n_leaves - 1), 2)
    inner = children >= 0
    below = np.sort(children[inner]).tolist() == list(range(1, int(n_leaves) - 1))
    leaves = np.sort(~children[~inner]).tolist() == list(range(int(n_leaves)))
    if not (below and leaves and (children[inner] > parents[inner]).all()):
        raise ValueError("the nodes of a ranker make no tree")


def _pairs(lines: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """Return what lines `key=value` say; each key is known and stands once."""
    found: dict[str, str] = {}
    for line in lines:
        key, equals, value = line.partition("=")
        if not equals or key not in known or key in found:
            raise ValueError("a ranker holds a line that is not known")
        found[key] = value
    return found


def _integers(text: str, length: int | None = None) -> npt.NDArray[np.int64]:
    if not INTEGERS.fullmatch(text):
        raise ValueError("a ranker holds something else than whole numbers")
    found = np.array(text.split(" "), dtype=np.int64)
    if length is not None and len(found) != length:
        raise ValueError("a list of a ranker is of the wrong length")
    return found


def _numbers(text: str, length: int, *, finite: bool = True) -> None:
    if not NUMBERS.fullmatch(text):
        raise ValueError("a ranker holds something else than numbers")
    found = np.array(text.split(" "), dtype=np.float64)
    if len(found) != length or (finite and not np.isfinite(found).all()):
        raise ValueError("a list of a ranker is of the wrong length")
