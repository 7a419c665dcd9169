"""An import as text: how the columns were understood, what changes, what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matcher.cli.output import heading, print_table, say
from matcher.errors import Place
from matcher.export.words import counted
from matcher.workflow.imported import value_text

if TYPE_CHECKING:
    from matcher.workflow.intake import Preview, Understood

#: Rows of each list that are shown without --all.
SHOWN = 10
_SOURCES = {
    "given": "as the mapping file says",
    "remembered": "as remembered from an earlier file",
    "guessed": "",
}
_LONGEST = 120


def is_unclear(seen: Preview) -> bool:
    """Whether a column could have been read in two ways, so that it was not read, or one that seems to
    say what may be shared was not read."""
    from matcher.intake import consent
    from matcher.intake.names import ACCEPTED

    return any(
        consent.unread(each.table, each.mapping)
        or any(not column.field and column.score >= ACCEPTED for column in each.columns)
        for each in seen.tables
    )


def show_preview(seen: Preview, *, everything: bool) -> None:
    """All that staff should see before the files are written."""
    for each in seen.tables:
        _show_table(each)
    _show_counts(seen)
    _show_changed(seen, everything=everything)
    _show_notes(seen, everything=everything)
    _show_refused(seen, everything=everything)


def _show_table(understood: Understood) -> None:
    found, mapping = understood.table, understood.mapping
    name = f"{found.file}, sheet '{found.sheet}'" if found.sheet else found.file
    if mapping is None:
        heading(f"{name}: not understood, {counted(len(found.rows), 'row')}")
        return
    source = _SOURCES[understood.source]
    heading(
        f"{name}: read as {mapping.kind.value}, {counted(len(found.rows), 'row')}"
        + (f" ({source})" if source else "")
    )
    plain = [column for column, field in mapping.columns if _by_its_name(column, field)]
    if plain:
        say(f"Read under their own names: {', '.join(plain)}.")
    guessed = [each for each in understood.columns if not _by_its_name(each.column, each.field)]
    if guessed:
        rows = [
            (each.column, each.field, each.score, "" if each.score == 100 else each.why)
            if each.field
            else (each.column, "(not read)", "", each.why)
            for each in guessed
        ]
        columns = ("Column", "Read as", "Score", "Why")
        print_table(columns, rows, numbers=("Score",), wide=("Column", "Why"))
    elif not understood.columns:
        others = [pair for pair in mapping.columns if not _by_its_name(*pair)]
        if others:
            print_table(("Column", "Read as"), others)


def _by_its_name(column: str, field: str) -> bool:
    """Whether a heading is the very name of its field, so that there is nothing to look at."""
    return field == "_".join(column.casefold().split())


def _show_counts(seen: Preview) -> None:
    from matcher.intake.changes import Status

    rows = [
        (kind, *(f"{counts[status]:,}" for status in (Status.NEW, Status.CHANGED, Status.UNCHANGED)))
        for kind, counts in seen.plan.counts().items()
        if any(counts.values())
    ]
    heading("What the files hold")
    columns = ("", "New", "Changed", "Unchanged")
    if rows:
        print_table(columns, rows, numbers=columns[1:])
    whole = sum(problem.place.row is None for problem in seen.plan.refused)
    refused = [counted(seen.plan.refused_rows, "row")] if seen.plan.refused_rows or not whole else []
    refused += [counted(whole, "whole table")] if whole else []
    say(f"Refused: {' and '.join(refused)}.")


def _show_changed(seen: Preview, *, everything: bool) -> None:
    from matcher.intake.changes import Status

    rows = [
        (f"{change.kind.removesuffix('s')} {change.id}", one.field, _cut(one.old), _cut(one.new))
        for change in seen.plan.of(Status.CHANGED)
        for one in change.fields
    ]
    if rows:
        heading(f"What changes: {counted(len(rows), 'value')}")
        limited = rows if everything else rows[:SHOWN]
        print_table(("Of", "Field", "Was", "Will be"), limited, wide=("Was", "Will be"))
        _say_rest(rows, limited)


def _cut(value: object) -> str:
    words = value_text(value)
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 3]}..."


def _show_notes(seen: Preview, *, everything: bool) -> None:
    """Notes with the same words on the same table stand together, with their rows."""
    together: dict[tuple[str, str, str], list[Place]] = {}
    for note in seen.plan.notes:
        together.setdefault((note.place.file, note.place.sheet, note.message), []).append(note.place)
    rows = [
        (
            ", ".join(part for part in (file, sheet) if part),
            message + _columns(places),
            _rows(places, everything=everything),
        )
        for (file, sheet, message), places in together.items()
    ]
    if rows:
        heading("Worth a look (nothing of this stops the import)")
        limited = rows if everything else rows[:SHOWN]
        print_table(("Where", "What", "Rows"), limited, wide=("Where", "What", "What", "Rows"))
        _say_rest(rows, limited)


def _columns(places: Sequence[Place]) -> str:
    """The columns where the notes are on whole columns."""
    names = dict.fromkeys(place.column for place in places if place.row is None and place.column)
    return f" ({'; '.join(names)})" if names else ""


def _rows(places: Sequence[Place], *, everything: bool) -> str:
    numbers = sorted({place.row for place in places if place.row is not None})
    shown = numbers if everything else numbers[:SHOWN]
    more = f" and {len(numbers) - len(shown)} more" if len(numbers) > len(shown) else ""
    return ", ".join(map(str, shown)) + more


def _show_refused(seen: Preview, *, everything: bool) -> None:
    rows = [(str(problem.place), problem.message, problem.cure) for problem in seen.plan.refused]
    if rows:
        heading(f"Refused: {counted(len(rows), 'problem')}")
        limited = rows if everything else rows[:SHOWN]
        columns = ("Where", "What is wrong", "How to mend it")
        print_table(columns, limited, wide=columns, lines=True)
        _say_rest(rows, limited)


def _say_rest(rows: Sequence[object], shown: Sequence[object]) -> None:
    if len(rows) > len(shown):
        say(f"... and {len(rows) - len(shown):,} more: add --all to see them.")
