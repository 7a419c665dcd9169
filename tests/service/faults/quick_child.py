"""Run as a program by the tests, in place of service.child: FOLDER JOB WORKER. It solves nothing: it says in
the file ``child`` when it begins and when it ends, waits in between until two such programs have begun, and
ends its job in the database itself."""

import os
import sqlite3
import sys
import time
from pathlib import Path

FOLDER, JOB, WORKER = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
SAID = FOLDER / "child"


def say(word: str) -> None:
    with SAID.open("a") as said:
        said.write(f"{JOB} {word} {time.monotonic_ns()}\n")


say("begins")
while SAID.read_text().count("begins") < 2:
    time.sleep(0.02)
address = os.environ.get("MATCHER_DATABASE")
if address:
    import psycopg

    with psycopg.connect(address.replace("+psycopg", "")) as server:
        server.execute("UPDATE job SET state = 'done' WHERE id = %s AND claimed_by = %s", (JOB, WORKER))
else:
    file = sqlite3.connect(FOLDER / "network.db", timeout=60)
    with file:
        file.execute("UPDATE job SET state = 'done' WHERE id = ? AND claimed_by = ?", (JOB, WORKER))
    file.close()
say("ends")
