"""What leaves the service as a file, and the audit."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from matcher.workflow import browsing
from matcher.workflow.calendar import as_file
from matcher.workflow.calendar import schedule as schedule_of
from matcher.workflow.listing import known_term
from matcher.workflow.showing import export_report, export_workbook
from service import showing
from service.api.decisions import InTerm
from service.api.shapes import Audit
from service.auth import Caller
from service.deps import Needs, Serving
from service.paging import Cursor, Few, number_in, part
from service.rights import Operation

router = APIRouter(prefix="/api/v1", tags=["exports"])
Exporting = Depends(Needs(Operation.EXPORT))
ToCalendar = Annotated[Caller, Depends(Needs(Operation.EXPORT_CALENDAR))]
FirstWeek = Annotated[
    date | None,
    Query(
        description="a day of the week from which on what has an hour and no day gets one",
        examples=["2026-10-05"],
    ),
]
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Workbook(Response):
    media_type = WORKBOOK


class Report(Response):
    media_type = "text/html"


class Calendar(Response):
    media_type = "text/calendar"


#: A calendar with one event, as the description of the API shows it.
_CALENDAR: dict[str, Any] = {
    "content": {
        "text/calendar": {
            "schema": {"type": "string"},
            "example": "\r\n".join(
                (
                    *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Peer Matcher//Exchanges//EN"),
                    *("BEGIN:VEVENT", "SUMMARY:One-to-one: Ada Reyes and Mel Hale"),
                    *("DTSTART:20261006T140000Z", "DTEND:20261006T150000Z", "DTSTAMP:20260920T150000Z"),
                    *("UID:x-1f0c5d2b9a@peer-matcher", "STATUS:CONFIRMED", "SEQUENCE:1", "CLASS:PRIVATE"),
                    *("END:VEVENT", "END:VCALENDAR", ""),
                )
            ),
        }
    }
}


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
    with service.drawing, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        export_report(service.workspace, term, path)
        return _file(Report(path.read_bytes()), path.name)


@router.get("/exports/calendar", response_class=Calendar, responses={200: _CALENDAR})
def calendar(
    service: Serving, caller: ToCalendar, term_name: InTerm = None, first_week: FirstWeek = None
) -> Response:
    """The term's exchanges as an iCalendar file: all for staff, for a member its own that were published.
    Drafts are in none. How many have no day, and are left out, is told in X-WR-CALDESC."""
    term = known_term(service.workspace, term_name)
    with service.thinking:
        found = schedule_of(service.workspace, term, first_week)
    reached = showing.reached_by(service.workspace, caller.account)
    seen = showing.schedule(caller.account, found, reached)
    return _file(Calendar(as_file(service.workspace, seen)), "term.ics")


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
