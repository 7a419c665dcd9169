"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from matcher.errors import InputError, Place


def save_bytes(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path``: into a new file beside it first, which then takes its place.

    A reader never sees half a file, and the old one stays where writing fails. Missing folders
    are made. Raises InputError, with a cure, where the path cannot be written.
    """
    beside = path.with_name(f".{secrets.token_hex(6)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> InputError:
    where = Place(file=str(path))
    # Windows calls it a lack of permission where the path is a folder.
    if isinstance(error, IsADirectoryError) or (isinstance(error, PermissionError) and path.is_dir()):
        return InputError("It is a folder.", cure="Give the name of a file in it.", place=where)
    if isinstance(error, PermissionError):
        cure = "Close the file if it is open in another program, or choose a folder you may write to."
        return InputError("It cannot be written.", cure=cure, place=where)
    reason = error.strerror or type(error).__name__
    return InputError(f"It cannot be written: {reason}.", cure="Choose another place for it.", place=where)
