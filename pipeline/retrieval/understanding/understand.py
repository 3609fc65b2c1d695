"""Reading a query: what to search, under which filters, and what to offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed
from functools import cached_property

import numpy as np

from pipeline.retrieval.candidates import FloatArray, Mask
from pipeline.retrieval.catalogue import Catalogue
from pipeline.retrieval.filters import Filters
from pipeline.retrieval.fusion import scaled
from pipeline.retrieval.understanding.missing import missing, sentence
from pipeline.retrieval.understanding.names import Names
from pipeline.retrieval.understanding.prices import PRICE_WORDS, read_price
from pipeline.retrieval.understanding.relaxing import relax
from pipeline.retrieval.understanding.spelling import Speller, count_words
from pipeline.retrieval.understanding.understood import SEPARATOR, Correction, Offer, ReadPrice, Understood
from pipeline.retrieval.understanding.wording import replace
from pipeline.text.lexical import LexicalIndex, terms

FEW_PRICES = 0.5  # share of the products with a price below which a price limit is said to hide the others


class Understanding:
    """Reads queries for one catalogue.

    Args:
        catalogue: Its titles, brands, categories and prices.
        lexical: Says which words are in no product.
    """

    def __init__(self, catalogue: Catalogue, lexical: LexicalIndex) -> None:
        self._catalogue = catalogue
        self._lexical = lexical

    @cached_property
    def speller(self) -> Speller:
        """The speller over titles, brands and categories; made when first asked for."""
        table = self._catalogue.table
        categories = {step for path in self._catalogue.category_counts for step in path}
        counts = count_words([*table["title"].to_pylist(), *table["brand"].drop_null().to_pylist(), *categories])
        return Speller(counts, self._knows)

    @cached_property
    def names(self) -> Names:
        """The names of the brands and categories; made when first asked for."""
        return Names(self._catalogue.brand_counts, self._catalogue.category_counts)

    def over(self, catalogue: Catalogue, lexical: LexicalIndex) -> Understanding:
        """Return the same spelling and the same names over more products: what these hold is not repaired.

        Words and names that they alone have are neither proposed nor offered: both are counted over a whole catalogue.
        """
        other = Understanding(catalogue, lexical)
        other.speller = self.speller.knowing(other._knows)
        other.names = self.names
        return other

    def warm_up(self) -> None:
        """Make the speller and the names now, so that no query waits for them."""
        _ = self.speller, self.names

    def read(self, text: str, filters: Filters, *, as_typed: bool = False) -> Understood:
        """Return how a query is understood.

        Args:
            text: The query, not blank.
            filters: Those of the request; where they limit prices, a price in the query is left out.
            as_typed: Search the query unchanged: no spelling is repaired and no price is read.
        """
        if as_typed:
            return Understood(text, text, filters, offers=self._offers(text, filters))
        price, words = self._price(text, filters)
        if price and not price.unused:
            filters = changed(filters, price_min=price.low, price_max=price.high)
        corrections = []
        for typed, used in self._repairs(words):
            words = replace(words, typed.split(), used)
            corrections.append(Correction(typed, used))
        return Understood(text, words, filters, tuple(dict.fromkeys(corrections)), price, self._offers(words, filters))

    def relaxed(
        self, understood: Understood, asked: Filters, scores: Sequence[FloatArray], *, words_alone: bool
    ) -> Understood:
        """Return a query as understood, its filters relaxed where nothing that passes them is found.

        What is wanted then is what holds a word of the query, where any product does; else what is near in meaning.

        Args:
            understood: The query.
            asked: The filters of the request.
            scores: Of each retriever that was asked, float32 [n_products]; that of words is the first.
            words_alone: Whether only what holds a word is listed. Where nothing does, no filter is to blame, and none
                is relaxed.
        """
        if not understood.filters:
            return understood
        found = [score > 0 for score in scores]
        passing = self._passing(understood.filters)
        anywhere = np.logical_or.reduce(found)
        if (passing & anywhere).any() or (passing.any() and not anywhere.any()):
            return understood
        wanted = next((each for each in found if each.any()), None)
        if wanted is None:
            if words_alone:
                return understood
            wanted = np.ones(len(self._catalogue), dtype=bool)
        match = np.mean([scaled(each) for each in scores], axis=0)
        filters, sentences = relax(understood.filters, asked, understood.price, self._passing, wanted, match)
        return changed(understood, filters=filters, relaxed=sentences)

    def missing(self, understood: Understood) -> list[str]:
        """Return a sentence on the words that no product holds; none where all are held."""
        lacking = missing(understood.words, self._lexical)
        return [sentence(understood.words, lacking)] if lacking else []

    def notes(self, understood: Understood) -> list[str]:
        """Return the sentences that a reader should know."""
        notes = []
        if understood.corrections:
            used = ", ".join(f'"{each.used}" instead of "{each.typed}"' for each in understood.corrections)
            notes.append(f"Searched for {used}.")
        if understood.price:
            notes.append(understood.price.told)
            priced = 1 - float(np.isnan(self._catalogue.price).mean())
            if priced < FEW_PRICES and not understood.price.unused:
                notes.append(
                    f"Only {100 * max(priced, 0.01):.0f} % of the products have a price; the others are left out."
                )
        return [*notes, *understood.relaxed]

    def _passing(self, filters: Filters) -> Mask:
        mask = filters.mask(self._catalogue)
        return np.ones(len(self._catalogue), dtype=bool) if mask is None else mask

    def _knows(self, word: str) -> bool:
        return any(map(self._lexical.knows, terms(word)))

    def _repairs(self, words: str) -> list[tuple[str, str]]:
        # The speller is made only for a query that holds a word which no product does.
        if all(map(self._lexical.knows, terms(words))):
            return []
        return [repair for repair in self.speller.repair(words) if PRICE_WORDS.isdisjoint(repair[0].split())]

    def _price(self, text: str, filters: Filters) -> tuple[ReadPrice | None, str]:
        """Return the price that the query says and the words to search without it."""
        price, rest = read_price(text)
        if price is None:
            return None, text
        if not self._catalogue.has_prices:
            price = changed(price, unused="no product here has a price")
        elif filters.price_min is not None or filters.price_max is not None:
            price = changed(price, unused="the price filter stands instead")
        return price, rest if terms(rest) else text

    def _offers(self, words: str, filters: Filters) -> tuple[Offer, ...]:
        offers = []
        for named in self.names.find(words):
            rest = replace(words, named.said, "")
            query = rest if terms(rest) else words
            if named.brand and named.brand not in filters.brands:
                wanted = changed(filters, brands=(*filters.brands, named.brand))
                offers.append(Offer("brand", named.brand, wanted, query))
            for path in named.paths:
                if path != filters.category[: len(path)]:
                    offers.append(Offer("category", SEPARATOR.join(path), changed(filters, category=path), query))
        return tuple(dict.fromkeys(offers))
