"""Looking at what is there, and handing it on: show, export, replay."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from matcher.cli.output import bold, print_json, say, working
from matcher.cli.session import KINDS, Session, common, of_term
from matcher.cli.watching import watched
from matcher.errors import NotFoundError

_STAFF = "Show confidential texts too: for network staff only."
LISTS = ("members", "topics", "aside", "runs")


@click.command()
@click.argument("what", required=False, default="")
@click.argument("name", required=False, default="")
@of_term
@click.option("--why", is_flag=True, help="Print the reasons and the sentences behind each proposal.")
@click.option("--staff", is_flag=True, help=_STAFF)
@common
@click.pass_obj
def show(
    session: Session, what: str, name: str, term_name: str | None, why: bool, staff: bool, as_json: bool
) -> None:
    """Show what was formed or is stored. Nothing is changed.

    WHAT is pairs, cohorts, visits, waitlist, topics, topic with its id as NAME, aside (statements to
    look at), runs, members, or a member's id, email or name. Without it: what the network holds, in
    numbers.

    \b
    Examples:
      matcher show
      matcher show pairs --why
      matcher show waitlist --term "2026-27 fall"
      matcher show M001
      matcher show topic T03
    """
    from matcher.cli import lists

    if name and what != "topic":
        raise click.UsageError(f"'{name}' is one word too many: put a name of several words in quotes.")
    if what == "topic" and not name:
        raise click.UsageError("Name a topic, as in: matcher show topic T03")
    if what in (*KINDS, "waitlist"):
        _show_term(session, what, term_name, why=why, staff=staff, as_json=as_json)
        return
    if term_name is not None or why:
        raise click.UsageError(f"--term and --why go with {', '.join(KINDS)} and waitlist only.")
    with session.open() as workspace:
        if what == "":
            lists.show_overview(session, workspace, as_json=as_json)
        elif what == "members":
            lists.show_members(workspace, as_json=as_json)
        elif what == "topics":
            lists.show_found_topics(session, workspace, staff=staff, as_json=as_json)
        elif what == "topic":
            lists.show_one_topic(workspace, name, staff=staff, as_json=as_json)
        elif what == "aside":
            lists.show_set_aside(workspace, staff=staff, as_json=as_json)
        elif what == "runs":
            lists.show_runs(workspace, as_json=as_json)
        else:
            try:
                lists.show_member(workspace, what, staff=staff, as_json=as_json)
            except NotFoundError as error:
                known = ", ".join((*KINDS, "waitlist", *LISTS))
                raise NotFoundError(error.message, cure=f"{error.cure} Or show one of: {known}.") from None


def _show_term(
    session: Session, what: str, term_name: str | None, *, why: bool, staff: bool, as_json: bool
) -> None:
    from matcher.cli.shapes import each, formed, left_of, proof_of
    from matcher.cli.tables import show_formed, show_left, show_proof
    from matcher.export.words import counted

    with session.open() as workspace, working("Reading the term") as progress:
        from matcher.workflow.listing import known_term
        from matcher.workflow.showing import term_view

        term = known_term(workspace, term_name)
        view = term_view(workspace, term, staff=staff, progress=progress)
    if what == "waitlist":
        if as_json:
            print_json({"term": view.term, "waitlist": each(view.left)})
            return
        bold(f"The term '{view.term}'")
        show_left(view.left)
        return
    if as_json:
        print_json(formed(view, what))
        return
    proof = proof_of(view, what)
    if proof is None:
        say(f"No {what} were formed for the term '{view.term}' yet. Form them: {session.line(what)}")
        return
    number = counted(len(getattr(view, what)), what[:-1])
    bold(f"{number[0].upper()}{number[1:]} proposed for the term '{view.term}'")
    show_formed(view, [what], why=why)
    show_left(left_of(view, what))
    show_proof(proof)


@click.command()
@of_term
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out"),
    show_default=True,
    metavar="FOLDER",
    help="Where the files go.",
)
@click.option(
    "--calendar",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.ics",
    help="Write a calendar (iCalendar) of the exchanges instead of the two files.",
)
@click.option(
    "--first-week",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="In the calendar, give what has an hour and no day a day from this week on.",
)
@click.option("--staff", is_flag=True, help=_STAFF)
@common
@click.pass_obj
def export(
    session: Session,
    term_name: str | None,
    out: Path,
    calendar: Path | None,
    first_week: datetime | None,
    staff: bool,
    as_json: bool,
) -> None:
    """Write a term's workbook and report page, or its calendar.

    The workbook (term.xlsx) has a sheet each for pairs, cohorts, visits, waitlist, topics, their history
    and what is set aside. The report (report.html) is one page with a map of the topics, topics by term
    and the network drawn. Both open without the internet, and both leave out confidential texts and
    email addresses unless --staff is given.

    The calendar has what was published, agreed or held, and takes off what was declined or cancelled. What
    has no day yet is left out, or with --first-week gets one: in the first week from then on in which all
    who take part are free at its hour. With --staff it has the email addresses of those who agreed to meet.

    \b
    Examples:
      matcher export
      matcher export --term "2026-27 fall" --out for-staff --staff
      matcher export --calendar fall.ics --first-week 2026-10-05
    """
    week = first_week.date() if first_week else None
    if calendar is not None:
        _export_calendar(session, term_name, calendar, week, staff=staff, as_json=as_json)
        return
    if week is not None:
        raise click.UsageError("--first-week goes with --calendar only.")
    with session.open() as workspace, working("Writing the workbook and the report") as progress:
        from matcher.workflow import showing
        from matcher.workflow.listing import known_term

        term = known_term(workspace, term_name)
        workbook, report = showing.export(workspace, term, out, staff=staff, progress=progress)
    if as_json:
        print_json({"term": term.name, "workbook": str(workbook), "report": str(report), "staff": staff})
        return
    say(f"Wrote the term '{term.name}':", f"  workbook  {workbook}", f"  report    {report}")
    if staff:
        say("Both hold confidential texts and email addresses: for network staff only.")


def _export_calendar(
    session: Session,
    term_name: str | None,
    path: Path,
    first_week: date | None,
    *,
    staff: bool,
    as_json: bool,
) -> None:
    with session.open() as workspace:
        from matcher.export.days import NoDay
        from matcher.workflow.calendar import export_calendar
        from matcher.workflow.listing import known_term

        term = known_term(workspace, term_name)
        written = export_calendar(workspace, term, path, first_week, staff=staff)
    if as_json:
        left_out = [{"id": each.id, "reason": reason.value} for each, reason in written.without]
        print_json(
            {
                "term": term.name,
                "calendar": str(path),
                "exchanges": len(written.appointments),
                "left_out": left_out,
                "staff": staff,
            }
        )
        return
    say(f"Wrote {path}:", f"  {written.note}")
    if any(reason is NoDay.DAY for _, reason in written.without) and first_week is None:
        say("Name the week in which they begin to give them days, as in: --first-week 2026-10-05")
    if staff:
        say("It holds email addresses: for network staff only.")


@click.command()
@click.argument("run", type=click.IntRange(1))
@common
@click.pass_context
def replay(ctx: click.Context, run: int, as_json: bool) -> None:
    """Do an earlier run again and say whether the plan is the same, byte for byte.

    What was formed is solved again, what was repaired is repaired again, and what was adjusted by hand is
    adjusted again. RUN is a number from `matcher show runs`. Nothing is stored. The exit code is 0 where
    the plan is the same, and 1 where it is not.

    \b
    Examples:
      matcher replay 2
    """
    session: Session = ctx.obj
    with session.open() as workspace, watched(f"Doing run {run} again") as (_, watch):
        from matcher.workflow.replay import ended_early, has_limits
        from matcher.workflow.replay import replay as do_again

        own_limits, early = has_limits(workspace, run), ended_early(workspace, run)
        same = do_again(workspace, run, watch)
    if as_json:
        print_json({"run": run, "same": same, "own_limits": own_limits})
        ctx.exit(0 if same else 1)
    if not own_limits:
        say(f"Run {run} is of an earlier version, which did not keep its time limit: today's was taken.")
    what = "the same plan again" if same else "another plan now"
    if early:
        say(
            f"Run {run} gives {what}; it may be either. Its search was ended, by the clock or by Ctrl-C, "
            "before its planned work was done, and how far it comes in the same time is different each time. "
            "Formed with more --seconds, it ends by itself and can be repeated."
        )
    elif same:
        say(f"Run {run} gives {what}.")
    else:
        say(
            f"Run {run} gives {what}. The program or a library that it uses is another version than then, or "
            "this time the time limit ended the search."
        )
    ctx.exit(0 if same else 1)
