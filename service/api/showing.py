"""What leaves the service as a file, and the audit."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fastapi import APIRouter, Depends, Response

from matcher.workflow import browsing
from matcher.workflow.listing import known_term
from matcher.workflow.showing import export_report, export_workbook
from service.api.decisions import InTerm
from service.api.shapes import Audit
from service.deps import Needs, Serving
from service.paging import Cursor, Few, number_in, part
from service.rights import Operation

router = APIRouter(prefix="/api/v1", tags=["exports"])
Exporting = Depends(Needs(Operation.EXPORT))
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Workbook(Response):
    media_type = WORKBOOK


class Report(Response):
    media_type = "text/html"


@router.get("/exports/workbook", dependencies=[Exporting], response_class=Workbook)
def workbook(service: Serving, term_name: InTerm = None) -> Response:
    """The term's workbook, with confidential texts: it is for staff."""
    term = known_term(service.workspace, term_name)
    with service.thinking, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "term.xlsx"
        export_workbook(service.workspace, term, path, staff=True)
        return _file(Workbook(path.read_bytes()), path.name)


@router.get("/exports/report", dependencies=[Exporting], response_class=Report)
def report(service: Serving, term_name: InTerm = None) -> Response:
    """The term's report page, to be kept as a file; without confidential texts."""
    term = known_term(service.workspace, term_name)
    with service.thinking, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        export_report(service.workspace, term, path)
        return _file(Report(path.read_bytes()), path.name)


@router.get("/audit", dependencies=[Depends(Needs(Operation.SEE_AUDIT))], tags=["audit"])
def audit(service: Serving, cursor: Cursor = "", limit: Few = 50) -> Audit:
    """Who changed what, the latest first: ids and counts, never a name or a text."""
    behind = number_in(cursor)
    shown, following = part(
        browsing.audit(service.workspace, behind, limit + 1), lambda one: str(one.id), limit
    )
    return Audit(entries=shown, next=following)


def _file(response: Response, name: str) -> Response:
    # Never shown as a page of the service's own.
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
