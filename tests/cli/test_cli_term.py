"""Topics, pairs, cohorts and visits; show, export and replay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from build_cli import SECRET, TERM, document, done, make_network, run
from matcher.store import open_store

STRUCTURES = {"pairs": "one-to-one", "cohorts": "virtual", "visits": "peer-hosted"}
KEYS = {
    "pairs": {"a", "b", "affinity", "parts", "reasons", "quotes", "when", "facilitator", "state"},
    "cohorts": {
        *("number", "topic", "members", "when", "local_times", "facilitator", "value"),
        *("practices", "quotes", "session", "reasons", "state"),
    },
    "visits": {
        *("number", "host", "weekday", "date", "seats", "visitors", "kilometres", "help", "topic"),
        *("quotes", "reasons", "state"),
    },
}


@pytest.mark.parametrize("kind", KEYS)
def test_forming_and_showing_give_the_same_document(formed: Path, kind: str) -> None:
    shown = document("show", kind, network=formed)
    assert set(shown) == {"term", kind, "waitlist", "proof"}
    assert shown["term"] == "2026-27 fall"
    assert shown[kind]
    assert set(shown[kind][0]) >= KEYS[kind]
    assert shown["proof"]["structure"] == STRUCTURES[kind]
    assert {left["structure"] for left in shown["waitlist"]} <= {STRUCTURES[kind]}


@pytest.mark.parametrize("kind", KEYS)
def test_the_proposals_the_waitlist_and_the_proof_are_told_in_words(formed: Path, kind: str) -> None:
    shown = done("show", kind, "--why", network=formed)
    number = len(document("show", kind, network=formed)[kind])
    assert f"{number} {kind} proposed for the term '2026-27 fall'" in shown
    assert "ithout a place" in shown
    assert f"members have a place in {kind}." in shown
    assert "roven best" in shown
    assert "Person 1" in shown
    assert SECRET not in shown


def test_pairs_are_formed_again_with_other_rules(tmp_path: Path) -> None:
    network = make_network(tmp_path)
    first = document("pairs", *TERM, network=network)
    assert len(first["pairs"]) == 6
    across = document("pairs", "--across-states", network=network)
    assert all(pair["a"]["state"] != pair["b"]["state"] for pair in across["pairs"])
    none = done("pairs", "--threshold", "1000", network=network)
    assert "No pairs proposed" in none
    assert "Without a place: 12" in none
    assert "least affinity" in " ".join(none.split())
    assert document("show", "pairs", network=network)["pairs"] == []


def test_cohorts_and_visits_take_their_rules_from_options(tmp_path: Path) -> None:
    network = make_network(tmp_path)
    cohorts = document("cohorts", *TERM, "--min-size", "3", "--per-state", "1", network=network)["cohorts"]
    assert cohorts
    assert all(len(each["members"]) == 3 for each in cohorts)
    assert all(len({one["state"] for one in each["members"]}) == 3 for each in cohorts)
    visits = document("visits", "--events", "1", network=network)["visits"]
    assert len(visits) == 1


def test_the_seed_of_an_option_is_kept_with_the_run(tmp_path: Path) -> None:
    network = make_network(tmp_path)
    done("pairs", *TERM, "--seed", "77", network=network)
    assert document("show", "runs", network=network)["runs"][0]["seed"] == 77


def test_a_term_has_to_be_meant(imported: Path) -> None:
    ended = run("pairs", network=imported)
    assert ended.exit_code == 1
    assert "--start" in ended.stderr
    ended = run("pairs", "--term", "2027-28 fall", network=imported)
    assert ended.exit_code == 1
    assert "--start" in ended.stderr


def test_a_term_cannot_start_twice(formed: Path) -> None:
    ended = run("pairs", "--term", "2026-27 fall", "--start", "2026-10-01", network=formed)
    assert ended.exit_code == 1
    assert "2026-09-14" in ended.stderr


def test_topics(tmp_path: Path) -> None:
    network = make_network(tmp_path)
    assert "No topics were found yet" in done("show", "topics", network=network)
    found = document("topics", "--granularity", "fine", network=network)
    assert found["granularity"] == "fine"
    keys = "id label keywords size challenges practices states examples"
    keys += " colour area named_by locked emerging periods"
    assert all(set(topic) == set(keys.split()) for topic in found["topics"])
    assert document("show", "topics", network=network)["topics"] == found["topics"]
    shown = done("topics", network=network)
    assert "Keywords:" in shown
    assert "statements from" in shown
    assert SECRET not in shown


def test_the_numbers_of_a_network(formed: Path) -> None:
    found = document("show", network=formed)
    assert (found["members"], found["organizations"], found["states"]) == (12, 12, 3)
    assert (found["statements"], found["set_aside"]) == (26, 1)
    assert found["terms"][0]["name"] == "2026-27 fall"
    assert found["terms"][0]["start"] == "2026-09-14"
    assert "12 members of 12 organizations in 3 states" in done("show", network=formed)


def test_lists(formed: Path) -> None:
    members = document("show", "members", network=formed)["members"]
    assert [each["person"]["id"] for each in members][:2] == ["m0", "m1"]
    assert (members[1]["challenges"], members[1]["practices"]) == (2, 1)
    aside = document("show", "aside", network=formed)["aside"]
    assert [(each["person"]["id"], each["kind"]) for each in aside] == [("m1", "practice")]
    runs = document("show", "runs", network=formed)["runs"]
    assert {run["kind"] for run in runs} == {"topics", "pairs", "cohorts", "visits"}
    for what in ("members", "aside", "runs", "waitlist"):
        assert len(done("show", what, network=formed).splitlines()) > 1


def test_one_member(formed: Path) -> None:
    member = document("show", "m1", "--staff", network=formed)["member"]
    assert len(member["statements"]) == 4
    assert SECRET in {each["text"] for each in member["statements"]}
    assert {each["structure"] for each in member["exchanges"]} <= set(STRUCTURES.values())
    shown = done("show", "Person 1", network=formed)
    assert "Person 1 (m1)" in shown
    assert "p1@d1.example" in shown
    assert "set aside:" in shown


def test_the_waitlist_of_all_structures(formed: Path) -> None:
    found = document("show", "waitlist", network=formed)
    whole = [left for kind in STRUCTURES for left in document("show", kind, network=formed)["waitlist"]]
    assert found == {"term": "2026-27 fall", "waitlist": whole}


def test_nothing_formed_says_how_to_form(imported: Path) -> None:
    ended = run("show", "pairs", network=imported)
    assert ended.exit_code == 1
    assert "matcher pairs --term" in ended.stderr


def test_an_unknown_term_lists_those_there_are(formed: Path) -> None:
    ended = run("export", "--term", "2031 fall", network=formed)
    assert ended.exit_code == 1
    assert "2026-27 fall" in ended.stderr


def test_export_writes_both_files(formed: Path, tmp_path: Path) -> None:
    found = document("export", "--out", tmp_path / "files", network=formed)
    assert found == {
        "term": "2026-27 fall",
        "workbook": str(tmp_path / "files" / "term.xlsx"),
        "report": str(tmp_path / "files" / "report.html"),
        "staff": False,
    }
    assert SECRET not in Path(found["report"]).read_text("utf-8")
    shown = done("export", "--out", tmp_path / "staff", "--staff", network=formed)
    assert "for network staff only" in shown
    assert (tmp_path / "staff" / "term.xlsx").exists()


def test_a_run_can_be_replayed(formed: Path) -> None:
    numbers = {run["kind"]: run["id"] for run in document("show", "runs", network=formed)["runs"]}
    assert "the same plan again" in done("replay", str(numbers["pairs"]), network=formed)
    assert document("replay", str(numbers["visits"]), network=formed) == {
        "run": numbers["visits"],
        "same": True,
        "own_limits": True,
    }
    for number in (numbers["topics"], 999):
        ended = run("replay", str(number), network=formed)
        assert ended.exit_code == 1
        assert ended.stderr.startswith("Error: ")


def test_another_plan_is_told_and_is_exit_code_1(tmp_path: Path) -> None:
    network = make_network(tmp_path)
    done("pairs", *TERM, network=network)
    with open_store(network / "network.db") as store:
        with store.read() as reading:
            kept = reading.run(1)
        solution = json.loads(kept.solution)
        solution["pairs"] = solution["pairs"][1:]
        with store.write() as writing:
            writing.add_run(
                kept.kind,
                term=kept.term,
                seed=kept.seed,
                versions=kept.versions,
                problem=kept.problem,
                solution=json.dumps(solution),
                status=kept.status,
                seconds=0.0,
            )
    ended = run("replay", "2", network=network)
    assert ended.exit_code == 1
    assert "another plan" in ended.stdout
    assert "did not keep its time limit" in ended.stdout
    assert json.loads(run("replay", "2", "--json", network=network).stdout) == {
        "run": 2,
        "same": False,
        "own_limits": False,
    }


def test_a_pin_is_an_option_of_pairs(imported: Path) -> None:
    members = [each["person"]["id"] for each in document("show", "members", network=imported)["members"]]
    refused = run("pairs", *TERM, "--pin", members[0], members[0], network=imported)
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output
    found = None
    for other in members[1:]:
        ended = run("pairs", *TERM, "--pin", members[0], other, "--json", network=imported)
        if ended.exit_code == 0:
            found = json.loads(ended.stdout)["pairs"], other
            break
    assert found is not None
    pairs, other = found
    assert {members[0], other} in [{each["a"]["id"], each["b"]["id"]} for each in pairs]


def test_a_visit_is_told_with_the_date_that_its_host_named(tmp_path: Path) -> None:
    network = make_network(tmp_path)
    dated = ["member_id,organization,visit_dates", *(f"m{i},District {i},10/6/2026" for i in range(0, 12, 3))]
    (tmp_path / "dates.csv").write_text("\n".join(dated) + "\n", encoding="utf-8")
    done("import", tmp_path / "dates.csv", "--kind", "roster", "--yes", network=network)
    shown = done("visits", *TERM, network=network)
    assert "\nTuesday, 2026-10-06" in shown
    visits = document("show", "visits", network=network)["visits"]
    assert {(visit["weekday"], visit["date"]) for visit in visits} == {("Tuesday", "2026-10-06")}
