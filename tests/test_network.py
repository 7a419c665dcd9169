"""The ledger as memory: windows of terms, who has met, who has hosted."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.domain import Exchange, ExchangeStatus, Member, Structure, Term
from matcher.network import PLANNED, hostings, met_pairs, window

TERMS = tuple(Term(f"t{year}", date(year, 9, 1)) for year in (2023, 2024, 2025, 2026))
NOW = TERMS[-1]
ALL = frozenset(term.name for term in TERMS)
#: a0 and a1 work at A, b0 and b1 at B, c0 at C.
MEMBERS = tuple(Member(name, name, name[0].upper()) for name in ("a0", "a1", "b0", "b1", "c0"))
A0, A1, B0, B1, C0 = range(5)


def exchange(
    *member_ids: str,
    status: ExchangeStatus = ExchangeStatus.HELD,
    structure: Structure = Structure.ONE_TO_ONE,
    term: Term = TERMS[2],
) -> Exchange:
    return Exchange("-".join(member_ids), term, structure, member_ids, status)


class TestWindow:
    @pytest.mark.parametrize(
        ("count", "names"), [(0, set()), (1, {"t2025"}), (2, {"t2025", "t2024"}), (9, ALL - {"t2026"})]
    )
    def test_the_last_terms_before(self, count: int, names: set[str]) -> None:
        assert window(reversed(TERMS), NOW, count) == names

    def test_neither_the_term_itself_nor_later_ones(self) -> None:
        assert window(TERMS, TERMS[1], 5) == {"t2023"}
        assert window(TERMS, TERMS[0], 5) == frozenset()

    def test_a_term_given_twice_counts_once(self) -> None:
        assert window((*TERMS, *TERMS), NOW, 2) == {"t2025", "t2024"}


class TestMetPairs:
    def test_person_level_is_the_two_alone(self) -> None:
        assert met_pairs([exchange("b0", "a0")], MEMBERS, ALL, level="person") == {(A0, B0)}

    def test_organization_level_is_everybody_of_both(self) -> None:
        found = met_pairs([exchange("b0", "a0")], MEMBERS, ALL, level="organization")
        assert found == {(A0, B0), (A0, B1), (A1, B0), (A1, B1)}

    def test_only_within_the_terms(self) -> None:
        assert not met_pairs([exchange("a0", "b0")], MEMBERS, frozenset({"t2024"}), level="person")

    @pytest.mark.parametrize("status", list(ExchangeStatus))
    def test_status(self, status: ExchangeStatus) -> None:
        found = met_pairs([exchange("a0", "b0", status=status)], MEMBERS, ALL, level="person")
        counts = {ExchangeStatus.AGREED, ExchangeStatus.HELD, ExchangeStatus.DECLINED}
        assert bool(found) == (status in counts)

    def test_declined_bars_the_two_persons_only(self) -> None:
        declined = [exchange("a0", "b0", status=ExchangeStatus.DECLINED)]
        assert met_pairs(declined, MEMBERS, ALL, level="organization") == {(A0, B0)}

    def test_a_declined_cohort_bars_nobody(self) -> None:
        declined = exchange("a0", "b0", status=ExchangeStatus.DECLINED, structure=Structure.VIRTUAL)
        assert not met_pairs([declined], MEMBERS, ALL, level="person")

    def test_proposed_counts_where_it_is_asked_to(self) -> None:
        proposed = [exchange("a0", "b0", status=ExchangeStatus.PROPOSED)]
        assert met_pairs(proposed, MEMBERS, ALL, level="person", counting=PLANNED) == {(A0, B0)}

    def test_a_cohort_is_all_its_pairs(self) -> None:
        cohort = exchange("a0", "b0", "c0", structure=Structure.VIRTUAL)
        assert met_pairs([cohort], MEMBERS, ALL, level="person") == {(A0, B0), (A0, C0), (B0, C0)}

    def test_only_the_structures_asked_for(self) -> None:
        met = [exchange("a0", "b0"), exchange("a0", "c0", structure=Structure.PEER_HOSTED)]
        hosted = frozenset({Structure.PEER_HOSTED})
        assert met_pairs(met, MEMBERS, ALL, level="person", structures=hosted) == {(A0, C0)}

    def test_who_has_left_is_passed_over(self) -> None:
        assert not met_pairs([exchange("gone", "b0")], MEMBERS, ALL, level="organization")
        assert not met_pairs([exchange("a0", "a0")], MEMBERS, ALL, level="organization")

    def test_meetings_of_colleagues_that_are_not_among_the_members_count(self) -> None:
        some = (MEMBERS[A1], MEMBERS[B1])
        met = [exchange("a0", "b0")]
        assert met_pairs(met, some, ALL, level="organization", everybody=MEMBERS) == {(0, 1)}
        assert not met_pairs(met, some, ALL, level="person", everybody=MEMBERS)


class TestHostings:
    def test_the_first_member_of_each_visit_that_was_agreed_or_held(self) -> None:
        ledger = [
            exchange("a0", "b0", "c0", structure=Structure.PEER_HOSTED),
            exchange("a0", "b1", structure=Structure.PEER_HOSTED, status=ExchangeStatus.AGREED),
            exchange("b0", "c0", structure=Structure.PEER_HOSTED),
            exchange("b0", "a1", structure=Structure.PEER_HOSTED, status=ExchangeStatus.CANCELLED),
            exchange("c0", "a1", structure=Structure.PEER_HOSTED, term=TERMS[0]),
            exchange("c0", "b0"),
            exchange(structure=Structure.PEER_HOSTED),
        ]
        assert hostings(ledger, frozenset({"t2025"})) == {"a0": 2, "b0": 1}
