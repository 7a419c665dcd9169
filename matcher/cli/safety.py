"""Keeping a network safe: a backup, bringing it back, looking it over; and erasing somebody for good."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matcher.cli.output import commands, print_json, print_table, say, whole
from matcher.cli.session import Session, common
from matcher.export.words import counted

if TYPE_CHECKING:
    from matcher.workflow.erasing import Erasure

_yes = click.option("-y", "--yes", is_flag=True, help="Do not ask before it is done.")


@click.command(short_help="Copy the network into one file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@common
@click.pass_obj
def backup(session: Session, file: Path, as_json: bool) -> None:
    """Copy the database, the settings and the network's own taxonomy into one file.

    Others may go on working meanwhile. Where FILE is there already, the new backup takes its place once it
    is whole. It holds addresses and confidential texts: keep it where only the right people can read it.

    \b
    Examples:
      matcher backup network-2026-09-14.zip
    """
    from matcher.workflow.safety import backup as back_up

    with session.open() as workspace:
        made = back_up(workspace, file, datetime.now(UTC))
    if as_json:
        print_json({"file": str(file), "size": made.size, **asdict(made.manifest)})
        return
    files = counted(len(made.manifest.sha256), "file")
    say(f"Wrote {files} ({made.size / 1e6:.1f} MB) to:")
    whole(file)
    if made.manifest.last_hash:
        say(f"The audit's last hash: {made.manifest.last_hash}")
    commands("To bring it back:", session.line(f"restore {file}"))


@click.command(short_help="Put a backup in the network's place.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_yes
@common
@click.pass_obj
def restore(session: Session, file: Path, yes: bool, as_json: bool) -> None:
    """Put what is in a backup in the place of the network, which may be gone.

    The backup is looked over first; then all of it is put in place or nothing. What was there is kept beside
    it, as network.db.before-restore and so on. Stop the service before.

    \b
    Examples:
      matcher restore network-2026-09-14.zip
      matcher restore network-2026-09-14.zip --network elsewhere --yes
    """
    from matcher.workflow.restoring import restore as bring_back

    if not yes:
        click.confirm(f"Put '{file}' in the place of the network '{session.network}'?", abort=True, err=True)
    found, kept = bring_back(session.network, file)
    if as_json:
        print_json(
            {"network": str(session.network), "kept": [str(path) for path in kept], **asdict(found.manifest)}
        )
        return
    when = found.manifest.made.strftime("%Y-%m-%d %H:%M")
    say(f"The network is as it was on {when} UTC, in:")
    whole(session.network)
    if kept:
        say("What was there before is kept:")
        whole(*kept)
    commands("To look it over:", session.line("check"))


@click.command(short_help="Look the network's database over.")
@click.option("--tidy", is_flag=True, help="Take out vectors of texts that are there no more.")
@common
@click.pass_context
def check(ctx: click.Context, tidy: bool, as_json: bool) -> None:
    """Look over the database's file, references, vectors and runs, and the chain of the audit.

    Nothing is changed, but with --tidy, and not where something is wrong: then the exit code is 1.

    \b
    Examples:
      matcher check
      matcher check --tidy
    """
    from matcher.workflow.remains import tidy as take_out
    from matcher.workflow.safety import check as look_over

    session: Session = ctx.obj
    gone = 0
    with session.open() as workspace:
        found = look_over(workspace)
        if tidy and not any(each.wrong for each in found):
            gone = take_out(workspace)
            found = look_over(workspace)
    wrong = [line for each in found for line in each.wrong]
    if as_json:
        findings = [asdict(each) for each in found]
        print_json({"sound": not wrong, "findings": findings, "vectors_taken_out": gone})
    else:
        rows = [(each.what, each.many, "\n".join(each.wrong) or each.note or "sound") for each in found]
        print_table(("Looked at", "Number", "Found"), rows, numbers=("Number",), wide=("Found",))
        say("", "Nothing is wrong." if not wrong else "Something is wrong: go back to the last good backup.")
        if tidy and not wrong:
            say(
                f"{counted(gone, 'vector')} of texts that are there no more: taken out."
                if gone
                else "There are no vectors of texts that are there no more."
            )
    if wrong:
        ctx.exit(1)


@click.command(short_help="Erase what is known of a member, for good.")
@click.argument("member")
@_yes
@common
@click.pass_obj
def erase(session: Session, member: str, yes: bool, as_json: bool) -> None:
    """Erase a member, named by id, email or name: its name, address, role, times, texts, vectors, next steps
    and accounts go for good.

    What it took part in stays, with its id alone. An import does not bring it back. Copies and backups that
    were made before still hold it.

    \b
    Examples:
      matcher erase m-014
      matcher erase ada@vt.example --yes
    """
    from matcher.workflow.erasing import erase as do_it
    from matcher.workflow.erasing import erasing

    with session.open() as workspace:
        found = erasing(workspace, member)
        if not yes:
            click.confirm(
                f"Erase {found.name} ({found.id}) with {_told(found.counts)}, for good?", abort=True, err=True
            )
        found = do_it(workspace, found.id, datetime.now(UTC))
    if as_json:
        print_json({**asdict(found), "copies": [str(path) for path in found.copies]})
        return
    _show(session, found)


def _told(counts: dict[str, int]) -> str:
    told = [counted(number, what.removesuffix("s")) for what, number in counts.items() if number]
    return ", ".join(told) or "nothing else"


def _show(session: Session, found: Erasure) -> None:
    say(f"Erased {found.name} ({found.id}), and of it {_told(found.counts)}.")
    if found.open:
        number = counted(len(found.open), "exchange")
        say("", f"It still has a place in {number} to come: {', '.join(found.open)}.")
        commands("Mend the plans without it, such as:", session.line(f"repair pairs --without {found.id}"))
    if found.mentions:
        say("", "Its name or address still stands in what others wrote:")
        say(*(f"  {where}: {counted(number, 'row')}" for where, number in found.mentions.items()))
    if found.copies:
        say("", "These copies still hold all of it; delete them when you need them no more:")
        whole(*found.copies)
