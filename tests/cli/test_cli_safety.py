"""Backup, restore, check and erase, as they are typed."""

from __future__ import annotations

import re
import shlex
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from build_cli import SECRET, TERM, document, done, run

DOCS = Path(__file__).parents[2] / "docs" / "hosting.md"


@pytest.fixture
def network(imported: Path, tmp_path: Path) -> Path:
    return shutil.copytree(imported, tmp_path / "network")


def unwrapped(text: str) -> str:
    """A text without blanks: a long path is wrapped, and where, its length says."""
    return "".join(text.split())


def test_a_network_is_backed_up_lost_and_brought_back(network: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept.zip"
    said = done("backup", file, network=network)
    assert re.match(r"Wrote 2 files \(\d\.\d MB\) to:$", said.splitlines()[0])
    assert said.splitlines()[1] == f"  {file}"
    assert f"  matcher --network {network} restore {file}\n" in said
    shutil.rmtree(network)
    said = done("restore", file, "--yes", network=network)
    assert re.match(r"The network is as it was on \S+ \S+ UTC, in:$", said.splitlines()[0])
    assert said.splitlines()[1] == f"  {network}"
    assert "before-restore" not in said
    assert "Nothing is wrong." in done("check", network=network)
    assert "Person 3" in done("show", "members", network=network)


def test_restore_says_what_it_keeps_and_asks_first(network: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept.zip"
    done("backup", file, network=network)
    before = (network / "network.db").read_bytes()
    refused = run("restore", file, network=network, keys="n\n")
    assert refused.exit_code == 130
    assert unwrapped(f"in the place of the network '{network}'?") in unwrapped(refused.stderr)
    assert (network / "network.db").read_bytes() == before
    assert run("restore", file, network=network, keys="").exit_code == 130
    agreed = run("restore", file, network=network, keys="y\n")
    assert agreed.exit_code == 0
    assert f"  {network / 'network.db.before-restore'}\n" in agreed.stdout


def test_no_path_is_broken_however_long_it_is(imported: Path, tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*("a folder with a name" for _ in range(8)))
    network = shutil.copytree(imported, folder / "network")
    file = folder / "kept.zip"
    for said in (done("backup", file, network=network), done("restore", file, "--yes", network=network)):
        assert f"  {file}\n" in said or f"  {network / 'network.db.before-restore'}\n" in said
    assert f"  {network / 'network.db.before-restore'}\n" in done("erase", "m3", "--yes", network=network)
    said = done("--network", tmp_path / ("long-" * 40), "init")
    assert f"'{tmp_path / ('long-' * 40)}'" in said


def test_one_json_document_each(network: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept.zip"
    made = document("backup", file, network=network)
    assert set(made) == {"file", "size", "form", "made", "version", "last_hash", "sha256"}
    assert made["size"] == file.stat().st_size
    found = document("restore", file, "--yes", network=network)
    assert found["sha256"] == made["sha256"]
    assert found["kept"] == [str(network / "network.db.before-restore")]
    looked = document("check", network=network)
    assert looked["sound"] is True
    assert [set(each) for each in looked["findings"]] == [{"what", "many", "wrong", "note"}] * 5
    gone = document("erase", "m3", "--yes", network=network)
    assert set(gone) == {"id", "name", "counts", "open", "mentions", "copies"}
    assert (gone["id"], gone["name"]) == ("m3", "Person 3")
    assert len(gone["copies"]) == 1


def test_check_takes_vectors_without_a_text_out_where_it_is_told_to(network: Path) -> None:
    with closing(sqlite3.connect(network / "network.db")) as connection, connection:
        connection.execute("INSERT INTO vector VALUES ('words', 'nobodys', 1, X'0000803F')")
    assert "matcher check --tidy" in done("check", network=network)
    assert "matcher check --tidy" in done("check", network=network)  # which changed nothing
    said = done("check", "--tidy", network=network)
    assert said.endswith("1 vector of texts that are there no more: taken out.\n")
    assert "--tidy" not in said
    assert done("check", "--tidy", network=network).endswith(
        "There are no vectors of texts that are there no more.\n"
    )
    assert document("check", "--tidy", network=network)["vectors_taken_out"] == 0


def test_check_tidies_nothing_where_something_is_wrong(network: Path) -> None:
    with closing(sqlite3.connect(network / "network.db")) as connection, connection:
        connection.execute("INSERT INTO vector VALUES ('words', 'nobodys', 1, X'0000803F')")
        connection.execute("UPDATE audit SET actor = 'nobody' WHERE id = 1")
    found = run("check", "--tidy", network=network)
    assert (found.exit_code, ": taken out." in found.stdout) == (1, False)
    assert "1 of texts that are there no more" in found.stdout


def test_check_says_what_is_wrong_and_ends_with_1(network: Path) -> None:
    with closing(sqlite3.connect(network / "network.db")) as connection, connection:
        connection.execute("UPDATE audit SET actor = 'nobody' WHERE id = 1")
        connection.execute("UPDATE statement SET member_id = 'm99' WHERE member_id = 'm2'")
    found = run("check", network=network)
    assert found.exit_code == 1
    assert "entry 1 was altered" in found.stdout
    assert "2 of statement.member_id refer to nothing" in found.stdout
    assert "Something is wrong" in found.stdout
    looked = run("check", "--json", network=network)
    assert looked.exit_code == 1
    assert '"sound": false' in looked.stdout


def test_what_an_erased_member_had_is_counted_in_words(network: Path) -> None:
    role = ("--role", "member", "--member", "m1")
    keys = "four words in a row\n" * 2
    made = run("account", "add", "p1@d1.example", "--name", "P", *role, network=network, keys=keys)
    assert made.exit_code == 0, made.stderr
    asked = run("erase", "m1", network=network, keys="n\n")
    assert "with 4 statements, 1 account, for good?" in asked.stderr


def test_a_member_is_erased_after_a_question(network: Path) -> None:
    done("pairs", *TERM, network=network)
    asked = run("erase", "p1@d1.example", network=network, keys="n\n")
    assert asked.exit_code == 130
    assert "Erase Person 1 (m1) with 4 statements, for good?" in asked.stderr
    assert "Person 1\n" in _names(network)
    said = run("erase", "p1@d1.example", network=network, keys="y\n").stdout
    assert said.startswith("Erased Person 1 (m1), and of it 4 statements, ")
    assert "It still has a place in 1 exchange to come: x-" in said
    assert f"matcher --network {network} repair pairs --without m1" in said
    assert "Person 1\n" not in _names(network)
    assert SECRET not in done("show", "aside", "--staff", network=network)
    assert done("repair", "pairs", "--without", "m1", network=network)


def _names(network: Path) -> str:
    members = document("show", "members", network=network)["members"]
    return "".join(f"{each['person']['name']}\n" for each in members)


def test_what_cannot_be_done_is_one_line_with_a_cure(network: Path, tmp_path: Path) -> None:
    for words, message in (
        (("restore", tmp_path / "none.zip", "--yes"), "There is no file"),
        (("restore", network / "matcher.toml", "--yes"), "no backup that can be used"),
        (("erase", "nobody", "--yes"), "There is no member 'nobody'"),
        (("backup", network / "matcher.toml" / "x.zip"), "cannot be written"),
    ):
        failed = run(*words, network=network)
        assert failed.exit_code == 1
        assert message in failed.stderr
        assert failed.stderr.count("\n") == 1


def test_a_database_on_a_server_has_a_backup_of_its_own(
    network: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kept.zip"
    done("backup", file, network=network)
    monkeypatch.setenv("MATCHER_DATABASE", "postgresql://matcher@host/network")
    failed = run("restore", file, "--yes", network=network)
    assert failed.exit_code == 1
    assert "pg_restore" in failed.stderr


def test_the_drill_in_the_docs_is_done_as_it_is_written(network: Path, tmp_path: Path) -> None:
    text = DOCS.read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text[text.index("## Backup and restore") :], re.DOTALL)
    drill = next(block for block in blocks if "/tmp/drill" in block)
    file = tmp_path / "peers.zip"
    done("backup", file, network=network)
    lines = [line for line in drill.splitlines() if line.startswith("matcher ")]
    assert [line.split()[3] for line in lines] == ["restore", "check", "show"]
    for line in lines:
        words = shlex.split(line.replace("/tmp/drill", str(tmp_path / "drill")))
        done(*(str(file) if word.endswith(".zip") else word for word in words[1:]))
    assert "Nothing is wrong." in done("check", network=tmp_path / "drill")
