"""Asking: who works on this, who can host, who suits a member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from matcher.cli.output import bold, print_json, say, working
from matcher.cli.session import Session, common
from matcher.domain import Locale, OrganizationType

if TYPE_CHECKING:
    from matcher.workflow.asking import Recommendation


@click.command(short_help="Find who works on something, or peers for a member.")
@click.argument("query", nargs=-1)
@click.option(
    "--for", "member", metavar="MEMBER", help="Peers for this member (id, email or name); no question needed."
)
@click.option(
    "--like", metavar="STATEMENT", help="Whose statements are like this one (its id); no question needed."
)
@click.option("--hosts", is_flag=True, help="Only members that would host a visit, by their practices.")
@click.option(
    "--state",
    "states",
    multiple=True,
    metavar="KS",
    help="Only this state, by its name or postal code; can be repeated.",
)
@click.option(
    "--type",
    "types",
    multiple=True,
    type=click.Choice([each.value for each in OrganizationType]),
    help="Only this kind of organization; can be repeated.",
)
@click.option("--role", default="", metavar="WORD", help="Only this role, or roles with this word in them.")
@click.option(
    "--locale",
    "locales",
    multiple=True,
    type=click.Choice([each.value for each in Locale]),
    help="Only this kind of place; can be repeated.",
)
@click.option("--min-enrollment", type=click.IntRange(0), metavar="N", help="At least so many students.")
@click.option("--max-enrollment", type=click.IntRange(0), metavar="N", help="At most so many students.")
@click.option(
    "--limit", type=click.IntRange(1), default=10, show_default=True, help="At most so many answers."
)
@click.option(
    "--without",
    multiple=True,
    metavar="FILTER",
    help="Do not read this filter in the question: rural, KS, hosts; can be repeated.",
)
@click.option("--as-typed", is_flag=True, help="Search word for word: no filter and no spelling is read.")
@click.option("--staff", is_flag=True, help="Count and show confidential texts too: for network staff only.")
@common
@click.pass_obj
def who(
    session: Session,
    query: tuple[str, ...],
    member: str | None,
    like: str | None,
    hosts: bool,
    states: tuple[str, ...],
    types: tuple[str, ...],
    role: str,
    locales: tuple[str, ...],
    min_enrollment: int | None,
    max_enrollment: int | None,
    limit: int,
    without: tuple[str, ...],
    as_typed: bool,
    staff: bool,
    as_json: bool,
) -> None:
    """Find who works on something, or the peers that suit a member best.

    QUERY is a question in your own words. What it says of states, types of organizations, roles and places,
    and whether it asks for hosts, limits the answers; each is shown with how to take it off. Each answer
    comes with the sentence that earned its rank, why, and the chance from 0 to 1000 that it answers.
    With --for MEMBER the answers are peers for that member, with the reasons.

    \b
    Examples:
      matcher who "needs assessments"
      matcher who "rural districts dealing with teacher turnover"
      matcher who "who can host us on MTSS?" --state KS --state OK
      matcher who --like s-0123456789
      matcher who --for M001 --limit 5
    """
    question = " ".join(query)
    _check_usage(question, member, like, min_enrollment, max_enrollment)
    with session.open() as workspace, working("Looking") as progress:
        from matcher.workflow import asking

        filters = asking.filters_from(
            states=states,
            types=types,
            locales=locales,
            role=role,
            least=min_enrollment,
            most=max_enrollment,
            hosts=hosts,
        )
        if member is not None:
            peers = asking.recommend(workspace, member, filters, limit=limit, staff=staff, progress=progress)
        elif like is not None:
            found = asking.more_like(workspace, like, filters, limit=limit, staff=staff, progress=progress)
        else:
            found = asking.who(
                workspace,
                question,
                filters,
                limit=limit,
                staff=staff,
                as_typed=as_typed,
                without=without,
                progress=progress,
            )
    if member is not None:
        _show_peers(member, peers, limited=filters != asking.filters_from(), as_json=as_json)
    elif as_json:
        print_json(({"like": like} if like is not None else {}) | asdict(found))
    else:
        from matcher.cli.answers import show_found

        title = f"Who wrote something like statement {like}" if like else f"Who works on '{found.query}'"
        show_found(found, title, like=like is not None)


def _check_usage(
    question: str, member: str | None, like: str | None, least: int | None, most: int | None
) -> None:
    given = [bool(question.strip()), member is not None, like is not None]
    if not any(given):
        raise click.UsageError(
            'Ask something, as in: matcher who "needs assessments"; or give --for MEMBER or --like STATEMENT.'
        )
    if sum(given) > 1:
        raise click.UsageError("Give one of a question, --for MEMBER and --like STATEMENT.")
    if least is not None and most is not None and least > most:
        raise click.UsageError(f"--min-enrollment {least} is above --max-enrollment {most}: nobody fits.")


def _show_peers(member: str, peers: Sequence[Recommendation], *, limited: bool, as_json: bool) -> None:
    if as_json:
        print_json({"for": member, "peers": [asdict(each) for each in peers]})
        return
    if not peers:
        cure = "Leave out a filter." if limited else "Ask them for another statement."
        among = "nobody that the filters let through" if limited else "nobody"
        say(f"There is no good peer for '{member}': {among} wrote anything that comes near it. {cure}")
        return
    from matcher.cli.tables import show_recommendations

    bold(f"Peers for {member}")
    show_recommendations(peers)
    say("Affinity: how much two members gain from meeting, from 0 to 1000.")
