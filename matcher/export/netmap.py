"""The network drawn: a map of the country for each structure, a line for each meeting."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from matcher.export import usa
from matcher.export.charts import data, render
from matcher.export.view import Person, TermView
from matcher.export.words import KINDS, work

if TYPE_CHECKING:
    import altair as alt

SIZE = (540, 345)
_DASH: dict[str, list[float]] = {"pairs": [1, 0], "cohorts": [5, 3], "visits": [1.5, 3]}
_STROKE = {"pairs": 1.4, "cohorts": 1.3, "visits": 2.2}
_COLOUR = {"pairs": "var(--pair)", "cohorts": "var(--cohort)", "visits": "var(--visit)"}
Line = tuple[Person, Person, str]


def everybody(view: TermView) -> tuple[Person, ...]:
    """Every person the view names, once, in the order of state, organization and name."""
    found: dict[str, Person] = {}
    for person in _named(view):
        found.setdefault(person.id, person)
    return tuple(sorted(found.values(), key=lambda p: (p.state, p.organization, p.name, p.id)))


def _named(view: TermView) -> Iterable[Person]:
    for pair in view.pairs:
        yield from (pair.a, pair.b)
    for cohort in view.cohorts:
        yield from cohort.members
    for visit in view.visits:
        yield visit.host
        yield from visit.visitors
    yield from (left.person for left in view.left)
    yield from (aside.person for aside in view.aside)


def off_the_map(view: TermView) -> tuple[Person, ...]:
    """Those the map cannot show: no coordinates, or outside the fifty states."""
    return tuple(p for p in everybody(view) if not usa.on_map(p.longitude, p.latitude))


def network_maps(view: TermView) -> dict[str, str]:
    """One SVG for each of pairs, cohorts and visits that has a proposal; empty where nobody has a place."""
    people = [person for person in everybody(view) if usa.on_map(person.longitude, person.latitude)]
    if not people:
        return {}
    lines = {"pairs": _pair_lines(view), "cohorts": _cohort_lines(view), "visits": _visit_lines(view)}
    hosts = {visit.host.id for visit in view.visits}
    placed = {
        "pairs": {p.id for pair in view.pairs for p in (pair.a, pair.b)},
        "cohorts": {p.id for cohort in view.cohorts for p in cohort.members},
        "visits": hosts | {p.id for visit in view.visits for p in visit.visitors},
    }
    return {
        kind: _draw(kind, people, lines[kind], placed[kind], hosts if kind == "visits" else set())
        for kind in KINDS
        if placed[kind]
    }


def _pair_lines(view: TermView) -> list[Line]:
    return [
        (pair.a, pair.b, f"Pair {number}: {pair.a.name} and {pair.b.name}")
        for number, pair in enumerate(view.pairs, 1)
    ]


def _visit_lines(view: TermView) -> list[Line]:
    return [
        (person, visit.host, f"Visit {visit.number}: {person.name} to {visit.host.name}")
        for visit in view.visits
        for person in visit.visitors
    ]


def _cohort_lines(view: TermView) -> list[Line]:
    lines: list[Line] = []
    for cohort in view.cohorts:
        shown = [p for p in cohort.members if usa.on_map(p.longitude, p.latitude)]
        lines += [(a, b, f"Cohort {cohort.number}: {cohort.topic}") for a, b in _shortest_tree(shown)]
    return lines


def _shortest_tree(people: list[Person]) -> list[tuple[Person, Person]]:
    """The fewest and shortest lines that join ``people`` (Prim's algorithm): the least ink a cohort needs."""
    joined, rest = people[:1], people[1:]
    lines = []
    while rest:
        a, b = min(((a, b) for a in joined for b in rest), key=lambda pair: _apart(*pair))
        lines.append((a, b))
        joined.append(b)
        rest.remove(b)
    return lines


def _apart(a: Person, b: Person) -> float:
    ax, ay, bx, by = (value or 0.0 for value in (a.longitude, a.latitude, b.longitude, b.latitude))
    return math.hypot((ax - bx) * math.cos(math.radians((ay + by) / 2)), ay - by)


def _draw(kind: str, people: list[Person], lines: list[Line], placed: set[str], hosts: set[str]) -> str:
    import altair as alt

    shown = {person.id for person in people}
    edges = [_edge(a, b, text) for a, b, text in lines if a.id in shown and b.id in shown]
    # Those without a place come first, so that they lie below.
    ordered = sorted(people, key=lambda person: (person.id in placed, person.id in hosts))
    layers: list[alt.Chart] = [
        alt.Chart(data([usa.land()])).mark_geoshape(fill="var(--land)", stroke="var(--coast)", strokeWidth=1),
        alt.Chart(data([usa.borders()])).mark_geoshape(filled=False, stroke="var(--border)", strokeWidth=0.8),
        alt.Chart(data([{"name": n, "x": x, "y": y} for n, (x, y) in usa.labels()]), name=f"{kind}_states")
        .mark_text(fontSize=9, fill="var(--state)")
        .encode(longitude="x:Q", latitude="y:Q", text="name:N"),
        alt.Chart(data(edges))
        .mark_rule(
            stroke=_COLOUR[kind],
            strokeDash=_DASH[kind],
            strokeWidth=_STROKE[kind],
            strokeCap="round",
            opacity=0.75,
        )
        .encode(longitude="x:Q", latitude="y:Q", longitude2="x2:Q", latitude2="y2:Q", description="text:N"),
        _nodes(kind, [_node(person, placed, hosts) for person in ordered]),
    ]
    return render([layer.project("albersUsa") for layer in layers], SIZE, f"net-{kind}")


def _nodes(kind: str, rows: list[dict[str, Any]]) -> alt.Chart:
    import altair as alt

    nodes: alt.Chart = (
        alt.Chart(data(rows))
        .mark_point(filled=True, opacity=1, strokeWidth=1)
        .encode(
            longitude="x:Q",
            latitude="y:Q",
            description="text:N",
            fill=alt.Fill("fill:N", scale=None),
            stroke=alt.Stroke("stroke:N", scale=None),
            shape=alt.Shape("shape:N", scale=None),
            size=alt.Size("size:Q", scale=None),
        )
    )
    return nodes


def _edge(a: Person, b: Person, text: str) -> dict[str, Any]:
    return {"x": a.longitude, "y": a.latitude, "x2": b.longitude, "y2": b.latitude, "text": text}


def _node(person: Person, placed: set[str], hosts: set[str]) -> dict[str, Any]:
    row: dict[str, Any] = {"x": person.longitude, "y": person.latitude}
    row["text"] = ", ".join(part for part in (person.name, work(person), person.state) if part)
    if person.id in hosts:
        return row | {"shape": "diamond", "size": 90, "fill": "var(--visit)", "stroke": "var(--panel)"}
    if person.id in placed:
        return row | {"shape": "circle", "size": 30, "fill": "var(--ink)", "stroke": "var(--panel)"}
    return row | {"shape": "circle", "size": 20, "fill": "var(--land)", "stroke": "var(--soft)"}
