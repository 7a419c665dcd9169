from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from build_visits import FREE, host, network, visitor
from matcher.errors import InputError
from matcher.visits.problem import (
    Host,
    Problem,
    Solution,
    Visitor,
    VisitRules,
    distance_km,
    travel_points,
)


def test_a_problem_survives_json() -> None:
    problem = network(4, 9, seed=3)
    assert Problem.from_json(problem.to_json()) == problem


@pytest.mark.parametrize("kind", [Problem, Solution])
def test_a_text_that_is_none_is_refused(kind: type[Problem] | type[Solution]) -> None:
    with pytest.raises(ValueError, match=r"events|hosts"):
        kind.from_json('{"hosts": 3, "events": 3}')


def test_a_problem_kept_before_there_were_dates_and_pins_is_read() -> None:
    old = network(4, 9, seed=3)
    kept = json.loads(old.to_json())
    del kept["pins"]
    for one in kept["hosts"]:
        del one["dates"]
    for one in kept["visitors"]:
        del one["away"]
    assert Problem.from_json(json.dumps(kept)) == old


@pytest.mark.parametrize(
    ("start", "end", "km"),
    [
        ((0.0, 0.0), (0.0, 0.0), 0),
        ((0.0, 0.0), (0.0, 180.0), 20015),  # half of the great circle, pi times the radius
        ((90.0, 0.0), (0.0, 77.0), 10008),
        ((0.0, 179.5), (0.0, -179.5), 111),  # over the date line, not around the world
        ((36.12, -86.67), (33.94, -118.40), 2886),  # Nashville to Los Angeles, the formula's stock example
    ],
)
def test_distance(start: tuple[float, float], end: tuple[float, float], km: int) -> None:
    going = visitor("v", latitude=start[0], longitude=start[1])
    there = host("h", latitude=end[0], longitude=end[1])
    assert distance_km(going, there) == km


@pytest.mark.parametrize("lacking", ["latitude", "longitude"])
def test_no_distance_without_both_coordinates(lacking: str) -> None:
    going = visitor("v", latitude=40.0, longitude=-90.0)
    there = host("h", latitude=41.0, longitude=-91.0)
    assert distance_km(going, there) is not None
    assert distance_km(replace(going, **{lacking: None}), there) is None
    assert distance_km(going, replace(there, **{lacking: None})) is None


def test_travel_is_rounded_down_and_free_where_unknown() -> None:
    rules = VisitRules(points_per_100_km=15)
    assert [travel_points(km, rules) for km in (None, 0, 6, 7, 100, 2900)] == [0, 0, 0, 1, 15, 435]


V = Visitor("v", "org v")
H = Host("h", "org h", 3)


def _one(going: Visitor = V, there: Host = H, rules: VisitRules = FREE) -> Problem:
    return Problem((there,), (going,), ((0, 0, 500),), (), rules)


def test_the_limits_themselves_are_accepted() -> None:
    edge = {"latitude": -90.0, "longitude": 180.0, "weekdays": (0, 6)}
    _one(replace(V, visits=0, **edge), replace(H, seats=0, hosted=0, **edge))
    Problem((H,), (V, replace(V, id="w")), ((0, 0, 0), (1, 0, 1000)), ((0, 0, "a ban"), (0, 0, "a repeat")))
    _one(rules=VisitRules(0, 1, 1000, 0, 0, 0))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: _one(there=replace(H, seats=-1)), "seats of host 'h' is -1"),
        (lambda: _one(there=replace(H, hosted=-1)), "hosted of host 'h' is -1"),
        (lambda: _one(there=replace(H, seats=2.5)), "seats of host 'h' is 2.5"),
        (lambda: _one(there=replace(H, weekdays=(7,))), "weekday of 'h' is 7"),
        (lambda: _one(there=replace(H, latitude=math.nan)), "latitude of 'h' is nan"),
        (lambda: _one(replace(V, weekdays=(-1,))), "weekday of 'v' is -1"),
        (lambda: _one(replace(V, visits=-1)), "visits of visitor 'v' is -1"),
        (lambda: _one(replace(V, visits=True)), "visits of visitor 'v' is True"),
        (lambda: _one(replace(V, longitude=math.inf)), "longitude of 'v' is inf"),
        (lambda: _one(replace(V, latitude=90.1)), "latitude of 'v' is 90.1"),
        (lambda: _one(replace(V, id="h")), "'h' is of one organization as a host and of another"),
        (lambda: _one(rules=replace(FREE, events=-1)), "number of events is -1"),
        (lambda: _one(rules=replace(FREE, min_visitors=0)), "fewest visitors is 0"),
        (lambda: _one(rules=replace(FREE, threshold=1001)), "threshold is 1001"),
        (lambda: _one(rules=replace(FREE, points_per_100_km=-1)), "points per 100 km is -1"),
        (lambda: _one(rules=replace(FREE, points_per_hosting=-1)), "points per hosting is -1"),
        (lambda: _one(rules=replace(FREE, per_visitor=-1)), "most visits per visitor is -1"),
        (lambda: Problem((H, H)), "Host 'h' is listed twice"),
        (lambda: Problem((), (V, V)), "Visitor 'v' is listed twice"),
        (lambda: Problem((H,), (V,), (), (), FREE, ((0, 0), (0, 0))), r"The pin .* \(0, 0\) is listed twice"),
        (lambda: Problem((H,), (V,), (), (), FREE, ((0, 1),)), r"host of pins\[0\] is 1"),
        (lambda: Problem((H,), (V,), (), (), FREE, ((-1, 0),)), r"visitor of pins\[0\] is -1"),
        (lambda: Problem((H,), (V,), ((0, 0, 1), (0, 0, 2))), r"\(0, 0\) is listed twice"),
        (lambda: Problem((H,), (V,), ((1, 0, 1),)), r"visitor of fits\[0\] is 1"),
        (lambda: Problem((H,), (V,), ((0, -1, 1),)), r"host of fits\[0\] is -1"),
        (lambda: Problem((H,), (V,), ((0, 0, 1001),)), r"help of fits\[0\] is 1001"),
        (lambda: Problem((H,), (V,), ((0, 0, math.nan),)), r"help of fits\[0\] is nan"),
        (lambda: Problem((), (V,), ((0, 0, 1),)), r"host of fits\[0\] is 0, and there is none"),
        (lambda: Problem((H,), (V,), (), ((0, 2, "a ban"),)), r"host of apart\[0\] is 2"),
    ],
)
def test_nonsense_is_refused_with_the_place_and_a_cure(make, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=message) as caught:
        make()
    assert caught.value.cure
