"""A line lets one in at a time, and sends away whoever finds it full."""

from __future__ import annotations

import threading

import pytest

from service.line import Line, Places
from service.problems import Problem


def test_one_at_a_time_and_a_full_line_says_so() -> None:
    line, inside, most, begun, go = Line(3), [], [], threading.Barrier(2), threading.Event()

    def first() -> None:
        with line:
            begun.wait()
            go.wait()

    def later() -> None:
        with line:
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    threads = [threading.Thread(target=first), *(threading.Thread(target=later) for _ in range(2))]
    threads[0].start()
    begun.wait()
    for each in threads[1:]:
        each.start()
    # One inside and two that wait, once both have come: whoever comes then is sent away.
    while line._places._value:
        pass
    with pytest.raises(Problem) as caught, line:
        pass
    go.set()
    for each in threads:
        each.join()
    assert (caught.value.status_code, caught.value.code) == (503, "busy")
    assert most == [1, 1]
    with line:
        assert line._places._value == 2


def test_an_error_inside_leaves_the_place_free() -> None:
    line = Line(1)
    for _ in range(2):
        with pytest.raises(KeyError), line:
            raise KeyError


def test_places_are_counted_for_all_and_for_each_account() -> None:
    places = Places(3, 2)
    with places.taken("a"):
        with places.taken("a"), places.taken("b"):
            for account in ("a", "b", "c"):
                with pytest.raises(Problem) as caught, places.taken(account):
                    pass
                assert (caught.value.status_code, caught.value.code) == (503, "busy")
                assert caught.value.headers == {"Retry-After": "2"}
        with places.taken("c"), pytest.raises(KeyError), places.taken("a"):
            raise KeyError
        with places.taken("a"), pytest.raises(Problem), places.taken("a"):
            pass
    assert not places._taken
