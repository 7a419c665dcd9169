"""Scores by definition, from either side, with their parts and the sentences behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import affinity
from matcher.affinity import Affinity, Network, affinities, evidence, network, weighed
from matcher.config import Affinity as Weights
from matcher.domain import Locale, Member, Organization, OrganizationType, Statement, StatementKind
from matcher.embed import Calibration, on_grid

CALIBRATION = Calibration(0.1, 4.0)
WIDTH = 5
C, P = StatementKind.CHALLENGE, StatementKind.PRACTICE
PARTS = ("shared", "help_to_a", "help_to_b")


@dataclass(frozen=True)
class Given:
    """The arguments of :func:`network`."""

    members: tuple[Member, ...]
    organizations: tuple[Organization, ...]
    statements: tuple[Statement, ...]
    vectors: np.ndarray[tuple[int, int], np.dtype[np.float32]]

    def network(self) -> Network:
        return network(self.members, self.organizations, self.statements, self.vectors)


def drawn(seed: int, count: int, statements: int) -> Given:
    """A small network: statements in any order, some set aside, some of nobody in the network."""
    rng = np.random.default_rng(seed)
    organizations = tuple(
        Organization(
            f"o{i}",
            "",
            list(OrganizationType)[rng.integers(4)],
            "OH",
            [None, *Locale][rng.integers(5)],
            [None, 0, 1, 90, 400, 30_000][rng.integers(6)],
        )
        for i in range(max(1, count))
    )
    roles = ("principal", "counselor", "other", "")
    members = tuple(
        Member(f"m{i}", "", f"o{rng.integers(len(organizations))}", role_group=roles[rng.integers(4)])
        for i in range(count)
    )
    texts = tuple(
        Statement(
            f"s{i}",
            f"m{rng.integers(count + 1)}",
            (C, P)[rng.integers(2)],
            f"text {i}",
            set_aside="n/a" if rng.random() < 0.15 else "",
        )
        for i in range(statements)
    )
    vectors = rng.normal(size=(statements, WIDTH)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Given(members, organizations, texts, vectors)


def closest(case: Given, a: int, kind_a: StatementKind, b: int, kind_b: StatementKind) -> int:
    exact = on_grid(case.vectors)

    def own(member: int, kind: StatementKind) -> list[int]:
        wanted = case.members[member].id
        return [
            i
            for i, each in enumerate(case.statements)
            if each.member_id == wanted and each.kind is kind and not each.set_aside
        ]

    cosines = [float(exact[i] @ exact[j]) for i in own(a, kind_a) for j in own(b, kind_b)]
    return int(CALIBRATION.points(np.array(max(cosines)))) if cosines else 0


def context(case: Given, a: int, b: int) -> int:
    one, other = case.members[a], case.members[b]
    places = {each.id: each for each in case.organizations}
    here, there = places[one.organization_id], places[other.organization_id]
    total = 400 * (one.role_group == other.role_group and one.role_group not in ("", "other"))
    total += 250 * (here.type is there.type)
    total += 200 * (here.locale is there.locale and here.locale is not None)
    if here.enrollment and there.enrollment:
        total += int(150 * (1 - min(1.0, abs(np.log10(here.enrollment) - np.log10(there.enrollment)))))
    return total


def by_definition(case: Given, weights: Weights, a: int, b: int) -> Affinity:
    shared, to_a, to_b = closest(case, a, C, b, C), closest(case, a, C, b, P), closest(case, a, P, b, C)
    about = context(case, a, b)
    score = sum(weighed(weights, shared=shared, help_to_a=to_a, help_to_b=to_b, context=about))
    return Affinity(a, b, score, shared, to_a, to_b, about)


SIZES = {"seed": st.integers(0, 10**6), "count": st.integers(0, 7), "statements": st.integers(0, 16)}


@settings(max_examples=60)
@given(**SIZES, block=st.integers(1, 8), weights=st.tuples(*[st.integers(0, 60)] * 3).filter(any))
def test_every_pair_by_definition(
    seed: int, count: int, statements: int, block: int, weights: tuple[int, int, int]
) -> None:
    case, chosen = drawn(seed, count, statements), Weights(*weights)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(affinity, "BLOCK", block)
        found = affinities(case.network(), chosen, CALIBRATION)
    expected = [by_definition(case, chosen, a, b) for a, b in combinations(range(count), 2)]
    assert list(found) == [each for each in expected if each.score > 0]


@settings(max_examples=40)
@given(**SIZES, order=st.randoms(use_true_random=False))
def test_the_same_from_either_side(seed: int, count: int, statements: int, order: object) -> None:
    """Members in any order have the same scores, with the help's directions turned where they are."""
    case = drawn(seed, count, statements)
    places = list(range(count))
    order.shuffle(places)  # type: ignore[attr-defined]  # random.Random, drawn by hypothesis
    shuffled = replace(case, members=tuple(case.members[i] for i in places))
    turned = {}
    for each in affinities(shuffled.network(), Weights(), CALIBRATION):
        a, b = places[each.a], places[each.b]
        if a > b:
            each = replace(each, a=b, b=a, help_to_a=each.help_to_b, help_to_b=each.help_to_a)  # noqa: PLW2901
        else:
            each = replace(each, a=a, b=b)  # noqa: PLW2901
        turned[each.a, each.b] = each
    straight = affinities(case.network(), Weights(), CALIBRATION)
    assert turned == {(each.a, each.b): each for each in straight}


@settings(max_examples=30)
@given(**SIZES | {"count": st.integers(2, 9)}, keep=st.integers(1, 4))
def test_large_networks_keep_each_members_best(seed: int, count: int, statements: int, keep: int) -> None:
    case = drawn(seed, count, statements)
    dense = {(each.a, each.b): each for each in affinities(case.network(), Weights(), CALIBRATION)}
    expected = set()
    for member in range(count):
        own = [pair for pair in dense if member in pair]
        own.sort(key=lambda pair: (-dense[pair].score, sum(pair) - member))
        expected |= set(own[:keep])
    found = affinities(case.network(), Weights(neighbours=keep, dense_up_to=0), CALIBRATION)
    assert list(found) == [dense[pair] for pair in sorted(expected)]


def test_up_to_the_limit_every_pair_is_a_candidate() -> None:
    case = drawn(3, 6, 30)
    everything = affinities(case.network(), Weights(), CALIBRATION)
    assert affinities(case.network(), Weights(neighbours=1, dense_up_to=6), CALIBRATION) == everything
    assert len(affinities(case.network(), Weights(neighbours=1, dense_up_to=5), CALIBRATION)) < len(
        everything
    )


class TestWeighed:
    @given(
        st.tuples(*[st.integers(0, 1000)] * 4),
        st.tuples(*[st.integers(0, 1000)] * 3).filter(any),
    )
    def test_whole_points_close_to_the_share(
        self, points: tuple[int, int, int, int], weights: tuple[int, int, int]
    ) -> None:
        names = ("shared", "help_to_a", "help_to_b", "context")
        adds = weighed(Weights(*weights), **dict(zip(names, points, strict=True)))
        shares = (weights[0], weights[1] / 2, weights[1] / 2, weights[2])
        for add, share, given_points in zip(adds, shares, points, strict=True):
            assert 0 <= share / sum(weights) * given_points - add < 1
        assert sum(adds) <= 1000

    def test_all_of_everything_is_the_top(self) -> None:
        full = {"shared": 1000, "help_to_a": 1000, "help_to_b": 1000, "context": 1000}
        assert weighed(Weights(40, 50, 10), **full) == (400, 250, 250, 100)


class TestEvidence:
    @settings(max_examples=60)
    @given(**SIZES | {"count": st.integers(2, 5), "statements": st.integers(0, 25)})
    def test_the_sentences_make_the_parts(self, seed: int, count: int, statements: int) -> None:
        case = drawn(seed, count, statements)
        scores = {(each.a, each.b): each for each in affinities(case.network(), Weights(), CALIBRATION)}
        by_id = {each.id: (i, each) for i, each in enumerate(case.statements)}
        exact = on_grid(case.vectors)
        for (a, b), scored in scores.items():
            found = evidence(case.network(), a, b, CALIBRATION)
            parts = {part: getattr(scored, part) for part in PARTS}
            assert {each.part: each.points for each in found} == {k: v for k, v in parts.items() if v}
            assert [each.points for each in found] == sorted((each.points for each in found), reverse=True)
            for each in found:
                (i, one), (j, other) = by_id[each.a], by_id[each.b]
                assert (one.member_id, other.member_id) == (f"m{a}", f"m{b}")
                assert not one.set_aside
                assert not other.set_aside
                assert int(CALIBRATION.points(exact[i] @ exact[j])) == each.points

    def test_not_a_point_apart_with_long_vectors(self) -> None:
        """Sums of 384 rounded products depend on their order; on the grid they do not."""
        rng = np.random.default_rng(8)
        case = drawn(8, 60, 240)
        long = (rng.normal(size=384) + 0.1 * rng.normal(size=(240, 384))).astype(np.float32)
        case = replace(case, vectors=long / np.linalg.norm(long, axis=1, keepdims=True))
        given_network = case.network()
        steep = Calibration(0.99, 2000.0)  # a point a millionth
        found = affinities(given_network, Weights(), steep)
        assert len(found) > 1000
        for each in found:
            parts = {part: getattr(each, part) for part in PARTS}
            shown = {one.part: one.points for one in evidence(given_network, each.a, each.b, steep)}
            assert shown == {part: points for part, points in parts.items() if points}

    def test_either_order(self) -> None:
        given_network = drawn(5, 4, 40).network()
        turn = {"shared": "shared", "help_to_a": "help_to_b", "help_to_b": "help_to_a"}
        for a, b in permutations(range(4), 2):
            one = evidence(given_network, a, b, CALIBRATION)
            other = evidence(given_network, b, a, CALIBRATION)
            assert one
            assert {(turn[e.part], e.b, e.a, e.points) for e in other} == {
                (e.part, e.a, e.b, e.points) for e in one
            }


class TestContext:
    @pytest.mark.parametrize(
        ("one", "other", "points"),
        [
            (None, None, 250),
            (0, 0, 250),
            (None, 400, 250),
            (400, 400, 400),
            (1, 1, 400),
            (100, 1000, 250),
            (100, 10**6, 250),
            (100, 316, 325),
        ],
    )
    def test_size(self, one: int | None, other: int | None, points: int) -> None:
        """Beside the same kind of organization, 250: as large 150, half the way to ten times 75."""
        places = tuple(
            Organization(name, "", OrganizationType.SCHOOL, "OH", enrollment=size)
            for name, size in (("A", one), ("B", other))
        )
        members = (Member("a", "", "A"), Member("b", "", "B"))
        given_network = network(members, places, [], np.zeros((0, 1), np.float32))
        (found,) = affinities(given_network, Weights(), CALIBRATION)
        assert found == Affinity(0, 1, points // 10, 0, 0, 0, points)

    def test_nothing_in_common_is_no_candidate(self) -> None:
        places = (
            Organization("A", "", OrganizationType.SCHOOL, "OH"),
            Organization("B", "", OrganizationType.PARTNER, "OH"),
        )
        members = (Member("a", "", "A"), Member("b", "", "B"))
        given_network = network(members, places, [], np.zeros((0, 1), np.float32))
        assert affinities(given_network, Weights(), CALIBRATION) == ()


def test_without_members() -> None:
    assert affinities(drawn(1, 0, 5).network(), Weights(), CALIBRATION) == ()


def test_vectors_of_zeros_are_near_nothing() -> None:
    case = drawn(2, 4, 20)
    blank = replace(case, vectors=np.zeros_like(case.vectors))
    for each in affinities(blank.network(), Weights(), CALIBRATION):
        assert (each.shared, each.help_to_a, each.help_to_b) == (0, 0, 0)
    assert evidence(blank.network(), 0, 1, CALIBRATION) == ()
