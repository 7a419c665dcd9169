"""What one running server holds: the open network, its clock, and what only memory knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fastapi import Request

from matcher.workflow.topicviews import TopicView
from matcher.workflow.workspace import Workspace
from service.desks import Desks
from service.line import Line, Places
from service.oidc import Provider
from service.seen import Seen
from service.settings import ServiceSettings
from service.throttle import Throttle
from service.uploads import Uploads

#: Requests that may try or make a password at once; each has its turn of less than a tenth of a second.
_HASHING = 8
#: Requests that are thought about, or wait for that; and so of pages that are drawn.
_THINKING, _DRAWING = 4, 2
#: Requests that follow a run at once: of all, and of one account.
_FOLLOWING = 20, 4


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Service:
    """``hashing`` lets one password be tried at a time, since each takes 64 MB. ``desks`` are what questions
    are asked at. ``thinking`` lets one request at a time take seconds and much memory, ``drawing`` one draw a
    report, which takes many, ``following`` few follow runs. ``seen`` are the plans that were shown,
    ``uploads`` the imports that wait to be confirmed, ``topics`` those that were told last, to staff (True)
    and members, with the audit's entry that they are as of. ``oidc`` is the other party that logs people in,
    None where there is none."""

    workspace: Workspace
    settings: ServiceSettings
    throttle: Throttle
    desks: Desks
    clock: Callable[[], datetime] = now
    hashing: Line = field(default_factory=lambda: Line(_HASHING))
    thinking: Line = field(default_factory=lambda: Line(_THINKING))
    drawing: Line = field(default_factory=lambda: Line(_DRAWING))
    following: Places = field(default_factory=lambda: Places(*_FOLLOWING))
    seen: Seen = field(default_factory=Seen)
    uploads: Uploads = field(default_factory=Uploads)
    topics: dict[bool, tuple[int, Sequence[TopicView]]] = field(default_factory=dict)
    oidc: Provider | None = None


async def service_of(request: Request) -> Service:
    """The service that a request came to. Async, for it needs no thread of its own."""
    found: Service = request.app.state.service
    return found
