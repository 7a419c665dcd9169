"""The map of topics: a point a statement, a label at each topic's centre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from matcher.export.charts import data, render
from matcher.export.labels import Label, Placed, Spot, break_lines, place_labels
from matcher.export.view import Point, TermView, TopicView

#: Topics that get a colour and a shape of their own, largest first; the rest are grey.
COLOURED = 10
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")
_EDGE = 0.045
_LEADER = 9.0
_PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Frame:
    """A size to draw for: pixels, the labels' font size and longest line (characters), how far a
    label may stand from its topic (pixels), the area of a mark (square pixels)."""

    name: str
    width: int
    height: int
    font: float
    longest: int
    reach: float
    area: int


WIDE = Frame("wide", 1080, 640, 15, 22, 110, 80)
NARROW = Frame("narrow", 360, 500, 12.5, 16, 45, 46)


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
    colour = alt.Color("colour:N", scale=None)
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
        alt.Chart(data(_texts(placed, frame, ranked)))
        .mark_text(
            fontSize=frame.font, fontWeight=600, lineBreak="\n", lineHeight=frame.font * 1.18, baseline="top"
        )
        .encode(x=x, y=y, text="text:N", color=colour),
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
    rank = {topic.id: index for index, topic in enumerate(ranked)}
    names = {topic.id: topic.label for topic in ranked}
    rows = []
    for point, (x, y) in zip(points, spots, strict=True):
        place = rank.get(point.topic, COLOURED)
        said = f"{names.get(point.topic, 'no topic')} · {point.member}, {point.kind}: {point.text}"
        rows.append(
            {"x": x, "y": y, "kind": point.kind, "text": said}
            | {"colour": topic_colour(place), "shape": _SHAPES[place % 5] if place < COLOURED else "circle"}
        )
    return rows


def topic_colour(rank: int) -> str:
    """The page's colour for the topic of this rank (0 is the largest)."""
    return f"var(--t{rank})" if rank < COLOURED else "var(--grey)"


def _labels(
    points: Sequence[Point], spots: list[Spot], ranked: list[TopicView], frame: Frame
) -> tuple[Placed, ...]:
    own: dict[str, list[Spot]] = {}
    for point, spot in zip(points, spots, strict=True):
        own.setdefault(point.topic, []).append(spot)
    labels = []
    for topic in ranked:
        if topic.id in own and topic.label.strip():
            anchor = median(x for x, _ in own[topic.id]), median(y for _, y in own[topic.id])
            labels.append(Label(topic.id, break_lines(topic.label, frame.longest, 2), anchor))
    return place_labels(labels, spots, frame.font, (frame.width, frame.height), frame.reach)


def _leaders(placed: tuple[Placed, ...]) -> list[dict[str, Any]]:
    rows = []
    for box in placed:
        (x, y), (x2, y2) = box.nearest(box.label.anchor), box.label.anchor
        if abs(x - x2) + abs(y - y2) > _LEADER:
            rows.append({"x": x, "y": y, "x2": x2, "y2": y2})
    return rows


def _texts(placed: tuple[Placed, ...], frame: Frame, ranked: list[TopicView]) -> list[dict[str, Any]]:
    rank = {topic.id: index for index, topic in enumerate(ranked)}
    return [
        {"x": box.centre[0], "y": box.top + frame.font * 0.1, "text": "\n".join(box.label.lines)}
        | {"colour": "var(--ink)" if rank[box.label.key] < COLOURED else "var(--soft)"}
        for box in placed
    ]
