"""A term as its readers see it, and the files that leave the program."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from matcher.domain import Term
from matcher.embed import Progress
from matcher.errors import NotFoundError
from matcher.export.report import write_report
from matcher.export.view import Point, TermView
from matcher.export.workbook import write_workbook
from matcher.store import RunKind
from matcher.topics import layout
from matcher.workflow.case import load
from matcher.workflow.keeping import STRUCTURES, current
from matcher.workflow.listing import set_aside
from matcher.workflow.plans import cohort_views, pair_views, visit_views
from matcher.workflow.shown import Shown, words
from matcher.workflow.topicviews import topic_history
from matcher.workflow.workspace import Workspace


def export(
    workspace: Workspace, term: Term, out: Path, *, staff: bool = False, progress: Progress | None = None
) -> tuple[Path, Path]:
    """Write the term's workbook and report page into the folder ``out``; their paths.

    Confidential texts are withheld unless the files are for ``staff``. Raises InputError where
    a file cannot be written.
    """
    view = term_view(workspace, term, staff=staff, progress=progress, drawn=True)
    workbook, report = out / "term.xlsx", out / "report.html"
    write_workbook(view, workbook)
    write_report(view, report)
    return workbook, report


def export_workbook(workspace: Workspace, term: Term, path: Path, *, staff: bool = False) -> None:
    """Write the term's workbook alone. As :func:`export` otherwise."""
    write_workbook(term_view(workspace, term, staff=staff), path)


def export_report(workspace: Workspace, term: Term, path: Path, *, staff: bool = False) -> None:
    """Write the term's report page alone. As :func:`export` otherwise."""
    write_report(term_view(workspace, term, staff=staff, drawn=True), path)


def term_view(
    workspace: Workspace,
    term: Term,
    *,
    staff: bool = False,
    progress: Progress | None = None,
    drawn: bool = False,
) -> TermView:
    """Everything there is to show of a term: the latest run of each structure, and the topics. Where each
    statement lies on the map of topics is found out only where it is ``drawn``: that takes seconds.

    Raises NotFoundError where nothing was formed for the term yet.
    """
    runs = {kind: current(workspace, kind, term) for kind in STRUCTURES}
    if not any(runs.values()):
        raise NotFoundError(
            f"Nothing has been formed for the term '{term.name}' yet.",
            cure="Run matcher pairs, matcher cohorts or matcher visits first.",
        )
    case = load(workspace, progress)
    shown = Shown(workspace, case, term, staff)
    pairs, pair_left, pair_proof = pair_views(shown, runs[RunKind.PAIRS])
    cohorts, cohort_left, cohort_proof = cohort_views(shown, runs[RunKind.COHORTS])
    visits, visit_left, visit_proof = visit_views(shown, runs[RunKind.VISITS])
    history = topic_history(workspace, staff=staff)
    return TermView(
        network=workspace.settings.network.name,
        term=term.name,
        made_on=datetime.now(UTC).date().isoformat(),
        members=len(case.members),
        organizations=len({each.id for each in case.organizations}),
        states=len({each.state for each in case.organizations if each.state}),
        statements=len(case.statements),
        pairs=pairs,
        cohorts=cohorts,
        visits=visits,
        left=pair_left + cohort_left + visit_left,
        topics=history.topics,
        points=_points(shown) if drawn else (),
        proofs=pair_proof + cohort_proof + visit_proof,
        aside=set_aside(workspace, staff=staff),
        periods=history.periods,
        events=history.events,
    )


def _points(shown: Shown) -> tuple[Point, ...]:
    active = [(i, each) for i, each in enumerate(shown.case.statements) if each.id in shown.topic_of]
    places = layout(shown.case.vectors[[i for i, _ in active]])
    return tuple(
        Point(
            x=float(place[0]),
            y=float(place[1]),
            topic=shown.topic_of[each.id],
            kind=each.kind.value,
            member=shown.names[each.member_id],
            text=words(each, staff=shown.staff),
        )
        for (_, each), place in zip(active, places, strict=True)
    )
