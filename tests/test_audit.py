"""The chain of the audit: whatever is altered in it, is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.audit import Done, Entry, broken, digest

START = datetime(2025, 9, 1, 12, 0, 0, 123456, tzinfo=UTC)


def chain(*done: tuple[Done, ...]) -> list[Entry]:
    entries: list[Entry] = []
    for number, each in enumerate(done, 1):
        before = entries[-1].hash if entries else ""
        entry = Entry(number, START + timedelta(seconds=number), f"a-{number}", each, before)
        entries.append(replace(entry, hash=digest(entry)))
    return entries


FOUR = chain(*((Done("put member", (f"m-{i}",), {"new": i}),) for i in range(4)))


def test_a_whole_chain_fits() -> None:
    assert broken([]) is None
    assert broken(FOUR) is None


@pytest.mark.parametrize(
    "altered",
    [
        {"at": START},
        {"actor": "somebody else"},
        {"done": ()},
        {"done": (Done("put member", ("m-2",), {"new": 2}),)},
        {"done": (Done("put member", ("m-1",), {"new": 3}),)},
        {"done": (Done("delete member", ("m-1",), {"new": 1}),)},
        {"before": ""},
        {"hash": "0" * 64},
    ],
)
def test_what_is_altered_is_seen(altered: dict[str, object]) -> None:
    entry = replace(FOUR[1], **altered)  # type: ignore[arg-type]
    assert entry != FOUR[1]
    assert broken([FOUR[0], entry, *FOUR[2:]]) == 2


def test_what_is_altered_with_its_own_hash_is_seen_by_the_next() -> None:
    entry = replace(FOUR[1], actor="somebody else")
    entry = replace(entry, hash=digest(entry))
    assert broken([FOUR[0], entry, *FOUR[2:]]) == 3


@settings(derandomize=True, deadline=None)
@given(st.lists(st.integers(0, 3), unique=True, max_size=4))
def test_entries_in_another_order_or_without_one_are_seen(order: list[int]) -> None:
    given_ = [FOUR[i] for i in order]
    first = next((i for i, at in enumerate(order) if i != at), None)
    assert broken(given_) == (None if first is None else given_[first].id)


def test_a_hash_is_the_same_on_every_machine() -> None:
    """Of the moment, not of how its zone is written; of the counts, not of their order."""
    entry = Entry(1, START, "a", (Done("put", ("x",), {"new": 1, "changed": 2}),), "")
    same = replace(
        entry,
        at=START.astimezone(timezone(timedelta(hours=-5))),
        done=(Done("put", ("x",), {"changed": 2, "new": 1}),),
    )
    assert digest(entry) == digest(same)
    assert digest(entry) == "415b12abd4eeb98acd4de8adba3441e04c036c56150f585ad7cb6f0d2fc4cc7a"
