"""One statement of a member, without a file."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import click

from matcher.cli.output import commands, print_json, say, working
from matcher.cli.session import Session, common


@click.command(short_help="Add a member's challenge or practice.")
@click.argument("member")
@click.option("--challenge", metavar="TEXT", help="A problem of practice that the member faces.")
@click.option("--practice", metavar="TEXT", help="Something that the member has made work and can share.")
@click.option("--confidential", is_flag=True, help="It counts in the matching, and is shown to staff alone.")
@common
@click.pass_obj
def add(
    session: Session,
    member: str,
    challenge: str | None,
    practice: str | None,
    confidential: bool,
    as_json: bool,
) -> None:
    """Add a challenge, a practice or both of MEMBER (its id, email or name), without a file.

    It is found by `matcher who` at once. Topics and matches take it up when they are formed again.

    \b
    Examples:
      matcher add M001 --challenge "Half of our paraprofessionals leave before spring"
      matcher add M001 --practice "Bus routes drawn anew with the drivers" --confidential
    """
    if challenge is None and practice is None:
        raise click.UsageError("Give --challenge TEXT, --practice TEXT or both.")
    with session.open() as workspace, working("Reading"):
        from matcher.domain import StatementKind
        from matcher.workflow.intake import add_statements

        now = datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
        asked = {StatementKind.CHALLENGE: challenge, StatementKind.PRACTICE: practice}
        given = {kind: text for kind, text in asked.items() if text is not None}
        kept = add_statements(workspace, member, given, confidential=confidential, submitted=now)
    if as_json:
        print_json({"statements": [asdict(each) for each in kept]})
        return
    for each in kept:
        say(f"Kept as {each.id}, a {each.kind.value} of {each.member_id}.")
        if each.set_aside:
            say(f"It is set aside for you to look at: {each.set_aside}.")
    shown = [each for each in kept if not each.set_aside and not each.confidential]
    if shown:
        commands("Who has something like it:", *(session.line(f"who --like {each.id}") for each in shown))
