"""A database's own errors, turned into MatcherErrors with a cure. What is not listed is a bug, and stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from sqlalchemy.exc import DBAPIError

from matcher.errors import ConflictError, InputError, MatcherError


class _Cause(Enum):
    """Each with the error it becomes, its message and its cure; ``{place}`` is the database."""

    BUSY = (
        ConflictError,
        "Somebody else is writing to {place}; nothing was changed.",
        "Wait until they are done and try again.",
    )
    FULL = (
        MatcherError,
        "The disk that holds {place} is full; nothing was changed.",
        "Free some space and try again.",
    )
    READ_ONLY = (
        MatcherError,
        "{place} cannot be opened for writing.",
        "Check that its folder exists and that you may write to the file and to the folder.",
    )
    BROKEN = (
        InputError,
        "{place} is not a database, or it is damaged.",
        "Put a backup copy in its place, or give the path of another file.",
    )
    UNREACHABLE = (
        MatcherError,
        "{place} does not answer.",
        "Check that the disk or the server is there, and the name and the password.",
    )
    MISSING_REFERENCE = (
        InputError,
        "A value refers to something that is not in {place}, or something that others refer to was to be "
        "taken out; nothing was changed.",
        "Import what is referred to first.",
    )
    UNFIT = (
        InputError,
        "A value does not fit into {place} (a number too large, a text with a zero character); nothing was "
        "changed.",
        "Correct the value.",
    )


#: SQLite's result codes, https://www.sqlite.org/rescode.html: first the extended ones, then the primary.
_SQLITE = {
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: _Cause.MISSING_REFERENCE,
    sqlite3.SQLITE_BUSY: _Cause.BUSY,
    sqlite3.SQLITE_LOCKED: _Cause.BUSY,
    sqlite3.SQLITE_FULL: _Cause.FULL,
    sqlite3.SQLITE_READONLY: _Cause.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _Cause.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: _Cause.BROKEN,
    sqlite3.SQLITE_NOTADB: _Cause.BROKEN,
    sqlite3.SQLITE_IOERR: _Cause.UNREACHABLE,
}

#: SQLSTATE codes, or their two-letter class: PostgreSQL manual, appendix A.
_SQLSTATE = {
    "23503": _Cause.MISSING_REFERENCE,
    "25006": _Cause.READ_ONLY,
    "42501": _Cause.READ_ONLY,
    "40001": _Cause.BUSY,
    "40P01": _Cause.BUSY,
    "55P03": _Cause.BUSY,
    "53100": _Cause.FULL,
    "08": _Cause.UNREACHABLE,
    "22": _Cause.UNFIT,
    "28": _Cause.UNREACHABLE,
    "3D": _Cause.UNREACHABLE,
    "57": _Cause.UNREACHABLE,
    "XX": _Cause.BROKEN,
}


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Raise the database's errors as MatcherErrors; ``place`` names the database in the message."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = _cause(error)
        if cause is None:
            raise
        kind, message, cure = cause.value
        raise kind(message.format(place=place), cure=cure) from error


@contextmanager
def storable() -> Iterator[None]:
    """Raise InputError where a driver cannot express a value: half a character, a huge number."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise InputError(
            f"A text holds half a character ({ord(error.object[error.start]):#x}), which cannot be kept.",
            cure="Take that character out of the text.",
        ) from None
    except OverflowError:
        raise InputError(
            "A whole number is too large to be kept; the limit is 2^63 - 1.", cure="Correct the number."
        ) from None


def _cause(error: DBAPIError | sqlite3.Error) -> _Cause | None:
    raised = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(raised, sqlite3.Error):
        code = getattr(raised, "sqlite_errorcode", 0)  # absent where the driver itself complains
        return _SQLITE.get(code) or _SQLITE.get(code & 0xFF)
    state = getattr(raised, "sqlstate", None) or "08"  # no state: the server never answered
    return _SQLSTATE.get(state) or _SQLSTATE.get(state[:2])
