"""The model that reads texts, in a process of its own, for all threads of the server."""

from __future__ import annotations

import logging
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from matcher.errors import MatcherError

Vectors = npt.NDArray[np.float32]
_LOG = logging.getLogger(__name__)
#: The program that reads; the folder, the model's key and the socket's number follow.
READER = (sys.executable, "-P", "-m", "service.reader")
#: Texts that are read in one go. A question waits for no more than these, however many there are to read.
TOGETHER = 32
#: So many or fewer are a question or a statement: they go before others, and so many are read together with
#: those of other threads, which takes little longer than one does.
_FEW = 8
#: Turns of few texts after which many have one, whoever waits.
_TURNS = 20
#: Seconds that the process has to end by itself, and to answer, its model's loading included: one that takes
#: longer hangs.
_GRACE, _LONGEST = 5, 120


class ReaderEndedError(MatcherError):
    """The process that reads ended in the middle of it, or did not answer, twice; or was ended for good."""


class _Asked:
    """What a thread asks for, and what came of it."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = list(texts)
        self.answer: Vectors | MatcherError | None = None


class ReadApart:
    """An embedder for several threads. Its process is started by ``with``, so that the model is there when
    the first texts come, and again where it has ended; it ends for good with the block, or with this
    process."""

    def __init__(self, folder: Path, key: str, program: Sequence[str] = READER) -> None:
        """``key`` is that of the network's model."""
        self.key = key
        self._command = [*program, str(folder), key]
        self._turn = threading.Condition()
        self._busy = self._closed = False
        #: The few texts of each thread that waits, the first before others.
        self._waiting: list[_Asked] = []
        #: Threads with many texts that wait, and the turns that others had before them.
        self._many = self._passed = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._dimension: int | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def dimension(self) -> int:
        """Length of a vector. Has the model loaded."""
        if self._dimension is None:
            self._dimension = self.embed(["."]).shape[1]
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As the network's model does. A few texts go before many, as a rule.

        Raises what it does, and ReaderEndedError where its process ends whenever it reads these, or the block
        has ended.
        """
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        if len(texts) <= _FEW:
            return self._soon(_Asked(texts))
        parts = []
        for start in range(0, len(texts), TOGETHER):
            with self._turn:
                self._many += 1
                self._turn.wait_for(lambda: not self._busy and (self._due() or not self._waiting))
                self._many -= 1
                self._busy, self._passed = True, 0
            with self._freed():
                parts.append(self._ask(list(texts[start : start + TOGETHER])))
        return np.vstack(parts)

    def _soon(self, asked: _Asked) -> Vectors:
        """Whichever thread's turn it is has those of others read with its own."""
        with self._turn:
            self._waiting.append(asked)
        while True:
            with self._turn:
                self._turn.wait_for(lambda: asked.answer is not None or not (self._busy or self._due()))
                if asked.answer is not None:
                    break
                self._busy = True
                self._passed += self._many > 0
                together = self._first()
            with self._freed():
                self._answer(together)
        if isinstance(asked.answer, MatcherError):
            raise asked.answer
        return asked.answer

    def _due(self) -> bool:
        """Whether the next turn is of one with many texts."""
        return self._many > 0 and self._passed >= _TURNS

    def _first(self) -> list[_Asked]:
        """Those that are read next, taken out of those that wait."""
        sizes = accumulate(len(each.texts) for each in self._waiting)
        number = sum(size <= _FEW for size in sizes)
        taken, self._waiting[:number] = self._waiting[:number], []
        return taken

    def _answer(self, together: Sequence[_Asked]) -> None:
        """Have their texts read; whatever comes of it, each of them has an answer."""
        found: Vectors | MatcherError = _ended()
        try:
            found = self._ask([text for each in together for text in each.texts])
        except MatcherError as error:
            found = error
        finally:
            start = 0
            for each in together:
                end = start + len(each.texts)
                each.answer = found if isinstance(found, MatcherError) else found[start:end]
                start = end

    def close(self) -> None:
        """End the process once it has read what it is reading; nothing more is read."""
        with self._turn:
            self._closed = True
            self._turn.wait_for(lambda: not self._busy)
            self._busy = True
        with self._freed():
            self._end()

    @contextmanager
    def _freed(self) -> Iterator[None]:
        """The turn is this thread's, and another's afterwards."""
        try:
            yield
        finally:
            with self._turn:
                self._busy = False
                self._turn.notify_all()

    def _ask(self, texts: list[str]) -> Vectors:
        for _ in range(2):
            if self._closed:
                raise ReaderEndedError("The service is ending.", cure="Ask again once it runs.")
            answer = None
            try:
                if self._connection is None:
                    self._start()
                assert self._connection is not None
                self._connection.send(texts)
                answer = self._connection.recv()
            except (EOFError, OSError):
                _LOG.warning("the process that reads texts has ended, or does not answer; another is started")
            finally:
                if answer is None:
                    self._end()  # or else its answer would be taken for that to the next who asks
            if answer is None:
                continue
            if isinstance(answer, np.ndarray):
                return answer
            kind, message, cure = answer
            raise kind(message, cure=cure)
        raise _ended()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            for each in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
                ours.setsockopt(socket.SOL_SOCKET, each, struct.pack("ll", _LONGEST, 0))
            number = theirs.fileno()
            self._process = subprocess.Popen(  # noqa: S603
                [*self._command, str(number)],
                pass_fds=(number,),
                stdin=subprocess.DEVNULL,
                process_group=0,  # Ctrl-C is for the server, with whose end the socket's other side closes
            )
            self._connection = Connection(ours.detach())

    def _end(self) -> None:
        if self._connection is not None:
            self._connection.close()  # which it ends by
            self._connection = None
        if self._process is not None:
            try:
                self._process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGKILL)
                self._process.wait()
            self._process = None


def _ended() -> ReaderEndedError:
    return ReaderEndedError(
        "The language model cannot be run: its process ended twice, or did not answer.",
        cure="See whether the machine has memory left, and what the service's log says.",
    )
