"""Versions of plans that were shown, so that who edits an old one is told both. In memory of the one server:
after a start a version that was shown before is known by its name alone."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from matcher.domain import Term
from matcher.errors import ConflictError
from matcher.workflow import proposals
from matcher.workflow.jobs import FORMED
from service.problems import Problem

if TYPE_CHECKING:
    from service.state import Service

#: Versions that are remembered; the one shown longest ago is forgotten first.
_REMEMBERED = 50
#: The kinds of plans, by their names.
KINDS = {kind.value: kind for kind in FORMED}


class Seen:
    """What stood in plans, by their versions. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: OrderedDict[str, Sequence[dict[str, Any]]] = OrderedDict()

    def remember(self, version: str, lines: Sequence[dict[str, Any]]) -> None:
        with self._lock:
            self._plans[version] = lines
            self._plans.move_to_end(version)
            while len(self._plans) > _REMEMBERED:
                self._plans.popitem(last=False)

    def of(self, version: str) -> Sequence[dict[str, Any]] | None:
        """What stood in it; None where that is not remembered."""
        with self._lock:
            return self._plans.get(version)


def lines(found: Sequence[proposals.Proposal]) -> list[dict[str, Any]]:
    """A plan in short: who meets, and how that stands."""
    return [
        {
            "id": each.exchange.id,
            "number": each.number,
            "members": list(each.exchange.member_ids),
            "state": each.state,
        }
        for each in found
    ]


def must_name_version(expected: str | None) -> str:
    """Raises Problem (428) where an edit does not say which version it was made on."""
    if expected is None:
        raise Problem(
            428,
            "version-needed",
            "The change does not say which version of the plan it is for.",
            cure="Send the plan's ETag in If-Match.",
        )
    return expected


@contextmanager
def telling_both(service: Service, term: Term, kind: str, expected: str | None) -> Iterator[None]:
    """Where somebody else changed the plan first, tell the version that was edited and the one that is there
    now, each with what stands in it (409). Any other conflict stays as it is."""
    try:
        yield
    except ConflictError as error:
        now = proposals.version(service.workspace, term, KINDS[kind])
        if expected is None or expected == now:
            raise
        there = lines(proposals.proposals(service.workspace, term, KINDS[kind]))
        raise Problem(
            409,
            "changed",
            error.message,
            cure=error.cure,
            more={
                "yours": {"version": expected, "proposals": service.seen.of(expected)},
                "now": {"version": now, "proposals": there},
            },
        ) from None
