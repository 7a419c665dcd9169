"""The plain words for figures."""

from __future__ import annotations

from dataclasses import replace

import pytest

import build_view
from matcher.export import words
from matcher.export.view import Proof
from matcher.outcome import Baseline, Stage

PROOF = Proof("one-to-one", "optimal", 124, 130, 100, 100, 0.0, 1.0, placed_bound=124)


@pytest.mark.parametrize(
    ("number", "text"), [(0, "no visits"), (1, "1 visit"), (2, "2 visits"), (1234, "1,234 visits")]
)
def test_counted(number: int, text: str) -> None:
    assert words.counted(number, "visit") == text


@pytest.mark.parametrize(
    ("gap", "text"), [(0.0, "0.0%"), (0.0004, "less than 0.1%"), (0.0069, "0.7%"), (0.1, "10.0%")]
)
def test_a_gap_never_reads_as_none(gap: float, text: str) -> None:
    assert words.percent(gap) == text


def test_a_claim_is_made_from_the_figures_and_not_from_the_status() -> None:
    assert words.claim(PROOF).startswith("Proven best: no plan places more")
    assert words.claim(replace(PROOF, structure="virtual")) == words.claim(PROOF)
    assert words.claim(replace(PROOF, structure="peer-hosted", placed_bound=None)) == (
        "Proven best: no plan within the rules has a higher total."
    )
    short = replace(PROOF, bound=101, gap=1 / 101)
    assert words.claim(short).startswith("Not proven best: its total lies 1.0% below")


def test_a_plan_is_not_proven_best_where_another_might_place_more() -> None:
    more = replace(PROOF, placed_bound=1125)
    assert not words.proven(more)
    assert words.claim(more) == (
        "Not proven best: it places 124, and it is not ruled out that 1,125 can be placed."
    )


STAGES = (
    Stage("most members placed", 124, 124, 0),
    Stage("worst-off", 210, 210, 340),
    Stage("total", 100, 100),
)


def test_the_aims_of_a_plan_are_told_with_their_prices() -> None:
    fair = replace(PROOF, stages=STAGES)
    assert words.proven(fair)
    assert "its worst-off" in words.claim(fair)
    assert words.aims(fair) == (
        "1. Most members placed: 124; it costs nothing.",
        "2. Worst-off: 210; holding to it costs 340 points of the total.",
        "3. Total: 100.",
    )
    assert words.aims(PROOF) == ()
    assert words.aims(replace(PROOF, stages=STAGES[::2])) == (
        "1. Most members placed: 124; it costs nothing.",
        "2. Total: 100.",
    )


def test_a_worst_off_that_is_not_proven_is_not_claimed() -> None:
    stages = (STAGES[0], Stage("worst-off", 210, 230), STAGES[2])
    unsure = replace(PROOF, stages=stages)
    assert not words.proven(unsure)
    assert "of 'worst-off' 210 is reached and 230 is not ruled out" in words.claim(unsure)


def test_a_plan_stands_beside_simpler_ways() -> None:
    assert words.beside(PROOF) == ""
    told = words.beside(replace(PROOF, baselines=(Baseline("greedy", 118, 90), Baseline("random", 110, 40))))
    assert told == (
        "Under the same rules taking the best next choice each time places 118 with a total of 90, and a "
        "random choice places 110 with a total of 40; this plan places 124 with 100."
    )


def test_what_else_is_to_be_known_of_a_plan() -> None:
    assert words.caveats(PROOF) == ()
    told = words.caveats(replace(PROOF, cut_short=True, by_hand=("Changed once.",), note="A note."))
    assert told[0].startswith("The search was ended before")
    assert told[1:] == ("Changed once.", "A note.")


def test_what_was_formed_is_told_kind_by_kind() -> None:
    told = words.formed(build_view.stress())
    assert [one.kind for one in told] == ["pairs", "cohorts", "visits"]
    assert [one.count for one in told] == [62, 20, 8]
    assert [one.proven for one in told] == [True, False, True]
    assert words.formed(build_view.empty()) == ()
    without = words.formed(replace(build_view.stress(), proofs=()))
    assert [(one.headline, one.claim, one.proven) for one in without][:1] == [("62 pairs", "", False)]
    nobody = words.formed(replace(build_view.one_member(), proofs=(replace(PROOF, wanting=0),)))
    assert nobody[0].headline == "No pairs"


def test_the_summary() -> None:
    assert words.summary(build_view.empty()) == "Nobody has joined yet, so there is nothing to form."
    assert words.summary(build_view.one_member()).startswith(
        "No pairs, no cohorts and no visits for 1 member"
    )


def test_characters_that_no_file_can_hold_are_left_out() -> None:
    assert words.plain("a\x00b\r\nc\rd\te\ud800\ufffe\x85") == "ab\nc\nd\te"


def test_a_person_with_gaps() -> None:
    person = replace(build_view.realistic().pairs[0].b, role="", place="", state="NM", organization="Org")
    assert words.work(person) == "Org"
    assert words.place(person) == "NM"
