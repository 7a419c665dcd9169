"""The revisions: equal to the schema, safe to run, and ready for PostgreSQL."""

from __future__ import annotations

import io
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import setuptools
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql

import build_store
import child_writer
from matcher.domain import NamedBy
from matcher.errors import InputError, MatcherError
from matcher.store import Store, migrate, migrations, open_store, schema
from matcher.store.connect import address, begin_writing, make_engine
from matcher.topics import TopicRun

PACKAGE = Path(migrations.__file__).parent

REBUILD = """
import sqlalchemy as sa
from alembic import op

revision = "matcher_next"
down_revision = "matcher_0005"


def upgrade():
    with op.batch_alter_table("organization") as table:
        table.add_column(sa.Column("note", sa.Text))
        table.alter_column("state", nullable=True)
"""
FAIL = REBUILD + '    raise RuntimeError("half way")\n'
BREAK = REBUILD + "    op.execute(\"DELETE FROM organization WHERE id = 'o-1'\")\n"


def _add_revision(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this program one revision newer than it is."""
    copy = folder / "migrations"
    shutil.copytree(PACKAGE, copy)
    (copy / "versions" / "matcher_next.py").write_text(text)
    monkeypatch.setattr(migrate, "LOCATION", str(copy))
    monkeypatch.setattr(migrate, "HEAD", "matcher_next")


def _revision(path: Path) -> str:
    connection = sqlite3.connect(path)
    (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.close()
    return str(found)


def test_the_revisions_lead_to_the_schema(store: Store) -> None:
    with store._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, schema.metadata) == []


def test_a_difference_would_be_seen(path: Path) -> None:
    changed = sa.MetaData()
    for table in schema.metadata.tables.values():
        table.to_metadata(changed)
    changed.tables["member"].append_column(sa.Column("shoe_size", sa.Integer))
    changed.tables["run"].c.seed.type = sa.Text()
    with open_store(path, create=True) as store, store._engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), changed)
    assert len(differences) == 2


def test_head_is_the_newest_revision() -> None:
    assert ScriptDirectory.from_config(migrate._config()).get_heads() == [migrations.HEAD]


def test_the_revisions_are_installed_with_the_package() -> None:
    root = Path(migrations.__file__).parents[3]
    packages = setuptools.find_packages(str(root), include=["matcher*"])
    assert {"matcher.store.migrations", "matcher.store.migrations.versions"} <= set(packages)


def test_a_store_that_is_up_to_date_is_opened_without_alembic(path: Path) -> None:
    open_store(path, create=True).close()
    program = (
        "import sys; from matcher.store import open_store; "
        f"open_store({str(path)!r}).close(); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
    assert not list(path.parent.glob("*before*"))


def test_an_older_store_is_backed_up_and_brought_on(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(path, create=True) as store:
        build_store.filled(store)
    with monkeypatch.context() as newer:
        _add_revision(REBUILD, tmp_path, newer)
        with open_store(path) as store, store.read() as reading:
            assert reading.organizations() == build_store.ORGANIZATIONS
            assert reading.members() == build_store.MEMBERS
            ask = reading._connection.exec_driver_sql
            assert "note" in {row[1] for row in ask("PRAGMA table_info(organization)")}
            assert ask("PRAGMA foreign_keys").scalar() == 1
        open_store(path).close()
    backup = tmp_path / "network.db.before-matcher_next"
    assert (_revision(path), _revision(backup)) == ("matcher_next", migrations.HEAD)
    assert [found.name for found in tmp_path.glob("*before*")] == [backup.name]
    with open_store(backup) as store, store.read() as reading:
        assert reading.members() == build_store.MEMBERS


def test_a_store_of_a_newer_program_is_left_alone(path: Path) -> None:
    open_store(path, create=True).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = 'matcher_0099'")
    connection.commit()
    connection.close()
    for create in (False, True):
        with pytest.raises(InputError, match=r"newer version .*matcher_0099.* Update this program"):
            open_store(path, create=create)
    assert _revision(path) == "matcher_0099"


@pytest.mark.parametrize(("text", "raised"), [(FAIL, RuntimeError), (BREAK, AssertionError)])
def test_a_migration_that_fails_changes_nothing(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, raised: type[Exception]
) -> None:
    with open_store(path, create=True) as store:
        build_store.filled(store)
    with monkeypatch.context() as newer:
        _add_revision(text, tmp_path, newer)
        with pytest.raises(raised):
            open_store(path)
    with open_store(path) as store, store.write() as writing:
        assert build_store.put_network(writing) == 0
        columns = writing._connection.exec_driver_sql("PRAGMA table_info(organization)")
        assert "note" not in {row[1] for row in columns}


def test_no_migration_without_a_backup(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(path, create=True).close()
    (tmp_path / "network.db.before-matcher_next").mkdir()  # the backup's name is taken by a folder
    with monkeypatch.context() as newer:
        _add_revision(REBUILD, tmp_path, newer)
        with pytest.raises((MatcherError, OSError)):
            open_store(path)
    assert _revision(path) == migrations.HEAD


def test_several_processes_make_one_store(path: Path) -> None:
    program = [sys.executable, child_writer.__file__, str(path), "open"]
    running = [subprocess.Popen(program, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate()[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    assert _revision(path) == migrations.HEAD


def _lines(text: str) -> list[str]:
    """The lines of a table's definition, in any order."""
    return sorted(line.strip().removesuffix(",") for line in text.splitlines() if line.strip())


def test_the_tables_can_be_made_in_postgresql() -> None:
    written = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written}
    )
    scripts = list(ScriptDirectory.from_config(migrate._config()).walk_revisions())
    with Operations.context(context):
        for script in reversed(scripts):
            script.module.upgrade()
    made = written.getvalue()
    assert len(scripts) > 1
    assert all(f"CREATE TABLE {name} (" in made for name in schema.metadata.tables)
    assert "data BYTEA NOT NULL" in made
    for table in schema.metadata.sorted_tables:
        direct = _lines(str(sa.schema.CreateTable(table).compile(dialect=postgresql.dialect())))
        (migrated,) = re.findall(rf"CREATE TABLE {table.name} \(.*?\n\);", made, re.DOTALL)
        later = re.findall(rf"ALTER TABLE {table.name} ADD COLUMN (.*);", made)
        filled = re.findall(rf"ALTER TABLE {table.name} ALTER COLUMN (\w+) SET NOT NULL;", made)
        assert [column.split()[0] for column in later] == filled
        added = [f"{column} NOT NULL" for column in later]
        assert direct == sorted([*_lines(migrated.removesuffix(";")), *added])


def test_topics_and_vectors_of_the_first_version_are_carried_over(path: Path) -> None:
    """A database as the first version wrote it, with two runs of topics, is brought to this one."""
    engine = make_engine(address(path))
    with engine.connect() as connection, begin_writing(connection):
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "matcher_0001")
        run = "INSERT INTO run VALUES ({0}, '{1}', NULL, '2025-09-01', 0, '', '', '', '', '', NULL, NULL, 0)"
        topic = "INSERT INTO topic VALUES ({0}, '{1}', {2}, '{3}', '[\"bus\"]', '[\"s\"]')"
        for line in (
            "INSERT INTO organization VALUES ('o', 'O', 'district', 'KS', NULL, NULL, NULL, NULL)",
            "INSERT INTO member VALUES ('m', 'M', 'o', '', '', 'other', 'America/New_York', '', 0, 0, 1, '')",
            "INSERT INTO statement VALUES ('s', 'm', 'challenge', 'buses', 0, '', '2025-08-14')",
            "INSERT INTO vector VALUES ('old-model', 'hash', 2, x'0000803F00000040')",
            *(run.format(1, "topics"), run.format(2, "pairs"), run.format(3, "topics")),
            *(topic.format(1, f"T{i + 1:02d}", i, f"Older {i}") for i in range(12)),
            *(topic.format(3, "T01", 0, "Buses"), topic.format(3, "T02", 1, "Others")),
            "INSERT INTO topic_statement VALUES (3, 'T01', 0, 's')",
        ):
            connection.exec_driver_sql(line)
    engine.dispose()
    with open_store(path) as store, store.write() as writing:
        buses, others = writing.topics()
        assert (buses.id, buses.label, buses.keywords, buses.statement_ids) == (
            "T01",
            "Buses",
            ("bus",),
            ("s",),
        )
        assert (buses.colour, others.colour) == (0, 1)
        assert (buses.named_by, buses.locked, buses.area, buses.share) == (NamedBy.WORDS, False, "", 0.0)
        run = writing.topic_run()
        assert run == TopicRun((buses, others), minted=12)  # T12 of the first run is not given away again
        assert len(writing.topics(before=3)) == 12
        assert writing.vectors("old-model", ["hash"])["hash"].tolist() == [1.0, 2.0]
        assert writing.counts()["topic_run"] == 2  # pairs are none
        writing.put_topic_run(run, build_store.add_topics_run(writing))
    assert (path.parent / f"{path.name}.before-{migrations.HEAD}").exists()
