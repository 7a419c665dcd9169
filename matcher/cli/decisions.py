"""Changing a plan by hand, and mending one when somebody drops out or arrives."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from matcher.cli.output import bold, commands, print_json, print_table, say
from matcher.cli.session import KINDS, Session, common, of_term
from matcher.cli.watching import watched

if TYPE_CHECKING:
    from matcher.workflow.decisions import Ruling
    from matcher.workflow.repairing import Mended

#: What a change of a repair takes from somebody.
TAKEN = {
    "pairs": "loses a peer that it could have kept",
    "cohorts": "leaves a cohort in which it could have stayed",
    "visits": "loses a host that it could still have visited",
}


def _changing(command: Callable[..., None]) -> Callable[..., None]:
    """What the commands that change a plan have in common."""
    for option in (
        click.option("--by", metavar="NAME", help="Who says so; without it, who is logged in here."),
        click.option("--keep", is_flag=True, help="Make the changed plan the term's; without it, only look."),
        of_term,
    ):
        command = option(command)
    return click.pass_obj(common(command))


@click.command(short_help="Change a plan by hand: pin, ban, move, swap.")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("change", type=click.Choice(["pin", "ban", "move", "swap"]))
@click.argument("one")
@click.argument("other", required=False, default="")
@click.option(
    "--to",
    default="",
    metavar="WHERE",
    help="Where ONE is moved: a peer (pairs), a cohort's number, a host (visits); without it, the waitlist.",
)
@click.option(
    "--session",
    "number",
    type=click.IntRange(1),
    metavar="N",
    help="Of several sessions of cohorts, the one to change; without it, a ban is about all.",
)
@_changing
def adjust(
    session: Session,
    kind: str,
    change: str,
    one: str,
    other: str,
    to: str,
    number: int | None,
    term_name: str | None,
    keep: bool,
    by: str | None,
    as_json: bool,
) -> None:
    """Change a plan by hand, with a verdict at once: which rules break, and what it costs.

    ONE and OTHER are members, by id, email or name; in visits OTHER is the host of a pin or a ban. pin brings
    two together, ban keeps them apart, swap lets them change places, move puts ONE somewhere else.
    Nothing else is moved: `matcher repair` fills what becomes free. Without --keep nothing is stored. With
    it, pins and bans hold in later runs for the term.

    \b
    Examples:
      matcher adjust pairs pin M046 M029
      matcher adjust cohorts move M012 --to 3
      matcher adjust cohorts swap M012 M045 --keep
      matcher adjust cohorts pin M012 M045 --session 2
      matcher adjust visits ban M007 M031 --keep
    """
    with session.open() as workspace:
        from matcher.outcome import ChangeKind
        from matcher.store import RunKind
        from matcher.workflow.decisions import adjust as change_by_hand
        from matcher.workflow.listing import known_term

        term = known_term(workspace, term_name)
        ruling = change_by_hand(
            workspace,
            term,
            RunKind(kind),
            ChangeKind(change),
            one,
            other,
            to,
            session=number,
            keep_it=keep,
            by=by or getpass.getuser(),
        )
    if as_json:
        print_json({"term": term.name, "kind": kind} | asdict(ruling))
        return
    _show_ruling(session, kind, ruling)


def _show_ruling(session: Session, kind: str, ruling: Ruling) -> None:
    bold(f"In the {kind}: {ruling.done[0].lower()}{ruling.done[1:]}")
    verdict = ruling.verdict
    if verdict.broken:
        say("This breaks:", *(f"- {sentence}" for sentence in verdict.broken))
    else:
        say("No rule breaks.")
    worst = "nobody" if verdict.worst is None else f"{verdict.worst:,}"
    rows = [
        ("Members placed", f"{verdict.placed:,}", signed(verdict.placed_change)),
        ("Total", f"{verdict.objective:,}", signed(verdict.objective_change)),
        ("What the worst-off gains", worst, signed(verdict.worst_change)),
    ]
    print_table(("", "After", "Change"), rows, numbers=("After", "Change"))
    if ruling.unplaced:
        say(f"Without a place by this: {', '.join(ruling.unplaced)}.")
    say(*ruling.topics)
    if ruling.kept is not None:
        say(f"Kept as run {ruling.kept}.")
        commands("What to do next:", session.line(f"repair {kind}"), session.line("export"))
    elif verdict.broken:
        say("Nothing was stored: a change that breaks a rule is not kept.")
    else:
        say("Nothing was stored. To make it the term's plan, add --keep.")


def signed(number: int) -> str:
    """``"+3"``, ``"-1,200"``, ``"0"``."""
    return f"{number:+,}" if number else "0"


@click.command(short_help="Mend a plan when somebody drops out or arrives.")
@click.argument("kind", type=click.Choice(KINDS))
@click.option(
    "--without",
    multiple=True,
    metavar="MEMBER",
    help="Dropped out of it for this term; by id, email or name. Can be repeated.",
)
@click.option("--back", multiple=True, metavar="MEMBER", help="Had dropped out and is back. Can be repeated.")
@click.option(
    "--release",
    nargs=2,
    multiple=True,
    metavar="MEMBER MEMBER",
    help="These two are pinned, or kept apart by hand, no more. Can be repeated.",
)
@click.option(
    "--confirmed",
    multiple=True,
    type=click.IntRange(1),
    metavar="N",
    help="A pair, cohort or visit that stays as it is, by its number in the list. Can be repeated.",
)
@click.option(
    "--changes",
    type=click.IntRange(0),
    metavar="N",
    help="At most so many changes, for the best plan with them; without it, as few as can be.",
)
@_changing
def repair(
    session: Session,
    kind: str,
    without: tuple[str, ...],
    back: tuple[str, ...],
    release: tuple[tuple[str, str], ...],
    confirmed: tuple[int, ...],
    changes: int | None,
    term_name: str | None,
    keep: bool,
    by: str | None,
    as_json: bool,
) -> None:
    """Mend a plan for who is there now, and leave the rest as it is.

    Members who were imported since the plan was made are taken in where there is room. A change is somebody
    who loses the peer, cohort or visit that it had; the fewest changes come first, then the most members
    placed, then the total. Everything that changed is listed, and what a few changes more would give.

    \b
    Examples:
      matcher repair pairs --without M012
      matcher repair cohorts --without M012 --without M077 --keep
      matcher repair visits --confirmed 1 --confirmed 4 --changes 3
    """
    with session.open() as workspace, watched(f"Mending the {kind}") as (progress, watch):
        from matcher.store import RunKind
        from matcher.workflow.listing import known_term
        from matcher.workflow.repairing import repair as mend

        term = known_term(workspace, term_name)
        mended = mend(
            workspace,
            term,
            RunKind(kind),
            without=without,
            back=back,
            release=release,
            confirmed=confirmed,
            most_changes=changes,
            keep_it=keep,
            by=by or getpass.getuser(),
            progress=progress,
            watch=watch,
        )
    if as_json:
        print_json({"term": term.name, "kind": kind, "sessions": [asdict(each) for each in mended]})
        return
    for each in mended:
        _show_mended(each, kind, several=len(mended) > 1)
    if not keep:
        say("", "Nothing was stored. To make it the term's plan, add --keep.")
    else:
        commands("What to do next:", session.line(f"show {kind}"), session.line("export"))


def _show_mended(mended: Mended, kind: str, *, several: bool) -> None:
    from matcher.export.words import counted

    session = f", session {mended.session}" if several else ""
    bold(f"The {kind}{session}, mended with {counted(mended.changes, 'change')}")
    if mended.gone:
        say(f"Not in it any more: {', '.join(mended.gone)}.")
    rows = [
        (place.name, ", ".join(place.before) or "nobody", ", ".join(place.after) or "nobody: on the waitlist")
        for place in mended.moved
    ]
    if rows:
        print_table(
            ("Whose place changed", "Was to meet", "Meets now"), rows, wide=("Was to meet", "Meets now")
        )
        say(f"Counted as a change is only who {TAKEN[kind]}.")
    else:
        say("Everybody keeps the place it had.")
    say(f"Placed: {mended.placed:,} (before: {mended.placed_before:,}). Total: {mended.objective:,}.")
    if mended.cut_short:
        say("The search was ended early: fewer changes may do.")
    if mended.options:
        say("Other plans that were found:")
    for option in mended.options:
        say(
            f"- with {counted(option.changes, 'change')} {option.placed:,} are placed, and the total is "
            f"{option.objective:,}: --changes {option.changes}"
        )
    if mended.kept is not None:
        say(f"Kept as run {mended.kept}.")
