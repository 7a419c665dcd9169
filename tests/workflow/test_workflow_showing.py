"""What readers see: a term's plans with reasons, answers to questions, and nothing confidential."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from build_network import FALL, SUBJECTS, tiny
from matcher import config
from matcher.errors import NotFoundError
from matcher.outcome import ChangeKind
from matcher.store import RunKind
from matcher.topics import TopicRun
from matcher.workflow import asking, decisions, keeping, listing, reasons, showing, term
from matcher.workflow.shown import WITHHELD, in_names
from matcher.workflow.workspace import Workspace

SECRET = SUBJECTS[2]  # the confidential practice of m1 has the words of others' open challenges


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with tiny(tmp_path) as opened:
        yield opened


@pytest.fixture
def formed(workspace: Workspace) -> Workspace:
    for form in (term.form_pairs, term.form_cohorts, term.form_visits):
        form(workspace, FALL)
    return workspace


def test_a_term_without_runs_says_what_to_run(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="matcher pairs"):
        showing.term_view(workspace, FALL)


def test_a_view_holds_every_structure_with_its_proof(formed: Workspace) -> None:
    view = showing.term_view(formed, FALL, drawn=True)
    assert (view.members, view.organizations, view.states, view.statements) == (12, 12, 3, 24)
    assert len(view.pairs) == 6
    assert {proof.structure for proof in view.proofs} == {"one-to-one", "virtual", "peer-hosted"}
    assert all(proof.objective <= proof.bound for proof in view.proofs)
    assert view.topics
    assert {point.topic for point in view.points} == {topic.id for topic in view.topics}


def test_the_map_is_laid_out_only_where_it_is_drawn(
    formed: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LaidOutError(Exception):
        pass

    def refuse(*_: object) -> None:
        raise LaidOutError

    monkeypatch.setattr(showing, "layout", refuse)
    assert showing.term_view(formed, FALL).points == ()
    (pair, *_) = showing.term_view(formed, FALL).pairs
    decisions.adjust(formed, FALL, RunKind.PAIRS, ChangeKind.BAN, pair.a.id, pair.b.id)
    with pytest.raises(LaidOutError):
        showing.export(formed, FALL, tmp_path)


def test_what_is_quoted_by_its_id_is_called_by_its_name() -> None:
    names = {"o-1": "O'Brien's school", "T05": "Buses"}
    assert in_names("The group 'o-1' of 'Ann O'Neil' and 'T05'.", names) == (
        "The group 'O'Brien's school' of 'Ann O'Neil' and 'Buses'."
    )


def test_who_waits_for_its_organization_is_told_the_organization_s_name(workspace: Workspace) -> None:
    settings = workspace.settings
    capped = replace(
        workspace, settings=replace(settings, pairs=config.Pairs(per_organization=1, threshold=0))
    )
    with workspace.store.write() as writing:
        writing.put_members([replace(writing.member("m1"), organization_id="o0")])
    term.form_pairs(capped, FALL)
    (run,) = keeping.current_or_raise(workspace, RunKind.PAIRS, FALL)
    assert "District" not in run.problem + run.solution
    view = showing.term_view(workspace, FALL)
    assert any("Its group 'District 0' has 1 pairs" in each.reason for each in view.left)
    (waits,) = (each.person.id for each in view.left if each.person.id in ("m0", "m1"))
    told = reasons.why_one(workspace, FALL, waits)
    assert "'District 0'" in str(told)
    assert "'o0'" not in str(told)
    other = next(pair.a.id for pair in view.pairs if "m0" not in (pair.a.id, pair.b.id))
    ruling = decisions.adjust(workspace, FALL, RunKind.PAIRS, ChangeKind.PIN, waits, other)
    assert "The group 'District 0' would have 2 pairs, and may take 1." in ruling.verdict.broken


def test_the_parts_of_a_pair_add_up_and_its_quotes_are_its_members(formed: Workspace) -> None:
    for pair in showing.term_view(formed, FALL).pairs:
        assert sum(part.weighed for part in pair.parts) == pair.affinity
        assert {quote.member for quote in pair.quotes} <= {pair.a.name, pair.b.name}
        assert pair.reasons
        assert pair.when.startswith("Tue ")
        assert pair.facilitator == "Fay"


def test_cohorts_and_visits_are_shown_with_times_and_seats(formed: Workspace) -> None:
    view = showing.term_view(formed, FALL)
    for cohort in view.cohorts:
        assert len(cohort.local_times) == len(cohort.members)
        assert 0 <= cohort.value <= 1000
    assert view.visits
    for visit in view.visits:
        assert len(visit.visitors) == len(visit.kilometres) == len(visit.help) <= visit.seats
        assert (visit.weekday, visit.date, visit.day) == ("Tuesday", "", "Tuesday")
        assert {quote.member for quote in visit.quotes} <= {visit.host.name}


def test_a_visit_is_on_a_date_of_its_host_on_which_its_visitors_can_come(workspace: Workspace) -> None:
    first, second = date(2026, 10, 6), date(2026, 10, 13)
    with workspace.store.write() as writing:
        members = [
            replace(each, visit_dates=(first, second) if each.host else (), away=(first,))
            if each.id != "m0"
            else replace(each, visit_dates=(date(2026, 4, 7),))
            for each in writing.members()
        ]
        writing.put_members(members)
    term.form_visits(workspace, FALL)
    visits = showing.term_view(workspace, FALL).visits
    dated = [visit for visit in visits if visit.host.id != "m0"]
    assert dated
    assert {visit.day for visit in dated} == {"Tuesday, 2026-10-13"}
    assert {visit.date for visit in visits if visit.host.id == "m0"} <= {""}


def test_a_cohort_keeps_its_topic_s_label_when_topics_are_found_again(formed: Workspace) -> None:
    before = [cohort.topic for cohort in showing.term_view(formed, FALL).cohorts]
    with formed.store.read() as reading:
        topics = reading.topics()
    others = [replace(topic, id=f"N{topic.id}", label=f"New {topic.label}") for topic in topics]
    with formed.store.write() as writing:
        run = writing.add_run(
            RunKind.TOPICS,
            term=None,
            seed=0,
            versions="{}",
            problem="{}",
            solution="{}",
            status="",
            seconds=0,
        )
        writing.put_topic_run(TopicRun(tuple(others)), run)
    assert [cohort.topic for cohort in showing.term_view(formed, FALL).cohorts] == before
    assert set(before) & {topic.label for topic in topics}


def test_a_confidential_text_is_for_staff_alone(formed: Workspace) -> None:
    def words(*, staff: bool) -> set[str]:
        view = showing.term_view(formed, FALL, staff=staff, drawn=True)
        return {
            point.text for point in view.points if point.member == "Person 1" and point.kind == "practice"
        }

    assert words(staff=False) == {WITHHELD}
    assert words(staff=True) == {SECRET}


def test_a_run_is_listed_with_the_total_that_its_proof_shows(formed: Workspace) -> None:
    proofs = {proof.structure: proof for proof in showing.term_view(formed, FALL).proofs}
    structure = {"pairs": "one-to-one", "cohorts": "virtual", "visits": "peer-hosted"}
    listed = [run for run in listing.runs(formed) if run.kind in structure]
    assert len(listed) == 3
    for run in listed:
        proof = proofs[structure[run.kind]]
        assert (run.objective, run.bound) == (proof.objective, proof.bound)


def test_every_reason_is_a_sentence(formed: Workspace) -> None:
    reasons = [left.reason for left in showing.term_view(formed, FALL).left]
    assert reasons
    assert all(reason[0].isupper() and reason.endswith(".") for reason in reasons)


def test_addresses_and_bans_are_not_handed_out(formed: Workspace, tmp_path: Path) -> None:
    _, report = showing.export(formed, FALL, tmp_path / "all")
    _, for_staff = showing.export(formed, FALL, tmp_path / "staff", staff=True)
    assert "p3@district3.example" not in report.read_text(encoding="utf-8")
    assert "p3@district3.example" in for_staff.read_text(encoding="utf-8")
    assert not [left for left in showing.term_view(formed, FALL).left if "ban" in left.reason.split()]


def test_export_writes_a_workbook_and_a_page(formed: Workspace, tmp_path: Path) -> None:
    workbook, report = showing.export(formed, FALL, tmp_path / "new" / "out")
    assert {"Pairs", "Cohorts", "Visits", "Waitlist", "Topics"} <= set(
        openpyxl.load_workbook(workbook).sheetnames
    )
    assert "Person 3" in report.read_text(encoding="utf-8")


def test_recommendations_leave_out_the_banned_and_say_why(workspace: Workspace) -> None:
    found = asking.recommend(workspace, "P0@district0.example", limit=20)
    assert [each.affinity for each in found] == sorted((each.affinity for each in found), reverse=True)
    assert "m4" not in {each.person.id for each in found}
    assert found[0].person.id == "m8"  # faces the same, in the same kind of organization
    assert found[0].reasons
    assert found[0].quotes


def test_a_member_is_found_by_id_email_or_name(workspace: Workspace) -> None:
    by = [asking.recommend(workspace, name, limit=1) for name in ("m2", "p2@district2.example", "person  2")]
    assert by[0] == by[1] == by[2]
    with pytest.raises(NotFoundError, match="Did you mean Person 2"):
        asking.recommend(workspace, "Persn 2")
    with pytest.raises(NotFoundError, match="id, email or full name"):
        asking.recommend(workspace, "zzz")
