"""The bounds of what may be asked."""

from __future__ import annotations

from pipeline.errors import InvalidRequest

MAX_K = 100
MAX_QUERY = 500  # characters
MAX_HISTORY = 1000  # products posted as a basket


def check_query(text: str) -> str:
    """Return the query without blanks around it.

    Raises:
        InvalidRequest: It is empty or longer than 500 characters.
    """
    text = text.strip()
    if not text:
        raise InvalidRequest("The query is empty.", "Type what you are looking for.")
    if len(text) > MAX_QUERY:
        raise InvalidRequest(f"The query has {len(text):,} characters; at most {MAX_QUERY} are read.", "Shorten it.")
    return text


def check_k(k: int) -> None:
    """Refuse a number of results outside 1 to 100.

    Raises:
        InvalidRequest: k is out of range.
    """
    if not 1 <= k <= MAX_K:
        raise InvalidRequest(f"{k} results cannot be shown.", f"Ask for 1 to {MAX_K}.")
