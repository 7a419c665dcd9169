"""What `matcher show` tells of a network beside its term's proposals."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from matcher.cli.output import bold, commands, heading, print_json, print_table, say, working
from matcher.cli.session import FORM_A_TERM
from matcher.cli.shapes import each
from matcher.cli.topictables import show_aside, show_topic, show_topics
from matcher.export.words import counted, percent, place, work

if TYPE_CHECKING:
    from matcher.cli.session import Session
    from matcher.store import RunSummary
    from matcher.workflow.listing import MemberView
    from matcher.workflow.workspace import Workspace


def show_overview(session: Session, workspace: Workspace, *, as_json: bool) -> None:
    """The network in numbers, and what to do next."""
    from matcher.workflow.listing import overview

    found = overview(workspace)
    if as_json:
        print_json({"network": str(session.network), **asdict(found)})
        return
    bold(f"The network in '{session.network}'")
    if not found.members:
        say("It is empty.")
        commands("Bring in your files:", session.line("import roster.csv intake.xlsx"))
        return
    say(
        f"{counted(found.members, 'member')} of {counted(found.organizations, 'organization')} in "
        f"{counted(found.states, 'state')}; {counted(found.statements, 'statement')}, "
        f"{found.set_aside:,} of them set aside; {counted(found.facilitators, 'facilitator')}; "
        f"{counted(found.bans, 'pair')} that must not meet; {counted(found.topics, 'topic')}."
    )
    if found.terms:
        rows = [
            (term.name, term.start, ", ".join(f"{number} {status}" for status, number in term.statuses))
            for term in found.terms
        ]
        print_table(("Term", "Starts", "Exchanges"), rows)
    if not found.runs:
        commands("Form a term:", session.line(FORM_A_TERM))
    else:
        whats = ("pairs", "cohorts", "visits", "waitlist", "topics", "members", "aside", "runs")
        commands("See more:", *(session.line(f"show {what}") for what in whats))


def show_members(workspace: Workspace, *, as_json: bool) -> None:
    """Every member in a line."""
    from matcher.workflow.listing import members

    found = members(workspace)
    if as_json:
        print_json({"members": each(found)})
        return
    rows = [
        (
            one.person.id,
            one.person.name,
            work(one.person),
            place(one.person),
            f"{one.challenges} / {one.practices}",
            one.seats if one.host else "",
        )
        for one in found
    ]
    bold(f"Members: {len(found):,}")
    columns = ("Id", "Name", "Work", "Place", "Ch. / pr.", "Seats")
    if rows:
        print_table(columns, rows, numbers=("Ch. / pr.", "Seats"), wide=("Name", "Work"))
        say("Ch. / pr.: challenges and practices they wrote of. Seats: how many visitors they would host.")


def show_found_topics(session: Session, workspace: Workspace, *, staff: bool, as_json: bool) -> None:
    """The topics that were found last."""
    from matcher.workflow.topicviews import topic_views

    found = topic_views(workspace, staff=staff)
    if as_json:
        print_json({"topics": each(found)})
        return
    if not found:
        say(f"No topics were found yet. Find them: {session.line('topics')}")
        return
    bold(counted(len(found), "topic"))
    show_topics(found)


def show_one_topic(workspace: Workspace, name: str, *, staff: bool, as_json: bool) -> None:
    """One topic with all its statements and their ids."""
    from matcher.workflow.topicviews import topic_detail

    found = topic_detail(workspace, name, staff=staff)
    if as_json:
        print_json(asdict(found))
        return
    show_topic(found)


def show_set_aside(workspace: Workspace, *, staff: bool, as_json: bool) -> None:
    """Statements that a person should look at."""
    from matcher.workflow.listing import set_aside

    found = set_aside(workspace, staff=staff)
    if as_json:
        print_json({"aside": each(found)})
        return
    show_aside(found)


def _way(run: RunSummary) -> str:
    """How a run came about, where it was not simply formed."""
    session = f", session {run.origin.session}" if run.origin.session > 1 else ""
    if run.origin.of is None:
        return session
    of = ", ".join(part for part in (f"run {run.origin.of}", run.origin.by) if part)
    return f"{session}\n{run.origin.done} ({of})"


def show_runs(workspace: Workspace, *, as_json: bool) -> None:
    """Every run that was kept, the latest first."""
    from matcher.workflow.listing import runs

    found = runs(workspace)
    if as_json:
        print_json({"runs": each(found)})
        return
    if not found:
        say("There are no runs yet.")
        return
    rows = [
        (
            run.id,
            run.kind.value + _way(run),
            run.term or "",
            f"{run.created:%m-%d %H:%M}",
            run.status,
            "" if run.objective is None else f"{run.objective:,}",
            _gap(run),
            f"{run.seconds:.1f} s",
        )
        for run in found
    ]
    bold("Runs, the latest first")
    columns = ("Run", "Kind", "Term", "When (UTC)", "Status", "Total", "Gap", "Time")
    print_table(columns, rows, numbers=("Run", "When (UTC)", "Total", "Gap", "Time"))
    say("Gap: how far the total lies below what no plan can pass. To solve one again: matcher replay RUN")


def _gap(run: RunSummary) -> str:
    if run.objective is None or run.bound is None:
        return ""
    return percent((run.bound - run.objective) / max(1, abs(run.bound)))


def show_member(workspace: Workspace, name: str, *, staff: bool, as_json: bool) -> None:
    """One member: what it wrote, and its exchanges."""
    from matcher.workflow.listing import member

    with working("Looking") as progress:
        found = member(workspace, name, staff=staff, progress=progress)
    if as_json:
        print_json({"member": asdict(found)})
        return
    _print_member(found)


def _print_member(found: MemberView) -> None:
    person = found.person
    bold(f"{person.name} ({person.id})")
    say(*(line for line in (work(person), ", ".join(p for p in (person.kind, place(person)) if p)) if line))
    if person.email:
        say(person.email)
    free = ", ".join(found.slots) or "not given, so taken to be free at any time"
    say(f"Free: {free} ({found.timezone})")
    wishes = f"Wishes {counted(found.one_to_ones, 'one-to-one')} a term"
    say(f"{wishes}; would host {counted(found.seats, 'visitor')}." if found.host else f"{wishes}; no host.")
    heading("What they wrote")
    for one in found.statements:
        marks = [f"topic: {one.topic}"] if one.topic else []
        marks += ["confidential"] if one.confidential else []
        marks += [f"set aside: {one.set_aside}"] if one.set_aside else []
        say(f"- {one.id}, {one.kind}: “{one.text}”" + (f" ({'; '.join(marks)})" if marks else ""))
    if not found.statements:
        say("Nothing yet: ask for a challenge.")
    heading("Exchanges")
    rows = [
        (each.term, each.structure, each.status, "\n".join(each.others), each.topic)
        for each in found.exchanges
    ]
    if rows:
        columns = ("Term", "Structure", "Status", "With", "Topic")
        print_table(columns, rows, wide=("With", "Topic"), lines=True)
    else:
        say("None yet.")
