"""Frozen values to JSON text and back, so that a run can be kept and replayed.

Any frozen dataclass of this package can be dumped. Its fields hold tuples, never
sets, so that the same value always gives the same bytes.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter  # late: it costs a tenth of a second

    return TypeAdapter(kind)


def dump(value: object) -> str:
    """The JSON text of a frozen dataclass; fields in the order they are declared."""
    kind: Any = type(value)
    text: bytes = _adapter(kind).dump_json(value)
    return text.decode()


def load(kind: type[T], text: str) -> T:
    """The value of type ``kind`` in a text written by :func:`dump`.

    Raises ``pydantic.ValidationError`` (a ``ValueError``) where the text is not one.
    """
    adapter: Any = _adapter(kind)  # type: ignore[arg-type]
    value: T = adapter.validate_json(text)
    return value


def digest(text: str) -> str:
    """sha256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
