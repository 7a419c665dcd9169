"""The example network in one command."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matcher.cli.output import bold, print_json, say
from matcher.cli.session import Session, common
from matcher.cli.watching import followed

if TYPE_CHECKING:
    from matcher.workflow.demo import Demo

#: Proposals of each kind that are printed.
PAIRS, COHORTS, VISITS, REASONS = 8, 2, 2, 5


@click.command(short_help="Show all of it on an example network.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out"),
    show_default=True,
    metavar="FOLDER",
    help="Where the example network and its files go.",
)
@common
@click.pass_obj
def demo(session: Session, out: Path, as_json: bool) -> None:
    """Show what the program does, on an example network of fictional members.

    Reads the example's files, finds topics, forms the term "2026-27 fall", and writes a workbook and a
    report page. The first time takes about two minutes; after that it is reused, which takes seconds.

    \b
    Examples:
      matcher demo
      matcher demo --out try
    """
    from matcher.workflow.demo import QUESTION
    from matcher.workflow.demo import demo as run_demo

    with followed() as (tell, progress, watch):
        done = run_demo(out, embedder=session.embedder, progress=progress, watch=watch, tell=tell)
    view = done.view
    if as_json:
        print_json(
            {
                "network": str(done.network),
                "term": view.term,
                "reused": done.reused,
                "members": view.members,
                "statements": view.statements,
                "set_aside": done.set_aside,
                "refused_rows": done.refused_rows,
                "topics": len(view.topics),
                "pairs": len(view.pairs),
                "cohorts": len(view.cohorts),
                "visits": len(view.visits),
                "without_a_place": len(view.left),
                "proofs": [asdict(proof) for proof in view.proofs],
                "question": QUESTION,
                "answers": [asdict(answer) for answer in done.answers],
                "workbook": str(done.workbook),
                "report": str(done.report),
            }
        )
        return
    _print(replace(session, network=done.network), done, QUESTION)


def _print(session: Session, done: Demo, question: str) -> None:
    from matcher.cli.answers import show_answers
    from matcher.cli.output import commands, heading
    from matcher.cli.tables import show_cohorts, show_pairs, show_visits
    from matcher.export.words import counted, formed, summary

    view = done.view
    bold(f"The example network, term '{view.term}' (all members are fictional)")
    say(summary(view))
    if done.reused:
        say("Nothing had changed since the last time, so everything was reused.")
    heading("One-to-one pairs, the best first")
    show_pairs(view.pairs, limit=PAIRS)
    heading("Virtual cohorts")
    show_cohorts(view.cohorts, limit=COHORTS)
    heading("Peer-hosted visits")
    show_visits(view.visits, limit=VISITS)
    heading("What was formed")
    for each in formed(view):
        say(f"{each.headline}. {each.claim}")
    say(f"Topics: {len(view.topics)}. Without a place somewhere: {len(view.left):,}, each with the reason.")
    say(f"Set aside for a person to look at: {counted(done.set_aside, 'statement')}.")
    if done.refused:
        say(
            f"Refused: {counted(done.refused_rows, 'row')} of the intake, with the reasons in {done.refused}."
        )
    heading(f'Who works on "{question}"?')
    show_answers(done.answers)
    heading("Files")
    say(f"  workbook  {done.workbook}", f"  report    {done.report}")
    following = (
        'who "chronic absenteeism" --hosts',
        "who --for M001",
        "show cohorts --why",
        "show waitlist",
        "show M001",
    )
    commands("What to try next:", *map(session.line, following), "matcher --help")
