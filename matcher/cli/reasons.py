"""Reasons that can be checked: why, why not, and what a rule costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from matcher.cli.output import bold, heading, print_json, say
from matcher.cli.session import KINDS, Session, common, of_term
from matcher.cli.watching import watched

if TYPE_CHECKING:
    from matcher.workflow.reasons import One, Reasoned, Two


def _asking(time: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """What the commands that give reasons have in common; ``time`` is what their seconds are for."""

    def given(command: Callable[..., None]) -> Callable[..., None]:
        seconds = click.option("--seconds", type=click.FloatRange(0.1), metavar="N", help=time)
        return click.pass_obj(common(seconds(of_term(command))))

    return given


@click.command(short_help="Say why two are matched or not, or why one waits.")
@click.argument("one")
@click.argument("other", required=False, default="")
@click.option(
    "--in",
    "kinds",
    multiple=True,
    type=click.Choice(KINDS),
    help="Only in these plans; can be repeated.",
)
@click.option("--staff", is_flag=True, help="Show confidential texts too: for network staff only.")
@_asking("Time for the answer about each plan; without it, by the settings for forming one.")
def why(
    session: Session,
    one: str,
    other: str,
    kinds: tuple[str, ...],
    staff: bool,
    term_name: str | None,
    seconds: float | None,
    as_json: bool,
) -> None:
    """Say why two members are matched, or why not and what it would cost; or why one member waits.

    Of two: what they gain from each other, and the best plan that holds the two, solved, against the plan
    as it is. Of one: where it is placed, or the smallest set of rules that clash and what would make
    room, each cure tried by solving. Members are named by id, email or name.

    \b
    Examples:
      matcher why M024 M098
      matcher why M024 M031 --in pairs
      matcher why M035
    """
    with session.open() as workspace, watched("Looking for reasons") as (progress, watch):
        from matcher.store import RunKind
        from matcher.workflow import reasons
        from matcher.workflow.listing import known_term

        term = known_term(workspace, term_name)
        chosen = tuple(RunKind(kind) for kind in kinds or KINDS)
        answer: Two | One
        if other:
            answer = reasons.why_two(
                workspace,
                term,
                one,
                other,
                kinds=chosen,
                seconds=seconds,
                staff=staff,
                progress=progress,
                watch=watch,
            )
        else:
            answer = reasons.why_one(
                workspace, term, one, kinds=chosen, seconds=seconds, progress=progress, watch=watch
            )
    if as_json:
        print_json({"term": term.name} | asdict(answer))
        return
    _show_two(answer) if other else _show_one(answer)  # type: ignore[arg-type]


def _show_two(answer: Two) -> None:
    from matcher.export.words import quoted

    bold(f"{answer.one} and {answer.other}: affinity {answer.affinity} of 1000")
    say(*(answer.reasons or ("Nothing that they wrote comes near each other.",)))
    say(*(f"- {quoted(quote)}" for quote in answer.quotes))
    _show_plans(answer.plans)


def _show_one(answer: One) -> None:
    bold(answer.name)
    _show_plans(answer.plans)


def _show_plans(plans: tuple[Reasoned, ...]) -> None:
    from matcher.export.words import counted

    for plan in plans:
        heading(f"In the {plan.kind}")
        say(*plan.sentences)
        if plan.cut_short:
            say(f"The time was over after {counted(plan.solves, 'plan')}: --seconds gives it more.")


@click.command(short_help="Say what each rule of a plan costs.")
@click.argument("kind", type=click.Choice(KINDS))
@_asking("Time for the answer; without it, three times that for forming the plan.")
def rules(session: Session, kind: str, term_name: str | None, seconds: float | None, as_json: bool) -> None:
    """Say what each rule costs: the plan is solved again with each rule one looser, and ranked.

    What is gained is proven, or said to be what was found. Nothing is stored.

    \b
    Examples:
      matcher rules pairs
      matcher rules cohorts --seconds 120
    """
    with session.open() as workspace, watched(f"Loosening the rules of the {kind}") as (progress, watch):
        from matcher.store import RunKind
        from matcher.workflow import reasons
        from matcher.workflow.keeping import current
        from matcher.workflow.listing import known_term

        term = known_term(workspace, term_name)
        found = reasons.what_rules_cost(
            workspace, term, RunKind(kind), seconds=seconds, progress=progress, watch=watch
        )
        sessions = len(current(workspace, RunKind(kind), term))
    if as_json:
        from matcher.workflow.documents import rules_document

        print_json({"term": term.name, "kind": kind} | asdict(rules_document(found)))
        return
    first = " in their first session" if sessions > 1 else ""
    bold(f"What the rules of the {kind} cost{first}, the one that costs most first")
    say(*(f"{number}. {each.text}" for number, each in enumerate(found.tried, start=1)))
    if found.untried:
        say("", f"There was no time for: {'; '.join(found.untried)}. --seconds gives it more.")
    elif found.cut_short:
        say("", "The time ended some of the searches: with more --seconds less stays unknown.")
