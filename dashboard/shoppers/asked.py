"""What the URL asks of the Shopper page: whose history, what is left out of it and added to it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import cached_property

from dashboard import state
from dashboard.components.history_chart import Event
from pipeline.retrieval.because import Because, because, knows_by_name
from pipeline.retrieval.engine import MAX_K, Engine
from pipeline.retrieval.reading import Whom
from pipeline.retrieval.results import Results

FIRST = 10  # ranks that count as a hit
CHANGES = (state.WITHOUT, state.ADDED)
OF_ONE = (*CHANGES, state.WHY, state.PRODUCT)  # say nothing of anyone else


@dataclass(frozen=True)
class Asked:
    """Someone's history, and the answers to it.

    Args:
        engine: The version.
        recorded: Whose history it is, as it lies in the data, or the basket.
        changed: The same with what a reader left out and added.
        missing: Ids that the URL adds and the version lacks.
        k: How many recommendations are shown.
    """

    engine: Engine
    recorded: Whom
    changed: Whom
    missing: tuple[str, ...]
    k: int

    @classmethod
    def of(cls, engine: Engine, recorded: Whom, k: int) -> Asked:
        """Return what the URL asks; what it leaves out that is not in the history changes nothing."""
        held = set(_ids(engine, recorded))
        without = tuple(each for each in dict.fromkeys(state.texts(state.WITHOUT)) if each in held)
        wished = [each for each in dict.fromkeys(state.texts(state.ADDED)) if each not in held]
        added = tuple(each for each in wished if each in engine.catalogue)
        missing = tuple(each for each in wished if each not in engine.catalogue)
        return cls(engine, recorded, replace(recorded, without=without, added=added), missing, k)

    @property
    def simulated(self) -> bool:
        return self.changed != self.recorded

    @property
    def name(self) -> str:
        """Who it is: a shopper's id, or the basket."""
        return self.recorded.user_id if self.recorded.user_id is not None else "the basket"

    @property
    def address(self) -> dict[str, str | list[str]]:
        """The URL parameters that name them, on every page."""
        if self.recorded.user_id is not None:
            return {state.SHOPPER: self.recorded.user_id}
        return {state.FOR: "basket", state.BASKET: list(self.recorded.history or ())}

    @property
    def hidden(self) -> bool:
        return self.recorded.as_of == "test"

    @cached_property
    def before(self) -> Results:
        """What is recommended to the history as it is, as deep as the engine answers."""
        return self.engine.recommend(**asdict(self.recorded), k=MAX_K)

    @cached_property
    def after(self) -> Results:
        """What is recommended to the changed history."""
        return self.engine.recommend(**asdict(self.changed), k=MAX_K) if self.simulated else self.before

    @cached_property
    def tested(self) -> Results:
        """What is recommended where the held-out products are hidden; the same as `before` for a basket."""
        if self.hidden or self.recorded.user_id is None:
            return self.before
        return self.engine.recommend(user_id=self.recorded.user_id, as_of="test", k=MAX_K)

    @property
    def tested_history(self) -> list[str]:
        """Ids of what the version was told when it was evaluated."""
        return _ids(self.engine, Whom(user_id=self.recorded.user_id, as_of="test"))

    @cached_property
    def history(self) -> list[str]:
        """Ids of what the changed history holds, oldest first."""
        return _ids(self.engine, self.changed)

    @cached_property
    def titles(self) -> list[str]:
        """Of the changed history, oldest first."""
        return [self.engine.catalogue.product(self.engine.catalogue.row(each)).title for each in self.history]

    @cached_property
    def because(self) -> Because | None:
        """What the changed history adds to the scores of all products in `after`, in its order."""
        return because(self.engine, self.changed, [hit.row for hit in self.after.hits])

    @cached_property
    def because_before(self) -> Because | None:
        """What the history as it is adds to the scores of the first k products in `before`, in their order."""
        return because(self.engine, self.recorded, [hit.row for hit in self.before.hits[: self.k]])

    @cached_property
    def titles_before(self) -> list[str]:
        """Of the history as it is, oldest first."""
        return [
            self.engine.catalogue.title(self.engine.catalogue.row(each)) for each in _ids(self.engine, self.recorded)
        ]

    @property
    def by_name(self) -> bool:
        return knows_by_name(self.engine, self.recorded)

    @property
    def reranked(self) -> bool:
        return bool(self.after.hits) and self.after.hits[0].parts[0].retriever == "reranked"

    def events(self) -> list[tuple[str, Event]]:
        """Return every product of the history with its id, oldest first, what was left out and added among them."""
        found = []
        catalogue = self.engine.catalogue
        if self.recorded.user_id is not None and self.engine.shoppers is not None:
            for item in self.engine.shoppers.history(self.recorded.user_id):
                product = catalogue.product(item.row)
                change = "left" if product.product_id in self.changed.without else ""
                event = Event(product.title, tuple(product.category), item.when, item.rating, item.part, change)
                found.append((product.product_id, event))
        else:
            for each in self.recorded.history or ():
                product = catalogue.product(catalogue.row(each))
                change = "left" if each in self.changed.without else ""
                found.append((each, Event(product.title, tuple(product.category), None, None, "", change)))
        for each in self.changed.added:
            product = catalogue.product(catalogue.row(each))
            found.append((each, Event(product.title, tuple(product.category), None, None, "", "added")))
        return found


def _ids(engine: Engine, whom: Whom) -> list[str]:
    rows = whom.read(engine.catalogue, engine.shoppers).rows
    return [engine.catalogue.ids[row] for row in rows]
