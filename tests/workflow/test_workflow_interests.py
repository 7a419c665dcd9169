"""A member that asks for some structures only gets no place in the others, and is not waiting for one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from build_network import FALL, tiny
from matcher.domain import Structure
from matcher.export.view import TermView
from matcher.workflow import showing, term
from matcher.workflow.plans import LATE, SILENT
from matcher.workflow.workspace import Workspace

ONE, VIRTUAL, HOSTED = Structure


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with tiny(tmp_path) as opened:
        yield opened


def asks(workspace: Workspace, **interests: tuple[Structure, ...]) -> None:
    with workspace.store.write() as writing:
        members = {member.id: member for member in writing.members()}
        writing.put_members(replace(members[id_], interests=asked) for id_, asked in interests.items())


def formed(workspace: Workspace) -> TermView:
    for form in (term.form_pairs, term.form_cohorts, term.form_visits):
        form(workspace, FALL)
    return showing.term_view(workspace, FALL)


def left(view: TermView, structure: str) -> dict[str, str]:
    return {each.person.id: each.reason for each in view.left if each.structure == structure}


def test_each_structure_takes_only_those_who_ask_for_it(workspace: Workspace) -> None:
    asks(workspace, m1=(ONE,), m2=(VIRTUAL,), m4=(HOSTED,))
    view = formed(workspace)
    paired = {person.id for pair in view.pairs for person in (pair.a, pair.b)}
    in_cohorts = {person.id for cohort in view.cohorts for person in cohort.members}
    visiting = {person.id for visit in view.visits for person in visit.visitors}
    assert paired.isdisjoint({"m2", "m4"})
    assert in_cohorts.isdisjoint({"m1", "m4"})
    assert visiting.isdisjoint({"m1", "m2"})
    assert {"m2", "m4"}.isdisjoint(left(view, "one-to-one"))
    assert {"m1", "m4"}.isdisjoint(left(view, "virtual"))
    assert {"m1", "m2"}.isdisjoint(left(view, "peer-hosted"))


def test_who_is_in_no_cohort_is_told_why_truly(workspace: Workspace) -> None:
    with workspace.store.write() as writing:
        member = writing.members()[0]
        writing.put_members(replace(member, id=id_, name=id_, email="") for id_ in ("silent", "calls-only"))
    asks(workspace, **{"calls-only": (ONE,), "m1": (ONE,)})
    formed(workspace)
    asks(workspace, m1=(ONE, VIRTUAL))  # changed its mind after the cohorts were formed
    reasons = left(showing.term_view(workspace, FALL), "virtual")
    assert (reasons["silent"], reasons["m1"]) == (SILENT, LATE)
    assert "calls-only" not in reasons
