"""Bringing files in: what was understood, what would change, what was refused, then the writing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matcher.cli.output import commands, print_json, say, working
from matcher.cli.session import FORM_A_TERM, Session, common
from matcher.errors import InputError, Place

if TYPE_CHECKING:
    from matcher.workflow.intake import Preview


@click.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A file that says which column means what.",
)
@click.option(
    "--save-mapping",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write how the columns were understood to a file, to mend it and give it by --mapping.",
)
@click.option(
    "--kind",
    metavar="WORD",
    help="What all the files are, where it had to be asked: roster, intake, history, bans or facilitators.",
)
@click.option("--encoding", metavar="NAME", help="The encoding of a text file, where it had to be asked.")
@click.option(
    "--delimiter", metavar="NAME", help="What parts the cells of a text file: comma, semicolon or tab."
)
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing to the network.")
@click.option(
    "--refused",
    "refused_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The workbook for refused rows; without it, intake-refused.xlsx here for intake.xlsx.",
)
@click.option("--all", "everything", is_flag=True, help="List every change, note and refused row.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before writing.")
@common
@click.pass_obj
def import_(
    session: Session,
    files: tuple[Path, ...],
    mapping_file: Path | None,
    save_mapping: Path | None,
    kind: str | None,
    encoding: str | None,
    delimiter: str | None,
    dry_run: bool,
    refused_file: Path | None,
    everything: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Bring in rosters, intake forms, histories, bans and facilitators.

    FILES are workbooks (.xlsx) or text tables (.csv), in any order. What each column means is told from
    its heading and shown. Importing a file twice changes nothing, and a blank in a file erases nothing.
    Rows that cannot be taken come back as a workbook with the reason beside them: mend and import that.

    \b
    Examples:
      matcher import roster.csv intake.xlsx --dry-run
      matcher import roster.csv facilitators.csv intake.xlsx history.csv bans.csv
      matcher import intake.csv --encoding windows-1252 --mapping columns.toml
    """
    from matcher.cli.imported import is_unclear, show_preview
    from matcher.cli.shapes import imported

    with session.open() as workspace:
        from matcher.workflow import intake

        with working("Reading files"):
            seen = intake.preview(
                workspace, files, mapping_file=mapping_file, kind=kind, encoding=encoding, delimiter=delimiter
            )
        nothing_read = all(each.mapping is None for each in seen.tables)
        if nothing_read and not as_json:
            raise _nothing_read(seen)
        if not as_json:
            show_preview(seen, everything=everything)
        if save_mapping and not nothing_read:
            _save_mapping(seen, save_mapping)
        doubtful = bool(seen.plan.refused) or is_unclear(seen)
        if not dry_run and doubtful and _asks() and not (yes or as_json):
            click.echo()
            if not click.confirm("Write the rest into the network?"):
                dry_run = True
        if seen.plan.refused_rows and (refused_file or not dry_run):
            refused_file = refused_file or _free_name(Path(f"{_first_refused(seen)}-refused.xlsx"))
            if any(refused_file.resolve() == path.resolve() for path in files):
                raise InputError(
                    "It is one of the files being imported.",
                    cure="Name another file for the refused rows.",
                    place=Place(file=str(refused_file)),
                )
            intake.save_refused(seen, refused_file)
        else:
            refused_file = None
        if not (dry_run or nothing_read):
            intake.commit(workspace, seen)
    if as_json:
        kept = None if nothing_read else save_mapping
        saved = [str(path) if path else None for path in (refused_file, kept)]
        written = not (dry_run or nothing_read)
        print_json(imported(seen, written=written, refused_file=saved[0], mapping_file=saved[1]))
        if nothing_read:
            raise _nothing_read(seen)
        return
    _tell(session, seen, refused_file, save_mapping, dry_run=dry_run)


def _asks() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _tell(
    session: Session, seen: Preview, refused_file: Path | None, mapping_file: Path | None, *, dry_run: bool
) -> None:
    """What was written where, and what to do next."""
    say("")
    if mapping_file:
        say(f"How the columns were understood is in {mapping_file}; give it back by --mapping.")
    if refused_file:
        say(
            f"The refused rows are in {refused_file}, with the reasons: mend them there and import that file."
        )
    aside = sum(bool(statement.set_aside) for statement in seen.batch.statements)
    if aside and not dry_run:
        say(f"Set aside for a person to look at: {aside:,} statements ({session.line('show aside')}).")
    if dry_run:
        say("Nothing was written to the network.")
    elif not any(any(of_kind.values()) for of_kind in seen.plan.counts().values()):
        say("Nothing could be taken from what was given: nothing was written.")
    elif seen.plan.changes_nothing:
        what = "What was not refused" if seen.plan.refused else "All of this"
        say(f"{what} was known already: nothing was changed.")
    else:
        say("Written.")
        commands("What to do next:", session.line("topics"), session.line(FORM_A_TERM))


def _save_mapping(seen: Preview, path: Path) -> None:
    """Write the one mapping that was used, with the columns that were not read as "ignore"."""
    from matcher.intake import mapping

    used = [each.mapping.whole(each.table) for each in seen.tables if each.mapping is not None]
    if len(used) != 1:
        raise InputError(
            f"{len(used)} tables were understood, and a mapping is for one.",
            cure="Import one file at a time with --save-mapping (add --dry-run to write nothing else).",
        )
    try:
        mapping.save(used[0], path)
    except OSError as error:
        raise _unwritable(path, error) from None


def _first_refused(seen: Preview) -> str:
    first = next(problem for problem in seen.plan.refused if problem.place.row is not None)
    return Path(first.place.file or "rows").stem


def _nothing_read(seen: Preview) -> InputError:
    """What to say where no table of any file was understood."""
    first, *others = seen.plan.refused
    more = "1 other table was" if len(others) == 1 else f"{len(others):,} other tables were"
    cure = f"{first.cure} {more} not read either." if others else first.cure
    return InputError(first.message, cure=cure, place=first.place)


def _free_name(path: Path) -> Path:
    """``path``, or the next name that is free: somebody may be mending the earlier workbook."""
    chosen, number = path, 1
    while chosen.exists():
        number += 1
        chosen = path.with_stem(f"{path.stem}-{number}")
    return chosen


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(
        f"It cannot be written: {error.strerror or type(error).__name__}.",
        cure="Choose another place for it; nothing was written to the network.",
        place=Place(file=str(path)),
    )
