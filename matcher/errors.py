"""The one exception tree.

    MatcherError
    ├── InputError              a file, a row or a setting is wrong: where, and how to mend it
    │   └── AmbiguousInputError the file can be read in several ways; the choices are named
    ├── InfeasibleError         the rules clash: which, by how much, what to relax
    ├── TimeLimitError          out of time; carries the best bound so far
    ├── ArtefactError           a model is missing or altered: what to install
    ├── ConflictError           somebody else changed it first
    ├── NotFoundError           no such member, run or topic
    └── PermissionDeniedError   not this person's to see or do

Infeasible, out of time and a bug are never the same thing: a bug is never a MatcherError.
Errors become text once, at the edge: ``str(error)`` is one message fit for a person.
"""

from __future__ import annotations

from dataclasses import dataclass


class MatcherError(Exception):
    """Anything that a user can mend. ``cure`` says how, in one sentence."""

    def __init__(self, message: str, *, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message} {self.cure}".strip()


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the input something stands. ``row`` counts from 1 as a spreadsheet shows it."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        named = (self.file, self.sheet and f"sheet '{self.sheet}'")
        parts = [part for part in named if part]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column '{self.column}'")
        return ", ".join(parts)


class InputError(MatcherError):
    """Something given by the user is wrong."""

    def __init__(self, message: str, *, cure: str = "", place: Place | None = None) -> None:
        super().__init__(message, cure=cure)
        self.place = place or Place()

    def __str__(self) -> str:
        where = str(self.place)
        return f"{where}: {super().__str__()}" if where else super().__str__()


class AmbiguousInputError(InputError):
    """The input can be read in more than one way; ``choices`` are what to choose from."""

    def __init__(
        self, message: str, *, choices: tuple[str, ...], cure: str = "", place: Place | None = None
    ) -> None:
        super().__init__(message, cure=cure, place=place)
        self.choices = choices


class InfeasibleError(MatcherError):
    """No plan meets the rules. The message names the rules with their numbers."""


class TimeLimitError(MatcherError):
    """Out of time before any plan was found. ``bound`` is what was proven so far."""

    def __init__(self, message: str, *, bound: int | None = None, cure: str = "") -> None:
        super().__init__(message, cure=cure)
        self.bound = bound


class ArtefactError(MatcherError):
    """A model or another artefact is missing or is not the one it should be."""


class ConflictError(MatcherError):
    """Somebody else changed it between reading and writing."""


class NotFoundError(MatcherError):
    """Nothing has that name or number."""


class PermissionDeniedError(MatcherError):
    """This person may not see or do that."""
