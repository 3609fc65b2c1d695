"""What /metrics tells Prometheus. Each process counts for itself; several workers share nothing.

Behind `uvicorn --workers N` a scrape reaches one of them. Run one worker a container and scrape each, or set
PROMETHEUS_MULTIPROC_DIR to an empty folder: the counts of all workers are then added up, and what is open in each,
which cannot be added, is left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from dashboard import loading

MEDIA_TYPE = "text/plain"
CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

disable_created_metrics()  # type: ignore[no-untyped-call]  # a time beside every count says little and doubles the page
REGISTRY = CollectorRegistry()
REQUESTS = Counter("pse_requests", "Requests answered", ("route", "method", "status"), registry=REGISTRY)
LATENCY = Histogram("pse_request_seconds", "Time to answer a request", ("route",), buckets=SECONDS, registry=REGISTRY)
STEPS = Histogram("pse_step_seconds", "Time of a step of an answer", ("step",), buckets=SECONDS, registry=REGISTRY)
SHED = Counter("pse_requests_shed", "Requests refused as the service was busy", registry=REGISTRY)


class HasTimings(Protocol):
    @property
    def timings(self) -> Mapping[str, float]:
        """Milliseconds of each step."""


A = TypeVar("A", bound=HasTimings)


class Opened:
    """What is open in this process: versions, and the query vectors that are remembered."""

    def collect(self) -> Iterable[Metric]:
        engines = loading.versions().opened()
        versions = GaugeMetricFamily("pse_version_open", "Versions that are open", labels=["version"])
        for engine in engines:
            versions.add_metric([engine.name], 1)
        yield versions
        # Versions that name the same encoder share it: it is counted once.
        caches = {id(engine.query_vectors): engine.query_vectors for engine in engines}.values()
        for name, words, count in (
            ("hits", "Queries whose vector was remembered", sum(cache.hits for cache in caches)),
            ("misses", "Queries whose vector was computed", sum(cache.misses for cache in caches)),
        ):
            yield CounterMetricFamily(f"pse_query_vector_{name}", words, value=count)
        held = sum(len(cache) for cache in caches)
        yield GaugeMetricFamily("pse_query_vectors", "Query vectors that are remembered", value=held)


REGISTRY.register(Opened())
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)


def timed(answer: A) -> A:
    """Count the steps of an answer, and return it."""
    for step, ms in answer.timings.items():
        STEPS.labels(step).observe(ms / 1e3)
    return answer


def text() -> bytes:
    """Return the counts in Prometheus' text format."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
    return generate_latest(REGISTRY)
