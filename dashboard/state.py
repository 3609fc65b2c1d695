"""Every URL parameter and session key, named once.

The URL is the truth: a widget shows what the URL says, and a change of the widget is written to the URL before the
page runs again. So whatever is on screen can be copied from the address bar.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

import streamlit as st

from pipeline.errors import InvalidRequest
from pipeline.retrieval.engine import MAX_K, check_k

FEW = 10  # how many products a list begins with

# URL parameters
VERSION = "version"
AGAINST = "against"  # the second version, side by side
AGAINST_MODE = "against-mode"  # the second way to search, side by side
QUERY = "q"
MODE = "mode"
TYPED = "typed"  # "1" searches the query as typed
BRAND = "brand"  # may repeat
CATEGORY = "category"
PRICE_MIN = "min"
PRICE_MAX = "max"
RATING = "rating"  # the lowest mean rating
SINCE = "since"  # the first day of release, as year-month-day
SHOWN = "n"  # how many results are listed
WHY = "why"  # the id of the product whose place in the list is explained
WHY_SIDE = "why-side"  # "2" explains its place in the second of two lists
SIMILAR = "similar"  # a product id
SIMILAR_OF = "similar-of"  # the version that holds it, where that is not the first one
SPACE = "space"
FOR = "for"  # shopper or basket
SHOPPER = "shopper"
BASKET = "basket"  # product ids; may repeat
HIDE = "hide"  # "1" hides the held-out products of the history
TASK = "task"
METRIC = "metric"
CUT = "k"
SPLIT = "split"
SLICE = "slice"  # a family of slices
DETAIL = "detail"  # what Evaluation shows below its figures, and Map below the map
METHOD = "method"  # how a map is drawn: umap or tsne
COLOUR = "colour"  # what the colours of a map say
OFF = "off"  # the groups that the legend of a map has switched off: 0_3
DENSITY = "density"  # "1" shows how many products lie where, instead of each
NAMELESS = "nameless"  # "1" leaves the names of clusters off a map
VIEW = "view"  # the part of the map in view: left, right, bottom, top
AREA = "area"  # the outline of a selection on the map: x_y_x_y ...
SEGMENT = "segment"  # the name of a saved selection
PRODUCT = "product"  # a product id, marked on the map
LEVEL = "level"  # of the clusters: fine or coarse
CLUSTER = "cluster"  # the number of a cluster, from 1
LISTS = "lists"  # whose lists show products or do not: similar or recommended
SET = "set"  # a query set
RUN = "run"  # "1" runs the query set

BETWEEN = "_"  # between the numbers of a list: a browser leaves it as it is

# On the Compare page
OTHERS = "others"  # the versions compared with the baseline; may repeat
POOL = "pool"  # "1" pools the trainings of one recipe that differ by their seed
FOCUS = "focus"  # the one of the others that the detail is about
CHANGE = "change"  # which shoppers or queries are listed: worse, better or all
BOX = "box"  # the part of the scatter that is selected: low and high of A, low and high of B
UNIT = "unit"  # the shopper, query or product whose lists are compared
KIND = "kind"  # what the unit is: shopper, query or product; on the Data page, whose interactions are counted

WHAT_IF = "of"  # the version whose candidates are put in another order
MOVES = "moves"  # the weight that the frontier moves
POPULARITY = "popularity"  # the weights of a re-ranking
DIVERSITY = "diversity"
PRICE_WISH = "price"
FRESHNESS = "freshness"

# On the Shopper page
WITHOUT = "without"  # the ids of products that the history is read without; may repeat
ADDED = "added"  # the ids of products that are put at the end of the history; may repeat

# On the Data page
ABOUT = "about"  # what of the data is shown
GROUPED = "grouped"  # what products are grouped by: category, subcategory or brand
REASON = "reason"  # why the rows shown were left out
FEATURE = "feature"  # the attribute whose drift is drawn

# On the pages Taste test and Judge
BALLOT = "ballot"  # the number of the ballot, from 1
DESIGN = "design"  # how two lists are shown: sides or interleaved
TALLY = "tally"  # "1" shows what the votes say so far

# On the page Runs
DATASET = "dataset"  # the description that a run reads, or "sample"
RECIPE = "recipe"
NAME = "name"  # the version that it publishes
SEED = "seed"
K_CORE = "k-core"
REPLACE = "replace"  # "1" lets a version of that name give way
JOB = "job"  # the run in view
LOG = "log"  # "1" shows what it printed

# On the page Your data
OWN = "own"  # the name of the dataset
TABLE = "table"  # the one in view: products, interactions or judgements
LOOK = "look"  # what of it is shown: the canonical rows, those left out, or the file

# On New product and Reverse search
TITLE = "title"  # of a product that is not in the catalogue
EDITED = "edited"  # a second title of it
COSTS = "costs"  # its price
MANY = "many"  # "1" tries many products from a file
AS_SERVED = "as-served"  # "1" lists for fewer shoppers, as the version recommends
QUERIES = "queries"  # which queries are asked: judged, own, or set: and the name of a query set

# On Recommend, and in the REST API
PRESET = "preset"  # a re-ranking preset

# On tour, and where a playlist is presented: on every page
TOUR = "tour"  # the number of the step in view, from 1
PRESENT = "present"  # the number of the pin in view, from 1

# Session keys
KEPT_VERSION = "kept-version"  # the version last looked at, for the next page
KEPT_BASKET = "kept-basket"
SEGMENT_NAME = "segment-name"  # what is typed to name a selection
SEGMENT_PROBLEM = "segment-problem"  # why it could not be saved
FORGOTTEN = "forgotten"  # the URL parameters that lost their meaning by the last change
FILTERS_OPEN = "filters-open"  # whether the filters are unfolded
CHART_FORMAT = "chart-format"  # how charts are saved: png or svg
NICKNAME = "nickname"  # who votes and judges
PRODUCT_QUERY = "product-query"  # what is typed to add a product to the basket
ADD_QUERY = "add-query"  # what is typed to add a product to a shopper's history
PAGES = "pages"  # every page, by its path
PIN_TITLE = "pin-title"  # what is typed to pin a view
PIN_NOTE = "pin-note"
PIN_TOLD = "pin-told"  # what came of the last change of the playlist
UNPINNED = "unpinned"  # the pin that was removed last, to put it back
DRAFTS = "drafts"  # products from a file, as they were read

_instead: ContextVar[Mapping[str, Sequence[str]] | None] = ContextVar("instead", default=None)


@contextmanager
def as_if(parameters: Mapping[str, Sequence[str]]) -> Iterator[None]:
    """Let what is read inside come from these parameters instead of the URL: of a view that is not on screen."""
    token = _instead.set(parameters)
    try:
        yield
    finally:
        _instead.reset(token)


def of_table(table: str, what: str) -> str:
    """Return the URL parameter of a table of one's own data: products-file, products-title, interactions-unit.

    Args:
        table: products, interactions or judgements.
        what: file, unit, separator, scale, or a canonical column, whose value is the column of the file.
    """
    return f"{table}-{what}"


def text(parameter: str, default: str = "") -> str:
    """Return what the URL says, the last one where it says it more than once."""
    if _instead.get() is None:
        return st.query_params.get(parameter, default)
    return (texts(parameter) or [default])[-1]


def texts(parameter: str) -> list[str]:
    """Return everything the URL says."""
    instead = _instead.get()
    return st.query_params.get_all(parameter) if instead is None else list(instead.get(parameter, ()))


class WrongNumber(InvalidRequest):
    """The URL asks for a number of products that cannot be listed.

    Args:
        parameter: The URL parameter.
        problem: What is wrong.
        remedy: What to do.
    """

    def __init__(self, parameter: str, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.parameter = parameter


def how_many(parameter: str) -> int:
    """Return how many products the URL asks for, from 1 to 100; 10 where it does not say.

    Raises:
        WrongNumber: It is something else.
    """
    said = text(parameter)
    if not said:
        return FEW
    try:
        number = int(said[:40])
        check_k(number)
    except ValueError:
        problem = f'"{said[:40]}" is not a whole number.'
        raise WrongNumber(parameter, problem, f"Ask for 1 to {MAX_K}.") from None
    except InvalidRequest as error:
        raise WrongNumber(parameter, error.problem, error.remedy) from None
    return number


def price(parameter: str) -> float | None:
    """Return a price from the URL, None where it names none.

    Raises:
        InvalidRequest: It is something else.
    """
    return _number(parameter, "a price", "Use a number of 0 or more.")


def rating() -> float | None:
    """Return the lowest rating that the URL asks for, None where it asks for none.

    Raises:
        InvalidRequest: It is not a number.
    """
    return _number(RATING, "a rating", "Use a number from 0 to 5.")


def since() -> date | None:
    """Return the first day of release that the URL asks for, None where it asks for none.

    Raises:
        InvalidRequest: It is not a day.
    """
    if not (said := text(SINCE)):
        return None
    try:
        return date.fromisoformat(said[:40])
    except ValueError:
        raise InvalidRequest(f'"{said[:40]}" is not a day.', "Write it as year-month-day.") from None


def _number(parameter: str, noun: str, remedy: str) -> float | None:
    if not (said := text(parameter)):
        return None
    try:
        value = float(said[:40])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InvalidRequest(f'"{said[:40]}" is not {noun}.', remedy)
    return value


def write(parameter: str, value: object) -> None:
    """Write a value into the URL; nothing, "" and an empty list take the parameter out of it."""
    if value is None or value is False or value == "" or value == []:
        st.query_params.pop(parameter, None)
    elif isinstance(value, list | tuple):
        st.query_params[parameter] = [str(each) for each in value]
    else:
        st.query_params[parameter] = "1" if value is True else str(value)


def bound(parameter: str, value: Any, forget: Sequence[str] = (), default: object = None) -> dict[str, Any]:
    """Return the arguments that tie a widget to a URL parameter.

    Args:
        parameter: The URL parameter.
        value: What the widget shows, read from the URL and checked by the caller.
        forget: Parameters that lose their meaning when this one changes.
        default: The value that the URL leaves out.
    """
    key = f"widget-{parameter}"
    st.session_state[key] = value
    return {"key": key, "on_change": _push, "args": (parameter, tuple(forget), default)}


def _push(parameter: str, forget: tuple[str, ...], default: object) -> None:
    value = st.session_state[f"widget-{parameter}"]
    write(parameter, None if value == default else value)
    forget_all(forget)


def forget_all(parameters: Sequence[str]) -> None:
    """Take parameters that have lost their meaning out of the URL; `forgotten` tells which of them were there."""
    st.session_state[FORGOTTEN] = [each for each in parameters if each in st.query_params]
    for each in parameters:
        write(each, None)


def forgotten() -> list[str]:
    """Return the URL parameters that the reader's last change took out of the URL, once."""
    return list(st.session_state.pop(FORGOTTEN, []))


def version() -> str | None:
    """Return the version that the URL names, else the one last looked at, else None."""
    if name := text(VERSION):
        st.session_state[KEPT_VERSION] = name
    return st.session_state.get(KEPT_VERSION)


def pin_version(name: str) -> None:
    """Put the version into the URL, so that a copied link shows the same after another one is published."""
    if text(VERSION) != name:
        write(VERSION, name)


def whom() -> str:
    """Return whom Recommend is for: "shopper" or "basket"."""
    if (said := text(FOR)) in ("shopper", "basket"):
        return said
    return "basket" if texts(BASKET) and not text(SHOPPER) else "shopper"


def basket() -> list[str]:
    """Return the ids of the products in the basket, oldest first; the URL's where it names some."""
    if said := texts(BASKET):
        st.session_state[KEPT_BASKET] = list(dict.fromkeys(said))
    return list(st.session_state.get(KEPT_BASKET, []))


def set_basket(ids: Sequence[str], *, in_url: bool) -> None:
    """Keep a basket for this session and, on the page that shows it, in the URL."""
    st.session_state[KEPT_BASKET] = list(ids)
    if in_url:
        write(BASKET, list(ids))
