"""A PostgreSQL server of the tests' own, from the binaries that the system has."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Faster, and it does not matter whether such a database survives a power cut.
_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=''")


def binaries() -> Path | None:
    """The folder with the newest server's programs, or None where there is none."""
    on_path = shutil.which("initdb")
    places = [Path(on_path).resolve().parent] if on_path else []
    places += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: float(each.parent.name), reverse=True
    )
    return next((each for each in places if (each / "initdb").exists() and (each / "pg_ctl").exists()), None)


def _owner() -> str | None:
    """Who is to run it: the server refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {each.pw_name for each in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def running(programs: Path) -> Iterator[str]:
    """The address of a server that is stopped at the end, reached by a socket in a folder of its own."""
    owner = _owner()
    # A short name: the path of a socket has 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if owner is not None:
            shutil.chown(folder, owner)
        data = folder / "data"

        def call(program: str, *words: str) -> None:
            subprocess.run(
                [programs / program, "-D", data, *words],
                user=owner,
                cwd=folder,
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                timeout=60,
            )

        call("initdb", "--username=matcher", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        settings = " ".join(f"-c {each}" for each in (*_OPTIONS, f"unix_socket_directories={folder}"))
        call("pg_ctl", "start", "-w", "-s", "-l", str(folder / "log"), "-o", settings)
        try:
            yield f"postgresql+psycopg://matcher@/postgres?host={folder}"
        finally:
            call("pg_ctl", "stop", "-w", "-s", "-m", "immediate")
    finally:
        shutil.rmtree(folder)
