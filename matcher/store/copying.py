"""A copy of a SQLite database that is whole, made while others read and write it."""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa


def copy_to(engine: sa.Engine, path: Path) -> None:
    """Copy the database, as it is after the last transaction, to ``path``. The name appears when the copy is
    whole, in place of what was there."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(part),))
        with part.open("rb+") as copied:
            os.fsync(copied.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
