"""The example network in one command, and the program as its own process with the real model."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from build_cli import done, make_network, run
from matcher.workflow import demo


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, dict[str, Any]]:
    """The demo run twice in one folder: as text, then as JSON."""
    out = tmp_path_factory.mktemp("demo") / "out"
    (out / "network").mkdir(parents=True)
    settings = "[pairs]\nthreshold = 50\n[cohorts]\nseconds = 1.0\n"
    (out / "network" / "matcher.toml").write_text(settings, encoding="utf-8")
    first = done("demo", "--out", out)
    return out, first, json.loads(done("demo", "--out", out, "--json"))


def test_the_first_time_shows_all_of_it(twice: tuple[Path, str, dict[str, Any]]) -> None:
    out, shown, _ = twice
    for words in (
        "One-to-one pairs, the best first",
        "Virtual cohorts",
        "Peer-hosted visits",
        'Who works on "needs assessments"?',
        "What to try next",
        "matcher --network",
        "all members are fictional",
    ):
        assert words in shown
    assert "reused" not in shown
    assert (out / "term.xlsx").stat().st_size > 10_000
    assert (out / "report.html").stat().st_size > 10_000
    assert max(map(len, shown.splitlines())) < 160  # only lines to be copied are not wrapped


def test_the_second_time_reuses_all_of_it(twice: tuple[Path, str, dict[str, Any]]) -> None:
    out, _, found = twice
    assert found["reused"] is True
    assert (found["members"], found["refused_rows"]) == (146, 3)
    assert found["term"] == "2026-27 fall"
    assert found["pairs"] > 20
    assert len(found["answers"]) == 5
    assert len(found["proofs"]) == 3
    assert len(json.loads(done("show", "runs", "--json", network=out / "network"))["runs"]) == 4


def test_a_changed_setting_forms_the_term_again(
    twice: tuple[Path, str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, _, _ = twice
    settings = out / "network" / "matcher.toml"
    settings.write_text(settings.read_text("utf-8") + "[visits]\nevents = 1\n", encoding="utf-8")
    called: list[str] = []

    def stand_in(name: str, answer: object) -> None:
        monkeypatch.setattr(demo, name, lambda *_args, **_kwargs: called.append(name) or answer)

    steps = ["find_topics", "form_pairs", "form_cohorts", "form_visits"]
    for name in steps:
        stand_in(name, None)
    stand_in("export", (out / "term.xlsx", out / "report.html"))
    assert json.loads(done("demo", "--out", out, "--json"))["reused"] is False
    assert called == [*steps, "export"]


def test_a_program_without_its_example_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "__file__", str(tmp_path / "a" / "b" / "demo.py"))
    ended = run("demo", "--out", tmp_path / "out")
    assert ended.exit_code == 1
    assert "data/example" in ended.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.model
def test_the_program_as_a_process_with_the_packaged_model(tmp_path: Path) -> None:
    network = make_network(tmp_path)
    code = "from matcher.cli import main; main()"
    asked = subprocess.run(
        [sys.executable, "-c", code, "--network", str(network), "who", "school transportation", "--json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    answers = json.loads(asked.stdout)["answers"]
    assert "bus drivers" in answers[0]["text"]
    assert asked.stderr == ""
