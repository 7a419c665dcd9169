"""Forming a term: pairs, cohorts, visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from matcher.cli.output import bold, commands, print_json
from matcher.cli.overrides import overridden, setting
from matcher.cli.session import Session, common
from matcher.cli.watching import watched

if TYPE_CHECKING:
    from datetime import date

F = TypeVar("F", bound=Callable[..., Any])


def _forming(command: F) -> F:
    """The options that forming pairs, cohorts and visits have in common."""
    for option in (
        click.option("--staff", is_flag=True, help="Show confidential texts too: for network staff only."),
        click.option("--why", is_flag=True, help="Print the reasons and the sentences behind each proposal."),
        click.option(
            "--afresh",
            is_flag=True,
            help="Forget what was pinned, kept apart or left out by hand in this term.",
        ),
        setting("solver", "seed"),
        click.option(
            "--start",
            type=click.DateTime(formats=["%Y-%m-%d"]),
            metavar="YYYY-MM-DD",
            help="The first day of a term that is new.",
        ),
        click.option(
            "--term",
            "term_name",
            metavar="NAME",
            help="The term; without it, the latest in which nothing has been held yet.",
        ),
    ):
        command = option(command)
    return command


@click.command(short_help="Form one-to-one pairs for a term.")
@_forming
@setting("pairs", "threshold")
@setting("pairs", "across_states")
@setting("pairs", "same_role")
@setting("pairs", "same_type")
@setting("pairs", "fair")
@setting("pairs", "per_organization")
@setting("ledger", "window")
@setting("pairs", "seconds")
@click.option(
    "--pin",
    "pins",
    nargs=2,
    multiple=True,
    metavar="MEMBER MEMBER",
    help="Pair these two, now and in later runs for the term; by id, email or name. Can be repeated.",
)
@common
@click.pass_obj
def pairs(session: Session, /, **given: Any) -> None:
    """Form one-to-one pairs for a term, in place of the earlier proposals.

    As many members as can be are paired first; then the one who gains least is to gain as much as can
    be; then the total affinity is made as high as it can be. Each aim comes with its price in points.
    Nobody is paired with somebody of its own organization, with whom it must not meet, with whom it
    met in the last terms, or with whom it has no hour in common.

    \b
    Examples:
      matcher pairs --term "2026-27 fall" --start 2026-09-14
      matcher pairs --across-states --threshold 200 --why
      matcher pairs --pin M046 M029

    Ctrl-C ends the search and keeps the best plan so far, with its gap.
    """
    _form(session, "pairs", **given)


@click.command(short_help="Form virtual cohorts for a term.")
@_forming
@setting("cohorts", "min_size")
@setting("cohorts", "max_size")
@setting("cohorts", "per_state")
@setting("cohorts", "practice")
@setting("cohorts", "sessions")
@setting("ledger", "window")
@setting("cohorts", "seconds")
@common
@click.pass_obj
def cohorts(session: Session, /, **given: Any) -> None:
    """Form virtual cohorts for a term, in place of the earlier proposals.

    A cohort is a small group with an hour that all share and, where there are enough, somebody who
    brings a practice on its topic. Everybody is placed who can be; the others are told why not. With
    --sessions 3 cohorts are formed for three sessions, so that everybody meets as many new peers as can be.

    \b
    Examples:
      matcher cohorts --term "2026-27 fall" --start 2026-09-14
      matcher cohorts --min-size 4 --max-size 6 --per-state 1
      matcher cohorts --sessions 3
    """
    _form(session, "cohorts", **given)


@click.command(short_help="Form one-day visits to hosts for a term.")
@_forming
@setting("visits", "events")
@setting("visits", "per_visitor")
@setting("visits", "min_visitors")
@setting("visits", "threshold")
@setting("visits", "points_per_100_km", "--travel")
@setting("ledger", "window")
@setting("visits", "seconds")
@common
@click.pass_obj
def visits(session: Session, /, **given: Any) -> None:
    """Form one-day visits to hosts for a term, in place of the earlier proposals.

    Hosts are members that are willing, have seats, and wrote about a practice. A visitor is sent where
    the host's practice answers its challenge; the travel counts against it.

    \b
    Examples:
      matcher visits --term "2026-27 fall" --start 2026-09-14
      matcher visits --events 4 --travel 30
    """
    _form(session, "visits", **given)


def _form(
    session: Session,
    kind: str,
    *,
    term_name: str | None,
    start: datetime | None,
    why: bool,
    staff: bool,
    afresh: bool,
    as_json: bool,
    pins: tuple[tuple[str, str], ...] = (),
    **given: Any,
) -> None:
    """Form one kind of proposals and print them, the waitlist and the proof."""
    from matcher.cli.shapes import formed, left_of, proof_of
    from matcher.cli.tables import show_formed, show_left, show_proof
    from matcher.export.words import counted

    with session.open() as opened:
        from matcher.workflow import term as forming
        from matcher.workflow.showing import term_view

        solve: dict[str, Callable[..., object]] = {
            "pairs": partial(forming.form_pairs, pins=pins),
            "cohorts": forming.form_cohorts,
            "visits": forming.form_visits,
        }
        first_day: date | None = start.date() if start else None
        workspace = overridden(opened, given)
        term = forming.choose_term(workspace, term_name, first_day)
        with watched(f"Forming {kind}") as (progress, watch):
            solve[kind](workspace, term, progress, watch, afresh=afresh)
            view = term_view(workspace, term, staff=staff)
    if as_json:
        print_json(formed(view, kind))
        return
    number = counted(len(getattr(view, kind)), kind[:-1])
    bold(f"{number[0].upper()}{number[1:]} proposed for the term '{term.name}', starting {term.start}")
    show_formed(view, [kind], why=why)
    show_left(left_of(view, kind))
    proof = proof_of(view, kind)
    if proof is not None:
        show_proof(proof)
    others = [other for other in ("pairs", "cohorts", "visits") if not getattr(view, other)]
    following = [session.line(other) for other in others if other != kind] + [session.line("export")]
    commands("What to do next:", *following)
