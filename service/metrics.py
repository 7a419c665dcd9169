"""What the service does, in numbers. Labels name routes, methods and statuses, and nothing that was sent."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Measures:
    """The measures of one app, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.answers = Counter(
            "peer_matcher_answers", "Answers", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "peer_matcher_seconds",
            "Seconds until an answer is whole",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )


def measured(app: ASGIApp, measures: Measures) -> ASGIApp:
    """An app whose answers are counted and timed."""

    async def measure(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        status = "none"

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        begun = time.perf_counter()
        try:
            await app(scope, receive, tell)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            # The pattern of the path, never the path: it may hold an id, or anything at all.
            route = getattr(scope.get("route"), "path", "other")
            measures.answers.labels(method, route, status).inc()
            measures.seconds.labels(method, route).observe(time.perf_counter() - begun)

    return measure
