"""Starting the service."""

from __future__ import annotations

import os
import sys

import click

from matcher.cli.session import Session, common


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=8000, show_default=True, help="The port to listen on."
)
@common
@click.pass_obj
def serve(session: Session, host: str, port: int, as_json: bool) -> None:
    """Run the service, and the worker that solves behind it, until Ctrl-C.

    The first start prints a link that makes the first administrator: it works once, on this machine alone.
    Another address than this machine's own needs MATCHER_SECRET, 32 bytes or more, and MATCHER_BASE_URL, the
    https address at which people find the service; docs/hosting.md says how.

    \b
    Examples:
      matcher serve
      matcher serve --port 8080
    """
    told = ["--json"] if as_json else []
    # The service is the same process as this command, so that whoever ends the one ends the other.
    given = [str(session.network), "--host", host, "--port", str(port), *told]
    sys.stdout.flush()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one search at a time is fastest on one thread
    os.execv(sys.executable, [sys.executable, "-P", "-m", "service", *given])  # noqa: S606
