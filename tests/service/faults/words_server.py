"""Run as a program by the tests, in place of ``python -m service``: LEASE and what that takes.

It is the whole service, with the tests' embedder in the server and in what its worker starts. LEASE is how
long a job is the worker's, in seconds. With a file ``hold`` in the folder, an import or a publication stays
in the middle of its writing, and says so by a file ``held``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

# The project before its tests, which have a folder with the name of the service's package.
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[3]))

import service.__main__ as program
from matcher.store import Writing
from words_embedder import WordsEmbedder


class Words(WordsEmbedder):
    """In place of the process that reads texts."""

    def __init__(self, _folder: Path, _model: str) -> None:
        super().__init__()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        pass


def holding(method: Callable[..., Any], folder: Path) -> Callable[..., Any]:
    """The method, which never comes back where somebody wants it to be held."""

    def held(*given: Any) -> Any:
        done = method(*given)
        if (folder / "hold").exists():
            (folder / "held").touch()
            while True:
                time.sleep(1.0)
        return done

    return held


def main() -> int:
    lease, *given = sys.argv[1:]
    program.ReadApart = Words  # type: ignore[assignment, misc]
    worker = Path(__file__).with_name("small_worker.py")
    program.WORKER = (sys.executable, str(worker), "words_child", lease)
    for name in ("put_members", "set_exchange_status"):
        setattr(Writing, name, holding(getattr(Writing, name), Path(given[0])))
    return program.main(given)


if __name__ == "__main__":
    sys.exit(main())
