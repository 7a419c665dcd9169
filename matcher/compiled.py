"""Compiling inner loops with numba, for the rooms that search.

Importing this module does not import numba; decorating with what a :class:`Compiler` gives does: import the
modules that do so late. The first call on a machine compiles for some seconds and leaves the result in a
cache beside the room's files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Compiler:
    """What compiles the functions of one room."""

    def __init__(self, folder: Path, marks: tuple[bytes, ...]) -> None:
        """``marks``: what the files in ``folder`` hold, one or another, in which compiled code is or what it
        reads. With any change in them all is compiled anew: numba alone does not see that a function in
        another file has changed."""
        texts = [path.read_bytes() for path in sorted(folder.glob("*.py"))]
        read = Path(__file__).read_bytes()  # how it is compiled counts, too
        read += b"".join(text for text in texts if any(mark in text for mark in marks))
        self._cache = str(folder / "__pycache__" / f"numba-{hashlib.sha256(read).hexdigest()[:12]}")

    def compiled(self, function: Callable[P, R]) -> Callable[P, R]:
        """``function`` compiled when first called, without the interpreter's lock, and cached."""
        return self._compile(function)

    def lean(self, function: Callable[P, R]) -> Callable[P, R]:
        """As :meth:`compiled`, for functions that make no arrays: numba then counts no references to those
        that they are given, which takes most of the time of a short call with many of them."""
        return self._compile(function, _nrt=False)

    def inner(self, function: Callable[P, R]) -> Callable[P, R]:
        """As :meth:`lean`, for functions that only compiled code calls: taking over arguments from Python is
        left out, which is much of what compiling takes."""
        return self._compile(function, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)

    def _compile(self, function: Callable[P, R], **options: bool) -> Callable[P, R]:
        import numba

        # The cache folder is read while decorating only; numba passes over one that it cannot write.
        config: Any = numba.config
        njit: Any = numba.njit
        before = config.CACHE_DIR
        config.CACHE_DIR = self._cache
        try:
            fast: Any = njit(cache=True, nogil=True, **options)(function)
        finally:
            config.CACHE_DIR = before
        _compile_once(fast)
        made: Callable[P, R] = fast
        return made


def _compile_once(fast: Any) -> None:
    """Have calls from compiled code share one version of ``fast`` for all whole numbers.

    Numba makes a version for each mix of constants and of 32 and 64 bits, up to eight of one function; whole
    numbers fit into 64 bits without loss, so that one will do: in a third less time, with the same results.
    """
    from numba.core import types as kinds

    types: Any = kinds

    def wide(kind: Any) -> Any:
        kind = types.unliteral(kind)
        return types.int64 if isinstance(kind, types.Integer) and kind != types.uint64 else kind

    ask = fast.get_call_template

    def get_call_template(args: Any, kws: Any) -> Any:
        return ask(tuple(map(wide, args)), {name: wide(kind) for name, kind in kws.items()})

    fast.get_call_template = get_call_template
