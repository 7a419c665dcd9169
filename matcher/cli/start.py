"""Beginning: a network's folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from matcher.cli.output import commands, print_json, say
from matcher.cli.session import FORM_A_TERM, Session, common


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@common
@click.pass_obj
def init(session: Session, folder: Path | None, as_json: bool) -> None:
    """Make a folder for a network: its settings and an empty database.

    Without FOLDER it is the one that --network names, or 'network'. A folder that already holds a
    network is left as it is.

    \b
    Examples:
      matcher init
      matcher init spring-network
    """
    from matcher.config import FILE_NAME
    from matcher.workflow.workspace import create

    chosen = session if folder is None else replace(session, network=folder)
    fresh = create(chosen.network)
    settings = chosen.network / FILE_NAME
    steps = [
        chosen.line("import roster.csv intake.xlsx"),
        chosen.line(FORM_A_TERM),
    ]
    if as_json:
        print_json({"folder": str(chosen.network), "made": fresh, "settings": str(settings), "next": steps})
        return
    if fresh:
        say(f"Made a network in '{chosen.network}'. Its settings are in {settings}.")
    else:
        say(f"There is a network in '{chosen.network}' already; nothing was changed.")
    commands("Bring in your files:", steps[0])
    commands("Form a term:", steps[1])
    commands("Look around with fictional members first:", "matcher demo")
