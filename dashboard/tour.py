"""The guided tour: six views of a version with a note each, made from what the version holds."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import choices, loading, state
from dashboard.batches import Recent
from dashboard.components import measured
from dashboard.components.words import clean, counted
from dashboard.modes import MODES, offered
from dashboard.views import View
from pipeline.comparing import kept
from pipeline.comparing.comparable import obstacles
from pipeline.errors import ExplorerError
from pipeline.manifest import Manifest
from pipeline.retrieval.engine import Engine

TRIED, SHOWN = 12, 10  # queries tried for the difference between two modes; results compared of each
SOME = range(2, 6)  # of those, shared by both
FEWEST, MOST = 5, 25  # products of a history that fits a screen


@dataclass(frozen=True)
class Step:
    """A view on the tour.

    Args:
        title: What it shows, in a few words.
        note: What to look at there.
        view: Where it is.
    """

    title: str
    note: str
    view: View


@dataclass(frozen=True)
class Tour:
    """The steps that a version can show.

    Args:
        steps: In order.
        without: What the usual tour shows and this version cannot, and what stands in its place; a sentence each.
    """

    steps: tuple[Step, ...]
    without: tuple[str, ...]


_remembered: Recent[tuple[str, ...], Tour] = Recent(8)


def of(engine: Engine) -> Tour:
    """Return the tour through a version: the same as long as neither it nor those beside it change."""
    beside = [each.manifest for each in loading.versions().listing() if each.manifest is not None and not each.reason]
    key = (str(loading.versions().store.artifacts), engine.manifest.checksum, *(each.checksum for each in beside))
    found = _remembered.get(key)
    if found is None:
        found = _made(engine, beside)
        _remembered.put(key, found)
    return found


def _made(engine: Engine, beside: list[Manifest]) -> Tour:
    without: list[str] = []
    query, shared, first = telling_query(engine)
    steps = [
        *_searched(engine, query, shared, without),
        *_recommended(engine, first, without),
        *_mapped(engine, first, without),
        *_compared(engine, beside, without),
        *_explained(engine, query, first, without),
        *_evaluated(engine, without),
    ]
    return Tour(tuple(steps), tuple(without))


def telling_query(engine: Engine) -> tuple[str, int, str]:
    """Return the query, of those that the version suggests, whose answers by words and by meaning tell most apart.

    They share some results and not most, so that there are lines and there is something new; of more than one word, so
    that each can be weighed; then, the fewer shared the better.

    Returns:
        The query, how many of the first ten both lists share, and the id of the first product of the version's own
        answer; "" where it finds nothing.
    """
    best, shared, telling = "", 0, (False, False, -SHOWN - 1)
    for query in choices.example_queries(engine, TRIED):
        try:
            words, meaning = (
                {hit.product_id for hit in engine.search(query, k=SHOWN, mode=MODES[each].engine).hits}
                for each in ("words", "meaning")
            )
        except ExplorerError:
            continue  # a judged query may be longer than what is read
        both = len(words & meaning)
        own = (both in SOME, len(query.split()) > 1, -both)
        if len(words) >= min(SHOWN, 3) and own > telling:
            best, shared, telling = query, both, own
        best = best or query
    hits = engine.search(best, k=1, mode=MODES[offered(engine)[0]].engine).hits if best else ()
    return best, shared, hits[0].product_id if hits else ""


def _view(engine: Engine, page: str, **parameters: str) -> View:
    named = {name.replace("_", "-"): value for name, value in parameters.items()}
    return View(page, ((state.VERSION, engine.name), *named.items()))


def _searched(engine: Engine, query: str, shared: int, without: list[str]) -> list[Step]:
    if not query:
        without.append("No search: this version holds no product.")
        return []
    both = f"{shared} {'is' if shared == 1 else 'are'} in both lists, joined by lines" if shared else "none is in both"
    sides = f'"{clean(query, 80)}" by its words on the left, by its meaning on the right'
    note = f"{sides}: of the first {SHOWN}, {both}."
    view = _view(engine, "search", q=query, mode="words", against_mode="meaning")
    return [Step("A search by words and by meaning", note, view)]


def _recommended(engine: Engine, first: str, without: list[str]) -> list[Step]:
    some = choices.example_shoppers(engine, 200)
    if some:
        fitting = [each for each in some if FEWEST <= each[1] <= MOST]
        name, length = (fitting or some)[0]
        note = (
            f"{clean(name, 60)} has {counted(length, 'product')}. Beside that history stands what this version "
            "recommends next, with a reason each; Options hides the last product and says whether it is found."
        )
        return [Step("A shopper's recommendations", note, _view(engine, "recommend", shopper=name))]
    if first:
        without.append("No recommendations: this version knows no shoppers. Similar products stand in their place.")
        note = "The products nearest to this one in meaning. A version with shoppers recommends to each of them."
        return [Step("Similar products", note, _view(engine, "search", similar=first))]
    without.append("No recommendations: this version knows no shoppers.")
    return []


def _mapped(engine: Engine, first: str, without: list[str]) -> list[Step]:
    if engine.maps is None or not first:
        without.append("No map: none was drawn for this version.")
        return []
    note = (
        "Every product is a dot, near those that the model takes for alike. One is marked, with its true nearest "
        "neighbours; below the map stands how far the picture can be trusted."
    )
    return [Step("The map of all products", note, _view(engine, "map", product=first))]


def _compared(engine: Engine, beside: list[Manifest], without: list[str]) -> list[Step]:
    fair = [each for each in beside if each.name != engine.name and not obstacles(engine.manifest, each)]
    own_tasks = _tasks(engine.name)
    fair = [each for each in fair if own_tasks & _tasks(each.name)]
    if fair:
        own = engine.manifest.recipe.get("name")
        other = min(fair, key=lambda each: (each.recipe.get("name") == own, each.name))  # another recipe tells more
        note = (
            f"{other.name} against {engine.name}, shopper by shopper: a verdict in words, the interval of the "
            "difference, and below it who gains and who loses."
        )
        return [Step("Two versions compared", note, _view(engine, "compare", others=other.name, detail="units"))]
    without.append("No comparison: no other version has this dataset and split. What it was trained on stands instead.")
    note = "Counts, the long tail, time, and what was left out and why: how far figures over this data can be trusted."
    return [Step("What it was trained on", note, _view(engine, "data"))]


def _tasks(name: str) -> set[str]:
    """Return the tasks that a version keeps values of, one per shopper or query."""
    return set(kept.tasks(loading.versions().store.root / name))


def _explained(engine: Engine, query: str, first: str, without: list[str]) -> list[Step]:
    if not first:
        without.append("No explanation: nothing is found that could be explained.")
        return []
    title = clean(engine.catalogue.product(engine.catalogue.row(first)).title, 80)
    note = f'Why "{title}" comes first for "{clean(query, 80)}": every part of its score, taken apart.'
    return [Step("Why a product is where it is", note, _view(engine, "search", q=query, why=first))]


def _evaluated(engine: Engine, without: list[str]) -> list[Step]:
    for task in measured.options(engine.metrics, "task", ("recommend", "search")):
        rows = measured.where(engine.metrics, task=task, slice="all")
        rows = measured.where(rows, split=rows[0]["split"]) if rows else []
        if measured.headline(task, "ndcg", SHOWN, measured.of(rows, "ndcg", SHOWN)):
            note = (
                "What it reaches on what was kept from it. Every system stands beside chance, with its interval; each "
                "metric has its formula a click away, and the tabs below show whom it serves better and worse."
            )
            return [Step("How good it is, beside chance", note, _view(engine, "evaluation", task=task))]
    without.append("No evaluation: this version was not measured.")
    return []
