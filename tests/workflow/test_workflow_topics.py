"""Topics in the life of a network: they keep their identity, staff have the last word, all is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from build_network import FALL, tiny
from matcher import record
from matcher.domain import NamedBy, Statement, StatementKind, Term, Topic
from matcher.errors import ConflictError, InputError, NotFoundError
from matcher.store import RunKind
from matcher.topics import EditKind, Move, TopicEdit, TopicRun
from matcher.workflow import listing, showing, term, topics, topicviews
from matcher.workflow.case import load
from matcher.workflow.plans import CHANGED
from matcher.workflow.workspace import Workspace

SUBJECTS = ("bus drivers route", "reading coaches phonics", "attendance letters home", "math tutors algebra")
DETAILS = ("winter", "budget", "board", "parents", "schedule", "training", "rural", "spring")


def statements(first: int, last: int, day: str = "2026-08-20") -> list[Statement]:
    """Statements of the twelve members, in turn on four subjects, each with a word of its own."""
    return [
        Statement(
            f"s-{i:03}",
            f"m{i % 12}",
            StatementKind.PRACTICE if i % 3 == 0 else StatementKind.CHALLENGE,
            f"{SUBJECTS[i % 4]} {DETAILS[i // 4 % 8]} {i}",
            submitted=day,
        )
        for i in range(first, last)
    ]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with tiny(tmp_path) as opened:
        put(opened, statements(0, 32))
        yield opened


def put(workspace: Workspace, given: list[Statement]) -> None:
    with workspace.store.write() as writing:
        writing.put_statements(given)


def current(workspace: Workspace) -> dict[str, Topic]:
    with workspace.store.read() as reading:
        return {each.id: each for each in reading.topics()}


def place_of(workspace: Workspace, statement_id: str) -> str:
    return load(workspace).topic_of().get(statement_id, "")


def edit(workspace: Workspace, kind: EditKind, *ids: str, **fields: object) -> topics.Edited:
    return topics.edit_topics(workspace, TopicEdit(kind, ids, by="Kim", **fields))  # type: ignore[arg-type]


def last_run(workspace: Workspace) -> TopicRun:
    with workspace.store.read() as reading:
        run = reading.topic_run()
    assert run is not None
    return run


def test_topics_keep_their_identity_when_statements_come_in(workspace: Workspace) -> None:
    found = {each.id: each for each in topics.find_topics(workspace)}
    assert len(found) >= 2
    put(workspace, statements(32, 36))
    again = {each.id: each for each in topics.find_topics(workspace)}
    for id, topic in found.items():
        assert again[id].label == topic.label
        assert again[id].colour == topic.colour
        assert set(topic.statement_ids) <= set(again[id].statement_ids)
    assert sum(len(each.statement_ids) for each in again.values()) == 60
    with workspace.store.read() as reading:
        (changes,) = reading.topic_changes()
    assert {each.kind for each in changes.lineage} <= {"grew", "appeared"}


def test_the_first_run_tells_no_history(workspace: Workspace) -> None:
    topics.find_topics(workspace)
    history = topicviews.topic_history(workspace)
    assert history.events == ()
    assert not any(topic.emerging for topic in history.topics)


def test_the_statuses_tell_how_a_run_came_about(workspace: Workspace) -> None:
    (first, *_) = topics.find_topics(workspace)
    edit(workspace, EditKind.LOCK, first.id)
    topics.undo_edit(workspace)
    topics.find_topics(workspace, afresh=True)
    assert [run.status for run in listing.runs(workspace)] == ["afresh", "undone", "edited", "found"]


def test_what_staff_say_holds_at_once_and_in_every_later_run(workspace: Workspace) -> None:
    first, second, *_ = topics.find_topics(workspace)
    asked = workspace.embedder.asked  # type: ignore[attr-defined]
    named = edit(workspace, EditKind.RENAME, first.id.lower(), name="Getting to school")
    assert (named.moved, named.text) == (0, f"Named {first.id} “Getting to school”")
    statement = second.statement_ids[0]
    moved = edit(workspace, EditKind.MOVE, first.id, statement_ids=(statement.upper(),))
    assert moved.moved >= 1
    assert place_of(workspace, statement) == first.id
    assert workspace.embedder.asked == asked  # type: ignore[attr-defined]
    put(workspace, statements(32, 40))
    for afresh in (False, True):
        topics.find_topics(workspace, afresh=afresh)
        assert current(workspace)[first.id].label == "Getting to school"
        assert current(workspace)[first.id].named_by is NamedBy.STAFF
        assert place_of(workspace, statement) == first.id


def test_the_verdict_counts_what_moved_and_names_the_topics(workspace: Workspace) -> None:
    first, second, *_ = topics.find_topics(workspace)
    done = edit(workspace, EditKind.MERGE, first.id, second.id, name="Both")
    assert done.moved == len(second.statement_ids)
    changes = {each.id: each for each in done.topics}
    assert set(changes) == {first.id, second.id}
    both = len(first.statement_ids) + len(second.statement_ids)
    assert (changes[first.id].label, changes[first.id].after) == ("Both", both)
    assert (changes[second.id].before, changes[second.id].after) == (len(second.statement_ids), 0)
    assert second.id not in current(workspace)


def test_an_edit_finds_topics_first_where_there_are_none(workspace: Workspace) -> None:
    done = edit(workspace, EditKind.SEED, name="Bus rides", description="bus drivers route winter")
    assert done.moved > 0
    assert "Bus rides" in {each.label for each in current(workspace).values()}
    assert [run.status for run in listing.runs(workspace)] == ["edited", "found"]


def test_who_and_when_are_kept_with_each_edit(workspace: Workspace) -> None:
    (first, *_) = topics.find_topics(workspace)
    before = datetime.now(UTC).replace(microsecond=0)
    edit(workspace, EditKind.RENAME, first.id, name="One")
    edit(workspace, EditKind.LOCK, first.id)
    latest, earlier = topicviews.topic_edits(workspace)
    assert (latest.number, latest.what, latest.by) == (2, f"Locked {first.id}", "Kim")
    assert (earlier.number, earlier.what) == (1, f"Named {first.id} “One”")
    assert latest.at is not None
    assert before <= latest.at <= datetime.now(UTC)


@pytest.mark.parametrize("kind", ["rename", "merge", "split", "move", "lock", "seed", "aside"])
def test_undo_gives_back_what_was_before(workspace: Workspace, kind: str) -> None:
    first, second, *_ = topics.find_topics(workspace)
    ids: dict[str, tuple[str, ...]] = {"merge": (first.id, second.id), "seed": (), "aside": ()}
    fields: dict[str, dict[str, object]] = {
        "rename": {"name": "Another"},
        "split": {"parts": 2},
        "move": {"statement_ids": second.statement_ids[:1]},
        "seed": {"name": "Bus rides", "description": "bus drivers route winter"},
        "aside": {"statement_ids": first.statement_ids[:1]},
    }
    before = last_run(workspace)
    done = edit(workspace, EditKind(kind), *ids.get(kind, (first.id,)), **fields.get(kind, {}))
    assert last_run(workspace).topics != before.topics
    back = topics.undo_edit(workspace)
    assert (back.moved, back.text) == (done.moved, done.text)
    after = last_run(workspace)
    assert (after.topics, after.aside, after.edits) == (before.topics, before.aside, ())
    assert after.minted >= before.minted


def test_edits_are_undone_one_after_the_other(workspace: Workspace) -> None:
    (first, *_) = topics.find_topics(workspace)
    for name in ("One", "Two"):
        edit(workspace, EditKind.RENAME, first.id, name=name)
    seen = []
    for _ in range(2):
        topics.undo_edit(workspace)
        seen.append(current(workspace)[first.id].label)
    assert seen == ["One", first.label]
    with pytest.raises(NotFoundError, match="no edit to take back"):
        topics.undo_edit(workspace)


def test_undo_after_statements_came_in_keeps_them(workspace: Workspace) -> None:
    (first, *_) = topics.find_topics(workspace)
    edit(workspace, EditKind.RENAME, first.id, name="One")
    put(workspace, statements(32, 36))
    topics.undo_edit(workspace)
    assert current(workspace)[first.id].label != "One"
    known = load(workspace).topic_of().keys() | dict(last_run(workspace).aside).keys()
    assert {each.id for each in statements(32, 36)} <= known


def test_words_of_a_text_that_became_confidential_go_and_do_not_come_back(workspace: Workspace) -> None:
    first, second, *_ = topics.find_topics(workspace)
    edit(workspace, EditKind.RENAME, second.id, name="Another")
    word = first.label.split()[0].casefold()
    with workspace.store.read() as reading:
        given = [each for each in reading.statements() if word in each.text.casefold()]
    assert given
    put(workspace, [replace(each, confidential=True) for each in given])

    def said() -> str:
        return repr([(each.label, each.keywords) for each in current(workspace).values()]).casefold()

    topics.with_topics(workspace)
    assert word not in said()
    topics.undo_edit(workspace)
    assert word not in said()
    assert "another" not in said()


def test_undo_keeps_what_was_found_since_the_edit(workspace: Workspace) -> None:
    (first, *_) = topics.find_topics(workspace)
    edit(workspace, EditKind.RENAME, first.id, name="One")
    fine = replace(workspace.settings.topics, granularity="fine")
    topics.find_topics(replace(workspace, settings=replace(workspace.settings, topics=fine)), afresh=True)
    before = last_run(workspace).topic_of()
    topics.undo_edit(workspace)
    assert last_run(workspace).topic_of() == before
    assert "One" not in {each.label for each in current(workspace).values()}


def test_an_unknown_id_is_named_with_the_nearest(workspace: Workspace) -> None:
    topics.find_topics(workspace)
    runs = len(listing.runs(workspace))
    with pytest.raises(NotFoundError, match="no topic 'T99'"):
        edit(workspace, EditKind.LOCK, "T99")
    with pytest.raises(NotFoundError, match="no statement 's-9'"):
        edit(workspace, EditKind.SET_ASIDE, statement_ids=("s-9",))
    assert len(listing.runs(workspace)) == runs


def test_nobody_overwrites_the_topics_that_another_changed_meanwhile(workspace: Workspace) -> None:
    (first, *_) = topics.find_topics(workspace)
    case, run = load(workspace), last_run(workspace)
    edit(workspace, EditKind.LOCK, first.id)
    with pytest.raises(ConflictError, match="Somebody else"):
        topics._keep(workspace, case, run, status="edited", after=1, seconds=0.0)
    assert current(workspace)[first.id].locked


def test_what_is_set_aside_takes_no_part_and_comes_back(workspace: Workspace) -> None:
    (first, *_) = topics.find_topics(workspace)
    id = first.statement_ids[0]
    edit(workspace, EditKind.SET_ASIDE, statement_ids=(id,))
    case = load(workspace)
    (mine,) = (each for each in case.statements if each.id == id)
    assert mine.set_aside
    assert not next(each for each in case.written if each.id == id).set_aside
    (line,) = (each for each in listing.set_aside(workspace) if each.id == id)
    assert (line.found_by, line.reason) == ("topics", mine.set_aside)
    assert listing.overview(workspace).set_aside == len(listing.set_aside(workspace))
    edit(workspace, EditKind.BRING_BACK, statement_ids=(id,))
    assert place_of(workspace, id)
    assert id not in {each.id for each in listing.set_aside(workspace)}


def test_the_problem_of_a_run_is_kept_and_topics_that_hold_are_not_found_again(workspace: Workspace) -> None:
    topics.find_topics(workspace)
    for _ in range(2):
        topics.with_topics(workspace)
    assert len(listing.runs(workspace)) == 1
    (workspace.folder / "taxonomy").mkdir()
    (workspace.folder / "taxonomy" / "areas.csv").write_text(
        "id,name,description\nbus-drivers,Bus drivers,bus drivers route winter\n", encoding="utf-8"
    )
    topics.with_topics(workspace)  # the network's own areas are others than before
    assert len(listing.runs(workspace)) == 2


def test_a_taxonomy_that_cannot_be_read_says_where(workspace: Workspace) -> None:
    (workspace.folder / "taxonomy").mkdir()
    (workspace.folder / "taxonomy" / "areas.csv").write_text("id,name\nBad Id,Name\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"areas\.csv, row 2"):
        topics.find_topics(workspace)


def test_topics_of_a_version_without_identity_give_no_more_than_taken_numbers(workspace: Workspace) -> None:
    topics.find_topics(workspace)
    older = replace(topics._problem(workspace, load(workspace)), taxonomy="")
    with workspace.store.write() as writing:
        run = writing.add_run(
            RunKind.TOPICS,
            term=None,
            seed=0,
            versions="{}",
            problem=record.dump(older),
            solution="{}",
            status="found",
            seconds=0,
        )
        writing.put_topic_run(TopicRun((Topic("T41", "A, b, c", (), ("s-001",)),), minted=41), run)
    found = topics.find_topics(workspace)
    assert found
    assert all(int(each.id.removeprefix("T")) > 41 for each in found)
    assert topicviews.topic_history(workspace).events == ()


def test_a_topic_is_shown_with_its_statements_their_ids_and_its_history(workspace: Workspace) -> None:
    first, second, *_ = topics.find_topics(workspace)
    edit(workspace, EditKind.MERGE, first.id, second.id)
    detail = topicviews.topic_detail(workspace, f" {first.id.lower()}")
    assert {line.id for line in detail.statements} == {*first.statement_ids, *second.statement_ids}
    assert [line.id for line in detail.statements][:3] == list(current(workspace)[first.id].examples)
    assert [event.kind for event in detail.events] == ["merged"]
    assert second.id in detail.events[0].text
    assert topicviews.topic_detail(workspace, detail.topic.label.upper()) == detail
    with pytest.raises(NotFoundError, match=rf"no topic '{second.id}'.*Nearest are"):
        topicviews.topic_detail(workspace, second.id)


def test_no_topics_yet_says_how_to_find_them(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="matcher topics"):
        topicviews.topic_detail(workspace, "T01")
    assert topicviews.topic_history(workspace) == topicviews.History((), (), ())


def test_a_confidential_text_of_a_topic_is_for_staff_alone(workspace: Workspace) -> None:
    secret = replace(
        statements(0, 1)[0], id="s-secret", confidential=True, text="bus drivers route secretword"
    )
    put(workspace, [secret])
    topics.find_topics(workspace)
    edit(workspace, EditKind.SET_ASIDE, statement_ids=("s-000",))
    id = place_of(workspace, "s-secret")
    edit(workspace, EditKind.RENAME, id, name="Buses")
    for_all = (
        topicviews.topic_detail(workspace, id),
        topicviews.topic_history(workspace),
        topicviews.topic_edits(workspace),
    )
    assert "secretword" not in repr(for_all)
    assert "secretword" in repr(topicviews.topic_detail(workspace, id, staff=True))


def test_what_grew_this_term_is_emerging_until_the_next(workspace: Workspace) -> None:
    with workspace.store.write() as writing:
        writing.put_terms([FALL, Term("2026-27 spring", date(2027, 1, 11))])
    put(workspace, statements(32, 36, "2026-10-01"))
    topics.find_topics(workspace)
    fresh = [
        replace(each, text=f"garden compost pupils {each.id}") for each in statements(100, 108, "2027-03-01")
    ]
    put(workspace, fresh)
    topics.find_topics(workspace)
    view = topicviews.topic_history(workspace)
    assert view.periods == ("no date", FALL.name, "2026-27 spring", "after 2026-27 spring")
    (new,) = (topic for topic in view.topics if topic.emerging)
    assert new.periods[3] >= 8
    edit(workspace, EditKind.RENAME, new.id, name="Gardens")  # an edit brings nothing in: it stays marked
    (still,) = (topic for topic in topicviews.topic_views(workspace) if topic.emerging)
    assert still.id == new.id


def test_cohorts_from_topics_that_were_edited_since_say_so(workspace: Workspace) -> None:
    term.form_cohorts(workspace, FALL)
    (proof,) = showing.term_view(workspace, FALL).proofs
    quotes = [cohort.quotes for cohort in showing.term_view(workspace, FALL).cohorts]
    assert proof.note == ""
    first, second, *_ = current(workspace).values()
    edit(workspace, EditKind.MERGE, first.id, second.id)
    (proof,) = showing.term_view(workspace, FALL).proofs
    assert proof.note.startswith(CHANGED)
    assert f"{len(second.statement_ids)} statements" in proof.note
    assert [cohort.quotes for cohort in showing.term_view(workspace, FALL).cohorts] == quotes
    topics.undo_edit(workspace)
    (proof,) = showing.term_view(workspace, FALL).proofs
    assert proof.note == ""
    term.form_cohorts(workspace, FALL)
    (proof,) = showing.term_view(workspace, FALL).proofs
    assert proof.note == ""


def test_an_edit_is_kept_exactly_as_it_was_made(workspace: Workspace) -> None:
    first, second, *_ = topics.find_topics(workspace)
    done = edit(workspace, EditKind.MERGE, first.id, second.id)
    assert set(done.edit.moves) >= {Move(id, second.id, first.id) for id in second.statement_ids[:1]}
    with workspace.store.read() as reading:
        assert reading.topic_edits() == (done.edit,)
        run = reading.latest_run(RunKind.TOPICS)
    assert run is not None
    assert record.load(TopicRun, run.solution).edits == (done.edit,)
