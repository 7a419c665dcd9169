"""Terms, and the runs that form their plans."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, ServerSentEvent

from matcher.jobs import ENDED
from matcher.workflow import browsing, jobs, term
from matcher.workflow.jobs import Progress
from matcher.workflow.workspace import Workspace
from service.api.shapes import NewRun, NewTerm, Runs, RunShown, Terms, TermShown
from service.auth import Caller
from service.deps import Needs, Repeated, Serving, created, in_the_name_of
from service.paging import Cursor, Few, number_in, page, part
from service.rights import Operation
from service.state import Service

router = APIRouter(prefix="/api/v1", tags=["terms"])
#: Seconds between two looks at a run, and how long one may be followed at once.
LOOK = 0.5
FOLLOWED = timedelta(hours=1)
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Watcher = Annotated[Caller, Depends(Needs(Operation.SEE_RUNS))]
Watching = Depends(Needs(Operation.SEE_RUNS))
Asking = Annotated[Caller, Depends(Needs(Operation.CHANGE_RUNS))]


@router.get("/terms", dependencies=[Depends(Needs(Operation.SEE_TERMS))])
def list_terms(service: Serving, cursor: Cursor = "", limit: Few = 50) -> Terms:
    """The terms, by their start."""
    found = browsing.terms(service.workspace)
    shown, following = page(found, lambda each: f"{each.start} {each.name}", cursor, limit)
    return Terms(terms=[TermShown(name=each.name, start=each.start) for each in shown], next=following)


@router.post("/terms", status_code=201, response_model=TermShown)
def add_term(
    service: Serving,
    caller: Annotated[Caller, Depends(Needs(Operation.MAKE_TERMS))],
    given: NewTerm,
    repeated: Repeated,
) -> Response:
    """Make a term."""

    def make(workspace: Workspace) -> TermShown:
        made = term.add_term(workspace, given.name, given.start)
        return TermShown(name=made.name, start=made.start)

    return created(service, caller, repeated, make)


@router.post("/runs", status_code=202, response_model=RunShown)
def queue_run(http: Request, service: Serving, caller: Asking, given: NewRun, repeated: Repeated) -> Response:
    """Ask for pairs, cohorts or visits for a term. The header Location says where to follow the run."""
    request: dict[str, object] = {"afresh": given.afresh}
    request |= {"start": given.start.isoformat()} if given.start else {}
    request |= {"pins": given.pins} if given.pins else {}

    def queue(workspace: Workspace) -> RunShown:
        number = jobs.queue(workspace, given.kind, given.term, request, now=service.clock())
        return _shown(jobs.progress(workspace, number, now=service.clock()))

    answer = created(service, caller, repeated, queue, status=202)
    made = RunShown.model_validate_json(bytes(answer.body))
    answer.headers["Location"] = f"/api/v1/runs/{made.id}"
    http.app.state.queued()
    return answer


@router.get("/runs", dependencies=[Watching])
def list_runs(service: Serving, cursor: Cursor = "", limit: Few = 50) -> Runs:
    """The runs that were asked for, the latest first."""
    found = jobs.jobs(service.workspace, limit + 1, number_in(cursor))
    shown, following = part(found, lambda each: str(each.id), limit)
    now = service.clock()
    return Runs(runs=[_shown(jobs.how_far(each, now)) for each in shown], next=following)


@router.get("/runs/{run}", dependencies=[Watching])
def one_run(run: Number, service: Serving) -> RunShown:
    """How far a run is."""
    return _shown(jobs.progress(service.workspace, run, now=service.clock()))


async def followed(run: Number, service: Serving, caller: Watcher) -> AsyncIterator[int]:
    """The run, and a place to follow it from, which is free again when whoever asked is gone. Before an
    answer has begun: raises NotFoundError where there is no such run, Problem (503) where no place is free.
    """
    with service.following.taken(caller.account.id):
        await run_in_threadpool(_progress, service, run)
        yield run


@router.get("/runs/{run}/events", response_class=EventSourceResponse)
async def follow_run(
    request: Request, service: Serving, number: Annotated[int, Depends(followed)]
) -> AsyncIterator[ServerSentEvent]:
    """How far a run is, as server-sent events: `progress` whenever that is news, `end` once it has ended. A
    stream ends after an hour, and where the server does; ask again. Few may follow at once: beyond them the
    answer is 503."""
    until = service.clock() + FOLLOWED
    told: RunShown | None = None
    while True:
        now = await run_in_threadpool(_progress, service, number)
        if now.state in _ENDED:
            yield ServerSentEvent(data=now, event="end")
            return
        if told is None or told.model_copy(update={"seconds": now.seconds}) != now:
            told = now
            yield ServerSentEvent(data=now, event="progress")
        if service.clock() >= until or request.app.state.ending():
            return
        await asyncio.sleep(LOOK)


@router.post("/runs/{run}/cancel")
def cancel_run(run: Number, service: Serving, caller: Asking) -> RunShown:
    """Ask to end a run. The best plan that it has by then is kept."""
    workspace = in_the_name_of(service, caller)
    jobs.cancel(workspace, run)
    return _shown(jobs.progress(workspace, run, now=service.clock()))


_ENDED = {state.value for state in ENDED}


def _progress(service: Service, number: int) -> RunShown:
    return _shown(jobs.progress(service.workspace, number, now=service.clock()))


def _shown(progress: Progress) -> RunShown:
    job = progress.job
    return RunShown.model_validate(
        {
            "id": job.id,
            "kind": job.kind,
            "term": job.term,
            "state": job.state.value,
            "asked": job.created,
            "attempts": job.attempts,
            "stage": job.stage,
            "share": job.share,
            "best": progress.best,
            "bound": progress.bound,
            "gap": progress.gap,
            "seconds": progress.seconds,
            "cancel": job.cancel,
            "plans": job.run_ids,
            "error": job.error,
            "cure": job.cure,
            "finished": job.finished,
        }
    )
