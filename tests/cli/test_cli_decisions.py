"""Reasons, changes by hand and repairs, as they are typed; progress, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path

import pytest

from build_cli import SECRET, TERM, document, done, make_network, run
from matcher.cli import decisions, watching
from matcher.explain import Rules
from matcher.outcome import Option
from matcher.store import open_store
from matcher.watch import Moment
from matcher.workflow import reasons
from matcher.workflow.repairing import Mended, Place

KINDS = ("pairs", "cohorts", "visits")


@pytest.fixture
def network(tmp_path: Path) -> Path:
    made = make_network(tmp_path)
    done("pairs", *TERM, network=made)
    return made


def first_two(network: Path) -> tuple[dict[str, str], dict[str, str]]:
    pair = document("show", "pairs", network=network)["pairs"][0]
    return pair["a"], pair["b"]


def test_a_match_and_a_match_that_is_not_are_explained(formed: Path) -> None:
    one, other = first_two(formed)
    told = done("why", one["id"], other["name"], network=formed)
    assert f"{one['name']} and {other['name']}: affinity" in told
    for kind in KINDS:
        assert f"In the {kind}" in told
    assert "They are together in pair 1." in told
    third = document("show", "pairs", network=formed)["pairs"][1]["a"]
    answer = document("why", one["id"], third["id"], "--in", "pairs", network=formed)
    assert [plan["kind"] for plan in answer["plans"]] == ["pairs"]
    assert answer["plans"][0]["sentences"]


def test_a_confidential_sentence_is_for_staff_alone(formed: Path) -> None:
    peer = next(
        pair
        for pair in document("show", "pairs", network=formed)["pairs"]
        if "m1" in str((pair["a"], pair["b"]))
    )
    both = (peer["a"]["id"], peer["b"]["id"])
    assert SECRET not in done("why", *both, "--in", "pairs", network=formed)


def test_where_one_stands_and_why_one_waits(formed: Path, tmp_path: Path) -> None:
    one, other = first_two(formed)
    told = " ".join(done("why", one["id"], network=formed).split())
    assert f"{one['name']} is in pair 1, with {other['name']}." in told
    lonely = make_network(tmp_path)
    done("pairs", *TERM, "--threshold", "1000", network=lonely)
    told = " ".join(done("why", "m0", network=lonely).split())
    assert "In the pairs" in told
    assert "least affinity" in told


def test_one_member_is_not_two(formed: Path) -> None:
    ended = run("why", "m1", "Person 1", network=formed)
    assert ended.exit_code == 1
    assert "one member" in ended.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_rules_cost_is_ranked(formed: Path, kind: str) -> None:
    answer = document("rules", kind, "--seconds", "3", network=formed)
    assert answer["solves"] >= len(answer["rules"]) > 0
    told = done("rules", kind, "--seconds", "3", network=formed)
    assert "1. " in told


def test_of_several_sessions_the_rules_of_the_first_are_told_as_such(network: Path) -> None:
    done("cohorts", *TERM, "--sessions", "2", "--seconds", "2", network=network)
    told = " ".join(done("rules", "cohorts", "--seconds", "1", network=network).split())
    assert "What the rules of the cohorts cost in their first session" in told
    assert "in their first session" not in done("rules", "pairs", "--seconds", "1", network=network)


def test_searches_that_the_time_ended_are_told(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = Rules((), (), solves=1, cut_short=True)
    monkeypatch.setattr(reasons, "what_rules_cost", lambda *_, **__: ended)
    assert "with more --seconds less stays unknown" in done("rules", "pairs", network=network)


def test_a_change_is_looked_at_and_then_kept(network: Path) -> None:
    one, other = first_two(network)
    looked = done("adjust", "pairs", "ban", one["id"], other["id"], network=network)
    assert f"In the pairs: keeping {one['name']} and {other['name']} apart" in looked
    assert f"Without a place by this: {one['name']}, {other['name']}." in looked
    assert "Nothing was stored" in looked
    assert first_two(network) == (one, other)
    ruling = document(
        "adjust", "pairs", "ban", one["id"], other["id"], "--keep", "--by", "Ada", network=network
    )
    assert ruling["kept"] == document("show", "runs", network=network)["runs"][0]["id"]
    assert ruling["verdict"]["placed_change"] == -2
    shown = done("show", "pairs", network=network)
    assert "Changed once since it was formed, the last time by Ada" in " ".join(shown.split())
    runs = done("show", "runs", network=network)
    assert "ban" in runs
    assert "Ada" in runs


def test_a_change_that_cannot_be_says_why(network: Path) -> None:
    one, _ = first_two(network)
    alone = run("adjust", "pairs", "pin", one["id"], network=network)
    assert alone.exit_code == 1
    assert "two members" in alone.stderr
    unknown = run("adjust", "pairs", "pin", one["id"], "nobody at all", network=network)
    assert unknown.exit_code == 1
    missing = run("adjust", "visits", "pin", one["id"], "m0", network=network)
    assert "matcher visits" in missing.stderr


def test_a_dropout_is_mended(network: Path) -> None:
    one, other = first_two(network)
    told = done("repair", "pairs", "--without", one["id"], network=network)
    assert f"Not in it any more: {one['name']}." in told
    assert "Nothing was stored" in told
    (session,) = document("repair", "pairs", "--without", one["id"], "--keep", network=network)["sessions"]
    assert session["gone"] == [one["name"]]
    assert session["changes"] == 0
    left = document("show", "waitlist", network=network)["waitlist"]
    assert {one["id"], other["id"]} & {each["person"]["id"] for each in left}
    assert done("replay", str(session["kept"]), network=network).startswith("Run")


def test_a_number_out_of_the_list_is_said(network: Path) -> None:
    ended = run("repair", "pairs", "--confirmed", "77", network=network)
    assert ended.exit_code == 1
    assert "no pair 77" in ended.stderr


def test_a_moment_is_told_in_a_line() -> None:
    assert watching.describe(Moment("searching", 0.0, None, None, 1.0)) == "searching"
    assert watching.describe(Moment("searching", 0.25, 90, 100, 1.0)) == (
        "searching, 25%, at most 10.0% below the best possible"
    )


def test_the_first_ctrl_c_stops_and_the_second_gives_up() -> None:
    outside = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    try:
        with watching.watched("Trying") as (_, watch):
            assert not watch.stopped()
            os.kill(os.getpid(), signal.SIGINT)
            assert watch.stopped()
            with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - the signal may come a moment later
                os.kill(os.getpid(), signal.SIGINT)
                threading.Event().wait(5)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, outside)


def again(network: Path, **changed: object) -> str:
    """What is said when the first run, kept once more with its solution ``changed``, is done again."""
    with open_store(network / "network.db") as store:
        with store.read() as reading:
            kept = reading.run(1)
        with store.write() as writing:
            number = writing.add_run(
                kept.kind,
                term=kept.term,
                seed=kept.seed,
                versions=kept.versions,
                problem=kept.problem,
                solution=json.dumps(json.loads(kept.solution) | changed),
                status=kept.status,
                seconds=0.0,
                origin=kept.origin,
            )
    return " ".join(run("replay", str(number), network=network).stdout.split())


def test_of_a_run_that_the_clock_ended_it_is_said_that_it_may_differ(network: Path) -> None:
    told = again(network, cut_short=True)
    assert "gives another plan now; it may be either." in told
    assert "by the clock or by Ctrl-C" in told
    assert "another version" not in told
    assert "another version" in again(network, pairs=[])


def test_a_change_that_breaks_a_rule_is_not_kept_and_says_so(network: Path) -> None:
    pairs = document("show", "pairs", network=network)["pairs"]
    one, other = pairs[0]["a"]["id"], pairs[1]["a"]["id"]
    done("adjust", "pairs", "ban", one, other, "--keep", network=network)
    told = done("adjust", "pairs", "move", one, "--to", other, network=network)
    assert "This breaks:" in told
    assert "Nothing was stored: a change that breaks a rule is not kept." in told


def test_what_more_changes_would_give_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    gained = (Place("Ana", (), ("Hal",)),)
    mended = Mended(1, (), gained, 0, 9, 8, 700, (Option(2, 9, 650),), cut_short=False, kept=None)
    decisions._show_mended(mended, "visits", several=False)
    told = " ".join(capsys.readouterr().out.split())
    assert "Counted as a change is only who loses a host that it could still have visited." in told
    assert "- with 2 changes 9 are placed, and the total is 650: --changes 2" in told
