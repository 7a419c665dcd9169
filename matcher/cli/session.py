"""What every command is given: the network's folder, how to print, and how to open it."""

from __future__ import annotations

import logging
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from matcher.embed import Embedder
    from matcher.workflow.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])
DEFAULT_NETWORK = Path("network")
#: The plans that a term has.
KINDS = ("pairs", "cohorts", "visits")
#: A first command to form a term, as examples and hints show it.
FORM_A_TERM = 'pairs --term "2026-27 fall" --start 2026-09-14'


@dataclass(frozen=True, slots=True)
class Session:
    """The global options. ``embedder`` stands in for the model of the settings, as in tests."""

    network: Path = DEFAULT_NETWORK
    embedder: Embedder | None = None

    @contextmanager
    def open(self) -> Iterator[Workspace]:
        """The network that the options name. Raises NotFoundError, with a cure, where there is none."""
        from matcher.errors import NotFoundError
        from matcher.workflow.workspace import open_workspace

        if not self.network.is_dir():
            raise NotFoundError(
                f"There is no network in the folder '{self.network}'.",
                cure=f"Make one with `{self.line('init')}`, or name another with --network.",
            )
        with open_workspace(self.network, self.embedder) as workspace:
            yield workspace

    def line(self, words: str) -> str:
        """A command as to be typed to stay in this network: ``matcher --network spring topics``."""
        chosen = "" if self.network == DEFAULT_NETWORK else f" --network {shlex.quote(str(self.network))}"
        return f"{_program()}{chosen} {words}"


def _program() -> str:
    """The program as it can be typed here: by its name, or by the path it was called with."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "matcher" and shutil.which("matcher") is None else "matcher"


def log_to_stderr(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    """Show the program's own log, from INFO on, until the command has ended."""
    logger = logging.getLogger("matcher")
    if not wanted or logger.isEnabledFor(logging.INFO):
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    before = logger.level

    def undo() -> None:
        logger.removeHandler(handler)
        logger.setLevel(before)

    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    context.find_root().call_on_close(undo)


def _network(context: click.Context, _parameter: click.Parameter, folder: Path | None) -> None:
    if folder is not None:
        context.obj = replace(context.obj or Session(), network=folder)


def common(command: F) -> F:
    """The options that every command has: ``--json``, and the global ones after its name too."""
    for option in (
        click.option(
            "-v", "--verbose", is_flag=True, hidden=True, expose_value=False, callback=log_to_stderr
        ),
        click.option(
            "--network",
            type=click.Path(path_type=Path, file_okay=False),
            hidden=True,
            expose_value=False,
            callback=_network,
        ),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else."),
    ):
        command = option(command)
    return command


def of_term(command: F) -> F:
    """The option ``--term`` of a command that is about what was formed."""
    return click.option(
        "--term",
        "term_name",
        metavar="NAME",
        help="The term; without it, the latest that something was formed for.",
    )(command)
