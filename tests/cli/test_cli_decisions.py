"""Reasons, changes by hand and repairs, as they are typed; progress, and Ctrl-C."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from build_cli import SECRET, TERM, document, done, make_network, run
from matcher.cli import watching
from matcher.watch import Moment

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
    before = signal.getsignal(signal.SIGINT)
    with watching.watched("Trying") as (_, watch):
        assert not watch.stopped()
        os.kill(os.getpid(), signal.SIGINT)
        assert watch.stopped()
        with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - the signal may come a moment later
            os.kill(os.getpid(), signal.SIGINT)
            threading.Event().wait(5)
    assert signal.getsignal(signal.SIGINT) is before
