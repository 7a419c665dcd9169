"""A small network's files, and running the program on them in the same process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from matcher.cli.app import cli
from matcher.cli.session import Session
from words_embedder import WordsEmbedder

TERM = ("--term", "2026-27 fall", "--start", "2026-09-14")
SECRET = "Our reading coaches are leaving and the board must not hear of it"
SUBJECTS = ("bus drivers", "reading coaches", "attendance letters", "math tutors")
STATES = ("KS", "OH", "ME")
SETTINGS = """
[pairs]
threshold = 0
[cohorts]
min_size = 2
max_size = 3
seconds = 3.0
[visits]
threshold = 0
points_per_100_km = 0
"""


def run(*arguments: str | Path, network: Path | None = None, keys: str | None = None) -> Result:
    """Run the program as a user does. Its stdout and stderr are apart."""
    given = ["--network", str(network)] if network else []
    session = Session(embedder=WordsEmbedder())
    words = [*given, *map(str, arguments)]
    return CliRunner().invoke(cli, words, obj=session, prog_name="matcher", input=keys)


def done(*arguments: str | Path, network: Path | None = None) -> str:
    """The stdout of a command that has to succeed."""
    result = run(*arguments, network=network)
    assert result.exit_code == 0, result.stderr or result.exception
    return result.stdout


def document(*arguments: str | Path, network: Path | None = None) -> dict[str, Any]:
    """The one JSON document that a command prints with --json, and nothing else."""
    found = json.loads(done(*arguments, "--json", network=network))
    assert isinstance(found, dict)
    return found


def write_roster(folder: Path, members: int = 12) -> Path:
    """Members of as many districts in three states; every third would host."""
    lines = [
        "member_id,name,email,organization,organization_type,state,role,locale,enrollment,slots,host,seats"
    ]
    for i in range(members):
        host = "yes,4" if i % 3 == 0 else "no,0"
        locale = "rural" if i % 2 else "city"
        lines.append(
            f"m{i},Person {i},p{i}@d{i}.example,District {i},district,{STATES[i % 3]},Superintendent,"
            f"{locale},{1000 * (i + 1)},Tue am,{host}"
        )
    path = folder / "roster.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_answers(folder: Path, members: int = 12) -> Path:
    """Each member faces one of four subjects and has a practice on the next. One text is confidential,
    one is set aside, and one row names nobody."""
    lines = ["email,name,challenge,practice,confidential"]
    for i in range(members):
        faced, mastered = SUBJECTS[i % 4], SUBJECTS[(i + 1) % 4]
        lines.append(f"p{i}@d{i}.example,Person {i},We lose {faced} here,We kept {mastered} for years,no")
    lines.append(f"p1@d1.example,Person 1,{SECRET},n/a,yes")
    lines.append(",,Nobody can tell who wrote this,,no")
    path = folder / "intake.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def make_network(folder: Path) -> Path:
    """A network of twelve members with its files imported, beside them in ``folder``."""
    network = folder / "network"
    done("init", network)
    (network / "matcher.toml").write_text(SETTINGS, encoding="utf-8")
    roster, answers = write_roster(folder), write_answers(folder)
    done("import", roster, answers, "--yes", "--refused", folder / "refused.xlsx", network=network)
    return network
