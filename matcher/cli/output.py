"""The two ways to print: text and tables for people, one JSON document for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

#: Columns of text where the output is no terminal, and at most on a wide one.
PIPED, WIDEST = 100, 110


def print_json(document: Mapping[str, Any]) -> None:
    """One JSON document on stdout. Dates are ISO texts."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def console(*, err: bool = False) -> Console:
    """Where tables go: no colours, no control characters and no cut-off texts where it is no terminal."""
    import os
    import sys

    from rich.console import Console

    stream = sys.stderr if err else sys.stdout
    terminal = stream.isatty()
    made = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False)
    if terminal or os.environ.get("COLUMNS"):
        made.width = min(made.width, WIDEST)
    else:
        made.width = PIPED
    return made


def text(value: object, style: str = "") -> Text:
    """A value as text that is safe to print: what could steer a terminal is taken out. A text that was
    made so before stays as it is."""
    from rich.text import Text

    from matcher.export.words import plain

    if isinstance(value, Text):
        return value
    return Text(plain(str(value)), style=style)


def print_table(
    headings: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    numbers: Sequence[str] = (),
    wide: Sequence[str] = (),
    lines: bool = False,
) -> None:
    """A table on stdout: ``numbers`` are the headings of columns that stand to the right, ``wide`` those
    that share what width is left, named twice for two shares. Long texts go on in the next line."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, show_lines=lines, header_style="bold")
    for heading in headings:
        made.add_column(
            text(heading),
            justify="right" if heading in numbers else "left",
            ratio=wide.count(heading) or None,
            no_wrap=heading in numbers,
            overflow="fold",
        )
    made.expand = bool(wide)
    for row in rows:
        made.add_row(*(text(cell) for cell in row))
    _put(made)


def _put(made: RenderableType) -> None:
    """Print on stdout; without blanks at the ends of lines where that is no terminal."""
    out = console()
    if out.is_terminal:
        out.print(made)
        return
    with out.capture() as captured:
        out.print(made)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())


def say(*lines: object, indent: int = 0) -> None:
    """Lines of text on stdout, wrapped at words, all of it set in by so many blanks. A word that is longer
    than a line, as a path may be, stays whole."""
    width = console().width - indent
    for line in lines:
        for part in text(line).plain.split("\n"):
            for each in _wrapped(part, width):
                click.echo(f"{' ' * indent}{each}".rstrip())


def _wrapped(line: str, width: int) -> Iterator[str]:
    """A line in parts, cut at blanks, by the columns that a terminal gives each letter."""
    from rich.cells import cell_len

    begun = ""
    for word in re.findall(r"\s*\S+\s*", line):
        if begun and cell_len(begun) + cell_len(word.rstrip()) > width:
            yield begun
            begun = ""
        begun += word
    yield begun


def whole(*lines: object) -> None:
    """Lines that are never wrapped, so that they can be copied, set in: paths, which may have blanks."""
    from matcher.export.words import plain

    for line in lines:
        click.echo(f"  {plain(str(line))}")


def commands(title: str, *lines: str) -> None:
    """Commands to be typed, each whole in its line."""
    click.echo(f"\n{title}")
    whole(*lines)


def heading(line: str) -> None:
    """A line that stands out, with a blank one before it."""
    click.echo()
    bold(line)


def bold(line: str) -> None:
    """A line that stands out."""
    _put(text(line, "bold"))


@contextmanager
def stages(
    counted: str = "statements read",
) -> Iterator[tuple[Callable[[str], None], Callable[[int, int], None]]]:
    """Show on stderr what is being done; nothing where that is no terminal.

    Gives what is to be called with the next thing that is done, and with how many of what is
    ``counted`` have been done for it and how many there are.
    """
    out = console(err=True)
    if not out.is_terminal:
        yield (lambda _what: None), (lambda _done, _total: None)
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=out, transient=True
    ) as bars:
        task = bars.add_task("", total=None)
        doing = [""]

        def tell(what: str) -> None:
            doing[0] = what
            bars.update(task, description=what)

        def progress(done: int, total: int) -> None:
            reading = f"{doing[0]} ({counted}: {done:,} of {total:,})"
            bars.update(task, description=reading if done < total else doing[0])

        yield tell, progress


@contextmanager
def working(what: str) -> Iterator[Callable[[int, int], None]]:
    """As :func:`stages`, for a single thing to do; gives the second of its calls."""
    with stages() as (tell, progress):
        tell(what)
        yield progress
