"""Every example in the README is run, in order, in one folder; every link in it leads somewhere."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from matcher.cli.app import cli
from matcher.cli.session import Session
from words_embedder import WordsEmbedder

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "data").mkdir()
    shutil.copytree(ROOT / "data" / "example", tmp_path / "data" / "example")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands_for_staff_work_in_the_order_they_are_told(folder: Path) -> None:
    lines = [line for block in blocks("console") for line in block.splitlines()]
    assert len(lines) > 10
    for line in lines:
        assert line.startswith("$ matcher ")
        done = CliRunner().invoke(cli, shlex.split(line)[2:], obj=Session(embedder=WordsEmbedder()))
        assert done.exit_code == 0, f"{line}\n{done.output}"
    assert (folder / "refused.xlsx").exists()
    assert (folder / "term" / "report.html").exists()


@pytest.mark.model
@pytest.mark.parametrize("code", blocks("python"), ids=["workflow", "problem"])
def test_the_examples_for_engineers_hold(folder: Path, code: str) -> None:
    exec(compile(code, "README.md", "exec"), {})


def test_make_knows_the_two_commands() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (both,) = [block for block in blocks("") if "make" in block]
    for target in re.findall(r"^make (\w+)", both, flags=re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)


def test_every_link_and_path_in_it_is_there() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    folders = re.findall(r"^\| `([\w/]+)` \|", README, flags=re.MULTILINE)
    assert links
    assert folders
    assert [name for name in links + folders if not (ROOT / name.partition("#")[0]).exists()] == []


def test_what_it_says_of_the_example_is_so() -> None:
    import csv

    with (ROOT / "data" / "example" / "roster.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert f"{len(rows)} members in {len({row['state'] for row in rows})} states" in README
