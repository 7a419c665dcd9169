"""Asking: who works on this, who can host, who suits a member."""

from __future__ import annotations

import click

from matcher.cli.output import bold, print_json, say, working
from matcher.cli.session import Session, common
from matcher.domain import Locale, OrganizationType


@click.command(short_help="Find who works on something, or peers for a member.")
@click.argument("query", nargs=-1)
@click.option(
    "--for", "member", metavar="MEMBER", help="Peers for this member (id, email or name); no question needed."
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
@click.option("--staff", is_flag=True, help="Show confidential texts too: for network staff only.")
@common
@click.pass_obj
def who(
    session: Session,
    query: tuple[str, ...],
    member: str | None,
    hosts: bool,
    states: tuple[str, ...],
    types: tuple[str, ...],
    role: str,
    locales: tuple[str, ...],
    min_enrollment: int | None,
    max_enrollment: int | None,
    limit: int,
    staff: bool,
    as_json: bool,
) -> None:
    """Find who works on something, or the peers that suit a member best.

    QUERY is a question in your own words. Each answer comes with the sentence that earned its rank and
    with points from 0 (nothing in common) to 1000. With --for MEMBER the answers are peers for that
    member, with the reasons.

    \b
    Examples:
      matcher who "needs assessments"
      matcher who "chronic absenteeism" --hosts --state KS --state OK
      matcher who --for M001 --limit 5
    """
    question = " ".join(query)
    if member is None and not question.strip():
        raise click.UsageError('Ask something, as in: matcher who "needs assessments"; or give --for MEMBER.')
    if member is not None and question.strip():
        raise click.UsageError("Give a question or --for MEMBER, not both.")
    if None not in (min_enrollment, max_enrollment) and (min_enrollment or 0) > (max_enrollment or 0):
        raise click.UsageError(
            f"--min-enrollment {min_enrollment} is above --max-enrollment {max_enrollment}: nobody fits."
        )
    from matcher.cli.shapes import each
    from matcher.cli.tables import show_answers, show_recommendations

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
            answers: tuple[asking.Answer, ...] = ()
        else:
            peers = ()
            answers = asking.who(workspace, question, filters, limit=limit, staff=staff, progress=progress)
    if as_json:
        if member is not None:
            print_json({"for": member, "peers": each(peers)})
        else:
            print_json({"query": question, "answers": each(answers)})
        return
    found = peers or answers
    if not found:
        what = f"no good peer for '{member}'" if member is not None else f"no good answer to '{question}'"
        limited = bool(states or types or locales or role or hosts) or (min_enrollment, max_enrollment) != (
            None,
            None,
        )
        cure = "Leave out a filter." if limited else "Try other words, or fewer."
        among = "nobody that the filters let through" if limited else "nobody"
        say(f"There is {what}: {among} wrote anything that comes near it. {cure}")
        return
    if member is not None:
        bold(f"Peers for {member}")
        show_recommendations(peers)
        say("Affinity: how much two members gain from meeting, from 0 to 1000.")
    else:
        bold(f"Who works on '{question}'")
        show_answers(answers)
        say("Points: how near the sentence is to the question, from 0 to 1000.")
