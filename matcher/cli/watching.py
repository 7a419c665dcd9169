"""Showing how a solve goes on, and letting Ctrl-C end it with the best plan so far."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from matcher.cli.output import stages

if TYPE_CHECKING:
    from matcher.watch import Moment, Watch

STOPPING = "Stopping, to keep the best plan so far. Ctrl-C once more to give it up."


@contextmanager
def followed() -> Iterator[tuple[Callable[[str], None], Callable[[int, int], None], Watch]]:
    """Show on stderr what is being done, with the best plan's figures as they come in.

    Gives what :func:`stages` gives, and the watch for the solves. The first Ctrl-C ends a solve with what
    it has, and those after it as soon as they can; the second gives up.
    """
    from matcher.watch import Watch

    pressed = threading.Event()
    with stages() as (tell, progress), _interruptible(pressed):
        doing = [""]

        def begin(what: str) -> None:
            doing[0] = what
            tell(what)

        def moment(now: Moment) -> None:
            tell(f"{doing[0]}: {describe(now)}")

        yield begin, progress, Watch(moment, pressed.is_set)


@contextmanager
def watched(what: str) -> Iterator[tuple[Callable[[int, int], None], Watch]]:
    """As :func:`followed`, for a single thing to do; gives the last two of its three."""
    with followed() as (tell, progress, watch):
        tell(what)
        yield progress, watch


def describe(now: Moment) -> str:
    """A moment in one line."""
    from matcher.export.words import percent

    words = [now.stage]
    if 0 < now.share < 1:
        words.append(f"{now.share:.0%}")
    if now.gap is not None:
        words.append(f"at most {percent(now.gap)} below the best possible")
    return ", ".join(words)


@contextmanager
def _interruptible(pressed: threading.Event) -> Iterator[None]:
    """Within it Ctrl-C sets ``pressed``; a second one interrupts as it does anywhere."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may handle signals
        return
    before = signal.getsignal(signal.SIGINT)

    def press(_signal: int, _frame: Any) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, before)
        click.echo(f"\n{STOPPING}", err=True)

    signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
