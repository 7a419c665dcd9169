"""The process that reads texts: ``python -m service.reader FOLDER KEY SOCKET``.

It is started by the server (:mod:`service.embedding`) and ends with it. Texts come by the socket whose number
it is given, which it inherits, and their vectors go back, as long as the network's model has the key that it
had when the server began: they are kept under that. Here the model computes; there a page that is made would
keep it waiting at each of its steps, and it the page.
"""

from __future__ import annotations

import logging
import sys
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from matcher.errors import ArtefactError, MatcherError
from matcher.workflow.workspace import open_workspace

_LOG = logging.getLogger(__name__)


def main(arguments: list[str]) -> int:
    """Answer until the other side is gone; how the process is to end."""
    folder, key, number = arguments
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        with open_workspace(Path(folder)) as workspace, Connection(int(number)) as server:
            answer(server, workspace.embedder, key)
    except MatcherError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    except Exception as error:  # the edge: of a bug only its kind is told, for its words may be somebody's
        where = traceback.extract_tb(error.__traceback__)[-1]
        _LOG.error("%s in %s, line %d", type(error).__name__, where.name, where.lineno or 0)
        return 1
    return 0


def answer(server: Connection, embedder: Any, key: str) -> None:
    """Read what the other side sends until it is gone."""
    same = embedder.key == key
    with suppress(MatcherError):  # it is told to whoever asks for the first texts
        _ = same and embedder.dimension
    while True:
        try:
            texts: list[str] = server.recv()
        except (EOFError, ConnectionError):
            return
        try:
            if not same:
                raise ArtefactError(
                    "The network's language model or its short forms are others than when the service began.",
                    cure="Start the service again.",
                )
            found = embedder.embed(texts)
        except MatcherError as error:
            found = (type(error), error.message, error.cure)
        try:
            server.send(found)
        except ConnectionError:  # nobody waits for it any more
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
