"""Topics by term: a row a topic, a bar for each term's statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matcher.export.charts import data, render
from matcher.export.labels import break_lines, text_width
from matcher.export.topicmap import topic_colour
from matcher.export.view import TermView, TopicView
from matcher.export.words import counted

#: Topics with a row of their own, the largest; the others share one, but for those that emerge.
ROWS = 40
_HEAD, _BAR, _MARGIN = 46.0, 13.0, 8.0
#: What stands before the label of a topic that emerges.
MARK = "▲ "


@dataclass(frozen=True, slots=True)
class Grid:
    """A size to draw for: pixels of the whole, of the column of labels (0: a label stands above its bars)
    and of a row, the font size, and how many periods there is room for, the latest first."""

    name: str
    width: int
    labels: int
    row: int
    font: float
    periods: int

    @property
    def across(self) -> float:
        return self.width - self.labels - _MARGIN


WIDE = Grid("wide", 1080, 330, 27, 15, 6)
NARROW = Grid("narrow", 360, 0, 46, 12.5, 3)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the chart; ``colour`` as CSS says it."""

    label: str
    colour: str
    counts: tuple[int, ...]


def term_rows(view: TermView) -> tuple[Row, ...]:
    """The topics, largest first, with their statements in each of the view's periods."""
    ranked = sorted(view.topics, key=lambda topic: (-topic.size, topic.id))
    apart = [each for place, each in enumerate(ranked) if place < ROWS or each.emerging]
    rest = [each for place, each in enumerate(ranked) if place >= ROWS and not each.emerging]
    rows = [Row(_label(each), topic_colour(each.colour), each.periods) for each in apart]
    if rest:
        sums = tuple(sum(each.periods[k] for each in rest) for k in range(len(view.periods)))
        rows.append(Row(counted(len(rest), "smaller topic"), "var(--grey)", sums))
    return tuple(rows)


def _label(topic: TopicView) -> str:
    return f"{MARK if topic.emerging else ''}{topic.label}"


def term_chart(view: TermView, grid: Grid) -> str:
    """The chart as SVG for ``grid``; "" where there is no topic or no period."""
    import altair as alt

    rows, periods = term_rows(view), view.periods[-grid.periods :]
    if not rows or not periods:
        return ""
    rows = tuple(Row(row.label, row.colour, row.counts[-len(periods) :]) for row in rows)
    height = int(_HEAD + grid.row * len(rows) + _MARGIN)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, grid.width], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))
    words: dict[str, Any] = {"lineBreak": "\n", "align": "left", "fontSize": grid.font}
    layers: list[alt.Chart] = [
        alt.Chart(data(_axes(len(periods), grid, height)))
        .mark_rule(aria=False, stroke="var(--rule)", strokeWidth=1)
        .encode(x=x, y=y, y2="y2:Q"),
        alt.Chart(data(_bars(rows, periods, grid)))
        .mark_rect(opacity=1)
        .encode(x=x, y=y, x2="x2:Q", y2="y2:Q", fill=alt.Fill("colour:N", scale=None), description="text:N"),
        alt.Chart(data(_numbers(rows, len(periods), grid)))
        .mark_text(**words, baseline="middle", fill="var(--soft)")
        .encode(x=x, y=y, text="text:N"),
        alt.Chart(data(_labels(rows, grid)))
        .mark_text(**words, baseline="middle", fill="var(--ink)")
        .encode(x=x, y=y, text="text:N"),
        alt.Chart(data(_heads(periods, grid)))
        .mark_text(**words, baseline="top", fontWeight=600, fill="var(--ink)", lineHeight=grid.font * 1.18)
        .encode(x=x, y=y, text="text:N"),
    ]
    return render(layers, (grid.width, height), f"terms-{grid.name}")


def _left(column: int, columns: int, grid: Grid) -> float:
    return grid.labels + column * grid.across / columns


def _middle(row: int, grid: Grid) -> float:
    """Where a row's bars have their middle: low in it, where the label stands above."""
    low = 0.5 if grid.labels else 0.72
    return _HEAD + grid.row * (row + low)


def _axes(columns: int, grid: Grid, height: int) -> list[dict[str, Any]]:
    return [
        {"x": _left(k, columns, grid), "y": _HEAD - 6, "y2": height - _MARGIN / 2} for k in range(columns)
    ]


def _lengths(rows: Sequence[Row], columns: int, grid: Grid) -> float:
    """Pixels a statement: the longest bar leaves room for its number."""
    most = max((count for row in rows for count in row.counts), default=0)
    room = grid.across / columns - text_width(f"{most:,}", grid.font) - 3 * _MARGIN
    return room / max(most, 1)


def _bars(rows: Sequence[Row], periods: Sequence[str], grid: Grid) -> list[dict[str, Any]]:
    each = _lengths(rows, len(periods), grid)
    bars = []
    for number, row in enumerate(rows):
        y = _middle(number, grid)
        for k, count in enumerate(row.counts):
            x = _left(k, len(periods), grid)
            told = f"{row.label}: {counted(count, 'statement')}, {periods[k]}"
            if count:
                bars.append(
                    {"x": x, "x2": x + max(2.0, count * each), "y": y - _BAR / 2, "y2": y + _BAR / 2}
                    | {"colour": row.colour, "text": told}
                )
    return bars


def _numbers(rows: Sequence[Row], columns: int, grid: Grid) -> list[dict[str, Any]]:
    each = _lengths(rows, columns, grid)
    return [
        {
            "x": _left(k, columns, grid) + (max(2.0, count * each) if count else 0) + 6,
            "y": _middle(number, grid),
            "text": f"{count:,}",
        }
        for number, row in enumerate(rows)
        for k, count in enumerate(row.counts)
    ]


def _labels(rows: Sequence[Row], grid: Grid) -> list[dict[str, Any]]:
    longest = int((grid.labels or grid.width) / (0.58 * grid.font)) - 2
    high = 0.5 if grid.labels else 0.3
    return [
        {"x": 0, "y": _HEAD + grid.row * (number + high), "text": "".join(break_lines(row.label, longest, 1))}
        for number, row in enumerate(rows)
    ]


def _heads(periods: Sequence[str], grid: Grid) -> list[dict[str, Any]]:
    longest = int(grid.across / len(periods) / (0.58 * grid.font)) - 1
    return [
        {
            "x": _left(k, len(periods), grid),
            "y": 0,
            "text": "\n".join(break_lines(name, longest, 2)),
        }
        for k, name in enumerate(periods)
    ]
