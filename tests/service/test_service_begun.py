"""A log-in that was begun is taken up by the browser that began it, for ten minutes, and by no other."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from service.begun import LASTS, begin, take_up

SECRET = b"s" * 32
NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
MADE = begin(SECRET, NOW)


def test_the_same_log_in_is_taken_up_until_its_end() -> None:
    for later in (timedelta(0), LASTS - timedelta(seconds=1)):
        assert take_up(SECRET, MADE.cookie, MADE.state, NOW + later) == MADE
    assert take_up(SECRET, MADE.cookie, MADE.state, NOW + LASTS) is None


def test_each_log_in_is_another_and_its_parts_tell_nothing_of_each_other() -> None:
    other = begin(SECRET, NOW)
    parts = [each for made in (MADE, other) for each in (made.cookie, made.state, made.nonce, made.verifier)]
    assert len(set(parts)) == 8
    # What PKCE takes for a verifier, and an address without escapes.
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", part) for part in (MADE.state, MADE.nonce, MADE.verifier))
    assert not any(part in repr(MADE) for part in parts)


@given(st.text(), st.text())
def test_no_other_cookie_and_no_other_state_will_do(cookie: str, state: str) -> None:
    assume((cookie, state) != (MADE.cookie, MADE.state))
    assert take_up(SECRET, cookie, state, NOW) is None
    assert state == MADE.state or take_up(SECRET, MADE.cookie, state, NOW) is None
    assert cookie == MADE.cookie or take_up(SECRET, cookie, MADE.state, NOW) is None


def test_another_secret_takes_nothing_up() -> None:
    assert take_up(b"t" * 32, MADE.cookie, MADE.state, NOW) is None
