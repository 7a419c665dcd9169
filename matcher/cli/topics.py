"""Topics: finding them, and what became of them."""

from __future__ import annotations

from typing import Any

import click

from matcher.cli.editing import EDITING
from matcher.cli.output import bold, commands, heading, print_json, print_table, say, working
from matcher.cli.overrides import overridden, setting
from matcher.cli.session import FORM_A_TERM, Session, common

_STAFF = "Show confidential texts too: for network staff only."


class _InOrder(click.Group):
    """A group that lists its commands in the order of the work."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=_InOrder, invoke_without_command=True, short_help="Find the topics in what the members wrote."
)
@setting("topics", "granularity")
@click.option("--afresh", is_flag=True, help="Group anew, whatever was found before; ids stay by overlap.")
@click.option("--staff", is_flag=True, help=_STAFF)
@common
@click.pass_context
def topics(ctx: click.Context, /, afresh: bool, staff: bool, as_json: bool, **given: Any) -> None:
    """Find the topics in what the members wrote, and keep them.

    Statements that say nearly the same come together in a topic, with a label and keywords. How many
    topics there are follows from the statements. A topic keeps its id, name and colour when statements
    come in later. With one of the commands below staff have the last word: it holds at once and in every
    later run.

    \b
    Examples:
      matcher topics
      matcher topics --granularity fine
      matcher topics rename T03 "Teacher turnover"
    """
    if ctx.invoked_subcommand is not None:
        if afresh or staff or as_json or any(value is not None for value in given.values()):
            raise click.UsageError(f"Put the options behind '{ctx.invoked_subcommand}'.")
        return
    session: Session = ctx.obj
    from matcher.cli.shapes import each
    from matcher.cli.topictables import show_topics
    from matcher.export.words import counted

    with session.open() as opened:
        from matcher.workflow.topics import find_topics
        from matcher.workflow.topicviews import topic_views

        workspace = overridden(opened, given)
        with working("Finding topics") as progress:
            find_topics(workspace, progress, afresh=afresh)
        found = topic_views(workspace, staff=staff)
    if as_json:
        print_json({"granularity": workspace.settings.topics.granularity, "topics": each(found)})
        return
    total = sum(topic.size for topic in found)
    bold(f"{counted(len(found), 'topic')} in {counted(total, 'statement')}".capitalize())
    show_topics(found)
    lines = [session.line(f"show topic {found[0].id}")] if found else []
    commands("See what is in a topic, and form a term:", *lines, session.line(FORM_A_TERM))


@click.command()
@common
@click.pass_obj
def edits(session: Session, /, as_json: bool) -> None:
    """List what staff did to topics and is in force, with who and when.

    \b
    Examples:
      matcher topics edits
    """
    from matcher.cli.shapes import each

    with session.open() as workspace:
        from matcher.workflow.topicviews import topic_edits

        found = topic_edits(workspace)
    if as_json:
        print_json({"edits": each(found)})
        return
    if not found:
        say("Nobody has changed a topic yet.")
        return
    bold("What staff said of topics, the latest first")
    rows = [
        (line.number, line.what, line.by, f"{line.at:%Y-%m-%d %H:%M}" if line.at else "") for line in found
    ]
    print_table(("No.", "What", "Who", "When (UTC)"), rows, numbers=("No.", "When (UTC)"), wide=("What",))
    commands("To take the latest back:", session.line("topics undo"))


@click.command()
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="At most so many events."
)
@common
@click.pass_obj
def history(session: Session, /, limit: int, as_json: bool) -> None:
    """Show topics by term, and what split, merged, appeared or ended.

    \b
    Examples:
      matcher topics history
      matcher topics history --limit 5
    """
    from matcher.cli.shapes import each
    from matcher.cli.topictables import show_events, show_periods

    with session.open() as workspace:
        from matcher.workflow.topicviews import topic_history

        found = topic_history(workspace)
    if as_json:
        shown = found.events[:limit]
        rows = [{"id": one.id, "label": one.label, "counts": one.periods} for one in found.topics]
        print_json({"periods": found.periods, "topics": rows, "events": each(shown)})
        return
    if not found.topics:
        say(f"No topics were found yet. Find them: {session.line('topics')}")
        return
    bold("Statements of each topic, by the term they were handed in for")
    show_periods(found.periods, found.topics)
    heading(
        "What happened to topics, the latest first" if found.events else "Nothing happened to topics yet."
    )
    show_events(found.events, limit=limit)


for _command in (*EDITING, edits, history):
    topics.add_command(_command)
