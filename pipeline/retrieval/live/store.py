"""The live products of one version: its journal, and the engine over it as the journal stands now."""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from pipeline.errors import AlreadyPublished, InvalidRequest, UnknownProduct
from pipeline.retrieval.candidates import FloatArray
from pipeline.retrieval.drafts.draft import MAX_ID, Draft, tidied
from pipeline.retrieval.engine import Engine
from pipeline.retrieval.live.added import Added, Adder
from pipeline.retrieval.live.engine import LiveEngine
from pipeline.retrieval.live.journal import Journal, Record, Stamp
from pipeline.retrieval.live.overlay import Overlay

log = logging.getLogger(__name__)


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

    def engine(self) -> Engine:
        """Return the engine over the journal as it stands now; a change by another process is seen.

        A journal that cannot be read adds nothing to what is known of it.
        """
        try:
            if self._journal.stamp() == self._stamp:
                return self._engine
            with self._guard:
                return self._renewed()
        except OSError as error:
            log.warning("What was added to %s cannot be read: %s", self.published.name, error)
            return self._engine

    def put(self, product_id: str, draft: Draft) -> bool:
        """Add a product, or replace one that was added; return whether it is new.

        Raises:
            InvalidRequest: The id is empty, too long, or has control characters or blanks around it.
            AlreadyPublished: It is a product of the version itself.
            JournalFull, JournalFailed: As in `Journal.put`.
        """
        check_id(product_id)
        self._refuse_published(product_id)
        (vector,) = self.published.drafts.text([draft])
        new = product_id not in self.engine().catalogue
        self._journal.put(product_id, _record(draft, vector, self.published.manifest.checksum))
        self.engine()
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

    def _renewed(self) -> Engine:
        # The stamp is taken first: what is written while the journal is read is read again at the next look.
        stamp = self._journal.stamp()
        if stamp == self._stamp:
            return self._engine
        added = self._read(self._journal.read().records)
        self._engine = LiveEngine(self.published, self._overlay.over(added)) if added else self.published
        self._stamp = stamp
        return self._engine

    def _read(self, records: Mapping[str, Record]) -> list[Added]:
        """Return what has to be known of the products of the journal; what is known of one already is kept."""
        fresh: dict[str, Draft] = {}
        vectors: dict[str, FloatArray] = {}
        for product_id, record in records.items():
            if product_id in self._known and self._known[product_id][0] is record:
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
            elif product_id in self._known and self._known[product_id][0] is record:
                known[product_id] = self._known[product_id]
        self._known = known
        return [added for _, added in known.values()]


def journal_of(artifacts: Path, version: str) -> Path:
    """Return where the journal of a version lies, below an artifacts folder."""
    return artifacts / "live" / f"{version}.jsonl"


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
