"""Imports over the API: looked at, then confirmed by who looked, once; hostile files change nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, MutableMapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook

from build_plans import acting
from build_service import CSRF, opened, token_of
from matcher.accounts import Role
from service import uploads
from service.api import intake
from service.guards import BODY
from service.state import now

A, F, M = Role.ADMINISTRATOR, Role.FACILITATOR, Role.MEMBER
ROSTER = b"Name,Organization,State,Email\nZoe Hart,New District,KS,zoe@new.example\n"


def upload(api: TestClient, *files: tuple[str, bytes], **fields: str):  # type: ignore[no-untyped-def]
    return api.post("/api/v1/imports", files=[("files", each) for each in files], data=fields)


def members(plans: Path) -> int:
    with opened(plans) as workspace, workspace.store.read() as reading:
        return len(reading.members())


def test_a_file_is_looked_at_then_confirmed_once(api: TestClient, plans: Path) -> None:
    acting(api, F)
    seen = upload(api, ("roster.csv", ROSTER))
    assert seen.status_code == 201, seen.text
    told = seen.json()["told"]
    assert told["tables"][0]["kind"] == "roster"
    assert told["counts"]["members"] == {"new": 1, "changed": 0, "unchanged": 0}
    assert members(plans) == 8
    token = seen.json()["token"]
    assert api.get(f"/api/v1/imports/{token}").json() == seen.json()
    key = {"Idempotency-Key": "k"}
    done, again = (api.post(f"/api/v1/imports/{token}/confirm", headers=key) for _ in range(2))
    assert (done.status_code, done.json()["counts"]["members"]["new"]) == (201, 1)
    assert (again.status_code, again.content) == (201, done.content)
    assert members(plans) == 9
    late = api.post(f"/api/v1/imports/{token}/confirm")
    assert (late.status_code, "was written already" in late.json()["detail"]) == (404, True)
    assert api.get(f"/api/v1/imports/{token}").status_code == 404


def test_an_upload_is_its_account_s_alone(api: TestClient, plans: Path) -> None:
    acting(api, F)
    token = upload(api, ("roster.csv", ROSTER)).json()["token"]
    acting(api, A)
    assert api.get(f"/api/v1/imports/{token}").status_code == 404
    assert api.post(f"/api/v1/imports/{token}/confirm").status_code == 404
    acting(api, M)
    assert upload(api, ("roster.csv", ROSTER)).status_code == 403
    assert members(plans) == 8


def test_what_was_changed_since_is_a_conflict_and_the_upload_stays(api: TestClient) -> None:
    acting(api, F)
    token = upload(api, ("roster.csv", ROSTER)).json()["token"]
    api.post("/api/v1/terms", json={"name": "later", "start": "2027-01-11"})
    told = api.post(f"/api/v1/imports/{token}/confirm")
    assert (told.status_code, told.json()["code"]) == (409, "conflict")
    assert api.get(f"/api/v1/imports/{token}").status_code == 200


def test_uploads_are_kept_for_a_while_and_not_without_end(api: TestClient) -> None:
    acting(api, F)
    seen = api.app.state.service.uploads  # type: ignore[attr-defined]
    tokens = [upload(api, ("roster.csv", ROSTER)).json()["token"] for _ in range(4)]
    assert [api.get(f"/api/v1/imports/{each}").status_code for each in tokens] == [404, 200, 200, 200]
    with pytest.raises(Exception, match="no such upload"):
        seen.of("account-f", tokens[-1], now() + uploads.KEPT + timedelta(seconds=1))
    assert api.get(f"/api/v1/imports/{tokens[-1]}").status_code == 404


def test_what_is_not_understood_is_not_written(api: TestClient) -> None:
    acting(api, F)
    seen = upload(api, ("x.csv", b"q,w\n1,2\n"))
    assert seen.json()["told"]["tables"][0]["kind"] is None
    told = api.post(f"/api/v1/imports/{seen.json()['token']}/confirm")
    assert (told.status_code, told.json()["detail"][:23]) == (400, "None of the tables was ")
    assert upload(api, ("roster.csv", ROSTER), kind="nonsense").status_code == 400
    assert upload(api).status_code == 422
    many = upload(api, *[(f"{i}.csv", ROSTER) for i in range(intake.FILES + 1)])
    assert many.status_code == 400


def workbook_of(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb() -> bytes:
    """A workbook that says it is larger than any may be once inflated."""
    out = io.BytesIO(workbook_of([["Name"], ["Zoe"]]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/big.bin", b"\0" * (301 << 20))
    return out.getvalue()


HOSTILE = {
    "a zip bomb": ("x.xlsx", bomb),
    "no workbook": ("x.xlsx", lambda: b"PK\x03\x04" + b"\xff" * 200),
    "half a workbook": ("x.xlsx", lambda: workbook_of([["Name"], ["Zoe"]])[:1500]),
    "a program": ("x.exe", lambda: b"MZ" + b"\0" * 100),
    "nothing": ("x.csv", lambda: b""),
    "no text": ("x.csv", lambda: bytes(range(256)) * 8),
    "one endless line": ("x.csv", lambda: b"a," * 50_000),
    "a path": ("../../../etc/cron.d/x.csv", lambda: ROSTER),
    "a path of Windows": ("..\\..\\x.csv", lambda: ROSTER),
    "a long name": ("n" * 5_000 + ".csv", lambda: ROSTER),
    "a formula": ("x.csv", lambda: ROSTER.replace(b"Zoe Hart", b'"=HYPERLINK(""http://x"")"')),
    "markup": ("x.csv", lambda: ROSTER.replace(b"Zoe Hart", b"<script>alert(1)</script>")),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_or_taken_as_text(api: TestClient, plans: Path, kind: str) -> None:
    name, made = HOSTILE[kind]
    acting(api, F)
    told = upload(api, (name, made()))
    assert told.status_code in (201, 400), told.text[:500]
    assert told.headers["Content-Type"] in ("application/json", "application/problem+json")
    assert str(plans) not in told.text
    assert ".." not in told.text.replace("...", "")
    assert members(plans) == 8
    assert api.get("/healthz").status_code == 200


def test_more_than_may_be_sent_at_once_is_refused_while_it_comes(api: TestClient) -> None:
    acting(api, F)
    told = upload(api, ("x.csv", b"a" * (intake.BYTES + 1)))
    assert (told.status_code, told.json()["code"]) == (413, "too-large")


FORM = b"multipart/form-data; boundary=b"


def read_before_refusing(api: TestClient, kind: bytes, *headers: tuple[bytes, bytes]) -> tuple[int, int]:
    """The status of an upload without an end, and how many parts of it were taken before that."""
    parts, told = _endless(), list[MutableMapping[str, Any]]()

    async def receive() -> MutableMapping[str, Any]:
        return next(parts)

    async def send(message: MutableMapping[str, Any]) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/imports",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", kind), *headers],
        "client": ("127.0.0.1", 1),
    }
    assert api.portal is not None
    api.portal.call(api.app, scope, receive, send)
    return told[0]["status"], next(parts)["taken"]


def _endless() -> Iterator[dict[str, Any]]:
    body = b'--b\r\nContent-Disposition: form-data; name="files"; filename="x.csv"\r\n\r\n'
    for taken in range(10_000):
        yield {"type": "http.request", "body": body, "more_body": True, "taken": taken}
        body = b"a" * BODY


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 401),
        ([(b"cookie", f"session={token_of(M)}".encode()), (b"x-csrf-token", CSRF.encode())], 403),
        ([(b"cookie", f"session={token_of(F)}".encode())], 403),
        ([(b"authorization", b"Bearer nobody's")], 401),
    ],
    ids=["nobody", "a member", "without the session's token", "a key that does not hold"],
)
def test_nothing_is_read_of_who_may_not_import(
    api: TestClient, headers: list[tuple[bytes, bytes]], status: int
) -> None:
    assert read_before_refusing(api, FORM, *headers) == (status, 0)


def test_what_is_no_form_with_files_may_be_no_larger_than_others(api: TestClient) -> None:
    """Such a body is read to look for the token of a form, before it is known who sent it."""
    status, taken = read_before_refusing(api, b"application/x-www-form-urlencoded")
    assert (status, taken < 3) == (413, True)


def test_an_upload_that_is_sent_again_is_the_same_upload(api: TestClient) -> None:
    acting(api, F)

    def sent(key: str, name: str = "roster.csv", **fields: str):  # type: ignore[no-untyped-def]
        # Each time with another boundary, as programs have it.
        files = [("files", (name, ROSTER))]
        return api.post("/api/v1/imports", files=files, data=fields, headers={"Idempotency-Key": key})

    first = sent("k")
    assert first.status_code == 201
    assert sent("k").json() == first.json()
    assert sent("j").json()["token"] != first.json()["token"]
    for other in (sent("k", "another.csv"), sent("k", kind="roster")):
        assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert sent("x" * 201).status_code == 400
    acting(api, A)
    assert sent("k").json()["token"] != first.json()["token"]
    acting(api, F)
    assert api.post(f"/api/v1/imports/{first.json()['token']}/confirm").status_code == 201
    assert sent("k").json()["token"] != first.json()["token"]  # what was confirmed is held no more


@pytest.mark.parametrize("fields", [{"kind": "x" * 51}, {"nonsense": "x"}, {"files": "no file"}])
def test_a_form_that_is_not_as_described_is_told_so(api: TestClient, fields: dict[str, str]) -> None:
    acting(api, F)
    told = upload(api, ("roster.csv", ROSTER), **fields)
    assert (told.status_code, told.json()["code"]) == (422, "validation")
    assert told.json()["errors"][0]["where"][:2] == ["body", next(iter(fields))]
