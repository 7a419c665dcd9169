"""What staff say of topics: checked, made exact, and held in every later run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build_topics import planted, unit
from matcher.config import Topics
from matcher.domain import NamedBy, Statement, Topic
from matcher.embed import Vectors
from matcher.errors import InputError, MatcherError, NotFoundError
from matcher.record import digest, dump, load
from matcher.topics import EditKind, Move, TopicEdit, TopicRun, find_topics, resolve
from matcher.topics.find import BY_STAFF

E = EditKind


@dataclass
class Desk:
    """A network under staff's hands: every edit takes effect at once."""

    statements: list[Statement]
    vectors: Vectors
    run: TopicRun
    edits: tuple[TopicEdit, ...] = ()
    known: dict[str, Vectors] | None = None

    @classmethod
    def of(cls, statements: Sequence[Statement], vectors: Vectors) -> Desk:
        return cls(list(statements), vectors, find_topics(statements, vectors, Topics()))

    def find(self, *, afresh: bool = False) -> TopicRun:
        self.run = find_topics(
            self.statements,
            self.vectors,
            Topics(),
            earlier=self.run,
            edits=self.edits,
            known=self.known,
            afresh=afresh,
        )
        return self.run

    def do(self, kind: EditKind, *topics: str, **given: object) -> TopicEdit:
        wanted = TopicEdit(kind, topics, **given)  # type: ignore[arg-type]
        self.edits += (resolve(wanted, self.run, self.statements, self.vectors),)
        self.find()
        return self.edits[-1]

    def undo(self) -> TopicRun:
        self.edits = self.edits[:-1]
        return self.find()

    def add(self, statements: Sequence[Statement], vectors: Vectors) -> TopicRun:
        self.statements += statements
        self.vectors = np.vstack([self.vectors, vectors])
        return self.find()

    def topic(self, topic_id: str) -> Topic:
        (found,) = [each for each in self.run.topics if each.id == topic_id]
        return found

    def homes(self, *ids: str) -> set[str]:
        of = self.run.topic_of()
        return {of.get(one, "") for one in ids}


@pytest.fixture
def desk() -> Desk:
    """Topics T01 to T04 of ten statements each: s0, s4, s8 ... are T01 or another, and so on."""
    return Desk.of(*planted(4, 10))


def of(desk: Desk, topic_id: str) -> tuple[str, ...]:
    return desk.topic(topic_id).statement_ids


class TestRename:
    def test_the_name_holds(self, desk: Desk) -> None:
        desk.do(E.RENAME, "T02", name="  Days  missed ")
        assert (desk.topic("T02").label, desk.topic("T02").named_by) == ("Days missed", NamedBy.STAFF)
        before = desk.run
        assert desk.find().topics == before.topics
        assert desk.find(afresh=True).topics == before.topics

    def test_no_control_characters_and_no_halves_of_characters(self, desk: Desk) -> None:
        edit = desk.do(E.RENAME, "T02", name="Days\x00\x1b missed\udcff", description="a\ud800b\n")
        assert (edit.name, edit.description) == ("Days missed", "a b")
        with pytest.raises(InputError, match="The name is empty"):
            desk.do(E.RENAME, "T02", name="\x07\udcff")

    def test_taken_back_it_has_a_label_of_its_own_again(self, desk: Desk) -> None:
        label = desk.topic("T02").label
        desk.do(E.RENAME, "T02", name="Days missed")
        desk.undo()
        assert (desk.topic("T02").label, desk.topic("T02").named_by) == (label, NamedBy.WORDS)

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("", "The name is empty. Give two to five words."),
            ("x" * 81, "The name has 81 characters. Use at most 80."),
            ("THE OTHER", "T03 is called 'The other' already. Merge the two, or name it otherwise."),
            ("The same", "T02 is called 'The same' already. Give another name."),
        ],
    )
    def test_refused(self, desk: Desk, name: str, said: str) -> None:
        desk.do(E.RENAME, "T03", name="The other")
        desk.do(E.RENAME, "T02", name="The same")
        with pytest.raises(InputError) as error:
            desk.do(E.RENAME, "T02", name=name)
        assert str(error.value) == said


class TestMerge:
    def test_statements_and_name_hold_and_the_id_is_gone(self, desk: Desk) -> None:
        both = {*of(desk, "T01"), *of(desk, "T03")}
        desk.do(E.MERGE, "T01", "T03", name="One subject")
        assert set(of(desk, "T01")) == both
        assert desk.topic("T01").label == "One subject"
        assert desk.run.lineage[0].kind == "merged"
        desk.find(afresh=True)
        assert set(of(desk, "T01")) == both
        assert {each.id for each in desk.run.topics} == {"T01", "T02", "T04"}

    def test_taken_back(self, desk: Desk) -> None:
        before = desk.run.topic_of()
        desk.do(E.MERGE, "T01", "T03")
        assert desk.undo().topic_of() == before

    def test_needs_two_different(self, desk: Desk) -> None:
        with pytest.raises(InputError, match="1 different topics are named"):
            desk.do(E.MERGE, "T01", "T01")


class TestSplit:
    def test_by_statements(self, desk: Desk) -> None:
        some, rest = of(desk, "T02")[:4], of(desk, "T02")[4:]
        edit = desk.do(E.SPLIT, "T02", statement_ids=some)
        assert edit.topic_ids == ("T02", "T05")
        for afresh in (False, True):
            desk.find(afresh=afresh)
            assert (desk.homes(*some), desk.homes(*rest)) == ({"T05"}, {"T02"})
        assert desk.undo().topic_of()[some[0]] == "T02"
        assert desk.run.minted == 5

    def test_into_parts_the_largest_keeps_the_id(self) -> None:
        texts, vectors = planted(6, 10)
        desk = Desk.of(texts, vectors)
        whole = of(desk, "T01")
        desk.do(E.MERGE, "T01", "T02", "T03")
        edit = desk.do(E.SPLIT, "T01", parts=3)
        assert edit.topic_ids == ("T01", "T07", "T08")
        assert len(desk.homes(*whole)) == 1
        assert [len(of(desk, one)) for one in edit.topic_ids] == [10, 10, 10]

    def test_refused(self, desk: Desk) -> None:
        with pytest.raises(InputError, match=r"A split into 1 is none\. Give 2 or more parts\."):
            desk.do(E.SPLIT, "T01", parts=1)
        with pytest.raises(InputError, match=r"T01 has 10 different texts\. Split it into at most 10"):
            desk.do(E.SPLIT, "T01", parts=11)
        with pytest.raises(InputError, match="Nothing would be left in T01: its 10 statements"):
            desk.do(E.SPLIT, "T01", statement_ids=of(desk, "T01"))
        with pytest.raises(InputError, match=r"is not in T01\. Name statements of T01"):
            desk.do(E.SPLIT, "T01", statement_ids=of(desk, "T02")[:1])


class TestMove:
    def test_it_holds_with_its_copies_then_and_later(self, desk: Desk) -> None:
        one = of(desk, "T01")[0]
        text = desk.statements[int(one[1:])]
        desk.add([replace(text, id="copy", text=text.text.upper() + "!")], desk.vectors[int(one[1:])][None])
        assert desk.homes("copy") == {"T01"}
        edit = desk.do(E.MOVE, "T02", statement_ids=(one,))
        assert edit.moves == (Move(one, "T01", "T02"), Move("copy", "T01", "T02"))
        desk.add([replace(text, id="later", text=f" {text.text} ")], desk.vectors[int(one[1:])][None])
        for afresh in (False, True):
            desk.find(afresh=afresh)
            assert desk.homes(one, "copy", "later") == {"T02"}

    def test_refused(self, desk: Desk) -> None:
        with pytest.raises(NotFoundError, match=r"no topic 'T05'\. Nearest are T0"):
            desk.do(E.MOVE, "T05", statement_ids=("s1",))
        with pytest.raises(NotFoundError, match=r"no statement 's99'\. Nearest are s9"):
            desk.do(E.MOVE, "T01", statement_ids=("s99",))
        with pytest.raises(InputError, match="No statement is named"):
            desk.do(E.MOVE, "T01")
        with pytest.raises(InputError, match=r"2 topics are named\. To move takes exactly one"):
            desk.do(E.MOVE, "T01", "T02", statement_ids=("s1",))
        with pytest.raises(InputError, match="They are in T01 already"):
            desk.do(E.MOVE, "T01", statement_ids=of(desk, "T01")[:2])
        desk.statements[0] = replace(desk.statements[0], set_aside="too short")
        with pytest.raises(InputError, match="s0 was set aside at the import: too short"):
            desk.do(E.MOVE, "T01", statement_ids=("s0",))


class TestLock:
    def more(self, desk: Desk) -> tuple[list[Statement], Vectors]:
        """One more statement close to each of the first four, with a text of its own."""
        rows = desk.vectors[:4] + 0.3 * unit(np.random.default_rng(5).normal(size=(4, 32)))
        return [replace(desk.statements[i], id=f"n{i}", text=f"new {i}") for i in range(4)], unit(rows)

    @pytest.mark.parametrize("gains", [False, True])
    def test_a_locked_topic_keeps_name_and_statements(self, desk: Desk, gains: bool) -> None:
        before = {topic.id: topic for topic in desk.run.topics}
        desk.do(E.LOCK, "T01", gains=gains)
        assert desk.topic("T01").locked
        desk.add(*self.more(desk))
        for afresh in (False, True):
            desk.find(afresh=afresh)
            assert desk.topic("T01").label == before["T01"].label
            new = set(of(desk, "T01")) - set(before["T01"].statement_ids)
            assert set(of(desk, "T01")) >= set(before["T01"].statement_ids)
            assert len(new) == (1 if gains else 0)

    def test_a_copy_goes_with_its_text_even_so(self, desk: Desk) -> None:
        one = of(desk, "T01")[0]
        desk.do(E.LOCK, "T01")
        row = int(one[1:])
        desk.add([replace(desk.statements[row], id="copy")], desk.vectors[row][None])
        assert desk.homes("copy") == {"T01"}

    def test_locked_it_is_left_alone_until_unlocked(self, desk: Desk) -> None:
        desk.do(E.LOCK, "T01")
        own = of(desk, "T01")
        wanted = (
            ((E.RENAME, "T01"), {"name": "Else"}),
            ((E.MERGE, "T02", "T01"), {}),
            ((E.SPLIT, "T01"), {"parts": 2}),
            ((E.MOVE, "T02"), {"statement_ids": own[:1]}),
            ((E.MOVE, "T01"), {"statement_ids": of(desk, "T02")[:1]}),
            ((E.SET_ASIDE,), {"statement_ids": own[:1]}),
        )
        for words, fields in wanted:
            with pytest.raises(InputError, match=r"T01 '.*' is locked\. Unlock it first\."):
                desk.do(*words, **fields)  # type: ignore[arg-type]
        with pytest.raises(InputError, match="T01 is locked already"):
            desk.do(E.LOCK, "T01")
        desk.do(E.UNLOCK, "T01")
        assert not desk.topic("T01").locked
        with pytest.raises(InputError, match="T01 is not locked"):
            desk.do(E.UNLOCK, "T01")
        desk.do(E.MOVE, "T02", statement_ids=own[:1])
        assert desk.homes(own[0]) == {"T02"}


class TestSeed:
    def test_it_attracts_what_is_near_and_nothing_else(self, desk: Desk) -> None:
        wanted = TopicEdit(E.SEED, name="Rides to school", description="Buses and routes.")
        target = desk.vectors[0]
        desk.known = {digest("Rides to school. Buses and routes."): target}
        near = {f"s{i}" for i in np.flatnonzero(desk.vectors @ target > 0.6)}
        far = {f"s{i}" for i in np.flatnonzero(desk.vectors @ target < 0.4)}
        before = desk.run.topic_of()
        desk.do(wanted.kind, name=wanted.name, description=wanted.description)
        assert (desk.topic("T05").label, desk.topic("T05").named_by) == ("Rides to school", NamedBy.SEED)
        assert near <= set(of(desk, "T05"))
        assert all(desk.run.topic_of()[one] == before[one] for one in far)
        assert desk.find().topics == desk.run.topics
        desk.do(E.RENAME, "T05", name="Getting there")
        assert (desk.topic("T05").label, desk.topic("T05").named_by) == ("Getting there", NamedBy.STAFF)

    def test_taken_back_after_a_new_statement_it_is_gone(self, desk: Desk) -> None:
        desk.known = {digest("Rides. Buses."): desk.vectors[0]}
        desk.do(E.SEED, name="Rides", description="Buses.")
        assert of(desk, "T05")
        row = desk.vectors[:1]
        desk.statements += [replace(desk.statements[0], id="new", text="another text")]
        desk.vectors = np.vstack([desk.vectors, row])
        desk.undo()
        assert "T05" not in {each.id for each in desk.run.topics}
        assert "Rides" not in {each.label for each in desk.run.topics}
        assert desk.homes("new", "s0").isdisjoint({"", "T05"})

    def test_one_that_attracts_nothing_is_no_topic_yet_and_its_id_is_kept(self, desk: Desk) -> None:
        desk.do(E.SEED, name="Rides", description="Buses.")
        assert [each.id for each in desk.run.topics] == ["T01", "T02", "T03", "T04"]
        assert desk.run.minted == 5

    def test_refused(self, desk: Desk) -> None:
        with pytest.raises(InputError, match="The seed has no description"):
            desk.do(E.SEED, name="Rides")
        with pytest.raises(InputError, match="The name is empty"):
            desk.do(E.SEED, description="Buses.")


class TestAside:
    def test_set_aside_and_brought_back(self, desk: Desk) -> None:
        one = of(desk, "T01")[0]
        desk.do(E.SET_ASIDE, statement_ids=(one,))
        for afresh in (False, True):
            desk.find(afresh=afresh)
            assert desk.run.aside == ((one, BY_STAFF),)
            assert desk.homes(one) == {""}
        with pytest.raises(InputError, match="They are set aside already"):
            desk.do(E.SET_ASIDE, statement_ids=(one,))
        desk.do(E.BRING_BACK, statement_ids=(one,))
        assert (desk.homes(one), desk.run.aside) == ({"T01"}, ())
        with pytest.raises(InputError, match="They are in a topic already"):
            desk.do(E.BRING_BACK, statement_ids=(one,))

    def test_each_that_is_brought_back_has_its_own_place_and_others_stay(self, desk: Desk) -> None:
        first, second, stays = of(desk, "T01")[0], of(desk, "T02")[0], of(desk, "T03")[0]
        desk.do(E.LOCK, "T03")
        desk.do(E.SET_ASIDE, statement_ids=(first, second))
        edit = desk.do(E.BRING_BACK, statement_ids=(stays, first, second))
        assert edit.moves == (Move(first, "", "T01"), Move(second, "", "T02"))
        assert (desk.homes(first), desk.homes(second), desk.homes(stays)) == ({"T01"}, {"T02"}, {"T03"})

    def test_the_last_topic_can_be_emptied_and_filled_anew(self) -> None:
        desk = Desk.of(*planted(1, 3))
        desk.do(E.SET_ASIDE, statement_ids=("s0", "s1", "s2"))
        assert (desk.run.topics, len(desk.run.aside)) == ((), 3)
        desk.do(E.BRING_BACK, statement_ids=("s1",))
        assert [(each.id, each.statement_ids) for each in desk.run.topics] == [("T02", ("s1",))]


def test_an_edit_survives_being_kept_as_text() -> None:
    edit = TopicEdit(E.MOVE, ("T01",), ("s1",), moves=(Move("s1", "T02", "T01"),), by="ada")
    assert load(TopicEdit, dump(edit)) == edit


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_staff_do_and_whatever_comes_it_holds(data: st.DataObject) -> None:
    texts, vectors = planted(5, 16, noise=data.draw(st.sampled_from([0.4, 1.5, 3.0])), seed=4)
    desk, shown = Desk.of(texts[:30], vectors[:30]), 30
    placed: dict[str, str] = {}
    names: dict[str, str] = {}
    locks: dict[str, tuple[str, frozenset[str]]] = {}
    ever: set[str] = {each.id for each in desk.run.topics}
    for _ in range(data.draw(st.integers(1, 7))):
        last, ids = desk.run.minted, sorted(desk.run.topic_of())
        kind = data.draw(st.sampled_from([*EditKind, "more", "afresh"]))
        if kind == "more":
            step = data.draw(st.integers(1, 15))
            desk.add(texts[shown : shown + step], vectors[shown : shown + step])
            shown += len(texts[shown : shown + step])
        elif kind == "afresh":
            desk.find(afresh=True)
        else:
            topics = [each.id for each in desk.run.topics] or ["T01"]
            size = 2 if kind is E.MERGE else 0 if kind in (E.SEED, E.SET_ASIDE, E.BRING_BACK) else 1
            named = data.draw(st.permutations(topics))[:size]
            pool = of(desk, named[0]) if kind is E.SPLIT and named else tuple(ids)
            some = data.draw(st.permutations(sorted(pool)))[: data.draw(st.integers(1, 3))]
            try:
                edit = desk.do(
                    kind,
                    *named,
                    name=data.draw(st.sampled_from(["", "One name", "Another name", "A third"])),
                    description="line",
                    statement_ids=() if kind in (E.MERGE, E.RENAME) else tuple(some),
                )
            except MatcherError:
                continue
            where = {each.id: each.label for each in desk.run.topics}
            if kind is E.LOCK:
                locks[edit.topic_ids[0]] = (where[edit.topic_ids[0]], frozenset(of(desk, edit.topic_ids[0])))
            elif kind is E.UNLOCK:
                locks.pop(edit.topic_ids[0])
            else:
                placed |= {move.statement_id: move.after for move in edit.moves}
            for gone in edit.topic_ids[1:] if kind is E.MERGE else ():
                names.pop(gone, None)
            if edit.name and kind in (E.RENAME, E.MERGE):
                names[edit.topic_ids[0]] = edit.name
        homes = desk.run.topic_of()
        assert {one: homes.get(one, "") for one in placed} == placed
        labels = {each.id: each.label for each in desk.run.topics}
        assert {one: labels[one] for one in names if one in labels} == {
            one: name for one, name in names.items() if one in labels
        }
        for locked, (label, own) in locks.items():
            assert (labels[locked], frozenset(of(desk, locked))) == (label, own)
        everybody = [*homes, *(one for one, _ in desk.run.aside)]
        assert sorted(everybody) == sorted(each.id for each in desk.statements)
        fresh = set(labels) - ever
        assert all(int(one[1:]) > last for one in fresh)
        assert len(set(labels.values())) == len(labels)
        ever |= fresh
