"""What a view says, in words and figures, without a browser: for a file that is read without this server."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashboard import filtering, modes, re_ranking, search_compared, state
from dashboard.comparing import chosen, handout, loaded
from dashboard.comparing.chosen import Chosen
from dashboard.components import measured, notes
from dashboard.components.facts import Fact, table
from dashboard.components.words import clean, counted, typed
from dashboard.mapping import trust
from dashboard.mapping.view import Shown
from dashboard.modes import MODES
from dashboard.playlists import said_of_one
from dashboard.playlists.said_of_one import Open
from dashboard.playlists.tables import LISTED, listed
from dashboard.views import View
from pipeline.comparing import kept
from pipeline.comparing.comparable import obstacles
from pipeline.retrieval.engine import Engine, check_query

BY_LINK = "This view opens by its link only."


def of(view: View, opened: Open) -> str:
    """Return what a view says as HTML; of one that answers nothing, that there is a link to it.

    Args:
        view: The page and its parameters.
        opened: Opens a version by its name.

    Raises:
        ExplorerError: The view cannot be answered any more.
    """
    say, told = PAGES.get(view.page), ""
    if say is not None:
        with state.as_if(view.by_name):
            told = say(opened(state.text(state.VERSION) or None), opened)
    return told or notes.sentence(BY_LINK)


def searched(engine: Engine, opened: Open) -> str:
    """Say what a search lists, in one way or two; or what is similar to a product."""
    if product_id := state.text(state.SIMILAR):
        of_ = opened(state.text(state.SIMILAR_OF)) if state.text(state.SIMILAR_OF) else engine
        title = of_.catalogue.product(of_.catalogue.row(product_id)).title
        space = "towers" if state.text(state.SPACE) == "towers" and of_.has_towers else "text"
        found = of_.similar(product_id, k=LISTED, space=space)  # type: ignore[arg-type]
        return notes.headline(f"Nearest to {clean(title, 120)}:") + listed({of_.name: (of_, found.hits)})
    said = typed(state.text(state.QUERY)).strip()
    if not said:
        return ""
    query, mode = check_query(said), modes.chosen(engine)
    against = state.text(state.AGAINST)
    other = opened(against) if against and against != engine.name else None
    second = search_compared.second(engine, other, mode)
    asked = [(engine, mode), *([second] if second else [])]
    names = search_compared.names(*asked) if len(asked) == 2 else (MODES[mode].short,)
    answers = {}
    for name, (version, way) in zip(names, asked, strict=True):
        filters = filtering.asked(version)
        as_typed = bool(state.text(state.TYPED))
        found = version.search(query, k=LISTED, filters=filters, mode=MODES[way].engine, as_typed=as_typed)
        answers[name] = (version, found.hits)
    return notes.headline(f'"{clean(query, 200)}" finds:') + listed(answers)


def recommended(engine: Engine, opened: Open) -> str:
    """Say what a shopper or a basket is recommended, by one version or two."""
    against = state.text(state.AGAINST)
    versions = [engine, *([opened(against)] if against and against != engine.name else [])]
    wish = re_ranking.chosen()
    if held := state.texts(state.BASKET):
        asked: dict[str, object] = {"history": list(dict.fromkeys(held))}
        whom = f"A basket of {counted(len(held), 'product')}"
    elif user_id := state.text(state.SHOPPER).strip():
        asked = {"user_id": user_id, "as_of": "test" if state.text(state.HIDE) == "1" else "now"}
        whom = f"Shopper {clean(user_id, 80)}"
    else:
        return ""
    answers = {
        each.name: (each, each.recommend(k=LISTED, rebalance=wish, **asked).hits)  # type: ignore[arg-type]
        for each in versions
    }
    return notes.headline(f"{whom} is recommended:") + listed(answers)


def evaluated(engine: Engine, opened: Open) -> str:
    """Say what was measured, beside baselines and chance."""
    tasks = measured.options(engine.metrics, "task", ("recommend", "search"))
    if not tasks:
        return notes.sentence("This version was not evaluated.")
    task = _one_of(state.text(state.TASK), tasks)
    rows = measured.where(engine.metrics, task=task, slice="all")
    rows = measured.where(rows, split=_one_of(state.text(state.SPLIT), measured.options(rows, "split")))
    metrics = [each for each in ("recall", "ndcg", "mrr") if each in measured.options(rows, "metric")]
    metric = _one_of(state.text(state.METRIC), metrics, "ndcg")
    cuts = [str(each) for each in sorted(measured.options(measured.where(rows, metric=metric), "k"))]
    k = int(_one_of(state.text(state.CUT), cuts, "10"))
    ordered = measured.of(rows, metric, k)
    words = measured.provenance(task, rows[0]["split"], "all", max(each.n for each in ordered))
    return (
        notes.headline(measured.headline(task, metric, k, ordered))
        + notes.sentence(words)
        + measured.table(task, rows, [(each, k) for each in metrics], [each.system for each in ordered])
    )


def compared(engine: Engine, opened: Open) -> str:
    """Say the verdict on each version against the baseline."""
    known = {each.name: each for each in [*chosen.known(), *chosen.runs()]}
    others = [name for name in dict.fromkeys(state.texts(state.OTHERS)) if name in known and name != engine.name]
    if not others:
        return ""
    pool = state.text(state.POOL) == "1"
    named = [engine.manifest, *(known[name] for name in others[: chosen.MOST])]
    first, *groups = (loaded.group(each, list(known.values()), pool=pool) for each in named)
    task = _one_of(state.text(state.TASK), chosen.offered([engine.name, *others]))
    cut = _one_of(state.text(state.CUT), [str(k) for k in chosen.CUTS], "10")
    metric = _one_of(state.text(state.METRIC), list(kept.METRICS), "ndcg")
    hindered = {each.name: obstacles(first.manifest, each.manifest) for each in groups}
    asked = Chosen(first, tuple(groups), task, (metric, int(cut)), hindered)
    found = {each.name: loaded.compared(first, each, task, asked.figure) for each in asked.fair}
    return handout.verdicts(asked, found)


def mapped(engine: Engine, opened: Open) -> str:
    """Say what the map shows and how far it can be trusted."""
    shown = Shown.of(engine)
    names = len(shown.drawn.described["fine"])
    return notes.sentence(
        f"{counted(len(engine.catalogue), 'product')} in {counted(names, 'cluster')}. {trust.words(shown)}"
    )


def trained_on(engine: Engine, opened: Open) -> str:
    """Say what a version was made from."""
    known = engine.manifest.dataset
    nouns = ("products", "shoppers", "interactions", "judgements")
    facts = [Fact(each.capitalize(), "", (f"{known[each]:,}",)) for each in nouns if known.get(each)]
    return table("Data", [(clean(str(known.get("name", ""))), "The dataset")], facts) if facts else ""


def _one_of(said: str, choices: Sequence[str], default: str = "") -> str:
    return said if said in choices else default if default in choices else choices[0]


PAGES: dict[str, Callable[[Engine, Open], str]] = {
    "search": searched,
    "recommend": recommended,
    "shopper": said_of_one.shopper,
    "new-product": said_of_one.new_product,
    "reverse-search": said_of_one.reverse_search,
    "evaluation": evaluated,
    "compare": compared,
    "map": mapped,
    "data": trained_on,
}
