"""What a run comes to, in words and rows worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.components import batch
from pipeline.evaluation.batch import FIGURES, Answer


def answer(query: str, ndcg: float | None, ms: float = 1.0, ids: tuple[str, ...] = ("a",)) -> Answer:
    values = None
    if ndcg is not None:
        values = np.zeros(len(FIGURES))
        values[FIGURES["ndcg", 10]] = ndcg
    return Answer(query, ids, 5, ms, values)


def run(*ndcg: float | None) -> list[Answer]:
    return [answer(f"q{place}", value) for place, value in enumerate(ndcg)]


def headline(sides: batch.Sides) -> str:
    return batch.headline(sides, batch.rows_of(sides))


def test_one_mode_stands_beside_words_and_chance() -> None:
    sides = {"Ranked": run(0.75, 0.75)}
    rows = batch.rows_of(sides, {"bm25": run(0.5, 0.5), "chance": run(0.2, 0.3)})
    assert batch.headline(sides, rows) == (
        "Ranked: NDCG@10 is 0.750, 1.50 times words (BM25) alone and 3.00 times chance."
    )
    html = batch.figures(rows)
    assert html.index("Ranked") < html.index("Words (BM25)") < html.index("Chance")
    # Chance is worked out, not sampled: it has no interval.
    assert "<td>Chance</td><td>0.250<small></small></td>" in html


def test_one_side_is_its_mean_and_one_query_has_no_interval() -> None:
    assert headline({"Words": run(0.25, None)}) == "Words: NDCG@10 is 0.250."
    assert batch.provenance({"Words": run(0.25, None)}) == (
        "Measured on 1 judged query of 2: one alone gives no interval."
    )
    assert headline({"Words": run(None)}) == "1 query answered."
    assert batch.figures(batch.rows_of({"Words": run(None)})) == ""


def test_ten_wins_of_ten_are_a_difference() -> None:
    sides = {"A": run(*[0.5] * 10), "B": run(*[0.75] * 10)}
    # Of the 1,024 ways to give ten equal differences a sign, 2 are as extreme.
    assert headline(sides).startswith("B is better than A by 0.250 NDCG@10 (+0.250 to +0.250, p 0.00")
    assert batch.provenance(sides) == (
        "Measured on 10 judged queries of 10; intervals are 95 %. A is better for 0, B for 10; 0 are equal."
    )


def test_what_may_be_chance_is_no_difference() -> None:
    sides = {"A": run(0.5, 0.25, 0.5), "B": run(0.25, 0.25, 0.5)}
    assert headline(sides).startswith("No clear difference: A is ahead of B by 0.0833 NDCG@10 (0 to +0.")
    assert "A is better for 1, B for 0; 2 are equal." in batch.provenance(sides)
    assert headline({"A": run(0.5), "B": run(0.5)}) == ("No difference: the mean NDCG@10 of A and B is the same.")
    assert headline({"A": run(0.5), "B": run(None)}) == "1 query answered by both; none was judged for both."


def test_times_and_what_found_nothing() -> None:
    answers = [answer("q", None, ms=float(ms), ids=() if ms == 7 else ("a",)) for ms in range(1, 20)]
    # Twentieths of 1..19: the tenth is 10, the nineteenth 19.
    assert batch.times({"A": answers}) == (
        "Half of the searches took up to 10.0 ms, 95 % up to 19.0 ms; 1 query found nothing."
    )
    both = batch.times({"A": answers[:1], "B": answers[:1]})
    assert both == (
        "A: half of the searches took up to 1.00 ms, 95 % up to 1.00 ms. "
        "B: half of the searches took up to 1.00 ms, 95 % up to 1.00 ms."
    )


class Titles:
    """As much of a catalogue as a table needs."""

    def row(self, product_id: str) -> int:
        return 0

    def title(self, row: int) -> str:
        return "=Camera"


def test_rows_beside_each_other_and_in_a_file() -> None:
    sides = {"A": [answer("q", 0.5, ids=("a", "b"))], "B": [answer("q", 0.75, ids=("b", "c"))]}
    (row,) = batch.table(sides, [Titles(), Titles()], lambda query: f"/?q={query}")
    assert row["Difference"] == pytest.approx(-0.25)
    assert (row["Query"], row["Open"], row["Shared"], row["Top result, B"]) == ("q", "/?q=q", 1, "=Camera")
    one, other = batch.download(sides, [Titles(), Titles()], [{"version": "v"}, {"version": "w"}])
    assert (one["version"], one["side"], one["ndcg@10"], one["first_ten_product_ids"]) == ("v", "A", 0.5, "a b")
    assert (other["version"], other["side"], other["top_product_id"]) == ("w", "B", "b")


def test_an_order_that_learned_from_these_queries_is_not_tested_on_them() -> None:
    sides = {"Ranked": run(*[0.75] * 10), "Words": run(*[0.5] * 10)}
    rows = batch.rows_of(sides)
    assert batch.headline(sides, rows, {"Ranked"}) == (
        "Ranked less Words: +0.250 NDCG@10, on queries that the order of Ranked learned from."
    )
    assert "better" not in batch.provenance(sides, {"Ranked"})
    alone = {"Ranked": run(0.75, 0.75)}
    assert batch.headline(alone, batch.rows_of(alone), {"Ranked"}) == (
        "Ranked: NDCG@10 is 0.750 on queries that its order learned from."
    )


def test_sides_that_are_judged_on_different_queries_say_on_how_many() -> None:
    sides = {"A": run(0.5, 0.5, 0.5), "B": run(None, None, 0.75)}
    assert batch.provenance(sides).startswith(
        "Measured are A on 3 and B on 1 of 3 queries, those judged for each; 1 for both."
    )
    html = batch.figures(batch.rows_of(sides))
    assert "A<small>3 queries</small>" in html
    assert "B<small>1 query</small>" in html
    assert "queries" not in batch.figures(batch.rows_of({"A": run(0.5), "B": run(0.75)}))
    assert batch.provenance({"A": run(None), "B": run(0.5)}).startswith("Measured are A on 0 and B on 1 of 1 query")


def test_a_figure_of_fewer_queries_says_so() -> None:
    answers = run(0.5, 0.5)
    answers[0].values[FIGURES["unjudged", 10]] = np.nan  # nothing was found
    html = batch.figures(batch.rows_of({"A": answers}))
    assert " of 1</small>" in html


def test_the_protocol_says_which_lists_are_measured() -> None:
    assert batch.protocol([]) == ""
    assert batch.protocol(["open"]).startswith("Measured are the lists as the Search page shows them, spelling")
    assert batch.protocol(["judged", "judged"]).startswith("Measured is the order of each query's judged products")
    assert batch.protocol(["open", "judged"]).endswith("the two do not compare.")
