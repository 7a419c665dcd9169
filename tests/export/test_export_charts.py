"""The charts: labels that do not cover each other, places that are on the map, SVG that fits a page."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import build_view
from matcher.export import charts, netmap, usa
from matcher.export.labels import Label, Placed, _covered, break_lines, place_labels, text_width
from matcher.export.topicmap import COLOURS, NARROW, WIDE, topic_colour, topic_map, topic_shape
from read_page import read

spots = st.tuples(st.floats(0, 400), st.floats(0, 300))


@given(st.lists(spots, max_size=20), st.lists(spots, max_size=40))
def test_labels_never_cover_each_other(
    anchors: list[tuple[float, float]], points: list[tuple[float, float]]
) -> None:
    labels = [Label(str(k), ("a topic", "of two lines"), anchor) for k, anchor in enumerate(anchors)]
    placed = place_labels(labels, points, 12, (400, 300), 80)
    assert all(one.clear_of(other) for one, other in combinations(placed, 2))
    for box in placed:
        assert box.left >= 0
        assert box.top >= 0
        assert box.left + box.width <= 400
        assert box.top + box.height <= 300
    assert len(placed) >= min(1, len(anchors))


def test_a_lone_label_stands_where_no_point_is_covered() -> None:
    points = [(200.0 + k, 150.0) for k in range(-8, 9, 2)]
    (box,) = place_labels([Label("t", ("chronic absence",), (200, 150))], points, 12, (400, 300), 80)
    assert not [
        (x, y)
        for x, y in points
        if box.left <= x <= box.left + box.width and box.top <= y <= box.top + box.height
    ]


def test_a_label_without_room_is_left_out() -> None:
    labels = [Label(str(k), ("a long label here",), (60.0, 20.0)) for k in range(30)]
    placed = place_labels(labels, [], 12, (120, 40), 80)
    assert 1 <= len(placed) < 30
    assert placed[0].label.key == "0"


@given(st.lists(spots, max_size=60), spots)
def test_points_under_a_label_are_counted_one_by_one(
    points: list[tuple[float, float]], anchor: tuple[float, float]
) -> None:
    boxes = [Placed(Label("t", ("x",), anchor), anchor[0] + k * 7, anchor[1] - k, 60, 20) for k in range(5)]
    expected = [
        sum(
            box.left - 3 <= x <= box.left + box.width + 3 and box.top - 3 <= y <= box.top + box.height + 3
            for x, y in points
        )
        for box in boxes
    ]
    spots_given = np.array(points, dtype=float).reshape(len(points), 2)
    assert _covered(boxes, spots_given) == expected
    assert _covered([], spots_given) == []


def test_a_smaller_label_takes_less_room() -> None:
    large, small = (Label("t", ("a topic",), (100.0, 50.0), scale) for scale in (1.0, 0.5))
    boxes = [place_labels([label], [], 12, (200, 100), 80)[0] for label in (large, small)]
    assert boxes[1].width == boxes[0].width / 2
    assert boxes[1].height == boxes[0].height / 2


def test_labels_beyond_reach_are_left_out() -> None:
    labels = [Label("a", ("wide " * 10,), (300.0, 50.0)), Label("b", ("word",), (300.0, 50.0))]
    assert [box.label.key for box in place_labels(labels, [], 12, (600, 300), 0.0)] == ["a"]


def test_touching_boxes_are_not_clear() -> None:
    label = Label("t", ("x",), (0, 0))
    box = Placed(label, 0, 0, 10, 10)
    assert not box.clear_of(replace(box, left=12))
    assert box.clear_of(replace(box, left=15))
    assert box.clear_of(replace(box, top=-15))


def test_labels_break_into_lines() -> None:
    assert break_lines("needs assessments and root causes", 22, 2) == ("needs assessments and", "root causes")
    assert break_lines("one two three four five six", 8, 2) == ("one two", "three …")
    assert break_lines("x" * 50, 10, 2) == ("x" * 9 + "…",)
    assert break_lines("", 10, 2) == ()


def test_wide_glyphs_are_counted_as_wide() -> None:
    assert text_width("学校", 10) > text_width("ab", 10)


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_a_mark_a_statement_with_its_words(frame: object) -> None:
    view = build_view.realistic()
    svg = topic_map(view, WIDE if frame is WIDE else NARROW)
    titles = re.findall("<title>(.*?)</title>", svg)
    assert len(titles) == len(view.points)
    assert sum("&lt;script&gt;" in title for title in titles) >= 1
    page = read(svg)
    assert page.faults == []
    assert "<script" not in svg
    assert "http" not in svg
    assert page.named("svg")[0]["viewbox"] == ("0 0 1080 640" if frame is WIDE else "0 0 360 500")


def test_a_topic_keeps_its_look_whatever_its_size() -> None:
    view = build_view.stress()
    small = replace(view.topics[0], size=1)
    looks = []
    for topics in (view.topics, (small, *view.topics[1:])):
        svg = topic_map(replace(view, topics=topics, points=view.points[:1]), WIDE)
        looks.append(re.findall(r"(?:fill|stroke)=\"var\(--(t\d+)\)\"", svg))
    assert looks[0] == looks[1] == ["t0"]


def test_fifty_topics_look_different() -> None:
    looks = {(topic_colour(number), topic_shape(number)) for number in range(50)}
    assert len(looks) == 50
    assert {colour for colour, _ in looks} == {f"var(--t{k})" for k in range(COLOURS)}


def test_the_page_knows_every_colour_of_a_topic_in_light_and_dark() -> None:
    css = (Path(charts.__file__).parent / "templates" / "report.css").read_text("utf-8")
    for k in range(COLOURS):
        assert css.count(f"--t{k}: #") == 2


@pytest.mark.parametrize(("frame", "topics"), [(WIDE, 25), (NARROW, 12), (WIDE, 5)])
def test_the_largest_topics_are_named_and_the_others_show_their_id(frame: Any, topics: int) -> None:
    view = build_view.make_term(1, 1, 1, topics, 40 * topics)
    ranked = sorted(view.topics, key=lambda topic: (-topic.size, topic.id))
    text = read(re.sub("<title>.*?</title>", "", topic_map(view, frame))).text
    words = set(re.findall(r"[\w-]+", text))
    named = [topic for topic in ranked[: frame.named] if topic.label.split()[0] in words]
    assert len(named) >= 0.8 * min(frame.named, topics)
    shown = [topic for topic in ranked if topic.id in words]
    assert not set(shown) & set(ranked[: frame.named])
    assert len(shown) >= 0.8 * len(ranked[frame.named :])


def test_nothing_to_draw() -> None:
    assert topic_map(build_view.empty(), WIDE) == ""
    assert netmap.network_maps(build_view.empty()) == {}
    assert netmap.network_maps(build_view.one_member()) == {}


def test_a_point_of_no_topic_is_drawn_grey() -> None:
    view = build_view.one_member()
    point = replace(view.points[0], topic="gone", x=2.0)
    svg = topic_map(replace(view, points=(*view.points, point)), WIDE)
    assert "var(--grey)" in svg
    assert "<title>no topic · " in svg


def test_a_line_a_pair_and_a_visitor_and_the_fewest_a_cohort() -> None:
    view = build_view.stress()
    gone = {person.id for person in netmap.off_the_map(view)}
    maps = netmap.network_maps(view)
    lines = {kind: maps[kind].count("<line") for kind in maps}
    pairs = [pair for pair in view.pairs if not {pair.a.id, pair.b.id} & gone]
    assert lines["pairs"] == len(pairs) > 50
    members = [sum(m.id not in gone for m in cohort.members) for cohort in view.cohorts]
    assert lines["cohorts"] == sum(shown - 1 for shown in members)
    seen = [(v.host.id, p.id) for v in view.visits for p in v.visitors]
    assert lines["visits"] == sum(not {a, b} & gone for a, b in seen)


def test_those_without_a_place_on_the_map_are_named_and_not_drawn() -> None:
    view = build_view.realistic()
    gone = netmap.off_the_map(view)
    assert {person.state for person in gone} >= {"GU"}
    assert any(person.latitude is None for person in gone)
    drawn = " ".join(netmap.network_maps(view).values())
    assert not [person.name for person in gone if f"<title>{person.name}," in drawn]


CORNERS = [
    (x, y)
    for west, east, south, north in usa._BOXES
    for x in (west, (west + east) / 2, east)
    for y in (south, (south + north) / 2, north)
]


def test_the_projection_shows_whatever_is_on_the_map() -> None:
    import altair as alt

    assert all(usa.on_map(x, y) for x, y in CORNERS)
    rows = [{"x": x, "y": y, "text": f"{x} {y}"} for x, y in CORNERS]
    ground = alt.Chart(charts.data([usa.land()])).mark_geoshape()
    points = (
        alt.Chart(charts.data(rows))
        .mark_point()
        .encode(longitude="x:Q", latitude="y:Q", description="text:N")
    )
    svg = charts.render([layer.project("albersUsa") for layer in (ground, points)], netmap.SIZE, "t")
    drawn = re.findall(r'translate\(([^)]+)\)"[^>]*><title>([^<]*)', svg)
    assert [text for place, text in drawn if place == "0,0"] == []
    assert len(drawn) == len(CORNERS)


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ((-122.33, 47.61), True),  # Seattle
        ((-80.19, 25.76), True),  # Miami
        ((-81.78, 24.56), True),  # Key West
        ((-97.5, 25.9), True),  # Brownsville
        ((-66.98, 44.91), True),  # Eastport
        ((-68.32, 47.36), True),  # Madawaska
        ((-149.9, 61.2), True),  # Anchorage
        ((-156.79, 71.29), True),  # Utqiaġvik
        ((-157.86, 21.31), True),  # Honolulu
        ((-66.1, 18.4), False),  # San Juan
        ((144.79, 13.44), False),  # Guam
        ((-0.1, 51.5), False),  # London
        ((None, 40.0), False),
        ((float("nan"), 40.0), False),
    ],
)
def test_what_is_on_the_map(place: tuple[float | None, float | None], shown: bool) -> None:
    assert usa.on_map(*place) is shown


def test_the_drawing_has_fifty_states_each_on_the_map() -> None:
    names = usa.labels()
    assert len({name for name, _ in names}) == 50
    assert all(usa.on_map(*place) for _, place in names)
    assert json.dumps(usa.land())
    assert json.dumps(usa.borders())


def test_rings_run_clockwise_and_close() -> None:
    geometry: Any = usa.land()["geometry"]
    for (ring,) in geometry["coordinates"]:
        assert ring[0] == ring[-1]
        area = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring))
        assert area < 0


def test_descriptions_become_titles_and_ids_get_a_name() -> None:
    svg = (
        '<svg xmlns="http://x" class="marks" width="9" height="9" viewBox="0 0 9 9"><defs>'
        '<clipPath id="clip0"></clipPath></defs><g clip-path="url(#clip0)" role="graphics-object">'
        '<path aria-label="a &lt;b&gt; 1.23456" role="graphics-symbol" d="M1.23456,-0.001"/>'
        '<path aria-label="" d="M0,0"/></g></svg>'
    )
    assert charts._tidy(svg, "n") == (
        '<svg class="chart" aria-hidden="true" focusable="false" viewBox="0 0 9 9"><defs>'
        '<clipPath id="n-clip0"></clipPath></defs><g clip-path="url(#n-clip0)">'
        '<path d="M1.2,-0"><title>a &lt;b&gt; 1.23456</title></path><path d="M0,0"/></g></svg>'
    )


def test_data_is_inline_and_clean() -> None:
    spec = charts.data([{"text": "a\x00b", "x": 1.0}]).to_dict()
    assert spec == {"values": [{"text": "ab", "x": 1.0}]}
