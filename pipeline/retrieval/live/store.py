"""The live products of one version: its journal, and the engine over it as the journal stands now."""

from __future__ import annotations

import base64
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import asdict
from threading import Lock
from typing import Any

import numpy as np

from pipeline.errors import AlreadyPublished, ExplorerError, InvalidRequest, JournalFailed, UnknownProduct
from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.drafts.draft import MAX_ID, Draft, tidied
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.live.added import Added, Adder
from pipeline.retrieval.live.engine import LiveEngine
from pipeline.retrieval.live.journal import Journal, Record, Stamp
from pipeline.retrieval.live.overlay import Overlay

log = logging.getLogger(__name__)


class CannotBeAdded(ExplorerError):
    """A version cannot serve a product that is to be added to it."""


class LiveProducts:
    """Adds products to a version and takes them away, and keeps the engine that knows them. Safe to share by threads.

    Engines are never changed: an addition makes another one, which takes the place of the one before at once.

    Args:
        published: The engine of the version.
        journal: What was added to it.
    """

    def __init__(self, published: Engine, journal: Journal) -> None:
        self.published, self._journal = published, journal
        self._guard = Lock()
        self._stamp: Stamp | None = None
        self._engine = published
        self._known: dict[str, tuple[Record, Added]] = {}
        self._adder: Adder | None = None
        self._overlay = Overlay(published.contents)
        self._laid: tuple[list[Added], Engine] = [], published

    def engine(self) -> Engine:
        """Return the engine over the journal as it stands now; a change by another process is seen.

        A journal that cannot be read adds nothing to what is known of it. Where what it says cannot be served, the
        published engine answers alone: additions never stop a search.
        """
        with contextlib.suppress(OSError):
            if self._journal.stamp() == self._stamp:
                return self._engine
        with self._guard:
            return self._renewed()

    def put(self, product_id: str, draft: Draft) -> bool:
        """Add a product, or replace one that was added; return whether it is new.

        It is laid over the version before it is written down, so that what cannot be served is never kept.

        Raises:
            InvalidRequest: The id is empty, too long, or has control characters or blanks around it.
            AlreadyPublished: It is a product of the version itself.
            CannotBeAdded: The version cannot serve it.
            JournalFull, JournalFailed: As in `Journal.put`.
        """
        check_id(product_id)
        self._refuse_published(product_id)
        self._require_item_vectors()
        (vector,) = self.published.drafts.text([draft])
        record = _record(draft, vector, self.published.manifest.checksum)
        with self._guard:  # what is tried is what is written down next
            new = product_id not in self._renewed().catalogue
            self._try(product_id, record)
            self._journal.put(product_id, record)
            self._renewed()
        return new

    def remove(self, product_id: str) -> None:
        """Take away a product that was added.

        Raises:
            UnknownProduct: There is none of that id.
            AlreadyPublished: It is a product of the version itself.
            JournalFailed: As in `Journal.remove`.
        """
        self._refuse_published(product_id)
        if not self._journal.remove(product_id):
            raise UnknownProduct(f'No product "{product_id[:80]}" was added.', "Look for it among the added products.")
        self.engine()

    def _refuse_published(self, product_id: str) -> None:
        if product_id in self.published.catalogue:
            raise AlreadyPublished(
                f'"{product_id[:80]}" is a product of version "{self.published.name}" itself, which never changes.',
                "Use another id, or publish the version anew.",
            )

    def _require_item_vectors(self) -> None:
        """Refuse additions where towers recommend and no item tower can say where a new product is among their vectors.

        Its text vector is of another space, and often of another length.
        """
        if self.published.has_towers and not self.published.drafts.has_tower:
            raise CannotBeAdded(
                f'Version "{self.published.name}" has towers but no item tower, so no product can be added to it.',
                "Publish it anew with --replace, or add the product to another version.",
            )

    def _try(self, product_id: str, record: Record) -> None:
        """Refuse a product that cannot be laid over the version behind what was added before."""
        try:
            records = dict(self._journal.read().records)
        except OSError as error:
            raise JournalFailed(
                f"What was added before cannot be read ({error.strerror or 'the disk failed'}); nothing was changed.",
                "Correct the permissions of artifacts/live.",
            ) from None
        records.pop(product_id, None)  # what is replaced goes to the end, as in the journal
        try:
            self._over(self._read({**records, product_id: record}))
        except Exception as error:  # whatever it is, every search would meet it again
            log.exception('"%s" cannot be added to %s', product_id[:80], self.published.name)
            raise CannotBeAdded(
                f'Version "{self.published.name}" cannot serve this product, or one that was added before; '
                "nothing was changed.",
                "Look into the log of the service.",
            ) from error

    def _renewed(self) -> Engine:
        try:
            # The stamp is taken first: what is written while the journal is read is read again at the next look.
            stamp = self._journal.stamp()
            if stamp == self._stamp:
                return self._engine
            records = self._journal.read().records
        except OSError as error:
            log.warning("What was added to %s cannot be read: %s", self.published.name, error)
            return self._engine
        try:
            self._engine = self._over(self._read(records))
        except Exception:  # the version itself can be served
            log.exception("What was added to %s cannot be served, and is left out", self.published.name)
            self._engine = self.published
        self._stamp = stamp  # also of what failed: it would fail again, at every search
        return self._engine

    def _over(self, added: list[Added]) -> Engine:
        """Return the engine over added products; what was tried before it was written down is not laid twice."""
        if not added:
            return self.published
        before, engine = self._laid
        if len(before) != len(added) or any(own is not other for own, other in zip(before, added, strict=True)):
            self._require_item_vectors()
            engine = LiveEngine(self.published, self._overlay.over(added))
            self._laid = added, engine
        return engine

    def _read(self, records: Mapping[str, Record]) -> list[Added]:
        """Return what has to be known of the products of the journal; what is known of one already is kept."""
        fresh: dict[str, Draft] = {}
        vectors: dict[str, FloatArray] = {}
        for product_id, record in records.items():
            if self._knows(product_id, record):
                continue
            if product_id in self.published.catalogue:
                log.warning('"%s" was added and is published by now; the published one counts', product_id[:80])
                continue
            try:
                check_id(product_id)
                fresh[product_id] = _draft(record)
            except (InvalidRequest, KeyError, TypeError, ValueError) as error:
                log.warning('"%s" was added and cannot be read (%s); it is left out', product_id[:80], error)
                continue
            vector = _vector(record, self.published.manifest.checksum, self.published.text_vectors.shape[1])
            if vector is not None:
                vectors[product_id] = vector
        if self._adder is None:
            self._adder = Adder(self.published.contents, self.published.drafts)
        made = {each.product_id: each for each in self._adder.make(fresh, vectors)}
        known = {}
        for product_id, record in records.items():
            if product_id in made:
                known[product_id] = record, made[product_id]
            elif self._knows(product_id, record):
                known[product_id] = self._known[product_id]
        self._known = known
        return [added for _, added in known.values()]

    def _knows(self, product_id: str, record: Record) -> bool:
        # By value: what was tried before it was written down comes back from the journal as another object.
        return product_id in self._known and self._known[product_id][0] == record


def check_id(product_id: str) -> None:
    """Refuse what cannot be a product's id.

    Raises:
        InvalidRequest: It is empty, too long, or has control characters or blanks around it.
    """
    if not product_id or tidied(product_id, "id", MAX_ID) != product_id:
        raise InvalidRequest(
            "The id is empty, or has control characters or blanks around it.", f"Use 1 to {MAX_ID} plain characters."
        )


def _record(draft: Draft, vector: FloatArray, made_for: str) -> Record:
    """Return what the journal keeps of a product; its vector saves the encoder's time at a restart."""
    packed = base64.b64encode(vector.astype("<f4").tobytes()).decode()
    return {**asdict(draft), "category": list(draft.category), "vector": packed, "made_for": made_for}


def _draft(record: Record) -> Draft:
    given: dict[str, Any] = {name: record[name] for name in Draft.__dataclass_fields__}
    return Draft(**{**given, "category": tuple(given["category"])})


def _vector(record: Record, made_for: str, width: int) -> FloatArray | None:
    """Return the vector that a record holds; None where it was made for other files of the version."""
    if record.get("made_for") != made_for:
        return None
    try:
        vector = np.frombuffer(base64.b64decode(record["vector"], validate=True), "<f4").astype(np.float32)
    except (ValueError, KeyError, TypeError):
        return None
    return vector if vector.shape == (width,) and bool(np.isfinite(vector).all()) else None
