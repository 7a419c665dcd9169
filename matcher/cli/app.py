"""The program: its commands, its global options, and the edge at which errors become text."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from matcher.cli import (
    accounts,
    adding,
    asking,
    decisions,
    demo,
    intake,
    life,
    quality,
    reasons,
    safety,
    serving,
    showing,
    start,
    term,
    topics,
    training,
)
from matcher.cli.session import DEFAULT_NETWORK, Session, log_to_stderr
from matcher.errors import AmbiguousInputError, MatcherError

#: Exit codes beside 0, 1 (the user can mend it) and 2 (bad usage).
STOPPED, BROKEN_PIPE, BUG = 130, 141, 70


class _Program(click.Group):
    """A group that turns errors into text, once, and lists commands in the order of the work."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MatcherError as error:
            click.echo(f"Error: {error}", err=True)
            if isinstance(error, AmbiguousInputError):
                click.echo(f"Choices: {', '.join(error.choices)}", err=True)
            ctx.exit(1)
        except (KeyboardInterrupt, click.Abort):
            click.echo("\nStopped. What was finished before is kept.", err=True)
            ctx.exit(STOPPED)
        except BrokenPipeError:
            # Whoever read the output has seen enough; nothing more can be written there.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(BROKEN_PIPE)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:
            if _was_interrupted(error):
                click.echo("\nStopped. What was finished before is kept.", err=True)
                ctx.exit(STOPPED)
            _report_bug(error)
            ctx.exit(BUG)


def _was_interrupted(error: BaseException) -> bool:
    """Whether Ctrl-C is behind an error: in the middle of an import it comes out as an ImportError."""
    behind: BaseException | None = error
    while behind is not None and not isinstance(behind, KeyboardInterrupt):
        behind = behind.__cause__ or behind.__context__
    return behind is not None


def _report_bug(error: Exception) -> None:
    """Only the kind of error is shown, but with -v: its message may hold somebody's name or words."""
    if logging.getLogger("matcher").isEnabledFor(logging.INFO):
        import traceback

        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    click.echo(
        f"Error: This is a bug in matcher ({type(error).__name__}), not a mistake of yours. Nothing "
        "half-done was kept. To see where it happened, run the same command with -v: matcher -v ...",
        err=True,
    )


def _version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"matcher {version('peer-matcher')}")
        ctx.exit()


@click.group(cls=_Program, context_settings={"max_content_width": 100, "help_option_names": ["-h", "--help"]})
@click.option(
    "--network",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="MATCHER_NETWORK",
    default=DEFAULT_NETWORK,
    show_default=True,
    show_envvar=True,
    metavar="FOLDER",
    help="The folder of the network to work on.",
)
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    expose_value=False,
    callback=log_to_stderr,
    help="Tell on stderr what is done, and show where a bug is.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Say the version."
)
@click.pass_context
def cli(ctx: click.Context, network: Path) -> None:
    """Bring peers together on shared problems of practice.

    From an intake file to topics, one-to-one pairs, virtual cohorts and peer-hosted visits,
    each with its reason and a proof of how good the plan is.

    \b
    Examples:
      matcher demo
      matcher init
      matcher import roster.csv intake.xlsx history.csv
      matcher pairs --term "2026-27 fall" --start 2026-09-14
      matcher who "needs assessments"
    """
    ctx.obj = replace(ctx.obj or Session(), network=network)


def run(arguments: list[str] | None = None) -> None:
    """Run the program on ``arguments`` (those of the process) and exit."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without a character shows a ?
    cli.main(args=arguments, prog_name="matcher")


for _command in (
    start.init,
    intake.import_,
    adding.add,
    topics.topics,
    asking.who,
    term.pairs,
    term.cohorts,
    term.visits,
    reasons.why,
    reasons.rules,
    decisions.adjust,
    decisions.repair,
    life.publish,
    life.answer,
    life.agree,
    life.held,
    life.cancel,
    showing.show,
    showing.export,
    showing.replay,
    demo.demo,
    quality.evaluate,
    training.train,
    safety.backup,
    safety.restore,
    safety.check,
    safety.erase,
    accounts.account,
    serving.serve,
):
    cli.add_command(_command)
