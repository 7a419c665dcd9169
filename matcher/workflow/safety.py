"""Nothing is lost: a backup is one file, restoring is all or nothing, and a check says what is wrong."""

from __future__ import annotations

import hashlib
import os
import secrets
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from matcher import audit, config, record
from matcher.errors import InputError, Place
from matcher.store import Reading, open_store
from matcher.taxonomy import Taxonomy
from matcher.workflow.remains import with_vectors
from matcher.workflow.workspace import DATABASE, TAXONOMY, Workspace, taxonomy_of

#: The list of a backup's files, the last entry of it: one that was cut off has none.
MANIFEST = "manifest.json"
#: What the manifest says of its own form.
FORM = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself: its ``form``, when it was made (UTC) and by which ``version`` of the
    program, and the ``sha256`` of each file in it, by its name. ``last_hash`` is that of the audit's last
    entry: kept elsewhere, it shows whether entries were taken off the end."""

    form: int
    made: datetime
    version: str
    last_hash: str
    sha256: dict[str, str]


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that brings a network back; ``size`` in bytes."""

    file: Path
    manifest: Manifest
    size: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how ``many`` there were of it, what is ``wrong``, and a ``note`` on what
    is not as it could be, but does no harm."""

    what: str
    many: int
    wrong: tuple[str, ...] = ()
    note: str = ""


def backup(workspace: Workspace, file: Path, now: datetime) -> Backup:
    """Write the database, the settings and the network's own taxonomy into one file, while others may go on
    working. It appears when it is whole, readable by its owner alone.

    Raises InputError where the file cannot be written, or the database is not a file.
    """
    part = file.with_name(f".{file.name}.{secrets.token_hex(6)}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder, ExitStack() as undo:
            copy = Path(folder) / DATABASE
            workspace.store.back_up(copy)
            undo.callback(part.unlink, missing_ok=True)
            manifest = _pack(part, _members(workspace.folder, copy), now, _last_hash(copy))
            part.replace(file)
    except OSError as error:
        raise InputError(
            f"The backup cannot be written: {error.strerror or type(error).__name__}.",
            cure="Choose another place for it, with enough space.",
            place=Place(file=str(file)),
        ) from None
    return Backup(file, manifest, file.stat().st_size)


def _last_hash(copy: Path) -> str:
    """From the copy: others may have written since."""
    with open_store(copy) as store, store.read() as reading:
        return reading.last_hash()


def _members(folder: Path, database: Path) -> dict[str, Path]:
    """What goes into a backup, by the name it has there."""
    found = {DATABASE: database}
    if (folder / config.FILE_NAME).is_file():
        found[config.FILE_NAME] = folder / config.FILE_NAME
    own = folder / TAXONOMY
    found |= {f"{TAXONOMY}/{each.name}": each for each in sorted(own.glob("*")) if each.is_file()}
    return found


def _pack(part: Path, members: dict[str, Path], now: datetime, last_hash: str) -> Manifest:
    sha256 = {name: _sha256(path) for name, path in members.items()}
    manifest = Manifest(FORM, now, version("peer-matcher"), last_hash, sha256)
    with part.open("xb") as file:
        part.chmod(0o600)  # it holds addresses, and what a password is told by
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, path in members.items():
                packed.write(path, name)
            packed.writestr(MANIFEST, record.dump(manifest))
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(workspace: Workspace) -> tuple[Finding, ...]:
    """Look the network's database over, without changing it: what was looked at, and what is wrong."""
    with workspace.store.read() as reading:
        return findings(reading, taxonomy_of(workspace.folder))


def findings(reading: Reading, taxonomy: Taxonomy) -> tuple[Finding, ...]:
    """As :func:`check`, of one state of the store."""
    damage = reading.damage()
    if damage:
        return (Finding("the database", 1, damage),)  # nothing else can be believed
    counts = reading.counts()
    beside = reading.vectors_beside(with_vectors(reading, taxonomy))
    unfit = reading.runs_that_do_not_fit()
    altered = audit.broken(reading.audit_chain())
    return (
        Finding("the database", 1, note="" if damage is not None else "its server looks after its files"),
        Finding(
            "references between rows",
            sum(counts.values()),
            tuple(f"{n} of {name} refer to nothing" for name, n in reading.broken_references().items()),
        ),
        Finding(
            "vectors",
            counts["vector"],
            note=f"{beside} of texts that are there no more; matcher check --tidy takes them out"
            if beside
            else "",
        ),
        Finding(
            "runs",
            counts["run"],
            tuple(f"run {each}: its problem is not the one it was given" for each in unfit),
        ),
        Finding(
            "entries of the audit",
            counts["audit"],
            (f"entry {altered} was altered, or one before it taken out",) if altered is not None else (),
        ),
    )
