"""Tries to log in are counted by account and by address, and forgotten in time. The clock is given."""

from __future__ import annotations

import threading

import pytest

from service import throttle
from service.problems import Problem
from service.throttle import BY_ACCOUNT, BY_ADDRESS, WINDOW, Throttle


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def tried(guard: Throttle, email: str, address: str) -> bool:
    try:
        guard.count(email, address)
    except Problem:
        return False
    return True


def test_an_account_is_tried_so_often_from_wherever(clock: Clock) -> None:
    guard = Throttle(clock)
    let_in = [tried(guard, "Ada@x.example ", f"203.0.113.{n}") for n in range(BY_ACCOUNT)]
    assert all(let_in)
    assert not tried(guard, "ada@X.example", "198.51.100.1")
    assert tried(guard, "fay@x.example", "198.51.100.1")


def test_an_address_tries_so_often_for_whomever(clock: Clock) -> None:
    guard = Throttle(clock)
    assert all(tried(guard, f"p{n}@x.example", "203.0.113.1") for n in range(BY_ADDRESS))
    assert not tried(guard, "ada@x.example", "203.0.113.1")
    assert tried(guard, "ada@x.example", "203.0.113.2")


def test_a_network_of_ipv6_is_one_address(clock: Clock) -> None:
    guard = Throttle(clock)
    assert all(tried(guard, f"p{n}@x.example", f"2001:db8::{n:x}") for n in range(BY_ADDRESS))
    assert not tried(guard, "ada@x.example", "2001:db8::ffff:1")
    assert tried(guard, "ada@x.example", "2001:db8:0:1::1")


def test_the_wait_is_told_and_is_long_enough(clock: Clock) -> None:
    guard = Throttle(clock)
    for _ in range(BY_ACCOUNT):
        guard.count("ada@x.example", "203.0.113.1")
        clock.seconds += 10
    with pytest.raises(Problem) as caught:
        guard.count("ada@x.example", "203.0.113.1")
    assert (caught.value.status_code, caught.value.code) == (429, "too-many-tries")
    wait = int((caught.value.headers or {})["Retry-After"])
    clock.seconds += wait - 1
    assert not tried(guard, "ada@x.example", "203.0.113.1")
    clock.seconds += 1
    assert tried(guard, "ada@x.example", "203.0.113.1")


def test_what_was_refused_does_not_count(clock: Clock) -> None:
    """Or else somebody who keeps trying would shut an account for ever."""
    guard = Throttle(clock)
    for _ in range(BY_ACCOUNT * 3):
        tried(guard, "ada@x.example", "203.0.113.1")
    clock.seconds += WINDOW
    assert tried(guard, "ada@x.example", "203.0.113.1")


def test_an_address_that_is_shut_out_does_not_shut_an_account(clock: Clock) -> None:
    guard = Throttle(clock)
    for n in range(BY_ADDRESS):
        guard.count(f"p{n}@x.example", "203.0.113.1")
    for _ in range(BY_ACCOUNT):
        assert not tried(guard, "ada@x.example", "203.0.113.1")
    assert tried(guard, "ada@x.example", "203.0.113.2")


def test_who_knew_the_password_begins_anew(clock: Clock) -> None:
    guard = Throttle(clock)
    for _ in range(BY_ACCOUNT):
        guard.count("ada@x.example", "203.0.113.1")
    guard.forget("ADA@x.example")
    assert tried(guard, "ada@x.example", "203.0.113.1")


def test_memory_is_bounded(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "_REMEMBERED", 4)
    guard = Throttle(clock)
    for _ in range(BY_ACCOUNT):
        guard.count("ada@x.example", "203.0.113.1")
    for n in range(2):
        guard.count(f"p{n}@x.example", f"198.51.100.{n}")
    assert tried(guard, "ada@x.example", "203.0.113.1")


def test_tries_at_once_are_counted_one_by_one(clock: Clock) -> None:
    guard, ready, let_in = Throttle(clock), threading.Barrier(8), []

    def come() -> None:
        ready.wait()
        let_in.extend(tried(guard, "ada@x.example", "203.0.113.1") for _ in range(5))

    threads = [threading.Thread(target=come) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert let_in.count(True) == BY_ACCOUNT


def test_a_try_that_was_a_good_one_is_taken_back(clock: Clock) -> None:
    guard = Throttle(clock)
    for _ in range(3 * BY_ADDRESS):
        guard.count(None, "203.0.113.1")
        guard.take_back("203.0.113.1")
    for _ in range(BY_ADDRESS):
        guard.count(None, "203.0.113.1")
    assert not tried(guard, "ada@x.example", "203.0.113.1")
    guard.take_back("198.51.100.1")  # of which there was none
    assert tried(guard, "ada@x.example", "203.0.113.2")
