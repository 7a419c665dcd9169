"""Any values of the domain that can be kept are read back equal, and are not new the second time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import build_store
from matcher.domain import Topic
from matcher.store import Store, open_store
from matcher.topics import TopicRun

FEW = settings(max_examples=60, deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples: each is undone at its end."""
    with open_store(tmp_path_factory.mktemp("store") / "network.db", create=True) as store:
        yield store


@FEW
@given(data=st.data())
def test_values_are_read_back_equal(kept: Store, data: st.DataObject) -> None:
    def several(of: st.SearchStrategy, least: int = 0) -> list:
        return data.draw(st.lists(of, min_size=least, max_size=4, unique_by=lambda value: value.id))

    organizations = several(build_store.organizations, 1)
    members = several(build_store.members([value.id for value in organizations]), 1)
    member_ids = [value.id for value in members]
    statements = several(build_store.statements(member_ids))
    exchanges = several(build_store.exchanges(member_ids, [build_store.SPRING, build_store.FALL]))
    facilitators = several(build_store.facilitators)
    with build_store.undone(kept) as writing:
        for again in (False, True):
            written = (
                writing.put_organizations(organizations),
                writing.put_members(members),
                writing.put_statements(statements),
                writing.put_exchanges(exchanges),
                writing.put_facilitators(facilitators),
            )
            given = (organizations, members, statements, exchanges, facilitators)
            assert written == tuple(0 if again else len(values) for values in given)
            assert set(writing.organizations()) == set(organizations)
            assert set(writing.members()) == set(members)
            assert set(writing.statements()) == set(statements)
            assert set(writing.exchanges()) == set(exchanges)
            assert set(writing.facilitators()) == set(facilitators)
            ids = [value.id for value in writing.members()]
            assert ids == sorted(ids)


@FEW
@given(data=st.data())
def test_a_second_version_replaces_the_first(kept: Store, data: st.DataObject) -> None:
    first = data.draw(build_store.organizations)
    second = data.draw(build_store.organizations)
    with build_store.undone(kept) as writing:
        writing.put_organizations([first])
        differs = int(first.id != second.id or first != second)
        assert writing.put_organizations([second]) == differs
        assert second in writing.organizations()
        assert len(writing.organizations()) == len({first.id, second.id})


@FEW
@given(
    labels=st.lists(build_store.texts, max_size=4),
    keywords=st.lists(build_store.texts, max_size=3).map(tuple),
    order=st.permutations([statement.id for statement in build_store.STATEMENTS]),
)
def test_topics_keep_their_order_and_texts(
    kept: Store, labels: list[str], keywords: tuple[str, ...], order: list[str]
) -> None:
    given = [Topic(f"t{i}", label, keywords, tuple(order[i:]), keywords) for i, label in enumerate(labels)]
    with build_store.undone(kept) as writing:
        build_store.put_network(writing)
        writing.put_topic_run(TopicRun(tuple(given)), build_store.add_topics_run(writing))
        assert writing.topics() == tuple(given)


@FEW
@given(numbers=st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=8))
def test_vectors_keep_every_bit(kept: Store, numbers: list[float]) -> None:
    vector = np.array(numbers, dtype=np.float32)
    with build_store.undone(kept) as writing:
        writing.put_vectors("m", {"h": vector})
        assert writing.vectors("m", ["h"])["h"].tobytes() == vector.tobytes()


def test_nothing_of_the_examples_stayed(kept: Store) -> None:
    with kept.read() as reading:
        assert set(reading.counts().values()) == {0}
