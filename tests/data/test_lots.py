"""Who is drawn."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.data.lots import tuning_user


def test_tuning_users_are_a_fifth_and_always_the_same() -> None:
    ids = [f"user-{at}" for at in range(10_000)]
    chosen = tuning_user(ids)
    assert chosen.dtype == np.bool_
    assert 0.19 < chosen.mean() < 0.21
    # Worked out once: no other run, machine or company of users may change it.
    assert tuning_user(["A1YJEY40YUW4SE", "w", "é", "user-3", "user-4"]).tolist() == [False, True, False, False, True]
    assert (tuning_user(pa.array(ids)) == chosen).all()
    assert (tuning_user(pa.chunked_array([ids[:10], ids[10:]])) == chosen).all()
    assert (tuning_user(ids[::-1])[::-1] == chosen).all()
