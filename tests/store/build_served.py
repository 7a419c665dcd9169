"""Values of the service to keep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from matcher.accounts import Account, Identity, Key, Login, Role, Scope
from matcher.answers import Answer, KeptAnswer, Said
from matcher.store import Writing

NOON = datetime(2025, 9, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

STAFF = Account("a-1", "kim@net.example", "Kim Oduya", Role.FACILITATOR, None, True, NOON)
ADA = Account("a-2", "ada@vt.example", "Ada Lind", Role.MEMBER, "m-1", True, NOON)
THERE = Identity("https://login.example/vt", "person-2")
LOGIN = Login("a-2", "csrf-1", NOON, NOON + HOUR)
KEY = Key("k-1", "a-1", "nightly", (Scope.READ, Scope.WRITE), NOON, None, False)
ANSWER = Answer("e-1", "m-1", Said.ACCEPTED, NOON, "a-2")
KEPT = KeptAnswer("a-1", "once-7", "hash-7", 201, '{"id": 3}', NOON)


def put_service(writing: Writing) -> int:
    """Everything above, for a network that is there, and a job, whose number this is."""
    writing.put_account(STAFF, "$argon2id$x")
    writing.put_account(ADA)
    writing.add_identity("a-2", THERE)
    writing.add_login("token-1", LOGIN)
    writing.add_key(KEY, "key-1")
    writing.put_answer(ANSWER)
    writing.keep_answer(KEPT)
    return writing.add_job("pairs", "Fall 2025", {"afresh": True, "pins": [["m-1", "m-2"]]}, "a-1", NOON)
