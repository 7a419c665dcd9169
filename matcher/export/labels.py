"""Where the labels of a chart go, so that none covers another."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Spot = tuple[float, float]

#: Mean advance of a glyph in a semi-bold system sans, in ems; a wide (East Asian) glyph takes a whole one.
_ADVANCE = 0.58
_LEADING = 1.18
_GAP = 5.0
_POINT_COST = 16.0
_ANGLES = 16
_STEP = 11.0
#: How near a point may come to a label before it counts as covered, in pixels.
_MARGIN = 3.0


@dataclass(frozen=True, slots=True)
class Label:
    """A text to place: broken into ``lines``, to stand near ``anchor`` (pixels); ``scale`` is its font
    size against that of the others."""

    key: str
    lines: tuple[str, ...]
    anchor: Spot
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A label with the box it fills: left, top, width, height, in pixels."""

    label: Label
    left: float
    top: float
    width: float
    height: float

    @property
    def centre(self) -> Spot:
        return self.left + self.width / 2, self.top + self.height / 2

    def clear_of(self, other: Placed, gap: float = _GAP) -> bool:
        """Whether at least ``gap`` pixels lie between the two boxes, across or down."""
        return (
            self.left + self.width + gap <= other.left
            or other.left + other.width + gap <= self.left
            or self.top + self.height + gap <= other.top
            or other.top + other.height + gap <= self.top
        )

    def nearest(self, spot: Spot) -> Spot:
        """The point of the box that lies nearest to ``spot``."""
        x = min(max(spot[0], self.left), self.left + self.width)
        y = min(max(spot[1], self.top), self.top + self.height)
        return x, y


def text_width(text: str, size: float) -> float:
    """About how wide ``text`` is drawn at a font ``size``, in pixels; rather too wide than too narrow."""
    ems = (1.0 if unicodedata.east_asian_width(char) in "WF" else _ADVANCE for char in text)
    return size * sum(ems)


def break_lines(text: str, longest: int, most: int) -> tuple[str, ...]:
    """``text`` in at most ``most`` lines of at most ``longest`` characters; what is left off ends in "…"."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most:
        line = words.pop(0)
        while words and len(line) + 1 + len(words[0]) <= longest:
            line += " " + words.pop(0)
        lines.append(line)
    if words:
        lines[-1] += " …"
    return tuple(line if len(line) <= longest + 2 else line[: longest - 1] + "…" for line in lines)


def place_labels(
    labels: Sequence[Label],
    points: Sequence[Spot],
    size: float,
    within: tuple[float, float],
    reach: float,
) -> tuple[Placed, ...]:
    """Places for ``labels``, the first ones best: as near to its anchor as can be, over few ``points``.

    No two boxes overlap, each lies inside ``within`` (width, height) and at most ``reach`` pixels
    from its anchor. A label for which no place is left is left out. Greedy: a label once placed stays.
    """
    import numpy as np

    spots = np.array(points, dtype=float).reshape(len(points), 2)
    placed: list[Placed] = []
    for label in labels:
        boxes = [
            box
            for box in _candidates(label, size * label.scale, reach)
            if _inside(box, within) and all(box.clear_of(other) for other in placed)
        ]
        covered = _covered(boxes, spots)
        best: tuple[float, Placed] | None = None
        for box, count in zip(boxes, covered, strict=True):
            away = math.dist(box.nearest(label.anchor), label.anchor)
            if away > reach:
                continue
            cost = away + math.dist(box.centre, label.anchor) / 4 + _POINT_COST * count
            if best is None or cost < best[0]:
                best = cost, box
        if best is not None:
            placed.append(best[1])
    return tuple(placed)


def _candidates(label: Label, size: float, reach: float) -> list[Placed]:
    """The boxes a label could fill, the one over its anchor first."""
    width = max((text_width(line, size) for line in label.lines), default=0.0)
    height = len(label.lines) * size * _LEADING
    x, y = label.anchor[0] - width / 2, label.anchor[1] - height / 2
    return [Placed(label, x + dx, y + dy, width, height) for dx, dy in _offsets(reach)]


def _offsets(reach: float) -> list[Spot]:
    spots = [(0.0, 0.0)]
    for ring in range(1, 2 + int(reach / _STEP)):
        for turn in range(_ANGLES):
            angle = 2 * math.pi * turn / _ANGLES
            spots.append((1.5 * ring * _STEP * math.cos(angle), ring * _STEP * math.sin(angle)))
    return spots


def _inside(box: Placed, within: tuple[float, float]) -> bool:
    return (
        box.left >= 0
        and box.top >= 0
        and box.left + box.width <= within[0]
        and box.top + box.height <= within[1]
    )


def _covered(boxes: Sequence[Placed], spots: NDArray[np.float64]) -> list[int]:
    """How many of ``spots`` (n, 2) each box, which are of one size, hides or all but touches."""
    import numpy as np

    if not boxes or not len(spots):
        return [0] * len(boxes)
    left = np.array([box.left for box in boxes]) - _MARGIN
    top = np.array([box.top for box in boxes]) - _MARGIN
    wide, high = boxes[0].width + 2 * _MARGIN, boxes[0].height + 2 * _MARGIN
    near = spots[
        (spots[:, 0] >= left.min())
        & (spots[:, 0] <= left.max() + wide)
        & (spots[:, 1] >= top.min())
        & (spots[:, 1] <= top.max() + high)
    ]
    x, y = near[:, 0], near[:, 1]
    inside = (
        (x >= left[:, None]) & (x <= left[:, None] + wide) & (y >= top[:, None]) & (y <= top[:, None] + high)
    )
    counts: list[int] = inside.sum(axis=1).tolist()
    return counts
