"""Plans over the API: shown with their version, changed only by who has seen that version."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from build_plans import FALL, acting, matching, plan_of
from matcher.accounts import Role

A, F, M = Role.ADMINISTRATOR, Role.FACILITATOR, Role.MEMBER
PAIRS = "/api/v1/proposals/pairs"


def together(plan: dict) -> set[frozenset[str]]:
    return {frozenset(each["members"]) for each in plan["proposals"]}


def swap_of(plan: dict) -> dict:
    """A swap of the first of two pairs."""
    one, other = plan["proposals"][0]["members"][0], plan["proposals"][1]["members"][0]
    return {"change": "swap", "one": one, "other": other}


def test_a_plan_is_told_with_its_states_and_reasons(api: TestClient) -> None:
    acting(api, F)
    plan = api.get(PAIRS).json()
    assert (plan["term"], plan["kind"]) == (FALL.name, "pairs")
    assert [each["number"] for each in plan["proposals"]] == [1, 2, 3, 4]
    assert {each["state"] for each in plan["proposals"]} == {"draft"}
    for each in plan["proposals"]:
        assert each["shown"]["reasons"]
        assert {each["shown"]["a"]["id"], each["shown"]["b"]["id"]} == set(each["members"])
    assert plan["proof"]["placed"] == 8
    visits = api.get("/api/v1/proposals/visits", params={"term": FALL.name}).json()
    assert {each["shown"]["host"]["id"] for each in visits["proposals"]} <= {"m", "m3", "m6"}
    assert api.get("/api/v1/proposals/cohorts").status_code == 404
    assert api.get(PAIRS, params={"term": "never"}).status_code == 404
    assert api.get("/api/v1/proposals/topics").status_code == 422


def test_a_verdict_is_told_and_nothing_kept(api: TestClient) -> None:
    acting(api, F)
    before = plan_of(api)
    ruling = api.post(f"{PAIRS}/changes", json=swap_of(before)).json()
    assert (ruling["kept"], ruling["verdict"]["broken"]) == (None, [])
    assert plan_of(api) == before


@pytest.mark.parametrize("change", ["pin", "ban", "move", "swap"])
def test_each_change_is_kept_on_the_version_that_was_seen(api: TestClient, change: str) -> None:
    acting(api, F)
    before = plan_of(api)
    (one, mate), (other, _) = (each["members"] for each in before["proposals"][:2])
    wanted = {
        "pin": {"one": one, "other": other},
        "ban": {"one": one, "other": mate},
        "move": {"one": one},
        "swap": {"one": one, "other": other},
    }[change]
    given = {"change": change, "keep": True} | wanted
    assert api.post(f"{PAIRS}/changes", json=given).status_code == 428
    assert plan_of(api) == before
    kept = api.post(f"{PAIRS}/changes", json=given, headers=matching(before["version"]))
    assert kept.status_code == 200, kept.text
    after = plan_of(api)
    assert after["version"] != before["version"]
    assert (frozenset((one, other)) in together(after)) is (change == "pin")
    assert frozenset((one, mate)) not in together(after)


def test_of_two_editors_the_second_is_told_both_versions_and_loses_nothing(api: TestClient) -> None:
    acting(api, F)
    seen = plan_of(api)
    edit = swap_of(seen) | {"keep": True}
    acting(api, A)
    assert api.post(f"{PAIRS}/changes", json=edit, headers=matching(seen["version"])).status_code == 200
    now = plan_of(api)
    acting(api, F)
    for path, body in (
        ("changes", {"change": "move", "one": "m", "keep": True}),
        ("repair", {"without": ["m"], "keep": True}),
        ("publish", {}),
    ):
        told = api.post(f"{PAIRS}/{path}", json=body, headers=matching(seen["version"]))
        assert (told.status_code, told.json()["code"]) == (409, "changed"), path
        for name, plan in (("yours", seen), ("now", now)):
            assert told.json()[name]["version"] == plan["version"]
            shown = told.json()[name]["proposals"]
            assert [(each["id"], each["state"]) for each in shown] == [
                (each["id"], each["state"]) for each in plan["proposals"]
            ]
    assert plan_of(api) == now


def test_of_two_edits_at_once_one_is_kept(api: TestClient) -> None:
    acting(api, F)
    seen = plan_of(api)
    edit, start = swap_of(seen) | {"keep": True}, threading.Barrier(4)

    def send(_: int) -> int:
        start.wait()
        return api.post(f"{PAIRS}/changes", json=edit, headers=matching(seen["version"])).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [200, 409, 409, 409]


def test_a_version_that_was_never_shown_is_told_by_its_name(api: TestClient) -> None:
    acting(api, F)
    told = api.post(f"{PAIRS}/publish", json={}, headers=matching("0000")).json()
    assert told["yours"] == {"version": "0000", "proposals": None}
    assert len(told["now"]["proposals"]) == 4
    unread = api.post(f"{PAIRS}/publish", json={}, headers={"If-Match": "0000"})
    assert (unread.status_code, unread.json()["code"]) == (400, "if-match")


def test_what_cannot_be_is_said(api: TestClient) -> None:
    acting(api, F)
    for given, status in (
        ({"change": "pin", "one": "m", "other": "nobody"}, 404),
        ({"change": "pin", "one": "m", "other": "m"}, 400),
        ({"change": "dance", "one": "m"}, 422),
        ({"change": "pin", "one": "m", "more": 1}, 422),
    ):
        assert api.post(f"{PAIRS}/changes", json=given).status_code == status, given


def test_a_repair_is_told_and_then_kept(api: TestClient) -> None:
    acting(api, F)
    before = plan_of(api)
    gone = before["proposals"][0]["members"][0]
    told = api.post(f"{PAIRS}/repair", json={"without": [gone]}).json()["sessions"]
    assert told[0]["kept"] is None
    assert plan_of(api) == before
    given = {"without": [gone], "keep": True}
    assert api.post(f"{PAIRS}/repair", json=given).status_code == 428
    kept = api.post(f"{PAIRS}/repair", json=given, headers=matching(before["version"]))
    assert kept.json()["sessions"][0]["kept"]
    assert all(gone not in each["members"] for each in plan_of(api)["proposals"])
    assert api.post(f"{PAIRS}/repair", json={"back": ["m1"]}).status_code == 400


def test_drafts_are_published_some_or_all(api: TestClient) -> None:
    acting(api, F)
    plan = plan_of(api)
    assert api.post(f"{PAIRS}/publish", json={}).status_code == 428
    first = plan["proposals"][0]["id"]
    one = api.post(f"{PAIRS}/publish", json={"ids": [first]}, headers=matching(plan["version"]))
    assert one.json() == {"ids": [first]}
    version = plan_of(api)["version"]
    twice = api.post(f"{PAIRS}/publish", json={"ids": [first]}, headers=matching(version))
    assert (twice.status_code, twice.json()["code"]) == (409, "conflict")
    assert api.post(f"{PAIRS}/publish", json={"ids": ["none"]}, headers=matching(version)).status_code == 404
    rest = api.post(f"{PAIRS}/publish", json={}, headers=matching(version)).json()["ids"]
    assert {*rest, first} == {each["id"] for each in plan["proposals"]}
    none_left = api.post(f"{PAIRS}/publish", json={}, headers=matching(plan_of(api)["version"]))
    assert none_left.status_code == 404
