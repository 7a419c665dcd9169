"""Run as a program by the tests: FOLDER WHAT [FILE]. It imports a file, or publishes the pairs, says ``half``
in the middle of its writing, and waits there."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from matcher.store import RunKind, Writing
from matcher.workflow import intake, proposals
from matcher.workflow.listing import known_term
from matcher.workflow.workspace import open_workspace
from words_embedder import WordsEmbedder


def waiting(method: Callable[..., Any], call: int) -> Callable[..., Any]:
    """The method, which waits after so many calls."""
    calls: list[None] = []

    def half(*given: Any) -> Any:
        done = method(*given)
        calls.append(None)
        if len(calls) == call:
            if given[0]._connection.dialect.name == "sqlite":
                given[0]._connection.exec_driver_sql("PRAGMA cache_spill = 1")
            sys.stdout.write("half\n")
            sys.stdout.flush()
            sys.stdin.read()
        return done

    return half


def main() -> None:
    folder, what, *files = sys.argv[1:]
    with open_workspace(Path(folder), WordsEmbedder()) as workspace:
        if what == "import":
            Writing.put_members = waiting(Writing.put_members, 1)  # type: ignore[method-assign]
            intake.commit(workspace, intake.preview(workspace, [Path(file) for file in files]))
        else:
            Writing.set_exchange_status = waiting(Writing.set_exchange_status, 2)  # type: ignore[method-assign]
            proposals.publish(workspace, known_term(workspace), RunKind.PAIRS)
    sys.stdout.write("whole\n")


if __name__ == "__main__":
    main()
