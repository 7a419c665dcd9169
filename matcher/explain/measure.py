"""How much better or worse one plan is than another, exactly or as a range that is proven.

Of the best plan under some rules a solve gives two numbers: what it reached, and a bound that no plan
passes. So what lies between the best plans of two problems is known to lie in a range; it is one number
where both are proven.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from matcher.explain.words import counted

PLACED, WORST, POINTS = "placed", "worst", "points"


@dataclass(frozen=True, slots=True)
class Aim:
    """One aim of a plan: ``name`` (placed, worst, points), what was reached and what is not passed."""

    name: str
    reached: int
    bound: int

    @property
    def proven(self) -> bool:
        return self.reached == self.bound


@dataclass(frozen=True, slots=True)
class Range:
    """A whole number from ``least`` to ``most``; an end that is not known is None."""

    least: int | None
    most: int | None

    @property
    def exact(self) -> int | None:
        """The number, where it is known."""
        return self.least if self.least == self.most else None


UNKNOWN = Range(None, None)


@dataclass(frozen=True, slots=True)
class Difference:
    """What another plan has more than the one at hand, or less where negative. ``worst``: of the
    worst-off member, None where that is no aim. ``points`` are in units of ``scale`` to the point.
    ``found`` is (placed, points) of the two plans themselves, whatever is proven of them. ``by_value``: the
    plans are made for their points, and how many they place is not an aim but comes of it."""

    placed: Range
    points: Range
    worst: Range | None
    found: tuple[int, int]
    scale: int
    by_value: bool = False

    @property
    def least(self) -> tuple[int, int]:
        """What is gained at least (placed, points), for ranking; what is not known counts as far below
        nothing."""
        unknown = -(2**62)
        placed, points = self.placed.least, self.points.least
        if self.by_value:
            placed = 0
        return unknown if placed is None else placed, unknown if points is None else points


class Nested(IntEnum):
    """Whether the plans of the one problem are all plans of the other."""

    TIGHTER = -1
    NEITHER = 0
    LOOSER = 1


def difference(
    now: tuple[Aim, ...],
    then: tuple[Aim, ...],
    *,
    nested: Nested = Nested.NEITHER,
    found: tuple[int, int],
    scale: int,
) -> Difference:
    """From the best plan of one problem to that of another. Aims count in their order: a later one is
    known only where the earlier ones are, for its bound holds for plans that reach them. ``nested`` says
    how the other problem (``then``) stands to the one at hand."""
    ranges: dict[str, Range] = {}
    others = {aim.name: aim for aim in then}
    settled = all_same = True
    for aim in now:
        other = others.get(aim.name)
        if other is None:  # the other plan does not have this aim
            settled = settled and aim.proven
            all_same = False
            continue
        least, most = other.reached - aim.bound, other.bound - aim.reached
        if all_same and nested is Nested.LOOSER:
            least = max(least, 0)
        if all_same and nested is Nested.TIGHTER:
            most = min(most, 0)
        ranges[aim.name] = Range(least, most) if settled else UNKNOWN
        settled = settled and aim.proven and other.proven
        all_same = all_same and least == most == 0
    return Difference(
        placed=ranges.get(PLACED, Range(found[0], found[0])),
        points=ranges.get(POINTS, UNKNOWN),
        worst=ranges.get(WORST),
        found=found,
        scale=scale,
        by_value=PLACED not in ranges,
    )


def as_points(value: int, scale: int) -> str:
    """A value to the nearest whole point, without the sign: ``"1,031"``."""
    return f"{(abs(value) + scale // 2) // scale:,}"


def in_points(value: int, scale: int) -> str:
    """``"31 points"``, ``"1 point"``, ``"less than 1 point"``, without the sign."""
    text = as_points(value, scale)
    if value and text == "0":
        return "less than 1 point"
    return f"{text} {'point' if text == '1' else 'points'}"


def amount(given: Range, noun: str, many: str, *, scale: int = 1, less: str = "less") -> str:
    """``"31 points less"``, ``"at most 4 points more"``, ``"3 to 31 points less"``; empty for none. In whole
    points: the ends of a range are rounded outwards."""

    def say(value: int, word: str) -> str:
        text = as_points(value, scale)
        if text == "0":
            return f"less than 1 {noun} {word}"
        return f"{text} {noun if text == '1' else many} {word}"

    low, high = given.least, given.most
    if low is not None and high is not None and low != high:
        low, high = low // scale * scale, -(-high // scale) * scale
    if low is None or high is None:
        text = f"an unknown number of {many}"
    elif low == high:
        text = say(low, "more" if low > 0 else less) if low else ""
    elif low > 0:
        text = f"{as_points(low, scale)} to {say(high, 'more')}"
    elif high < 0:
        text = f"{as_points(high, scale)} to {say(low, less)}"
    elif low == 0:
        text = f"at most {say(high, 'more')}"
    elif high == 0:
        text = f"at most {say(low, less)}"
    else:
        text = f"anything from {say(low, less)} to {say(high, 'more')}"
    return text


def change_text(change: Difference) -> str:
    """What changes in words, empty where nothing does: ``"2 members fewer are placed, 31 points less"``."""
    parts = []
    if placed := amount(change.placed, "member", "members", less="fewer"):
        one = change.placed.exact in (1, -1)
        parts.append(f"{placed} {'is' if one else 'are'} placed")
    if change.worst is not None and (worst := amount(change.worst, "point", "points")):
        parts.append(f"{worst} for the worst-off")
    if points := amount(change.points, "point", "points", scale=change.scale):
        parts.append(f"{points} in total" if parts and not change.by_value else points)
    if change.by_value:
        parts.reverse()
    return ", ".join(parts)


def worth_text(points: int, scale: int) -> str:
    """``"has 31 points more than"``, ``"is worth as much as"``."""
    if not points:
        return "is worth as much as"
    return f"has {in_points(points, scale)} {'more' if points > 0 else 'less'} than"


def placed_text(placed: int) -> str:
    """``"1 more is placed"``, ``"2 fewer are placed"``, ``"as many are placed"``."""
    if not placed:
        return "as many are placed"
    verb = "is" if abs(placed) == 1 else "are"
    return f"{counted(abs(placed), 'member')} {'more' if placed > 0 else 'fewer'} {verb} placed"
