"""Splits, worked out by hand."""

from __future__ import annotations

import pytest

from pipeline.errors import DatasetError
from tests.data.folder import INTERACTIONS, PRODUCTS, Folder

LETTERS = "abcdefghij"
TEN = "id,title\n" + "".join(f"{letter},x\n" for letter in LETTERS)
TIMED = INTERACTIONS.replace(" }", ', timestamp = "time" }')
GIVEN = INTERACTIONS.replace(" }", ', split = "part" }')


def parts(folder: Folder, interactions: str, *sections: str) -> str:
    """The part of each interaction by its first letter, in the order of users and positions: t, v, T(est)."""
    folder.file("products.csv", TEN)
    folder.file("interactions.csv", interactions)
    folder.prepare(PRODUCTS, *sections)
    return "".join({"train": "t", "valid": "v", "test": "T"}[part] for part in folder.rows("interactions", "part"))


def test_leave_one_out(folder: Folder) -> None:
    # u has four, v three, w two: too few; x has three rows but only two products.
    text = "user,id\n" + "u,a\nu,b\nu,c\nu,d\nv,c\nv,b\nv,a\nw,a\nw,b\nx,a\nx,b\nx,a\n"
    assert parts(folder, text, INTERACTIONS) == "ttvT" + "tvT" + "tt" + "tt"


def test_nobody_has_enough_for_leave_one_out(folder: Folder) -> None:
    with pytest.raises(DatasetError, match="No user has the 3 interactions that a leave-one-out split needs"):
        parts(folder, "user,id\nu,a\nu,b\nv,a\n", INTERACTIONS)


def test_time(folder: Folder) -> None:
    times = "user,id,time\n" + "".join(f"u,{letter},{at}\n" for at, letter in enumerate(LETTERS))
    assert parts(folder, times, TIMED, '[split]\nkind = "time"\n') == "tttttttt" + "v" + "T"
    shares = '[split]\nkind = "time"\nfractions = [0.7, 0.2, 0.1]\n'  # 0.7 + 0.2 is a little less than 0.9
    assert parts(folder, times, TIMED, shares) == "ttttttt" + "vv" + "T"


def test_equal_times_do_not_straddle_a_boundary(folder: Folder) -> None:
    # Ten in order of time: of 0.6 | 0.2 | 0.2, index 6 has time 5, which begins at index 4; index 8 has time 8.
    times = [1, 2, 3, 4, 5, 5, 5, 7, 8, 8]
    text = "user,id,time\n" + "".join(f"u,{letter},{at}\n" for letter, at in zip(LETTERS, times, strict=True))
    assert parts(folder, text, TIMED, '[split]\nkind = "time"\nfractions = [0.6, 0.2, 0.2]\n') == "tttt" + "vvvv" + "TT"


def test_one_day_cannot_be_split_by_time(folder: Folder) -> None:
    text = "user,id,time\n" + "".join(f"u,{letter},7\n" for letter in LETTERS)
    with pytest.raises(DatasetError, match='kind "time" leaves train and valid without interactions'):
        parts(folder, text, TIMED, '[split]\nkind = "time"\n')


def test_given(folder: Folder) -> None:
    text = "user,id,part\nu,a,train\nu,b, test \nu,c,valid\nv,a,dev\nv,b,\nv,c,train\n"
    assert parts(folder, text, GIVEN, '[split]\nkind = "given"\n') == "tTv" + "t"
    assert [(row, reason) for _, row, reason in folder.reasons()] == [
        (4, "split is none of train, valid, test"),
        (5, "split is none of train, valid, test"),
    ]


def test_a_given_split_is_not_read_for_another_kind(folder: Folder) -> None:
    assert parts(folder, "user,id,part\nu,a,x\nu,b,y\nu,c,\n", GIVEN) == "tvT"


def test_a_given_split_without_a_part(folder: Folder) -> None:
    with pytest.raises(DatasetError, match=r'kind "given" leaves valid without interactions\. Check the column'):
        parts(folder, "user,id,part\nu,a,train\nu,b,test\n", GIVEN, '[split]\nkind = "given"\n')
