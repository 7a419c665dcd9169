"""What staff say of topics: the commands below `matcher topics`."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from matcher.cli.output import bold, commands, print_json, say, working
from matcher.cli.session import Session, common

if TYPE_CHECKING:
    from matcher.workflow.topics import Edited


def _editing(command: Callable[..., None]) -> Callable[..., None]:
    """What each command that changes topics has in common."""
    by = click.option("--by", metavar="NAME", help="Who says so; without it, who is logged in here.")
    return click.pass_obj(common(by(command)))


@click.command()
@click.argument("topic")
@click.argument("name")
@_editing
def rename(session: Session, /, topic: str, name: str, **given: Any) -> None:
    """Give a topic a name that it keeps.

    \b
    Examples:
      matcher topics rename T03 "Teacher turnover"
    """
    _edit(session, "rename", topic_ids=(topic,), name=name, **given)


@click.command()
@click.argument("topic")
@click.argument("others", nargs=-1, required=True)
@click.option("--name", default="", metavar="TEXT", help="Its name; without it, the first one's.")
@_editing
def merge(session: Session, /, topic: str, others: tuple[str, ...], name: str, **given: Any) -> None:
    """Make several topics one: the first stays, the others end.

    \b
    Examples:
      matcher topics merge T03 T07
      matcher topics merge T03 T07 T09 --name "Keeping teachers"
    """
    _edit(session, "merge", topic_ids=(topic, *others), name=name, **given)


@click.command()
@click.argument("topic")
@click.option("--into", type=click.IntRange(2), metavar="N", help="How many topics it becomes: 2 or more.")
@click.option(
    "--statements",
    multiple=True,
    metavar="IDS",
    help="The statements that become a topic of their own, by id with commas; can be repeated.",
)
@_editing
def split(
    session: Session, /, topic: str, into: int | None, statements: tuple[str, ...], **given: Any
) -> None:
    """Make a topic several: by meaning, or by naming statements.

    Without an option it becomes two, by meaning. Statements that are named become a topic of their own.

    \b
    Examples:
      matcher topics split T05
      matcher topics split T05 --into 3
      matcher topics split T05 --statements s-1f2e3d4c5b,s-0a9b8c7d6e
    """
    if into is not None and statements:
        raise click.UsageError("Give --into or --statements, not both.")
    ids = tuple(one.strip() for several in statements for one in several.split(",") if one.strip())
    parts = 0 if ids else into or 2
    _edit(session, "split", topic_ids=(topic,), parts=parts, statement_ids=ids, **given)


@click.command()
@click.argument("statements", nargs=-1, required=True)
@click.argument("topic")
@_editing
def move(session: Session, /, statements: tuple[str, ...], topic: str, **given: Any) -> None:
    """Put statements into another topic; the topic comes last.

    \b
    Examples:
      matcher topics move s-1f2e3d4c5b T04
    """
    _edit(session, "move", topic_ids=(topic,), statement_ids=statements, **given)


@click.command()
@click.argument("topic")
@click.option("--gains", is_flag=True, help="New statements may still join it.")
@_editing
def lock(session: Session, /, topic: str, gains: bool, **given: Any) -> None:
    """Keep a topic's name and statements as they are.

    \b
    Examples:
      matcher topics lock T03
      matcher topics lock T03 --gains
    """
    _edit(session, "lock", topic_ids=(topic,), gains=gains, **given)


@click.command()
@click.argument("topic")
@_editing
def unlock(session: Session, /, topic: str, **given: Any) -> None:
    """Let a locked topic change again.

    \b
    Examples:
      matcher topics unlock T03
    """
    _edit(session, "unlock", topic_ids=(topic,), **given)


@click.command()
@click.argument("name")
@click.argument("description")
@_editing
def seed(session: Session, /, name: str, description: str, **given: Any) -> None:
    """Make a topic of what is near to a name and a line of description.

    \b
    Examples:
      matcher topics seed "Bus routes" "Long rides, missing drivers, and what they do to attendance."
    """
    _edit(session, "seed", name=name, description=description, **given)


@click.command()
@click.argument("statements", nargs=-1, required=True)
@_editing
def aside(session: Session, /, statements: tuple[str, ...], **given: Any) -> None:
    """Set statements aside: they take no part in topics or matching.

    \b
    Examples:
      matcher topics aside s-1f2e3d4c5b
    """
    _edit(session, "aside", statement_ids=statements, **given)


@click.command()
@click.argument("statements", nargs=-1, required=True)
@_editing
def back(session: Session, /, statements: tuple[str, ...], **given: Any) -> None:
    """Bring back statements that were set aside for their topic.

    \b
    Examples:
      matcher topics back s-1f2e3d4c5b
    """
    _edit(session, "back", statement_ids=statements, **given)


@click.command()
@common
@click.pass_obj
def undo(session: Session, /, as_json: bool) -> None:
    """Take the last edit back.

    \b
    Examples:
      matcher topics undo
    """
    with session.open() as workspace, working("Taking the last edit back") as progress:
        from matcher.workflow.topics import undo_edit

        done = undo_edit(workspace, progress)
    _tell(session, done, "Taken back: ", as_json=as_json)


def _edit(session: Session, kind: str, *, by: str | None, as_json: bool, **fields: Any) -> None:
    """Do what staff say, and tell what it changed."""
    with session.open() as workspace, working("Changing topics") as progress:
        from matcher.topics import EditKind, TopicEdit
        from matcher.workflow.topics import edit_topics

        wanted = TopicEdit(EditKind(kind), by=by or _user(), **fields)
        done = edit_topics(workspace, wanted, progress)
    _tell(session, done, as_json=as_json)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no name for this user on this machine
        return "unknown"


def _tell(session: Session, done: Edited, before: str = "", *, as_json: bool) -> None:
    """What a change did: the edit, how many statements moved, the topics that are not as they were."""
    from matcher.cli.shapes import edited
    from matcher.cli.topictables import show_changed
    from matcher.export.words import counted

    if as_json:
        print_json(edited(done))
        return
    text = done.text if not before else f"{done.text[0].lower()}{done.text[1:]}"
    bold(f"{before}{text}." if not text.endswith(".") else f"{before}{text}")
    moved = counted(done.moved, "statement")
    say(f"{moved[0].upper()}{moved[1:]} moved; {counted(len(done.topics), 'topic')} changed.")
    show_changed(done.topics)
    left = [one for one in done.topics if one.after]
    lines = [session.line(f"show topic {left[0].id}")] if left else []
    commands("See more:", *lines, session.line("topics edits"))


EDITING: tuple[click.Command, ...] = (rename, merge, split, move, lock, unlock, seed, aside, back, undo)
