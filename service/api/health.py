"""Whether the service lives, whether it can work, and what it does, in numbers."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from matcher.errors import MatcherError
from matcher.workflow import accounts
from service.api.schemas import Health
from service.deps import Needs, Serving
from service.problems import Problem
from service.rights import Operation

router = APIRouter(tags=["health"])


@router.get("/healthz", dependencies=[Depends(Needs(Operation.HEALTH))])
def alive() -> Health:
    """Whether the service answers."""
    return Health(status="ok")


@router.get("/readyz", dependencies=[Depends(Needs(Operation.HEALTH))])
def ready(service: Serving) -> Health:
    """Whether it can reach its database; a problem (503) that says why where it cannot."""
    try:
        accounts.are_there(service.workspace)
    except MatcherError as error:
        raise Problem(503, "not-ready", error.message, cure=error.cure) from None
    return Health(status="ready")


@router.get("/metrics", dependencies=[Depends(Needs(Operation.MEASURE))], response_class=Response)
def metrics(request: Request) -> Response:
    """Counts and times of answers, for Prometheus."""
    registry = request.app.state.measures.registry
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
