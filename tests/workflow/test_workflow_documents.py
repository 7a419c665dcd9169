"""A plan as a document: its meetings with reasons, who waits, and the proof."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_network import FALL, tiny
from matcher.errors import ConflictError, InputError, NotFoundError
from matcher.store import RunKind
from matcher.workflow.browsing import terms
from matcher.workflow.documents import shown_plan
from matcher.workflow.proposals import proposals
from matcher.workflow.term import add_term, form_pairs, form_visits


def test_each_proposal_is_shown_by_who_meets(tmp_path: Path) -> None:
    with tiny(tmp_path, 7) as workspace:
        with pytest.raises(NotFoundError, match="No pairs were formed"):
            shown_plan(workspace, FALL, RunKind.PAIRS, staff=True)
        form_pairs(workspace, FALL)
        form_visits(workspace, FALL)
        for kind in (RunKind.PAIRS, RunKind.VISITS):
            told = shown_plan(workspace, FALL, kind, staff=True)
            found = proposals(workspace, FALL, kind)
            assert set(told.proposals) == {frozenset(each.exchange.member_ids) for each in found}
            assert told.proof is not None
            assert told.proof.placed > 0
        pairs = shown_plan(workspace, FALL, RunKind.PAIRS, staff=True)
        (left,) = pairs.waitlist
        assert left.reason
        assert all(each.a.email for each in pairs.proposals.values())
        open_to_all = shown_plan(workspace, FALL, RunKind.PAIRS, staff=False)
        assert not any(each.a.email for each in open_to_all.proposals.values())


def test_a_term_is_kept_before_anything_is_formed_for_it(tmp_path: Path) -> None:
    with tiny(tmp_path, 2) as workspace:
        assert add_term(workspace, FALL.name, FALL.start) == FALL
        assert terms(workspace) == (FALL,)
        with pytest.raises(ConflictError, match="already"):
            add_term(workspace, FALL.name, FALL.start)
        for name in ("", "  ", "a\nb"):
            with pytest.raises(InputError, match="no name"):
                add_term(workspace, name, FALL.start)
