"""Pages of a list, by a cursor that stays right when the list changes."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Query

from matcher.errors import InputError

T = TypeVar("T")
Cursor = Annotated[str, Query(max_length=1000, description="`next` of the page before")]
#: How many of a list that may be long.
Few = Annotated[int, Query(ge=1, le=100, description="how many at most")]
Limit = Annotated[int, Query(ge=1, le=200, description="how many at most")]


def page(values: Sequence[T], key: Callable[[T], str], cursor: str, limit: int) -> tuple[Sequence[T], str]:
    """The values after the cursor's, and the cursor of the page that follows, empty at the end.

    ``values`` are in the order of ``key``. Raises InputError where the cursor is none.
    """
    start = bisect_right(values, _key_in(cursor), key=key) if cursor else 0
    shown = values[start : start + limit]
    more = start + limit < len(values)
    return shown, base64.urlsafe_b64encode(key(shown[-1]).encode()).decode() if more else ""


def after(cursor: str) -> str:
    """The key that a cursor stands for: the page begins behind it. Raises InputError where it is none."""
    return _key_in(cursor) if cursor else ""


def number_in(cursor: str) -> int | None:
    """The number that a cursor stands for, None where there is no cursor. Raises InputError where it is
    none."""
    behind = after(cursor)
    if behind and not (behind.isascii() and behind.isdigit() and len(behind) < 19):
        raise InputError("That is not a cursor.", cure="Give `next` of the page before.")
    return int(behind) if behind else None


def part(values: Sequence[T], key: Callable[[T], str], limit: int) -> tuple[Sequence[T], str]:
    """The first ``limit`` of the values, and the cursor of the page that follows, empty where there are no
    more than these: so ask for one more."""
    shown = values[:limit]
    more = len(values) > limit
    return shown, base64.urlsafe_b64encode(key(shown[-1]).encode()).decode() if more else ""


def _key_in(cursor: str) -> str:
    try:
        return base64.b64decode(cursor, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise InputError("That is not a cursor.", cure="Give `next` of the page before.") from None
