"""Every reason, with its numbers, in a plan where it is the true one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from build_visits import FREE, host, network, visitor
from matcher.optimize import Limits
from matcher.visits.days import weekdays
from matcher.visits.model import solve
from matcher.visits.problem import Problem, Solution


def plan(hosts: Any, visitors: Any, fits: Any, apart: Any = (), **rules: Any) -> Solution:
    problem = Problem(tuple(hosts), tuple(visitors), tuple(fits), tuple(apart), replace(FREE, **rules))
    return solve(problem, Limits(seconds=10.0))


def reasons(*given: Any, **rules: Any) -> tuple[dict[int, str], dict[int, str]]:
    found = plan(*given, **rules)
    return dict(found.left_out), dict(found.unused)


U, W = visitor("u"), visitor("w")
FAR = {"latitude": 0.0, "longitude": 0.0}
NEAR = {"latitude": 0.0, "longitude": 9.0}


def test_no_visits_at_all() -> None:
    none = "No visits are held this term (most events 0)."
    assert reasons([host("a")], [U], [(0, 0, 900)], events=0) == ({0: none}, {0: none})


def test_the_visitor_asked_for_none() -> None:
    out, unused = reasons([host("a")], [replace(U, visits=0)], [(0, 0, 900)])
    assert out == {0: "It asked for no visits (most visits 0)."}
    assert unused == {
        0: "It suits 1 visitor, of whom none could still come on one day; the fewest for a visit is 1."
    }


def test_the_rules_allow_none() -> None:
    out, _ = reasons([host("a")], [U], [(0, 0, 900)], per_visitor=0)
    assert out == {0: "The rules allow a visitor no visits (most visits per visitor 0)."}


def test_nothing_was_found_to_fit() -> None:
    assert reasons([host("a")], [U], []) == (
        {0: "No host's practice was found to fit its challenges."},
        {0: "No visitor's challenge was found to fit its practice."},
    )


def test_the_best_help_is_below_the_threshold() -> None:
    out, unused = reasons([host("a"), host("b")], [U], [(0, 0, 240), (0, 1, 100)], threshold=300)
    assert out == {0: "No host's practice fits (best help 240, threshold 300)."}
    assert unused[1] == "Its practice fits no visitor (best help 100, threshold 300)."


def test_its_own_organization() -> None:
    out, unused = reasons([host("a")], [replace(U, organization_id="org a")], [(0, 0, 900)])
    assert out == {0: "The only host that fits is of its own organization."}
    assert unused == {0: "The only visitor that fits is of its own organization."}


def test_barred() -> None:
    fits, apart = [(0, 0, 900), (0, 1, 900)], [(0, 0, "a ban"), (0, 1, "a meeting in fall 2025")]
    out, unused = reasons([host("a"), host("b")], [U], fits, apart)
    assert out == {0: "Both hosts that fit are barred by a ban, a meeting in fall 2025."}
    assert unused[1] == "The only visitor that fits is barred by a meeting in fall 2025."


def test_too_few_seats() -> None:
    out, unused = reasons([host("a", seats=1)], [U, W], [(0, 0, 900), (1, 0, 900)], min_visitors=2)
    assert out[0] == "The only host that fits has fewer seats (1) than the fewest visitors (2)."
    assert unused == {0: "It has fewer seats (1) than the fewest visitors (2)."}


def test_too_far() -> None:
    far = visitor("u", **FAR)
    out, unused = reasons([host("a", **NEAR)], [far], [(0, 0, 300)], points_per_100_km=30)
    assert out == {0: "The only host that fits is too far (1,001 km cost 300 points, help 300)."}
    assert unused == {0: "The only visitor that fits is too far (1,001 km cost 300 points, help 300)."}
    assert plan([host("a", **NEAR)], [far], [(0, 0, 301)], points_per_100_km=30).objective == 1


def test_no_weekday_in_common() -> None:
    out, unused = reasons([host("a", weekdays=(0, 1))], [replace(U, weekdays=(2,))], [(0, 0, 900)])
    assert out == {0: "The only host that fits shares no weekday with the visitor."}
    assert unused == {0: "The only visitor that fits shares no weekday with the host."}


def test_full() -> None:
    out, unused = reasons([host("a", seats=1)], [U, W], [(0, 0, 900), (1, 0, 800)])
    assert out == {1: "The only host that fits is full (1 seat)."}
    assert unused == {}


def test_the_most_events_are_held() -> None:
    out, unused = reasons([host("a"), host("b")], [U, W], [(0, 0, 900), (1, 1, 800)], events=1)
    assert out == {1: "The only host that fits holds no visit, as the most events (1) are held."}
    assert unused == {1: "The most events (1) are held at other hosts."}


def test_a_weekday_that_does_not_suit() -> None:
    there = host("a", weekdays=(0, 1))
    visitors = [replace(U, weekdays=(0,)), replace(W, weekdays=(1,))]
    out, _ = reasons([there], visitors, [(0, 0, 900), (1, 0, 800)])
    assert out == {
        1: "The only host that fits holds its visit on a weekday when the visitor is not free (Mon)."
    }


def test_the_visitor_hosts_itself_when_the_host_does() -> None:
    hosts = [host("a", weekdays=(0,)), host("b", weekdays=(0,))]
    fits = [(0, 1, 900), (1, 0, 500), (2, 0, 400)]
    out, _ = reasons(hosts, [U, visitor("b"), W], fits)
    held = "holds its visit on a weekday when the visitor hosts itself (Mon)"
    assert out == {1: f"The only host that fits {held}."}


def test_the_host_visits_elsewhere() -> None:
    hosts = [host("a", weekdays=(0,)), host("b", weekdays=(0,))]
    out, unused = reasons(hosts, [U, visitor("b")], [(0, 1, 400), (1, 0, 900)])
    assert out == {0: "The only host that fits holds no visit, as it visits elsewhere on its weekdays."}
    assert unused == {1: "It visits another host on every weekday on which it could host (Mon)."}


def test_too_few_could_ever_come() -> None:
    visitors = [replace(U, weekdays=(0,)), replace(W, weekdays=(1,))]
    out, unused = reasons([host("a")], visitors, [(0, 0, 900), (1, 0, 800)], min_visitors=2)
    why = "as too few visitors could still come on one day (fewest 2)"
    assert out[0] == f"The only host that fits holds no visit, {why}."
    few = "It suits 2 visitors, of whom at most 1 could come on one day"
    assert unused == {0: f"{few}; the fewest for a visit is 2."}


def test_the_others_are_placed_elsewhere() -> None:
    fits = [(0, 0, 900), (1, 0, 900), (1, 1, 500), (2, 1, 500)]
    out, unused = reasons([host("a"), host("b")], [U, W, visitor("x")], fits, min_visitors=2, per_visitor=1)
    assert list(out) == [2]
    few = "It suits 2 visitors, of whom at most 1 could still come on one day"
    assert unused == {1: f"{few}; the fewest for a visit is 2."}


def test_the_fair_load_outweighs_the_help() -> None:
    tired = host("a", hosted=3)
    out, unused = reasons([tired], [U, W], [(0, 0, 700), (1, 0, 800)], points_per_hosting=500)
    why = "as what visitors would gain is no more than the points for earlier hosting"
    assert out[0] == f"The only host that fits holds no visit, {why}."
    assert unused == {
        0: "It hosted 3 visits in earlier terms, which counts 1,500 points; "
        "the visitors who could still come would gain 1,500."
    }


def test_several_reasons_are_counted() -> None:
    hosts = [host("a", seats=1), host("b", weekdays=(6,)), host("c", weekdays=(5,)), host("d")]
    fits = [(0, 0, 900), (1, 0, 800), (1, 1, 700), (1, 2, 700), (1, 3, 100)]
    out, _ = reasons(hosts, [U, W], fits, threshold=300)
    assert out == {1: "Of 3 hosts that fit: 2 share no weekday with the visitor; 1 is full (1 seat)."}


@pytest.mark.parametrize("seed", range(8))
def test_reasons_are_true_of_random_plans(seed: int) -> None:
    """No host said to have held nothing for want of visitors could be opened with those left out,
    and where a visitor was left out, every open host that suits it is full or on another weekday."""
    problem = network(6, 40, seed, events=6, points_per_100_km=0, per_visitor=1)
    found = solve(problem, Limits(seconds=10.0))
    helps = {(v, h): help_given for v, h, help_given in problem.fits}
    barred = {pair[:2] for pair in problem.apart}
    hosting = {problem.hosts[event.host].id: event.weekday for event in found.events}
    assert found.left_out
    for index, reason in found.left_out:
        person = problem.visitors[index]
        room = [
            event.host
            for event in found.events
            if helps.get((index, event.host), 0) >= 250
            and (index, event.host) not in barred
            and person.organization_id != problem.hosts[event.host].organization_id
            and event.weekday in weekdays(person)
            and hosting.get(person.id) != event.weekday
        ]
        seats = sum(problem.hosts[host].seats for host in room)
        assert all(len(e.visitors) == problem.hosts[e.host].seats for e in found.events if e.host in room)
        assert (f"full ({seats} seat" in reason) == bool(room)
