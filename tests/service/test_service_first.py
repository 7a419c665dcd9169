"""The link that makes the first administrator: once, from this machine, while there is no account."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from build_service import SETTINGS, client_for, log_in, make_network, opened
from matcher.accounts import Role
from matcher.workflow import accounts

LINK = f"/first?token={SETTINGS.first_token}"
FORM = {
    "token": SETTINGS.first_token,
    "name": "Ada <Reyes>",
    "email": "ada@staff.example",
    "password": "four words in a row",
}


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("without")
    make_network(folder, accounts=False)
    return folder


@pytest.fixture
def served(without: Path) -> Path:
    """What the others copy: here a network without any account."""
    return without


@pytest.fixture
def fresh(client: TestClient) -> Iterator[TestClient]:
    return client


def test_the_link_shows_a_form_that_makes_the_administrator_once(fresh: TestClient) -> None:
    page = fresh.get(LINK)
    assert page.status_code == 200
    assert 'action="/first"' in page.text
    assert "<script" not in page.text
    assert "<style" not in page.text  # the content security policy would not have it
    assert "style=" not in page.text
    looks = fresh.get("/first.css")
    assert looks.headers["content-type"].startswith("text/css")
    assert "url(" not in looks.text  # nothing is fetched from elsewhere
    made = fresh.post("/first", data=FORM)
    assert made.status_code == 200
    given = {"email": FORM["email"], "password": FORM["password"]}
    me = fresh.post("/api/v1/me/log-in", json=given).json()
    assert me["account"]["role"] == "administrator"
    for again in (fresh.get(LINK), fresh.post("/first", data={**FORM, "email": "b@x.example"})):
        assert (again.status_code, again.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize("token", ["", "wrong", SETTINGS.first_token + "x", "ä"])
def test_another_link_makes_nothing(fresh: TestClient, folder: Path, token: str) -> None:
    assert fresh.get("/first", params={"token": token}).status_code == 404
    assert fresh.post("/first", data={**FORM, "token": token}).status_code == 404
    with opened(folder) as workspace:
        assert not accounts.are_there(workspace)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [({"password": "short"}, "12 to 200"), ({"email": "nowhere"}, "not an email"), ({"name": ""}, "name")],
)
def test_what_is_wrong_is_told_above_the_form_which_keeps_what_was_typed(
    fresh: TestClient, wrong: dict[str, str], told: str
) -> None:
    page = fresh.post("/first", data={**FORM, **wrong})
    assert page.status_code == 400
    assert told in page.text.partition("<form")[0]
    assert FORM["password"] not in page.text
    if "name" not in wrong:
        assert "Ada &lt;Reyes&gt;" in page.text
        assert "<Reyes>" not in page.text
    assert fresh.post("/first", data=FORM).status_code == 200


def test_a_page_of_another_site_cannot_send_the_form(fresh: TestClient) -> None:
    answer = fresh.post("/first", data=FORM, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.json()["code"]) == (403, "cross-site")


def test_of_two_who_send_it_at_once_one_makes_the_administrator(folder: Path, light: None) -> None:
    ready, statuses = threading.Barrier(2), []
    with client_for(folder) as client:

        def send(number: int) -> None:
            ready.wait()
            form = {**FORM, "email": f"p{number}@x.example"}
            statuses.append(client.post("/first", data=form).status_code)

        threads = [threading.Thread(target=send, args=(number,)) for number in range(2)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert sorted(statuses) == [200, 409]
    with opened(folder) as workspace:
        assert len(accounts.accounts(workspace)) == 1


def test_without_an_account_nothing_else_is_open(fresh: TestClient) -> None:
    log_in(fresh, Role.ADMINISTRATOR)
    assert fresh.get("/api/v1/accounts").status_code == 401
