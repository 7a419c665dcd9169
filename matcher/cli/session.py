"""What every command is given: the network's folder, how to print, and how to open it."""

from __future__ import annotations

import shlex
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
#: A first command to form a term, as examples and hints show it.
FORM_A_TERM = 'pairs --term "2026-27 fall" --start 2026-09-14'


@dataclass(frozen=True, slots=True)
class Session:
    """The global options. ``embedder`` stands in for the model of the settings, as in tests."""

    network: Path = DEFAULT_NETWORK
    verbose: bool = False
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
        return f"matcher{chosen} {words}"


def _changed(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value not in (None, False) and parameter.name:
        context.obj = replace(context.obj or Session(), **{parameter.name: value})


def common(command: F) -> F:
    """The options that every command has: ``--json``, and the global ones after its name too."""
    for option in (
        click.option("-v", "--verbose", is_flag=True, hidden=True, expose_value=False, callback=_changed),
        click.option(
            "--network",
            type=click.Path(path_type=Path, file_okay=False),
            hidden=True,
            expose_value=False,
            callback=_changed,
        ),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else."),
    ):
        command = option(command)
    return command
