"""Bringing a network back from a backup: all of it or, on any error, nothing."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
import zlib
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from matcher import config, record
from matcher.errors import InputError, NotFoundError, Place
from matcher.store import BEFORE, replace_database
from matcher.workflow.safety import FORM, MANIFEST, Backup, Manifest
from matcher.workflow.workspace import DATABASE, TAXONOMY, database

_BLOCK = 1 << 20
_LONGEST_MANIFEST = 1 << 20
_UNPACKED = ".restore-"


def restore(folder: Path, file: Path) -> tuple[Backup, tuple[Path, ...]]:
    """Put what is in a backup in place of the network in ``folder``, which is made where there is none. What
    was there is kept beside it, as ``<name>.before-restore``, in place of an earlier one; the paths of it.

    The backup is looked over first, and the database comes last, in one step. Raises NotFoundError where
    there is no such file, InputError where it is no backup, is not as it was written, or is a newer
    version's, ConflictError where somebody is using the network. A folder that was made for it is then gone.
    """
    with ExitStack() as made:
        if not folder.exists():
            made.callback(_remove_empty, folder)
        done = _restored(folder, file)
        made.pop_all()
    return done


def _restored(folder: Path, file: Path) -> tuple[Backup, tuple[Path, ...]]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f"{_UNPACKED}*"):  # by one that was killed
            _remove(left)
        with TemporaryDirectory(dir=folder, prefix=_UNPACKED) as temporary, ExitStack() as undo:
            unpacked = Path(temporary)
            found = _unpack(file, unpacked)
            kept = [
                path
                for name in (config.FILE_NAME, TAXONOMY)
                for path in _put(unpacked / name, folder / name, undo)
            ]
            older = replace_database(database(folder), unpacked / DATABASE)
            undo.pop_all()
    except OSError as error:
        raise InputError(
            f"The network cannot be brought back: {error.strerror or type(error).__name__}. It is as it was.",
            cure="See that there is enough space, and that you may write to the folder.",
            place=Place(file=str(folder)),
        ) from None
    return found, (*kept, *([older] if older else []))


def _put(new: Path, place: Path, undo: ExitStack) -> list[Path]:
    """Put ``new``, where there is one, at ``place``; the path under which what was there is kept. Where the
    two are the same nothing is done, so that restoring once more keeps what was there at first."""
    if _content(new) == _content(place):
        return []
    kept = place.with_name(place.name + BEFORE)
    was_there = place.exists()
    if was_there:
        _remove(kept)
        place.replace(kept)
        undo.callback(kept.replace, place)
    if new.exists():
        new.replace(place)
        undo.callback(_remove, place)
    return [kept] if was_there else []


def _content(path: Path) -> dict[str, bytes]:
    """The small files at ``path``, a file or a folder, by their names; none where it is not there."""
    if path.is_dir():
        return {each.name: each.read_bytes() for each in path.iterdir() if each.is_file()}
    return {"": path.read_bytes()} if path.exists() else {}


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):  # it was not made, or somebody else put something into it
        folder.rmdir()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _unpack(file: Path, into: Path) -> Backup:
    """Unpack a backup, having looked at all of it."""
    if not file.is_file():
        raise NotFoundError(f"There is no file '{file}'.", cure="Give the path of a backup.")
    try:
        with zipfile.ZipFile(file) as packed:
            told = _manifest(packed)
            if {*packed.namelist()} != {*told.sha256, MANIFEST} or DATABASE not in told.sha256:
                raise _unfit(file, "it does not hold the files that it lists")
            if not all(map(_is_ours, told.sha256)):
                raise _unfit(file, "it holds a file that is none of a network's")
            # The new database and the one that was there stand there twice for a moment.
            needed = 3 * sum(info.file_size for info in packed.infolist())
            if needed > shutil.disk_usage(into).free:
                raise InputError(
                    f"There is not enough space: {needed / 1e6:,.0f} MB are needed.", cure="Free some space."
                )
            for name, sha256 in told.sha256.items():
                if _extract(packed, name, into / name) != sha256:
                    raise _unfit(file, f"{name} is not as it was written")
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError) as error:
        raise _unfit(file, "it was cut off or altered, or another program wrote it") from error
    return Backup(file, told, file.stat().st_size)


def _manifest(packed: zipfile.ZipFile) -> Manifest:
    with packed.open(MANIFEST) as written:
        told = record.load(Manifest, written.read(_LONGEST_MANIFEST).decode())
    if told.form != FORM:
        raise InputError(
            f"The backup was written by version {told.version} of this program, in a form that this version "
            "does not know.",
            cure="Update this program.",
        )
    return told


def _is_ours(name: str) -> bool:
    """Whether a file of that name belongs into a network's folder, and nowhere else."""
    folder, _, own = name.rpartition("/")
    if "\\" in name or own in ("", ".", ".."):
        return False
    return name in (DATABASE, config.FILE_NAME) or folder == TAXONOMY


def _extract(packed: zipfile.ZipFile, name: str, path: Path) -> str:
    """Write one file; the sha256 of what was written."""
    path.parent.mkdir(exist_ok=True)
    found = hashlib.sha256()
    with packed.open(name) as source, path.open("xb") as target:
        while block := source.read(_BLOCK):
            found.update(block)
            target.write(block)
    return found.hexdigest()


def _unfit(file: Path, why: str) -> InputError:
    return InputError(
        f"It is no backup that can be used: {why}. Nothing was changed.",
        cure="Use another backup.",
        place=Place(file=str(file)),
    )
