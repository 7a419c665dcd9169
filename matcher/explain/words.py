"""How members, hours and counts are called in a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from matcher.domain import hour_text

#: So many names stand in a list before the rest is counted.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Words:
    """``names`` by what a problem holds: ids of members and facilitators, and where wanted codes of states
    and ids of topics; what is not there is called by its id. ``timezone`` and ``week_of`` are for hours."""

    names: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "America/New_York"
    week_of: date | None = None

    def name(self, key: str) -> str:
        return self.names.get(key, key)

    def hour(self, hour: int) -> str:
        """An hour of the UTC week, ``"Tue 2 pm"``; by its number where no week is given."""
        return f"hour {hour}" if self.week_of is None else hour_text(hour, self.timezone, self.week_of)


def counted(count: int, noun: str, many: str = "") -> str:
    """``"1 member"``, ``"1,200 members"``."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def listed(names: Iterable[str], most: int = NAMED) -> str:
    """``"Ana, Ben and Cy"``; of many the first and ``"9 others"``."""
    given = list(names)
    if len(given) > most + 1:
        given = [*given[:most], counted(len(given) - most, "other")]
    return given[0] if len(given) == 1 else f"{', '.join(given[:-1])} and {given[-1]}" if given else "nobody"


def sentence(text: str) -> str:
    """The text with a capital letter and a full stop."""
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")
