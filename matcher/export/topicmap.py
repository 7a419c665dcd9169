"""The map of topics: a point a statement, a label at each topic's centre.

A topic keeps its colour and shape from term to term: both come from its own number, not from its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from matcher.export.charts import data, render
from matcher.export.labels import Label, Placed, Spot, break_lines, place_labels
from matcher.export.view import Point, TermView, TopicView

#: Colours of the page. The next topics have them again, with other shapes: fifty look different.
COLOURS = 10
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")
_GREY = "var(--grey)"
#: The font size of an id, against that of a name.
_ID_SCALE = 0.86
_EDGE = 0.045
_LEADER = 9.0
_PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Frame:
    """A size to draw for: pixels, the labels' font size and longest line (characters), how far a
    label may stand from its topic (pixels), the area of a mark (square pixels), and how many topics are
    named, largest first: a map of more names can be read by nobody, so the others show their ids."""

    name: str
    width: int
    height: int
    font: float
    longest: int
    reach: float
    area: int
    named: int


WIDE = Frame("wide", 1080, 640, 15, 22, 110, 80, 18)
NARROW = Frame("narrow", 360, 500, 12.5, 16, 45, 46, 6)


def topic_map(view: TermView, frame: Frame) -> str:
    """The map as SVG for ``frame``; "" where there is no point to draw."""
    import altair as alt

    if not view.points:
        return ""
    ranked = sorted(view.topics, key=lambda topic: (-topic.size, topic.id))
    spots = _fit(view.points, frame)
    rows = _rows(view.points, spots, ranked)
    placed = _labels(view.points, spots, ranked, frame)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, frame.width], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[frame.height, 0], nice=False))
    look: dict[str, Any] = {"shape": alt.Shape("shape:N", scale=None), "description": "text:N"}
    size = alt.Size("size:Q", scale=None)
    faced = [row for row in rows if row["kind"] != _PRACTICE]
    shared = [row for row in rows if row["kind"] == _PRACTICE]
    layers: list[alt.Chart] = [
        alt.Chart(data(faced))
        .mark_point(filled=True, size=frame.area, opacity=1, stroke="var(--panel)", strokeWidth=0.8)
        .encode(x=x, y=y, fill=alt.Fill("colour:N", scale=None), **look),
        alt.Chart(data(shared))
        .mark_point(filled=False, size=frame.area, opacity=1, strokeWidth=2, fill="var(--panel)")
        .encode(x=x, y=y, stroke=alt.Stroke("colour:N", scale=None), **look),
        alt.Chart(data(_leaders(placed)))
        .mark_rule(aria=False, stroke="var(--soft)", strokeWidth=1)
        .encode(x=x, y=y, x2="x2:Q", y2="y2:Q"),
        alt.Chart(data(_texts(placed, frame)))
        .mark_text(
            fontWeight=600,
            fill="var(--ink)",
            lineBreak="\n",
            lineHeight=frame.font * 1.18,
            baseline="top",
        )
        .encode(x=x, y=y, text="text:N", size=size),
    ]
    return render(layers, (frame.width, frame.height), f"topics-{frame.name}")


def _fit(points: Sequence[Point], frame: Frame) -> list[Spot]:
    """Pixels for the points: each axis stretched to the frame, with a margin around."""
    xs = _stretch([point.x for point in points], frame.width)
    ys = _stretch([-point.y for point in points], frame.height)
    return list(zip(xs, ys, strict=True))


def _stretch(values: list[float], length: int) -> list[float]:
    low, high = min(values), max(values)
    if high == low:
        return [length / 2] * len(values)
    margin = max(_EDGE * length, 14)
    return [margin + (value - low) / (high - low) * (length - 2 * margin) for value in values]


def _rows(points: Sequence[Point], spots: list[Spot], ranked: list[TopicView]) -> list[dict[str, Any]]:
    known = {topic.id: topic for topic in ranked}
    rows = []
    for point, (x, y) in zip(points, spots, strict=True):
        topic = known.get(point.topic)
        name = topic.label if topic else "no topic"
        said = f"{name} · {point.member}, {point.kind}: {point.text}"
        look = (topic_colour(topic.colour), topic_shape(topic.colour)) if topic else (_GREY, _SHAPES[0])
        rows.append({"x": x, "y": y, "kind": point.kind, "text": said, "colour": look[0], "shape": look[1]})
    return rows


def topic_colour(colour: int) -> str:
    """The page's colour for a topic with this number."""
    return f"var(--t{colour % COLOURS})"


def topic_shape(colour: int) -> str:
    """The shape of a mark for a topic with this number; topics that share a colour have different ones."""
    return _SHAPES[(colour + colour // COLOURS) % len(_SHAPES)]


def _labels(
    points: Sequence[Point], spots: list[Spot], ranked: list[TopicView], frame: Frame
) -> tuple[Placed, ...]:
    own: dict[str, list[Spot]] = {}
    for point, spot in zip(points, spots, strict=True):
        own.setdefault(point.topic, []).append(spot)
    labels = []
    for place, topic in enumerate(ranked):
        if topic.id in own and topic.label.strip():
            anchor = median(x for x, _ in own[topic.id]), median(y for _, y in own[topic.id])
            if place < frame.named:
                labels.append(Label(topic.id, break_lines(topic.label, frame.longest, 2), anchor))
            else:
                labels.append(Label(topic.id, (topic.id,), anchor, _ID_SCALE))
    return place_labels(labels, spots, frame.font, (frame.width, frame.height), frame.reach)


def _leaders(placed: tuple[Placed, ...]) -> list[dict[str, Any]]:
    rows = []
    for box in placed:
        (x, y), (x2, y2) = box.nearest(box.label.anchor), box.label.anchor
        if abs(x - x2) + abs(y - y2) > _LEADER:
            rows.append({"x": x, "y": y, "x2": x2, "y2": y2})
    return rows


def _texts(placed: tuple[Placed, ...], frame: Frame) -> list[dict[str, Any]]:
    return [
        {"x": box.centre[0], "y": box.top + frame.font * 0.1, "text": "\n".join(box.label.lines)}
        | {"size": frame.font * box.label.scale}
        for box in placed
    ]
