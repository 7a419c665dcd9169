"""From a draft to a meeting that was held: publish, answer, agree, held, cancel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from matcher.cli.output import bold, commands, print_json, print_table, say
from matcher.cli.session import KINDS, Session, common, of_term

if TYPE_CHECKING:
    from matcher.domain import Exchange, Term
    from matcher.store import RunKind
    from matcher.workflow.proposals import Proposal
    from matcher.workflow.workspace import Workspace

#: One thing that is done to one exchange.
Deed = Callable[["Workspace", str], "Exchange"]


@click.command(short_help="Publish drafts, so that their members are asked; list them all.")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("which", nargs=-1, metavar="[WHICH]...")
@click.option("--all", "everything", is_flag=True, help="Publish all drafts of this kind.")
@of_term
@common
@click.pass_obj
def publish(
    session: Session,
    kind: str,
    which: tuple[str, ...],
    everything: bool,
    term_name: str | None,
    as_json: bool,
) -> None:
    """Publish drafts: their members are asked from then on, and forming anew leaves them as they are.

    WHICH are numbers as `matcher show` lists them, or ids of exchanges. Without any, and without --all,
    nothing is published: all of this kind are listed, with what became of them.

    \b
    Examples:
      matcher publish pairs
      matcher publish pairs --all
      matcher publish cohorts 1 2 5
    """
    if which and everything:
        raise click.UsageError("Either name some, or say --all.")
    with session.open() as workspace:
        from matcher.store import RunKind
        from matcher.workflow import proposals

        term, wanted = _term(workspace, term_name), RunKind(kind)
        done: tuple[str, ...] = ()
        if everything:
            done = proposals.publish(workspace, term, wanted)
        elif which:
            ids = [_id(workspace, term, wanted, one) for one in which]
            done = proposals.publish(workspace, term, wanted, ids)
        found = proposals.proposals(workspace, term, wanted)
        with workspace.store.read() as reading:
            names = {member.id: member.name for member in reading.members()}
    if as_json:
        listed = [_document(each) for each in found]
        print_json({"term": term.name, "kind": kind, "published": list(done), "exchanges": listed})
        return
    if done:
        say(f"Published: {len(done):,}.")
    _show(session, kind, term.name, found, names)


def _show(
    session: Session, kind: str, term: str, found: Sequence[Proposal], names: Mapping[str, str]
) -> None:
    bold(f"The {kind} of '{term}'")
    rows = [
        (
            each.number or "",
            ", ".join(names.get(one, one) for one in each.exchange.member_ids),
            each.state,
            each.exchange.id,
        )
        for each in found
    ]
    if not rows:
        say("There are none yet.")
        commands("Form them:", session.line(kind))
        return
    columns = ("No.", "Members", "Status", "Exchange")
    print_table(columns, rows, numbers=("No.",), wide=("Members", "Status"))
    if any(each.state == "draft" for each in found):
        commands("Publish them:", session.line(f"publish {kind} --all"))


def _document(proposal: Proposal) -> dict[str, Any]:
    """An exchange and what was said to it."""
    return {
        "number": proposal.number,
        "id": proposal.exchange.id,
        "members": proposal.exchange.member_ids,
        "status": proposal.exchange.status.value,
        "state": proposal.state,
        "answers": [
            {"member": each.member_id, "said": each.said.value, "at": each.at, "by": each.by}
            for each in proposal.answers
        ],
    }


def _term(workspace: Workspace, name: str | None) -> Term:
    from matcher.workflow.listing import known_term

    return known_term(workspace, name)


def _id(workspace: Workspace, term: Term, kind: RunKind, which: str) -> str:
    """The id of the exchange that is meant, by its number in the list or its id."""
    from matcher.errors import NotFoundError
    from matcher.workflow.proposals import proposals

    for each in proposals(workspace, term, kind):
        if which in (each.exchange.id, str(each.number)):
            return each.exchange.id
    raise NotFoundError(
        f"There is no {kind.value[:-1]} '{which}' in the term '{term.name}'.",
        cure=f"Look at the list: matcher publish {kind.value}",
    )


def _one(command: Callable[..., None]) -> Callable[..., None]:
    """What the commands about one exchange have in common."""
    made = of_term(click.pass_obj(common(command)))
    made = click.argument("which")(made)
    return click.argument("kind", type=click.Choice(KINDS))(made)


def _do(session: Session, kind: str, which: str, term_name: str | None, as_json: bool, deed: Deed) -> None:
    """Do something to one exchange, and say how it stands then."""
    with session.open() as workspace:
        from matcher.store import RunKind
        from matcher.workflow import proposals

        term, wanted = _term(workspace, term_name), RunKind(kind)
        done = deed(workspace, _id(workspace, term, wanted, which)).id
        (now,) = (one for one in proposals.proposals(workspace, term, wanted) if one.exchange.id == done)
    if as_json:
        print_json({"term": term.name, "kind": kind} | _document(now))
        return
    say(f"The {kind[:-1]} {which} is now {now.state}.")


@click.command(short_help="Enter what a member said to a published proposal.")
@_one
@click.argument("member")
@click.argument("said", type=click.Choice(["accepted", "declined"]))
def answer(
    session: Session, kind: str, which: str, member: str, said: str, term_name: str | None, as_json: bool
) -> None:
    """Enter what MEMBER (id, email or name) said to a published proposal.

    WHICH is a number as `matcher show` lists it, or the id of an exchange. It is agreed once all have
    accepted. A pair that one of the two declines is off, and not proposed again in the window; so is a visit
    whose host declines. Of a larger group say `matcher agree` if it meets without those who declined.

    \b
    Examples:
      matcher answer pairs 3 M012 accepted
      matcher answer cohorts 2 M045 declined
    """

    def deed(workspace: Workspace, exchange_id: str) -> Exchange:
        from matcher.answers import Said
        from matcher.workflow import proposals

        return proposals.answer(workspace, exchange_id, member, Said(said))

    _do(session, kind, which, term_name, as_json, deed)


@click.command(short_help="Let a group meet without those who declined.")
@_one
def agree(session: Session, kind: str, which: str, term_name: str | None, as_json: bool) -> None:
    """Let a cohort or visit take place without those of it who declined; all others have accepted.

    WHICH is a number as `matcher show` lists it, or the id of an exchange.

    \b
    Examples:
      matcher agree cohorts 2
    """

    def deed(workspace: Workspace, exchange_id: str) -> Exchange:
        from matcher.workflow import proposals

        return proposals.agree(workspace, exchange_id)

    _do(session, kind, which, term_name, as_json, deed)


@click.command(short_help="Say that an exchange was held.")
@_one
@click.option(
    "--on",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day on which it was held.",
)
def held(
    session: Session, kind: str, which: str, on: datetime | None, term_name: str | None, as_json: bool
) -> None:
    """Say that an agreed exchange was held: from now on its members have met.

    WHICH is a number as `matcher show` lists it, or the id of an exchange.

    \b
    Examples:
      matcher held pairs 3 --on 2026-10-06
    """

    def deed(workspace: Workspace, exchange_id: str) -> Exchange:
        from matcher.workflow import proposals

        return proposals.hold(workspace, exchange_id, on=on.date() if on else None)

    _do(session, kind, which, term_name, as_json, deed)


@click.command(short_help="Say that a published or agreed exchange will not be.")
@_one
def cancel(session: Session, kind: str, which: str, term_name: str | None, as_json: bool) -> None:
    """Say that a published or agreed exchange will not be: its members are free for others.

    WHICH is a number as `matcher show` lists it, or the id of an exchange.

    \b
    Examples:
      matcher cancel visits 1
    """

    def deed(workspace: Workspace, exchange_id: str) -> Exchange:
        from matcher.workflow import proposals

        return proposals.cancel(workspace, exchange_id)

    _do(session, kind, which, term_name, as_json, deed)
