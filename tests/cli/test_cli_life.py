"""From a draft to a meeting that was held, as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_cli import TERM, document, done, make_network, run


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_network(tmp_path_factory.mktemp("life"))
    done("pairs", *TERM, network=made)
    return made


def test_a_way_from_draft_to_held(network: Path) -> None:
    drafts = document("publish", "pairs", network=network)
    assert drafts["published"] == []
    assert {each["state"] for each in drafts["exchanges"]} == {"draft"}
    shown = document("show", "pairs", network=network)["pairs"]
    assert [set(each["members"]) for each in drafts["exchanges"]] == [
        {pair["a"]["id"], pair["b"]["id"]} for pair in shown
    ]
    first, second = drafts["exchanges"][:2]
    told = done("publish", "pairs", "1", second["id"], network=network)
    assert "Published: 2." in told
    assert told.count("published, 0 of 2 accepted") == 2
    assert "publish pairs --all" in told
    a, b = first["members"]
    assert done("answer", "pairs", "1", a, "accepted", network=network) == (
        "The pair 1 is now published, 1 of 2 accepted.\n"
    )
    assert "Published, 1 of 2 accepted." in done("show", "pairs", "--why", network=network)
    assert "published, 1 of 2" in " ".join(done("show", "pairs", network=network).split())
    answered = document("answer", "pairs", "1", b, "accepted", network=network)
    assert (answered["status"], len(answered["answers"])) == ("agreed", 2)
    assert answered["answers"][0]["by"] == "command line"
    assert done("held", "pairs", "1", "--on", "2026-09-20", network=network) == (
        "The pair 1 is now held on 2026-09-20.\n"
    )
    assert "now cancelled" in done("cancel", "pairs", second["id"], network=network)
    states = [each["state"] for each in document("publish", "pairs", network=network)["exchanges"]]
    assert states[:3] == ["held on 2026-09-20", "cancelled", "draft"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("held", "pairs", "3"), "is draft; nothing was changed. Only what is agreed can be held."),
        (("agree", "pairs", "3"), "Only what is published can be agreed."),
        (("cancel", "pairs", "99"), "There is no pair '99' in the term"),
        (("publish", "visits", "--all"), "There are no drafts of visits"),
        (("answer", "pairs", "3", "nobody", "accepted"), "is draft"),
    ],
)
def test_a_step_that_cannot_be_says_why(network: Path, words: tuple[str, ...], message: str) -> None:
    ended = run(*words, network=network)
    assert ended.exit_code == 1
    assert message in ended.stderr


def test_nothing_is_named_beside_all(network: Path) -> None:
    assert run("publish", "pairs", "1", "--all", network=network).exit_code == 2


def test_where_nothing_is_there_the_first_step_is_named(network: Path) -> None:
    assert f"\n  matcher --network {network} cohorts\n" in done("publish", "cohorts", network=network)
